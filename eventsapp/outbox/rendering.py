"""Making a letter's texts from its folder of templates, in the recipient's language."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

from eventsapp.core.i18n import in_language
from eventsapp.core.text import clean_line

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


def render_letter(folder: str, language: str, **context: Any) -> RenderedLetter:
    """Render `subject.txt`, `body.txt` and `body.html` of a folder under `templates/`.

    The templates get the context, `lang` and, in the bodies, `subject`. They see neither request nor session,
    so that a letter is the same from a page, a job and a command; their addresses are made with `site_url`.
    """
    with in_language(language):
        subject_line = clean_line(_render(f"{folder}/subject.txt", lang=language, **context))
        context |= {"lang": language, "subject": subject_line}
        body_text = _render(f"{folder}/body.txt", **context)
        body_html = _render(f"{folder}/body.html", **context)
    return RenderedLetter(
        subject_line, _with_placeholders(body_text).strip() + "\n", _with_placeholders(body_html)
    )


def _render(template: str, **context: Any) -> str:
    return current_app.jinja_env.get_template(template).render(context)


def _with_placeholders(body: str) -> str:
    typed = body.replace("[[link:", "[[ link:")
    return _MARK.sub(r"[[link:\1]]", typed)


def init_rendering(app: Flask) -> None:
    """Give letter templates the global `letter_link`."""
    app.jinja_env.globals["letter_link"] = letter_link
