"""What higher rooms are told, in the same transaction; listeners are connected in `wiring.py` alone."""

from blinker import Namespace

_signals = Namespace()

event_cancelled = _signals.signal("event-cancelled")
"""Sender: the Event. Keywords: actor, and message: language → the officer's own words for the letters, or empty."""
event_moved = _signals.signal("event-moved")
"""Sender: the Event, whose time or place changed after publication. Keywords: actor and message, as above."""
capacity_changed = _signals.signal("capacity-changed")
"""Sender: the Event, new, with other numbers of places, or changed so that some who wait may now be moved up."""
series_capacity_changed = _signals.signal("series-capacity-changed")
"""Sender: the id of a Series. Keyword: capacity, the places that its dates share; None is that they share none."""
