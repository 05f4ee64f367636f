"""What higher rooms are told of programmes, in the same transaction; listeners are connected in `wiring.py` alone."""

from blinker import Namespace

_signals = Namespace()

choice_changed = _signals.signal("choice-changed")
"""Sender: the id of the event. Keywords: item_id, is_choice, capacity (None is unlimited), of an item that participants
choose, or that they chose until now, and is_moved where it alone has got another start."""
