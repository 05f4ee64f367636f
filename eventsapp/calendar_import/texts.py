"""Texts of a calendar file: escapes undone (RFC 5545 section 3.3.11), and HTML and plain text as the Markdown of our pages."""

import re
from html.parser import HTMLParser

from eventsapp.rendering.plain_text import plain_line, plain_text
from eventsapp.web.fields import is_web_address

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|b|blockquote|body|br|div|em|font|h[1-6]|html|i|li|ol|p|span|strong|table|td|tr|u|ul)\b[^>]*>",
    re.IGNORECASE,
)
_AT_LINE_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|>|={2,}\s*$|-{2,}\s*$|`{3,}|~{3,})")
_SILENT = frozenset({"head", "script", "style", "title"})
_BLOCKS = frozenset({"blockquote", "body", "div", "ol", "p", "table", "tr", "ul"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_DEEPEST = 200


def unescaped(value: str) -> str:
    """A TEXT value as it was meant; a backslash before any other letter stands for itself."""
    return _ESCAPE.sub(lambda found: {"n": "\n", "N": "\n"}.get(found[1], _kept(found[1])), value)


def _kept(sign: str) -> str:
    return sign if sign in '\\;,:"' else f"\\{sign}"


def line_of(value: str) -> str:
    """A TEXT value on one line."""
    return plain_line(unescaped(value))


def is_html(text: str) -> bool:
    return _TAG.search(text) is not None


def markdown_of(text: str) -> str:
    """A description, plain or HTML, as Markdown that looks the same."""
    return _from_html(text) if is_html(text) else _from_plain(text)


def _from_plain(text: str) -> str:
    """Lines stay lines, and none becomes a heading by chance."""
    lines = [_AT_LINE_START.sub(r"\1\\\2", line.strip()) for line in plain_text(text).split("\n")]
    out: list[str] = []
    for number, line in enumerate(lines):
        goes_on = line and number + 1 < len(lines) and lines[number + 1]
        out.append(f"{line}  " if goes_on else line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip()


def _from_html(text: str) -> str:
    reader = _Html()
    reader.feed(text)
    reader.close()
    return reader.result()


class _Html(HTMLParser):
    """Writes paragraphs, lists, headings, emphasis and links; all else is its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent = 0
        self.links: list[tuple[str, int]] = []
        self.marks: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.out.append("\n")
        elif tag == "li":
            self.out.append("\n\n- ")
        elif tag in _HEADINGS:
            self.out.append("\n\n## ")
        elif tag in _BLOCKS:
            self.out.append("\n\n")
        elif tag in _MARKS and len(self.marks) < _DEEPEST:
            self.marks.append((tag, len(self.out)))
            self.out.append(_MARKS[tag])
        elif tag == "a" and len(self.links) < _DEEPEST:
            self.links.append(((dict(attrs).get("href") or "").strip(), len(self.out)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.out.append("\n\n")
        elif tag in _MARKS and self.marks and self.marks[-1][0] == tag:
            self._end_mark(*self.marks.pop())
        elif tag == "a" and self.links:
            address, begin = self.links.pop()
            label = " ".join("".join(self.out[begin:]).split())
            self.out[begin:] = [_link(label, address)]

    def _end_mark(self, tag: str, begin: int) -> None:
        """Close an emphasis; the spaces at its edges stand outside, and one around nothing or several blocks goes."""
        inner = "".join(self.out[begin + 1 :])
        if not inner.strip() or "\n\n" in inner:
            self.out[begin:] = [inner]
            return
        mark, plain = _MARKS[tag], inner.strip()
        before, after = inner[: inner.index(plain)], inner[inner.index(plain) + len(plain) :]
        self.out[begin:] = [f"{before}{mark}{plain}{mark}{after}"]

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(re.sub(r"\s+", " ", data))

    def result(self) -> str:
        for _tag, begin in self.marks:
            # One that is never closed is none.
            self.out[begin] = ""
        text = "".join(self.out)
        lines = [line.strip() for line in plain_text(text).split("\n")]
        joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        # A line end inside a paragraph stays; items of one list stand together.
        joined = re.sub(r"(?<=\S)\n(?=\S)", "  \n", joined)
        return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", joined)


def _link(label: str, address: str) -> str:
    if not is_web_address(address):
        return label
    if not label or label == address or label.startswith(("http://", "https://")):
        return address
    return f"[{label.replace('[', '(').replace(']', ')')}]({address})"
