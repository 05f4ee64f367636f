"""One made-up participant whose personal data is protected."""

from collections.abc import Sequence

from eventsapp.accounts.models import User
from eventsapp.cli.demo.coming import Placed
from eventsapp.core.actor import Actor
from eventsapp.core.tokens import new_token
from eventsapp.protection.operations import AliasRequest, make_alias
from eventsapp.protection.rules import SealedDetails
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.submission import Submission

SLUG = "att-upptacka-vald-metodstod-for-socialtjanst-och-skola"


def add_protected(coming: Sequence[Placed], officer: User) -> None:
    """Give one person a place under an alias; flushes. Nobody has the code: an officer gives a new one."""
    event_id = next(one.event.id for one in coming if one.event.slug == SLUG)
    event = get_event_in_letters(event_id)
    request = AliasRequest(
        submission=Submission(name="", organisation="", mode=modes_of(event)[0], nonce=new_token()),
        details=SealedDetails(
            name="Mira Sandell", phone="070-174 06 52", note="Ring helst på förmiddagen. Fråga efter M."
        ),
        municipality_code="2480",
    )
    make_alias(event, request, actor=Actor.user(officer.id, officer.name))
