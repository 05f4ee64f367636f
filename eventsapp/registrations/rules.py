"""Decisions about registrations, on values and loaded objects alone."""

from datetime import datetime, time, timedelta
from hmac import compare_digest

from flask_babel import gettext, ngettext

from eventsapp.core.clock import from_swedish, to_swedish
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Admission, Event, EventFormat, EventState, WaitingListRule
from eventsapp.events.rules import (
    RegistrationWindow,
    has_ended,
    is_after_last_day,
    largest_at_screen,
    may_change_registration,
    offers_both_modes,
    registration_window,
)
from eventsapp.places.models import PoolName
from eventsapp.registrations.models import (
    ACTIVE,
    AttendanceMode,
    PlaceOffer,
    Registration,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.submission import Submission

MOST_CORRECTIONS = 3
RECEIPT_LASTS = timedelta(days=2)
TOLD_AT_MOST_EVERY = timedelta(hours=1)
MOST_TOLD_A_DAY = 5
"""How many letters a day say to one address that it is registered already."""
REMINDERS_FROM = time(7)
REMINDERS_UNTIL = time(20)
NO_REMINDER_WITHIN = timedelta(days=1)
"""One who signed up so recently has the confirmation fresh in mind."""
NOT_ASKED_WITHIN = timedelta(days=3)
"""One who signed up or changed something so recently is not asked whether they still come."""


class NotOpen(Conflict):
    """One cannot sign up right now; `window` says why."""

    def __init__(self, window: RegistrationWindow) -> None:
        super().__init__(gettext("Det går inte att anmäla sig just nu."))
        self.window = window


class NotAdmitted(Conflict):
    """The activity is for those who are invited, are members, or have a code."""


def require_admitted(event: Event, code: str, *, admitted: bool) -> None:
    """Raise NotAdmitted for one whom nothing has let in, and DomainError at "code" for a wrong code."""
    if event.admission in (Admission.INVITATION, Admission.NETWORK) and not admitted:
        raise NotAdmitted(gettext("Aktiviteten är bara för inbjudna. Använd länken i din inbjudan."))
    if event.admission is Admission.CODE and not admitted and not is_right_code(event, code):
        raise DomainError(gettext("Koden stämmer inte. Kontrollera den i din inbjudan."), field="code")


def is_right_code(event: Event, code: str) -> bool:
    """Whether a typed code is the event's, whatever its capitals and spaces."""
    typed, right = ("".join(text.split()).casefold() for text in (code, event.admission_code))
    return right != "" and compare_digest(typed.encode(), right.encode())


def must_apply(event: Event) -> bool:
    """Whether a sign-up waits for the organiser's word before there is any place."""
    return event.admission in (Admission.APPROVAL, Admission.ALLOCATION)


def asks_only_who(event: Event) -> bool:
    """Whether anybody may sign up by saying who they are, with no code and no choice of how to take part."""
    return event.admission in (Admission.FIRST_COME, Admission.APPROVAL) and not offers_both_modes(event)


def keeps_waiting_list(event: Event) -> bool:
    return event.waiting_list is not WaitingListRule.NONE


def moves_waiting_list(event: Event, now: datetime) -> bool:
    """Whether a place that comes free goes to one who waits: until the start, while the event is to take place."""
    return keeps_waiting_list(event) and may_change_registration(event, now)


def offer_deadline(event: Event, now: datetime) -> datetime:
    """Until when one who is offered a place at `now` may answer; never after the start."""
    answer_by = now + timedelta(hours=event.offer_hours)
    return answer_by if event.first_starts_at is None else min(answer_by, event.first_starts_at)


def is_open_offer(offer: PlaceOffer, now: datetime) -> bool:
    """Whether an offer can still be answered: past its time it is dead, even if no job has said so yet."""
    return offer.outcome is None and now < offer.answer_by


def waiting_modes(event: Event, registration: Registration) -> list[AttendanceMode]:
    """The ways of taking part that suit one who waits, the one they asked for first; where that is no more, and there is
    one other, nobody has asked them, and they get the chance. Several at one screen do not fit in one chair."""
    ways = modes_of(event)
    wished = [mode for mode in ways if mode is registration.mode]
    if (registration.takes_any_mode and not registration.shares_screen) or len(ways) == 1:
        return [*wished, *(mode for mode in ways if mode not in wished)]
    return wished


def require_open(event: Event, now: datetime) -> None:
    """Raise NotOpen unless one can sign up at `now`, places aside."""
    window = registration_window(event, now)
    if window is not RegistrationWindow.OPEN:
        raise NotOpen(window)


def require_staff_may_add(event: Event) -> None:
    """Staff add people before and after the form is open, also afterwards, but not to what does not take place."""
    if event.state is EventState.CANCELLED:
        raise Conflict(gettext("Aktiviteten är inställd, så ingen kan läggas till."))
    if event.state is EventState.DRAFT:
        raise Conflict(gettext("Publicera aktiviteten innan du lägger till deltagare."))


def modes_of(event: Event) -> tuple[AttendanceMode, ...]:
    """The ways of taking part that the event has now."""
    if offers_both_modes(event):
        return (AttendanceMode.ONSITE, AttendanceMode.ONLINE)
    return (AttendanceMode.ONLINE if event.format is EventFormat.ONLINE else AttendanceMode.ONSITE,)


def mode_on(other: Event, person: Registration) -> AttendanceMode:
    """How one who takes part in one date would take part in another: in the same way, where it has that."""
    ways = modes_of(other)
    return person.mode if person.mode in ways else ways[0]


def people_on(other: Event, person: Registration) -> int:
    """How many of those at one's screen another date takes."""
    if mode_on(other, person) is AttendanceMode.ONSITE:
        return 1
    return min(person.head_count or 1, largest_at_screen(other))


def people_at_screen(event: Event, registration: Registration) -> int:
    """How many sit at the screen of one who takes part or may do so; 1 where there is no screen, or no registration more."""
    if event.format is EventFormat.ONSITE or registration.status not in ACTIVE:
        return 1
    return registration.head_count


def require_head_count(event: Event, submission: Submission, before: int = 1) -> None:
    """Raise DomainError for more people at one screen than the activity allows, or than there were, and for fewer than one."""
    most = max(largest_at_screen(event), before)
    if not 1 <= submission.people(before) <= most:
        raise DomainError(head_count_in_words(most), "head_count")


def head_count_in_words(most: int) -> str:
    """What is said of a number of people that cannot be."""
    return gettext("Skriv hur många ni är med siffror, mellan 1 och %(most)s.", most=most)


def may_name(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether a person may say who the others at their screen are; nobody with an alias puts names in a list."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.shares_screen
        and registration.alias_number is None
        and may_change(registration, event, now)
    )


def require_may_name(registration: Registration, event: Event, now: datetime) -> None:
    if not may_name(registration, event, now):
        raise Conflict(gettext("Det går inte att skriva namn på fler."))


def too_many_names(names: int, people: int) -> str:
    """The sentence on more names than there are people beside the one who is registered."""
    return ngettext(
        "Det är %(names)s namn. Ni är %(people)s vid skärmen, så skriv högst %(num)s.",
        "Det är %(names)s namn. Ni är %(people)s vid skärmen, så skriv högst %(num)s.",
        people - 1,
        names=names,
        people=people,
    )


def may_change_date(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether a person may move to another date of the series by themselves: one with a place, and an address for the
    letter with the new link."""
    return (
        event.series_id is not None
        and registration.status is RegistrationStatus.CONFIRMED
        and registration.alias_number is None
        and registration.email != ""
        and may_change_registration(event, now)
    )


def is_open_to_all(event: Event) -> bool:
    """Whether places are given as people sign up, with nobody asked and nothing to show."""
    return event.admission is Admission.FIRST_COME


def require_mode(event: Event, mode: AttendanceMode) -> None:
    if mode not in modes_of(event):
        raise DomainError(gettext("Välj hur du deltar"), field="mode")


def pool_name_for(event: Event, mode: AttendanceMode) -> PoolName:
    """The pool that a place for this way of taking part comes from."""
    if offers_both_modes(event) and event.separate_pools:
        return PoolName(mode.value)
    return PoolName.ALL


def may_change(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether the person may change and cancel by themselves."""
    return registration.status in ACTIVE and may_change_registration(event, now)


def require_active(registration: Registration) -> None:
    if registration.status not in ACTIVE:
        raise Conflict(gettext("Personen är avanmäld."))


def require_may_change(registration: Registration, event: Event, now: datetime) -> None:
    if registration.status not in ACTIVE:
        raise Conflict(gettext("Du är redan avanmäld."))
    if not may_change_registration(event, now):
        raise Conflict(gettext("Det går inte att ändra eller avanmäla sig längre. Kontakta oss."))


def may_correct_address(
    receipt: SignUpReceipt, registration: Registration | None, event: Event, now: datetime
) -> bool:
    """Whether "Fel adress?" is open: until something was done behind the letter's link, and three times at most.

    `registration` is the one that the receipt made; a receipt for an address that was registered before has none,
    and is treated alike, so that nobody can tell the two apart.
    """
    return (
        receipt.corrections < MOST_CORRECTIONS
        and now - receipt.created_at < RECEIPT_LASTS
        and may_change_registration(event, now)
        and (registration is None or (registration.status in ACTIVE and registration.link_opened_at is None))
    )


def require_may_correct_address(
    receipt: SignUpReceipt, registration: Registration | None, event: Event, now: datetime
) -> None:
    if not may_correct_address(receipt, registration, event, now):
        raise Conflict(gettext("Det går inte att byta adress längre. Kontakta oss, så hjälper vi dig."))


def sees_join_link(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether the person may see how to join online: confirmed, online, and the event is on and not over."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.mode is AttendanceMode.ONLINE
        and event.format is not EventFormat.ONSITE
        and event.state is EventState.PUBLISHED
        and not has_ended(event, now)
    )


def must_tell_officer(event: Event, now: datetime) -> bool:
    """After the last day to register lists are printed and food is ordered, so changes must not pass unseen."""
    return is_after_last_day(event, now)


def is_time_to_remind(event: Event, default_days: int, now: datetime) -> bool:
    """Whether it is so few days before the start that people should have had their reminder."""
    days = default_days if event.reminder_days is None else event.reminder_days
    if days == 0 or event.state is not EventState.PUBLISHED or event.first_starts_at is None:
        return False
    first_day = to_swedish(event.first_starts_at).date() - timedelta(days=days)
    return from_swedish(first_day, REMINDERS_FROM) <= now < event.first_starts_at


def asks_again_from(event: Event) -> datetime | None:
    """From when people are asked whether they still come; None where nobody is."""
    if (
        event.ask_again_days is None
        or event.first_starts_at is None
        or event.state is not EventState.PUBLISHED
    ):
        return None
    first_day = to_swedish(event.first_starts_at).date() - timedelta(days=event.ask_again_days)
    return from_swedish(first_day, REMINDERS_FROM)


def answer_again_by(event: Event, now: datetime) -> datetime | None:
    """Until when one who is asked at `now` may answer: the evening two days later, or else the one before the first day, so
    that somebody else can come. None where there is no night in between to think."""
    if event.first_starts_at is None:
        return None
    today, first_day = to_swedish(now).date(), to_swedish(event.first_starts_at).date()
    last = min(today + timedelta(days=2), first_day - timedelta(days=1))
    return from_swedish(last, REMINDERS_UNTIL) if last > today else None


def is_time_to_ask_again(event: Event, now: datetime) -> bool:
    """Whether people should be asked at `now`: in the daytime, and early enough for an answer."""
    begins = asks_again_from(event)
    return (
        begins is not None
        and begins <= now
        and REMINDERS_FROM <= to_swedish(now).time() < REMINDERS_UNTIL
        and answer_again_by(event, now) is not None
    )


def is_asked_again(registration: Registration, now: datetime) -> bool:
    """Whether this person should be asked: nobody who cannot be written to, and nobody who has just shown that they come,
    by signing up, getting the place or changing something."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.email != ""
        and registration.alias_number is None
        and registration.asked_again_at is None
        and now - registration.changed_at >= NOT_ASKED_WITHIN
    )


def is_question_open(registration: Registration, event: Event, now: datetime) -> bool:
    """Whether one who was asked may still answer; also past the deadline, until the place has gone on."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.asked_again_at is not None
        and registration.still_comes_at is None
        and may_change_registration(event, now)
    )


def reminders_due(event: Event, default_days: int, now: datetime) -> bool:
    """Whether the reminders of an event should leave at `now`: some days before, in the daytime, never afterwards."""
    return (
        is_time_to_remind(event, default_days, now)
        and REMINDERS_FROM <= to_swedish(now).time() < REMINDERS_UNTIL
    )


def gets_reminder(registration: Registration, now: datetime) -> bool:
    """Whether this person should have the reminder: not twice, and not right after the confirmation."""
    return (
        registration.status is RegistrationStatus.CONFIRMED
        and registration.email != ""
        and registration.reminded_at is None
        and now - registration.registered_at >= NO_REMINDER_WITHIN
    )


def first_name(name: str) -> str:
    """The name that a person is spoken to by; an alias, "Deltagare 12", is said whole."""
    first, _, rest = name.partition(" ")
    return name if rest.isdecimal() else first


def grouped_code(code: str) -> str:
    """A ticket's code in groups of five, as one reads it out."""
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))
