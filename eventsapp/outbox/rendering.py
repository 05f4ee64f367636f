"""Making a letter's texts from its folder of templates, in the recipient's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app
from markupsafe import escape

from eventsapp.core.i18n import in_language
from eventsapp.core.text import clean_line

_MOST_KEPT = 200
# Texts that people type have no control characters left, so nobody can forge a link by typing its placeholder.
_MARK = re.compile(r"\x02link:([a-z_]+)\x03")


@dataclass(frozen=True)
class RenderedLetter:
    """The texts of one letter, with placeholders where personal links go."""

    subject_line: str
    body_text: str
    body_html: str


def letter_link(name: str) -> str:
    """In a letter's templates: where the personal link of this name goes."""
    return f"\x02link:{name}\x03"


def render_letter(
    folder: str,
    language: str,
    *,
    personal: Mapping[str, str] | None = None,
    keep: bool = False,
    **context: Any,
) -> RenderedLetter:
    """Render `subject.txt`, `body.txt` and `body.html` of a folder under `templates/`.

    The templates get the context, `lang` and, in the bodies, `subject`. They see neither request nor session,
    so that a letter is the same from a page, a job and a command; their addresses are made with `site_url`.

    `personal` are words about the one who gets it, which the bodies may print but not ask about. With `keep` the
    bodies are kept without those words for the next one whose letter has the same context.
    """
    words = dict(personal or {})
    with in_language(language):
        subject_line = clean_line(_render(f"{folder}/subject.txt", lang=language, **context, **words))
        context |= {"lang": language, "subject": subject_line}
        body_text, body_html = _bodies(folder, context, words, keep=keep)
    for name, word in words.items():
        body_text = body_text.replace(_Word.mark(name), word)
        body_html = body_html.replace(_Word.mark(name), str(escape(word)))
    return RenderedLetter(
        subject_line, _with_placeholders(body_text).strip() + "\n", _with_placeholders(body_html)
    )


class _Word(str):
    """Stands in a body where a personal word goes. What hangs on the word itself cannot be kept, so it must not be asked."""

    __slots__ = ()

    @staticmethod
    def mark(name: str) -> str:
        return f"\x02word:{name}\x03"

    def __bool__(self) -> bool:
        raise TypeError("a letter prints its personal words and asks nothing about them")


def _bodies(folder: str, context: dict[str, Any], words: dict[str, str], *, keep: bool) -> tuple[str, str]:
    """The two bodies with marks for the personal words."""
    kept: dict[object, tuple[str, str]] = current_app.extensions.setdefault("kept_letters", {})
    key = (folder, _frozen(context)) if keep else None
    if key is not None and key in kept:
        return kept[key]
    everything = context | {name: _Word(_Word.mark(name)) for name in words}
    bodies = _render(f"{folder}/body.txt", **everything), _render(f"{folder}/body.html", **everything)
    if key is not None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        kept[key] = bodies
    return bodies


def _frozen(value: object) -> object:
    """A value and its type, all the way down, to tell contexts apart; raises TypeError for what could change unseen."""
    if value is None or isinstance(value, str | bytes | int | float | date):
        return type(value), value
    if isinstance(value, list | tuple):
        return type(value), *(_frozen(part) for part in value)
    if isinstance(value, dict):
        return type(value), *((name, _frozen(part)) for name, part in value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return type(value), *(_frozen(part) for part in vars(value).values())
    raise TypeError(f"a letter that is kept cannot be about a {type(value).__name__}")


def _render(template: str, **context: Any) -> str:
    return current_app.jinja_env.get_template(template).render(context)


def _with_placeholders(body: str) -> str:
    typed = body.replace("[[link:", "[[ link:")
    return _MARK.sub(r"[[link:\1]]", typed)


def init_rendering(app: Flask) -> None:
    """Give letter templates the global `letter_link`."""
    app.jinja_env.globals["letter_link"] = letter_link
