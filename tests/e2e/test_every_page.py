"""Every page that the product has, in both languages, both themes and two widths.

Each page is loaded once in each language. axe looks at it in the light theme in Swedish and in the dark one in English, since
colours do not depend on the language; the layout is looked at everywhere.

The pages are those that the application has registered, so that a new one cannot be forgotten: it is opened by itself when
its arguments have an example here, and fails the test when they have none.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Thread
from typing import Literal

import pytest
from flask import Flask, url_for
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.serving import make_server

from eventsapp.accounts.models import PasswordLinkPurpose, Team, User
from eventsapp.accounts.operations import mint_password_links
from eventsapp.admission.invitation_links import add_link as add_invitation_link
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.app import create_app
from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.tokens import digest, new_token
from eventsapp.events.lists import ListName
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventState,
    RegistrationMode,
    Series,
    Topic,
    event_topics,
)
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.organisations.models import Organisation
from eventsapp.outbox.message import compose
from eventsapp.outbox.models import Letter
from eventsapp.outbox.transport import FileTransport, letters_folder
from eventsapp.participants.models import EntryLink
from eventsapp.programme.models import ProgrammeItem
from eventsapp.publications.models import Publication
from eventsapp.questions.answers import keep_answers
from eventsapp.questions.building import begin_anyhow
from eventsapp.questions.building_copies import put_in_bank
from eventsapp.questions.building_questions import retire_question
from eventsapp.questions.file_fields import FileFacts
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import Question, QuestionKind, QuestionSection, QuestionSet
from eventsapp.questions.subjects import OpenSubject
from eventsapp.registrations.handover_models import HandoverOutcome, PlaceHandover
from eventsapp.registrations.models import Companion, EndReason, Registration, RegistrationStatus
from eventsapp.registrations.personal_links import add_link
from eventsapp.self_service.handover_links import add_handover_link
from eventsapp.web.guards import GuardKind, guard_of
from tests.e2e.conftest import DESKTOP, PHONE, Site, violations
from tests.e2e.steps import sign_in
from tests.factories.calendar_import import make_partner, make_reading
from tests.factories.events import make_event, make_series
from tests.factories.imports import make_import
from tests.factories.questions import OFFICER, add, answer_is, build, choice_facts, question_facts
from tests.factories.ranked import make_ranking_event, make_wisher
from tests.factories.registrations import make_handover, make_registration
from tests.serving import free_port

BINDING = "regional-konferens-om-manskliga-rattigheter"
"""An activity of the demonstration with a text to accept in its form, and items to rank."""
ADMINISTRATOR = "admin@example.se"
EVENT = "att-upptacka-vald-metodstod-for-socialtjanst-och-skola"
NOT_PAGES = {
    "static": "files",
    "desk_health.probe": "for machines",
    "catalogue_calendar.data": "data for the calendar",
    "feeds.atom": "a feed",
    "feeds.calendar": "a calendar",
    "feeds.deadlines": "a calendar",
    "feeds.event": "a calendar file",
    "feeds.occasions": "a calendar",
    "feeds.personal": "a calendar",
    "feeds.programme": "a calendar",
    "feeds.robots": "for machines",
    "feeds.short": "a calendar",
    "feeds.short_deadlines": "a calendar",
    "feeds.staff": "a calendar",
    "open_data.activities_csv": "data",
    "open_data.activities_json": "data",
    "open_data.dcat": "for machines",
    "organisations_public.suggest": "data for the field that suggests",
    "outbox_demo.attachment": "a file",
    "self_service_participant.calendar_file": "a calendar file",
    "self_service_participant.own_file": "a file that somebody has sent",
}
"""What is answered to a GET with something else than a page."""
AFTER_SIGNING_UP = {"sign_up_public.receipt", "sign_up_public.correct_address"}
"""Public pages that show something only to the browser that has just signed up."""
ON_A_KNOWN_DEVICE = {
    "my_page.registrations",
    "my_page.calendar_way",
    "my_page.calendars",
    "sign_up_public.register",
    "catalogue.event",
}
"""Public pages that show more to a browser that is let in, or that remembers a person."""
THEMES: dict[str, Literal["light", "dark"]] = {"sv": "light", "en": "dark"}

_LOOK_AT_LAYOUT = """
() => {
  const troubles = [];
  const heading = document.querySelectorAll("h1");
  const words = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  if (heading.length !== 1) troubles.push(`${heading.length} h1`);
  else if (!document.title.startsWith(`${words(heading[0])} – `)) {
    troubles.push(`the title is "${document.title}", the heading "${words(heading[0])}"`);
  }
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) troubles.push(`${wide} px wide`);
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1 && box.bottom > 0;
  };
  // A link in a sentence is as high as its line; everything else is a target of its own.
  const inText = (element) => element.matches("a") && getComputedStyle(element).display === "inline" &&
    words(element.parentElement) !== words(element);
  for (const target of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
    if (!seen(target) || inText(target)) continue;
    // A box or a ring is hit through its label too.
    const boxes = [target, ...(target.matches("[type=checkbox], [type=radio]") ? target.labels : [])]
      .map((element) => element.getBoundingClientRect());
    const width = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    const height = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    if (width < 24 || height < 24) {
      troubles.push(`${Math.round(width)}×${Math.round(height)} px is too small: ${target.outerHTML.slice(0, 120)}`);
    }
  }
  return troubles;
}
"""


@dataclass(frozen=True)
class Visit:
    """One page to open, and the status that it answers with."""

    endpoint: str
    values: dict[str, object] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Examples:
    """A value for each argument that addresses have, and for single pages where another one suits better."""

    values: dict[str, object]
    of_page: dict[str, dict[str, object]]
    more: list[Visit]
    """Pages that look different in another state."""
    entries: dict[str, str]
    """A link to a person's registrations for each language, since each lets one browser in."""


