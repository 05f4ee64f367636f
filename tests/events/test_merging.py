"""Topics and target groups that become one: nothing that led to the old one stops working."""

from collections.abc import Callable

import pytest
from flask import Flask

from eventsapp.accounts.models import User
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role
from eventsapp.events.list_operations import restore_row
from eventsapp.events.lists import ListName, get_row
from eventsapp.events.merging import merge_row
from eventsapp.events.models import Event
from tests.conftest import FrozenClock
from tests.events.test_two_at_once import at_once
from tests.factories.events import make_event, make_kind, make_target_group, make_topic
from tests.feeds.readers import by_icalendar
from tests.page_client import PageClient

ADMINISTRATOR = Actor.user(1, "Elin Norberg")


def titles(client: PageClient, query: str) -> list[str]:
    return sorted(entry.summary for entry in by_icalendar(client.get(f"/kalender.ics?{query}").data).values())


def topics(event: Event) -> list[str]:
    db.session.refresh(event, ["topics"])
    return [topic.code for topic in event.topics]


def test_addresses_with_the_old_code_find_what_the_new_one_finds(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    old, new, newest = make_topic("andts"), make_topic("jamstalldhet"), make_topic("barnratt")
    one = make_event(title="En", topics=[old])
    both = make_event(title="Två", topics=[old, new])
    make_event(title="Tre", topics=[new])
    make_event(title="Annat", topics=[make_topic("klimat")])
    versions = [one.version, both.version]
    before = by_icalendar(client.get("/kalender.ics?amne=andts").data)
    assert merge_row(ListName.TOPICS, old, new, actor=ADMINISTRATOR) == 2
    db.session.commit()
    assert [topics(one), topics(both)] == [["jamstalldhet"], ["jamstalldhet"]]
    assert [one.version, both.version] == [version + 1 for version in versions]
    assert titles(client, "amne=andts") == titles(client, "amne=jamstalldhet") == ["En", "Tre", "Två"]
    after = by_icalendar(client.get("/kalender.ics?amne=andts").data)
    assert all(after[uid].sequence > entry.sequence for uid, entry in before.items())
    assert old.is_retired
    merge_row(ListName.TOPICS, new, newest, actor=ADMINISTRATOR)
    db.session.commit()
    assert titles(client, "amne=andts") == titles(client, "amne=barnratt") == ["En", "Tre", "Två"]
    assert [entry.action for entry in history_of("amnen", old.id)] == ["list.merged"]


def test_a_row_that_is_taken_back_stands_alone_again(client: PageClient, frozen_now: FrozenClock) -> None:
    old, new = make_target_group("skola"), make_target_group("socialtjanst")
    make_event(title="En", target_groups=[old])
    merge_row(ListName.TARGET_GROUPS, old, new, actor=ADMINISTRATOR)
    db.session.commit()
    assert titles(client, "malgrupp=skola") == ["En"]
    restore_row(ListName.TARGET_GROUPS, old, actor=ADMINISTRATOR)
    db.session.commit()
    assert titles(client, "malgrupp=skola") == []
    assert titles(client, "malgrupp=socialtjanst") == ["En"]


def test_what_cannot_be_one(frozen_now: FrozenClock, db_session: object) -> None:
    topic, gone = make_topic("andts"), make_topic("klimat")
    gone.is_retired = True
    for name, row, into in (
        (ListName.TOPICS, topic, topic),
        (ListName.TOPICS, topic, gone),
        (ListName.TOPICS, gone, topic),
        (ListName.KINDS, make_kind(), make_kind("konferens")),
    ):
        with pytest.raises(DomainError):
            merge_row(name, row, into, actor=ADMINISTRATOR)


def test_on_the_page_of_the_row(
    client: PageClient, sign_in: Callable[..., User], frozen_now: FrozenClock
) -> None:
    sign_in(Role.ADMINISTRATOR)
    old, new = make_topic("andts"), make_topic("jamstalldhet")
    event = make_event(topics=[old])
    page = client.get_page(f"/personal/listor/amnen/{old.id}").click("Slå ihop med något annat i listan")
    refused = page.submit(button="Slå ihop")
    assert refused.problems == ["Välj vad det ska slås ihop med."]
    page = page.submit({"Slå ihop med": new.name_sv}, button="Slå ihop")
    assert page.messages == [f"{old.name_sv} är nu en del av {new.name_sv}."]
    assert topics(event) == ["jamstalldhet"]
    assert client.get(f"/personal/listor/amnen/{old.id}/sla-ihop").status_code == 404
    assert client.get(f"/personal/listor/typer/{make_kind().id}/sla-ihop").status_code == 404


def test_two_who_merge_the_same_at_once(app: Flask, frozen_now: FrozenClock) -> None:
    old, new, newest = make_topic("andts"), make_topic("jamstalldhet"), make_topic("barnratt")
    make_event(topics=[old])
    old_id, into_ids = old.id, [new.id, newest.id]

    def merge(number: int) -> str:
        row, into = (get_row(ListName.TOPICS, row_id) for row_id in (old_id, into_ids[number]))
        try:
            merge_row(ListName.TOPICS, row, into, actor=ADMINISTRATOR)
        except DomainError:
            return "refused"
        return "merged"

    assert sorted(at_once(app, merge, times=2)) == ["merged", "refused"]
