"""What a device remembers of a person, sealed in a cookie."""

from werkzeug import Response

from eventsapp.participants.remembered import COOKIE, RememberedPerson, find_remembered, remember
from tests.conftest import FrozenClock

PERSON = RememberedPerson("Åsa Ahlström", "asa@umea.example.se", "Umeå kommun", "Kurator", "socialtjanst")


def cookie_for(person: RememberedPerson) -> str:
    response = Response()
    remember(response, person)
    return response.headers["Set-Cookie"].partition("=")[2].partition(";")[0]


def read(app, cookie: str) -> RememberedPerson | None:
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={cookie}"}):
        return find_remembered()


def test_it_comes_back_as_it_was(app) -> None:
    assert read(app, cookie_for(PERSON)) == PERSON


def test_it_is_over_after_twelve_months_whatever_the_browser_says(app, frozen_now: FrozenClock) -> None:
    cookie = cookie_for(PERSON)
    frozen_now.advance(days=364)
    assert read(app, cookie) == PERSON
    frozen_now.advance(days=1)
    assert read(app, cookie) is None


def test_one_changed_letter_makes_it_nobody(app) -> None:
    cookie = cookie_for(PERSON)
    middle = len(cookie) // 2
    other = "A" if cookie[middle] != "A" else "B"
    assert read(app, cookie[:middle] + other + cookie[middle + 1 :]) is None


def test_the_longest_that_a_form_takes_fits_in_what_a_browser_keeps(app) -> None:
    """4,096 bytes with its attributes; a character takes at most four, and an address 254 in all."""
    longest = RememberedPerson(
        "𐐷" * 200, f"{'a' * 64}@{'b' * 186}.se", "𐐷" * 200, "𐐷" * 200, "ovriga-myndigheter"
    )
    response = Response()
    remember(response, longest)
    assert len(response.headers["Set-Cookie"]) < 4096
    assert read(app, cookie_for(longest)) == longest
