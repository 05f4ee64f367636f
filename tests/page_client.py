"""A client that reads pages as a person does: by heading, link text, label and button.

It fails on a page with bad manners, on a GET that writes, and on a POST that forgot to commit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventsapp.core.db import db
from tests.databases import SITE_URL, Watch
from tests.page_manners import fragment_problems, page_problems, squeeze

READING = frozenset({"GET", "HEAD", "OPTIONS"})
STAMPS = tuple(
    f"UPDATE {table} SET last_fetched_at=" for table in ("participant_calendars", "staff_calendars")
)
"""The one thing that a GET may write: when a calendar was fetched last."""
NOT_SENT = frozenset({"submit", "button", "image", "reset"})


@dataclass(frozen=True)
class Upload:
    """A file that somebody chooses in a form. A form that cannot bring files leaves it out, as in a browser."""

    name: str
    content: bytes


Value = str | bool | int | Sequence[str] | Upload


class PageClient:
    """What the fixture `client` gives: `get_page` for pages, `get` and `post` for everything else."""

    def __init__(self, app: Flask, watch: Watch) -> None:
        self.app = app
        self.watch = watch
        self.browser: FlaskClient = app.test_client()

    def get_page(self, url: str, *, status: int = 200, **options: Any) -> Page:
        """Open a page and follow redirects; the one in the end must have `status` and good manners."""
        return self._page(self._follow(self.get(url, **options)), status)

    def post_page(self, url: str, data: Mapping[str, Any], *, status: int = 200, **options: Any) -> Page:
        """Send raw data to an address, as one who does not use our page would, and follow redirects."""
        return self._page(self._follow(self.post(url, data=data, **options)), status)

    def get(self, url: str, **options: Any) -> TestResponse:
        return self.open(url, method="GET", **options)

    def head(self, url: str, **options: Any) -> TestResponse:
        return self.open(url, method="HEAD", **options)

    def post(self, url: str, **options: Any) -> TestResponse:
        return self.open(url, method="POST", **options)

    def open(self, url: str, *, method: str = "GET", **options: Any) -> TestResponse:
        """Make one request, without following redirects, and check what it did to the database."""
        # What the test has prepared must be there for the request, which has a session and a transaction of its own.
        db.session.commit()
        self.watch.begin()
        options.setdefault("base_url", SITE_URL)
        # An empty context, as in a server: nothing of the test's own is seen, and nothing leaks back.
        response: TestResponse = Context().run(
            self.browser.open, url.removeprefix(SITE_URL), method=method, **options
        )
        self._check_writes(method, url, response)
        self._check_manners(response)
        return response

    def csrf_token(self, url: str) -> str:
        """The token that the forms of a page carry."""
        token = self.get_page(url).soup.find("input", attrs={"name": "csrf_token"})
        assert isinstance(token, Tag), f"{url} has no form with a token"
        return str(token["value"])

    def forget_cookies(self) -> None:
        """Become somebody else."""
        self.browser = self.app.test_client()

    def _follow(self, response: TestResponse) -> TestResponse:
        for _ in range(5):
            if response.status_code not in {301, 302, 303, 307, 308}:
                return response
            response = self.get(
                urljoin(response.request.url, response.headers["Location"]).removeprefix(SITE_URL)
            )
        raise AssertionError(f"{response.request.url} redirects for ever")

    def _page(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, (
            f"{response.request.method} {response.request.path} answered {response.status_code}, not {status}: "
            f"{squeeze(BeautifulSoup(response.text, 'html.parser').get_text(' '))[:600]}"
        )
        assert response.mimetype == "text/html", f"{response.request.path} is {response.mimetype}, not a page"
        return Page(self, response)

    def _check_writes(self, method: str, url: str, response: TestResponse) -> None:
        if method in READING:
            writes = [one for one in self.watch.writes() if not one.startswith(STAMPS)]
            assert not writes, f"{method} {url} writes: {writes}"
            assert not self.watch.unsaved, f"{method} {url} changes {self.watch.unsaved}"
        elif response.status_code in {302, 303}:
            # A form that comes back with errors may have begun to write, and leaves it; a redirect means "done".
            assert not self.watch.lost_writes, f"{method} {url} did not commit: {self.watch.lost_writes}"
            assert not self.watch.unsaved, f"{method} {url} did not commit {self.watch.unsaved}"

    def _check_manners(self, response: TestResponse) -> None:
        if response.mimetype != "text/html" or response.status_code in {301, 302, 303, 304, 307, 308}:
            return
        if response.request.method == "HEAD":
            return
        raw = response.text
        whole = "<html" in raw[:500].lower()
        soup = soup_of(response)
        problems = page_problems(soup, raw, response.request.path) if whole else fragment_problems(soup, raw)
        assert not problems, f"{response.request.path}: " + "; ".join(problems)


def soup_of(response: TestResponse) -> BeautifulSoup:
    """The page as a browser understands it; parsed once."""
    soup: BeautifulSoup | None = getattr(response, "_soup", None)
    if soup is None:
        soup = BeautifulSoup(response.get_data(), "html5lib", from_encoding="utf-8")
        response._soup = soup  # type: ignore[attr-defined]
    return soup


class Page:
    """One page that was opened."""

    def __init__(self, client: PageClient, response: TestResponse) -> None:
        self.client = client
        self.response = response
        self.soup = soup_of(response)

    @property
    def url(self) -> str:
        """Path and query of the page."""
        parts = urlsplit(self.response.request.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def heading(self) -> str:
        return self.text_of("h1")

    @property
    def text(self) -> str:
        """Everything that can be read in the page's main part, with single spaces."""
        return squeeze((self.soup.find("main") or self.soup).get_text(" "))

    @property
    def problems(self) -> list[str]:
        """The sentences of the error summary."""
        summary = self.soup.select_one(".error-summary")
        return [] if summary is None else [squeeze(item.get_text(" ")) for item in summary.select("li")]

    @property
    def messages(self) -> list[str]:
        """The messages above the page on what was done."""
        return [squeeze(message.get_text(" ")) for message in self.soup.select(".flash")]

    def one(self, selector: str) -> Tag:
        """The only element that fits a CSS selector."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{self.url} has {len(found)} of {selector}, not one"
        return found[0]

    def all(self, selector: str) -> list[Tag]:
        return list(self.soup.select(selector))

    def text_of(self, selector: str) -> str:
        """What can be read in the only element that fits a CSS selector."""
        return squeeze(self.one(selector).get_text(" "))

    def texts(self, selector: str) -> list[str]:
        return [squeeze(element.get_text(" ")) for element in self.soup.select(selector)]

    def href(self, text: str) -> str:
        """Where the link with this text leads."""
        links = [link for link in self.soup.find_all("a", href=True) if _name(link) == text]
        names = [_name(link) for link in self.soup.find_all("a", href=True)]
        assert links, f"{self.url} has no link '{text}', only {names}"
        return str(links[0]["href"])

    def click(self, text: str, *, status: int = 200) -> Page:
        """Follow the link with this text."""
        return self.client.get_page(urljoin(self.url, self.href(text)), status=status)

    def table(self, selector: str = "table") -> list[list[str]]:
        """The body of a table as it reads, row by row."""
        return [
            [squeeze(cell.get_text(" ")) for cell in row.find_all(["th", "td"], recursive=False)]
            for row in self.one(selector).select("tbody > tr")
        ]

    def buttons(self) -> list[str]:
        """What can be pressed on the page."""
        return [_name(button) for button in _submit_buttons(self.soup)]

    def form(self, button: str | None = None) -> PageForm:
        """The form with a button of this name; without a name the only POST form of the page's main part."""
        if button is not None:
            found = [item for item in _submit_buttons(self.soup) if _name(item) == button]
            assert found, f"{self.url} has no button '{button}', only {self.buttons()}"
            assert len(found) == 1, f"{self.url} has {len(found)} buttons '{button}'"
            owner = _form_of(found[0], self.soup)
            assert owner is not None, f"the button '{button}' belongs to no form"
            return PageForm(self, owner, found[0])
        part = self.soup.find("main") or self.soup
        forms = [form for form in part.find_all("form") if str(form.get("method", "")).lower() == "post"]
        assert len(forms) == 1, f"{self.url} has {len(forms)} forms; name the button: {self.buttons()}"
        presses = [item for item in _submit_buttons(self.soup) if _form_of(item, self.soup) is forms[0]]
        return PageForm(self, forms[0], presses[0] if presses else None)

    def submit(
        self, fields: Mapping[str, Value] | None = None, *, button: str | None = None, status: int = 200
    ) -> Page:
        """Fill in fields, by name or label, press a button, and follow to the page that comes."""
        return self.form(button).submit(fields, status=status)


