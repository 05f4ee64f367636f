"""The colours of the theme can be read: WCAG 2.2, 1.4.3 (text 4.5:1) and 1.4.11 (controls 3:1), in both themes."""

import re

import pytest

from eventsapp.config import PROJECT_ROOT

THEME = (PROJECT_ROOT / "static" / "css" / "theme.css").read_text()
DARK_QUERY = "@media (prefers-color-scheme: dark)"
END_OF_COLOURS = "/* Bootstrap's own variables"

TEXT_PAIRS = [
    *[
        (ink, ground)
        for ink in ("ink", "muted", "spruce", "rose")
        for ground in ("paper", "card", "hover", "field")
    ],
    *[
        (ink, ground)
        for ink in ("ink", "muted", "spruce")
        for ground in ("spruce-tint", "amber-tint", "rose-tint", "neutral-tint")
    ],
    ("spruce-dark", "paper"),
    ("spruce-dark", "card"),
    ("spruce-dark", "spruce-tint"),
    ("amber-text", "amber-tint"),
    ("amber-text", "card"),
    ("rose", "rose-tint"),
    ("sky", "sky-tint"),
    ("violet", "violet-tint"),
    ("on-spruce", "spruce"),
    ("on-spruce", "spruce-dark"),
    ("on-rose", "rose"),
    ("on-rose", "rose-dark"),
    ("on-header", "header"),
    ("on-header-muted", "header"),
    ("on-banner", "banner"),
    ("on-amber", "amber"),
]
CONTROL_PAIRS = [
    *[("field-line", ground) for ground in ("paper", "card", "field", "spruce-tint", "hover")],
    *[("focus", ground) for ground in ("paper", "card", "hover", "spruce-tint", "amber-tint", "rose-tint")],
    ("focus-on-dark", "header"),
    ("focus-on-dark", "banner"),
    ("amber", "header"),
    ("spruce", "track"),
    ("amber-fill", "track"),
    ("rose", "track"),
    ("amber-fill", "card"),
]


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", css))


LIGHT = _colours(THEME[: THEME.index(DARK_QUERY)])
DARK = LIGHT | _colours(THEME[THEME.index(DARK_QUERY) : THEME.index(END_OF_COLOURS)])


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG between two colours written as #rrggbb."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT_PAIRS, 4.5), (CONTROL_PAIRS, 3.0)], ids=["text", "controls"]
)
def test_colours_stand_out(theme: dict[str, str], pairs: list[tuple[str, str]], least: float) -> None:
    found = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}


def test_the_light_theme_has_the_colours_of_the_design() -> None:
    expected = {
        "ink": "#14262b",
        "muted": "#51666c",
        "paper": "#fbfaf7",
        "card": "#ffffff",
        "line": "#dfe3df",
        "spruce": "#0b5149",
        "spruce-dark": "#073a35",
        "spruce-tint": "#e5f0ed",
        "amber": "#f2b84b",
        "amber-tint": "#fdf3dc",
        "amber-text": "#6b4a05",
        "rose": "#a8324a",
        "rose-tint": "#fae9ec",
        "sky": "#1f5f99",
        "sky-tint": "#e6eff8",
        "violet": "#5b3f91",
        "violet-tint": "#efeaf7",
    }
    assert {name: LIGHT[name] for name in expected} == expected


def test_colours_are_named_in_one_place_only() -> None:
    rest = THEME[THEME.index(END_OF_COLOURS) : THEME.index("@media print")]
    assert re.findall(r"#[0-9a-f]{3,8}\b", rest) == []
