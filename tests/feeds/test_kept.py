"""Feeds that were made a moment ago are used again as long as they are right."""

from datetime import UTC, datetime

from eventsapp.feeds.kept import KeptFeed, KeptFeeds

NOW = datetime(2026, 10, 1, 8, tzinfo=UTC)


def feed(content: bytes = b"x", version: object = 1) -> KeptFeed:
    return KeptFeed(content, "tag", NOW, version)


def test_found_while_the_version_is_the_same():
    kept = KeptFeeds()
    made = feed()
    kept.keep("all", made)
    assert kept.find("all", 1) is made
    assert kept.find("all", 2) is None
    assert kept.find("other", 1) is None


def test_the_one_that_nobody_asked_for_the_longest_makes_room():
    kept = KeptFeeds(most_bytes=20)
    kept.keep("a", feed(b"1234"))
    kept.keep("b", feed(b"1234"))
    assert kept.find("a", 1) is not None
    kept.keep("c", feed(b"1234"))
    assert kept.find("b", 1) is None
    assert kept.find("a", 1) is not None
    assert kept.find("c", 1) is not None


def test_a_new_version_takes_the_place_of_the_old():
    kept = KeptFeeds(most_bytes=20)
    kept.keep("a", feed(b"12345678", version=1))
    newer = feed(b"87654321", version=2)
    kept.keep("a", newer)
    assert kept.find("a", 2) is newer


def test_a_feed_larger_than_all_the_room_is_not_kept():
    kept = KeptFeeds(most_bytes=20)
    kept.keep("a", feed(b"1234"))
    kept.keep("big", feed(b"12345678901"))
    assert kept.find("big", 1) is None
    kept.keep("b", feed(b"1234"))
    assert kept.find("b", 1) is not None
