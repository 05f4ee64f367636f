"""One event to subscribe to: its occasions, and apart from them its programme."""

from dataclasses import replace
from datetime import date, time

from eventsapp.core.actor import Actor
from eventsapp.core.clock import from_swedish
from eventsapp.core.db import db
from eventsapp.events.facts import facts_of
from eventsapp.events.life_cycle import unpublish
from eventsapp.events.models import Event, FormerSlug
from eventsapp.events.operations import update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.programme.operations import add_item, change_item, remove_item
from eventsapp.programme.queries import get_item
from eventsapp.programme.rules import ItemFacts, SpeakerFacts
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.feeds.readers import Read, by_icalendar, by_vobject
from tests.page_client import PageClient

OFFICER = Actor.user(1, "Karin Öberg")
DAY = date(2026, 11, 25)
ADDRESS = "/aktiviteter/vald/program.ics"


def facts(title: str, start: int, end: int | None = None, **others: object) -> ItemFacts:
    return ItemFacts(
        title_sv=title,
        starts_at=from_swedish(DAY, time(start)),
        ends_at=None if end is None else from_swedish(DAY, time(end)),
        **others,  # type: ignore[arg-type]
    )


def to_change(event: Event) -> Event:
    db.session.commit()
    return get_event_to_change(event.id)


def read(client: PageClient) -> dict[str, Read]:
    content = client.get(ADDRESS).data
    found = by_icalendar(content)
    assert found == by_vobject(content)
    return {entry.summary.removeprefix("INSTÄLLT: "): entry for entry in found.values()}


