from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from eventsapp.outbox.rendering import RenderedLetter, render_letter


@pytest.fixture
def folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A letter's templates, found beside those of the product."""
    letter = tmp_path / "letters" / "welcome"
    letter.mkdir(parents=True)
    (letter / "subject.txt").write_text("  {{ title }}:\n  välkommen\n")
    (letter / "body.txt").write_text(
        '{% extends "layouts/letter.txt" %}{% block content %}\n'
        'Hej {{ name }} & co!\n\n{{ letter_link("change") }}\n{% endblock %}\n'
    )
    (letter / "body.html").write_text(
        '{% extends "layouts/letter.html" %}{% block content %}'
        '<p>Hej {{ name }} &amp; co!</p><a href="{{ letter_link("change") }}">Ändra</a>{% endblock %}'
    )
    assert app.jinja_loader is not None
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([app.jinja_loader, FileSystemLoader(tmp_path)]))
    return letter


def test_a_letter_is_made_in_its_own_language(folder: Path):
    letter = render_letter("letters/welcome", "en", title="Dag\r\nett", name="Åsa <b>")

    assert letter.subject_line == "Dag ett: välkommen"
    assert letter.body_text.startswith("Hej Åsa <b> & co!\n\n[[link:change]]\n")
    assert letter.body_text.endswith("\n") and not letter.body_text.endswith("\n\n")
    assert '<html lang="en">' in letter.body_html
    assert "<title>Dag ett: välkommen</title>" in letter.body_html
    assert '<p>Hej Åsa &lt;b&gt; &amp; co!</p><a href="[[link:change]]">' in letter.body_html


def test_nobody_gets_a_link_by_typing_its_placeholder(folder: Path):
    letter = render_letter("letters/welcome", "sv", title="x", name="[[link:change]]")

    assert letter.body_text.count("[[link:change]]") == 1
    assert letter.body_html.count("[[link:change]]") == 1
    assert "Hej [[ link:change]] & co!" in letter.body_text


def test_a_letter_is_the_same_within_a_request(app: Flask, folder: Path):
    outside = render_letter("letters/welcome", "sv", title="x", name="Åsa")
    with app.test_request_context("/en/", base_url="https://elsewhere.example"):
        inside = render_letter("letters/welcome", "sv", title="x", name="Åsa")

    assert inside == outside


def test_a_kept_letter_greets_each_by_name(folder: Path):
    def to(name: str, *, keep: bool = True) -> RenderedLetter:
        return render_letter("letters/welcome", "sv", personal={"name": name}, keep=keep, title="Hållen")

    for name in ("Åsa <b>", "Bo & Co", "[[link:change]]"):
        assert to(name) == render_letter("letters/welcome", "sv", title="Hållen", name=name)
        assert to(name, keep=False) == to(name)


def test_what_is_kept_names_nobody_and_has_all_that_the_letter_tells(app: Flask, folder: Path):
    kept = app.extensions["kept_letters"] = {}
    render_letter("letters/welcome", "sv", personal={"name": "Åsa"}, keep=True, title="Ett")
    assert len(kept) == 1 and "Åsa" not in str(kept)
    render_letter("letters/welcome", "sv", personal={"name": "Bo"}, keep=True, title="Ett")
    assert len(kept) == 1
    english = render_letter("letters/welcome", "en", personal={"name": "Bo"}, keep=True, title="Ett")
    other = render_letter("letters/welcome", "sv", personal={"name": "Bo"}, keep=True, title="Två")
    assert len(kept) == 3
    assert '<html lang="en">' in english.body_html and "<title>Två: välkommen</title>" in other.body_html


def test_a_letter_asks_nothing_about_a_personal_word(folder: Path):
    (folder / "body.txt").write_text("{% if name %}Hej {{ name }}!{% endif %}")
    with pytest.raises(TypeError):
        render_letter("letters/welcome", "sv", personal={"name": "Åsa"}, title="x")


def test_a_kept_letter_is_about_plain_values_only(folder: Path):
    with pytest.raises(TypeError):
        render_letter("letters/welcome", "sv", personal={"name": "Åsa"}, keep=True, title=object())
