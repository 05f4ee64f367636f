"""What higher rooms are told, in the same transaction; listeners are connected in `wiring.py` alone."""

from blinker import Namespace

_signals = Namespace()

event_cancelled = _signals.signal("event-cancelled")
"""Sender: the Event. Keyword: actor."""
event_moved = _signals.signal("event-moved")
"""Sender: the Event, whose time or place changed after publication. Keyword: actor."""
capacity_changed = _signals.signal("capacity-changed")
"""Sender: the Event, new or with other numbers of places."""
