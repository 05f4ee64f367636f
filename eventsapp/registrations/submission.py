"""What a person fills in when signing up, as plain values that forms make and operations take."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from flask_babel import gettext

from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.kinds import Given
from eventsapp.registrations.models import AttendanceMode, Profession


class FoodChoice(StrEnum):
    """The neutral choices of food. Whatever else a person needs is kept in their own words."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"

    @property
    def label(self) -> str:
        return {"vegetarian": gettext("Vegetariskt"), "vegan": gettext("Veganskt")}[self.value]


def food_in_words(food: str) -> str:
    """A stored answer on food as staff and the person read it."""
    return FoodChoice(food).label if food in set(FoodChoice) else food


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One person's answers in the form. `food` is a FoodChoice or the person's own words; "" is no answer.

    `nonce` is the random text that the form was given, by which a form that is sent twice is known again.
    """

    name: str
    organisation: str
    mode: AttendanceMode
    email: str = ""
    job_title: str = ""
    profession: Profession | None = None
    phone: str = ""
    food: str = ""
    access: str = ""
    items: tuple[int, ...] = ()
    """The programme items that the person has chosen."""
    wishes: tuple[int, ...] | None = None
    """Where items are ranked, those that the person wishes, of each time those first that they would rather have; None is
    not to have been asked."""
    takes_other_item: bool = False
    """Whether one who gets none of these takes another item at the same time."""
    takes_any_mode: bool = False
    """Whether one who ends up on the waiting list also takes a place of the other way of taking part."""
    head_count: int | None = None
    """How many sit at the screen; None where nobody asks."""
    answers: tuple[tuple[int, str, tuple[int, ...]], ...] = ()
    """What the form's own questions were answered: question id, text and chosen alternatives."""
    code: str = ""
    """What one types where only those who have a code may sign up."""
    language: str = "sv"
    nonce: str = ""

    @property
    def circumstances(self) -> Circumstances:
        """What conditions of questions look at."""
        return Circumstances(self.mode.value, frozenset(self.items))

    def people(self, before: int = 1) -> int:
        """How many the registration is for: on site always one, and what it was before where nobody asks."""
        if self.mode is AttendanceMode.ONSITE:
            return 1
        return before if self.head_count is None else self.head_count

    @property
    def given(self) -> dict[int, Given]:
        """What the form's own questions were answered: question id → answer."""
        return {question_id: Given(text, options) for question_id, text, options in self.answers}

    def with_email(self, email: str) -> "Submission":
        return replace(self, email=email)

    def to_text(self) -> str:
        """All but the nonce and the code, for sealing."""
        values = asdict(self)
        del values["nonce"], values["code"]
        return json.dumps(values, ensure_ascii=False)

    @classmethod
    def from_text(cls, text: str) -> "Submission":
        """What `to_text` made."""
        values = json.loads(text)
        profession = values.pop("profession")
        values["items"] = tuple(values.get("items", ()))
        wishes = values.get("wishes")
        values["wishes"] = None if wishes is None else tuple(wishes)
        values["answers"] = tuple(
            (question_id, text, tuple(options)) for question_id, text, options in values.get("answers", ())
        )
        return cls(
            mode=AttendanceMode(values.pop("mode")),
            profession=Profession(profession) if profession else None,
            **values,
        )


MOST_IN_GROUP = 20


@dataclass(frozen=True)
class GroupSubmission:
    """What one person fills in for several. The first member is the one who signs up, and answers for the group where it
    comes all or none. The nonce is that of the form."""

    members: tuple[Submission, ...]
    all_or_none: bool = False
    nonce: str = ""

    def to_text(self) -> str:
        """All but the nonce, for sealing."""
        return json.dumps(
            {"members": [member.to_text() for member in self.members], "all_or_none": self.all_or_none}
        )
