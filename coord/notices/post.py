"""The post: letters are handed over outside of every transaction, each in turn, and what came of it is written down.

A letter is marked as being sent before it goes, and as sent after it. One that is found marked when its time is up
was left by a server that stopped in between: it goes once more under the same Message-ID, and never a third time.
"""

import logging
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from smtplib import SMTP

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.db import Database
from coord.notices import channels, due, letters, mail, wishes
from coord.notices.letters import Part
from coord.notices.records import Letter, Sender
from coord.people import Person
from coord.refusal import Refused
from coord.text import N_, Words

log = logging.getLogger("coord")

WAITS = (5 * 60, 15 * 60, 3_600, 4 * 3_600)  # after each failure
LEASE = 10 * 60  # a letter that has been on its way for longer than this was left behind
ROUND = 4 * 60.0  # so long a round may go on; shorter than a lease
MOST = 500  # letters a round

_INTERRUPTED = Refused(
    N_("The server stopped twice while it was sending this. It may have arrived all the same.")
)
_TOO_LATE = Refused(N_("It could not be sent while it was useful."))
_NOWHERE = Refused(N_("There is no address to write to."))

_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter with all that is needed to hand it over once the transaction is closed."""

    letter: Letter
    person: Person
    channel: str | None
    settings: str


def go(database: Database, at: int) -> threading.Thread | None:
    """Deliver in a thread, so that a mail server that is silent holds up nothing; None while one is under way."""
    if not _one_at_a_time.acquire(blocking=False):
        return None

    def run() -> None:
        try:
            deliver(database, at)
        except Exception:
            log.exception("the letters were not delivered; they are tried again in a minute")
        finally:
            _one_at_a_time.release()

    thread = threading.Thread(target=run, name="letters", daemon=True)
    thread.start()
    return thread


def deliver(database: Database, at: int) -> int:
    """Hand over every letter whose turn it is; how many were taken."""
    with database.read() as session:
        if not wishes.is_on(session):
            return 0
        waiting = _waiting(session, at)
    ends, count = time.monotonic() + ROUND, 0
    with ExitStack() as held:
        postman = Postman(database, held)
        for letter_id in waiting:
            if time.monotonic() > ends:
                break
            with database.begin() as session:
                parcel = _take(session, letter_id, at)
            if parcel is not None:
                trouble = postman.hand_over(parcel, at)
                with database.begin() as session:
                    _settle(session, letter_id, trouble, at)
                count += trouble is None
    return count


def try_out(database: Database, person_id: int, *, at: int, by_mail: bool = False) -> None:
    """Send one person a letter that says that letters arrive. Raises Refused, with a sentence, where it doesn't.

    It goes where that person chose, `by_mail` to their e-mail address whatever they chose. Not in a transaction.
    """
    with database.read() as session:
        row, person = wishes.sender(session), people.person(session, person_id)
        if row is None:
            raise Refused("Save how notices are sent first.")
        home = company.the(session)
        t = Words(person.language or home.language, person.zone or home.zone)
        wish = wishes.wanted(wishes.choice(session, person_id))
    part = Part(t("Notices arrive"), lead=t("This is a test. Nothing is to be done."))
    written = letters.write([part], t, row.link)
    letter = Letter(person_id=person_id, message_id=due.message_id(row), subject=written.subject, text=written.text,
                    html=written.html)  # fmt: skip
    channel = wish.channel if wish.by_channel and not by_mail else None
    with ExitStack() as held:
        trouble = Postman(database, held).hand_over(
            Parcel(letter, person, channel, f"{row.link}/notices"), at
        )
    if trouble is not None:
        raise trouble


class Postman:
    """One round: its connection to the mail server, opened when the first letter goes by e-mail."""

    def __init__(self, database: Database, held: ExitStack) -> None:
        with database.read() as session:
            row = wishes.sender(session)
            assert row is not None
            self._server = _server(row, company.the(session).name)
            self._chats = wishes.servers(session)
        self._held = held
        self._smtp: SMTP | None = None
        self._closed: Refused | None = None  # the mail server let nobody in: the others need not knock

    def hand_over(self, parcel: Parcel, at: int) -> Refused | None:
        """Send a letter; what stood in the way, or None."""
        letter = parcel.letter
        try:
            if parcel.channel is not None:
                channels.send(parcel.channel, letter.subject, letter.text or "", self._chats)
            elif parcel.person.email is None:
                raise mail.Hopeless(_NOWHERE)
            else:
                self._mail(_envelope(parcel, parcel.person.email), at)
        except Refused as refused:
            return refused
        except Exception:
            log.exception("a letter could not be sent")
            return Refused("It could not be sent. The server's log says why.")
        return None

    def _mail(self, envelope: mail.Envelope, at: int) -> None:
        if self._closed is not None:
            raise self._closed
        if self._smtp is None:
            try:
                self._smtp = self._held.enter_context(mail.connected(self._server))
            except Refused as refused:
                self._closed = refused
                raise
        try:
            mail.send(self._smtp, self._server, envelope, at=at)
        except Refused:
            self._smtp.close()  # in whatever state the conversation is: the next letter begins another one
            self._smtp = None
            raise


def _waiting(session: Session, at: int) -> list[int]:
    """The letters whose turn it is, the longest written first."""
    query = select(Letter.id).where(Letter.state.in_(("waiting", "sending")), Letter.next_at <= at)
    return list(session.scalars(query.order_by(Letter.written_at, Letter.id).limit(MOST)))


def _take(session: Session, letter_id: int, at: int) -> Parcel | None:
    """Mark a letter as being sent; None where another server has it, or where it can't go any more."""
    row = session.get(Letter, letter_id, with_for_update=True)
    if row is None or row.state not in ("waiting", "sending") or row.next_at > at:
        return None
    person, choice = people.person(session, row.person_id), wishes.choice(session, row.person_id)
    sender, wish = wishes.sender(session), wishes.wanted(choice)
    if sender is None or sender.on_since_at is None:
        return None
    if row.useful_until_at <= at:
        _give_up(row, None if row.trouble else _TOO_LATE, at)
    elif person.archived_at is not None or not wishes.is_reached(person, choice):
        _give_up(row, _NOWHERE, at)
    elif row.state == "sending" and row.was_interrupted:
        _give_up(row, _INTERRUPTED, at)
    if row.state == "given_up":
        return None
    row.was_interrupted |= row.state == "sending"
    row.state, row.next_at, row.tries = "sending", at + LEASE, row.tries + 1
    return Parcel(row, person, wish.channel if wish.by_channel else None, f"{sender.link}/notices")


