// Says at once that a file is too large, before it has been sent for minutes. The server says it anyway.

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!(input instanceof HTMLInputElement) || input.type !== "file" || !input.dataset.mostBytes) {
    return;
  }
  const tooLarge = input.files.length > 0 && input.files[0].size > Number(input.dataset.mostBytes);
  const field = input.closest(".field");
  field.querySelector("[data-size-error]")?.remove();
  field.classList.toggle("field-invalid", tooLarge || field.querySelector(".field-error") !== null);
  if (!tooLarge) {
    return;
  }
  event.stopPropagation();
  input.value = "";
  const error = document.createElement("p");
  error.className = "field-error";
  error.dataset.sizeError = "";
  error.setAttribute("role", "alert");
  error.textContent = input.dataset.tooLarge;
  input.before(error);
}, true);
