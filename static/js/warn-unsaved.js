// A long form that was changed asks before the page is left; the browser words the question itself.
export function enhance(form) {
  let changed = form.querySelector("[aria-invalid]") !== null;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
