"""Markdown from officers: what it may become on a page and in a letter, and what it may never become."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eventsapp.rendering.markdown import markdown_html, markdown_text

HINT = '<span class="visually-hidden"> (öppnas i nytt fönster)</span>'
EXTERNAL = 'target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ""),
        ("  \n", ""),
        ("Hej **du**, _läs_ `kod`.", "<p>Hej <strong>du</strong>, <em>läs</em> <code>kod</code>.</p>"),
        ("en\ntvå  \ntre\\\nfyra", "<p>en\ntvå<br>\ntre<br>\nfyra</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. tre\n4. fyra", '<ol start="3">\n<li>tre</li>\n<li>fyra</li>\n</ol>'),
        ("> citat", "<blockquote>\n<p>citat</p>\n</blockquote>"),
        ("```python\nx < 1\n```", "<pre><code>x &lt; 1\n</code></pre>"),
        ("---", "<hr>"),
        ("pasted\r\nfrom\x0bWord\x00", "<p>pasted\nfrom\nWord</p>"),
    ],
)
def test_blocks(text: str | None, expected: str) -> None:
    assert markdown_html(text) == expected


@pytest.mark.parametrize(
    ("text", "offset", "tags"),
    [
        ("# A\n## B\n### C", 1, ["h2", "h3", "h4"]),
        ("### A\n##### B\n### C", 1, ["h2", "h3", "h2"]),
        ("A\n===\nB\n---", 1, ["h2", "h3"]),
        ("# A\n## B", 2, ["h3", "h4"]),
        ("# A\n## B\n### C", 4, ["h5", "h6", "h6"]),
        ("# A", 0, ["h1"]),
    ],
)
def test_headings_fit_under_the_page(text: str, offset: int, tags: list[str]) -> None:
    soup = BeautifulSoup(markdown_html(text, heading_offset=offset), "html.parser")
    assert [tag.name for tag in soup.find_all(True)] == tags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[s](https://exempel.se/å?a=1&b=2 'titel')",
            f'<a href="https://exempel.se/%C3%A5?a=1&amp;b=2" {EXTERNAL}>s{HINT}</a>',
        ),
        ("<https://exempel.se>", f'<a href="https://exempel.se" {EXTERNAL}>https://exempel.se{HINT}</a>'),
        ("[m](mailto:a@exempel.se)", '<a href="mailto:a@exempel.se">m</a>'),
        ("<a@exempel.se>", '<a href="mailto:a@exempel.se">a@exempel.se</a>'),
        ("[r](tel:+46701234567)", '<a href="tel:+46701234567">r</a>'),
        ("[h](https://aktiviteter.se/om)", '<a href="https://aktiviteter.se/om">h</a>'),
        (
            "[h](https://aktiviteter.se.ond.se/)",
            f'<a href="https://aktiviteter.se.ond.se/" {EXTERNAL}>h{HINT}</a>',
        ),
    ],
)
def test_links(text: str, expected: str) -> None:
    assert markdown_html(text, site_host="aktiviteter.se") == f"<p>{expected}</p>"


@pytest.mark.parametrize(
    ("text", "address", "after"),
    [
        ("Se https://exempel.se/a_b_c.", "https://exempel.se/a_b_c", "."),
        ("(https://exempel.se/a)", "https://exempel.se/a", ")"),
        ("Se https://exempel.se/a_(b), nu", "https://exempel.se/a_(b)", ", nu"),
        ("Se **https://exempel.se/?q=1&r=2**!", "https://exempel.se/?q=1&r=2", "!"),
    ],
)
def test_bare_addresses_become_links(text: str, address: str, after: str) -> None:
    soup = BeautifulSoup(markdown_html(text, new_window_text="x"), "html.parser")
    (link,) = soup.find_all("a")
    assert link["href"] == address
    assert link.get_text() == f"{address} x"
    assert soup.get_text().endswith(f"{address} x{after}")


def test_bare_addresses_inside_links_and_code_are_left_alone() -> None:
    soup = BeautifulSoup(markdown_html("[https://a.se](https://b.se) `https://c.se`"), "html.parser")
    assert [link["href"] for link in soup.find_all("a")] == ["https://b.se"]


def test_the_new_window_text_is_escaped() -> None:
    assert markdown_html("<https://exempel.se>", new_window_text="<i>(opens in a new window)</i>") == (
        f'<p><a href="https://exempel.se" {EXTERNAL}>https://exempel.se'
        '<span class="visually-hidden"> &lt;i&gt;(opens in a new window)&lt;/i&gt;</span></a></p>'
    )


def test_tables_scroll_and_have_no_style_attributes() -> None:
    assert markdown_html("| A | B | C |\n|:--|:-:|--:|\n| 1 | 2 | 3 |") == (
        '<div class="table-responsive" tabindex="0"><table class="table">\n<thead>\n<tr>\n'
        '<th scope="col">A</th>\n<th class="text-center" scope="col">B</th>\n<th class="text-end" scope="col">C</th>\n'
        "</tr>\n</thead>\n<tbody>\n<tr>\n"
        '<td>1</td>\n<td class="text-center">2</td>\n<td class="text-end">3</td>\n</tr>\n</tbody>\n</table>\n</div>'
    )


def test_images_are_only_described() -> None:
    assert markdown_html("![En *karta*](https://exempel.se/karta.png)") == "<p>En karta</p>"
    assert markdown_text("![En *karta*](https://exempel.se/karta.png)") == "En karta"


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<iframe src=https://ond.se></iframe>",
    "<style>body{display:none}</style>",
    "<!-- x --><p style='position:fixed'>x</p>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](//ond.se)",
    "[x](https://exempel.se@ond.se/)",
    "[x](https://[ond]/)",
    "https://[ond",
    "[x](/personal/logga-ut)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    '[x](https://exempel.se/" onmouseover="alert(1))',
    '[x](https://exempel.se "\\" onmouseover=alert(1) x=\\"")',
    'https://exempel.se/"onmouseover="alert(1)',
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>`",
    "| <script> |\n|---|\n| [x](javascript:1) |",
    "# <script>alert(1)</script>",
]

ALLOWED = {
    "a": {"href", "target", "rel"},
    "div": {"class", "tabindex"},
    "ol": {"start"},
    "span": {"class"},
    "table": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
} | {
    tag: set()
    for tag in "blockquote br code em h2 h3 h4 h5 h6 hr li p pre strong tbody thead tr ul".split()  # noqa: SIM905
}


def assert_harmless(page: str) -> None:
    body = BeautifulSoup(page, "html5lib").body
    assert body is not None
    for tag in body.find_all(True):
        assert set(tag.attrs) <= ALLOWED[tag.name], tag
        if tag.name == "a" and "href" in tag.attrs:
            target = urlsplit(str(tag["href"]))
            assert target.scheme in ("http", "https", "mailto", "tel"), tag
            assert (tag.get("target") == "_blank") == (target.scheme in ("http", "https"))


@pytest.mark.parametrize("text", ATTACKS)
def test_attacks_are_text(text: str) -> None:
    assert_harmless(markdown_html(text))


PIECES = [*ATTACKS, *"[]()<>!#*_`\\\"'&:/@ \n-|1.", "https://", "javascript:", "å"]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@example("https://[![x](javascript:alert(1))]")
@example("https://[x](javascript:alert(1))")
@example("![[x](javascript:1)](https://exempel.se)")
def test_nothing_harmful_in_any_mixture(text: str) -> None:
    assert_harmless(markdown_html(text))
    markdown_text(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_rendered(text: str) -> None:
    assert_harmless(markdown_html(text))
    assert markdown_text(text) == markdown_text(text).strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ""),
        (
            "# Rubrik\nText **fet** _kursiv_\nsamma rad  \nny rad",
            "Rubrik\n\nText fet kursiv samma rad\nny rad",
        ),
        ("- a\n- b\n  1. c\n  2. d\n- e\n\n  f", "- a\n- b\n  1. c\n  2. d\n- e\n  f"),
        ("9. nio\n10. tio\n\n    mer", "9. nio\n10. tio\n    mer"),
        ("[Program](https://exempel.se/p)", "Program (https://exempel.se/p)"),
        ("[exempel.se](https://exempel.se/)", "https://exempel.se/"),
        ("<https://exempel.se/a> https://exempel.se/b", "https://exempel.se/a https://exempel.se/b"),
        ("[oss](mailto:a@exempel.se) <a@exempel.se>", "oss (a@exempel.se) a@exempel.se"),
        ("[ring](tel:+46701234567)", "ring (+46701234567)"),
        ("> ett\n>\n> två", "> ett\n>\n> två"),
        ("```\nx < 1\n```", "x < 1"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A | B\n1 | 2"),
        ("a\n\n---\n\nb", "a\n\n---\n\nb"),
        ("5 < 6 &amp; <b>inte html</b> \\*stjärna\\*", "5 < 6 & <b>inte html</b> *stjärna*"),
    ],
)
def test_plain_text(text: str | None, expected: str) -> None:
    assert markdown_text(text) == expected
