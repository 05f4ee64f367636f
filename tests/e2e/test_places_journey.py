"""What an officer does with places: more of them, sharing them out by lot, and one for a person with a protected name."""

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

from flask import Flask
from playwright.sync_api import Locator, Page, expect

from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import Admission, Event
from tests.e2e.conftest import Site
from tests.e2e.steps import Activity, check_in_both_themes, finish, link_in, make_small_activity, sign_in
from tests.mailbox import Mailbox, text_of
from tests.visitor import sign_up

OFFICER = "admin@example.se"
ANSWER = "Svara på erbjudandet"
APPLICANTS = {
    "Umeå kommun": ("ume.ett", "ume.tva", "ume.tre", "ume.fyra"),
    "Skellefteå kommun": ("ske.ett", "ske.tva"),
    "Lycksele kommun": ("lyc.ett",),
}
"""More from Umeå than its two places; all in all two more than there are places."""


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def test_more_places_from_the_list_to_the_ticket(
    desktop: Page,
    phone: Page,
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
) -> None:
    """The officer reads the waiting list, sees what more places lead to, saves, and sees who has been offered them."""
    activity = make_small_activity("En större sal", 1)
    people = [f"storre.sal.{number}@example.se" for number in range(3)]
    for number, email in enumerate(people):
        name = ("Åsa Ängström", "Örjan Ångman", "Bo Berg")[number]
        said = sign_up(site.url, activity.slug, email, name=name).heading
        assert said == ("Du är anmäld" if number == 0 else f"Du står på reservlistan som nummer {number}")
    page = desktop
    sign_in(page, OFFICER)
    page.goto(f"/personal/aktiviteter/{activity.id}")
    page.get_by_role("link", name="Reservlista (2)").click()
    line = page.get_by_role("table", name=f"Reservlista för {activity.title}")
    assert names_in(line) == ["Ångman, Örjan", "Berg, Bo"]
    check_in_both_themes(page, check_axe)
    page.get_by_role("link", name="Ändra regeln eller antalet platser").click()
    page.get_by_label("Antal platser").fill("2")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_role("heading", name="Innan du sparar")).to_be_visible()
    expect(page.get_by_text("1 på reservlistan får ett erbjudande om en plats.")).to_be_visible()
    expect(page.get_by_text("Ingenting är sparat än.")).to_be_visible()
    check_in_both_themes(page, check_axe)
    assert len(site_mailbox.to(people[1])) <= 1
    page.get_by_role("button", name="Spara", exact=True).click()
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()

    offer = site_mailbox.wait_for(people[1], when=lambda one: "en plats är ledig på" in str(one["Subject"]))
    page.get_by_role("link", name="Reservlista (1)").click()
    assert names_in(page.get_by_role("table", name="Erbjudna platser")) == ["Ångman, Örjan"]
    assert names_in(line) == ["Berg, Bo"]
    check_in_both_themes(page, check_axe)
    phone.goto(link_in(offer, ANSWER))
    phone.get_by_role("button", name="Ja, jag tar platsen").tap()
    expect(heading(phone)).to_have_text("Du är anmäld, Örjan")
    page.reload()
    expect(page.get_by_role("table", name="Erbjudna platser")).to_have_count(0)
    assert not [one for one in site_mailbox.to(people[2]) if "ledig" in str(one["Subject"])]


def names_in(table: Locator) -> list[str]:
    """The people that the rows are about, once the table is there."""
    table.wait_for()
    return [name.splitlines()[0] for name in table.get_by_role("rowheader").all_inner_texts()]


