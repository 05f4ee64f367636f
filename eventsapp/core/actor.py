"""Who does something."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    USER = "user"
    PARTICIPANT = "participant"
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """The one who acts, as the trail names it. `name` is filled for staff only; participants are named by id."""

    kind: ActorKind
    id: int | None = None
    name: str = ""

    @classmethod
    def user(cls, user_id: int, name: str) -> "Actor":
        return cls(ActorKind.USER, user_id, name)

    @classmethod
    def participant(cls, registration_id: int) -> "Actor":
        return cls(ActorKind.PARTICIPANT, registration_id)

    @classmethod
    def anonymous(cls) -> "Actor":
        return cls(ActorKind.ANONYMOUS)

    @classmethod
    def system(cls) -> "Actor":
        return cls(ActorKind.SYSTEM)
