// Loads only the modules that this page has use for, now and after htmx has put in something new.
const modules = [
  ["[data-error-summary]", "./error-summary.js"],
  ["[data-organisation-combobox]", "./organisation-combobox.js"],
  ["[data-copy]", "./copy.js"],
  ["[data-filters]", "./filters.js"],
  ["[data-warn-unsaved]", "./warn-unsaved.js"],
  ["[data-calendar]", "../catalogue/calendar.js"],
];
const enhanced = new WeakSet();

async function enhancePage() {
  for (const [selector, path] of modules) {
    const fresh = [...document.querySelectorAll(selector)].filter((element) => !enhanced.has(element));
    if (fresh.length === 0) continue;
    fresh.forEach((element) => enhanced.add(element));
    const { enhance } = await import(path);
    fresh.forEach(enhance);
  }
}

enhancePage();
document.addEventListener("htmx:afterSettle", enhancePage);
