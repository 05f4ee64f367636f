"""The pages where staff see what became of letters."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.outbox.models import LetterState
from eventsapp.outbox.operations import Attachment
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team
from tests.factories.events import make_event
from tests.factories.outbox import make_letter
from tests.page_client import PageClient

SignIn = Callable[..., User]


def subjects(client: PageClient, url: str = "/personal/brev") -> list[str]:
    return client.get_page(url).texts("#list tbody .cell-main")


def test_an_administrator_sees_every_letter_the_newest_first(
    client: PageClient, sign_in: SignIn, frozen_now: FrozenClock
):
    sign_in(Role.ADMINISTRATOR)
    make_letter(subject_line="Först", recipient="anna@example.se").state = LetterState.SENT
    frozen_now.advance(minutes=1)
    failed = make_letter(subject_line="Sedan", event_id=None, subject_kind="feedback")
    failed.state, failed.last_error = LetterState.FAILED, "recipient_refused|550 5.1.1 No such user"

    page = client.get_page("/personal/brev")

    assert page.heading == "Brev"
    assert page.table("#list") == [
        [
            "Sedan",
            failed.recipient,
            "Kom inte fram Adressen godtogs inte av mottagarens e-postserver. (550 5.1.1 No such user)",
            "1 okt 2026 10.01",
        ],
        ["Först", "anna@example.se", "Skickat", "1 okt 2026 10.00"],
    ]
    assert page.texts(".count-line") == ["2 brev"]


def test_an_officer_sees_letters_about_their_own_activities_only(client: PageClient, sign_in: SignIn):
    team = make_team()
    officer = sign_in(Role.OFFICER, team_id=team.id)
    mine = make_event(responsible_id=officer.id)
    teams = make_event(team_id=team.id)
    others = make_event(team_id=make_team().id)
    letters = {
        name: make_letter(subject_line=name, event_id=event and event.id, **facts)
        for name, event, facts in (
            ("mitt", mine, {}),
            ("lagets", teams, {}),
            ("andras", others, {}),
            ("konto", None, {"subject_kind": "user"}),
            ("konto och aktivitet", mine, {"subject_kind": "user"}),
            ("synpunkt", None, {"subject_kind": "feedback"}),
        )
    }
    db.session.commit()

    assert sorted(subjects(client)) == ["lagets", "mitt"]
    for name, status in (("mitt", 200), ("lagets", 200), ("andras", 404), ("konto", 404)):
        client.get_page(f"/personal/brev/{letters[name].id}", status=status)
    response = client.post(f"/personal/brev/{letters['andras'].id}/skicka-igen")
    assert response.status_code == 404


def test_one_who_reaches_every_activity_still_sees_no_account_letters(client: PageClient, sign_in: SignIn):
    sign_in(Role.READER, reach=Reach.ALL)
    make_letter(subject_line="aktivitet", event_id=make_event().id)
    make_letter(subject_line="konto", event_id=None, subject_kind="user")

    assert subjects(client) == ["aktivitet"]


def test_letters_are_found_by_state_address_and_activity(client: PageClient, sign_in: SignIn):
    sign_in(Role.ADMINISTRATOR)
    for number, state in enumerate(LetterState):
        letter = make_letter(subject_line=state, recipient=f"Anna_{number}@Example.se", event_id=number)
        letter.state = state
    make_letter(subject_line="other", recipient="annax1@example.se")

    assert subjects(client, "/personal/brev?lage=vantar") == ["other", "sending", "waiting"]
    assert subjects(client, "/personal/brev?lage=skickat") == ["sent"]
    assert subjects(client, "/personal/brev?lage=problem") == ["bounced", "failed"]
    assert subjects(client, "/personal/brev?q=anna_1") == ["sending"]
    assert subjects(client, "/personal/brev?q=ANNA_1+example") == ["sending"]
    assert subjects(client, "/personal/brev?aktivitet=4") == ["bounced"]
    assert subjects(client, "/personal/brev?lage=strange&aktivitet=x&sida=0") != []
    page = client.get_page("/personal/brev?q=nobody")
    assert page.text_of(".empty-state h2") == "Inga brev passar"
    assert page.one("#filter-q")["value"] == "nobody"


def test_an_empty_list_says_what_will_come(client: PageClient, sign_in: SignIn):
    sign_in(Role.READER)

    assert client.get_page("/personal/brev").text_of(".empty-state h2") == "Inga brev än"


def test_a_long_list_has_pages_and_costs_the_same(client: PageClient, sign_in: SignIn, queries: Callable):
    sign_in(Role.OFFICER, reach=Reach.ALL)
    event = make_event()
    make_letter(event_id=event.id)
    db.session.commit()
    with queries() as few:
        client.get_page("/personal/brev")
    for number in range(60):
        make_letter(event_id=event.id, subject_line=f"Brev {number}")
    db.session.commit()

    with queries() as many:
        page = client.get_page("/personal/brev")

    assert len(many) == len(few) <= 10
    assert len(page.all("#list tbody tr")) == 50
    assert page.text_of(".paging-words") == "Visar 1–50 av 61"
    assert len(page.click("Nästa").all("#list tbody tr")) == 11


def test_one_letter_shows_its_text_and_never_its_links(
    client: PageClient, sign_in: SignIn, frozen_now: FrozenClock
):
    officer = sign_in(Role.OFFICER)
    event = make_event(responsible_id=officer.id)
    letter = make_letter(
        subject_line="Du är anmäld",
        recipient="anna@example.se",
        event_id=event.id,
        language="en",
        body_text="Hej <b>Anna</b>!\n\nÄndra: [[link:change]]\n",
        attachments=(Attachment("dag.ics", "text/calendar", b"x"),),
    )
    letter.attempts, letter.last_error = 2, "try_later|450 4.2.1 Mailbox busy"
    letter.due_at = frozen_now() + timedelta(minutes=5)

    page = client.get_page(f"/personal/brev/{letter.id}")

    assert page.heading == "Du är anmäld"
    body = page.one("pre")
    assert body["lang"] == "en"
    assert body.get_text() == ("Hej <b>Anna</b>!\n\nÄndra: [personlig länk, bara för mottagaren]\n")
    assert page.text_of(".panel-warning") == (
        "Brevet har inte gått att skicka än E-postservern bad oss försöka senare. (450 4.2.1 Mailbox busy) "
        "Nästa försök: 1 okt 2026 10.05."
    )
    facts = dict(zip(page.texts("dl dt"), page.texts("dl dd"), strict=True))
    assert facts["Till"] == "anna@example.se"
    assert facts["Bilagor"] == "dag.ics"
    assert facts["Försök"] == "2"
    assert page.href("Visa aktiviteten") == f"/personal/aktiviteter/{event.id}"
    assert page.buttons()[-1] == "Skicka nu"


def test_an_officer_sends_a_letter_again(client: PageClient, sign_in: SignIn, frozen_now: FrozenClock):
    officer = sign_in(Role.OFFICER)
    letter = make_letter(event_id=make_event(responsible_id=officer.id).id, recipient="anna@example.se")
    letter.state, letter.last_error = LetterState.BOUNCED, "sent_back|5.1.1"
    page = client.get_page(f"/personal/brev/{letter.id}")
    assert page.text_of(".panel-danger").startswith("Brevet kom inte fram Mottagarens e-postserver")

    after = page.submit(button="Skicka igen")

    assert after.messages == ["Brevet skickas igen till anna@example.se."]
    assert letter.state is LetterState.WAITING
    assert letter.due_at == frozen_now()


def test_a_reader_cannot_send_letters(client: PageClient, sign_in: SignIn):
    sign_in(Role.READER, reach=Reach.ALL)
    letter = make_letter(event_id=make_event().id)
    letter.state = LetterState.SENT
    page = client.get_page(f"/personal/brev/{letter.id}")

    assert "Skicka igen" not in page.buttons()
    assert client.post(f"/personal/brev/{letter.id}/skicka-igen").status_code == 403
    assert letter.state is LetterState.SENT


def test_a_letter_in_hand_is_not_sent_again(client: PageClient, sign_in: SignIn):
    sign_in(Role.ADMINISTRATOR)
    letter = make_letter()
    page = client.get_page(f"/personal/brev/{letter.id}")
    letter.state = LetterState.SENDING

    conflict = page.submit(button="Skicka nu", status=409)

    assert "Brevet skickas just nu" in conflict.text
    assert letter.state is LetterState.SENDING


@pytest.mark.parametrize("url", ["/personal/brev", "/personal/brev/1"])
def test_a_stranger_must_sign_in(client: PageClient, url: str):
    response = client.get(url)

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/personal/logga-in?next=")


def test_english_staff_pages(client: PageClient, sign_in: SignIn, app: Flask):
    sign_in(Role.ADMINISTRATOR)
    letter = make_letter()
    db.session.commit()

    client.get_page("/en/staff/letters")
    client.get_page(f"/en/staff/letters/{letter.id}")