@dataclass
class PageForm:
    """A form as a browser would send it."""

    page: Page
    element: Tag
    button: Tag | None = None
    values: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for control in self.controls():
            for value in _values_sent(control):
                self.values.setdefault(str(control["name"]), []).append(value)

    def controls(self) -> list[Tag]:
        """The fields that can be filled in, with those that name the form from outside it."""
        own = list(self.element.find_all(["input", "select", "textarea"]))
        if self.element.get("id"):
            own += self.page.soup.find_all(
                ["input", "select", "textarea"], attrs={"form": self.element["id"]}
            )
        return [
            control
            for control in own
            if control.get("name")
            and not control.has_attr("disabled")
            and not (control.name == "input" and control.get("type", "text") in NOT_SENT)
            and control.find_parent("fieldset", disabled=True) is None
        ]

    def names(self) -> list[str]:
        return list(dict.fromkeys(str(control["name"]) for control in self.controls()))

    def fill(self, fields: Mapping[str, Value]) -> PageForm:
        """Fill in fields, each by its name or by its label; a tick is True or False, several choices a list, a file an
        `Upload`."""
        for key, value in fields.items():
            name = self._name_of(key)
            if isinstance(value, Upload):
                self.files[name] = value
            else:
                self.values[name] = self._chosen(name, value)
        return self

    def submit(self, fields: Mapping[str, Value] | None = None, *, status: int = 200) -> Page:
        """Send the form and follow to the page that comes."""
        client = self.page.client
        return client._page(client._follow(self.send(fields)), status)

    def send(self, fields: Mapping[str, Value] | None = None, **options: Any) -> TestResponse:
        """Send the form and give the very answer, redirect or not."""
        self.fill(fields or {})
        data: dict[str, list[Any]] = {name: list(values) for name, values in self.values.items()}
        action = ""
        method = str(self.element.get("method", "get"))
        if self.button is not None:
            if self.button.get("name"):
                data.setdefault(str(self.button["name"]), []).append(str(self.button.get("value", "")))
            action = str(self.button.get("formaction", ""))
            method = str(self.button.get("formmethod", method))
        url = urljoin(self.page.url, action or str(self.element.get("action") or "") or self.page.url)
        if method.lower() == "get":
            return self.page.client.get(url.split("?")[0], query_string=data, **options)
        if self.element.get("enctype") == "multipart/form-data":
            data |= {name: [(BytesIO(file.content), file.name)] for name, file in self.files.items()}
            options["content_type"] = "multipart/form-data"
        return self.page.client.post(url, data=data, **options)

    def _name_of(self, key: str) -> str:
        names = self.names()
        if key in names:
            return key
        labels: dict[str, str] = {}
        for control in self.controls():
            for label in _labels_of(control, self.page.soup):
                labels.setdefault(label, str(control["name"]))
        assert key in labels, (
            f"{self.page.url} has no field '{key}', only {names} with the labels {list(labels)}"
        )
        return labels[key]

    def _chosen(self, name: str, value: Value) -> list[str]:
        controls = [control for control in self.controls() if control["name"] == name]
        first = controls[0]
        kind = first.get("type", "text") if first.name == "input" else first.name
        if kind == "checkbox" and isinstance(value, bool):
            assert len(controls) == 1, f"'{name}' has several ticks; give a list of their values"
            return [str(first.get("value", "on"))] if value else []
        wanted = [str(value)] if isinstance(value, str | int) else [str(item) for item in value]
        if kind in {"checkbox", "radio"}:
            offered = {
                text: str(control.get("value", "on"))
                for control in controls
                for text in [*_labels_of(control, self.page.soup), str(control.get("value", "on"))]
            }
        elif kind == "select":
            offered = {}
            for option in first.find_all("option"):
                code = str(option.get("value", squeeze(option.get_text())))
                offered.setdefault(squeeze(option.get_text()), code)
                offered[code] = code
        else:
            return wanted
        unknown = [item for item in wanted if item not in offered]
        assert not unknown, f"'{name}' does not offer {unknown}, only {list(offered)}"
        return [offered[item] for item in wanted]


