import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from eventsapp.accounts import operations
from eventsapp.accounts.models import PasswordLink, PasswordLinkPurpose, Reach, Team, User
from eventsapp.accounts.operations import UserFacts
from eventsapp.accounts.queries import (
    AccountState,
    active_users,
    find_user_by_email,
    members_per_team,
    teams,
    users_page,
)
from eventsapp.audit.queries import history_of
from eventsapp.core.actor import Actor
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.errors import Conflict, DomainError, NotAllowed, NotFound
from eventsapp.core.permissions import Permission, Role
from eventsapp.core.tokens import digest
from eventsapp.outbox.models import Letter
from tests.accounts.conftest import with_password
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user

BOSS = Actor.user(99, "Eva Chef")


def facts(**values: object) -> UserFacts:
    return UserFacts(**({"name": "Åsa Ahlström", "role": Role.OFFICER} | values))  # type: ignore[arg-type]


def test_an_invited_user_gets_a_letter_and_no_password(app: Flask):
    team = make_team("Jämställdhet")
    user = operations.invite_user(
        " Asa@LST.example.se ", facts(reach=Reach.TEAM, team_id=team.id, language="en"), actor=BOSS
    )

    assert (user.email, user.email_key, user.name) == (
        "Asa@LST.example.se",
        "asa@lst.example.se",
        "Åsa Ahlström",
    )
    assert (user.role, user.reach, user.team_id, user.language) == (
        Role.OFFICER,
        Reach.TEAM,
        team.id,
        "en",
    )
    assert user.password_hash is None
    letter = db.session.query(Letter).one()
    assert (letter.kind, letter.subject_kind, letter.subject_id) == ("invitation", "user", user.id)
    assert (letter.recipient, letter.language, letter.event_id) == ("Asa@LST.example.se", "en", None)
    assert "[[link:password]]" in letter.body_text
    assert 'href="[[link:password]]"' in letter.body_html
    (entry,) = history_of("user", user.id)
    assert (entry.action, entry.actor_name) == ("user.added", "Eva Chef")
    assert entry.changes == {
        "email": None,
        "name": None,
        "role": ["", "officer"],
        "reach": ["", "team"],
        "team_id": ["", str(team.id)],
    }


def test_an_address_has_one_account(app: Flask):
    make_user(email="asa@lst.example.se")

    with pytest.raises(Conflict) as refused:
        operations.invite_user("ASA@lst.example.se", facts(), actor=BOSS)

    assert refused.value.field == "email"
    assert db.session.query(User).count() == 1
    assert db.session.query(Letter).count() == 0


def test_a_change_names_personal_fields_and_quotes_facts(app: Flask):
    user = make_user(name="Åsa Ahl", role=Role.READER)

    operations.update_user(user, facts(name=" Åsa  Ahlström ", role=Role.OFFICER), actor=BOSS)
    operations.update_user(user, facts(), actor=BOSS)

    assert (user.name, user.sort_key) == ("Åsa Ahlström", "{sa ahlstr}m")
    (entry,) = history_of("user", user.id)
    assert entry.changes == {"name": None, "role": ["reader", "officer"]}


def test_the_last_administrator_stays(app: Flask):
    only = make_user(role=Role.ADMINISTRATOR)
    make_user(role=Role.ADMINISTRATOR, closed_at=only.created_at)

    with pytest.raises(DomainError, match="minst en administratör"):
        operations.close_user(only, actor=BOSS)
    with pytest.raises(DomainError, match="minst en administratör"):
        operations.update_user(only, facts(role=Role.OFFICER), actor=BOSS)
    assert only.closed_at is None
    assert only.role is Role.ADMINISTRATOR

    make_user(role=Role.ADMINISTRATOR)
    operations.close_user(only, actor=BOSS)
    assert only.closed_at is not None