@pytest.fixture(scope="session")
def letters_site(site: Site) -> Iterator[Site]:
    """The same site without a mail server, since only then letters are files that are shown on pages."""
    port = free_port()
    settings = replace(site.settings, smtp_url="", site_url=f"http://127.0.0.1:{port}")
    app = create_app(settings)
    with app.app_context():
        set_transaction_mode(TransactionMode.READ)
        letter = db.session.scalars(
            select(Letter).options(selectinload(Letter.attachments)).order_by(Letter.id).limit(1)
        ).one()
        links = dict.fromkeys(("show", "change", "cancel"), f"{settings.site_url}/min/anmalan/exempel")
        FileTransport(letters_folder(settings)).send(
            compose(letter, links, settings, now()), letter.recipient
        )
        db.session.remove()
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(settings.site_url, settings, site.folder)
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture(scope="session")
def whole_app(letters_site: Site) -> Flask:
    """An application that has every page, also those of a demonstration without a mail server."""
    return create_app(letters_site.settings)


@pytest.fixture(scope="session")
def examples(whole_app: Flask, letters_site: Site) -> Examples:
    """From the demonstration's data, with links minted for the purpose."""
    with whole_app.app_context():
        set_transaction_mode(TransactionMode.WRITE)
        found = _find_examples(letters_site)
        db.session.commit()
        db.session.remove()
    return found


