"""When each chore was done, and whether the server's clock is believed: compared at each round of the chores, and with the last round at the start."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord import clock
from coord.clock import TOLERANCE
from coord.db import Base
from coord.people import Mandate
from coord.refusal import Refused
from coord.text import DAY

LONGEST = 60 * DAY  # a server that was off for longer asks whether its clock is right
MINE = secrets.token_hex(8)  # this process, among the servers of one database


class ServerClock(Base):
    """The one row: the last round that was believed, what is doubted, and who said that it is right."""

    __tablename__ = "server_clock"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    round_at: Mapped[int]
    doubted_at: Mapped[int | None]  # since when, by the instants that are still believed
    expected_at: Mapped[int | None]
    said_at: Mapped[int | None]
    server: Mapped[str | None] = mapped_column(String(32))  # whose clock it is
    trusted: Mapped[int] = mapped_column(Integer, default=0)  # how often somebody said that it is right
    trusted_at: Mapped[int | None]
    trusted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


class Chore(Base):
    """How one chore went when it was last tried."""

    __tablename__ = "chores"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    last_done_at: Mapped[int | None]
    last_count: Mapped[int] = mapped_column(Integer, default=0)
    # a sentence and its facts
    trouble: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    failing_since_at: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the instant should be, what a server's clock says instead, and since when that is so."""

    expected_at: int
    said_at: int
    since_at: int


class _Process:
    """What this process knows of the row: which answer of an administrator it has heard, none before its first round."""

    heard: int | None = None


def look(session: Session) -> Doubt | None:
    """Compare the clocks. While there is a doubt the chores wait, and `clock.now` counts on from what was believed."""
    row = _row(session)
    begins = _Process.heard is None
    if begins:
        clock.believe(_start(row))
    elif row.trusted != _Process.heard:
        clock.believe()
    _Process.heard = row.trusted
    found = clock.doubt()
    if found is not None:
        row.doubted_at, row.server = row.doubted_at or clock.now(), MINE
        row.expected_at, row.said_at = found
    elif begins or row.server in (None, MINE):  # what another server doubts is for that one to take back
        clock.believe()
        row.round_at = clock.now()
        row.doubted_at = row.expected_at = row.said_at = row.server = None
    session.flush()
    return doubt(session)


def doubt(session: Session) -> Doubt | None:
    """What is doubted now, of any server."""
    row = session.get(ServerClock, 1)
    if row is None or row.doubted_at is None or row.expected_at is None or row.said_at is None:
        return None
    return Doubt(row.expected_at, row.said_at, row.doubted_at)


def trust(session: Session, *, by: Mandate, at: int) -> None:
    """Say that the server's clock is right: within a minute everything that waited goes on by it."""
    by.must_administer()
    row = session.get(ServerClock, 1, with_for_update=True)
    if row is None or row.doubted_at is None or row.said_at is None:
        raise Refused("The server's clock is right again by itself. Nothing waits any more.")
    row.round_at = row.said_at
    row.doubted_at = row.expected_at = row.said_at = row.server = None
    row.trusted, row.trusted_at, row.trusted_by_id = row.trusted + 1, at, by.person_id
    session.flush()


def told(session: Session) -> ServerClock | None:
    """The row, for whoever wants to read who said when that the clock is right."""
    return session.get(ServerClock, 1)


def begin_anew() -> None:
    """Begin anew, as a process does."""
    _Process.heard = None
    clock.forget()


def _start(row: ServerClock) -> int | None:
    """The instant from which a new process counts on; None where nothing speaks against the machine's clock."""
    if row.doubted_at is not None:
        return row.expected_at
    return None if -TOLERANCE <= clock.said() - row.round_at <= LONGEST else row.round_at


def _row(session: Session) -> ServerClock:
    if (row := session.get(ServerClock, 1, with_for_update=True)) is not None:
        return row
    try:
        with session.begin_nested():
            session.add(ServerClock(id=1, round_at=clock.said(), trusted=0))
    except IntegrityError:
        pass  # another server was first
    return session.get_one(ServerClock, 1, with_for_update=True)
