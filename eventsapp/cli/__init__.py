"""Commands for those who run the product: `flask --app eventsapp …`."""

from flask import Flask

from eventsapp.cli.accounts import accounts
from eventsapp.cli.letters import letters
from eventsapp.cli.load import demo, reference


def register_commands(app: Flask) -> None:
    """Add every group of commands."""
    for group in (accounts, demo, letters, reference):
        app.cli.add_command(group)