def _find_examples(letters_site: Site) -> Examples:
    event = db.session.scalars(select(Event).where(Event.slug == EVENT)).one()
    confirmed, cancelled = (
        db.session.scalars(
            select(Registration)
            .where(Registration.event_id == event.id, Registration.status == status)
            .order_by(Registration.id)
        ).first()
        for status in (RegistrationStatus.CONFIRMED, RegistrationStatus.CANCELLED)
    )
    assert confirmed is not None and cancelled is not None
    alias = db.session.scalars(
        select(Registration).where(Registration.event_id == event.id, Registration.alias_number.is_not(None))
    ).one()
    user = db.session.scalars(select(User).where(User.email == ADMINISTRATOR)).one()
    publication = db.session.scalars(select(Publication)).first()
    item = db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.event_id == event.id)).first()
    team = db.session.scalars(select(Team)).first()
    letter = db.session.scalars(select(Letter)).first()
    assert publication and item and team and letter
    draft = _event_in(EventState.DRAFT)
    password_link = mint_password_links(user.id, PasswordLinkPurpose.FORGOTTEN)
    network = db.session.scalars(select(Network)).one()
    member = db.session.scalars(select(NetworkMember)).first()
    by_invitation = db.session.scalars(
        select(Event).where(Event.admission == Admission.NETWORK, Event.is_example.is_(True))
    ).one()
    invitations = {
        one.state: one
        for one in db.session.scalars(select(Invitation).where(Invitation.event_id == by_invitation.id))
    }
    assert member
    invited = {"event_id": by_invitation.id, "slug": by_invitation.slug}
    queues = _Queues.of_demonstration()
    limited = _make_questions(draft)
    ranking = db.session.scalars(select(Event).where(Event.slug == BINDING)).one()
    read_in = make_import(event, accepted=True)
    letter_file = next(letters_folder(letters_site.settings).glob("*.eml"))
    helping = _SelfHelp.of(event)
    asked = _one_who_is_asked()
    at_screen = db.session.scalars(
        select(Registration).join(Companion, Companion.registration_id == Registration.id).limit(1)
    ).one()
    of_screen: dict[str, object] = {"event_id": at_screen.event_id, "registration_id": at_screen.id}
    sender, file_of_sender = _one_who_has_sent_a_file()
    of_sender: dict[str, object] = {"event_id": sender.event_id, "registration_id": sender.id}
    of_asked: dict[str, object] = {"event_id": asked.event_id, "registration_id": asked.id}
    return Examples(
        values={
            "slug": event.slug,
            "event_id": event.id,
            "registration_id": confirmed.id,
            "user_id": user.id,
            "team_id": team.id,
            "letter_id": letter.id,
            "item_id": item.id,
            "publication_id": publication.id,
            "row_id": 1,
            "subject_kind": "event",
            "subject_id": draft.id,
            "section_id": limited.section_id,
            "question_id": limited.id,
            "network_id": network.id,
            "member_id": member.id,
            "invitation_id": invitations[InvitationState.INVITED].id,
            "batch_id": make_import(event).id,
            "reading_id": make_reading(user).id,
            "partner_id": make_partner(user).id,
            "token": add_link(confirmed.id),
        },
        of_page={
            "accounts.choose_password": {"token": next(iter(password_link.values())).rpartition("/")[2]},
            "publications_public.publication": {"slug": publication.slug},
            **{
                f"admission_invitations.{name}": invited
                for name in ("invitations", "invitation", "one", "many", "network", "remind")
            },
            "admission_public.invitation": {
                "token": add_invitation_link(invitations[InvitationState.INVITED].id)
            },
            "my_page.enter": {"token": _entry_link(confirmed)},
            "catalogue.organiser": {
                "code": _code(select(Organisation).join(Event, Event.organiser_id == Organisation.id))
            },
            "catalogue.topic": {
                "code": _code(select(Topic).join(event_topics, event_topics.c.topic_id == Topic.id))
            },
            "catalogue.series": {"code": _code(select(Series).join(Event, Event.series_id == Series.id))},
            **helping.pages(),
            "admission_public.request_link": invited,
            "admission_public.link_sent": invited,
            "networks_staff.of_event": invited,
            "imports_staff.undo": {"batch_id": read_in.id},
            **{
                f"admission_allocation.{name}": {"event_id": queues.allocated.id}
                for name in ("allocation", "settle")
            },
            **{f"assignment_staff.{name}": {"event_id": ranking.id} for name in ("assignment", "setting")},
            "outbox_demo.letter": {"name": letter_file.name},
            "attendees_staff.answers": of_asked,
            "self_service_participant.own_questions": {"token": add_link(asked.id)},
            "self_service_participant.companions": {"token": add_link(at_screen.id)},
            "protection_staff.new_code": {"registration_id": alias.id},
            "events_lists.rows": {"name": ListName.KINDS},
            "events_lists.row": {"name": ListName.KINDS},
            "events_lists.merge": {"name": ListName.TOPICS},
            "events_staff.publish": {"event_id": draft.id},
            "events_staff.save_the_date": {"event_id": draft.id},
            "events_staff.delete": {"event_id": draft.id},
        },
        more=[
            *(
                Visit("catalogue.event", {"slug": _event_in(state).slug})
                for state in (EventState.SAVE_THE_DATE, EventState.CANCELLED, EventState.COMPLETED)
            ),
            Visit("catalogue.index", {"q": "finns inte någonstans"}),
            Visit("catalogue.index", {"typ": ["konferens", "utbildningsdag"], "form": "plats"}),
            Visit("sign_up_public.register", {"slug": _event_in(EventState.CANCELLED).slug}, 409),
            Visit("sign_up_public.receipt"),
            Visit("assignment_staff.assignment", {"event_id": _given_out().id}),
            Visit("catalogue.event", {"slug": "finns-inte"}, 404),
            *(
                Visit("admission_public.invitation", {"token": add_invitation_link(invitations[state].id)})
                for state in (InvitationState.ACCEPTED, InvitationState.DECLINED)
            ),
            Visit("admission_invitations.invitations", {"event_id": event.id}),
            *queues.visits(),
            Visit("imports_staff.show", {"batch_id": read_in.id}),
            Visit("networks_staff.network", {"q": "finns inte"}),
            Visit("attendees_staff.person", of_asked),
            Visit("attendees_staff.person", of_sender),
            Visit("attendees_staff.answers", of_sender),
            Visit("attendees_staff.attendees", {"event_id": sender.event_id, "fraga": [file_of_sender.id]}),
            Visit("self_service_participant.show", {"token": add_link(sender.id)}),
            Visit("self_service_participant.own_questions", {"token": add_link(sender.id)}),
            Visit("self_service_participant.show", {"token": add_link(asked.id)}),
            Visit("attendees_staff.attendees", {**of_screen, "kolumn": ["namn", "antal", "vid-skarmen"]}),
            Visit("attendees_staff.person", of_screen),
            Visit("self_service_participant.show", {"token": add_link(at_screen.id)}),
            Visit("self_service_participant.change", {"token": add_link(at_screen.id)}),
            Visit("sign_up_public.register", {"slug": BINDING}),
            Visit("questions_staff.edit", {"subject_id": event.id}),
            Visit("questions_staff.edit", {"subject_kind": "bank", "subject_id": 0}),
            *(Visit("questions_staff.new", {"typ": kind.value}) for kind in QuestionKind),
            Visit("questions_staff.copy_from", {"q": "finns inte"}),
            Visit("self_service_participant.show", {"token": add_link(cancelled.id)}),
            Visit("self_service_participant.show", {"token": "finns-inte"}, 404),
            *helping.visits(),
            Visit("self_service_participant.show", {"token": add_link(alias.id)}),
            Visit("self_service_participant.change", {"token": add_link(alias.id)}),
            Visit("attendees_staff.person", {"registration_id": alias.id}),
            *(Visit("events_lists.rows", {"name": name}) for name in ListName),
            Visit("attendees_staff.attendees", {"q": "finns inte"}),
            Visit("attendees_staff.attendees", {"event_id": draft.id}),
            Visit("desk.event", {"event_id": draft.id}),
            Visit("events_staff.edit", {"event_id": draft.id}),
            Visit("desk.activities", {"q": "finns inte"}),
            Visit("my_page.enter", {"token": "finns-inte"}, 404),
            Visit("my_page.enter", {"token": _entry_link(confirmed, timedelta(minutes=-1))}, 410),
            Visit("catalogue.event", {"slug": _asks_only_who().slug}),
            Visit("sign_up_public.register", {"slug": _asks_only_who().slug}),
        ],
        entries={lang: _entry_link(confirmed) for lang in THEMES},
    )


