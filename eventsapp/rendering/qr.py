"""QR codes for pages (SVG) and letters (PNG)."""

from io import BytesIO

import segno

_QUIET_ZONE_MODULES = 4
_PNG_PIXELS_PER_MODULE = 8


def qr_svg(data: str, *, title: str) -> str:
    """`data` as an <svg> to embed in a page, named `title` for those who cannot see it.

    It has no size, style or script of its own: the stylesheet sizes `svg.qr`, and the Content-Security-Policy needs
    no exception. The code is black on white with its quiet zone in a dark theme, too, since many readers refuse
    inverted codes. Raises ValueError for more data than a QR code holds.
    """
    svg: str = _code(data).svg_inline(
        border=_QUIET_ZONE_MODULES, light="#fff", title=title, omitsize=True, svgclass="qr", lineclass=None
    )
    return svg.replace("<svg ", '<svg role="img" ', 1)


def qr_png(data: str) -> bytes:
    """`data` as a PNG image for letters, where SVG is not shown; raises ValueError as `qr_svg` does."""
    file = BytesIO()
    _code(data).save(file, kind="png", border=_QUIET_ZONE_MODULES, scale=_PNG_PIXELS_PER_MODULE, light="#fff")
    return file.getvalue()


def _code(data: str) -> segno.QRCode:
    # Level M survives a folded or stained printout; Micro QR is not read by every phone.
    return segno.make_qr(data, error="m")
