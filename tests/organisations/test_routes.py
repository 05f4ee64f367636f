"""The public list of suggestions."""

import pytest

from eventsapp.organisations.queries import find_by_name
from tests.page_client import PageClient


def test_suggestions_are_json(client: PageClient) -> None:
    umea = find_by_name("Umeå kommun")
    assert umea is not None
    found = client.get("/organisationer?q=umeå+kom").json
    assert found is not None
    assert found == [{"id": umea.id, "name": "Umeå kommun", "note": "Västerbottens län"}]
    assert client.get("/en/organisations?q=umeå+kom").json == [found[0] | {"note": "Västerbotten County"}]
    assert client.get("/organisationer?domain=umea.se").json == found


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=%25", "q=" + "å" * 5000, "domain=.", "domain=%00", "x=1"]
)
def test_odd_questions_get_an_empty_list(client: PageClient, query: str) -> None:
    response = client.get(f"/organisationer?{query}")
    assert (response.status_code, response.json) == (200, [])
