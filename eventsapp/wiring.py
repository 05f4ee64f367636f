"""The one file that knows every room: their blueprints, and which signal reaches which listener."""

from flask import Flask

from eventsapp.about import routes as about
from eventsapp.accounts import routes as accounts
from eventsapp.accounts import staff_routes as accounts_staff
from eventsapp.accounts.operations import mint_password_links
from eventsapp.accounts.sign_in import init_sign_in
from eventsapp.audit import models as _audit_models  # noqa: F401
from eventsapp.core import throttle as _throttle  # noqa: F401
from eventsapp.organisations import public_routes as organisations_public
from eventsapp.outbox import jobs as _outbox_jobs  # noqa: F401
from eventsapp.outbox.links import register_minter
from eventsapp.outbox.rendering import init_rendering
from eventsapp.places import models as _places_models  # noqa: F401
from eventsapp.programme import models as _programme_models  # noqa: F401
from eventsapp.publications import models as _publications_models  # noqa: F401
from eventsapp.registrations import models as _registrations_models  # noqa: F401


def register_rooms(app: Flask) -> None:
    """Register every blueprint."""
    app.register_blueprint(about.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(accounts_staff.bp)
    app.register_blueprint(organisations_public.bp)


def connect(app: Flask) -> None:
    """Connect signals to listeners, and the loaders that lower floors call back."""
    init_sign_in(app, accounts.show_sign_in)
    init_rendering(app)
    register_minter("user", mint_password_links)