def test_two_administrators_cannot_close_each_other(app: Flask):
    pair = [make_user(role=Role.ADMINISTRATOR).id, make_user(role=Role.ADMINISTRATOR).id]
    db.session.commit()
    start = threading.Barrier(2)
    refused: list[str] = []

    def close(user_id: int) -> None:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            start.wait()
            try:
                operations.close_user(db.session.get_one(User, user_id), actor=BOSS)
                db.session.commit()
            except DomainError as error:
                refused.append(error.message)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=close, args=(user_id,)) for user_id in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert db.session.query(User).filter(User.closed_at.is_(None)).count() == 1


def test_closing_and_opening_end_every_sign_in(app: Flask, frozen_now: FrozenClock):
    user = make_user()
    stamps = [user.session_stamp]

    operations.close_user(user, actor=BOSS)
    stamps.append(user.session_stamp)
    assert user.closed_at == frozen_now()
    operations.close_user(user, actor=BOSS)
    operations.reopen_user(user, actor=BOSS)
    stamps.append(user.session_stamp)
    operations.reopen_user(user, actor=BOSS)

    assert user.closed_at is None
    assert len(set(stamps)) == 3
    assert [entry.action for entry in history_of("user", user.id)] == ["user.reopened", "user.closed"]


def test_only_one_without_a_password_is_invited_again(app: Flask):
    invited, active, closed = make_user(), with_password(), make_user()
    operations.close_user(closed, actor=BOSS)

    operations.resend_invitation(invited, actor=BOSS)
    with pytest.raises(DomainError, match="redan ett lösenord"):
        operations.resend_invitation(active, actor=BOSS)
    with pytest.raises(DomainError, match="stängt"):
        operations.resend_invitation(closed, actor=BOSS)

    assert [letter.subject_id for letter in db.session.query(Letter)] == [invited.id]


def token_of(links: dict[str, str]) -> str:
    return links["password"].rpartition("/")[2]


@pytest.mark.parametrize(
    ("purpose", "valid"),
    [
        (PasswordLinkPurpose.INVITATION, timedelta(days=7)),
        (PasswordLinkPurpose.FORGOTTEN, timedelta(hours=2)),
    ],
)
def test_a_link_works_once_and_for_a_while(
    app: Flask, frozen_now: FrozenClock, purpose: PasswordLinkPurpose, valid: timedelta
):
    user = make_user(language="en")
    links = operations.mint_password_links(user.id, purpose)
    token = token_of(links)
    assert links == {"password": f"http://localhost/en/staff/choose-password/{token}"}
    link = db.session.query(PasswordLink).one()
    assert (link.token_digest, link.expires_at - frozen_now()) == (digest(token), valid)
    before = user.session_stamp

    frozen_now.advance(seconds=valid.total_seconds() - 1)
    assert operations.choose_password(token, "a hash") is user

    assert (user.password_hash, user.session_stamp != before) == ("a hash", True)
    with pytest.raises(NotFound):
        operations.choose_password(token, "another hash")
    (entry,) = history_of("user", user.id)
    assert (entry.action, entry.actor_id, entry.changes) == (
        "user.password_changed",
        user.id,
        {"password": None},
    )


def test_a_link_that_is_too_old_does_nothing(app: Flask, frozen_now: FrozenClock):
    user = make_user()
    token = token_of(operations.mint_password_links(user.id, "forgotten"))
    frozen_now.advance(hours=2)

    with pytest.raises(NotFound):
        operations.choose_password(token, "a hash")
    assert user.password_hash is None


def test_a_new_password_ends_every_link(app: Flask):
    user = make_user()
    other = make_user()
    token = token_of(operations.mint_password_links(user.id, "invitation"))
    others = token_of(operations.mint_password_links(other.id, "invitation"))

    operations.set_password(user, "a hash", actor=BOSS)

    with pytest.raises(NotFound):
        operations.choose_password(token, "another hash")
    assert operations.choose_password(others, "a hash") is other


def test_a_closed_account_gets_no_link_and_can_use_none(app: Flask):
    user = make_user()
    token = token_of(operations.mint_password_links(user.id, "invitation"))
    operations.close_user(user, actor=BOSS)

    with pytest.raises(NotAllowed):
        operations.mint_password_links(user.id, "invitation")
    with pytest.raises(NotFound):
        operations.choose_password(token, "a hash")


