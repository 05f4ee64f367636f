"""What other rooms are told of protected records, in the same transaction; listeners are connected in `wiring.py` alone."""

from blinker import Namespace

_signals = Namespace()

record_locked = _signals.signal("record-locked")
"""Sender: the id of a registration that has become an alias. Keywords: event_id, and email_key, the address it had;
whoever keeps a copy of name or address for that activity forgets it."""
