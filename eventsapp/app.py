"""The application: reads from top to bottom like a table of contents."""

from flask import Flask
from flask_migrate import Migrate
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from eventsapp.cli import register_commands
from eventsapp.config import PROJECT_ROOT, Settings
from eventsapp.core.db import db, init_db
from eventsapp.core.i18n import init_i18n
from eventsapp.core.jobs import jobs
from eventsapp.core.sealing import make_box
from eventsapp.web.errors import init_errors
from eventsapp.web.guards import init_guards
from eventsapp.web.headers import init_headers
from eventsapp.web.kept_html import init_kept_html
from eventsapp.web.pages import init_pages
from eventsapp.web.uploads import init_uploads
from eventsapp.wiring import connect, register_rooms

MAX_REQUEST_BYTES = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from its settings, by default those of the environment."""
    settings = settings or Settings.from_environment()
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "eventsapp",
        template_folder=str(PROJECT_ROOT / "templates"),
        static_folder=str(PROJECT_ROOT / "static"),
        instance_path=str(settings.instance_path),
    )
    _configure(app, settings)
    init_db(app)
    Migrate(
        app,
        db,
        directory=str(PROJECT_ROOT / "eventsapp" / "migrations"),
        render_as_batch=True,
    )
    init_i18n(app)
    init_pages(app)
    init_uploads(app)
    init_kept_html(app)
    init_guards(app)
    init_headers(app)
    init_errors(app)
    register_rooms(app)
    connect(app)
    jobs.init_app(app, settings)
    if not settings.is_demonstration and not settings.smtp_url:
        app.logger.warning(
            "SMTP_URL is not set, so letters are only written to files in the instance folder."
        )
    register_commands(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SETTINGS=settings,
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.site_url.startswith("https://"),
        SESSION_COOKIE_NAME="eventsapp",
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        MAX_FORM_PARTS=5000,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.extensions["sealing"] = make_box(settings.sealing_keys)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        site_name=settings.site_name,
        site_organisation=settings.site_organisation,
        contact_email=settings.contact_email,
        contact_phone=settings.contact_phone,
        data_protection_email=settings.data_protection_email,
        is_demonstration=settings.is_demonstration,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
