"""calendars that live: the version of the published data

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _public_data()
    _calendar_invitations()


def _public_data() -> None:
    """One row whose number rises with every change that a public feed can show."""
    op.create_table(
        "public_data",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_data")),
    )


def _calendar_invitations() -> None:
    """The number of the last calendar invitation of a registration, and the way that an address has chosen."""
    op.add_column("registrations", sa.Column("invitation_uid", sa.String(length=36), nullable=True))
    op.add_column("registrations", sa.Column("invitation_sequence", sa.Integer(), nullable=True))
    op.add_column(
        "registrations",
        sa.Column("is_invited", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "participant_calendar_choices",
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_key", name=op.f("pk_participant_calendar_choices")),
    )
