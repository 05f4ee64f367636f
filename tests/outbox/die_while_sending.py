"""A worker that is killed with a letter in its hands. Run as a process of its own."""

import os
import signal
from email.message import EmailMessage

from eventsapp.app import create_app
from eventsapp.outbox.delivery import deliver_due_letters


class DyingTransport:
    def __enter__(self) -> "DyingTransport":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: EmailMessage, recipient: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    with create_app().app_context():
        deliver_due_letters(DyingTransport(), seconds=30)
