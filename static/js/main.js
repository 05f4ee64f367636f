// Loads only the modules that this page has use for, now and after htmx has put in something new.
const modules = [
  ["[data-error-summary]", "./error-summary.js"],
  ["[data-organisation-combobox]", "./organisation-combobox.js"],
  ["[data-copy]", "./copy.js"],
  ["[data-filters]", "./filters.js"],
  ["[data-warn-unsaved]", "./warn-unsaved.js"],
];

async function enhance(root) {
  for (const [selector, path] of modules) {
    const found = root.matches?.(selector) ? [root] : [];
    found.push(...root.querySelectorAll(selector));
    if (found.length === 0) continue;
    const { enhance: enhanceOne } = await import(path);
    found.forEach(enhanceOne);
  }
}

enhance(document.documentElement);
document.addEventListener("htmx:afterSwap", (event) => enhance(event.detail.target.isConnected ? event.detail.target : document.documentElement));
