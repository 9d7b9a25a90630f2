"""What falls due without anyone asking: silence, agendas, forgotten hours, what they left, letters, old rows."""

import logging
import zlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coord import accounts, backup, clock, company, meetings, notices, requests, timekeeping
from coord.db import Database, Submission
from coord.refusal import Refused
from coord.text import DAY, N_
from coord.timekeeping import Chore

log = logging.getLogger("coord")

NIGHT = 3 * 3_600  # the hour of the company's day from which on what is done once a day is done
KEYS_KEPT = 30 * DAY  # a form that is sent again after that was drawn by a browser long gone
FAILED = N_("It could not be done and is tried again every minute. The server's log says why.")


def tidy(session: Session, at: int) -> int:
    """Delete what has served its time: keys of forms, and what accounts let go of; how many rows."""
    gone = session.execute(delete(Submission).where(Submission.at < at - KEYS_KEPT))
    return int(gone.rowcount) + accounts.tidy(session, at=at)  # type: ignore[attr-defined]


# Each does what is due by an instant and nothing twice, says how much that was, and has a transaction of its own. The
# order matters within one minute: what an hour left is on the next agenda before people are written to about it.
CHORES: dict[str, Callable[[Session, int], int]] = {
    "confirm by silence": requests.settle_all,
    "end forgotten hours": lambda session, at: meetings.end_forgotten(session, at=at),
    "let go of hours that nobody began": lambda session, at: meetings.let_go(session, at=at),
    "plan the next hours": lambda session, at: meetings.plan(session, at=at),
    "carry what was not reached": lambda session, at: meetings.carry_left(session, at=at),
    "open agendas": lambda session, at: meetings.open_agendas(session, at=at),
    "collect the open agendas": lambda session, at: meetings.collect_open(session, at=at),
    "write letters": notices.write_due,
    "tidy up": tidy,
}
NIGHTLY = frozenset({"tidy up"})  # once a day is enough
# These begin and end their own transactions, since they wait for other machines or take long.
OUTSIDE: dict[str, Callable[[Database, int], object]] = {
    "send letters": notices.go,
    "make the backup": backup.take_due,
}


def go(database: Database) -> int:
    """A round of the running server: nothing at all while its clock is in doubt, else everything that is due."""
    with database.begin() as session:
        doubt = timekeeping.look(session)
    if doubt is not None:
        log.warning("the clock of the server is in doubt: the chores wait for an administrator")
        return 0
    return do(database, clock.now())


def do(database: Database, at: int) -> int:
    """Do everything that is due by `at`, and see the letters off; how many things were done."""
    with database.read() as session:
        if company.company(session) is None:
            return 0
    done: dict[str, int | dict[str, Any] | None] = {
        name: _done(database, name, chore, at) for name, chore in CHORES.items()
    }
    done |= {name: _done_outside(database, name, chore, at) for name, chore in OUTSIDE.items()}
    try:
        with database.begin(at=at) as session:
            _note(session, done, at)
    except Exception:
        log.exception("it was not noted what was done")
    try:
        database.empty_log()
    except Exception:
        log.exception("the write-ahead log was not emptied; it is tried again in a minute")
    return sum(count for count in done.values() if isinstance(count, int))


def all_of(session: Session) -> list[Chore]:
    """How each chore went, in their order; one that was never tried has no instant."""
    rows = {row.name: row for row in session.scalars(select(Chore))}
    return [rows.get(name) or Chore(name=name, last_count=0) for name in (*CHORES, *OUTSIDE)]


def _done(
    database: Database, name: str, chore: Callable[[Session, int], int], at: int
) -> int | dict[str, Any] | None:
    """Do one chore: how much it did, None where it was not ours to do, or what stood in the way.

    One that fails stops no other, and is tried again with the next round.
    """
    try:
        with database.begin(at=at) as session:
            if not _is_ours(session, name) or (name in NIGHTLY and not _is_night(session, name, at)):
                return None
            count = chore(session, at)
            if name in NIGHTLY:
                _note(session, {name: count}, at)
            return count
    except Exception as error:
        return _failed(name, error)


def _done_outside(
    database: Database, name: str, chore: Callable[[Database, int], object], at: int
) -> int | dict[str, Any] | None:
    try:
        count = chore(database, at)
        return count if isinstance(count, int) else 0
    except Exception as error:
        return _failed(name, error)


def _failed(name: str, error: Exception) -> dict[str, Any]:
    log.error("not done: %s; it is tried again in a minute", name, exc_info=error)
    if isinstance(error, Refused) and all(isinstance(fact, str | int) for fact in error.facts.values()):
        return {"message": error.message, "facts": error.facts}
    return {"message": FAILED, "facts": {}}


def _note(session: Session, done: dict[str, int | dict[str, Any] | None], at: int) -> None:
    company.one_at_a_time(session)
    rows = {row.name: row for row in session.scalars(select(Chore))}
    for name, came in done.items():
        if came is None:
            continue
        row = rows.get(name)
        if row is None:
            row = Chore(name=name)
            session.add(row)
        if isinstance(came, int):
            row.last_done_at, row.last_count, row.trouble, row.failing_since_at = at, came, None, None
        else:
            row.trouble, row.failing_since_at = came, row.failing_since_at or at


def _is_night(session: Session, name: str, at: int) -> bool:
    """Whether it was last done on another of the company's days: at night, or when the server is on again."""
    row = session.get(Chore, name, with_for_update=True)
    if row is None or row.last_done_at is None:
        return True
    day_of = company.calendar(session).day_of
    # also a later one: a clock may have been ahead
    return day_of(row.last_done_at - NIGHT) != day_of(at - NIGHT)


def _is_ours(session: Session, name: str) -> bool:
    """Whether no other server does this chore now; on SQLite nobody else can be writing."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(zlib.crc32(name.encode())))))