def _one_who_is_asked() -> Registration:
    """Somebody who is coming to an activity with questions of its own."""
    found = db.session.scalars(
        select(Registration)
        .join(Event, Event.id == Registration.event_id)
        .where(
            Event.has_questions,
            Event.state == EventState.PUBLISHED,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.alias_number.is_(None),
        )
        .order_by(Registration.id)
    ).first()
    assert found is not None
    return found


def _one_who_has_sent_a_file() -> tuple[Registration, Question]:
    """Somebody who is coming, and the question that they have answered with a file."""
    question = db.session.scalars(select(Question).where(Question.kind == QuestionKind.FILE)).first()
    assert question is not None
    person = db.session.scalars(
        select(Registration)
        .join(QuestionSet, QuestionSet.subject_id == Registration.event_id)
        .join(QuestionSection, QuestionSection.set_id == QuestionSet.id)
        .where(
            QuestionSection.id == question.section_id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.alias_number.is_(None),
        )
        .order_by(Registration.id)
    ).first()
    assert person is not None
    sent = Given("0a1b2c/Underlag om samverkan.pdf", file=FileFacts("application/pdf", 1200, "0" * 64))
    keep_answers("registration", person.id, [question], {question.id: sent}, moment=now())
    return person, question


def _given_out() -> Event:
    """An activity whose ranked items have been given out, where somebody got none."""
    event, [[full, _]] = make_ranking_event([0, 5], items_assigned_at=now())
    make_wisher(event, full)
    return event


