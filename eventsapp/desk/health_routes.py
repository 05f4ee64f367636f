"""`/halsa`: for probes and load balancers."""

from flask import Blueprint, Response, jsonify

from eventsapp.core.clock import now
from eventsapp.desk.queries import health
from eventsapp.web.guards import public

bp = Blueprint("desk_health", __name__)


@bp.get("/halsa")
@public
def probe() -> tuple[Response, int]:
    """200 when the database answers; the worker and the letters are told apart, since the web can live without them.

    An unreachable database ends in the error handler's 503.
    """
    state = health(now())
    return (
        jsonify(
            database="ok",
            worker="silent" if state.worker_is_silent else "ok",
            worker_beat_at=state.worker_beat_at.isoformat() if state.worker_beat_at else None,
            letters="late" if state.letters_are_late else "ok",
            oldest_unsent_at=state.oldest_unsent_at.isoformat() if state.oldest_unsent_at else None,
        ),
        200,
    )
