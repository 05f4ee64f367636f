"""Sending from tests, and a mail server that answers as it is told."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from eventsapp.core.db import db
from eventsapp.outbox import links
from eventsapp.outbox.delivery import deliver_due_letters
from eventsapp.outbox.transport import SmtpTransport, parse_smtp_url
from tests.mailbox import Mailbox


class StrictMailbox(Mailbox):
    """A mailbox that also refuses senders and contents, and counts the connections made to it."""

    def __init__(self) -> None:
        super().__init__()
        self.connections = 0
        self.answer_to_sender = "250 OK"
        self.answers_to_data: dict[str, str] = {}
        self.hang_up_on: set[str] = set()

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer_to_sender.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.answer_to_sender

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            if address in self.hang_up_on:
                self.hang_up_on.discard(address)
                assert server.transport is not None
                server.transport.close()
                return "421 4.3.2 Bye"
            if address in self.answers_to_data:
                return self.answers_to_data[address]
        return await super().handle_DATA(server, session, envelope)


@contextmanager
def running(mailbox: Mailbox) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, enable_SMTPUTF8=False)
    controller.start()
    mailbox.url = f"smtp://127.0.0.1:{port}"
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def strict_mailbox() -> Iterator[StrictMailbox]:
    mailbox = StrictMailbox()
    with running(mailbox):
        yield mailbox


def smtp_to(mailbox: Mailbox) -> SmtpTransport:
    return SmtpTransport(parse_smtp_url(mailbox.url), "kurser@example.se", "kurser.example.se")


@pytest.fixture
def deliver(app: Flask) -> Callable[[Mailbox], bool]:
    """`deliver(mailbox)` sends what is due, as the worker does."""

    def deliver(mailbox: Mailbox) -> bool:
        db.session.commit()
        is_more = deliver_due_letters(smtp_to(mailbox), seconds=30)
        db.session.expire_all()
        return is_more

    return deliver


@pytest.fixture
def minter(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Letters about a "thing" get links that are numbered as they are made; the list holds those made so far."""
    made: list[str] = []

    def mint(subject_id: int, kind: str) -> dict[str, str]:
        made.append(f"http://localhost/min/anmalan/{kind}-{subject_id}-{len(made) + 1}?a=1&b=2")
        return {"change": made[-1]}

    monkeypatch.setitem(links._minters, "thing", (mint, None))
    return made