def _make_questions(event: Event) -> Question:
    """Questions of the activity, and some in the bank; answers the one with everything that a question can have."""
    building = build(event)
    (lunch,) = add(building, question_facts("Äter du lunch?"))
    told = add(building, question_facts("Bilder", QuestionKind.STATEMENT, hint_sv="Vi **fotograferar**."))
    bus = choice_facts("Vilken buss?", "Norr", "Söder", capacity=4, terms=(answer_is(lunch, "yes"),))
    (limited,) = add(building, bus)
    retire_question(building, told[0])
    bank = OpenSubject(kind="bank", id=0, title="Frågebank", may_edit=True, layout="")
    put_in_bank(begin_anyhow(bank, actor=OFFICER), limited)
    return limited


@dataclass(frozen=True)
class _SelfHelp:
    """People who can move to another date and hand their place over, and what has become of those who did."""

    comes: Registration
    offered: PlaceHandover
    over: list[PlaceHandover]
    gone: list[Registration]

    @classmethod
    def of(cls, event: Event) -> "_SelfHelp":
        series_id = make_series("hjalper-sig-sjalva", "Hjälper sig själva").id
        first, _second = (
            make_event(title="Ett av två datum", series_id=series_id, organiser_id=event.organiser_id)
            for _ in range(2)
        )
        moment = now()
        comes = make_registration(first)
        asked = make_registration(first, asked_again_at=moment, answer_again_by=moment + timedelta(days=1))
        over = [
            make_handover(make_registration(first), name="", email="", outcome=outcome, answered_at=moment)
            for outcome in HandoverOutcome
        ]
        gone = [
            make_registration(
                first,
                status=RegistrationStatus.EXPIRED
                if reason is EndReason.SILENT
                else RegistrationStatus.CANCELLED,
                end_reason=reason,
                replaced_by_id=comes.id,
                answer_again_by=moment,
            )
            for reason in EndReason
        ]
        return cls(comes, make_handover(asked), over, gone)

    def pages(self) -> dict[str, dict[str, object]]:
        own: dict[str, object] = {"token": add_link(self.comes.id)}
        return {
            "self_service_dates.change_date": own,
            "self_service_handover.offer": own,
            "self_service_handover.answer": {"token": add_handover_link(self.offered.id)},
        }

    def visits(self) -> list[Visit]:
        own = {"token": add_link(self.offered.registration_id)}
        return [
            Visit("self_service_participant.show", own),
            Visit("self_service_handover.offer", own),
            *(
                Visit("self_service_handover.answer", {"token": add_handover_link(one.id)})
                for one in self.over
            ),
            *(Visit("self_service_participant.show", {"token": add_link(one.id)}) for one in self.gone),
        ]


