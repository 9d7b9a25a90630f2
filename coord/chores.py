"""What falls due without anyone asking: silence, agendas, forgotten hours, what they left, letters."""

import logging
import zlib
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from coord import meetings, notices, requests
from coord.db import Database

log = logging.getLogger("coord")

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
}


def do(database: Database, at: int) -> int:
    """Do everything that is due by `at`, and see the letters off; how many things were done."""
    count = sum(_done(database, name, chore, at) for name, chore in CHORES.items())
    notices.go(database, at)
    return count


def _done(database: Database, name: str, chore: Callable[[Session, int], int], at: int) -> int:
    """Do one chore; one that fails stops no other, and is tried again with the next round."""
    try:
        with database.begin() as session:
            return chore(session, at) if _is_ours(session, name) else 0
    except Exception:
        log.exception("not done: %s; it is tried again in a minute", name)
        return 0


def _is_ours(session: Session, name: str) -> bool:
    """Whether no other server does this chore now; on SQLite nobody else can be writing."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(zlib.crc32(name.encode())))))
