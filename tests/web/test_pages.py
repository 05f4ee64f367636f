"""One page has an address in each language, whatever stands behind the address."""

import pytest

from tests.page_client import PageClient


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=v%C3%A5ld&typ=konferens&typ=kampanj",
        "?lang=xx&slug=x",
        "?_scheme=javascript&_external=1&_anchor=x&_method=GET",
    ],
)
def test_the_other_language_keeps_what_stands_behind_the_address(client: PageClient, query: str) -> None:
    swedish = client.get_page(f"/aktiviteter{query}")
    assert swedish.href("In English") == f"/en/events{query}"
    english = client.get_page(f"/en/events{query}")
    assert english.href("På svenska") == f"/aktiviteter{query}"
