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
    _participant_calendars()
    _self_help()
    _imports()
    _head_count()
    _ranked_choices()
    _files()


def _questions() -> None:
    """Questions that officers build, and the answers."""
    op.create_table(
        "question_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sets")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", name=op.f("uq_question_sets_subject_kind_subject_id")
        ),
    )
    op.create_table(
        "question_sections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_sv", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["question_sets.id"], name=op.f("fk_question_sections_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_sections")),
    )
    op.create_index(op.f("ix_question_sections_set_id"), "question_sections", ["set_id"], unique=False)
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("label_sv", sa.String(length=300), nullable=False),
        sa.Column("label_en", sa.String(length=300), nullable=False),
        sa.Column("hint_sv", sa.Text(), nullable=False),
        sa.Column("hint_en", sa.Text(), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("is_staff_only", sa.Boolean(), nullable=False),
        sa.Column("seen_by", sa.String(length=10), nullable=False),
        sa.Column("reason_sv", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=True),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("maximum", sa.Integer(), nullable=True),
        sa.Column("condition_match", sa.String(length=5), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["section_id"], ["question_sections.id"], name=op.f("fk_questions_section_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    op.create_index("ix_questions_section_id_position", "questions", ["section_id", "position"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("question_version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("is_sealed", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_answers_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint(
            "subject_kind",
            "subject_id",
            "question_id",
            name=op.f("uq_answers_subject_kind_subject_id_question_id"),
        ),
    )
    op.create_index("ix_answers_question_id", "answers", ["question_id"], unique=False)
    op.create_table(
        "question_options",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_sv", sa.String(length=200), nullable=False),
        sa.Column("label_en", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name=op.f("ck_question_options_capacity")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_options_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_options")),
    )
    op.create_index(
        op.f("ix_question_options_question_id"), "question_options", ["question_id"], unique=False
    )
    op.create_table(
        "question_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("source_question_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("is_negated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_terms_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source_question_id"], ["questions.id"], name=op.f("fk_question_terms_source_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_terms")),
    )
    op.create_index(op.f("ix_question_terms_question_id"), "question_terms", ["question_id"], unique=False)
    op.create_index(
        op.f("ix_question_terms_source_question_id"), "question_terms", ["source_question_id"], unique=False
    )
    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["questions.id"],
            name=op.f("fk_question_versions_question_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_versions_question_id_number")),
    )
    op.create_table(
        "answer_options",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_options_answer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["question_options.id"], name=op.f("fk_answer_options_option_id")
        ),
        sa.PrimaryKeyConstraint("answer_id", "option_id", name=op.f("pk_answer_options")),
    )
    op.create_index(op.f("ix_answer_options_option_id"), "answer_options", ["option_id"], unique=False)
    op.add_column("sign_up_receipts", sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True))


def _participants() -> None:
    """Mailed links to "Mina anmälningar", and the devices that were let in."""
    op.create_table(
        "participant_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_participant_links_token_digest")),
    )
    op.create_index(op.f("ix_participant_links_email_key"), "participant_links", ["email_key"], unique=False)
    op.create_table(
        "participant_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_devices")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_participant_devices_token_digest")),
    )
    op.create_index(
        op.f("ix_participant_devices_email_key"), "participant_devices", ["email_key"], unique=False
    )
    op.add_column("personal_links", sa.Column("device_digest", sa.String(length=64), nullable=True))
    op.create_index("ix_registrations_email_key", "registrations", ["email_key"], unique=False)


def _participant_calendars() -> None:
    """Calendars of one's own that are subscribed to."""
    op.create_table(
        "participant_calendars",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant_calendars")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_participant_calendars_token_digest")),
    )
    op.create_index(
        op.f("ix_participant_calendars_email_key"), "participant_calendars", ["email_key"], unique=False
    )


def _self_help() -> None:
    """Places that are handed over, and those who are asked once more whether they come."""
    op.create_table(
        "place_handovers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_place_handovers_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_place_handovers_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_handovers")),
    )
    op.create_index(op.f("ix_place_handovers_event_id"), "place_handovers", ["event_id"], unique=False)
    op.create_index(
        "ix_place_handovers_registration_id", "place_handovers", ["registration_id", "id"], unique=False
    )
    op.create_index(
        "uq_place_handovers_registration_id_open",
        "place_handovers",
        ["registration_id"],
        unique=True,
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_table(
        "handover_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handover_id"],
            ["place_handovers.id"],
            name=op.f("fk_handover_links_handover_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_links")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_handover_links_token_digest")),
    )
    op.create_index(op.f("ix_handover_links_handover_id"), "handover_links", ["handover_id"], unique=False)
    op.add_column("events", sa.Column("ask_again_days", sa.Integer(), nullable=True))
    op.add_column("registrations", sa.Column("end_reason", sa.String(length=12), nullable=True))
    op.add_column("registrations", sa.Column("replaced_by_id", sa.Integer(), nullable=True))
    for name in ("asked_again_at", "answer_again_by", "still_comes_at"):
        op.add_column("registrations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def _imports() -> None:
    """Lists of people that were read from a file."""
    op.create_table(
        "import_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("stop_reason", sa.String(length=12), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("sealed_headings", sa.Text(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("defaults", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tell", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("overbook", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_import_batches_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batches")),
    )
    op.create_index("ix_import_batches_state", "import_batches", ["state"])
    op.create_index("ix_import_batches_event_id", "import_batches", ["event_id"])
    op.create_table(
        "import_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_cells", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_import_rows_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_import_rows_registration_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rows")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_rows_batch_id_number")),
    )
    op.create_index("ix_import_rows_batch_id_outcome", "import_rows", ["batch_id", "outcome", "number"])
    op.create_index("ix_import_rows_registration_id", "import_rows", ["registration_id"])


def _head_count() -> None:
    """Several people behind one screen."""
    op.add_column("events", sa.Column("shared_screen_max", sa.Integer(), nullable=True))
    # In words, since Alembic adds no check to a table of SQLite.
    op.execute(
        "ALTER TABLE registrations ADD COLUMN head_count INTEGER DEFAULT 1 NOT NULL "
        "CONSTRAINT ck_registrations_head_count CHECK (head_count >= 1)"
    )
    op.create_table(
        "companions",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_companions_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "position", name=op.f("pk_companions")),
    )


def _ranked_choices() -> None:
    """Programme items that people rank and that are given out."""
    op.add_column(
        "events", sa.Column("items_are_ranked", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    for name in ("assign_items_at", "items_assigned_at"):
        op.add_column("events", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("items_seed", sa.String(length=64), server_default="", nullable=False))
    op.create_table(
        "item_wishes",
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["programme_items.id"], name=op.f("fk_item_wishes_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registrations.id"],
            name=op.f("fk_item_wishes_registration_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("registration_id", "item_id", name=op.f("pk_item_wishes")),
        sa.UniqueConstraint("registration_id", "rank", name=op.f("uq_item_wishes_registration_id_rank")),
    )
    op.create_index(op.f("ix_item_wishes_item_id"), "item_wishes", ["item_id"], unique=False)
    op.add_column(
        "registrations",
        sa.Column("takes_other_item", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _files() -> None:
    """Questions that are answered with a file."""
    op.add_column(
        "questions", sa.Column("file_types", sa.String(length=80), server_default="", nullable=False)
    )
    op.create_table(
        "answer_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answers.id"], name=op.f("fk_answer_files_answer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_files")),
        sa.UniqueConstraint("answer_id", name=op.f("uq_answer_files_answer_id")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_answer_files_stored_name")),
    )
