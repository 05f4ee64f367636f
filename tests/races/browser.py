"""A browser that keeps its connection and its session, and asks for a form's token once: quick enough for thousands."""

import http.client
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Reply:
    """What came back, before any redirect."""

    status: int
    text: str
    location: str


class FormReader(HTMLParser):
    """What the first POST form in a page's main part would send as it stands; a page's markup is trusted to be right."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._in_form = False
        self._select = self._text = ""
        self.feed(page[page.index("<main") :])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        here = dict(attrs)
        if tag == "form" and not self.fields:
            self._in_form = here.get("method") == "post"
        name = here.get("name") or ""
        if not self._in_form:
            return
        if tag == "input" and name:
            if here.get("type") not in ("checkbox", "radio") or "checked" in here:
                self.fields[name] = here.get("value") or ""
        elif tag == "textarea":
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in here or self._select not in self.fields):
            self.fields[self._select] = here.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            # The first line break after the tag is not part of the text.
            self.fields[self._text] += data if self.fields[self._text] else data.removeprefix("\n")


class Browser:
    """One thread's browser."""

    def __init__(self, site: str) -> None:
        self._host = urlsplit(site).netloc
        self._connection = http.client.HTTPConnection(self._host, timeout=90)
        self._cookies: dict[str, str] = {}
        self.csrf_token = ""

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> Reply:
        return self._send("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Reply:
        return self._send("POST", path, urlencode({"csrf_token": self.csrf_token} | fields))

    def meet(self, path: str) -> str:
        """Open a page with a form, to have the session and its token; answers the page."""
        page = self.get(path)
        found = _TOKEN.search(page.text)
        assert found is not None, page.text[:500]
        self.csrf_token = found.group(1)
        return page.text

    def _send(self, method: str, path: str, body: str | None) -> Reply:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            return self._ask(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closes a connection that has been idle; people then try again.
            self._connection.close()
            return self._ask(method, path, body, headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Reply:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode(errors="replace")
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.split(";", 1)[0].partition("=")
                self._cookies[cookie] = content
        return Reply(response.status, text, response.headers.get("Location", ""))
