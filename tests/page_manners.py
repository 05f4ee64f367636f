"""What every page must be like, checked on each one that a test opens."""

import re

from bs4 import BeautifulSoup, Tag

UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
SCRIPT_DATA_TYPES = {"application/ld+json", "application/json"}


def squeeze(text: str) -> str:
    """The text as it is read: with single spaces, also for no-break ones."""
    return re.sub(r"\s+", " ", text.replace("\u00ad", "")).strip()


def page_problems(soup: BeautifulSoup, raw: str, path: str) -> list[str]:
    """Sentences on what is wrong with a whole page at `path`; none when all is well."""
    return [
        *_heading_problems(soup),
        *_language_problems(soup, path),
        *fragment_problems(soup, raw),
        *_reference_problems(soup),
    ]


def fragment_problems(soup: BeautifulSoup, raw: str) -> list[str]:
    """What is wrong with a piece of a page, as htmx fetches it."""
    return [
        *_form_problems(soup, raw),
        *_label_problems(soup),
        *_inline_problems(soup),
        *_name_problems(soup),
    ]


def _heading_problems(soup: BeautifulSoup) -> list[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        return [f"there are {len(headings)} h1, not one"]
    heading = squeeze(headings[0].get_text(" "))
    title = squeeze(soup.title.get_text()) if soup.title else ""
    if not heading:
        return ["the h1 is empty"]
    return (
        [] if title.startswith(heading) else [f"the title '{title}' does not begin with the h1 '{heading}'"]
    )


def _language_problems(soup: BeautifulSoup, path: str) -> list[str]:
    expected = "en" if path == "/en" or path.startswith("/en/") else "sv"
    html = soup.find("html")
    found = html.get("lang") if isinstance(html, Tag) else None
    return [] if found == expected else [f"the page's language is {found}, not {expected}"]


def _form_problems(soup: BeautifulSoup, raw: str) -> list[str]:
    problems = []
    forms = soup.find_all("form")
    # A browser drops a form that stands inside another, with everything it would have sent.
    if len(re.findall(r"<form[\s>]", raw)) != len(forms):
        problems.append("a form stands inside another")
    for form in forms:
        if str(form.get("method", "get")).lower() == "post":
            token = form.find("input", attrs={"name": "csrf_token", "type": "hidden"})
            if token is None or not token.get("value"):
                problems.append(f"the form {form.get('action') or ''} has no csrf_token")
    return problems


def _label_problems(soup: BeautifulSoup) -> list[str]:
    labelled = {label.get("for") for label in soup.find_all("label") if squeeze(label.get_text())}
    problems = []
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.name == "input" and control.get("type", "text") in UNLABELLED_TYPES:
            continue
        wrapped = control.find_parent("label") is not None
        if not (
            control.get("id") in labelled
            or wrapped
            or control.get("aria-label")
            or control.get("aria-labelledby")
        ):
            problems.append(f"the field {control.get('name') or control.get('id')} has no label")
    return problems


def _inline_problems(soup: BeautifulSoup) -> list[str]:
    problems = []
    for script in soup.find_all("script"):
        if not script.get("src") and script.get("type") not in SCRIPT_DATA_TYPES:
            problems.append("there is an inline script")
    if soup.find("style") is not None:
        problems.append("there is an inline style element")
    for element in soup.find_all(True):
        for attribute, value in element.attrs.items():
            if attribute == "style" or attribute.startswith(("on", "hx-on")):
                problems.append(f"<{element.name}> has the attribute {attribute}")
            elif attribute in {"href", "src", "action"} and str(value).strip().lower().startswith(
                "javascript:"
            ):
                problems.append(f"<{element.name}> has code in its {attribute}")
    return problems


def _name_problems(soup: BeautifulSoup) -> list[str]:
    problems = [
        f"the picture {image.get('src')} has no alt"
        for image in soup.find_all("img")
        if image.get("alt") is None
    ]
    for element in soup.find_all(["a", "button"]):
        named = (
            squeeze(element.get_text())
            or element.get("aria-label")
            or element.get("aria-labelledby")
            or any(image.get("alt") for image in element.find_all("img"))
            or (element.find("svg") is not None and element.find("title") is not None)
        )
        if not named:
            problems.append(f"<{element.name} {element.get('href') or element.get('id') or ''}> has no name")
    return problems


def _reference_problems(soup: BeautifulSoup) -> list[str]:
    ids = [str(element["id"]) for element in soup.find_all(id=True)]
    problems = [
        f"the id {name} is used twice" for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    known = set(ids)
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-errormessage"):
        for element in soup.select(f"[{attribute}]"):
            value = element[attribute]
            names = value.split() if isinstance(value, str) else value
            problems += [
                f"{attribute} names {name}, which is not there" for name in names if name not in known
            ]
    for link in soup.find_all("a", href=re.compile(r"^#.")):
        if str(link["href"])[1:] not in known:
            problems.append(f"a link leads to {link['href']}, which is not there")
    return problems
