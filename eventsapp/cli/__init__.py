"""Commands for those who run the product: `flask --app eventsapp …`."""