def _settle(session: Session, letter_id: int, trouble: Refused | None, at: int) -> None:
    """Write down what came of a letter: sent, to be tried again, or given up."""
    row = session.get_one(Letter, letter_id, with_for_update=True)
    if trouble is None:
        row.state, row.settled_at, row.trouble, row.text, row.html = "sent", at, None, None, None
        return
    row.trouble = _packed(trouble)
    if isinstance(trouble, mail.Hopeless) or row.tries > len(WAITS):
        _give_up(row, trouble, at)
    else:
        row.state, row.next_at = "waiting", at + WAITS[row.tries - 1]


def _give_up(row: Letter, trouble: Refused | None, at: int) -> None:
    row.state, row.settled_at, row.text, row.html = "given_up", at, None, None
    if trouble is not None:
        row.trouble = _packed(trouble)


def _packed(trouble: Refused) -> dict[str, object]:
    return {"message": trouble.message, "facts": trouble.facts}


def said(row: Letter) -> Refused | None:
    """What stood in the way of a letter, to be shown."""
    return Refused(row.trouble["message"], **row.trouble["facts"]) if row.trouble else None


def _envelope(parcel: Parcel, address: str) -> mail.Envelope:
    row = parcel.letter
    return mail.Envelope(parcel.person.name, address, row.subject, row.text or "", row.html or "", row.message_id,
                         parcel.settings)  # fmt: skip


def _server(row: Sender, name: str) -> mail.Server:
    return mail.Server(row.host, row.port, row.security, row.user, row.password, row.address, name)
