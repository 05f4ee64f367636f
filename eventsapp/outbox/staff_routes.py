"""What became of the letters, for staff."""

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Select

from eventsapp.core.db import db
from eventsapp.core.permissions import Permission
from eventsapp.core.text import clean_line
from eventsapp.outbox.links import in_words
from eventsapp.outbox.operations import resend_letter
from eventsapp.outbox.queries import LetterFilter, LetterScope, get_letter, letters_page
from eventsapp.outbox.rules import failure_in_words
from eventsapp.web.forms import ActionForm
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("outbox_staff", __name__)


@page(bp, "/personal/brev", "/staff/letters")
@staff_required(Permission.VIEW_LETTERS)
def letters() -> ResponseReturnValue:
    shown = request.args.get("lage", "")
    query = clean_line(request.args.get("q", ""))[:100]
    event_id = request.args.get("aktivitet", type=int)
    found = letters_page(
        letter_scope(),
        number=requested_page(),
        shown=LetterFilter(shown) if shown in set(LetterFilter) else None,
        query=query,
        event_id=event_id,
    )
    return render_template(
        "outbox/letters.html",
        found=found,
        shown=shown,
        query=query,
        event_id=event_id or "",
        failure_in_words=failure_in_words,
    )


@page(bp, "/personal/brev/<int:letter_id>", "/staff/letters/<int:letter_id>")
@staff_required(Permission.VIEW_LETTERS)
def letter(letter_id: int) -> ResponseReturnValue:
    found = get_letter(letter_id, letter_scope())
    return render_template(
        "outbox/letter.html",
        letter=found,
        body=in_words(found.body_text),
        failure=failure_in_words(found.last_error),
        form=ActionForm(),
    )


@page(
    bp,
    "/personal/brev/<int:letter_id>/skicka-igen",
    "/staff/letters/<int:letter_id>/resend",
    methods=("POST",),
)
@staff_required(Permission.RESEND_LETTERS)
def resend(letter_id: int) -> ResponseReturnValue:
    found = get_letter(letter_id, letter_scope())
    if ActionForm().validate_on_submit():
        resend_letter(found, actor=current_actor())
        db.session.commit()
        flash(gettext("Brevet skickas igen till %(address)s.", address=found.recipient))
    return redirect(url_for("outbox_staff.letter", letter_id=letter_id))


def letter_scope() -> LetterScope:
    """Whose letters the one who is signed in may see. Which activities those are, a room above knows."""
    if current_user.may(Permission.MANAGE_ACCOUNTS):
        return LetterScope(everything=True)
    visible: Callable[[object], Select[int]] = current_app.extensions["visible_event_ids"]
    return LetterScope(everything=False, event_ids=visible(current_user))
