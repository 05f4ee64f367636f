"""Links and devices in the database: digests only, one use, and nothing left when the time is up."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from eventsapp.core.clock import now
from eventsapp.core.db import Base, db
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.tokens import digest
from eventsapp.outbox.links import mint_links
from eventsapp.outbox.models import Letter
from eventsapp.participants.limits import may_ask_from, may_have_letter
from eventsapp.participants.links import mint_links as mint_one
from eventsapp.participants.models import Device, EntryLink
from eventsapp.participants.operations import LinkNotGood, enter, forget_address, send_link, show_out
from eventsapp.participants.queries import devices_of, find_device
from eventsapp.participants.rules import MOST_WISHES_FROM_ONE_PLACE, LinkState, Stay
from tests.conftest import FrozenClock
from tests.factories.participants import mailed_link

ADDRESS = "Asa.Ahlstrom@umea.example.se"
KEY = "asa.ahlstrom@umea.example.se"


def token_of(path: str) -> str:
    return path.rpartition("/")[2]


def state_after(use: Callable[[], object]) -> LinkState:
    with pytest.raises(LinkNotGood) as caught:
        use()
    return caught.value.state


def test_a_link_lets_one_device_in_once(app, frozen_now: FrozenClock) -> None:
    token = token_of(mailed_link(ADDRESS))
    assert len(token) == 32
    device, device_token = enter(token, Stay.MONTH, "Firefox, Android")
    assert (device.email_key, device.browser) == (KEY, "Firefox, Android")
    assert device.expires_at == now() + timedelta(days=30)
    assert find_device(device_token, now()) is device
    assert state_after(lambda: enter(token, Stay.NOW, "")) is LinkState.USED
    assert len(devices_of(KEY, now())) == 1


def test_only_digests_are_kept(app) -> None:
    token = token_of(mailed_link(ADDRESS))
    _, device_token = enter(token, Stay.NOW, "")
    db.session.commit()
    kept = "".join(
        str(tuple(row)) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table))
    )
    assert token not in kept and device_token not in kept
    assert digest(token) in kept and digest(device_token) in kept


def test_an_old_or_unknown_link_lets_nobody_in(app, frozen_now: FrozenClock) -> None:
    token = token_of(mailed_link(ADDRESS))
    frozen_now.advance(minutes=30)
    assert state_after(lambda: enter(token, Stay.NOW, "")) is LinkState.OLD
    assert state_after(lambda: enter("finns-inte", Stay.NOW, "")) is LinkState.UNKNOWN
    assert db.session.query(Device).count() == 0


def test_the_time_of_a_link_begins_when_its_letter_leaves(app, frozen_now: FrozenClock) -> None:
    send_link(ADDRESS, "sv")
    frozen_now.advance(hours=3)
    link = db.session.query(EntryLink).one()
    mint_links("participant_link", link.id, "entry", ADDRESS)
    assert link.expires_at == now() + timedelta(minutes=30)


def test_a_letter_that_is_sent_again_has_a_new_link_and_a_used_one_none(app) -> None:
    first = token_of(mailed_link(ADDRESS))
    link = db.session.query(EntryLink).one()
    second = token_of(mint_links("participant_link", link.id, "entry", ADDRESS)["enter"])
    assert state_after(lambda: enter(first, Stay.NOW, "")) is LinkState.UNKNOWN
    enter(second, Stay.NOW, "")
    with pytest.raises(Conflict, match="Länken är redan använd"):
        mint_links("participant_link", link.id, "entry", ADDRESS)
    with pytest.raises(Conflict, match="Adressen har ändrats"):
        mint_links("participant_link", link.id, "entry", "annan@example.se")


def test_a_device_is_out_when_its_time_is_up_or_it_is_shown_out(app, frozen_now: FrozenClock) -> None:
    tokens = [
        enter(token_of(mailed_link(ADDRESS)), stay, "")[1] for stay in (Stay.NOW, Stay.MONTH, Stay.YEAR)
    ]
    frozen_now.advance(hours=8)
    found = [find_device(token, now()) for token in tokens]
    assert [device is not None for device in found] == [False, True, True]
    assert found[1] is not None
    show_out([found[1]])
    assert find_device(tokens[1], now()) is None
    assert find_device(tokens[2], now()) is not None


def test_what_is_over_is_erased_at_night(
    app, frozen_now: FrozenClock, run_job: Callable[[str], None]
) -> None:
    enter(token_of(mailed_link(ADDRESS)), Stay.NOW, "")
    enter(token_of(mailed_link(ADDRESS)), Stay.MONTH, "")
    send_link("aldrig.skickat@example.se", "sv")
    frozen_now.advance(hours=9)
    mailed_link("ny@example.se")
    run_job("erase_participant_links")
    run_job("erase_participant_links")
    kept = list(db.session.scalars(select(EntryLink.email_key).order_by(EntryLink.id)))
    assert kept == ["aldrig.skickat@example.se", "ny@example.se"]
    assert sorted(db.session.scalars(select(Letter.recipient))) == kept
    assert db.session.query(Device).count() == 1
    frozen_now.advance(days=2)
    run_job("erase_participant_links")
    assert db.session.query(EntryLink).count() == db.session.query(Letter).count() == 0


def test_an_address_that_is_forgotten_stands_nowhere(app) -> None:
    enter(token_of(mailed_link(ADDRESS)), Stay.YEAR, "")
    token = token_of(mailed_link(ADDRESS))
    mailed_link("annan@example.se")
    forget_address(KEY)
    db.session.commit()
    assert list(db.session.scalars(select(EntryLink.email_key))) == ["annan@example.se"]
    assert list(db.session.scalars(select(Letter.recipient))) == ["annan@example.se"]
    assert db.session.scalar(text("SELECT count(*) FROM participant_devices")) == 0
    assert state_after(lambda: enter(token, Stay.NOW, "")) is LinkState.UNKNOWN
    forget_address("")
    assert db.session.query(EntryLink).count() == 1


def test_a_link_whose_wish_is_forgotten_is_not_minted(app) -> None:
    send_link(ADDRESS, "sv")
    link_id = db.session.scalar(select(EntryLink.id))
    assert link_id is not None
    forget_address(KEY)
    with pytest.raises(Conflict):
        mint_links("participant_link", link_id, "entry", ADDRESS)
    with pytest.raises(NotFound):
        mint_one(link_id, "entry")


def test_one_letter_in_five_minutes_and_five_an_hour(app, frozen_now: FrozenClock) -> None:
    allowed = []
    for _ in range(14):
        allowed.append(may_have_letter(ADDRESS))
        if allowed[-1]:
            send_link(ADDRESS, "sv")
        frozen_now.advance(minutes=3)
    # Every other wish comes too soon after a letter, and from the sixth they are too many, until the next hour.
    assert allowed == [True, False, True, False, True, *[False] * 9]
    frozen_now.advance(minutes=60)
    assert may_have_letter(ADDRESS.upper())
    assert may_have_letter("annan@example.se")


def test_many_may_ask_from_one_place_but_not_without_end(app, frozen_now: FrozenClock) -> None:
    answers = [may_ask_from("192.0.2.1") for _ in range(MOST_WISHES_FROM_ONE_PLACE + 1)]
    assert answers == [*[True] * MOST_WISHES_FROM_ONE_PLACE, False]
    assert may_ask_from("192.0.2.2")
    frozen_now.advance(minutes=15)
    assert may_ask_from("192.0.2.1")
