"""What a form takes from a request."""

from io import BytesIO

import pytest

from tests.factories.events import make_event
from tests.page_client import PageClient

NAMES = ("name", "email", "organisation", "job_title", "mode", "nonce", "csrf_token", "shown")


def test_a_file_in_the_place_of_a_text_is_as_if_nothing_was_sent(client: PageClient) -> None:
    url = f"/aktiviteter/{make_event().slug}/anmalan"
    fields = {name: (BytesIO(b"x"), "a.txt") for name in NAMES if name != "csrf_token"}
    page = client.post_page(
        url,
        fields | {"csrf_token": client.csrf_token(url)},
        status=400,
        content_type="multipart/form-data",
    )
    assert "Skriv ditt namn" in page.problems


@pytest.mark.parametrize("value", [5, None, ["Åsa"], {"a": 1}])
def test_a_form_that_is_sent_as_json_is_empty(client: PageClient, value: object) -> None:
    url = f"/aktiviteter/{make_event().slug}/anmalan"
    answer = client.post(
        url, json=dict.fromkeys(NAMES, value), headers={"X-CSRFToken": client.csrf_token(url)}
    )
    assert answer.status_code == 400
