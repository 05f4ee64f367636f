"""Errors that carry a sentence for the person who meets them."""


class DomainError(Exception):
    """A rule says no. `message` is a translated sentence; `field` names the form field it belongs to."""

    status = 400

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(DomainError):
    """This person may not do this."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or it must look as if there were none."""

    status = 404

    def __init__(self, message: str = "", field: str | None = None) -> None:
        super().__init__(message, field)


class Conflict(DomainError):
    """Somebody else changed the same thing first."""

    status = 409
