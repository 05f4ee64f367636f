"""Finding invitations, and what has become of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from werkzeug.datastructures import MultiDict

from eventsapp.admission.invitation_rules import latest_before_reminder
from eventsapp.admission.models import Invitation, InvitationLink, InvitationState
from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import like_pattern, search_words
from eventsapp.core.tokens import digest
from eventsapp.networks.models import NetworkMember
from eventsapp.registrations.models import ACTIVE, Registration
from eventsapp.web.paging import PAGE_SIZE, Page


class Answer(StrEnum):
    """What has become of an invitation, as staff read it. One who is signed up counts as such, in whatever way it was done."""

    NONE = "vantar"
    YES = "ja"
    NO = "nej"
    CANCELLED = "avanmald"
    WITHDRAWN = "atertagen"

    @property
    def label(self) -> str:
        return {
            "vantar": gettext("Har inte svarat"),
            "ja": gettext("Har anmält sig"),
            "nej": gettext("Har tackat nej"),
            "avanmald": gettext("Har avanmält sig igen"),
            "atertagen": gettext("Inbjudan är återtagen"),
        }[self.value]


is_signed_up: ColumnElement[bool] = exists().where(
    Registration.event_id == Invitation.event_id,
    Registration.status.in_(ACTIVE),
    or_(Registration.id == Invitation.registration_id, Registration.email_key == Invitation.email_key),
)
"""Whether the invited one, or the one whom they signed up instead, comes or still may come."""
became: ColumnElement[str] = case(
    (is_signed_up, Answer.YES.value),
    (Invitation.state == InvitationState.DECLINED, Answer.NO.value),
    (Invitation.state == InvitationState.WITHDRAWN, Answer.WITHDRAWN.value),
    (Invitation.state == InvitationState.ACCEPTED, Answer.CANCELLED.value),
    else_=Answer.NONE.value,
)
"""The value of an invitation's Answer."""


@dataclass(frozen=True)
class InvitationView:
    """A view of the list of the invited that an address describes wholly."""

    query: str = ""
    answer: Answer | None = None

    @classmethod
    def from_args(cls, args: "MultiDict[str, str]") -> "InvitationView":
        """Read a view from the address; what is unknown there is as if it were not."""
        answer = args.get("svar", "")
        return cls(
            query=args.get("q", "")[:200],
            answer=Answer(answer) if answer in set(Answer) else None,
        )

    @property
    def is_selection(self) -> bool:
        """Whether anybody is left out of the list."""
        return bool(self.query or self.answer)


@dataclass(frozen=True)
class InvitationRow:
    """One who is invited, with what has become of it."""

    invitation: Invitation
    answer: Answer


def invitation_page(event_id: int, view: InvitationView, wanted_number: int) -> Page[InvitationRow]:
    """One page of the invited in Swedish order; two statements."""
    conditions: list[ColumnElement[bool]] = [Invitation.event_id == event_id]
    conditions += [
        Invitation.search_text.like(like_pattern(word), escape="\\") for word in search_words(view.query)
    ]
    if view.answer is not None:
        conditions.append(became == view.answer.value)
    total = db.session.scalar(select(func.count()).select_from(Invitation).where(*conditions)) or 0
    number = min(wanted_number, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.execute(
        select(Invitation, became)
        .where(*conditions)
        .order_by(Invitation.sort_key, Invitation.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(
        [InvitationRow(invitation, Answer(answer)) for invitation, answer in rows], number, PAGE_SIZE, total
    )


def answer_counts(event_id: int) -> dict[Answer, int]:
    """How many of the invited have answered what; every answer is there, also with 0."""
    rows = db.session.execute(
        select(became.label("answer"), func.count()).where(Invitation.event_id == event_id).group_by("answer")
    )
    counts = dict.fromkeys(Answer, 0)
    return counts | {Answer(answer): number for answer, number in rows}


def get_invitation(event_id: int, invitation_id: int) -> InvitationRow:
    """One invitation to an event; raises NotFound."""
    row = db.session.execute(
        select(Invitation, became).where(Invitation.id == invitation_id, Invitation.event_id == event_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return InvitationRow(row[0], Answer(row[1]))


def find_by_token(token: str) -> Invitation | None:
    """The invitation behind a mailed link."""
    return db.session.scalars(
        select(Invitation)
        .join(InvitationLink, InvitationLink.invitation_id == Invitation.id)
        .where(InvitationLink.token_digest == digest(token))
    ).one_or_none()


def find_invitation(event_id: int, email_key: str) -> Invitation | None:
    """The invitation of an address."""
    return db.session.scalars(
        select(Invitation).where(Invitation.event_id == event_id, Invitation.email_key == email_key)
    ).one_or_none()


def invitations_with(event_id: int, email_keys: Collection[str]) -> list[Invitation]:
    """The invitations to an event of these addresses, in the order that they were made; one statement."""
    found = db.session.scalars(
        select(Invitation).where(Invitation.event_id == event_id).order_by(Invitation.id)
    )
    return [invitation for invitation in found if invitation.email_key in email_keys]


def answer_to(invitation: Invitation) -> Answer:
    """What has become of one invitation by now."""
    return Answer(db.session.scalars(select(became).where(Invitation.id == invitation.id)).one())


def invited_addresses(event_id: int) -> set[str]:
    """The keys of every address that has been invited to an event, also of invitations taken back."""
    return set(db.session.scalars(select(Invitation.email_key).where(Invitation.event_id == event_id)))


def registered_addresses(event_id: int) -> set[str]:
    """The keys of every address that is signed up for an event."""
    return set(
        db.session.scalars(
            select(Registration.email_key).where(
                Registration.event_id == event_id, Registration.status.in_(ACTIVE)
            )
        )
    )


def uninvited_members(event_id: int, network_id: int) -> Sequence[NetworkMember]:
    """The members of a network who are neither invited to an event nor signed up for it."""
    return db.session.scalars(
        select(NetworkMember)
        .where(
            NetworkMember.network_id == network_id,
            ~exists().where(Invitation.event_id == event_id, Invitation.email_key == NetworkMember.email_key),
            ~exists().where(
                Registration.event_id == event_id,
                Registration.email_key == NetworkMember.email_key,
                Registration.status.in_(ACTIVE),
            ),
        )
        .order_by(NetworkMember.sort_key, NetworkMember.id)
    ).all()


def _remindable(event_id: int, now: datetime) -> ColumnElement[bool]:
    limit = latest_before_reminder(now)
    return and_(
        Invitation.event_id == event_id,
        Invitation.state == InvitationState.INVITED,
        ~is_signed_up,
        Invitation.invited_at <= limit,
        or_(Invitation.reminded_at.is_(None), Invitation.reminded_at <= limit),
    )


def remindable_count(event_id: int, now: datetime) -> int:
    """How many would be reminded at `now`."""
    statement = select(func.count()).select_from(Invitation).where(_remindable(event_id, now))
    return db.session.scalar(statement) or 0


def lock_remindable(event_id: int, now: datetime) -> Sequence[Invitation]:
    """Those who would be reminded at `now`, locked; one whom somebody else is reminding is no longer among them."""
    return db.session.scalars(
        select(Invitation)
        .where(_remindable(event_id, now))
        .order_by(Invitation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def lock_invitation(invitation: Invitation) -> None:
    """The invitation as it is now, locked until the transaction ends."""
    db.session.refresh(invitation, with_for_update=True)
