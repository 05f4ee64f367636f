"""Entry of the background consumer: `huey_consumer eventsapp.worker.huey`."""

from eventsapp.app import create_app

app = create_app()
huey = app.extensions["huey"]
