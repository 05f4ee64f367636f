"""The pages of an import."""

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState, WaitingListRule
from eventsapp.imports.jobs import work_on_imports
from eventsapp.imports.models import ImportBatch
from eventsapp.imports.working import work_on
from eventsapp.questions.models import QuestionKind
from eventsapp.registrations.models import Registration, RegistrationStatus
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.page_client import Page, PageClient

GOOD = "Namn;E-post;Organisation\nÅsa Ahlström;asa@example.se;Umeå kommun\nBo Berg;bo@example.se;Region Norr"
MIXED = f"{GOOD}\nFel Fel;fel@;Umeå kommun\n;utan.namn@example.se;Umeå kommun"


@pytest.fixture
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


@pytest.fixture
def event(officer: User) -> Event:
    return make_event(title="Våldsprevention", capacity_total=3)


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/deltagare/import{rest}"


def upload(client: PageClient, event: Event, content: bytes, filename: str, *, status: int = 200) -> Page:
    token = client.csrf_token(address(event))
    return client.post_page(
        address(event),
        {"csrf_token": token, "lines": "", "file": (BytesIO(content), filename)},
        content_type="multipart/form-data",
        status=status,
    )


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_list_is_pasted_looked_at_accepted_and_taken_back(client: PageClient, event: Event) -> None:
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare").click("Importera en lista")
    assert page.heading == "Importera deltagare"
    page = page.submit({"Eller klistra in raderna": MIXED}, button="Granska listan")
    assert page.heading == "Granska listan"
    assert page.texts(".figure-card") == [
        "2 Får plats",
        "0 Ingen plats",
        "0 Redan anmäld",
        "2 Går inte att läsa in",
    ]
    assert page.table() == [
        ["4", "Fel Fel fel@", "Umeå kommun", "Går inte att läsa in Det är ingen e-postadress."],
        ["5", "– utan.namn@example.se", "Umeå kommun", "Går inte att läsa in Uppgift saknas: Namn."],
    ]
    assert len(page.click("Visa alla rader").table()) == 4
    assert db.session.scalars(select(Registration)).all() == []
    page = page.submit({}, button="Läs in 2 personer")
    assert page.problems == ["Kryssa i att de rader som inte går att läsa in ska hoppas över."]
    page = page.submit({"Hoppa över de rader som inte går att läsa in": True}, button="Läs in 2 personer")
    assert page.heading == "Import av deltagare"
    assert "2 av 4 rader är klara." in page.text
    assert page.one("#import-state")["hx-trigger"] == "every 2s"
    work_on_imports()
    page = page.click("Visa läget nu") if "Visa läget nu" in page.text else page
    page = client.get_page(page.url)
    assert "2 personer är tillagda." in page.text
    assert "hx-trigger" not in page.one("#import-state").attrs
    assert page.table() == [
        ["4", "Fel Fel fel@", "Lästes inte in", "Det är ingen e-postadress."],
        ["5", "– utan.namn@example.se", "Lästes inte in", "Uppgift saknas: Namn."],
    ]
    undo = page.click("Ångra importen")
    assert "2 personer som importen lade till avanmäls." in undo.text
    page = undo.submit({}, button="Ångra importen")
    assert "Importen ångras." in page.text
    work_on_imports()
    page = client.get_page(page.url)
    assert "2 personer är avanmälda igen." in page.text
    assert "Ångra importen" not in page.text
    statuses = db.session.scalars(select(Registration.status)).all()
    assert statuses == [RegistrationStatus.CANCELLED] * 2
    index = client.get_page(address(event))
    assert index.table()[0][1:] == ["Karin Öberg", "4", "Ångrad"]


def test_an_excel_file_is_read(client: PageClient, event: Event) -> None:
    content = workbook(
        [
            ["Deltagarlista hösten"],
            [],
            ["Förnamn", "Efternamn", "Mejl", "Arbetsgivare", "Telefon"],
            ["Åsa", "Ahlström", "asa@example.se", "Umeå kommun", 701234567],
        ]
    )
    page = upload(client, event, content, "lista.xlsx")
    assert page.table() == [["4", "Åsa Ahlström asa@example.se", "Umeå kommun", "Får plats"]]


