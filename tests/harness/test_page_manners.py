"""Each rule of page manners, broken once."""

import pytest
from bs4 import BeautifulSoup

from tests.page_manners import page_problems

GOOD = """<!doctype html><html lang="sv"><head><title>Mina
anmälningar – Kurser</title></head><body><main id="top"><a href="#top">Upp</a><h1>Mina anmälningar</h1>
<form method="post"><input type="hidden" name="csrf_token" value="t">
<label for="a">Namn</label><input id="a" name="a"><button>Spara</button></form>
<form method="get"><input aria-label="Sök" name="q"></form>
<script type="application/ld+json">{}</script></main></body></html>"""


def problems(html: str, path: str = "/min/anmalan") -> list[str]:
    return page_problems(BeautifulSoup(html, "html5lib"), html, path)


def test_a_good_page_has_no_problems() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("<h1>Mina anmälningar</h1>", "", "there are 0 h1, not one"),
        ("</form>", "</form><h1>Två</h1>", "there are 3 h1, not one"),
        ("<h1>Mina anmälningar</h1>", "<h1> </h1>", "the h1 is empty"),
        (
            "<h1>Mina anmälningar</h1>",
            "<h1>Anmälan</h1>",
            "the title 'Mina anmälningar – Kurser' does not begin with the h1 'Anmälan'",
        ),
        ('lang="sv"', 'lang="en"', "the page's language is en, not sv"),
        ('lang="sv"', "", "the page's language is None, not sv"),
        ('name="csrf_token" value="t"', 'name="csrf_token" value=""', "the form  has no csrf_token"),
        ('for="a"', 'for="main"', "the field a has no label"),
        (">Namn</label>", "></label>", "the field a has no label"),
        ('aria-label="Sök"', "", "the field q has no label"),
        ("<button>Spara</button>", "<button>Spara</button><form></form>", "a form stands inside another"),
        ("</main>", "<script>1</script></main>", "there is an inline script"),
        ("</head>", "<style>a{}</style></head>", "there is an inline style element"),
        ("<button>", '<button style="color:red">', "<button> has the attribute style"),
        ("<button>", '<button onclick="x()">', "<button> has the attribute onclick"),
        ("<button>", '<button hx-on:click="x()">', "<button> has the attribute hx-on:click"),
        ('href="#top"', 'href=" JavaScript:x()"', "<a> has code in its href"),
        ("<button>Spara", '<img src="x.png"><button>Spara', "the picture x.png has no alt"),
        ("<button>Spara", '<button id="b">', "<button b> has no name"),
        (">Upp<", "><", "<a #top> has no name"),
        ('<input id="a"', '<i id="a"></i><input id="a"', "the id a is used twice"),
        (
            '<input id="a"',
            '<input id="a" aria-describedby="a-hint"',
            "aria-describedby names a-hint, which is not there",
        ),
        ('href="#top"', 'href="#gone"', "a link leads to #gone, which is not there"),
    ],
)
def test_a_broken_rule_is_found(right: str, wrong: str, problem: str) -> None:
    assert right in GOOD
    assert problem in problems(GOOD.replace(right, wrong))


@pytest.mark.parametrize(
    ("path", "language"), [("/en", "en"), ("/en/events", "en"), ("/energi", "sv"), ("/", "sv")]
)
def test_the_address_decides_the_language(path: str, language: str) -> None:
    assert problems(GOOD.replace('lang="sv"', f'lang="{language}"'), path) == []
