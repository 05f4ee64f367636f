// A button that copies a text and says so in its own words; it shows itself only where the browser can copy.
export function enhance(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener("click", async () => {
    let outcome = button.dataset.copied;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      outcome = button.dataset.notCopied;
    }
    button.textContent = outcome;
    document.getElementById("announcer").textContent = outcome;
    setTimeout(() => {
      button.textContent = label;
    }, 4000);
  });
}
