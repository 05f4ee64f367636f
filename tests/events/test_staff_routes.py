"""The editor and its pages, opened and filled in as an officer does."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.operations import record
from eventsapp.audit.queries import history_of_event
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission, Event, EventState, FormerSlug, WaitingListRule
from eventsapp.events.operations import refresh_search_text
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import OfferOutcome, PlaceOffer, RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user
from tests.factories.events import make_county, make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

SignIn = Callable[..., User]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def officer(sign_in: SignIn) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


@pytest.fixture
def event(officer: User) -> Event:
    return make_event(
        title="Att upptäcka våld",
        responsible_id=officer.id,
        slug="att-upptacka-vald",
        counties=[make_county("24")],
    )


def read(event: Event) -> Event:
    db.session.expire_all()
    return get_event(event.id, *EVERYTHING)


def editor_of(client: PageClient, event: Event) -> Page:
    return client.get_page(f"/personal/aktiviteter/{event.id}/innehall")


@pytest.mark.usefixtures("officer")
class TestNew:
    def test_one_chooses_a_kind_and_fills_in_the_rest(self, client: PageClient, officer: User) -> None:
        page = client.get_page("/personal/aktiviteter/ny").click("Konferens")
        form = page.form("Spara utkastet")
        assert form.values["kind"] == ["konferens"]
        assert form.values["organiser"] == ["Länsstyrelsen Västerbotten"]
        assert (form.values["admission"], form.values["waiting_list"]) == (["first_come"], ["offer"])
        assert (form.values["offer_hours"], form.values["allows_groups"]) == (["48"], ["y"])
        saved = form.submit(
            {
                "Titel": "Regional konferens om mänskliga rättigheter",
                "Sammanfattning": "En dag om rättigheter.",
                "occasions-0-first_day": "2027-03-25",
                "occasions-0-starts": "9.00",
                "occasions-0-ends": "16",
                "Plats": "Folkets hus",
                "Kommun": "Umeå",
                "topics": ["valdsforebyggande"],
                "Samarrangörer": "Region Västerbotten\nKvinnojouren Iris",
                "E-post för frågor": "jamstalldhet@example.se",
            }
        )
        event = read(db.session.scalars(select(Event)).one())
        assert saved.url == f"/personal/aktiviteter/{event.id}/innehall"
        assert saved.heading == "Regional konferens om mänskliga rättigheter"
        assert (event.state, event.kind.code, event.responsible_id) == (
            EventState.DRAFT,
            "konferens",
            officer.id,
        )
        assert [one.name_sv for one in event.co_organisers] == ["Kvinnojouren Iris", "Region Västerbotten"]
        assert [str(one.starts_at) for one in event.occasions] == ["2027-03-25 08:00:00+00:00"]

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(self, client: PageClient) -> None:
        page = client.get_page("/personal/aktiviteter/ny?typ=konferens").submit(
            {
                "Titel": "",
                "Sammanfattning": "Det jag skrev",
                "occasions-0-first_day": "25 mars",
                "occasions-0-starts": "nio",
                "Antal platser": "många",
                "Digital länk": "javascript:alert(1)",
            },
            button="Spara utkastet",
        )
        assert page.problems == [
            "Skriv en titel.",
            "Skriv datumet som 2026-11-25.",
            "Skriv tiden som 09.00.",
            "Skriv en webbadress som börjar med https://",
            "Skriv ett helt tal mellan 0 och 100000.",
        ]
        values = page.form("Spara utkastet").values
        assert values["summary_sv"] == ["Det jag skrev"]
        assert values["occasions-0-first_day"] == ["25 mars"]
        assert values["occasions-0-starts"] == ["nio"]
        assert values["capacity_total"] == ["många"]
        assert db.session.scalar(select(func.count(Event.id))) == 0

    def test_one_more_row_comes_without_anything_lost(self, client: PageClient) -> None:
        page = client.get_page("/personal/aktiviteter/ny?typ=konferens")
        page = page.submit(
            {"Titel": "Konferens", "occasions-0-first_day": "2027-03-25"}, button="Lägg till tillfälle"
        )
        assert page.texts(".field-group > legend") == ["Tillfälle 1", "Tillfälle 2"]
        page = page.submit({"occasions-1-first_day": "2027-03-26"}, button="Lägg till länk")
        values = page.form("Spara utkastet").values
        assert values["title_sv"] == ["Konferens"]
        assert (values["occasions-0-first_day"], values["occasions-1-first_day"]) == (
            ["2027-03-25"],
            ["2027-03-26"],
        )
        assert values["links-0-label"] == [""]
        assert page.problems == []
        assert db.session.scalar(select(func.count(Event.id))) == 0

    def test_an_unknown_kind_in_the_address_shows_the_form(self, client: PageClient) -> None:
        page = client.get_page("/personal/aktiviteter/ny?typ=finns-inte")
        assert (
            page.submit({"Titel": "Konferens", "kind": "konferens"}, button="Spara utkastet").heading
            == "Konferens"
        )

    def test_a_preview_of_something_new_keeps_everything(self, client: PageClient) -> None:
        page = client.get_page("/personal/aktiviteter/ny?typ=konferens")
        preview = page.submit(
            {"Titel": "Konferens", "Text": "Du får **en checklista**.", "Arrangör": "Nybildade föreningen"},
            button="Förhandsgranska",
        )
        assert preview.text_of(".prose strong") == "en checklista"
        assert "Nybildade föreningen" in preview.text
        assert db.session.scalar(select(func.count(Event.id))) == 0
        back = preview.submit(button="Fortsätt redigera")
        assert back.form("Spara utkastet").values["title_sv"] == ["Konferens"]
        assert back.problems == []
        saved = preview.submit(button="Spara")
        assert saved.heading == "Konferens"
        assert db.session.scalar(select(func.count(Event.id))) == 1

    def test_readers_make_nothing(self, client: PageClient, sign_in: SignIn) -> None:
        sign_in(Role.READER)
        client.get_page("/personal/aktiviteter/ny", status=403)


class TestEdit:
    def test_every_fact_stands_in_the_form_and_can_be_saved_as_it_is(
        self, client: PageClient, event: Event
    ) -> None:
        refresh_search_text(read(event))
        db.session.commit()
        version = read(event).version
        page = editor_of(client, event).submit(button="Spara")
        assert page.messages == ["Ingenting var ändrat."]
        assert (read(event).version, history_of_event(event.id)) == (version, [])

    def test_a_change_is_saved_with_its_trail(self, client: PageClient, event: Event, officer: User) -> None:
        page = editor_of(client, event).submit(
            {"Titel": "En ny titel", "Lokal": "Lilla salen"}, button="Spara"
        )
        assert page.messages == ["Ändringarna är sparade."]
        assert page.heading == "En ny titel"
        (entry,) = history_of_event(event.id)
        assert (entry.actor_id, entry.changes) == (
            officer.id,
            {"title_sv": ["Att upptäcka våld", "En ny titel"], "room": ["", "Lilla salen"]},
        )
        assert read(event).occasions[0].sequence == 1

    def test_ways_in_and_the_waiting_list_are_chosen_and_the_code_stays_out_of_the_trail(
        self, client: PageClient, event: Event
    ) -> None:
        page = editor_of(client, event).submit(
            {
                "admission": "code",
                "waiting_list": "offer",
                "offer_hours": "400",
                "Så många rymmer lokalen": "90",
            },
            button="Spara",
        )
        assert page.problems == [
            "Skriv ett antal timmar mellan 1 och 336.",
        ]
        page = page.submit({"offer_hours": "24"}, button="Spara")
        assert page.problems == ["Skriv koden som man anmäler sig med."]
        page = page.submit({"Kod": "hemligt-ord", "Titel": "Ny titel"}, button="Spara")
        assert page.messages == ["Ändringarna är sparade."]
        saved = read(event)
        assert (saved.admission, saved.admission_code, saved.waiting_list, saved.offer_hours) == (
            Admission.CODE,
            "hemligt-ord",
            WaitingListRule.OFFER,
            24,
        )
        assert (saved.room_capacity, page.form("Spara").values["admission_code"]) == (90, ["hemligt-ord"])
        history = client.get_page(f"/personal/aktiviteter/{event.id}/historik")
        assert "ändrade innehållet: kod för anmälan" in history.text
        assert "hemligt-ord" not in history.text
        overview = client.get_page(f"/personal/aktiviteter/{event.id}")
        assert "Bara den som har en kod" in overview.text and "hemligt-ord" not in overview.text

    @pytest.mark.parametrize("typed", ["1", "0", "-3", "501", "många", "9" * 40])
    def test_how_many_may_share_a_screen_has_limits(
        self, client: PageClient, event: Event, typed: str
    ) -> None:
        page = editor_of(client, event).submit({"shared_screen_max": typed}, button="Spara")
        assert page.problems == ["Skriv ett helt tal mellan 2 och 500."]
        assert read(event).shared_screen_max is None

    def test_how_many_may_share_a_screen_is_saved_and_taken_back(
        self, client: PageClient, event: Event
    ) -> None:
        editor_of(client, event).submit({"shared_screen_max": "30"}, button="Spara")
        assert read(event).shared_screen_max == 30
        assert history_of_event(event.id)[0].changes == {"shared_screen_max": ["", "30"]}
        editor_of(client, event).submit({"shared_screen_max": ""}, button="Spara")
        assert read(event).shared_screen_max is None

    def test_an_occasion_keeps_its_uid_through_the_form(self, client: PageClient, event: Event) -> None:
        uid = read(event).occasions[0].uid
        editor_of(client, event).submit({"occasions-0-starts": "10:00"}, button="Spara")
        (occasion,) = read(event).occasions
        assert (occasion.uid, occasion.sequence) == (uid, 1)

    def test_an_occasion_is_removed_by_a_tick(self, client: PageClient, officer: User) -> None:
        event = make_event(
            responsible_id=officer.id, occasions=[make_occasion(), make_occasion(starts="10.00")]
        )
        page = editor_of(client, event).submit({"occasions-1-remove": True}, button="Spara")
        event = read(event)
        assert [occasion.cancelled_at is None for occasion in event.occasions] == [True, False]
        assert "Borttagna tillfällen:" in page.text

    def test_several_days_and_whole_days(self, client: PageClient, event: Event) -> None:
        editor_of(client, event).submit(
            {
                "occasions-0-first_day": "2027-05-20",
                "occasions-0-last_day": "2027-05-21",
                "occasions-0-all_day": True,
            },
            button="Spara",
        )
        (occasion,) = read(event).occasions
        assert (str(occasion.starts_at), str(occasion.ends_at), occasion.all_day) == (
            "2027-05-19 22:00:00+00:00",
            "2027-05-21 22:00:00+00:00",
            True,
        )
        values = editor_of(client, event).form("Spara").values
        assert values["occasions-0-last_day"] == ["2027-05-21"]
        assert (values["occasions-0-starts"], values["occasions-0-ends"]) == ([""], [""])

    def test_a_time_that_summer_time_skips_is_refused(self, client: PageClient, event: Event) -> None:
        page = editor_of(client, event).submit(
            {"occasions-0-first_day": "2027-03-28", "occasions-0-starts": "02:30"}, button="Spara"
        )
        assert page.problems == [
            "Den tiden finns inte: klockan ställs fram till sommartid. Välj en annan tid."
        ]

    def test_rules_are_said_at_their_fields(self, client: PageClient, event: Event) -> None:
        page = editor_of(client, event).submit(
            {"Sammanfattning": "", "Sista anmälningsdag": "2099-01-01", "occasions-0-remove": True},
            button="Spara",
        )
        assert page.problems == [
            "Skriv en sammanfattning.",
            "Lägg till minst ett tillfälle.",
        ]
        page = editor_of(client, event).submit({"Sista anmälningsdag": "2099-01-01"}, button="Spara")
        assert page.problems == ["Sista anmälningsdag kan inte vara efter att aktiviteten har börjat."]
        assert read(event).registration_closes_on is None

    def test_an_address_that_another_has_is_refused(self, client: PageClient, event: Event) -> None:
        make_event(slug="upptagen")
        page = editor_of(client, event).submit({"Sidans webbadress": "Upptagen"}, button="Spara")
        assert page.problems == ["En annan aktivitet har den webbadressen."]
        editor_of(client, event).submit({"Sidans webbadress": "Metodstöd"}, button="Spara")
        assert read(event).slug == "metodstod"
        assert db.session.get_one(FormerSlug, "att-upptacka-vald").event_id == event.id

    def test_a_preview_saves_nothing_and_tells_nobody(self, client: PageClient, event: Event) -> None:
        preview = editor_of(client, event).submit(
            {"Titel": "En ny titel", "Plats": "Stadshuset"}, button="Förhandsgranska"
        )
        assert preview.heading == "En ny titel"
        assert "Stadshuset" in preview.text
        assert (read(event).title_sv, history_of_event(event.id)) == ("Att upptäcka våld", [])
        assert preview.submit(button="Spara").messages == ["Ändringarna är sparade."]
        assert read(event).title_sv == "En ny titel"

    def test_how_many_get_a_letter_is_said_before(self, client: PageClient, event: Event) -> None:
        warning = "Ändrar du tid eller plats får 1 person ett brev när du sparar."
        make_registration(event, email="")
        assert warning not in editor_of(client, event).text
        make_registration(event)
        assert warning in editor_of(client, event).text

    def test_the_english_page_has_english_words(self, client: PageClient, event: Event) -> None:
        assert client.get_page(f"/en/staff/events/{event.id}/content").soup.html["lang"] == "en"


class TestConsequences:
    """The page between the editor and the save, where people are concerned."""

    def test_a_move_is_told_before_it_is_saved_and_the_letter_is_the_officer_s(
        self, client: PageClient, event: Event
    ) -> None:
        make_registration(event, email="asa@umea.example.se")
        make_registration(event, email="john@umea.example.se", language="en")
        make_registration(event, email="eva@umea.example.se", status=RegistrationStatus.WAITING)
        page = editor_of(client, event).submit({"Plats": "Stadshuset", "Titel": "Ny titel"}, button="Spara")
        assert page.text_of("h2:not(.panel *)") == "Innan du sparar"
        assert page.texts(".panel li") == [
            "2 personer får ett brev var.",
            "1 på reservlistan får också ett brev.",
        ]
        assert (read(event).venue, history_of_event(event.id), letters()) == ("Folkets hus", [], [])
        form = page.form("Spara och skicka")
        assert form.values["message_sv"] == ["Tiden eller platsen har ändrats. Det här gäller nu:"]
        page = page.submit(
            {
                "Så börjar brevet": "Vi har fått en större sal.\n\nVälkomna dit!",
                "message_en": "A larger room.",
            },
            button="Spara och skicka",
        )
        assert page.messages == ["Ändringarna är sparade."]
        assert (read(event).venue, read(event).title_sv) == ("Stadshuset", "Ny titel")
        asa, john, eva = letters()
        assert asa.body_text.startswith(
            "Hej Åsa!\n\nVi har fått en större sal.\n\nVälkomna dit!\n\nNy titel\n"
        )
        assert "Tiden eller platsen" not in asa.body_text
        assert "Stadshuset, Skolgatan 59, Umeå" in asa.body_text
        assert "A larger room." in john.body_text and "Vi har" not in john.body_text
        assert "Du står kvar på reservlistan." in eva.body_text
        assert "biljett" not in eva.body_text
        assert "Vi har fått" not in str(history_of_event(event.id)[0].changes)

    def test_one_can_go_back_and_nothing_typed_is_lost(self, client: PageClient, event: Event) -> None:
        make_registration(event)
        page = editor_of(client, event).submit({"Plats": "Stadshuset"}, button="Spara")
        page = page.submit({"Så börjar brevet": "Mina egna ord."}, button="Fortsätt redigera")
        assert page.problems == []
        assert page.form("Spara").values["venue"] == ["Stadshuset"]
        assert read(event).venue == "Folkets hus"
        page = page.submit({"Titel": "Ny titel"}, button="Spara")
        assert page.form("Spara och skicka").values["message_sv"] == ["Mina egna ord."]
        page.submit(button="Spara och skicka")
        (letter,) = letters()
        assert "Mina egna ord." in letter.body_text

    def test_a_colleague_s_save_in_between_is_told(
        self, client: PageClient, event: Event, sign_in: SignIn
    ) -> None:
        make_registration(event)
        page = editor_of(client, event).submit({"Plats": "Stadshuset"}, button="Spara")
        mine = page.form("Spara och skicka").fill({"Så börjar brevet": "Mina egna ord."})
        editor_of(client, event).submit({"Kostnad": "Kostnadsfritt"}, button="Spara")
        page = mine.submit(status=409)
        (problem,) = page.problems
        assert "Då ändrades kostnad." in problem
        assert page.form("Spara").values["venue"] == ["Stadshuset"]
        assert (read(event).venue, letters()) == ("Folkets hus", [])
        page = page.submit(button="Spara").submit(button="Spara och skicka")
        assert page.messages == ["Ändringarna är sparade."]
        assert "Mina egna ord." in letters()[0].body_text

    def test_fewer_places_than_people_is_told_without_a_letter(
        self, client: PageClient, event: Event
    ) -> None:
        for _ in range(3):
            make_registration(event)
        page = editor_of(client, event).submit({"Antal platser": "2"}, button="Spara")
        assert page.texts(".panel li") == [
            (
                "Antalet platser är 2 men 3 är anmälda: ingen förlorar sin plats, och inga nya platser delas ut förrän "
                "färre än 2 är anmälda."
            )
        ]
        assert "Spara och skicka" not in page.buttons()
        page.submit(button="Spara")
        assert (read(event).capacity_total, letters()) == (2, [])

    def test_more_places_say_who_moves_up(self, client: PageClient, officer: User) -> None:
        event = make_event(
            responsible_id=officer.id,
            capacity_total=1,
            waiting_list=WaitingListRule.AUTOMATIC,
            counties=[make_county("24")],
        )
        make_registration(event)
        for _ in range(3):
            make_registration(event, status=RegistrationStatus.WAITING)
        page = editor_of(client, event).submit({"Antal platser": "3"}, button="Spara")
        assert page.texts(".panel li") == ["2 flyttas upp från reservlistan och får ett brev var."]
        assert (read(event).capacity_total, letters()) == (1, [])
        page.submit(button="Spara")
        assert (read(event).capacity_total, [one.kind for one in letters()]) == (3, ["moved_up", "moved_up"])

    def test_what_concerns_nobody_is_saved_at_once(self, client: PageClient, event: Event) -> None:
        make_registration(event)
        page = editor_of(client, event).submit({"Titel": "Ny titel"}, button="Spara")
        assert page.messages == ["Ändringarna är sparade."]

    def test_what_is_wrong_is_said_before_what_follows(self, client: PageClient, event: Event) -> None:
        make_registration(event)
        page = editor_of(client, event).submit({"Plats": "Stadshuset", "Sammanfattning": ""}, button="Spara")
        assert page.problems == ["Skriv en sammanfattning."]

    def test_cancelling_shows_the_letter_and_ends_the_offers(self, client: PageClient, event: Event) -> None:
        make_registration(event, email="asa@umea.example.se")
        make_registration(event, email="eva@umea.example.se", status=RegistrationStatus.OFFERED)
        page = client.get_page(f"/personal/aktiviteter/{event.id}/stall-in")
        assert page.texts("main li strong") == [
            "1 person får ett brev.",
            "1 på reservlistan får också ett brev.",
        ]
        assert page.form("Ställ in aktiviteten").values["message_sv"] == [
            "Du behöver inte avanmäla dig. Ta bort aktiviteten ur din kalender om du har lagt in den."
        ]
        page.submit(
            {"reason": "Snöstorm.", "message_sv": "Vi återkommer i vår."}, button="Ställ in aktiviteten"
        )
        asa, eva = letters()
        assert "Snöstorm." in asa.body_text and "Vi återkommer i vår." in asa.body_text
        assert "Du behöver inte avanmäla dig." not in asa.body_text
        assert "Du hade ett erbjudande om en plats. Det gäller inte längre" in eva.body_text
        assert db.session.scalars(select(PlaceOffer.outcome)).all() == [OfferOutcome.WITHDRAWN]


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).order_by(Letter.id)))


class TestTwoPeople:
    def test_the_second_save_is_shown_what_the_first_did_and_then_goes_through(
        self, client: PageClient, event: Event, sign_in: SignIn, frozen_now: FrozenClock
    ) -> None:
        mine = editor_of(client, event).form("Spara").fill({"Titel": "Min titel"})
        colleague = sign_in(Role.OFFICER, name="Åsa Ahlström", reach=Reach.ALL)
        editor_of(client, event).submit(
            {"Titel": "Kollegans titel", "Kostnad": "Kostnadsfritt"}, button="Spara"
        )
        sign_in(db.session.scalars(select(User).where(User.id != colleague.id)).one())
        page = mine.submit(status=409)
        (problem,) = page.problems
        assert problem == (
            "Åsa Ahlström sparade 1 oktober 2026 kl. 10.00, medan du skrev. Då ändrades titel och kostnad. "
            "Det du skrev finns kvar. Spara igen om det är det som ska gälla."
        )
        assert page.form("Spara").values["title_sv"] == ["Min titel"]
        assert read(event).title_sv == "Kollegans titel"
        assert page.submit(button="Spara").messages == ["Ändringarna är sparade."]
        assert read(event).title_sv == "Min titel"

    @pytest.mark.parametrize("version", ["", "0", "x", "9" * 500])
    def test_a_form_of_no_known_version_is_asked_again(
        self, client: PageClient, event: Event, version: str
    ) -> None:
        page = (
            editor_of(client, event)
            .form("Spara")
            .fill({"version": version, "seen": version})
            .submit(status=409)
        )
        assert page.problems[0].startswith("Aktiviteten ändrades medan du skrev.")


class TestWhoMayWhat:
    def test_others_activities_are_closed(self, client: PageClient, sign_in: SignIn) -> None:
        team, other = make_team(), make_team()
        event = make_event(team_id=other.id, responsible_id=make_user(team_id=other.id).id)
        sign_in(Role.OFFICER, team_id=team.id, reach=Reach.TEAM)
        for page in (
            "innehall",
            "publicera",
            "stall-in",
            "avpublicera",
            "ta-bort",
            "boka-datumet",
            "historik",
            "forhandsvisning",
            "kopiera",
            "program",
        ):
            client.get_page(f"/personal/aktiviteter/{event.id}/{page}", status=403)

    def test_readers_look_but_do_not_touch(self, client: PageClient, sign_in: SignIn) -> None:
        event = make_event()
        sign_in(Role.READER, reach=Reach.ALL)
        for page in ("historik", "forhandsvisning", "program"):
            client.get_page(f"/personal/aktiviteter/{event.id}/{page}")
        for page in ("innehall", "publicera", "stall-in", "avpublicera", "ta-bort", "kopiera"):
            client.get_page(f"/personal/aktiviteter/{event.id}/{page}", status=403)

    @pytest.mark.parametrize("event_id", ["0", "2147483647", "99999999999999999999"])
    def test_unknown_activities(self, client: PageClient, officer: User, event_id: str) -> None:
        for page in ("innehall", "publicera", "historik", "program", "kopiera"):
            client.get_page(f"/personal/aktiviteter/{event_id}/{page}", status=404)

    def test_visitors_are_asked_to_sign_in_and_keep_what_they_wrote(
        self, client: PageClient, event: Event
    ) -> None:
        form = editor_of(client, event).form("Spara").fill({"Titel": "Det jag skrev"})
        client.forget_cookies()
        response = form.send()
        assert response.status_code in (302, 303, 401)
        assert read(event).title_sv == "Att upptäcka våld"

    def test_a_page_that_was_open_too_long_comes_back_complete(
        self, client: PageClient, event: Event
    ) -> None:
        page = (
            editor_of(client, event)
            .form("Spara")
            .fill({"Titel": "Det jag skrev", "csrf_token": "gammal"})
            .submit()
        )
        assert page.problems == [
            "Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen."
        ]
        assert page.submit(button="Spara").heading == "Det jag skrev"


class TestHistory:
    def test_the_trail_is_told_newest_first(self, client: PageClient, event: Event) -> None:
        editor_of(client, event).submit({"Titel": "En ny titel"}, button="Spara")
        page = client.get_page(f"/personal/aktiviteter/{event.id}/stall-in")
        page.submit({"reason": "För få anmälda."}, button="Ställ in aktiviteten")
        page = client.get_page(f"/personal/aktiviteter/{event.id}/historik")
        assert "Karin Öberg ställde in aktiviteten" in page.texts(".history-line")[0]
        assert "Karin Öberg ändrade innehållet" in page.texts(".history-line")[1]
        assert page.texts(".history-entry:nth-of-type(2) .fact") == [
            "Titel Att upptäcka våld → blev En ny titel"
        ]

    def test_the_history_costs_the_same_for_1_and_for_3_rows(
        self, client: PageClient, event: Event, officer: User, queries: Queries
    ) -> None:
        costs = []
        for title in ("Ett", "Två", "Tre"):
            record(
                "event.changed",
                "event",
                event.id,
                actor=Actor.user(officer.id, officer.name),
                event_id=event.id,
                changes={"title_sv": ["", title]},
            )
            with queries() as statements:
                client.get_page(f"/personal/aktiviteter/{event.id}/historik")
            costs.append(len(statements))
        assert costs[0] == costs[2]


HOSTILE = [
    "",
    "x" * 20_000,
    "\x00\x08\u202e",
    "-1",
    "9999-12-31",
    "0001-01-01",
    "' OR 1=1 --",
    "<script>",
    "2147483648",
    "²",
    "🙂" * 50,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_sent_is_answered_with_a_page(client: PageClient, event: Event, value: str) -> None:
    form = editor_of(client, event).form("Spara")
    kept = {name: form.values.get(name, [""]) for name in ("csrf_token", "version", "seen")}
    strange = [
        "occasions-²-starts",
        "occasions-9999-id",
        "occasions-99999999999999999999-id",
        "links-3-url",
        "gor",
    ]
    everything = dict.fromkeys([*form.names(), *strange], value) | kept
    for address in (f"/personal/aktiviteter/{event.id}/innehall", "/personal/aktiviteter/ny"):
        assert client.post(address, data=everything).status_code == 200
    texts = ("title_sv", "venue", "organiser", "co_organisers", "body_sv", "slug", "topics", "links-0-label")
    one_by_one = form.fill({}).values | {name: [value] for name in texts} | kept
    assert client.post(f"/personal/aktiviteter/{event.id}/innehall", data=one_by_one).status_code in (
        200,
        302,
    )
