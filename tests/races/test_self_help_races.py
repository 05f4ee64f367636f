"""What participants do with their places by themselves, run against each other and against what is done to places."""

from pathlib import Path

import pytest

from eventsapp.core.db import db
from tests.databases import Databases
from tests.races.replay import replay, snapshot
from tests.races.stage import SELF_HELP, make_app, prepare
from tests.races.test_races import (
    ACTORS,
    ROUNDS,
    deadlocks,
    did_something,
    engine_of,
    run_all,
    starts,
)
from tests.registrations.invariants import faults
from tests.serving import serving

MEETING = ("cancel", "sign_up", "accept", "change_item", "lower")
PAIRS = [
    *((verb, other) for verb in SELF_HELP for other in MEETING),
    *((verb, other) for verb in SELF_HELP for other in SELF_HELP if verb <= other),
]


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_every_place_has_one_owner_whoever_it_is_handed_to_and_wherever_people_move(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(backend)
    app = make_app(url, tmp_path)
    heats = prepare(app, PAIRS, ROUNDS * ACTORS)
    engine = engine_of(url)
    plain = [heat.event_id for heat in heats if not heat.has_quota]
    with engine.connect() as connection:
        before = snapshot(connection, plain)
    with serving(url, tmp_path) as server:
        answers = run_all(server.url, app, starts(heats))
        log = server.log
    with app.app_context():
        db.engine.dispose()
    assert not [answer for answer in answers if answer[1] >= 500], (answers, log[-3000:])
    lowered = [heat.event_id for heat in heats if "lower" in heat.verbs]
    with engine.connect() as connection:
        found = faults(connection, may_exceed=lowered)
        found += [fault for start in before for fault in replay(connection, start)]
    assert not found, "\n".join(found)
    assert deadlocks(engine) == 0
    assert did_something(answers, SELF_HELP), answers
    engine.dispose()