@dataclass(frozen=True)
class _Queues:
    """The activities that people wait for: a full one, one with applications, one whose places are allocated."""

    full: Event
    approved: Event
    allocated: Event

    @classmethod
    def of_demonstration(cls) -> "_Queues":
        by_status = {
            status: db.session.scalars(
                select(Event)
                .join(Registration, Registration.event_id == Event.id)
                .where(
                    Registration.status == status, Event.admission == admission, Event.is_example.is_(True)
                )
                .limit(1)
            ).one()
            for status, admission in (
                (RegistrationStatus.WAITING, Admission.FIRST_COME),
                (RegistrationStatus.APPLIED, Admission.APPROVAL),
            )
        }
        allocated = db.session.scalars(
            select(Event).where(Event.admission == Admission.ALLOCATION, Event.is_example.is_(True))
        ).one()
        return cls(by_status[RegistrationStatus.WAITING], by_status[RegistrationStatus.APPLIED], allocated)

    def visits(self) -> list[Visit]:
        waiting, offered = (
            self._people(self.full, status)
            for status in (RegistrationStatus.WAITING, RegistrationStatus.OFFERED)
        )
        applied = self._people(self.approved, RegistrationStatus.APPLIED)
        full = {"event_id": self.full.id}
        return [
            Visit("waiting_list_staff.waiting_list", full),
            *(
                Visit(f"waiting_list_staff.{name}", {**full, "person": waiting[1:3]})
                for name in ("give", "offer", "refuse", "move", "other_date")
            ),
            Visit("waiting_list_staff.withdraw", {**full, "person": offered[:1]}),
            Visit("waiting_list_staff.quotas", {"event_id": self.allocated.id}),
            Visit("desk.new_date", {**full, "person": waiting[:2]}),
            Visit("admission_approvals.applications", {"event_id": self.approved.id}),
            Visit("admission_approvals.applications", {"event_id": self.approved.id, "q": "finns inte"}),
            *(
                Visit(f"admission_approvals.{name}", {"event_id": self.approved.id, "person": applied})
                for name in ("approve", "refuse")
            ),
            *(
                Visit("attendees_staff.person", {**full, "registration_id": people[0]})
                for people in (waiting, offered)
            ),
            *(Visit("sign_up_public.register", {"slug": event.slug}) for event in (self.full, self.approved)),
            *(
                Visit("self_service_participant.show", {"token": add_link(people[0])})
                for people in (waiting, offered, applied)
            ),
            Visit("self_service_participant.cancel", {"token": add_link(waiting[0])}),
            Visit("self_service_participant.change", {"token": add_link(waiting[0])}),
        ]

    @staticmethod
    def _people(event: Event, status: RegistrationStatus) -> list[int]:
        return list(
            db.session.scalars(
                select(Registration.id)
                .where(Registration.event_id == event.id, Registration.status == status)
                .order_by(Registration.id)
            )
        )


def _code(statement: Select[Organisation] | Select[Topic] | Select[Series]) -> str:
    """The code of something that activities have."""
    found = db.session.scalars(statement.limit(1)).one()
    return found.code


def _entry_link(person: Registration, lasts: timedelta = timedelta(hours=2)) -> str:
    """A link to all of a person's registrations, as if a letter with it had left."""
    token, moment = new_token(), now()
    link = EntryLink(email_key=person.email_key, language="sv", asked_at=moment, expires_at=moment + lasts)
    link.token_digest = digest(token)
    db.session.add(link)
    db.session.flush()
    return token


def _asks_only_who() -> Event:
    """An activity for which one who is known signs up with one button."""
    return db.session.scalars(
        select(Event)
        .where(
            Event.state == EventState.PUBLISHED,
            Event.is_example.is_(True),
            Event.admission == Admission.FIRST_COME,
            Event.registration_mode == RegistrationMode.REQUIRED,
            Event.format == EventFormat.ONSITE,
            Event.first_starts_at > now() + timedelta(days=20),
            Event.registration_opens_on.is_(None),
        )
        .order_by(Event.id)
        .limit(1)
    ).one()


def _event_in(state: EventState) -> Event:
    return db.session.scalars(
        select(Event).where(Event.state == state, Event.is_example.is_(True)).order_by(Event.id).limit(1)
    ).one()


def pages_of(app: Flask) -> dict[str, set[str]]:
    """Every endpoint that answers a GET with a page, with the arguments of its address."""
    return {
        rule.endpoint: set(rule.arguments) - {"lang"}
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in NOT_PAGES
    }


def visits_of(app: Flask, examples: Examples, kind: GuardKind) -> list[Visit]:
    """Every page that wears a guard of this kind, and its other states."""
    pages = pages_of(app)
    own = [Visit(endpoint) for endpoint in sorted(pages)]
    visits = []
    for visit in [*own, *examples.more]:
        guard = guard_of(app.view_functions[visit.endpoint])
        assert guard is not None
        if guard.kind is kind:
            given = {**examples.values, **examples.of_page.get(visit.endpoint, {}), **visit.values}
            values = {name: given[name] for name in pages[visit.endpoint] | set(visit.values)}
            visits.append(replace(visit, values=values))
    return visits


def test_every_page_has_an_example(whole_app: Flask, examples: Examples) -> None:
    """Give the arguments of a new page a value in `examples`, or say in NOT_PAGES why it is none."""
    known = set(examples.values)
    lacking = {
        endpoint: missing
        for endpoint, arguments in pages_of(whole_app).items()
        if (missing := arguments - known - set(examples.of_page.get(endpoint, {})))
    }
    assert lacking == {}
    assert set(NOT_PAGES) <= set(whole_app.view_functions)


