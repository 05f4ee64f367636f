// Filters follow each change by their htmx attributes; this module keeps the address short, puts away the button that is
// no longer needed, tells screen readers the new count, and falls back to an ordinary page load when a request fails.
export function enhance(form) {
  if (!window.htmx) return;
  // form.elements also holds the controls that stand elsewhere on the page and belong here by their form attribute.
  for (const control of form.elements) {
    if ("onlyWithoutScript" in control.dataset) control.hidden = true;
  }

  form.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form) return;
    const kept = [...event.detail.formData.entries()].filter(([, value]) => value !== "");
    for (const name of new Set(event.detail.formData.keys())) event.detail.formData.delete(name);
    for (const [name, value] of kept) event.detail.formData.append(name, value);
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form || !event.detail.successful) return;
    const count = document.querySelector("[data-announce]");
    if (count) document.getElementById("announcer").textContent = count.textContent;
  });

  // The link to the other language must lead to the same selection.
  document.body.addEventListener("htmx:pushedIntoHistory", () => {
    for (const link of document.querySelectorAll("a[hreflang]")) link.search = window.location.search;
  });

  // A request that a newer one has replaced did not fail, and has no event here.
  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    form.addEventListener(failure, (event) => {
      if (event.detail.elt === form) form.submit();
    });
  }
}
