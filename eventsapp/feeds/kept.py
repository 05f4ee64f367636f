"""Feeds that this process has made of data that has not changed since.

Every subscriber's calendar asks several times a day, nearly always for what it has already. To say so, one statement
is enough: whether anything has changed at all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from threading import Lock

from eventsapp.core.clock import swedish_today
from eventsapp.events.public_data import public_version
from eventsapp.rendering.calendar import etag_of
from eventsapp.web.cacheable import compress_bytes

MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class KeptFeed:
    """The bytes of a feed, made from the data that `version` stands for."""

    content: bytes
    etag: str
    changed_at: datetime
    version: Hashable

    @property
    def size(self) -> int:
        """Bytes in memory, at most: compressed it is always smaller."""
        return 2 * len(self.content)

    @cached_property
    def compressed(self) -> bytes:
        """The same for clients that take gzip."""
        return compress_bytes(self.content)


class KeptFeeds:
    """The latest feeds, up to a number of bytes; the one that nobody asked for the longest is dropped first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._feeds: OrderedDict[Hashable, KeptFeed] = OrderedDict()
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = Lock()

    def find_or_make(self, key: Hashable, make: Callable[[date], tuple[bytes, datetime]]) -> KeptFeed:
        """The feed for `key`, made for the Swedish day of today unless nothing public has changed since it was; then that
        costs one statement. `make` answers the bytes and when they may have become others."""
        today = swedish_today()
        # Read before the data: what changes meanwhile makes the feed out of date at once, never right too early.
        version = (public_version(), today)
        if (kept := self.find(key, version)) is not None:
            return kept
        content, changed_at = make(today)
        made = KeptFeed(content, etag_of(content), changed_at, version)
        self.keep(key, made)
        return made

    def find(self, key: Hashable, version: Hashable) -> KeptFeed | None:
        """The feed for `key` if it is still right."""
        with self._lock:
            feed = self._feeds.get(key)
            if feed is None or feed.version != version:
                return None
            self._feeds.move_to_end(key)
            return feed

    def keep(self, key: Hashable, feed: KeptFeed) -> None:
        """Remember a feed, in place of an older one for the same `key`."""
        with self._lock:
            self._drop(key)
            self._feeds[key] = feed
            self._bytes += feed.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._feeds)))

    def _drop(self, key: Hashable) -> None:
        dropped = self._feeds.pop(key, None)
        if dropped is not None:
            self._bytes -= dropped.size
