"""When backups are made and which of them stay: the plan, and its chore."""

import logging
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from coord import company, settings, timekeeping
from coord.backup import folder
from coord.backup.records import BackupPlan, Manifest
from coord.backup.taking import take
from coord.company import Administrator
from coord.db import Database
from coord.refusal import Refused, changed
from coord.text import DAY

log = logging.getLogger("coord")

AGAIN = 3_600  # seconds after which a round that failed is tried again
AUTOMATIC = 30 * DAY  # for so long a backup before an update or an import stays
MOST = 400  # backups of one kind that a plan may keep


@dataclass(frozen=True, slots=True)
class PlanWish:
    """The plan as an administrator wants it: the hour where the company is, and how many stay."""

    is_on: bool = True
    hour: int = 3
    daily: int = 7
    weekly: int = 5
    monthly: int = 12


def plan(session: Session) -> BackupPlan:
    """The plan; where nobody has changed it, the usual one."""
    return session.get(BackupPlan, 1) or BackupPlan(id=1, version=0, **asdict(PlanWish()))


def change_plan(session: Session, wish: PlanWish, *, seen: int, by: Administrator) -> BackupPlan:
    """Change when backups are made and how many stay."""
    by.must_administer()
    if not 0 <= wish.hour <= 23:
        raise Refused("Choose an hour from 0 to 23.")
    if not (1 <= wish.daily <= MOST and 0 <= wish.weekly <= MOST and 0 <= wish.monthly <= MOST):
        raise Refused("Keep at least one daily backup, and at most {most} of a kind.", most=MOST)
    row = _row(session)
    if row.version != seen:
        raise changed()
    row.is_on, row.hour = wish.is_on, wish.hour
    row.daily, row.weekly, row.monthly = wish.daily, wish.weekly, wish.monthly
    session.flush()
    return row


def take_due(database: Database, at: int) -> int:
    """Make the night's backup where it is due, also hours later, and let old ones go; how many were made.

    It holds no transaction while the backup is written. Two servers don't both do it.
    """
    if settings.read().demo or not _claimed(database, at):
        return 0
    try:
        take(database, at=at, why="night")
    except Refused as refused:
        _note(database, trouble={"message": refused.message, "facts": refused.facts})
        log.error("no backup was made: %s", refused)
        return 0
    _note(database, trouble=None, done_at=at)
    let_go(database, at)
    return 1


def let_go(database: Database, at: int) -> list[str]:
    """Delete what the plan no longer keeps of what it has made; which those were. None while the clock is in doubt."""
    where = folder.place()
    with database.read() as session:
        if timekeeping.doubt(session) is not None:
            return []
        row, home = plan(session), company.the(session)
    made = folder.made(where, database)
    mine = [one for one in made if one.facts.founded_at == home.founded_at]  # others may share the folder
    gone = [one.file for one in going(mine, row, ZoneInfo(home.zone), at)]
    for name in gone:
        (where / name).unlink(missing_ok=True)
        folder.manifest_of(where / name).unlink(missing_ok=True)
    _sweep(where, database, at)
    return gone


def going(made: Iterable[Manifest], row: BackupPlan, zone: ZoneInfo, at: int) -> list[Manifest]:
    """Which backups are old: of the nights', all but the newest of so many days, weeks and months; of those before an
    update or an import, what is older than thirty days. Never the newest, nor one that was made by hand.

    One that lies in the future counts for nothing and stays: the clock is wrong now, or was when that was made.
    """
    rows = sorted((one for one in made if one.at <= at), key=lambda one: (one.at, one.file), reverse=True)
    if not rows:
        return []
    nights = [one for one in rows if one.why == "night"]
    local = {one.file: datetime.fromtimestamp(one.at, zone).date() for one in nights}
    kept = {rows[0].file} | _newest(nights, lambda one: local[one.file], row.daily)
    kept |= _newest(nights, lambda one: local[one.file].isocalendar()[:2], row.weekly)
    kept |= _newest(nights, lambda one: (local[one.file].year, local[one.file].month), row.monthly)
    kept |= {
        one.file for one in rows if one.why in ("before-update", "before-import") and at - one.at < AUTOMATIC
    }
    return [
        one for one in rows if one.file not in kept and one.why in ("night", "before-update", "before-import")
    ]


def last_due(row: BackupPlan, zone: ZoneInfo, at: int) -> int:
    """The last instant at which the plan wanted a backup."""
    today = datetime.fromtimestamp(at, zone).date()
    hours = (datetime.combine(today - timedelta(days=n), time(row.hour), zone) for n in (0, 1, 2))
    return max(due for hour in hours if (due := int(hour.timestamp())) <= at)


def _claimed(database: Database, at: int) -> bool:
    """Whether the night's backup is due, and ours to make: whoever asks first, until it has failed for an hour."""
    with database.read() as session:
        if not _is_due(session, at):
            return False
    with database.begin() as session:
        _row(session)
        if not _is_due(session, at):
            return False
        session.execute(update(BackupPlan).values(tried_at=at))
        return True


def _is_due(session: Session, at: int) -> bool:
    there = company.company(session)
    row = plan(session)
    if there is None or not row.is_on:
        return False
    # one that was made while the clock was ahead is not that of this night
    if row.done_at is not None and last_due(row, ZoneInfo(there.zone), at) <= row.done_at <= at + AGAIN:
        return False
    return row.tried_at is None or not 0 <= at - row.tried_at < AGAIN


def _note(database: Database, **facts: object) -> None:
    """Remember how the round went; whoever has the plan's form open is not disturbed."""
    with database.begin() as session:
        session.execute(update(BackupPlan).values(**facts))


def _row(session: Session) -> BackupPlan:
    """The row itself; one that nobody has changed is of version 0, as if it were not there."""
    company.one_at_a_time(session)
    if session.get(BackupPlan, 1) is None:
        usual = asdict(PlanWish()) | {"id": 1, "version": 0}
        session.execute(insert(BackupPlan).values(usual))
    return session.get_one(BackupPlan, 1, populate_existing=True)


def _newest(rows: list[Manifest], period: Callable[[Manifest], Hashable], most: int) -> set[str]:
    """The newest of each period, for as many periods as there is something of."""
    found: dict[Hashable, str] = {}
    for one in rows:
        found.setdefault(period(one), one.file)
    return set(list(found.values())[:most])


def _sweep(where: Path, database: Database, at: int) -> None:
    """Take away what a backup left that was killed a day ago or earlier."""
    for left in where.glob(f".{folder.source(database)}-*.making*"):
        with suppress(OSError):
            if left.stat().st_mtime < at - DAY:
                left.unlink()