def look_at(page: Page, url: str, visit: Visit, lang: str) -> list[str]:
    """What is wrong with one page."""
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    page.emulate_media(color_scheme=THEMES[lang])
    answer = page.goto(url)
    assert answer is not None
    troubles = [] if answer.status == visit.status else [f"answered {answer.status}, not {visit.status}"]
    if page.locator("html").get_attribute("lang") != lang:
        troubles.append("the wrong language")
    troubles += page.evaluate(_LOOK_AT_LAYOUT)
    troubles += violations(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    troubles += [f"on a phone: {found}" for found in page.evaluate(_LOOK_AT_LAYOUT)]
    # WCAG 2.2, 1.4.10: one who has enlarged everything four times reads without scrolling sideways too.
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    troubles += [f"{wide} px wide in a window of 320"] if wide > 320 else []
    return [f"{url}: {trouble}" for trouble in troubles]


def test_the_looking_finds_what_is_wrong(open_context: Callable[..., BrowserContext]) -> None:
    """A check that never fails would let everything through."""
    page = open_context().new_page()
    page.set_content(
        "<html lang=sv><title>Annat – Kurser</title><main><h1>Rubrik</h1><img src='data:,'>"
        "<p style='color:#aaa;width:3000px'>Blek text</p><button style='width:9px;height:9px;padding:0'>x</button>"
    )
    layout = page.evaluate(_LOOK_AT_LAYOUT)
    assert [trouble.split(":")[0] for trouble in layout] == [
        'the title is "Annat – Kurser", the heading "Rubrik"',
        "3008 px wide",
        "9×9 px is too small",
    ]
    assert {"color-contrast", "image-alt"} <= {found.split(":")[0] for found in violations(page)}


def look_at_all(
    page: Page, app: Flask, site: Site, letters_site: Site, visits: list[Visit], lang: str
) -> None:
    troubles: list[str] = []
    for visit in visits:
        base = letters_site.url if visit.endpoint.startswith("outbox_demo.") else site.url
        with app.test_request_context(base_url=base):
            url = url_for(visit.endpoint, lang=lang, _external=True, **visit.values)  # type: ignore[arg-type]
        troubles += look_at(page, url, visit, lang)
    assert not troubles, "\n".join(troubles)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_for_visitors(
    open_context: Callable[..., BrowserContext],
    whole_app: Flask,
    site: Site,
    letters_site: Site,
    examples: Examples,
    lang: str,
) -> None:
    visits = visits_of(whole_app, examples, GuardKind.PUBLIC)
    look_at_all(open_context().new_page(), whole_app, site, letters_site, visits, lang)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_for_participants(
    open_context: Callable[..., BrowserContext],
    whole_app: Flask,
    site: Site,
    letters_site: Site,
    examples: Examples,
    lang: str,
) -> None:
    page = open_context().new_page()
    page.goto(f"/aktiviteter/{EVENT}/anmalan")
    page.get_by_label("Namn").fill("Åke Ökvist")
    page.get_by_label("E-postadress").fill(f"ake.okvist.{lang}@example.se")
    page.get_by_role("combobox", name="Var arbetar du?").fill("Umeå kommun")
    page.get_by_role("radio", name="Digitalt").check()
    page.get_by_role("button", name="Skicka anmälan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du är anmäld")
    page.get_by_role("button", name="Kom ihåg mig på den här enheten").click()
    expect(page.get_by_text("Den här enheten minns dig nu.")).to_be_visible()
    page.goto(f"/min/in/{examples.entries[lang]}")
    page.get_by_role("button", name="Visa mina anmälningar").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mina anmälningar")
    own = [
        visit
        for visit in visits_of(whole_app, examples, GuardKind.PUBLIC)
        if visit.endpoint in AFTER_SIGNING_UP | ON_A_KNOWN_DEVICE
    ]
    visits = own + visits_of(whole_app, examples, GuardKind.PARTICIPANT)
    look_at_all(page, whole_app, site, letters_site, visits, lang)


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_for_administrators(
    open_context: Callable[..., BrowserContext],
    whole_app: Flask,
    site: Site,
    letters_site: Site,
    examples: Examples,
    lang: str,
) -> None:
    page = open_context().new_page()
    sign_in(page, ADMINISTRATOR)
    look_at_all(page, whole_app, site, letters_site, visits_of(whole_app, examples, GuardKind.STAFF), lang)
