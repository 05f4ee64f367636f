"""A visitor over HTTP without a browser: cookies, forms, nothing else. Quick enough to be two hundred at once."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass

from bs4 import BeautifulSoup


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    status: int
    url: str
    text: str

    @property
    def heading(self) -> str:
        found = BeautifulSoup(self.text, "html.parser").h1
        return found.get_text(" ", strip=True) if found else ""


class Visitor:
    """One person with a cookie jar of their own."""

    def __init__(self, site: str) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self._address(path)))

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        body = urllib.parse.urlencode(fields).encode()
        return self._open(urllib.request.Request(self._address(path), data=body))

    def size_of_post(self, path: str, fields: dict[str, str]) -> int:
        """How many bytes a POST is answered with; raises when it is an error."""
        body = urllib.parse.urlencode(fields).encode()
        with self._opener.open(self._address(path), data=body, timeout=90) as response:
            return len(response.read())

    def _address(self, path: str) -> str:
        return path if path.startswith("http") else self.site + path

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            return self._answer(request)
        except ConnectionResetError:
            # A machine under a rush resets a connection now and then before it has read it; people then try again.
            return self._answer(request)

    def _answer(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=90) as response:
                return Answer(response.status, response.url, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.url, error.read().decode(errors="replace"))


def form_fields(html: str, button: str | None = None) -> dict[str, str]:
    """What the main POST form of a page would send as it stands, or the one whose button says `button`."""
    soup = BeautifulSoup(html, "html.parser")
    forms = list(soup.select("main form[method=post]"))
    if button:
        forms = [form for form in forms if any(button in b.get_text() for b in form.find_all("button"))]
    fields: dict[str, str] = {}
    for field in forms[0].select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.name == "select":
            chosen = field.find("option", selected=True) or field.find("option")
            fields[name] = str(chosen.get("value", "")) if chosen else ""
        elif field.name == "textarea":
            fields[name] = field.get_text()
        elif field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            fields[name] = str(field.get("value", ""))
    return fields


def sign_up(site: str, slug: str, email: str, name: str = "Åsa Ahlström", **others: str) -> Answer:
    """Open the form of an activity and send it once, as a new visitor."""
    visitor = Visitor(site)
    path = f"/aktiviteter/{slug}/anmalan"
    page = visitor.get(path)
    if page.status != 200:
        return page
    fields = form_fields(page.text) | {"name": name, "email": email, "organisation": "Umeå kommun", **others}
    return visitor.post(path, fields)
