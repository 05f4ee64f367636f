"""What the form for signing up shows, and which receipts a browser has: for every page that has the form."""

from flask import current_app, session
from flask_babel import gettext, ngettext

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.errors import DomainError
from eventsapp.events.models import Event
from eventsapp.organisations.queries import official_names
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import PoolCount, pools_of
from eventsapp.registrations import rules
from eventsapp.registrations.forms import SignUpForm, places_left_note
from eventsapp.registrations.group_forms import GroupForm
from eventsapp.registrations.line_queries import waiting_count
from eventsapp.registrations.models import SignUpReceipt
from eventsapp.registrations.queries import counts_by_profession, find_receipt

RECEIPTS = "receipts"
"""In the session: event id → nonce of the form that this browser sent last."""
RECEIPTS_KEPT = 5


def form_values(
    event: Event, form: SignUpForm | GroupForm, error: DomainError | None = None
) -> dict[str, object] | None:
    """What `_sign_up_form.html` needs, with an error at its field; None where every place is taken and nobody may wait."""
    by_mode = _pools_by_mode(event)
    full = [mode for mode, pool in by_mode.items() if pool is None or pool.is_full]
    applies, may_wait = rules.must_apply(event), rules.keeps_waiting_list(event)
    is_full = len(full) == len(by_mode) and not applies
    if is_full and not may_wait:
        return None
    if isinstance(error, PoolFull) and "mode" in form and form.mode.data in full:
        error = _full_in_one_way(form.mode.data, by_mode)
    if error is not None:
        form.reject(error)
    if counts_by_profession(event.id, now()):
        form.ask_profession()
    return {
        "event": event,
        "form": form,
        "official_names": official_names(),
        "notes": {mode: _left(pool, may_wait) for mode, pool in by_mode.items()}
        if event.separate_pools
        else {},
        "full": [] if may_wait or applies else full,
        "offers_any_mode": bool(full),
        "is_full": is_full,
        "waiting": waiting_count(event.id) if is_full else 0,
        "applies": applies,
        "sensitive_days": sensitive_days(),
    }


def sensitive_days() -> int:
    """How many days after an activity the answers on food and access are kept."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.sensitive_days


def own_receipt(event: Event) -> SignUpReceipt | None:
    """The receipt that belongs to this browser."""
    return find_receipt(event.id, str(session.get(RECEIPTS, {}).get(str(event.id), "")))


def remember_receipt(event_id: int, nonce: str) -> None:
    """Note in the session which form this browser sent last for an event, so that the receipt is shown to it alone."""
    kept = {key: value for key, value in session.get(RECEIPTS, {}).items() if key != str(event_id)}
    session[RECEIPTS] = dict([*kept.items(), (str(event_id), nonce)][-RECEIPTS_KEPT:])


def _pools_by_mode(event: Event) -> dict[str, PoolCount | None]:
    """Where a place for each way of taking part comes from; None where there are no places any more."""
    pools = {pool.name: pool for pool in pools_of("event", event.id) if not pool.is_retired}
    return {mode.value: pools.get(rules.pool_name_for(event, mode)) for mode in rules.modes_of(event)}


def _full_in_one_way(mode: str, pools: dict[str, PoolCount | None]) -> PoolFull:
    """ "Det är fullt på plats, men det finns 12 platser digitalt." """
    other = next(pool for name, pool in pools.items() if name != mode)
    left = other.left if other else None
    if mode == "onsite":
        words = (
            gettext("Det är fullt på plats, men det finns platser digitalt.")
            if left is None
            else ngettext(
                "Det är fullt på plats, men det finns %(num)d plats digitalt.",
                "Det är fullt på plats, men det finns %(num)d platser digitalt.",
                left,
            )
        )
    else:
        words = (
            gettext("Det är fullt digitalt, men det finns platser på plats.")
            if left is None
            else ngettext(
                "Det är fullt digitalt, men det finns %(num)d plats på plats.",
                "Det är fullt digitalt, men det finns %(num)d platser på plats.",
                left,
            )
        )
    return PoolFull(words, "mode")


def _left(pool: PoolCount | None, may_wait: bool) -> str:
    if may_wait and pool is not None and pool.is_full:
        return gettext("(fullt, du hamnar på reservlistan)")
    return places_left_note(pool)
