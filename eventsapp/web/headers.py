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
PRIVATE_PREFIXES = ("/min/", "/en/my/", "/personal", "/en/staff")
PRIVATE_PATHS = frozenset({"/min", "/en/my"})


def init_headers(app: Flask) -> None:
    """Add the security headers, and keep private pages out of caches, search engines and referrers."""
    init_cacheable(app)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), interest-cohort=()",
        )
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        private = request.path in PRIVATE_PATHS or request.path.startswith(PRIVATE_PREFIXES)
        headers.setdefault(
            "Referrer-Policy",
            "no-referrer" if private else "strict-origin-when-cross-origin",
        )
        if private:
            headers.setdefault("X-Robots-Tag", "noindex, nofollow")
            headers.setdefault("Cache-Control", "no-store")
        elif response.mimetype == "text/html":
            # A page may carry a form's token or a signed-in name, so a shared cache must not keep it.
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.setdefault("Content-Language", getattr(g, "lang", "sv"))
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
