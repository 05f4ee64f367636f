"""What the trail calls what is done to questions."""

from eventsapp.audit.words import name_actions, name_facts
from eventsapp.core.i18n import lazy_text as _l

name_actions(
    {
        "questions.section_added": _l("lade till ett avsnitt i formuläret"),
        "questions.section_changed": _l("ändrade ett avsnitt i formuläret"),
        "questions.section_moved": _l("flyttade ett avsnitt i formuläret"),
        "questions.section_removed": _l("tog bort ett avsnitt ur formuläret"),
        "questions.added": _l("lade till en fråga"),
        "questions.changed": _l("ändrade en fråga"),
        "questions.moved": _l("flyttade en fråga"),
        "questions.reordered": _l("ändrade frågornas ordning"),
        "questions.retired": _l("tog en fråga ur bruk"),
        "questions.restored": _l("tog tillbaka en fråga"),
        "questions.removed": _l("tog bort en fråga"),
        "questions.copied_all": _l("kopierade frågorna från en annan aktivitet"),
        "questions.from_bank": _l("hämtade frågor ur frågebanken"),
    }
)
name_facts(
    {
        "question": _l("fråga"),
        "question_section": _l("avsnitt"),
        "question_asked_at": _l("när avsnittet besvaras"),
        "question_label_sv": _l("frågans text"),
        "question_label_en": _l("frågans text på engelska"),
        "question_hint_sv": _l("förklaring"),
        "question_hint_en": _l("förklaring på engelska"),
        "question_is_required": _l("om frågan måste besvaras"),
        "question_is_staff_only": _l("om frågan visas bara för personal"),
        "question_seen_by": _l("vem som ser svaren"),
        "question_reason_sv": _l("varför ni frågar"),
        "question_reason_en": _l("varför ni frågar, på engelska"),
        "question_keep_days": _l("hur länge svaren finns kvar"),
        "question_minimum": _l("lägsta tal"),
        "question_maximum": _l("högsta tal"),
        "question_file_types": _l("sorters filer"),
        "question_options": _l("alternativ"),
        "question_terms": _l("villkor"),
        "question_condition_match": _l("hur villkorets delar hör ihop"),
    }
)
