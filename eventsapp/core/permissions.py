"""What staff may do, and which role may do it: one table."""

from enum import StrEnum


class Permission(StrEnum):
    """A thing that staff may do; whether they may do it to one certain activity is a rule in `events/rules.py`."""

    VIEW_EVENTS = "view_events"
    EDIT_EVENTS = "edit_events"
    VIEW_PARTICIPANTS = "view_participants"
    EDIT_PARTICIPANTS = "edit_participants"
    EXPORT_PARTICIPANTS = "export_participants"
    VIEW_SENSITIVE = "view_sensitive"
    OPEN_PROTECTED = "open_protected"
    """No role has it: it is given to one person at a time, see `User.may_open_protected`."""
    VIEW_LETTERS = "view_letters"
    RESEND_LETTERS = "resend_letters"
    EDIT_PUBLICATIONS = "edit_publications"
    VIEW_NETWORKS = "view_networks"
    EDIT_NETWORKS = "edit_networks"
    EDIT_LISTS = "edit_lists"
    MANAGE_ACCOUNTS = "manage_accounts"
    OWN_ACCOUNT = "own_account"


class Role(StrEnum):
    READER = "reader"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


_READER = frozenset(
    {
        Permission.VIEW_EVENTS,
        Permission.VIEW_PARTICIPANTS,
        Permission.VIEW_LETTERS,
        Permission.VIEW_NETWORKS,
        Permission.OWN_ACCOUNT,
    }
)
_OFFICER = _READER | {
    Permission.EDIT_EVENTS,
    Permission.EDIT_PARTICIPANTS,
    Permission.EXPORT_PARTICIPANTS,
    Permission.VIEW_SENSITIVE,
    Permission.RESEND_LETTERS,
    Permission.EDIT_PUBLICATIONS,
    Permission.EDIT_NETWORKS,
}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.OFFICER: _OFFICER,
    Role.ADMINISTRATOR: frozenset(Permission) - {Permission.OPEN_PROTECTED},
}
