"""What the trail calls what is done with lists; it has numbers, and nothing that stood in a list."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "import.accepted": _l("godkände en import av deltagare"),
        "import.finished": _l("läste in en lista med deltagare"),
        "import.stopped": _l("avbröt en import av deltagare"),
        "import.undo_begun": _l("började ångra en import av deltagare"),
        "import.undone": _l("ångrade en import av deltagare"),
        "import.rows_downloaded": _l("laddade ner de rader som inte lästes in"),
    }
)
name_facts(
    {
        "import_rows": _l("antal rader"),
        "import_broken": _l("antal rader som inte gick att läsa in"),
        "import_added": _l("antal anmälda"),
        "import_left_out": _l("antal rader som inte lästes in"),
        "import_taken_back": _l("antal avanmälda"),
        "import_kept": _l("antal som är kvar"),
    }
)
