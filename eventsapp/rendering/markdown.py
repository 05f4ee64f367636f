"""The texts that officers write in Markdown, as HTML for pages and as plain text for letters and calendars."""

import html
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from eventsapp.rendering.plain_text import plain_text

# A plain host name after http(s): odder ones (names before an @, brackets) are mistakes or traps.
_LINK_TARGET = re.compile(
    r"https?://[\w.-]+(?::\d+)?(?:[/?#].*)?|(?:mailto|tel):.+", re.IGNORECASE | re.ASCII
)
_BARE_ADDRESS = re.compile(r"https?://[^\s<>\"“”»«]+", re.IGNORECASE)
_AFTER_AN_ADDRESS = ".,;:!?'*_~…’"


class _Markdown(MarkdownIt):
    """CommonMark with tables and without raw HTML; other links than these stay as they were typed."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable("table")

    def validateLink(self, url: str) -> bool:  # noqa: N802 the name is markdown-it's
        return _LINK_TARGET.fullmatch(url) is not None


_markdown = _Markdown()
_renderer = RendererHTML()
_TAGS = (
    {"a", "blockquote", "br", "code", "div", "em", "hr", "li", "ol", "p", "pre", "span", "strong", "ul"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
# What the renderer writes is safe already; this is the second lock, should a parser have a fault.
_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href", "rel", "target"}, "div": {"tabindex"}, "ol": {"start"}, "th": {"scope"}},
    allowed_classes={
        "div": {"table-responsive"},
        "span": {"visually-hidden"},
        "table": {"table"},
        "td": {"text-center", "text-end"},
        "th": {"text-center", "text-end"},
    },
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative="deny",
    link_rel=None,
)


def markdown_html(
    text: str | None,
    *,
    heading_offset: int = 1,
    new_window_text: str = "(öppnas i nytt fönster)",
    site_host: str | None = None,
) -> str:
    """`text` as HTML without scripts, styles, images or raw HTML; safe to mark as safe in a template.

    The headings used become the levels after `heading_offset` in unbroken order: with 1, which suits a page with its own
    h1, the highest becomes h2 even if it was typed as "###". Links lead to http, https, mailto and tel; addresses typed
    bare become links. Links to another host than `site_host` open a new window and say so to those who cannot see it.
    """
    tokens = _markdown.parse(plain_text(text))
    _renumber_headings(tokens, heading_offset)
    ready = list(_with_responsive_tables(tokens))
    for token in ready:
        if token.type == "inline" and token.children:
            linked = _link_bare_addresses(_without_images(token.children))
            token.children = list(_say_new_window(linked, new_window_text, site_host))
    return _cleaner.clean(_renderer.render(ready, _markdown.options, {})).strip()


def markdown_text(text: str | None) -> str:
    """`text` as plain text: blocks with an empty line between, lists with their marks, links as "text (address)"."""
    root = SyntaxTreeNode(_markdown.parse(plain_text(text)))
    return plain_text(_blocks(root.children))


def _renumber_headings(tokens: Sequence[Token], heading_offset: int) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(heading_offset + 1 + levels.index(token.tag), 6)}"


def _with_responsive_tables(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tables that scroll by themselves, by keyboard too, with classes where markdown-it writes style attributes."""
    for token in tokens:
        if token.type == "table_open":
            token.attrSet("class", "table")
            yield Token("html_block", "", 0, content='<div class="table-responsive" tabindex="0">')
            yield token
        elif token.type == "table_close":
            yield token
            yield Token("html_block", "", 0, content="</div>\n")
        else:
            if token.type in ("th_open", "td_open"):
                alignment = str(token.attrs.pop("style", "")).removeprefix("text-align:")
                if alignment in ("center", "right"):
                    token.attrSet("class", {"center": "text-center", "right": "text-end"}[alignment])
            if token.type == "th_open":
                token.attrSet("scope", "col")
            yield token