def test_teams_have_names_of_their_own(app: Flask):
    first = operations.create_team(" Öppna  data ", actor=BOSS)
    second = operations.create_team("Ängar", actor=BOSS)
    operations.create_team("Zebror", actor=BOSS)
    make_user(team_id=first.id)
    operations.close_user(make_user(team_id=first.id), actor=BOSS)

    with pytest.raises(Conflict) as refused:
        operations.create_team("Ängar", actor=BOSS)
    assert refused.value.field == "name"
    with pytest.raises(Conflict):
        operations.rename_team(first, "Ängar", actor=BOSS)
    operations.rename_team(second, "Åar", actor=BOSS)

    db.session.expire_all()
    assert [team.name for team in teams()] == ["Zebror", "Åar", "Öppna data"]
    assert members_per_team() == {first.id: 1}
    assert [entry.changes for entry in history_of("team", second.id)] == [
        {"name": ["Ängar", "Åar"]},
        {"name": ["", "Ängar"]},
    ]


def test_accounts_are_found_by_name_address_state_role_and_team(app: Flask):
    team = make_team()
    asa = with_password(name="Åsa Öberg", email="a.oberg@lst.example.se", team_id=team.id)
    bo = make_user(name="Bo Ek", email="bo_ek@lst.example.se", role=Role.READER)
    closed = with_password(name="Cia Al", email="cia@lst.example.se", closed_at=asa.created_at)

    def names(**search: object) -> list[str]:
        return [user.name for user in users_page(number=1, **search).rows]  # type: ignore[arg-type]

    assert names() == ["Bo Ek", "Cia Al", "Åsa Öberg"]
    assert names(query="åsa") == ["Åsa Öberg"]
    assert names(query="öb LST") == ["Åsa Öberg"]
    assert names(query="bo_e") == ["Bo Ek"]
    assert names(query="b%ek") == []
    assert names(state=AccountState.ACTIVE) == ["Åsa Öberg"]
    assert names(state=AccountState.INVITED) == ["Bo Ek"]
    assert names(state=AccountState.CLOSED) == ["Cia Al"]
    assert names(role=Role.READER) == ["Bo Ek"]
    assert names(team_id=team.id) == ["Åsa Öberg"]
    assert active_users() == [bo, asa]
    assert find_user_by_email(" CIA@lst.example.se") is closed


def test_an_unknown_address_gets_no_letter(app: Flask, queries: Callable):
    closed = make_user(email="borta@lst.example.se")
    operations.close_user(closed, actor=BOSS)
    rendered = operations.letters.render_forgotten("sv")

    for address in ("nobody@example.se", "borta@lst.example.se"):
        operations.request_new_password(address, "sv", rendered)
    assert db.session.query(Letter).count() == 0

    operations.request_new_password(make_user(email="a@lst.example.se").email, "sv", rendered)
    assert db.session.query(Letter).one().kind == "forgotten"


def test_every_team_is_named_once(app: Flask):
    operations.create_team("Lag", actor=BOSS)
    assert db.session.query(Team).one().name == "Lag"


def test_the_right_to_open_protected_records_is_one_persons_own(app: Flask):
    administrator = make_user(role=Role.ADMINISTRATOR)
    reader = make_user(role=Role.READER)
    assert not administrator.may(Permission.OPEN_PROTECTED)
    ticked = facts(name=reader.name, role=Role.READER, reach=reader.reach, may_open_protected=True)

    operations.update_user(reader, ticked, actor=BOSS)

    assert reader.may(Permission.OPEN_PROTECTED)
    assert not reader.may(Permission.EDIT_PARTICIPANTS)
    (entry,) = history_of("user", reader.id)
    assert (entry.action, entry.changes) == (
        "user.changed",
        {"may_open_protected": ["False", "True"]},
    )
