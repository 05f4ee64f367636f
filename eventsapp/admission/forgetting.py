"""Forgetting the invitation of one whose registration has been locked, since it says name and address."""

from sqlalchemy import delete, or_

from eventsapp.admission.models import Invitation
from eventsapp.core.db import db


def forget_invitation(registration_id: int, *, event_id: int, email_key: str) -> None:
    """Delete the invitation that led to a registration, or that went to its address, with its links."""
    same_address = (Invitation.event_id == event_id) & (Invitation.email_key == email_key)
    led_here = Invitation.registration_id == registration_id
    db.session.execute(
        delete(Invitation).where(or_(led_here, same_address) if email_key else led_here),
        execution_options={"synchronize_session": False},
    )
