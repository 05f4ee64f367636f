"""The field that a file is chosen in. A file that has come stays when the form is shown again, under a token in the form."""

import hashlib
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import FileInput

from eventsapp.core.errors import DomainError
from eventsapp.core.tokens import new_token
from eventsapp.questions.file_rules import FileRule, clean_name, judge
from eventsapp.questions.files import keep_waiting, name_for, read_file, write_file


@dataclass(frozen=True)
class FileFacts:
    """What is stored about a file beside its name."""

    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ChosenFile:
    """A file that is an answer, or is to be: its name in the folder, and the name that people know it by. `facts` has one that
    came with this form."""

    stored_name: str
    name: str
    facts: FileFacts | None = None


class FileAnswerField(Field):
    """A file, with what was chosen before: the file of an earlier answer, or one that came with a form that is shown again.

    Posted are the file itself, and under names of its own (`kept`, `called`, `remove`) the token and name of a file that has
    come already, and whether there is to be none. Whatever is posted, the field's data is a file that the rule takes.
    """

    widget = FileInput()

    def __init__(self, label: str, *, rule: FileRule, is_sealed: bool, **options: Any) -> None:
        super().__init__(label, **options)
        self.rule = rule
        self.is_sealed = is_sealed
        self.owner = ""
        """Whose form it is in; nothing is stored for a form that is nobody's."""
        self.token = ""
        """Of a file that has come and is not an answer yet."""
        self.data: ChosenFile | None = None
        self._content: bytes | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the form has a file already, so that it need not be chosen again."""
        return self.data is not None and bool(self.owner)

    def part(self, name: str) -> str:
        """What a further input of the field is called."""
        return f"{self.name}-{name}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        super().process(None, data if isinstance(data, ChosenFile) else None)
        if formdata is None:
            return
        sent = [one for one in formdata.getlist(self.name) if getattr(one, "filename", "")]
        token = str(formdata.get(self.part("kept"), ""))[:100]
        try:
            if sent:
                self._take(sent[0])
                return
        except DomainError as error:
            self.process_errors = [*self.process_errors, error.message]
        if self.part("remove") in formdata:
            self.data = None
        elif token and self.owner:
            self._take_again(token, str(formdata.get(self.part("called"), "")))

    def pre_validate(self, form: Any) -> None:
        """A file that is right is stored, whatever becomes of the rest of the form."""
        if self._content is None or self.data is None or not self.owner:
            return
        try:
            write_file(self.data.stored_name, self._content, is_sealed=self.is_sealed)
        except DomainError as error:
            self.token, self.data = "", None
            raise ValidationError(error.message) from None
        finally:
            self._content = None

    def _take(self, sent: Any) -> None:
        name = clean_name(sent.filename)
        content = sent.stream.read(self.rule.most_bytes + 1)
        facts = self._facts(name, content)
        self.token = new_token()
        stored_name = name_for(self.owner, self.name, self.token, is_sealed=self.is_sealed)
        self.data, self._content = ChosenFile(stored_name, name, facts), content

    def _take_again(self, token: str, called: str) -> None:
        stored_name = name_for(self.owner, self.name, token, is_sealed=self.is_sealed)
        if self.data is not None and self.data.stored_name == stored_name:
            return  # The form was sent twice: it is the answer already.
        try:
            name = clean_name(called)
            content = read_file(stored_name, is_sealed=self.is_sealed)
            if content is None:
                raise DomainError(gettext("Filen finns inte kvar. Välj den igen."))
            facts = self._facts(name, content)
        except DomainError as error:
            self.process_errors = [*self.process_errors, error.message]
        else:
            keep_waiting(stored_name)
            self.token, self.data = token, ChosenFile(stored_name, name, facts)

    def _facts(self, name: str, content: bytes) -> FileFacts:
        found = judge(name, content, self.rule)
        # The digest of what few may see would tell whether it is a certain text.
        sha256 = "" if self.is_sealed else hashlib.sha256(content).hexdigest()
        return FileFacts(found.media_type, len(content), sha256)
