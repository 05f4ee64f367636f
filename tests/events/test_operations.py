"""Making and changing events, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from blinker import Signal
from sqlalchemy import func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.queries import history_of_event
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.text import like_pattern
from eventsapp.events.checks import SeveralProblems, problems_in
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.facts import LinkFacts, facts_of
from eventsapp.events.life_cycle import cancel_event, publish, save_the_date, unpublish
from eventsapp.events.models import (
    Admission,
    Event,
    EventFormat,
    EventLink,
    EventState,
    FormerSlug,
    Occasion,
    WaitingListRule,
)
from eventsapp.events.operations import (
    copy_event,
    create_event,
    delete_draft,
    preview_event,
    preview_new_event,
    set_speakers,
    update_event,
)
from eventsapp.events.queries import current_slug, get_event_to_change
from eventsapp.events.signals import capacity_changed, event_moved
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.queries import find_by_name
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user
from tests.factories.event_facts import event_facts, occasion_facts
from tests.factories.events import make_event

pytestmark = pytest.mark.usefixtures("app", "frozen_now")

OFFICER = Actor.user(7, "Karin Öberg")


def made(**facts: Any) -> Event:
    """A draft, as it is read back from the database."""
    event = create_event(event_facts(**facts), actor=OFFICER)
    return reread(event)


def reread(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def published(**facts: Any) -> Event:
    event = made(**facts)
    publish(event, actor=OFFICER)
    return reread(event)


def change(event: Event, **facts: Any) -> frozenset[str]:
    names = update_event(event, replace(facts_of(event), **facts), actor=OFFICER)
    db.session.commit()
    return names


def versions(event: Event) -> list[int]:
    return [occasion.sequence for occasion in reread(event).occasions]


@contextmanager
def listening(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    def listener(sender: Event, **words: Any) -> None:
        heard.append({"event": sender.id} | words)

    with signal.connected_to(listener):
        yield heard


class TestCreating:
    def test_a_new_event_is_a_draft_with_everything_derived(self) -> None:
        user = make_user(team_id=make_team("Social hållbarhet").id)
        with listening(capacity_changed) as heard:
            event = made(
                topics=("valdsforebyggande",),
                target_groups=("socialtjanst",),
                co_organisers=("Region Västerbotten", "Kvinnojouren Iris"),
                responsible_id=user.id,
                links=(LinkFacts(label="Program", url="https://exempel.se/program.pdf"),),
            )
        assert heard == [{"event": event.id}]
        assert event.state is EventState.DRAFT and event.published_at is None
        assert event.slug == "att-upptacka-vald"
        assert event.kind.code == "utbildningsdag"
        assert event.organiser is not None and event.organiser.is_official
        assert [one.name_sv for one in event.co_organisers] == ["Kvinnojouren Iris", "Region Västerbotten"]
        assert [county.code for county in event.counties] == ["24"]
        assert (event.responsible, event.team_id) == (user, user.team_id)
        (occasion,) = event.occasions
        assert (occasion.sequence, len(occasion.uid)) == (0, 36)
        assert (event.first_starts_at, event.last_ends_at) == (occasion.starts_at, occasion.ends_at)
        assert event.sort_key == "att uppt|cka v{ld"
        for word in (
            "upptäcka",
            "utbildningsdag",
            "våldsförebyggande",
            "socialtjänst",
            "umeå",
            "folkets",
            "iris",
        ):
            assert word in event.search_text

    def test_the_trail_has_one_row(self) -> None:
        event = made()
        (entry,) = history_of_event(event.id)
        assert (entry.action, entry.actor_name) == ("event.created", "Karin Öberg")
        assert entry.changes == {"title_sv": ["", "Att upptäcka våld"]}

    def test_two_events_with_one_title_get_two_addresses(self) -> None:
        assert [made().slug, made().slug, made().slug] == [
            "att-upptacka-vald",
            "att-upptacka-vald-2",
            "att-upptacka-vald-3",
        ]
        assert made(title_sv="Tidigare").slug == "tidigare-2"

    def test_an_event_without_a_municipality_is_in_its_organisers_county(self) -> None:
        event = made(municipality=None, format=EventFormat.ONLINE)
        assert [county.code for county in event.counties] == ["24"]
        event = made(municipality=None, organiser="Jämställdhetsmyndigheten", counties=("25", "01"))
        assert [county.code for county in event.counties] == ["25", "01"]

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"kind": "finns-inte"}, "kind"),
            ({"topics": ("finns-inte",)}, "topics"),
            ({"target_groups": ("socialtjanst", "finns-inte")}, "target_groups"),
            ({"series": "finns-inte"}, "series"),
            ({"municipality": "9999"}, "municipality"),
            ({"counties": ("99",)}, "counties"),
            ({"responsible_id": 10_000}, "responsible"),
            ({"organiser": "x" * 201}, "organiser"),
            ({"co_organisers": ("x" * 201,)}, "co_organisers"),
        ],
    )
    def test_what_no_list_has_is_refused_at_its_field(self, facts: dict[str, Any], field: str) -> None:
        with pytest.raises(DomainError) as caught:
            create_event(event_facts(**facts), actor=OFFICER)
        assert caught.value.field == field
        db.session.rollback()
        assert db.session.scalar(select(func.count(Event.id))) == 0

    def test_a_preview_leaves_nothing_behind(self) -> None:
        event = preview_new_event(event_facts(organiser="Nybildade föreningen"))
        assert event.organiser is not None and event.title == "Att upptäcka våld"
        db.session.rollback()
        assert db.session.scalar(select(func.count(Event.id))) == 0
        assert find_by_name("Nybildade föreningen") is None


class TestVersions:
    def test_a_draft_has_no_versions(self) -> None:
        event = made()
        assert change(event, title_sv="Ny titel") == {"title_sv"}
        assert versions(event) == [0]

    @pytest.mark.parametrize(
        ("facts", "raised"),
        [
            ({"title_sv": "Ny titel"}, True),
            ({"title_en": "New title"}, True),
            ({"summary_sv": "Ny sammanfattning"}, True),
            ({"kind": "konferens"}, True),
            ({"topics": ("valdsforebyggande",)}, True),
            ({"venue": "Stadshuset"}, True),
            ({"room": "Lilla salen"}, True),
            ({"municipality": "2482"}, True),
            ({"join_url": "https://video.example.se/rum"}, True),
            ({"organiser": "Region Västerbotten"}, True),
            ({"contact_email": "annan@example.se"}, True),
            ({"registration_closes_on": date(2026, 11, 20)}, True),
            ({"body_sv": "Ny text"}, False),
            ({"cost": "Kostnadsfritt"}, False),
            ({"capacity_total": 100}, False),
            ({"links": (LinkFacts(label="Program", url="https://exempel.se"),)}, False),
        ],
    )
    def test_a_version_rises_when_a_calendar_shows_the_change(
        self, frozen_now: FrozenClock, facts: dict[str, Any], raised: bool
    ) -> None:
        event = published(occasions=(occasion_facts(), occasion_facts(date(2026, 12, 2))))
        before = event.changed_at
        frozen_now.advance(minutes=5)
        change(event, **facts)
        event = reread(event)
        assert versions(event) == ([1, 1] if raised else [0, 0])
        assert event.changed_at > before
        for occasion in event.occasions:
            assert (occasion.changed_at == event.changed_at) is raised

    def test_one_save_raises_once_whatever_it_changes(self) -> None:
        event = published()
        change(event, title_sv="Ny titel", venue="Stadshuset", summary_sv="Nytt")
        assert versions(event) == [1]

    def test_a_neutral_title_raises_since_it_is_another_entry_for_those_who_come(self) -> None:
        event = published()
        assert change(event, neutral_in_calendars=True) == {"neutral_in_calendars"}
        assert versions(event) == [1]
        change(event, neutral_in_calendars=False)
        assert versions(event) == [2]

    def test_a_copy_stays_neutral(self) -> None:
        event = published(neutral_in_calendars=True)
        copy = copy_event(event, CopyChoice(CopyDates.KEEP), responsible_id=None, actor=OFFICER)
        assert copy.neutral_in_calendars

    def test_what_no_visitor_sees_leaves_the_page_as_it_was(self, frozen_now: FrozenClock) -> None:
        event = published()
        before, version = event.changed_at, event.version
        frozen_now.advance(minutes=5)
        assert change(event, reference_number="123-2026", reminder_days=5) == {
            "reference_number",
            "reminder_days",
        }
        event = reread(event)
        assert (event.changed_at, versions(event)) == (before, [0])
        assert event.version > version

    def test_ways_in_are_no_news_for_calendars_but_for_the_page(self, frozen_now: FrozenClock) -> None:
        event = published()
        before = event.changed_at
        frozen_now.advance(minutes=5)
        assert change(event, admission=Admission.APPROVAL, waiting_list=WaitingListRule.NONE) == {
            "admission",
            "waiting_list",
        }
        event = reread(event)
        assert versions(event) == [0]
        assert event.changed_at > before
        assert history_of_event(event.id)[0].changes == {
            "admission": ["Först till kvarn", "Vi godkänner varje anmälan"],
            "waiting_list": [
                "Reservlista: den som står först får ett erbjudande och svarar",
                "Ingen reservlista",
            ],
        }

    def test_the_trail_says_that_the_code_changed_and_never_what_it_is(self) -> None:
        event = published(admission=Admission.CODE, admission_code="hemligt-ord")
        before = event.changed_at
        assert change(event, admission_code="annat-ord") == {"admission_code"}
        event = reread(event)
        assert (event.admission_code, event.changed_at) == ("annat-ord", before)
        assert history_of_event(event.id)[0].changes == {"admission_code": None}
        everything = str([entry.changes for entry in db.session.scalars(select(AuditEntry))])
        assert "ord" not in everything.replace("ordna", "")

    @pytest.mark.parametrize(
        ("facts", "heard_once"),
        [
            ({"admission": Admission.APPROVAL}, True),
            ({"waiting_list": WaitingListRule.AUTOMATIC}, True),
            ({"format": EventFormat.ONLINE}, True),
            ({"format": EventFormat.HYBRID, "separate_pools": True}, True),
            ({"capacity_total": 90}, True),
            ({"room_capacity": 90}, False),
            ({"offer_hours": 24}, False),
            ({"title_sv": "Ny titel"}, False),
        ],
    )
    def test_what_may_move_those_who_wait_is_told(self, facts: dict[str, Any], heard_once: bool) -> None:
        event = published()
        with listening(capacity_changed) as heard:
            change(event, **facts)
        assert heard == ([{"event": event.id}] if heard_once else [])

    def test_a_draft_has_a_waiting_list_and_takes_groups_unless_one_says_otherwise(self) -> None:
        event = made()
        assert (event.admission, event.waiting_list, event.offer_hours, event.allows_groups) == (
            Admission.FIRST_COME,
            WaitingListRule.OFFER,
            48,
            True,
        )

    def test_saving_without_a_change_changes_nothing(self) -> None:
        event = published(links=(LinkFacts(label="Program", url="https://exempel.se"),))
        version, entries = event.version, len(history_of_event(event.id))
        assert change(event) == frozenset()
        event = reread(event)
        assert (event.version, versions(event), len(history_of_event(event.id))) == (version, [0], entries)

    def test_first_publication_is_the_first_version(self, frozen_now: FrozenClock) -> None:
        event = made()
        frozen_now.advance(minutes=5)
        save_the_date(event, actor=OFFICER)
        event = reread(event)
        assert (versions(event), event.published_at) == ([0], event.changed_at)
        assert event.occasions[0].changed_at == event.changed_at
        publish(event, actor=OFFICER)
        assert versions(event) == [1]
        unpublish(event, registered=0, actor=OFFICER)
        assert versions(event) == [2]
        publish(event, actor=OFFICER)
        cancel_event(event, "För få anmälda.", actor=OFFICER)
        assert versions(event) == [4]


class TestOccasions:
    def test_an_occasion_keeps_its_uid_when_its_time_changes(self) -> None:
        event = published()
        (before,) = [occasion.uid for occasion in event.occasions]
        (row,) = facts_of(event).occasions
        moved = replace(row, starts_at=row.starts_at + timedelta(hours=1))
        with listening(event_moved) as heard:
            assert change(event, occasions=(moved,)) == {"occasions"}
        event = reread(event)
        assert heard == [{"event": event.id, "actor": OFFICER, "message": {}}]
        assert [(one.uid, one.sequence) for one in event.occasions] == [(before, 1)]
        assert event.moved_at == event.changed_at
        assert event.first_starts_at == moved.starts_at

    def test_a_removed_occasion_of_a_draft_is_gone(self) -> None:
        event = made(occasions=(occasion_facts(), occasion_facts(date(2026, 12, 2))))
        change(event, occasions=facts_of(event).occasions[:1])
        assert len(reread(event).occasions) == 1
        assert db.session.scalar(select(func.count(Occasion.id))) == 1

    def test_a_removed_occasion_that_was_public_is_cancelled(self) -> None:
        event = published(occasions=(occasion_facts(), occasion_facts(date(2026, 12, 2))))
        uids = [occasion.uid for occasion in event.occasions]
        with listening(event_moved) as heard:
            change(event, occasions=facts_of(event).occasions[:1])
        event = reread(event)
        assert [one.uid for one in event.occasions] == uids
        assert versions(event) == [1, 1]
        assert event.occasions[0].cancelled_at is None
        assert event.occasions[1].cancelled_at == event.moved_at == event.changed_at
        assert event.last_ends_at == event.occasions[0].ends_at
        assert len(heard) == 1

    def test_a_cancelled_occasion_comes_back_with_its_uid(self) -> None:
        event = published(occasions=(occasion_facts(), occasion_facts(date(2026, 12, 2))))
        second = facts_of(event).occasions[1]
        uid = event.occasions[1].uid
        change(event, occasions=facts_of(event).occasions[:1])
        event = reread(event)
        change(event, occasions=(*facts_of(event).occasions, replace(second, id=None)))
        event = reread(event)
        assert [(one.uid, one.sequence, one.cancelled_at) for one in event.occasions][1] == (uid, 2, None)
        assert len(event.occasions) == 2

    def test_an_added_occasion_begins_at_version_0_and_moves_nothing(self) -> None:
        event = published()
        with listening(event_moved) as heard:
            change(event, occasions=(*facts_of(event).occasions, occasion_facts(date(2026, 12, 2))))
        event = reread(event)
        assert versions(event) == [1, 0]
        assert event.moved_at is None
        assert heard == [{"event": event.id, "actor": OFFICER, "message": {}}]

    def test_the_id_of_another_events_occasion_is_a_new_occasion(self) -> None:
        other = published()
        stranger = other.occasions[0]
        event = made()
        change(event, occasions=(occasion_facts(date(2026, 12, 2), id=stranger.id),))
        (occasion,) = reread(event).occasions
        assert occasion.uid != stranger.uid
        assert facts_of(reread(other)).occasions[0].when == facts_of(other).occasions[0].when

    def test_two_rows_with_one_id_are_two_occasions(self) -> None:
        event = made()
        (row,) = facts_of(event).occasions
        change(event, occasions=(row, occasion_facts(date(2026, 12, 2), id=row.id)))
        assert len(reread(event).occasions) == 2


class TestNews:
    @pytest.mark.parametrize(
        "facts",
        [
            {"venue": "Stadshuset"},
            {"room": "Lilla salen"},
            {"address": "Storgatan 1"},
            {"municipality": "2482"},
            {"format": EventFormat.HYBRID},
        ],
    )
    def test_a_changed_place_is_news(self, facts: dict[str, Any]) -> None:
        event = published()
        with listening(event_moved) as heard:
            change(event, **facts)
        assert heard == [{"event": event.id, "actor": OFFICER, "message": {}}]
        assert reread(event).moved_at is None

    @pytest.mark.parametrize(
        "facts", [{"title_sv": "Ny titel"}, {"join_url": "https://video.example.se/rum"}]
    )
    def test_other_changes_are_not(self, facts: dict[str, Any]) -> None:
        event = published()
        with listening(event_moved) as heard:
            change(event, **facts)
        assert heard == []

    def test_nobody_is_told_of_a_draft(self) -> None:
        event = published()
        unpublish(event, registered=0, actor=OFFICER)
        with listening(event_moved) as heard:
            change(event, venue="Stadshuset", occasions=(occasion_facts(date(2026, 12, 2)),))
        assert heard == []

    def test_nobody_is_told_when_the_past_is_mended(self, frozen_now: FrozenClock) -> None:
        event = published()
        frozen_now.advance(days=100)
        (row,) = facts_of(event).occasions
        with listening(event_moved) as heard:
            change(event, occasions=(replace(row, starts_at=row.starts_at + timedelta(hours=1)),))
        assert (heard, reread(event).moved_at) == ([], None)

    def test_a_change_of_capacity_is_told(self) -> None:
        event = published()
        with listening(capacity_changed) as heard:
            change(event, title_sv="Ny titel")
            assert heard == []
            change(reread(event), capacity_total=100)
            assert heard == [{"event": event.id}]
            change(reread(event), format=EventFormat.HYBRID, separate_pools=True, capacity_onsite=80)
            assert len(heard) == 2

    def test_an_error_in_a_listener_undoes_all(self) -> None:
        event = published()

        def listener(sender: Event, **words: Any) -> None:
            raise RuntimeError("the letters could not be written")

        with event_moved.connected_to(listener), pytest.raises(RuntimeError):
            update_event(event, replace(facts_of(event), venue="Stadshuset"), actor=OFFICER)
        db.session.rollback()
        assert reread(event).venue == "Folkets hus"


class TestTrail:
    def test_facts_are_told_before_and_after_in_swedish(self) -> None:
        event = published()
        change(
            event,
            kind="konferens",
            occasions=(occasion_facts(date(2026, 12, 2), label_sv="Dag ett"),),
            municipality=None,
            asks_food=True,
            registration_closes_on=None,
            format=EventFormat.ONLINE,
            counties=("25",),
        )
        entry = history_of_event(event.id)[0]
        before = "onsdag 25 november 2026, kl.\u00a009.00–15.30"
        assert (entry.action, entry.actor_id) == ("event.changed", 7)
        assert entry.changes == {
            "kind": ["Utbildningsdag", "Konferens"],
            "occasions": [
                before,
                f"{before}, inställt\nonsdag 2 december 2026, kl.\u00a009.00–15.30 (Dag ett)",
            ],
            "municipality": ["Umeå", ""],
            "counties": ["Västerbottens län", "Norrbottens län"],
            "asks_food": ["nej", "ja"],
            "registration_closes_on": ["onsdag 18 november 2026", ""],
            "format": ["På plats", "Digitalt"],
        }

    def test_each_save_is_one_row(self) -> None:
        event = published()
        change(event, title_sv="Ny titel", venue="Stadshuset")
        assert [entry.action for entry in history_of_event(event.id)] == [
            "event.changed",
            "event.published",
            "event.created",
        ]


class TestRefusals:
    def test_a_public_event_keeps_what_the_public_needs(self) -> None:
        event = published()
        with pytest.raises(SeveralProblems) as caught:
            change(event, summary_sv="", occasions=())
        assert [problem.field for problem in problems_in(caught.value)] == ["occasions", "summary_sv"]
        db.session.rollback()
        assert reread(event).summary_sv != ""

    def test_a_draft_needs_nothing_but_a_title(self) -> None:
        event = made()
        change(
            event, summary_sv="", occasions=(), organiser="", contact_email="", registration_closes_on=None
        )
        assert reread(event).first_starts_at is None

    def test_a_cancelled_event_can_still_be_mended(self) -> None:
        event = published()
        cancel_event(event, "För få anmälda.", actor=OFFICER)
        assert change(reread(event), summary_sv="") == {"summary_sv"}


class TestCounties:
    def test_the_county_follows_the_municipality(self) -> None:
        event = made()
        change(event, municipality="2580")
        assert [county.code for county in reread(event).counties] == ["25"]

    def test_counties_that_staff_chose_stay(self) -> None:
        event = made(counties=("24", "01"))
        change(event, municipality="2580", counties=("24", "01", "25"))
        assert sorted(county.code for county in reread(event).counties) == ["01", "24", "25"]


class TestSearch:
    def test_speakers_are_found_and_stay_found_after_a_save(self) -> None:
        event = published()
        set_speakers(event, ["Karin Öberg", "Karin Öberg", "Åsa Ahlström"])
        change(reread(event), title_sv="Helt annan titel")
        found = db.session.scalars(
            select(Event).where(Event.search_text.like(like_pattern("åsa ahlström")))
        ).all()
        assert [(one.id, one.title_sv) for one in found] == [(event.id, "Helt annan titel")]
        assert versions(event) == [1]


class TestCopying:
    def test_a_copy_has_the_facts_and_nothing_of_the_history(self) -> None:
        user = make_user()
        original = published(
            topics=("valdsforebyggande",),
            co_organisers=("Region Västerbotten",),
            links=(LinkFacts(label="Program", url="https://exempel.se"),),
            join_url="https://video.example.se/rum",
        )
        cancel_event(original, "För få anmälda.", actor=OFFICER)
        original = reread(original)
        with listening(capacity_changed) as heard:
            copy = copy_event(
                original, CopyChoice(CopyDates.MOVE, date(2027, 3, 29)), responsible_id=user.id, actor=OFFICER
            )
        copy = reread(copy)
        assert heard == [{"event": copy.id}]
        assert (copy.state, copy.published_at, copy.cancelled_at, copy.cancel_reason) == (
            EventState.DRAFT,
            None,
            None,
            "",
        )
        assert copy.slug == "att-upptacka-vald-2"
        expected = facts_of(original)
        (row,) = facts_of(copy).occasions
        apart: dict[str, Any] = {
            "slug": "",
            "occasions": (),
            "responsible_id": None,
            "registration_closes_on": None,
        }
        assert replace(facts_of(copy), **apart) == replace(expected, **apart)
        assert row.when == occasion_facts(date(2027, 3, 29)).when
        assert copy.registration_closes_on == date(2027, 3, 22)
        assert copy.responsible_id == user.id
        assert {one.uid for one in copy.occasions}.isdisjoint(one.uid for one in original.occasions)
        assert [occasion.sequence for occasion in copy.occasions] == [0]
        assert [entry.action for entry in history_of_event(copy.id)] == ["event.copied"]

    def test_cancelled_occasions_are_not_copied(self) -> None:
        original = published(occasions=(occasion_facts(), occasion_facts(date(2026, 12, 2))))
        change(original, occasions=facts_of(original).occasions[:1])
        copy = copy_event(reread(original), CopyChoice(CopyDates.KEEP), responsible_id=None, actor=OFFICER)
        assert len(copy.occasions) == 1


class TestAddresses:
    def test_the_old_address_leads_to_the_new(self) -> None:
        event = published()
        assert change(event, slug="Metodstöd för socialtjänst") == {"slug"}
        event = reread(event)
        assert event.slug == "metodstod-for-socialtjanst"
        assert current_slug("att-upptacka-vald") == "metodstod-for-socialtjanst"
        assert versions(event) == [1]
        assert history_of_event(event.id)[0].changes == {
            "slug": ["att-upptacka-vald", "metodstod-for-socialtjanst"]
        }

    def test_an_address_can_be_taken_back_but_not_another_events(self) -> None:
        first, second = published(), published(title_sv="En annan")
        change(first, slug="ny")
        for slug in ("ny", "att-upptacka-vald", "tidigare"):
            with pytest.raises(DomainError) as caught:
                change(reread(second), slug=slug)
            db.session.rollback()
            assert caught.value.field == "slug"
        change(reread(first), slug="att-upptacka-vald")
        first = reread(first)
        assert (first.slug, current_slug("ny"), current_slug("att-upptacka-vald")) == (
            "att-upptacka-vald",
            "att-upptacka-vald",
            None,
        )
        assert created_slug() == "ny-2"

    def test_a_draft_that_was_never_public_leaves_no_old_address(self) -> None:
        event = made()
        change(event, slug="ny")
        assert db.session.scalar(select(func.count()).select_from(FormerSlug)) == 0
        assert change(reread(event), slug="Ny") == frozenset()
        assert change(reread(event), slug="  ") == frozenset()


def created_slug() -> str:
    return made(title_sv="Ny").slug


class TestDeleting:
    def test_a_draft_goes_with_all_that_is_its_own(self) -> None:
        event = made(
            topics=("valdsforebyggande",), links=(LinkFacts(label="Program", url="https://exempel.se"),)
        )
        event_id = event.id
        delete_draft(event, actor=OFFICER)
        db.session.commit()
        for model in (Event, Occasion, EventLink):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
        assert [entry.action for entry in history_of_event(event_id)] == ["event.deleted", "event.created"]
        assert made().id > event_id

    def test_what_was_public_stays(self) -> None:
        event = published()
        unpublish(event, registered=0, actor=OFFICER)
        with pytest.raises(DomainError):
            delete_draft(reread(event), actor=OFFICER)
        assert db.session.scalar(select(func.count(Event.id))) == 1


def test_a_preview_of_a_change_is_rolled_back_whole() -> None:
    event = published()
    with listening(event_moved) as heard:
        preview_event(event, replace(facts_of(event), venue="Stadshuset", organiser="Nybildade föreningen"))
        assert event.venue == "Stadshuset"
        assert event.organiser is not None and event.organiser.name_sv == "Nybildade föreningen"
    db.session.rollback()
    assert heard == []
    assert reread(event).venue == "Folkets hus"
    assert db.session.scalar(select(func.count(Organisation.id)).where(~Organisation.is_official)) == 0
    assert db.session.scalar(select(func.count(AuditEntry.id))) == 2


def test_an_event_made_elsewhere_can_be_changed() -> None:
    event = make_event(state=EventState.PUBLISHED)
    names = update_event(reread(event), replace(facts_of(reread(event)), title_sv="Ny titel"), actor=OFFICER)
    assert names == {"title_sv", "counties"}
