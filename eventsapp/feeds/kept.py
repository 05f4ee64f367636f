"""Feeds that this process made a moment ago.

Every subscriber's calendar asks several times a day, nearly always for what it has already. To say so, one statement
is enough as long as the feed need not be made again.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from eventsapp.web.cacheable import MAX_AGE_SECONDS

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class KeptFeed:
    """The bytes of a feed, made at `made_at` from the data that `version` stands for."""

    content: bytes
    etag: str
    changed_at: datetime
    version: Hashable
    made_at: datetime


class KeptFeeds:
    """The latest feeds, up to a number of bytes; the one that nobody asked for the longest is dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._feeds: OrderedDict[Hashable, KeptFeed] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Hashable, version: Hashable, now: datetime) -> KeptFeed | None:
        """The feed for `key` if it is still right.

        A renamed topic or organiser does not change the version, so a feed is made anew when it is as old as
        any cache on the way may have it.
        """
        with self._lock:
            feed = self._feeds.get(key)
            if feed is None or feed.version != version:
                return None
            if not timedelta(0) <= now - feed.made_at < timedelta(seconds=MAX_AGE_SECONDS):
                return None
            self._feeds.move_to_end(key)
            return feed

    def keep(self, key: Hashable, feed: KeptFeed) -> None:
        """Remember a feed, in place of an older one for the same `key`."""
        with self._lock:
            self._drop(key)
            self._feeds[key] = feed
            self._bytes += len(feed.content)
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._feeds)))

    def _drop(self, key: Hashable) -> None:
        dropped = self._feeds.pop(key, None)
        if dropped is not None:
            self._bytes -= len(dropped.content)
