"""Putting something else where texts quote a person who must not be found in them."""

import re

from markupsafe import escape

_SHORTEST_PHONE = 7


class Redaction:
    """Finds what gives a person away in texts that others may read, and puts `instead` there.

    It looks for the address, the telephone number, and the name with the family name first or last, however lines are
    broken. A name of one word is anybody's, so it is looked for only where `single_names` says so. What stands in `also`,
    as a workplace, is others' too, so it goes only from texts that quote the person.
    """

    def __init__(
        self,
        *,
        instead: str,
        name: str = "",
        email: str = "",
        phone: str = "",
        also: tuple[str, ...] = (),
        single_names: bool = False,
    ) -> None:
        self.email = email
        self.instead = instead
        self._given = {"instead": instead, "name": name, "email": email, "phone": phone}
        self._also_given = also
        words = name.split()
        forms = [email]
        if len(words) > 1:
            forms += [name, f"{words[-1]}, {' '.join(words[:-1])}", f"{words[-1]} {' '.join(words[:-1])}"]
        elif single_names:
            forms.append(name)
        if len(re.sub(r"\D", "", phone)) >= _SHORTEST_PHONE:
            forms.append(phone)
        self.forms = tuple(dict.fromkeys(form for form in forms if form.strip()))
        self._found = _any_of(self.forms)
        self._also = _any_of(tuple(form for form in also if form.strip()))

    def with_single_names(self) -> "Redaction":
        """The same for a text that is known to be about the person, so that a name of one word is theirs."""
        return Redaction(**self._given, also=self._also_given, single_names=True)

    def __call__(self, text: str) -> str:
        """The text with `instead` wherever the person was quoted."""
        return self._found.sub(lambda _: self.instead, text) if self._found else text

    def of_one(self, *texts: str) -> tuple[str, ...]:
        """The texts of one thing, as a letter's subject and bodies, without the person and without what else tells who
        it is; as they were where none of them quotes the person."""
        if not self.finds(*texts):
            return texts
        return tuple(self(self._also.sub("–", text) if self._also else text) for text in texts)

    def finds(self, *texts: str) -> bool:
        """Whether any of the texts quotes the person."""
        return self._found is not None and any(self._found.search(text) for text in texts)

    @property
    def hints(self) -> tuple[str, ...]:
        """Words one of which stands in every text that quotes the person, for looking through many texts."""
        return tuple(dict.fromkeys(max(form.split(), key=len).strip(",") for form in self.forms))


def _any_of(forms: tuple[str, ...]) -> re.Pattern[str] | None:
    patterns = [_pattern(form) for form in _with_escaped(forms)]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _with_escaped(forms: tuple[str, ...]) -> list[str]:
    """As they stand in plain text and in HTML, the longest first so that no part of one is left."""
    return sorted({*forms, *(str(escape(form)) for form in forms)}, key=len, reverse=True)


def _pattern(form: str) -> str:
    words = r"\s+".join(re.escape(word) for word in form.split())
    return rf"(?<!\w){words}(?!\w)"