def _without_images(tokens: Sequence[Token]) -> Iterator[Token]:
    """Images as their description: a picture from elsewhere would tell its host who reads the page."""
    for token in tokens:
        if token.type == "image":
            description = _renderer.renderInlineAsText(token.children or [], _markdown.options, {})
            yield Token("text", "", 0, content=description)
        else:
            yield token


def _link_bare_addresses(tokens: Iterator[Token]) -> Iterator[Token]:
    inside_link = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            inside_link = token.type == "link_open"
        if token.type != "text" or inside_link:
            yield token
            continue
        rest = 0
        for match in _BARE_ADDRESS.finditer(token.content):
            address = _trimmed_address(match.group())
            href = _markdown.normalizeLink(address)
            if not _markdown.validateLink(href):
                continue
            yield Token("text", "", 0, content=token.content[rest : match.start()])
            yield Token("link_open", "a", 1, attrs={"href": href})
            yield Token("text", "", 0, content=address)
            yield Token("link_close", "a", -1)
            rest = match.start() + len(address)
        yield Token("text", "", 0, content=token.content[rest:])


def _trimmed_address(address: str) -> str:
    """`address` without the punctuation of the sentence around it."""
    while address:
        if (
            address[-1] in _AFTER_AN_ADDRESS
            or (address[-1] == ")" and address.count(")") > address.count("("))
            or (address[-1] == "]" and address.count("]") > address.count("["))
        ):
            address = address[:-1]
        else:
            break
    return address


def _say_new_window(tokens: Iterator[Token], new_window_text: str, site_host: str | None) -> Iterator[Token]:
    hint = f'<span class="visually-hidden"> {html.escape(new_window_text)}</span>'
    external = False
    for token in tokens:
        if token.type == "link_open":
            target = urlsplit(str(token.attrs["href"]))
            external = target.scheme.lower() in ("http", "https") and target.netloc != site_host
            token.attrs = {"href": token.attrs["href"]}
            if external:
                token.attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
        elif token.type == "link_close" and external:
            yield Token("html_inline", "", 0, content=hint)
        yield token


def _blocks(nodes: Sequence[SyntaxTreeNode], between: str = "\n\n") -> str:
    return between.join(block for node in nodes if (block := _block(node)))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "inline" | "paragraph" | "heading":
            return "".join(_inline(child) for child in node.children)
        case "bullet_list":
            return _list([("- ", item) for item in node.children])
        case "ordered_list":
            first = int(node.attrs.get("start", 1))
            return _list([(f"{number}. ", item) for number, item in enumerate(node.children, start=first)])
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _blocks(node.children).split("\n"))
        case "code_block" | "fence":
            return node.content.rstrip("\n")
        case "hr":
            return "---"
        case "table" | "thead" | "tbody":
            return _blocks(node.children, between="\n")
        case "tr":
            return " | ".join(_block(cell) for cell in node.children)
        case "th" | "td":
            return _blocks(node.children)
    return node.content


def _list(items: Sequence[tuple[str, SyntaxTreeNode]]) -> str:
    lines = []
    for mark, item in items:
        indent = "\n" + " " * len(mark)
        lines.append(mark + _blocks(item.children, between="\n").replace("\n", indent))
    return "\n".join(lines)


def _inline(node: SyntaxTreeNode) -> str:
    inner = "".join(_inline(child) for child in node.children)
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return _link_text(inner, str(node.attrs["href"]))
        case "text" | "code_inline":
            return node.content
    return inner


def _link_text(label: str, href: str) -> str:
    """ "label (address)", or the address alone where the label says nothing else."""
    address = re.sub(r"^(?:mailto|tel):", "", href, flags=re.IGNORECASE)
    without_scheme = re.sub(r"^https?://", "", _markdown.normalizeLinkText(address)).rstrip("/")
    if not label or re.sub(r"^https?://", "", label).rstrip("/") in (without_scheme, address):
        return address
    return f"{label} ({address})"
