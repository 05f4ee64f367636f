"""The guides for organisers name what is on the pages, and links between documents lead somewhere."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask

from eventsapp.config import PROJECT_ROOT

DOCS = PROJECT_ROOT / "docs"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_QUOTED = re.compile(r'"([^"]+)"')


def documents() -> list[Path]:
    return [PROJECT_ROOT / "README.md", PROJECT_ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def texts_of_pages(language: str) -> set[str]:
    """Every text that pages and letters have in a language, on one line each."""
    path = PROJECT_ROOT / "eventsapp" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue: Catalog = read_po(file)
    found = (message.id if language == "sv" else message.string for message in catalogue if message.id)
    return {one for texts in found for one in ([texts] if isinstance(texts, str) else texts)}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize(("name", "at_least"), [("organisers", 60), ("places", 14)])
def test_what_a_guide_puts_in_quotation_marks_stands_on_a_page(
    name: str, at_least: int, language: str
) -> None:
    guide = " ".join((DOCS / f"{name}.{language}.md").read_text(encoding="utf-8").split())
    quoted = set(_QUOTED.findall(guide))
    assert len(quoted) > at_least
    assert sorted(quoted - texts_of_pages(language)) == []


@pytest.mark.parametrize("name", ["organisers", "places"])
def test_the_guides_have_the_same_headings(name: str) -> None:
    levels = [
        re.findall(r"^(#+) ", (DOCS / f"{name}.{language}.md").read_text(encoding="utf-8"), re.MULTILINE)
        for language in ("sv", "en")
    ]
    assert levels[0] == levels[1]


def anchors(path: Path) -> set[str]:
    """The anchors that headings get where documents are shown: small letters, hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(PROJECT_ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    lost = []
    for link in _LINK.findall(path.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_proxy_that_the_guide_sets_up_logs_no_token(app: Flask) -> None:
    """Every address that a token opens something by is masked, also one that somebody adds later."""
    guide = (DOCS / "operators.md").read_text(encoding="utf-8")
    masks = [
        re.compile(mask.replace("(?<", "(?P<")) for mask in re.findall(r"^    ~(\^\S+) ", guide, re.MULTILINE)
    ]
    rules = [rule.rule for rule in app.url_map.iter_rules() if "<token>" in rule.rule]
    assert masks and len(rules) > 30
    for rule in rules:
        address = re.sub(r"<[^>]+>", "7", rule.replace("<token>", "Hemlig-token_4711"))
        found = [match for mask in masks if (match := mask.match(address))]
        assert found, f"{rule} would be logged with its token"
        assert "Hemlig" not in found[0]["before"] + found[0]["after"], rule
