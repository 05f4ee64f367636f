"""questions, and what participants do by themselves

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _questions()
    _participants()
    _self_help()
    _imports()


def _questions() -> None:
    """Questions that officers build, and the answers."""


def _participants() -> None:
    """Mailed links to "Mina anmälningar", and the devices that were let in."""


def _self_help() -> None:
    """Places that are handed over, and those who are asked once more whether they come."""


def _imports() -> None:
    """Lists of people that were read from a file."""
