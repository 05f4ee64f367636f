"""places and waiting list

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quotas",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("unlocks_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_quotas_capacity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotas")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "by", "key", name=op.f("uq_quotas_subject_kind_subject_id_by_key")
        ),
    )
    op.create_table(
        "networks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("county_code", sa.String(length=2), nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_code"], ["counties.code"], name=op.f("fk_networks_county_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_networks")),
        sa.UniqueConstraint("name", name=op.f("uq_networks_name")),
    )
    op.create_table(
        "quota_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quota_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["quotas.id"], name=op.f("fk_quota_groups_quota_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_groups")),
        sa.UniqueConstraint("quota_id", "key", name=op.f("uq_quota_groups_quota_id_key")),
    )
    op.create_table(
        "network_members",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipalities.code"], name=op.f("fk_network_members_municipality_code")
        ),
        sa.ForeignKeyConstraint(
            ["network_id"], ["networks.id"], name=op.f("fk_network_members_network_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_network_members_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_members")),
        sa.UniqueConstraint("network_id", "email_key", name=op.f("uq_network_members_network_id_email_key")),
    )
    with op.batch_alter_table("network_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_members_email_key"), ["email_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_network_members_municipality_code"), ["municipality_code"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_network_members_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "allocations",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_allocations_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_allocations")),
    )
    op.create_table(
        "network_events",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("network_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_network_events_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["network_id"], ["networks.id"], name=op.f("fk_network_events_network_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_network_events")),
    )
    with op.batch_alter_table("network_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_network_events_network_id"), ["network_id"], unique=False)

    op.create_table(
        "registration_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("all_or_none", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_registration_groups_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_groups")),
    )
    with op.batch_alter_table("registration_groups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_groups_event_id"), ["event_id"], unique=False)

    op.create_table(
        "chosen_items",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["programme_items.id"], name=op.f("fk_chosen_items_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_chosen_items_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "item_id", name=op.f("pk_chosen_items")),
    )
    with op.batch_alter_table("chosen_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chosen_items_item_id"), ["item_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column(
            "sort_key",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_invitations_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_invitations_registration_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("event_id", "email_key", name=op.f("uq_invitations_event_id_email_key")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index("ix_invitations_event_id_state", ["event_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "lots",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("gets_place", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["allocations.event_id"], name=op.f("fk_lots_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_lots_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_lots")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_lots_event_id_position")),
    )
    op.create_table(
        "place_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_place_offers_event_id")),
        sa.ForeignKeyConstraint(
            ["instead_of_id"],
            ["registrations.id"],
            name=op.f("fk_place_offers_instead_of_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_place_offers_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_offers")),
    )
    with op.batch_alter_table("place_offers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_place_offers_event_id_outcome", ["event_id", "outcome", "answer_by"], unique=False
        )
        batch_op.create_index("ix_place_offers_outcome_answer_by", ["outcome", "answer_by"], unique=False)
        batch_op.create_index(
            "uq_place_offers_registration_id_open",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "protected_records",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("sealed_details", sa.Text(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_protected_records_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", name=op.f("pk_protected_records")),
    )
    op.create_table(
        "invitation_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.id"],
            name=op.f("fk_invitation_links_invitation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_links_token_digest")),
    )
    with op.batch_alter_table("invitation_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_links_invitation_id"), ["invitation_id"], unique=False
        )

    # Columns are added as they are: on SQLite a table that is made anew would be emptied first, and those that refer to it.
    op.add_column("events", sa.Column("room_capacity", sa.Integer(), nullable=True))
    op.add_column(
        "events", sa.Column("admission", sa.String(length=12), server_default="first_come", nullable=False)
    )
    op.add_column(
        "events", sa.Column("admission_code", sa.String(length=40), server_default="", nullable=False)
    )
    op.add_column(
        "events", sa.Column("waiting_list", sa.String(length=10), server_default="none", nullable=False)
    )
    op.add_column("events", sa.Column("offer_hours", sa.Integer(), server_default="48", nullable=False))
    op.add_column(
        "events", sa.Column("allows_groups", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "programme_items", sa.Column("is_choice", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("programme_items", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column(
        "users", sa.Column("may_open_protected", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("series", sa.Column("shared_capacity", sa.Integer(), nullable=True))
    op.add_column("registrations", sa.Column("waiting_order", sa.Integer(), nullable=True))
    op.add_column("registrations", sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "registrations", sa.Column("takes_any_mode", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    # Alembic adds a column and its foreign key in two steps, the second of which SQLite does not know.
    op.execute(
        "ALTER TABLE registrations ADD COLUMN group_id INTEGER"
        " CONSTRAINT fk_registrations_group_id REFERENCES registration_groups (id)"
    )
    op.add_column(
        "registrations",
        sa.Column("is_group_contact", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("registrations", sa.Column("refusal_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("registrations", sa.Column("alias_number", sa.Integer(), nullable=True))
    op.create_index(
        "ix_registrations_event_id_status", "registrations", ["event_id", "status", "waiting_order", "id"]
    )
    op.create_index("ix_registrations_group_id", "registrations", ["group_id"])
    op.create_index(
        "uq_registrations_event_id_alias_number",
        "registrations",
        ["event_id", "alias_number"],
        unique=True,
        sqlite_where=sa.text("alias_number IS NOT NULL"),
        postgresql_where=sa.text("alias_number IS NOT NULL"),
    )
    # One who waits, has applied or has an offer keeps their address as one who is confirmed does.
    active = sa.text("status IN ('confirmed', 'applied', 'waiting', 'offered') AND email_key <> ''")
    op.drop_index("uq_registrations_event_id_email_key_active", table_name="registrations")
    op.create_index(
        "uq_registrations_event_id_email_key_active",
        "registrations",
        ["event_id", "email_key"],
        unique=True,
        sqlite_where=active,
        postgresql_where=active,
    )
    op.add_column(
        "sign_up_receipts",
        sa.Column("outcome", sa.String(length=12), server_default="confirmed", nullable=False),
    )
    op.add_column("sign_up_receipts", sa.Column("waiting_number", sa.Integer(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError(
        "There is no way back from 0002 that keeps waiting lists and offers; restore the backup."
    )
