"""Signing up on the page, without JavaScript."""

from tests.factories.events import make_event
from tests.page_client import PageClient


def test_smoke(client: PageClient) -> None:
    event = make_event()
    page = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    done = page.submit(
        {"Namn": "Åsa Ahlström", "E-postadress": "asa@umea.example.se", "Var arbetar du?": "Umeå kommun"}
    )
    assert done.heading == "Du är anmäld"
    print(done.text)