def _values_sent(control: Tag) -> list[str]:
    """What a browser sends for a field that nobody has touched."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n")]
    if control.name == "select":
        options = control.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [str(option.get("value", squeeze(option.get_text()))) for option in chosen]
    kind = control.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return [str(control.get("value", "on"))] if control.has_attr("checked") else []
    return [] if kind == "file" else [str(control.get("value", ""))]


def _labels_of(control: Tag, soup: BeautifulSoup) -> list[str]:
    labels = []
    if control.get("aria-label"):
        labels.append(squeeze(str(control["aria-label"])))
    if control.get("id"):
        labels += [_label_text(label) for label in soup.find_all("label", attrs={"for": control["id"]})]
    if (around := control.find_parent("label")) is not None:
        labels.append(_label_text(around))
    return labels


def _label_text(label: Tag) -> str:
    """The label without its mark for fields that may be left empty."""
    return squeeze(label.get_text(" ")).removesuffix("(frivilligt)").removesuffix("(optional)").strip()


def _name(element: Tag) -> str:
    """What a link or button is called, by the eye or by a screen reader."""
    if element.get("aria-label"):
        return squeeze(str(element["aria-label"]))
    if element.name == "input":
        return squeeze(str(element.get("value", "")))
    return squeeze(element.get_text(" "))


def _submit_buttons(soup: BeautifulSoup) -> list[Tag]:
    return [
        button
        for button in soup.find_all(["button", "input"])
        if (button.name == "button" and button.get("type", "submit") == "submit")
        or (button.name == "input" and button.get("type") in {"submit", "image"})
    ]


def _form_of(button: Tag, soup: BeautifulSoup) -> Tag | None:
    if button.get("form"):
        return soup.find("form", id=str(button["form"]))
    return button.find_parent("form")
