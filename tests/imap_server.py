"""A real mailbox on loopback that speaks as much IMAP (RFC 3501) as a reader of mail needs."""

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

USERNAME, PASSWORD = "svar@example.se", "hemligt/ord"
_PARTIAL = re.compile(r"BODY\.PEEK\[\]<(\d+)\.(\d+)>")


class ImapMailbox:
    """Messages by their numbers, which are never used again; `breaks_on` is a command that ends the connection."""

    def __init__(self) -> None:
        self.messages: dict[int, bytes] = {}
        self.seen: set[int] = set()
        self.next_uid = 1
        self.uid_validity = 7
        self.breaks_on = ""
        self.commands: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """As ANSWERS_URL."""
        return f"imap://svar%40example.se:hemligt%2Ford@127.0.0.1:{self.port}/INBOX"

    def deliver(self, content: bytes) -> int:
        """Put a message in; answers its number."""
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.messages[uid] = content
        return uid


class _Conversation(socketserver.StreamRequestHandler):
    box: ImapMailbox
    is_in = False

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline(8000).decode().strip():
            tag, _, command = line.partition(" ")
            name = command.upper().split(" ")[0]
            self.box.commands.append(command if name != "LOGIN" else "LOGIN")
            if self.box.breaks_on and self.box.breaks_on in command:
                return
            if name == "LOGOUT":
                self.say("* BYE")
                self.say(f"{tag} OK bye")
                return
            answer = self.answer(name, command)
            self.say(f"{tag} {answer}")

    def answer(self, name: str, command: str) -> str:
        if name == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
            return "OK done"
        if name == "LOGIN":
            self.is_in = command == f'LOGIN {USERNAME} "{PASSWORD}"'
            return "OK in" if self.is_in else f"NO {USERNAME} may not come in"
        if not self.is_in:
            return "NO sign in first"
        box = self.box
        if name == "STATUS":
            self.say(f'* STATUS "INBOX" (UIDNEXT {box.next_uid} UIDVALIDITY {box.uid_validity})')
            return "OK done"
        if name == "SELECT":
            self.say(f"* {len(box.messages)} EXISTS")
            return "OK [READ-WRITE] done"
        return self.answer_uid(command)

    def answer_uid(self, command: str) -> str:
        _, verb, wanted, *rest = command.split(" ")
        box = self.box
        if verb == "SEARCH":
            first = int(rest[0].split(":")[0])
            # "n:*" is the range between n and the last, whichever is higher (RFC 3501 section 9).
            last = max(box.messages, default=0)
            found = [uid for uid in box.messages if min(first, last) <= uid <= max(first, last)]
            self.say(" ".join(["* SEARCH", *map(str, found)]))
            return "OK done"
        uid = int(wanted)
        if uid not in box.messages:
            return "OK nothing"
        if verb == "STORE":
            box.seen.add(uid)
            return "OK stored"
        partial = _PARTIAL.search(command)
        assert partial is not None, command
        start, length = int(partial[1]), int(partial[2])
        content = box.messages[uid][start : start + length]
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<{start}> {{{len(content)}}}\r\n".encode())
        self.wfile.write(content + b")\r\n")
        return "OK fetched"


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    context: ssl.SSLContext | None = None

    def get_request(self) -> tuple[object, object]:  # type: ignore[override]
        connection, address = super().get_request()
        if self.context is not None:
            connection = self.context.wrap_socket(connection, server_side=True)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news."""


@contextmanager
def running_imap(context: ssl.SSLContext | None = None) -> Iterator[ImapMailbox]:
    """A mailbox for as long as the block lasts; with `context` its connections begin with TLS."""
    box = ImapMailbox()
    handler = type("Conversation", (_Conversation,), {"box": box})
    with _Server(("127.0.0.1", 0), handler) as server:
        server.context = context
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
