"""The product with bare routes beside it, so that both are measured on the same server."""

import time

from flask import Flask, Response, request
from sqlalchemy import text
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from eventsapp import create_app
from eventsapp.core.db import TransactionMode, db, set_transaction_mode

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


@bare.post("/insert")
def insert() -> str:
    """One row and a commit, as plainly as it can be done on the product's own database."""
    request.get_data()
    set_transaction_mode(TransactionMode.WRITE)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bench_rows (what) VALUES (:what)"), {"what": "x" * 200})
    return "ok"


@bare.get("/cpu")
def cpu() -> str:
    """The CPU seconds of this process, user and system."""
    return str(time.process_time())


app = create_app()
with app.app_context():
    engine = db.engine
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/bare": bare})  # type: ignore[method-assign]
