"""The HTTP headers that every answer has."""

from flask import Flask, Response, g, request

from eventsapp.web.cacheable import init_cacheable

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PRIVATE_PREFIXES = ("/min/", "/en/my/", "/personal", "/en/staff")
PRIVATE_PATHS = frozenset({"/min", "/en/my"})


def init_headers(app: Flask) -> None:
    """Add the security headers, and keep private pages out of caches, search engines and referrers."""
    init_cacheable(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        wanted = dict(_HEADERS)
        private = request.path in PRIVATE_PATHS or request.path.startswith(PRIVATE_PREFIXES)
        wanted["Referrer-Policy"] = "no-referrer" if private else "strict-origin-when-cross-origin"
        if private:
            wanted |= {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}
        elif response.mimetype == "text/html":
            # A page may carry a form's token or a signed-in name, so a shared cache must not keep it.
            wanted |= {"Cache-Control": "private, no-cache", "Content-Language": getattr(g, "lang", "sv")}
        if request.is_secure:
            wanted["Strict-Transport-Security"] = "max-age=31536000"
        headers = response.headers
        has = {name.lower() for name, _ in headers}
        for name, value in wanted.items():
            if name.lower() not in has:
                headers.add(name, value)
        return response
