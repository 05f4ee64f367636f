// Says at once that a file is too large, before it has been sent for minutes. The server says it anyway.

const describe = (input, error) => {
  const others = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== `${input.id}-size`);
  input.setAttribute("aria-describedby", [...others, ...(error ? [error.id] : [])].join(" "));
};

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.dataset.mostBytes) {
    return;
  }
  const tooLarge = input.files.length > 0 && input.files[0].size > Number(input.dataset.mostBytes);
  document.getElementById(`${input.id}-size`)?.remove();
  describe(input, null);
  const field = input.closest(".field");
  const invalid = tooLarge || field.querySelector(".field-error") !== null;
  field.classList.toggle("field-invalid", invalid);
  if (!invalid) {
    input.removeAttribute("aria-invalid");
  }
  if (!tooLarge) {
    return;
  }
  event.stopPropagation();
  input.value = "";
  const error = document.createElement("p");
  error.className = "field-error";
  error.id = `${input.id}-size`;
  error.setAttribute("role", "alert");
  error.textContent = input.dataset.tooLarge;
  input.before(error);
  input.setAttribute("aria-invalid", "true");
  describe(input, error);
}, true);
