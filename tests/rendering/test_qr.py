"""QR codes: the right modules, a name for those who cannot see them, nothing the Content-Security-Policy forbids."""

import re
import struct
import zlib
from collections.abc import Callable
from functools import partial
from xml.etree import ElementTree

import pytest
import segno

from eventsapp.rendering.qr import qr_png, qr_svg

LINK = "https://exempel.se/min/anmalan/Zm9yYmkzLXByaXZhdC1sw6Ruaw"


def modules_of(data: str) -> list[list[bool]]:
    return [[bool(module) for module in row] for row in segno.make_qr(data, error="m").matrix_iter(border=4)]


def test_svg_draws_the_code() -> None:
    root = ElementTree.fromstring(qr_svg(LINK, title="Biljett"))
    background, dark = root.findall("path")
    size = len(modules_of(LINK))
    assert root.attrib == {"role": "img", "viewBox": f"0 0 {size} {size}", "class": "qr"}
    assert (background.get("fill"), background.get("d")) == ("#fff", f"M0 0h{size}v{size}h-{size}z")
    drawn = [[False] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for kind, first, second, length in re.findall(r"([Mm])(-?[\d.]+) (-?[\d.]+)h(\d+)", dark.get("d", "")):
        x, y = (float(first), float(second)) if kind == "M" else (x + float(first), y + float(second))
        for column in range(int(length)):
            drawn[int(y)][int(x) + column] = True
        x += int(length)
    assert drawn == modules_of(LINK)


def test_svg_needs_no_exception_in_the_policy() -> None:
    svg = qr_svg('"><script>alert(1)</script>', title="<script>alert(1)</script> & 'Biljett'")
    root = ElementTree.fromstring(svg)
    assert [child.tag for child in root] == ["title", "path", "path"]
    assert root.findtext("title") == "<script>alert(1)</script> & 'Biljett'"
    assert "style" not in svg
    assert "<script" not in svg


def test_png_shows_the_same_modules() -> None:
    content = qr_png(LINK)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    expected = modules_of(LINK)
    width, height, depth, colour_type = struct.unpack(">IIBB", content[16:26])
    assert (width, height) == (len(expected) * 8, len(expected) * 8)
    assert (depth, colour_type) in ((1, 0), (1, 3))
    pixels = zlib.decompressobj().decompress(content.split(b"IDAT", 1)[1])
    stride = width // 8 + 1
    # One module is eight pixels wide, which is one byte of a picture with one bit per pixel.
    rows = [pixels[line * stride + 1 : (line + 1) * stride] for line in range(0, height, 8)]
    light = rows[0][0]
    assert [[byte != light for byte in row] for row in rows] == expected


@pytest.mark.parametrize("make", [qr_png, partial(qr_svg, title="Biljett")])
def test_too_much_data_is_refused(make: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match="Data too large"):
        make("x" * 4_000)