def test_each_item_is_an_entry_that_follows_it(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(slug="vald", title="Att upptäcka våld", occasions=[make_occasion(DAY)])
    changing = to_change(event)
    talk = add_item(
        changing,
        facts(
            "Samtal", 9, room="Sal Ö", text_sv="Om rutiner.", speakers=(SpeakerFacts("Åsa Ek", "forskare"),)
        ),
        actor=OFFICER,
    )
    lunch = add_item(changing, facts("Lunch", 12, 13), actor=OFFICER)
    db.session.commit()
    first = read(client)
    assert first["Samtal"].starts == from_swedish(DAY, time(9))
    assert first["Samtal"].ends == from_swedish(DAY, time(12)), "until the next one begins"
    assert first["Samtal"].location == "Sal Ö, Folkets hus, Skolgatan 59, Umeå"
    assert first["Samtal"].description.startswith("Att upptäcka våld\n\nÅsa Ek, forskare\n\nOm rutiner.")
    assert client.get(ADDRESS).headers["Content-Disposition"] == 'inline; filename="kalender.ics"'
    changing = to_change(event)
    change_item(changing, get_item(event.id, talk.id), facts("Samtal", 10, 11), actor=OFFICER)
    remove_item(changing, get_item(event.id, lunch.id), actor=OFFICER)
    db.session.commit()
    then = read(client)
    assert {title: entry.uid for title, entry in then.items()} == {
        title: entry.uid for title, entry in first.items()
    }
    assert then["Samtal"].starts == from_swedish(DAY, time(10))
    assert (then["Samtal"].status, then["Lunch"].status) == ("CONFIRMED", "CANCELLED")
    assert all(then[title].sequence > first[title].sequence for title in first)


def test_a_copy_has_entries_of_its_own(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(slug="vald", occasions=[make_occasion(DAY)])
    other = make_event(slug="annat", occasions=[make_occasion(DAY)])
    for one in (event, other):
        add_item(to_change(one), facts("Lunch", 12), actor=OFFICER)
    db.session.commit()
    (here,), (there,) = (
        by_icalendar(client.get(f"/aktiviteter/{slug}/program.ics").data) for slug in ("vald", "annat")
    )
    assert here != there


def test_what_is_a_draft_again_is_cancelled_for_those_who_have_it(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    event = make_event(
        slug="vald", title="Hemligt nu", occasions=[make_occasion(DAY)], summary_sv="Mer om det."
    )
    add_item(to_change(event), facts("Lunch", 12), actor=OFFICER)
    db.session.commit()
    assert {entry.status for entry in read(client).values()} == {"CONFIRMED"}
    before = by_icalendar(client.get("/aktiviteter/vald/kalender.ics").data)
    unpublish(to_change(event), registered=0, actor=OFFICER)
    db.session.commit()
    after = by_icalendar(client.get("/aktiviteter/vald/kalender.ics").data)
    assert after.keys() == before.keys()
    assert {entry.status for entry in after.values()} == {"CANCELLED"}
    assert "Mer om det." not in client.get("/aktiviteter/vald/kalender.ics").text
    assert {entry.status for entry in read(client).values()} == {"CANCELLED"}
    assert client.get("/aktiviteter/vald.ics").status_code == 404


def test_addresses(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(slug="vald", occasions=[make_occasion(DAY)])
    db.session.add(FormerSlug(slug="gammal", event_id=event.id))
    for path in ("kalender.ics", "program.ics"):
        moved = client.get(f"/aktiviteter/gammal/{path}")
        assert (moved.status_code, moved.headers["Location"]) == (301, f"/aktiviteter/vald/{path}")
        assert client.get(f"/aktiviteter/finns-inte/{path}").status_code == 404
        answer = client.get(f"/aktiviteter/vald/{path}")
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert client.get(f"/aktiviteter/vald/{path}", headers=tag).status_code == 304
    page = client.get_page("/aktiviteter/vald")
    assert page.href("Den här aktiviteten") == "webcal://localhost/aktiviteter/vald/kalender.ics"
    assert "Programmet, punkt för punkt" not in page.text
    add_item(to_change(event), facts("Lunch", 12), actor=OFFICER)
    page = client.get_page("/en/events/vald")
    assert page.all('a[href="webcal://localhost/en/events/vald/programme.ics"]')


def test_an_item_without_an_end_follows_the_next_one(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(slug="vald", occasions=[make_occasion(DAY)])
    add_item(to_change(event), facts("Samtal", 9), actor=OFFICER)
    db.session.commit()
    ends, number = read(client)["Samtal"].ends, read(client)["Samtal"].sequence
    assert ends == from_swedish(DAY, time(9, 30)), "the last one lasts half an hour"
    lunch = add_item(to_change(event), facts("Lunch", 12, 13), actor=OFFICER)
    db.session.commit()
    after = read(client)["Samtal"]
    assert after.ends == from_swedish(DAY, time(12))
    assert after.sequence > number
    change_item(to_change(event), get_item(event.id, lunch.id), facts("Lunch", 11, 12), actor=OFFICER)
    db.session.commit()
    moved = read(client)["Samtal"]
    assert moved.ends == from_swedish(DAY, time(11))
    assert moved.sequence > after.sequence
    remove_item(to_change(event), get_item(event.id, lunch.id), actor=OFFICER)
    db.session.commit()
    alone = read(client)["Samtal"]
    assert alone.ends == ends
    assert alone.sequence > moved.sequence


def test_the_items_of_a_day_that_is_called_off_are_cancelled(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    next_day = date(2026, 11, 26)
    event = make_event(slug="vald", occasions=[make_occasion(DAY), make_occasion(next_day)])
    add_item(to_change(event), facts("Första dagen", 9, 10), actor=OFFICER)
    add_item(
        to_change(event),
        ItemFacts(
            title_sv="Andra dagen",
            starts_at=from_swedish(next_day, time(9)),
            ends_at=from_swedish(next_day, time(10)),
        ),
        actor=OFFICER,
    )
    db.session.commit()
    before = read(client)
    changing = to_change(event)
    days = facts_of(changing)
    update_event(changing, replace(days, occasions=days.occasions[:1]), actor=OFFICER)
    db.session.commit()
    after = read(client)
    assert (after["Första dagen"].status, after["Andra dagen"].status) == ("CONFIRMED", "CANCELLED")
    assert after["Andra dagen"].sequence > before["Andra dagen"].sequence
