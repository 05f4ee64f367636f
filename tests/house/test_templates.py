"""Every template compiles, and pages keep to what the Content-Security-Policy allows."""

import re
from pathlib import Path

import pytest
from flask import Flask

from eventsapp.config import PROJECT_ROOT

TEMPLATES = PROJECT_ROOT / "templates"
PAGES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("*.html")
    if "letters" not in path.parts and path.name not in {"letter.html", "letters.html"}
)
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())


def test_every_template_compiles(app: Flask) -> None:
    for name in ALL:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_inline_script_or_style(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    # What stands in {{ … }} and {% … %} is no markup: a macro may well have an argument called style.
    markup = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", markup), "a style attribute"
    assert "<style" not in text, "a style element"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", markup), "a handler attribute"
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/ld+json"' in script, "an inline script"
    assert "hx-on" not in text, "an expression attribute"


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    for tag in re.findall(r"<(?:script|link|img|iframe)[^>]*>", text):
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", tag), tag


def test_every_static_file_that_a_template_names_exists() -> None:
    for name in ALL:
        for file in re.findall(
            r"url_for\(\"static\", filename=\"([^\"]+)\"\)", (TEMPLATES / name).read_text()
        ):
            assert (Path(PROJECT_ROOT) / "static" / file).exists(), f"{name}: {file}"
