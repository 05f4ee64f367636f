"""The product with bare routes beside it, so that both are measured on the same server."""

from flask import Flask, Response, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from eventsapp import create_app

bare = Flask("bare")


@bare.route("/bytes/<int:size>", methods=["GET", "POST"])
def answer_bytes(size: int) -> Response:
    """Nothing but so many bytes."""
    request.get_data()
    return Response(b"x" * size, mimetype="text/html")


@bare.get("/not-modified")
def not_modified() -> Response:
    """An empty 304."""
    return Response(status=304)


app = create_app()
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]