@pytest.mark.parametrize(
    ("content", "filename", "sentence"),
    [
        (b"", "tom.csv", "Det står ingenting i listan."),
        (b"", "", "Välj en fil eller klistra in minst en rad."),
        (b"   \r\n", "tom.csv", "Det står ingenting i listan."),
        (b"Namn;E-post", "lista.xlsx", "Filen är inte det som namnet säger. Spara den på nytt som XLSX eller CSV."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "lista.xls",
            "Filen har ett äldre format eller är låst med lösenord. Spara den som XLSX utan lösenord.",
        ),
        (b"PK\x03\x04skrap", "lista.xlsx", "Excelfilen går inte att läsa. Öppna den i Excel och spara den på nytt."),
        (b"\x89PNG\r\n\x1a\n\0\0", "bild.csv", "Filen är varken en Excelfil (XLSX) eller en CSV-fil."),
        (b"Namn;E-post\n" + b"A B;a@example.se\n" * 5001, "lista.csv", "Det är för många rader. Läs in högst 5 000 åt gången."),
        (b"x" * (2 * 1024 * 1024 + 1), "lista.csv", "Filen är för stor. Den får vara högst 2 MB."),
        (b"Namn;E-post;Organisation\n", "lista.csv", "Det står ingen under rubrikerna."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_at_its_field(
    client: PageClient, event: Event, content: bytes, filename: str, sentence: str
) -> None:
    page = upload(client, event, content, filename)
    assert [problem.replace("\u00a0", " ") for problem in page.problems] == [sentence]
    assert db.session.scalars(select(ImportBatch)).all() == []


def test_a_request_that_is_far_too_large_is_refused(client: PageClient, event: Event) -> None:
    token = client.csrf_token(address(event))
    response = client.post(
        address(event),
        data={"csrf_token": token, "file": (BytesIO(b"x" * 9 * 1024 * 1024), "stor.csv")},
        content_type="multipart/form-data",
    )
    assert response.status_code == 413


def test_columns_are_corrected(client: PageClient, event: Event) -> None:
    text = "Vem;Adress;Plats\nÅsa Ahlström;asa@example.se;Umeå\nBo Berg;bo@example.se;Piteå"
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": text}, button="Granska listan")
    assert page.texts(".import-columns label") == ["Kolumn 1", "Kolumn 2", "Kolumn 3"]
    assert "Till exempel: asa@example.se" not in page.text
    page = page.submit({"keys-2": "job_title"}, button="Läs om raderna")
    assert "Uppgift saknas: Arbetsplats." in page.text
    page = page.submit({"keys-1": "job_title"}, button="Läs om raderna")
    assert page.problems == ["Två kolumner läses som Befattning. Välj en av dem."]
    page = client.get_page(page.url.removesuffix("/kolumner")).submit(
        {"Arbetsplats för rader som saknar den": "Länsnätverket"}, button="Läs om raderna"
    )
    assert page.texts(".figure-number")[0] == "2"


def test_the_choice_above_the_number_is_there_only_when_it_is_full(client: PageClient, event: Event) -> None:
    event.waiting_list = WaitingListRule.AUTOMATIC
    form = client.get_page(address(event))
    assert (
        "Ge plats även när det är fullt"
        not in form.submit({"Eller klistra in raderna": GOOD}, button="Granska listan").text
    )
    many = "\n".join(["Namn;E-post;Organisation", *(f"P {n};p{n}@example.se;X" for n in range(5))])
    page = form.submit({"Eller klistra in raderna": many}, button="Granska listan")
    assert "2 personer får inte plats" in page.text
    page = page.submit({"Ge plats även när det är fullt": True}, button="Läs in 5 personer")
    work_on_imports()
    assert "2 har fått en plats utöver antalet" in client.get_page(page.url).text


def test_rows_that_were_left_out_are_downloaded_and_can_be_read_in_again(
    client: PageClient, event: Event
) -> None:
    text = "Namn;E-post;Organisation\n=1+1;fel@;Umeå kommun\nBo;bo@example.se;X"
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": text}, button="Granska listan")
    page = page.submit({"skip_broken": True}, button="Läs in 1 person")
    work_on_imports()
    page = client.get_page(page.url)
    response = page.form("Ladda ner rader som inte lästes in (CSV)").send()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.get_data().decode("utf-8-sig").splitlines() == [
        '"Rad";"Orsak";"Namn";"E-post";"Organisation"',
        '"2";"Det är ingen e-postadress.";"\'=1+1";"fel@";"Umeå kommun"',
    ]
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None and entry.action == "import.rows_downloaded"
    again = upload(client, event, response.get_data(), "rader.csv")
    assert again.table()[0][1] == "=1+1 fel@"


def test_a_list_is_thrown_away(client: PageClient, event: Event) -> None:
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": GOOD}, button="Granska listan")
    page = page.submit({}, button="Kasta listan")
    assert page.messages == ["Listan är borttagen. Ingen har lagts till."]
    assert db.session.scalars(select(ImportBatch)).all() == []


def test_who_may_read_lists_in(client: PageClient, event: Event, sign_in: Callable[..., User]) -> None:
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": GOOD}, button="Granska listan")
    other = make_event()
    number = page.url.rsplit("/", 1)[1]
    client.get_page(address(other, f"/{number}"), status=404)
    sign_in(Role.READER, reach=Reach.ALL)
    client.get_page(page.url, status=403)
    client.get_page(address(event), status=403)


def test_a_cancelled_activity_takes_no_list(client: PageClient, event: Event) -> None:
    event.state = EventState.CANCELLED
    page = client.get_page(address(event))
    assert "Aktiviteten är inställd." in page.text
    assert "Granska listan" not in page.buttons()


def test_what_is_sensitive_is_not_quoted(client: PageClient, officer: User) -> None:
    event = make_event(asks_food=True)
    text = f"Namn;E-post;Organisation;Kost\nÅsa Ahlström;asa@example.se;X;jordnötter\nBo;bo@;X;{'y' * 301}"
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": text}, button="Granska listan")
    assert "jordnötter" not in page.text
    assert "För lång text: Mat." in page.text


def test_the_pages_cost_the_same_for_few_and_for_many(
    client: PageClient, event: Event, queries: Callable[..., object]
) -> None:
    numbers = []
    for people in (3, 300):
        text = "\n".join(["Namn;E-post;Organisation", *(f"P {n};p{n}@example.se;X" for n in range(people))])
        page = client.get_page(address(event)).submit(
            {"Eller klistra in raderna": text}, button="Granska listan"
        )
        with queries() as statements:  # type: ignore[attr-defined]
            client.get_page(page.url)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 20


def test_an_import_that_was_stopped_says_why_until_it_is_taken_back(client: PageClient, event: Event) -> None:
    many = "\n".join(["Namn;E-post;Organisation", *(f"P {n};p{n}@example.se;X" for n in range(60))])
    page = client.get_page(address(event)).submit({"Eller klistra in raderna": many}, button="Granska listan")
    page = page.submit({}, button="Läs in 60 personer")
    work_on(db.session.scalars(select(ImportBatch.id)).one())
    db.session.commit()
    event.state = EventState.CANCELLED
    db.session.commit()
    work_on_imports()
    page = client.get_page(page.url)
    assert "Aktiviteten ställdes in, så resten av listan lästes inte in." in page.text
    assert "10 hann inte läsas in" in page.text
    page.click("Ångra importen").submit({}, button="Ångra importen")
    work_on_imports()
    page = client.get_page(page.url)
    assert "3 personer är avanmälda igen." in page.text
    assert "ställdes in" not in page.text


def test_the_page_says_what_a_list_cannot_answer(client: PageClient, event: Event) -> None:
    assert "En lista kan inte svara på" not in client.get_page(address(event)).text
    make_questions(
        event.id,
        make_question(label="Önskan"),
        make_question(QuestionKind.FILE, "Ditt abstract", name="Abstract", file_types="pdf"),
        make_question(QuestionKind.INFORMATION, "Läs detta"),
    )
    text = client.get_page(address(event)).text
    assert (
        "En lista kan inte svara på Abstract. Det gör deltagaren själv, eller du på personens sida." in text
    )
    assert "Abstract" not in text.split("Rubriker som vi känner igen:")[1].split(".")[0]
