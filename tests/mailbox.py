"""A mail server and a chat server on this machine, for letters that really go."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import update

from coord import meetings, notices
from coord.meetings import Arrangement
from coord.notices import SetUp, Wish
from coord.notices.records import Letter
from coord.people import Mandate, Person
from tests.cast import HOUR, MONDAY, Cast

USER, PASSWORD = "coord", "correct horse"
AFTERNOON = MONDAY + 7 * HOUR  # Monday, 16:00: the meeting is on Tuesday at 10:00
HELD = MONDAY + 25 * HOUR
MINUTE = 60


class Mailbox:
    """What a mail server took, and whom it refuses."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.readers: set[str] = set()
        self.refused: dict[str, str] = {}  # the beginning of an address → the answer
        self.falls_silent = False
        self.port = free_port()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        for beginning, answer in self.refused.items():
            if address.startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        self.readers.add(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(message)
        if self.falls_silent:  # it took the letter, and nobody hears of it
            server.transport.close()
        return "250 OK"

    def of(self, name: str) -> list[EmailMessage]:
        """The letters to one of the cast."""
        return [letter for letter in self.letters if f"{name}@" in letter["To"]]


@contextmanager
def mail_server(mailbox: Mailbox) -> Iterator[Mailbox]:
    """A mail server that wants a user name and a password, as long as the block lasts."""

    def known(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        right = isinstance(login, LoginPassword) and (login.login, login.password) == (
            USER.encode(),
            PASSWORD.encode(),
        )
        return AuthResult(success=right, handled=False)

    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, authenticator=known,
                            auth_require_tls=False)  # fmt: skip
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@contextmanager
def silent_server(port: int) -> Iterator[None]:
    """A server that lets everybody in and says nothing."""
    with socket.create_server(("127.0.0.1", port)):
        yield


@contextmanager
def chat_server(status: int = 200) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """A chat server (ntfy's, say): its port, and what was posted to which path."""
    posted: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            posted.append((self.path, self.rfile.read(length).decode()))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], posted
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def html(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    assert part is not None
    content: str = part.get_content()
    return content


@contextmanager
def post_office(cast: Cast) -> Iterator[Mailbox]:
    """The company's mail server; notices are on since Monday morning, and the series is arranged."""
    with mail_server(Mailbox()) as mailbox:
        set_up(cast, mailbox.port)
        arrange(cast)
        yield mailbox


def arrange(cast: Cast) -> None:
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.fabio, at=MONDAY)


def wish(port: int, **facts: Any) -> SetUp:
    typed: dict[str, Any] = {"is_on": True, "host": "127.0.0.1", "port": port, "security": "none", "user": USER,
                             "password": PASSWORD, "address": "coord@casaclara.example",
                             "link": "https://coord.example/"}  # fmt: skip
    return SetUp(**typed | facts)


def set_up(cast: Cast, port: int, at: int = MONDAY, **facts: Any) -> None:
    with cast.database.begin() as session:
        row = notices.sender(session)
        seen = row.version if row else 0
        notices.set_up(session, wish(port, **facts), seen=seen, by=cast.hugo, at=at)


def a_minute(cast: Cast, at: int) -> int:
    """What the server does about letters in one minute."""
    with cast.database.begin() as session:
        meetings.open_agendas(session, at=at)
        meetings.collect_open(session, at=at)
        notices.write_due(session, at)
    return notices.deliver(cast.database, at)


def change(cast: Cast, who: Mandate, **facts: Any) -> None:
    with cast.database.begin() as session:
        session.execute(update(Person).where(Person.id == who.person_id).values(**facts))


def choose(cast: Cast, who: Mandate, **facts: Any) -> None:
    with cast.database.begin() as session:
        row = notices.choice(session, who.person_id or 0)
        notices.choose(session, Wish(**facts), seen=row.version if row else 0, by=who)


def last(cast: Cast, who: Mandate) -> Letter:
    with cast.database.read() as session:
        return notices.letters_to(session, who.person_id or 0)[0]
