from datetime import timedelta

import pytest
from flask import Flask

from eventsapp.core.i18n import in_language
from eventsapp.outbox.links import fill_html, fill_text, link_names
from eventsapp.outbox.models import FailureReason
from eventsapp.outbox.rules import failure_in_words, pause_after, stored_failure


def test_pauses_grow_and_end_after_three_days():
    pauses = [pause_after(attempts) for attempts in range(1, 12)]

    assert pauses == [
        *(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)),
        *[timedelta(hours=12)] * 6,
    ]
    assert timedelta(days=3) < sum(filter(None, pauses), timedelta()) < timedelta(days=4)
    assert pause_after(12) is None
    assert pause_after(13) is None


def test_a_failure_is_kept_on_one_line_of_limited_length():
    kept = stored_failure(FailureReason.RECIPIENT_REFUSED, "550 5.1.1\r\nNo such user" + "x" * 500)

    assert kept.startswith("recipient_refused|550 5.1.1 No such userxxx")
    assert len(kept) == len("recipient_refused|") + 300


@pytest.mark.parametrize("reason", FailureReason)
def test_every_reason_has_words(reason: FailureReason):
    app = Flask(__name__)
    from flask_babel import Babel  # noqa: PLC0415 - an app without a database is enough here

    Babel(app)
    with app.app_context(), in_language("sv"):
        words = failure_in_words(stored_failure(reason, "550 No | such user"))

    assert words.endswith(". (550 No | such user)")


def test_no_failure_needs_no_words():
    assert failure_in_words("") == ""


def test_links_go_where_the_placeholders_are():
    text = "Ändra: [[link:change]]\nAvanmäl dig: [[link:cancel]] ([[link:change]])"
    made = {"change": "http://x/a?b=1&c=2", "cancel": "http://x/d"}

    assert link_names(text, "<a href='[[link:show]]'>") == {"change", "cancel", "show"}
    assert fill_text(text, made) == (
        "Ändra: http://x/a?b=1&c=2\nAvanmäl dig: http://x/d (http://x/a?b=1&c=2)"
    )
    assert fill_html('<a href="[[link:change]]">', made) == '<a href="http://x/a?b=1&amp;c=2">'


def test_a_link_that_was_not_made_is_an_error():
    with pytest.raises(KeyError):
        fill_text("[[link:change]]", {})
