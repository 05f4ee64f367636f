"""Adding organisations that no official list has."""

from flask_babel import gettext

from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.text import clean_line, search_text, slugify, sort_key
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.queries import find_by_name, free_code
from eventsapp.organisations.rules import MAX_NAME, kind_of_new


def find_or_create_organisation(name: str) -> Organisation:
    """The organisation with this name, added as one that is not official when nobody has named it before; flushes.

    Raises DomainError for a name that is empty or too long.
    """
    name = clean_line(name)
    if not name or len(name) > MAX_NAME:
        raise DomainError(gettext("Skriv ett namn med högst %(max)d tecken.", max=MAX_NAME))
    known = find_by_name(name)
    if known is not None:
        return known
    wanted = slugify(name, max_length=70)
    code = free_code(wanted)
    # The code may have been taken between the two looks, by somebody who added the very name.
    if code != wanted and (known := find_by_name(name)) is not None:
        return known
    organisation = Organisation(
        code=code,
        kind=kind_of_new(name),
        name_sv=name,
        name_en=None,
        official_name=name,
        is_official=False,
        sort_key=sort_key(name),
        search_text=search_text(name),
    )
    message = gettext("Någon annan lade till samma organisation just nu. Försök igen.")
    try:
        with conflict_if("uq_organisations_code", message):
            db.session.add(organisation)
    except Conflict:
        # Somebody else was quicker with the very name, and then it is there now.
        if (theirs := find_by_name(name)) is None:
            raise
        return theirs
    return organisation
