"""Entry of the web server: `gunicorn eventsapp.wsgi:app`."""

from eventsapp.app import create_app

app = create_app()
