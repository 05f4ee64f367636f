"""The readers of other people that our feeds are read by."""

from collections.abc import Iterator

import pytest

from tests.feeds.javascript import javascript_readers
from tests.feeds.readers import Reader, by_icalendar, by_ics, by_vobject


@pytest.fixture(scope="session")
def readers() -> Iterator[dict[str, Reader]]:
    """Every reader by its name. The first is of the library that wrote the feed too, the others share nothing with it."""
    with javascript_readers() as found:
        yield {"icalendar": by_icalendar, "vobject": by_vobject, "ics": by_ics, **found}
