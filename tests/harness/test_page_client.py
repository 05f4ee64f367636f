"""The client that the other tests trust must itself catch what it promises to catch."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from eventsapp.accounts.models import Team
from eventsapp.app import create_app
from eventsapp.core.db import db
from eventsapp.core.tokens import new_token
from eventsapp.web.guards import csrf_failed, public
from tests.databases import BACKENDS, Databases, Watch, settings_for_tests
from tests.page_client import PageClient, Value

PAGE = """<!doctype html><html lang="sv"><head><title>Lag – Kurser</title></head>
<body><main><h1>Lag</h1>{}</main></body></html>"""
FORM = """<form method="post"><input type="hidden" name="csrf_token" value="{token}">
<label for="name">Namn (frivilligt)</label><input id="name" name="name" value="Blå">
<label><input type="checkbox" name="news" value="yes" checked> Nyheter</label>
<fieldset><legend>Hur</legend><label><input type="radio" name="how" value="onsite" checked> På plats</label>
<label><input type="radio" name="how" value="online"> Digitalt</label></fieldset>
<label for="county">Län</label><select id="county" name="county"><option value="24">Västerbotten</option>
<option value="25">Norrbotten</option></select>
<label for="text">Text</label><textarea id="text" name="text">
rad 1
rad 2</textarea>
<label for="off">Av</label><input id="off" name="off" value="x" disabled>
<button name="do" value="save">Spara</button><button name="do" value="draft">Spara utkast</button></form>"""


def add_routes(app: Flask) -> None:
    def route(path: str, view: Callable[[], ResponseReturnValue], *, post: bool = False) -> None:
        app.add_url_rule(path, path.strip("/"), public(view), methods=["POST"] if post else ["GET"])

    def new_team(*, flush: bool = True, commit: bool = False) -> None:
        db.session.add(Team(name=new_token()))
        if flush:
            db.session.flush()
        if commit:
            db.session.commit()

    def form() -> str:
        return PAGE.format(FORM.format(token=generate_csrf()))

    def get_that_writes() -> str:
        # The database refuses by itself; a page that goes on all the same must not pass for one that only read.
        with suppress(DBAPIError):
            db.session.connection().exec_driver_sql("UPDATE teams SET name = name WHERE 1 = 0")
        db.session.rollback()
        return PAGE.format("")

    def get_that_forgets() -> str:
        new_team(flush=False)
        return PAGE.format("")

    def post_that_flushes() -> ResponseReturnValue:
        new_team()
        return redirect("/form")

    def post_that_adds() -> ResponseReturnValue:
        new_team(flush=False)
        return redirect("/form")

    def post_that_commits() -> ResponseReturnValue:
        assert not csrf_failed()
        new_team(commit=True)
        return redirect("/form")

    def post_that_rejects() -> str:
        new_team()
        db.session.rollback()
        return form()

    def echo() -> ResponseReturnValue:
        return {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}

    route("/form", form)
    route("/get-that-writes", get_that_writes)
    route("/get-that-forgets", get_that_forgets)
    route("/post-that-flushes", post_that_flushes, post=True)
    route("/post-that-adds", post_that_adds, post=True)
    route("/post-that-commits", post_that_commits, post=True)
    route("/post-that-rejects", post_that_rejects, post=True)
    app.add_url_rule("/form", "echo", public(echo), methods=["POST"])


@pytest.fixture(scope="module", params=BACKENDS)
def odd_app(request: pytest.FixtureRequest, databases: Databases) -> Iterator[tuple[Flask, Watch]]:
    app = create_app(settings_for_tests(databases.new(request.param), databases.folder("odd")))
    watch = Watch()
    app.teardown_appcontext(watch.note_unsaved)
    add_routes(app)
    with app.app_context():
        watch.attach(db.engine)
    yield app, watch
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def odd(odd_app: tuple[Flask, Watch]) -> Iterator[PageClient]:
    app, watch = odd_app
    with app.app_context():
        yield PageClient(app, watch)


def teams() -> int:
    count = db.session.scalars(select(func.count()).select_from(Team)).one()
    db.session.commit()
    return count


def test_a_get_that_writes_is_caught(odd: PageClient) -> None:
    with pytest.raises(AssertionError, match="GET /get-that-writes writes"):
        odd.get("/get-that-writes")


def test_a_get_that_leaves_an_unsaved_object_is_caught(odd: PageClient) -> None:
    with pytest.raises(AssertionError, match=r"GET /get-that-forgets changes \['Team'\]"):
        odd.get("/get-that-forgets")


def test_a_post_that_flushes_without_a_commit_is_caught(odd: PageClient) -> None:
    token = odd.csrf_token("/form")
    with pytest.raises(AssertionError, match="POST /post-that-flushes did not commit"):
        odd.post("/post-that-flushes", data={"csrf_token": token})


def test_a_post_that_adds_without_a_commit_is_caught(odd: PageClient) -> None:
    token = odd.csrf_token("/form")
    with pytest.raises(AssertionError, match=r"POST /post-that-adds did not commit \['Team'\]"):
        odd.post("/post-that-adds", data={"csrf_token": token})


def test_a_post_that_commits_and_one_that_takes_back_are_well(odd: PageClient) -> None:
    before = teams()
    token = odd.csrf_token("/form")
    assert odd.post("/post-that-commits", data={"csrf_token": token}).status_code == 302
    assert teams() == before + 1
    assert odd.post("/post-that-rejects", data={"csrf_token": token}).status_code == 200
    assert teams() == before + 1


def test_a_form_is_sent_as_a_browser_sends_it(odd: PageClient) -> None:
    answer = odd.get_page("/form").form("Spara").send()
    assert answer.json == {
        "name": ["Blå"],
        "news": ["yes"],
        "how": ["onsite"],
        "county": ["24"],
        "text": ["rad 1\r\nrad 2"],
        "do": ["save"],
    }


def test_a_form_is_filled_in_by_name_or_label_and_choices_by_their_words(odd: PageClient) -> None:
    fields: dict[str, Value] = {
        "Namn": "Röd",
        "Nyheter": False,
        "how": "Digitalt",
        "Län": "Norrbotten",
        "text": "kort",
    }
    answer = odd.get_page("/form").form("Spara utkast").send(fields)
    assert answer.json == {
        "name": ["Röd"],
        "how": ["online"],
        "county": ["25"],
        "text": ["kort"],
        "do": ["draft"],
    }


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"Adress": "x"}, "no field 'Adress'"),
        ({"off": "x"}, "no field 'off'"),
        ({"county": "99"}, r"does not offer \['99'\]"),
        ({"how": "Per brev"}, r"does not offer \['Per brev'\]"),
    ],
)
def test_what_a_person_cannot_do_a_test_cannot_do(
    odd: PageClient, fields: dict[str, str], problem: str
) -> None:
    with pytest.raises(AssertionError, match=problem):
        odd.get_page("/form").form("Spara").fill(fields)
