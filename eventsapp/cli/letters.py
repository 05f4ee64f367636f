"""Letters from the command line: `flask --app eventsapp letters …`."""

import sys

import click
from flask.cli import AppGroup

from eventsapp.core.db import db
from eventsapp.outbox.bounces import note_bounce

letters = AppGroup("letters", help="Take in mail about letters that were sent.")


@letters.command()
def bounced() -> None:
    """Read one mail from standard input, and mark the letter that it says could not be delivered.

    Let the mail server pipe what comes to MAIL_FROM into this. Mail that is something else changes nothing and is
    no error, since an error would be mailed back to the sender.
    """
    letter = note_bounce(sys.stdin.buffer.read())
    db.session.commit()
    click.echo("No letter is concerned." if letter is None else f"Letter {letter.id} is marked as returned.")
