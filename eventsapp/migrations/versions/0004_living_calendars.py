"""calendars that live: the version of the published data

Revision ID: 0004
Revises: 0003
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _public_data()
    _short_addresses()
    _merged_codes()
    _programme_in_calendars()
    _neutral_titles()
    _staff_calendars()
    _calendar_invitations()
    _calendar_import()


def _public_data() -> None:
    """One row whose number rises with every change that a public feed can show."""
    op.create_table(
        "public_data",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_data")),
    )
    # Feeds asked the events themselves how new they were.
    op.drop_index("ix_events_changed_at_version_id", table_name="events")


def _short_addresses() -> None:
    """Selections whose address is too long for some calendars."""
    op.create_table(
        "short_addresses",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_short_addresses")),
    )


def _merged_codes() -> None:
    """Codes of topics and target groups that were merged into others."""
    op.create_table(
        "merged_codes",
        sa.Column("list_name", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("into_code", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("list_name", "code", name=op.f("pk_merged_codes")),
    )


def _programme_in_calendars() -> None:
    """Identity and versions of programme items, also of those that were removed."""
    op.add_column(
        "programme_items", sa.Column("uid", sa.String(length=36), server_default="", nullable=False)
    )
    op.add_column("programme_items", sa.Column("sequence", sa.Integer(), server_default="0", nullable=False))
    op.add_column("programme_items", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    items = sa.table("programme_items", sa.column("id", sa.Integer), sa.column("uid", sa.String))
    connection = op.get_bind()
    for item_id in connection.scalars(sa.select(items.c.id)).all():
        connection.execute(items.update().where(items.c.id == item_id).values(uid=str(uuid.uuid4())))
    op.create_index(op.f("ix_programme_items_uid"), "programme_items", ["uid"], unique=True)
    op.create_table(
        "removed_programme_items",
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title_sv", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["events.id"],
            name=op.f("fk_removed_programme_items_event_id_events"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_removed_programme_items")),
    )
    op.create_index(
        op.f("ix_removed_programme_items_event_id"), "removed_programme_items", ["event_id"], unique=False
    )


def _neutral_titles() -> None:
    """What is sensitive can ask that its participants' calendars say nothing of what it is about."""
    op.add_column(
        "events",
        sa.Column("neutral_in_calendars", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _staff_calendars() -> None:
    """The addresses of the calendars that staff subscribe to."""
    op.create_table(
        "staff_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_calendars_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_calendars")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_staff_calendars_token_digest")),
    )
    op.create_index(op.f("ix_staff_calendars_user_id"), "staff_calendars", ["user_id"], unique=False)


def _calendar_invitations() -> None:
    """The number of the last calendar invitation of a registration, what its calendar answered, and the way that an address
    has chosen."""
    op.add_column("registrations", sa.Column("invitation_uid", sa.String(length=36), nullable=True))
    op.add_column("registrations", sa.Column("invitation_sequence", sa.Integer(), nullable=True))
    op.add_column(
        "registrations",
        sa.Column("is_invited", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("registrations", sa.Column("declined_sequence", sa.Integer(), nullable=True))
    op.create_table(
        "answers_read",
        sa.Column("mailbox_digest", sa.String(length=64), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox_digest", name=op.f("pk_answers_read")),
    )
    op.create_table(
        "participant_calendar_choices",
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_key", name=op.f("pk_participant_calendar_choices")),
    )


def _calendar_import() -> None:
    """Partners' calendars, files that are looked at, and which entry each event and occasion came from."""
    op.create_table(
        "partner_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sealed_address", sa.Text(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("organiser", sa.String(length=200), nullable=False),
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column("county_code", sa.String(length=2), nullable=True),
        sa.Column("registration_mode", sa.String(length=10), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["counties.code"], name=op.f("fk_partner_calendars_county_code_counties")
        ),
        sa.ForeignKeyConstraint(
            ["kind_id"], ["event_kinds.id"], name=op.f("fk_partner_calendars_kind_id_event_kinds")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_partner_calendars_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["users.id"], name=op.f("fk_partner_calendars_responsible_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_calendars")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sealed_content", sa.Text(), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partner_calendars.id"],
            name=op.f("fk_calendar_readings_partner_id_partner_calendars"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calendar_readings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_readings")),
    )
    for column in ("partner_id", "read_at", "user_id"):
        op.create_index(op.f(f"ix_calendar_readings_{column}"), "calendar_readings", [column], unique=False)
    op.create_table(
        "imported_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_imported_events_event_id_events"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_events")),
        sa.UniqueConstraint("source", "uid", name=op.f("uq_imported_events_source_uid")),
    )
    op.create_index(op.f("ix_imported_events_event_id"), "imported_events", ["event_id"], unique=False)
    op.create_table(
        "imported_occasions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("imported_id", sa.Integer(), nullable=False),
        sa.Column("recurrence", sa.String(length=20), nullable=False),
        sa.Column("occasion_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_id"],
            ["imported_events.id"],
            name=op.f("fk_imported_occasions_imported_id_imported_events"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["occasion_id"],
            ["occasions.id"],
            name=op.f("fk_imported_occasions_occasion_id_occasions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_occasions")),
        sa.UniqueConstraint(
            "imported_id", "recurrence", name=op.f("uq_imported_occasions_imported_id_recurrence")
        ),
    )
    op.create_index("ix_imported_occasions_occasion_id", "imported_occasions", ["occasion_id"], unique=False)
