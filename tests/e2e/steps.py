"""Steps that several journeys take, and the activities they are taken on."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from itertools import count

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.events.models import EventFormat, WaitingListRule
from eventsapp.organisations.models import Organisation
from eventsapp.registrations.models import Registration
from tests.factories.events import make_event
from tests.mailbox import text_of

ORGANISER = "Länsstyrelsen Västerbotten"
DEMO_PASSWORD = "visa-upp-systemet"
_numbers = count(1)
# What makes the element with focus hard to see or hard to reach, once the page has come to rest; "" when all is well.
_TROUBLE_WITH_FOCUS = """
async () => {
  const trouble = () => {
    const element = document.activeElement;
    if (!element || element === document.body) return "";
    const style = getComputedStyle(element);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const name = `${element.tagName} ${element.id} "${element.textContent.trim().slice(0, 40)}"`;
    if (!ring && style.boxShadow === "none") return `the focus does not show: ${name}`;
    const box = element.getBoundingClientRect();
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 20), 0), innerWidth - 1);
    const y = box.top + Math.min(box.height / 2, 20);
    if (y < 0 || y > innerHeight) return `the focus is outside the window: ${name}`;
    const top = document.elementFromPoint(x, y);
    const seen = top && (element.contains(top) || top.contains(element) || top.closest("label")?.control === element);
    return seen ? "" : `the focus lies behind something: ${name}`;
  };
  for (let frame = 0; frame < 90 && trouble(); frame += 1) await new Promise(requestAnimationFrame);
  return trouble();
}
"""


@dataclass(frozen=True)
class Activity:
    """An activity on the site, as plain values: rows would keep a transaction open, which stops the site from writing."""

    id: int
    slug: str
    title: str


def make_activity(title: str, **facts: object) -> Activity:
    """A published training day, on site or online, that asks for food and access needs; needs `site_data`."""
    number = next(_numbers)
    organiser = db.session.scalars(select(Organisation.id).where(Organisation.name_sv == ORGANISER)).first()
    values: dict[str, object] = {
        "title": f"{title} {number}",
        "slug": f"provtur-{number}",
        "format": EventFormat.HYBRID,
        "separate_pools": True,
        "capacity_total": None,
        "capacity_onsite": 20,
        "capacity_online": 30,
        "asks_food": True,
        "asks_access": True,
        "organiser_id": organiser,
    }
    event = make_event(**(values | facts))  # type: ignore[arg-type]
    made = Activity(event.id, event.slug, event.title_sv)
    finish()
    return made


def make_small_activity(title: str, places: int = 1, **facts: object) -> Activity:
    """One on site with few places and a waiting list, which asks as little as possible; needs `site_data`."""
    values: dict[str, object] = {
        "format": EventFormat.ONSITE,
        "separate_pools": False,
        "capacity_total": places,
        "waiting_list": WaitingListRule.OFFER,
        "asks_food": False,
        "asks_access": False,
    }
    return make_activity(title, **(values | facts))


def finish() -> None:
    """Commit and let go of the database at once."""
    db.session.commit()
    db.session.remove()


def registrations_to(activity: Activity) -> int:
    """How many registrations the site has for an activity."""
    set_transaction_mode(TransactionMode.READ)
    number = db.session.scalar(
        select(func.count()).select_from(Registration).where(Registration.event_id == activity.id)
    )
    db.session.remove()
    set_transaction_mode(TransactionMode.WRITE)
    return number or 0


def link_in(letter: EmailMessage, after: str) -> str:
    """The address that stands on the line below `after` in a letter's plain text."""
    found = re.search(re.escape(after) + r"\s*\n(https?://\S+)", text_of(letter))
    assert found, f"no link after '{after}' in\n{text_of(letter)}"
    return found.group(1)


def check_in_both_themes(page: Page, check_axe: Callable[[Page], None]) -> None:
    """axe on the page as it stands, light and dark."""
    page.emulate_media(color_scheme="dark")
    check_axe(page)
    page.emulate_media(color_scheme="light")
    check_axe(page)


def press_until(page: Page, target: Locator, key: str = "Tab", most: int = 90) -> None:
    """Press a key until the focus stands on `target`. At each stop on the way the focus must be seen."""
    expect(target).to_have_count(1)
    for _ in range(most):
        page.keyboard.press(key)
        trouble = page.evaluate(_TROUBLE_WITH_FOCUS)
        assert not trouble, f"{page.url}: {trouble}"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{page.url}: {most} presses of {key} do not lead to {target}")


def sign_in(page: Page, email: str, path: str = "/personal/logga-in") -> None:
    """Sign in with one of the demonstration's accounts."""
    page.goto(path)
    page.get_by_label("E-postadress").fill(email)
    page.get_by_label("Lösenord").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Logga in")
