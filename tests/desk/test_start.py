"""The staff's start page, an activity's overview, and the probe."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.jobs import beat
from eventsapp.core.permissions import Role
from eventsapp.desk.queries import AttentionKind, attention, coming_events
from eventsapp.events.models import Admission, EventState, WaitingListRule
from eventsapp.outbox.models import LetterState
from eventsapp.registrations.models import RegistrationStatus
from tests.factories.accounts import make_team, make_user
from tests.factories.events import make_event, make_occasion
from tests.factories.outbox import make_letter
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

SignIn = Callable[..., object]


def test_what_is_coming_is_in_order_and_within_reach(app: Flask) -> None:
    team = make_team()
    user = make_user(team_id=team.id)
    today = swedish_today()
    later = make_event(team_id=team.id, occasions=[make_occasion(today + timedelta(days=40))])
    sooner = make_event(team_id=team.id, occasions=[make_occasion(today + timedelta(days=2))])
    make_event(occasions=[make_occasion(today + timedelta(days=1))])
    make_event(team_id=team.id, state=EventState.CANCELLED)
    make_event(team_id=team.id, occasions=[make_occasion(today - timedelta(days=1))])
    assert [one.event.id for one in coming_events(user, now())] == [sooner.id, later.id]


def test_attention_names_what_is_pressing(app: Flask) -> None:
    user = make_user(role=Role.ADMINISTRATOR)
    today = swedish_today()
    full = make_event(capacity_total=1)
    make_registration(full)
    nearly = make_event(capacity_total=10)
    for _ in range(9):
        make_registration(nearly)
    closing = make_event(registration_closes_on=today + timedelta(days=3))
    draft = make_event(state=EventState.DRAFT, occasions=[make_occasion(today + timedelta(days=10))])
    lost = make_event()
    letter = make_letter(event_id=lost.id)
    letter.state = LetterState.FAILED  # type: ignore[attr-defined]
    make_event(registration_closes_on=today + timedelta(days=20))
    unanswered = make_event(admission=Admission.APPROVAL, registration_closes_on=today - timedelta(days=1))
    make_registration(unanswered, status=RegistrationStatus.APPLIED)
    early = make_event(admission=Admission.APPROVAL, registration_closes_on=today + timedelta(days=20))
    make_registration(early, status=RegistrationStatus.APPLIED)
    roomy = make_event(waiting_list=WaitingListRule.OFFER)
    make_registration(roomy, status=RegistrationStatus.WAITING)
    db.session.flush()
    found = attention(user, coming_events(user, now()), now())
    assert {(item.kind, item.event.id, item.number) for item in found} == {
        (AttentionKind.APPLIED, unanswered.id, 1),
        (AttentionKind.FREE_PLACES, roomy.id, 1),
        (AttentionKind.FULL, full.id, 1),
        (AttentionKind.NEARLY_FULL, nearly.id, 1),
        (AttentionKind.CLOSES_SOON, closing.id, 0),
        (AttentionKind.STALE_DRAFT, draft.id, 0),
        (AttentionKind.FAILED_LETTERS, lost.id, 1),
    }


def test_the_start_page_costs_the_same_for_one_and_for_three(
    app: Flask, client: PageClient, sign_in: SignIn, queries: Callable
) -> None:
    sign_in(Role.ADMINISTRATOR)
    counts = []
    for _ in range(3):
        make_registration(make_event())
        db.session.commit()
        with queries() as statements:
            client.get_page("/personal/")
        counts.append(len(statements))
    assert len(set(counts)) == 1


def test_an_empty_start_page_says_what_to_do(app: Flask, client: PageClient, sign_in: SignIn) -> None:
    sign_in(Role.OFFICER)
    page = client.get_page("/personal/")
    assert "Ingenting är planerat än" in page.text
    assert "Svarar inte" in page.text
    assert client.get_page("/en/staff/").soup.html["lang"] == "en"


def test_the_overview_shows_figures_and_what_can_be_done(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    event = make_event(capacity_total=80)
    make_registration(event, municipality_code="2480")
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(f"/personal/aktiviteter/{event.id}")
    assert "anmälda av 80" in page.text
    assert "Ställ in aktiviteten" in page.text
    sign_in(Role.READER, reach="all")
    assert "Ställ in aktiviteten" not in client.get_page(f"/personal/aktiviteter/{event.id}").text
    sign_in(Role.READER, reach="own")
    client.get_page(f"/personal/aktiviteter/{event.id}", status=403)


def test_the_probe_tells_worker_and_letters_apart(app: Flask, client: PageClient) -> None:
    answer = client.get("/halsa")
    assert (answer.status_code, answer.json["database"], answer.json["worker"], answer.json["letters"]) == (
        200,
        "ok",
        "silent",
        "ok",
    )
    beat("worker")
    assert client.get("/halsa").json["worker"] == "ok"
    letter = make_letter(event_id=make_event().id)
    letter.due_at = letter.first_due_at = now() - timedelta(hours=1)  # type: ignore[attr-defined]
    assert client.get("/halsa").json["letters"] == "late"
    assert "asa@example.se" not in client.get("/halsa").text


def test_the_overview_says_how_many_wait(client: PageClient, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    event = make_event(capacity_total=3, waiting_list=WaitingListRule.OFFER)
    make_registration(event, status=RegistrationStatus.OFFERED)
    for _ in range(2):
        make_registration(event, status=RegistrationStatus.WAITING)
        make_registration(event, status=RegistrationStatus.APPLIED)
    page = client.get_page(f"/personal/aktiviteter/{event.id}")
    figures = page.texts(".figure-card")
    assert "2 på reservlistan" in figures
    assert "1 erbjudande väntar på svar" in figures
    assert "2 väntar på besked" in figures
    start = client.get_page("/personal/")
    assert "2 personer står på reservlistan fast det finns lediga platser" in start.text
