// The browser focuses the summary by its autofocus attribute; some do so only on a full page load, so we make sure of it.
// A link in it leads to the field with its label in view, not to the bare control at the edge of the window.
export function enhance(summary) {
  summary.focus({ preventScroll: false });
  for (const link of summary.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", (event) => {
      const control = document.getElementById(link.hash.slice(1));
      if (!control) return;
      event.preventDefault();
      (control.closest(".field") ?? control).scrollIntoView({ block: "start" });
      control.focus({ preventScroll: true });
    });
  }
}
