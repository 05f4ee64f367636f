"""Forty people answer at once and all want the alternative that has seven places; some of them change their minds or leave."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from eventsapp.app import create_app
from eventsapp.core.db import db
from eventsapp.questions.models import QuestionKind
from tests.databases import Databases, settings_for_tests
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.factories.registrations import make_personal_link, make_registration
from tests.races.test_races import engine_of
from tests.serving import serving
from tests.visitor import Visitor, form_fields

PEOPLE, PLACES, THREADS = 40, 7, 16


def prepare(url: str, folder: Path) -> tuple[list[str], str, dict[str, str]]:
    """People who all have a place; answers their links, the name of the field and its options."""
    app = create_app(settings_for_tests(url, folder))
    with app.app_context():
        event = make_event(capacity_total=PEOPLE)
        (dinner,) = make_questions(
            event.id, make_question(QuestionKind.ONE_OF, "Middag", options=[("Ja", PLACES), "Nej"])
        )
        links = [make_personal_link(make_registration(event)) for _ in range(PEOPLE)]
        options = {"yes": str(dinner.options[0].id), "no": str(dinner.options[1].id)}
        field = dinner.field_name
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return links, field, options


@pytest.mark.slow
@pytest.mark.xdist_group("races")
def test_an_alternative_never_has_more_people_than_places(
    backend: str, databases: Databases, tmp_path: Path
) -> None:
    url = databases.new(backend)
    links, field, options = prepare(url, tmp_path)

    def ask(number: int) -> int:
        visitor = Visitor(server.url)
        path = f"/min/anmalan/{links[number]}/fragor"
        fields = form_fields(visitor.get(path).text)
        return visitor.post(path, fields | {field: options["yes"]}).status

    def ask_and_regret(number: int) -> int:
        status = ask(number)
        visitor = Visitor(server.url)
        path = f"/min/anmalan/{links[number]}/fragor"
        if status == 200 and number % 5 == 0:
            again = form_fields(visitor.get(path).text)
            visitor.post(path, again | {field: options["no"]})
        elif status == 200 and number % 7 == 0:
            leave = f"/min/anmalan/{links[number]}/avanmal"
            visitor.post(leave, form_fields(visitor.get(leave).text))
        return status

    with serving(url, tmp_path) as server:
        with ThreadPoolExecutor(THREADS) as threads:
            first = list(threads.map(ask_and_regret, range(PEOPLE)))
        # Whoever was turned away tries once more: what was given back is there for them.
        turned_away = [number for number, status in enumerate(first) if status != 200]
        with ThreadPoolExecutor(THREADS) as threads:
            statuses = Counter(first) + Counter(threads.map(ask, turned_away))
    assert set(statuses) <= {200, 303, 400, 409}, statuses
    engine = engine_of(url)
    with engine.connect() as connection:
        taken = connection.execute(
            text(
                "SELECT count(*), count(DISTINCT holder_id) FROM places p JOIN pools o ON o.id = p.pool_id"
                " WHERE o.subject_kind = 'question_option' AND p.state = 'taken'"
            )
        ).one()
        answered = connection.execute(
            text(
                "SELECT count(*) FROM answer_options a JOIN answers b ON b.id = a.answer_id WHERE a.option_id = :option"
            ),
            {"option": int(options["yes"])},
        ).scalar_one()
        without = connection.execute(
            text(
                "SELECT count(*) FROM answer_options a JOIN answers b ON b.id = a.answer_id WHERE a.option_id = :option"
                " AND NOT EXISTS (SELECT 1 FROM places p JOIN pools o ON o.id = p.pool_id WHERE p.holder_id = b.subject_id"
                " AND o.subject_kind = 'question_option' AND p.state = 'taken')"
            ),
            {"option": int(options["yes"])},
        ).scalar_one()
    engine.dispose()
    assert taken == (PLACES, PLACES)
    assert (answered, without) == (PLACES, 0)
