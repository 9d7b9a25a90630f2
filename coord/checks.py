"""Whether the data is as it was written: every request replayed, the record's chain followed, the file looked through.

A check runs beside whoever is at work: it only reads, and its result is kept.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ForeignKey, Integer, delete, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord import company, record
from coord.db import Base, Database
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests import bulk
from coord.text import DAY

log = logging.getLogger("coord")

NIGHT = 3 * 3_600
LOST = 3_600  # seconds after which a check that has not ended never will: its server was stopped
KEPT = 40 * DAY
SHOWN = 20


class Check(Base):
    """One check: wanted by somebody or due by night, and what it has found."""

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    wanted_at: Mapped[int]
    wanted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    began_at: Mapped[int | None]
    ended_at: Mapped[int | None]
    requests: Mapped[int] = mapped_column(Integer, default=0)
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def found(self) -> "Findings":
        kept = dict(self.findings)
        return Findings(**kept | {"examples": tuple(kept.get("examples", ()))})


@dataclass(frozen=True, slots=True)
class Findings:
    """How many requests differ from their story (and which, of the first), where the record's chain breaks, what is
    damaged in the file, and what stopped the check."""

    differing: int = 0
    examples: tuple[str, ...] = ()
    entries: int = 0
    broken: int | None = None
    damage: str | None = None
    stopped: bool = False

    @property
    def is_well(self) -> bool:
        return not (self.differing or self.damage or self.stopped) and self.broken is None


def want(session: Session, *, by: Mandate, at: int) -> None:
    """Ask for a check; it begins within seconds, in the server."""
    by.must_administer()
    if under_way(session, at=at) is not None:
        raise Refused("A check is under way already.")
    session.add(Check(wanted_at=at, wanted_by_id=by.person_id, findings={}))
    session.flush()


def last(session: Session) -> Check | None:
    """The last check that came to its end."""
    # a clock may have been ahead
    query = select(Check).where(Check.ended_at.is_not(None)).order_by(Check.id.desc())
    return session.scalars(query.limit(1)).first()


def under_way(session: Session, *, at: int) -> Check | None:
    """The check that is wanted or running."""
    near = Check.wanted_at.between(at - LOST, at + LOST)
    return session.scalars(
        select(Check).where(Check.ended_at.is_(None), near).order_by(Check.id).limit(1)
    ).first()


def begin_again(session: Session) -> None:
    """What a stopped server was in the middle of begins anew; for the one server that holds the database."""
    session.execute(update(Check).where(Check.ended_at.is_(None)).values(began_at=None))


def is_due(session: Session, at: int) -> bool:
    """Whether it is another night than that of the last check, or somebody wants one."""
    if company.company(session) is None:
        return False
    waiting = under_way(session, at=at)
    if waiting is not None:
        return waiting.began_at is None
    before, day_of = last(session), company.calendar(session).day_of
    # another one, and not a later one: the last may have been made while the clock was ahead
    return before is None or day_of((before.ended_at or 0) - NIGHT) != day_of(at - NIGHT)


def go(
    database: Database, at: int, missing: Callable[[Database], int | None] = lambda _: None
) -> Check | None:
    """Do the check that is wanted or due, if there is one; of several servers one does it. `missing` looks for an entry of
    the record that is known from elsewhere, and is there no more."""
    with database.read() as session:
        if not is_due(session, at):
            return None
    with database.begin(at=at) as session:
        row = _claimed(session, at)
    if row is None:
        return None
    began = time.monotonic()
    n, found = _looked(database, missing)
    with database.begin() as session:
        row = session.get_one(Check, row.id)
        row.ended_at, row.requests = at + round(time.monotonic() - began), n
        row.findings = {name: getattr(found, name) for name in Findings.__slots__}
        session.execute(delete(Check).where(Check.wanted_at < at - KEPT))
    if not found.is_well:
        log.error("the check found that not all data is as it was written: see the page Is everything well?")
    return row


def looked(session: Session, *, is_sqlite: bool) -> tuple[int, Findings]:
    """Look everything through: how many requests, and what was found."""
    examined, differing = bulk.check(session)
    entries, broken = record.check(session)
    damage = None
    if is_sqlite:
        said = [row[0] for row in session.execute(text("PRAGMA quick_check(3)"))]
        damage = None if said == ["ok"] else "; ".join(map(str, said))[:500]
    return examined, Findings(len(differing), tuple(differing[:SHOWN]), entries, broken, damage)


def _looked(database: Database, missing: Callable[[Database], int | None]) -> tuple[int, Findings]:
    try:
        with database.read() as session:
            n, found = looked(session, is_sqlite=database.is_sqlite)
        return n, replace(found, broken=missing(database) if found.broken is None else found.broken)
    except Exception:
        log.exception("the check was stopped")
        return 0, Findings(stopped=True)


def _claimed(session: Session, at: int) -> Check | None:
    company.one_at_a_time(session)
    if not is_due(session, at):
        return None
    row = under_way(session, at=at) or Check(wanted_at=at, findings={})
    row.began_at = at
    session.add(row)
    session.flush()
    return row
