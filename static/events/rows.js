// A row that could not be fetched in place, as when the sign-in has ended, is asked for by sending the form the ordinary
// way: the page that comes says what is the matter, and nothing typed is lost.
document.addEventListener("htmx:afterRequest", (event) => {
  const button = event.detail.elt;
  if (!event.detail.successful && button.matches("[data-add-row]")) button.form.requestSubmit(button);
});