def test_two_of_each_municipality_by_lot(
    desktop: Page,
    site: Site,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
) -> None:
    """Seven apply for five places; the officer sets the quota, draws after the last day, changes one by hand, settles."""
    activity = make_small_activity(
        "Fördelning efter sista dagen",
        5,
        admission=Admission.ALLOCATION,
        registration_closes_on=swedish_today() + timedelta(days=3),
    )
    for organisation, people in APPLICANTS.items():
        for person in people:
            said = sign_up(
                site.url, activity.slug, address(person), name=f"Person {person}", organisation=organisation
            )
            assert said.heading == "Vi har tagit emot din anmälan"
    page = desktop
    sign_in(page, OFFICER)
    page.goto(f"/personal/aktiviteter/{activity.id}")
    page.get_by_role("link", name="Fördelning").click()
    expect(page.get_by_text("Dagen efter kan du dra lotter här.")).to_be_visible()
    expect(page.get_by_role("button", name="Dra lotter")).to_have_count(0)
    check_in_both_themes(page, check_axe)
    set_quota(page, check_axe)

    last_day_passes(activity)
    page.goto(f"/personal/aktiviteter/{activity.id}/fordelning")
    assert [row.split() for row in rows_of(page, "Sökande per kommun")] == [
        ["Lycksele", "1", "0"],
        ["Skellefteå", "2", "0"],
        ["Umeå", "4", "0"],
    ]
    page.get_by_role("button", name="Dra lotter").click()
    expect(page.get_by_text("Lotterna är dragna. Ingen har fått besked än.")).to_be_visible()
    check_in_both_themes(page, check_axe)
    check_the_draw(page)
    loser = change_by_hand(page)
    expect(page.get_by_text("2 resultat är ändrade.")).to_be_visible()
    assert per_municipality(page) == {"Lycksele": ("1", "1"), "Skellefteå": ("2", "2"), "Umeå": ("4", "2")}

    letters = len(site_mailbox.letters)
    page.get_by_role("link", name="Fastställ …").click()
    expect(heading(page)).to_have_text("Fastställ fördelningen")
    expect(page.get_by_text("5 personer får plats. 5 personer får ett brev.")).to_be_visible()
    expect(page.get_by_text("2 personer ställs på reservlistan, i dragen ordning.")).to_be_visible()
    check_in_both_themes(page, check_axe)
    page.get_by_role("button", name="Fastställ").click()
    expect(page.get_by_text("Fördelningen är fastställd. 5 personer har fått plats.")).to_be_visible()
    check_in_both_themes(page, check_axe)
    expect(page.get_by_role("link", name="Fastställ …")).to_have_count(0)
    told = {person: verdict(site_mailbox, person) for people in APPLICANTS.values() for person in people}
    assert len(site_mailbox.letters) >= letters + 7
    assert told["lyc.ett"] == told["ske.ett"] == told["ske.tva"] == "Du är anmäld"
    from_umea = sorted(told[person] for person in APPLICANTS["Umeå kommun"])
    assert from_umea == ["Du står på reservlistan"] * 2 + ["Du är anmäld"] * 2
    assert told[loser] == "Du står på reservlistan"


def address(person: str) -> str:
    return f"{person}@fordelning.example.se"


def set_quota(page: Page, check_axe: Callable[[Page], None]) -> None:
    """At most two of each municipality, after the page that says what follows."""
    page.get_by_role("link", name="Kvoter").click()
    expect(heading(page)).to_have_text("Kvoter")
    first = page.get_by_role("group", name="Kvot 1")
    first.get_by_label("Högst så många").fill("2")
    first.get_by_label("Av varje").select_option(label="Kommun")
    page.get_by_role("button", name="Visa vad som händer").click()
    expect(page.get_by_role("heading", name="Det här händer när du sparar")).to_be_visible()
    expect(page.get_by_text("Ingenting är sparat än.")).to_be_visible()
    check_in_both_themes(page, check_axe)
    page.get_by_role("button", name="Spara kvoterna").click()
    expect(page.get_by_text("Kvoterna är sparade.")).to_be_visible()


def last_day_passes(activity: Activity) -> None:
    event = db.session.get_one(Event, activity.id)
    event.registration_closes_on = swedish_today() - timedelta(days=1)
    finish()


def rows_of(page: Page, table: str) -> list[str]:
    """The text of each row below the heads."""
    rows = page.get_by_role("table", name=table).locator("tbody tr")
    expect(rows.first).to_be_visible()
    return [re.sub(r"\s+", " ", text) for text in rows.all_inner_texts()]


def per_municipality(page: Page) -> dict[str, tuple[str, str]]:
    """Of each municipality, how many have applied and how many get a place."""
    rows = [row.split() for row in rows_of(page, "Fördelningen per kommun")]
    return {name: (applied, placed) for name, applied, placed in rows}


def lots(page: Page) -> list[tuple[str, str, bool]]:
    """In drawn order: municipality, number of the lot, and whether the lot gives a place."""
    rows = page.get_by_role("table", name="Lotterna i dragen ordning").locator("tbody tr")
    return [
        (
            row.get_by_role("cell").nth(2).inner_text(),
            row.get_by_role("cell").nth(3).inner_text(),
            row.get_by_role("checkbox").is_checked(),
        )
        for row in rows.all()
    ]


