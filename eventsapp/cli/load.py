"""Loading data from the command line: `flask --app eventsapp reference load` and `… demo load`."""

import click
from flask import current_app
from flask.cli import AppGroup

from eventsapp.cli.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, load_demo_data
from eventsapp.cli.reference import load_reference_data
from eventsapp.config import Settings
from eventsapp.core.db import db

reference = AppGroup("reference", help="Counties, municipalities, official organisations, kinds and topics.")
demo = AppGroup("demo", help="Demonstration data; refused in production.")


@reference.command("load")
def load_reference() -> None:
    """Add what is missing and update official facts that changed. Nothing is deleted; run it as often as you like."""
    loaded = load_reference_data()
    db.session.commit()
    for part in loaded:
        click.echo(f"{part.what}: {part.inserted} new, {part.updated} changed")


@demo.command("load")
def load_demo() -> None:
    """Add past activities, a coming year of examples, made-up attendees and demonstration accounts, once."""
    _refuse_in_production()
    load_reference_data()
    report = load_demo_data()
    db.session.commit()
    if report is None:
        click.echo("The demonstration data is there already.")
        return
    click.echo(
        f"{report.past} past and {report.coming} example activities, {report.publications} publications, "
        f"{report.people} made-up people."
    )
    _show_accounts()


@demo.command("accounts")
def show_accounts() -> None:
    """Show the demonstration accounts and their password."""
    _refuse_in_production()
    _show_accounts()


def _show_accounts() -> None:
    click.echo(f"Sign in with the password {DEMO_PASSWORD} as")
    for account in DEMO_ACCOUNTS:
        click.echo(f"  {account.email}   {account.role}")


def _refuse_in_production() -> None:
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.is_demonstration:
        raise click.ClickException("Demonstration data and accounts do not exist in production.")
