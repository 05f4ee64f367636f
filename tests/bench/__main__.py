"""Measure the main pages on both databases and print figures and ratios."""

import shutil
import sys
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import text

from eventsapp.app import create_app
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.registrations.models import AttendanceMode, Registration
from tests.bench.feeds import add_events, measure_feeds
from tests.bench.load import Figures, ask, each
from tests.bench.sign_up import measure_cpu, measure_throughput
from tests.databases import BACKENDS, Databases, open_to_all, settings_for_tests, stop_postgresql
from tests.factories.accounts import make_user
from tests.factories.events import make_event, make_occasion
from tests.serving import serving
from tests.visitor import Visitor, form_fields

EVENTS = 500
MANY_EVENTS = 10_000
ATTENDEES = 5000
SIGN_UPS = 160
EXPORTS = 3
PASSWORD = "en lång mening som lösenord"


def prepare(url: str, folder: Path) -> tuple[str, str, int, str]:
    """Fill a database; answer the slug for sign-ups, the one of a page, the id for the export, and an address."""
    app = create_app(settings_for_tests(url, folder))
    with app.app_context():
        today = swedish_today()
        for number in range(EVENTS):
            make_event(
                title=f"Att upptäcka våld {number}",
                occasions=[make_occasion(today + timedelta(days=7 + number % 350))],
            )
        open_day = make_event(title="Dagen för mätning", capacity_total=SIGN_UPS * 20)
        large = make_event(title="Dagen med många", capacity_total=None)
        user = make_user(role=Role.ADMINISTRATOR, password_hash=PasswordHasher().hash(PASSWORD))
        db.session.add_all(_attendee(large.id, number) for number in range(ATTENDEES))
        db.session.execute(text("CREATE TABLE bench_rows (what VARCHAR NOT NULL)"))
        db.session.commit()
        answer = (open_day.slug, open_day.slug, large.id, user.email)
        db.session.remove()
        db.engine.dispose()
    return answer


def _attendee(event_id: int, number: int) -> Registration:
    name, email = f"Åsa Ahlström {number}", f"asa.ahlstrom{number}@example.se"
    return Registration(
        event_id=event_id,
        mode=AttendanceMode.ONSITE,
        name=name,
        email=email,
        email_key=email_key(email),
        organisation_name="Umeå kommun",
        job_title="Socialsekreterare",
        registered_at=now(),
        changed_at=now(),
        sort_key=sort_key(family_first(name)),
        search_text=search_text(name, email, "Umeå kommun"),
    )


def compare(label: str, figures: Figures, bare: Figures) -> None:
    print(f"  {label:<22} {figures}   {figures.per_second / bare.per_second:6.1%} of bare", flush=True)


def bare_bytes(site: str, size: int, *, clients: int, method: str = "GET") -> Figures:
    return ask(
        site,
        f"/bare/bytes/{size}",
        clients=clients,
        requests=400,
        method=method,
        body=b"x" if method == "POST" else None,
    )


def measure_reading(site: str, slug: str) -> None:
    for label, path in (
        ("catalogue", "/aktiviteter"),
        ("event page", f"/aktiviteter/{slug}"),
    ):
        ask(site, path, requests=8)
        figures = ask(site, path, requests=120)
        compare(label, figures, bare_bytes(site, figures.bytes, clients=4))


def measure_sign_up(site: str, slug: str) -> None:
    """Eight clients at a time; each opens the form and sends it, and only the POST with its redirect is counted."""
    path = f"/aktiviteter/{slug}/anmalan"
    ready: list[tuple[Visitor, dict[str, str]]] = []
    for number in range(SIGN_UPS):
        visitor = Visitor(site)
        fields = form_fields(visitor.get(path).text)
        fields |= {"name": "Åsa Ahlström", "email": f"ny{number}@example.se", "organisation": "Umeå kommun"}
        ready.append((visitor, fields))

    def sign_up(number: int) -> int:
        visitor, fields = ready[number]
        answer = visitor.post(path, fields)
        if "Du är anmäld" not in answer.heading:
            raise RuntimeError(f"sign-up answered {answer.status}: {answer.heading}")
        return len(answer.text.encode())

    figures = each(sign_up, clients=8, number=SIGN_UPS)
    compare("sign-up, 8 clients", figures, bare_bytes(site, figures.bytes, clients=8, method="POST"))


def measure_whole_sign_up(site: str, slug: str) -> None:
    """Form and sending together, beside a bare view that inserts one row and commits."""
    figures, bare = measure_throughput(site, slug, clients=8, number=SIGN_UPS)
    print(f"  {'bare insert':<22} {bare}", flush=True)
    print(
        f"  {'form and sign-up':<22} {figures}   {bare.per_second / figures.per_second:6.1f} times a bare insert",
        flush=True,
    )


def measure_cost_of_sign_up(site: str, slug: str) -> None:
    """CPU of the server, whose clients take none of it."""
    cost = measure_cpu(site, slug, number=SIGN_UPS // 2)
    together = cost.form + cost.sending
    print(
        f"  server's CPU: form {cost.form:.1f} ms, sign-up {cost.sending:.1f} ms, together {together:.1f} ms; "
        f"bare insert {cost.bare:.2f} ms   {together / cost.bare:6.1f} times",
        flush=True,
    )


def _export(visitor: Visitor, path: str, fields: dict[str, str], _number: int) -> int:
    return visitor.size_of_post(path, fields)


def measure_export(site: str, event_id: int, email: str) -> None:
    visitor = Visitor(site)
    page = visitor.get("/personal/logga-in")
    visitor.post("/personal/logga-in", form_fields(page.text) | {"email": email, "password": PASSWORD})
    path = f"/personal/aktiviteter/{event_id}/deltagare"
    token = form_fields(visitor.get(path).text, "Excel")["csrf_token"]
    for kind in ("xlsx", "csv"):
        figures = each(
            partial(_export, visitor, f"{path}/export", {"csrf_token": token, "format": kind}),
            clients=1,
            number=EXPORTS,
        )
        compare(f"export of 5,000, {kind}", figures, bare_bytes(site, figures.bytes, clients=1))


def main() -> None:
    chosen = sys.argv[1:] or list(BACKENDS)
    shared = Path(tempfile.mkdtemp(prefix="eventsapp-bench-"))
    open_to_all(shared)
    databases = Databases(shared, "bench")
    try:
        for backend in chosen:
            folder = databases.folder(f"instance_{backend}")
            url = databases.new(backend)
            slug, page, event_id, email = prepare(url, folder)
            print(
                f"{backend}: {EVENTS} activities, {ATTENDEES} attendees, gunicorn with 2 workers", flush=True
            )
            with serving(url, folder, entry="tests.bench.entry:app", threads=4) as server:
                measure_reading(server.url, page)
                measure_sign_up(server.url, slug)
                measure_whole_sign_up(server.url, slug)
                measure_export(server.url, event_id, email)
            with serving(url, folder, entry="tests.bench.entry:app", workers=1, threads=4) as server:
                measure_cost_of_sign_up(server.url, slug)
                measure_feeds(server.url)
            add_events(url, folder, MANY_EVENTS - EVENTS)
            print(f"  {MANY_EVENTS} activities:")
            with serving(url, folder, entry="tests.bench.entry:app", workers=1, threads=4) as server:
                measure_feeds(server.url)
    finally:
        stop_postgresql(shared)
        shutil.rmtree(shared, ignore_errors=True)


if __name__ == "__main__":
    main()