def check_the_draw(page: Page) -> None:
    """Anybody can repeat it from what the page says: two of each at most, and within a municipality the lowest first."""
    seed = page.locator("code.seed").inner_text()
    drawn = lots(page)
    assert [got for *_, got in drawn] == [True] * 5 + [False] * 2
    assert sorted(town for town, _, _ in drawn[:3]) == ["Lycksele", "Skellefteå", "Umeå"]
    for town in ("Umeå", "Skellefteå"):
        hashes = [
            sha256(f"{seed}:{number}".encode()).hexdigest() for where, number, _ in drawn if where == town
        ]
        assert hashes == sorted(hashes)
    assert per_municipality(page) == {"Lycksele": ("1", "1"), "Skellefteå": ("2", "2"), "Umeå": ("4", "2")}


def change_by_hand(page: Page) -> str:
    """The second from Umeå gives way to the last; answers who lost the place."""
    rows = page.get_by_role("table", name="Lotterna i dragen ordning").locator("tbody tr")
    from_umea = rows.filter(has=page.get_by_role("cell", name="Umeå", exact=True))
    loses, gains = from_umea.nth(1), from_umea.nth(3)
    name = loses.get_by_role("rowheader").inner_text()
    loses.get_by_role("checkbox").uncheck()
    gains.get_by_role("checkbox").check()
    page.get_by_role("button", name="Spara ändringarna på sidan").click()
    return name.partition(",")[0]


def verdict(mailbox: Mailbox, person: str) -> str:
    """What the second letter says, the first one being that the application has come."""
    letter = mailbox.wait_for(address(person), number=2)
    return str(letter["Subject"]).partition(":")[0]


def test_an_alias_gets_its_code_once_and_cancels_with_it(
    desktop: Page,
    phone: Page,
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
) -> None:
    """The list knows nothing but the alias, nor does the search; reading the page again does not show the code again."""
    activity = make_small_activity("Plats med kod", 5)
    sign_in(desktop, OFFICER)
    desktop.goto(f"/personal/aktiviteter/{activity.id}/deltagare")
    desktop.get_by_role("link", name="Plats under täcknamn").click()
    expect(heading(desktop)).to_have_text("Ge en plats under täcknamn")
    check_in_both_themes(desktop, check_axe)
    desktop.get_by_label("Namn").fill("Frida Fördold")
    desktop.get_by_role("button", name="Ge plats och visa koden").click()
    expect(heading(desktop)).to_have_text("Koden till Deltagare 1")
    code = desktop.get_by_text(re.compile(r"^[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}$")).inner_text()
    check_in_both_themes(desktop, check_axe)
    # The page is the answer to the form, so reading it again sends the form again.
    desktop.reload()
    expect(desktop.get_by_text("Platsen fanns redan, så koden visas inte igen.")).to_be_visible()
    expect(desktop.get_by_text(code)).to_have_count(0)

    attendees = f"/personal/aktiviteter/{activity.id}/deltagare"
    desktop.goto(attendees)
    table = desktop.get_by_role("table", name=f"Deltagare i {activity.title}")
    assert names_in(table) == ["Deltagare 1"]
    expect(desktop.get_by_text("Fördold")).to_have_count(0)
    desktop.goto(f"{attendees}?q=Frida")
    expect(desktop.get_by_text("Ingen passar in på urvalet")).to_be_visible()

    phone.goto("/min/kod")
    check_in_both_themes(phone, check_axe)
    phone.get_by_label("Din kod").fill(code.lower().replace(" ", "-"))
    phone.get_by_role("button", name="Visa min anmälan").tap()
    expect(heading(phone)).to_have_text("Du är anmäld, Deltagare 1")
    check_in_both_themes(phone, check_axe)
    phone.get_by_role("link", name="Avanmäl dig").tap()
    expect(phone.get_by_text("Vi skickar inget brev. Ångrar du dig, ring oss.")).to_be_visible()
    phone.get_by_role("button", name="Avanmäl mig").tap()
    expect(heading(phone)).to_have_text("Du är avanmäld")
    expect(phone.get_by_text("Ring oss, så ordnar vi en ny plats.")).to_be_visible()

    desktop.goto(attendees)
    expect(table.get_by_role("row").filter(has_text="Deltagare 1")).to_contain_text("Avanmäld")
    assert not [one for one in site_mailbox.letters if "Fördold" in text_of(one)]
