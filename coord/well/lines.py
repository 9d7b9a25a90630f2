"""Each thing that an administrator should know, as a line: how it stands, and what to do where it is not well."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

import coord
from coord import (
    accounts,
    backup,
    checks,
    chores,
    company,
    db,
    departures,
    migrations,
    notices,
    people,
    settings,
    timekeeping,
)
from coord.clock import TOLERANCE
from coord.db import Database
from coord.refusal import Refused
from coord.text import DAY, N_, Words
from coord.well.process import ERRORS

MINUTES = 600  # seconds after which the chores of every minute are missed
HERE = 600  # whoever was here within these seconds is here
ROOM = 1_000_000_000  # bytes that should be free, and at least three times what the database has
BACKUP_AGE = 2 * DAY
CHECK_AGE = 3 * DAY
MAIL = 7 * DAY

# What the chores are called where people read it.
CHORES = {
    "confirm by silence": N_("Confirm deliveries by silence"),
    "end forgotten hours": N_("End hours that nobody ended"),
    "let go of hours that nobody began": N_("Let go of hours that nobody began"),
    "plan the next hours": N_("Plan the next hours"),
    "carry what was not reached": N_("Carry on what was not reached"),
    "open agendas": N_("Open agendas"),
    "collect the open agendas": N_("Collect the open agendas"),
    "write letters": N_("Write notices"),
    "send letters": N_("Send notices"),
    "make the backup": N_("Make the night's backup"),
    "tidy up": N_("Delete what has served its time"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is about, how it stands, what to do (nothing where it is well), details, and what is technical."""

    name: str
    title: str
    said: str
    do: str = ""
    details: tuple[str, ...] = ()
    small: str = ""  # for whoever looks after the server

    @property
    def is_well(self) -> bool:
        return not self.do


def look(database: Database, t: Words, *, at: int) -> list[Line]:
    """All lines, in the reader's language. Where the database can't be read, the one line that says so."""
    try:
        with database.read() as session:
            if (lack := _lack(session, t)) is not None:
                return [lack]
            return [line for look in LOOKS if (line := look(database, session, t, at)) is not None]
    except Refused as refused:
        return [
            Line(
                "database",
                t("Database"),
                refused.said(t),
                t("Look whether the database runs and its disk is there."),
            )
        ]


def _lack(session: Session, t: Words) -> Line | None:
    """The one line about a database in which nothing else can be looked for: of another schema, or without a company."""
    there = migrations.present(session)
    if there is not None and there != migrations.newest():
        do = (t("Start Coord's server once: it brings the database up to date.") if migrations.is_known(there)
              else t("The database was changed by a newer Coord than this. Start the newest Coord again."))  # fmt: skip
        return Line("version", t("Version"), _mine(), do, small=_schema(there, t))
    if there is None or company.company(session) is None:
        do = t("Start Coord's server and open it in the browser: its first page sets the company up.")
        return Line("company", t("Company"), t("This database has no company yet."), do)
    return None


def _version(database: Database, session: Session, t: Words, at: int) -> Line:
    return Line("version", t("Version"), _mine(), small=_schema(migrations.newest(), t))


def _mine() -> str:
    return f"Coord {coord.__version__}"


def _schema(schema: str, t: Words) -> str:
    return t("Schema of the database: {schema}", schema=schema)


def _database(database: Database, session: Session, t: Words, at: int) -> Line:
    url, size = database.url, _size(database, session)
    if not database.is_sqlite:
        where = f"{url.host or 'localhost'}:{url.port or 5432}/{url.database}"
        small = f"PostgreSQL {session.scalar(text('SHOW server_version'))} · {where}"
        said = t("Everything is in one database of {size}.", size=_bytes(t, size))
        return Line("database", t("Database"), said, small=small)
    said = t("Everything is in one file of {size}.", size=_bytes(t, size))
    small = f"SQLite {db.sqlite_module().sqlite_version} · {url.database}"
    if session.scalar(text("PRAGMA journal_mode")) == "wal":
        return Line("database", t("Database"), said, small=small)
    said = t("Everything is in one file of {size}. Its SQLite is old: whoever saves waits for whoever reads.",
             size=_bytes(t, size))  # fmt: skip
    do = t("Install pysqlite3 from the list of what Coord needs, and start it again.")
    return Line("database", t("Database"), said, do, small=small)


def _backup(database: Database, session: Session, t: Words, at: int) -> Line | None:
    if settings.read().demo:
        return None
    founded, plan = company.the(session).founded_at, backup.plan(session)
    made = backup.made(backup.place(), database, founded_at=founded)
    made = [one for one in made if one.at <= at + TOLERANCE]  # others were made while the clock was ahead
    said, do, small = t("There is no backup yet."), "", str(backup.place())
    if made:
        small = f"{backup.place() / made[0].file} · {_bytes(t, made[0].bytes)}"
        said = t("The last one was made on {instant}, and verified.", instant=t.instant(made[0].at))
    if ledger := _ledger(founded, t):
        do = ledger
    elif plan.trouble:
        do = Refused(plan.trouble["message"], **plan.trouble["facts"]).said(t)
    elif not plan.is_on:
        do = t("No backups are made by themselves. Switch them on under Company, Backups.")
    elif abs(at - (made[0].at if made else founded)) > BACKUP_AGE:
        do = t("A backup is missing. Make one under Company, Backups, and see what stands in the way.")
    return Line("backup", t("Backup"), said, do, small=small)


def _ledger(founded_at: int, t: Words) -> str:
    """What keeps the list of who was erased from being read, which a restore needs."""
    try:
        departures.remembered(backup.place(), founded_at)
    except Refused as refused:
        return refused.said(t)
    return ""


def _check(database: Database, session: Session, t: Words, at: int) -> Line:
    row = checks.last(session)
    title = t("The data itself")
    if row is None:
        return Line("check", title, t("It is looked through every night; that has not been done yet."))
    found, when = row.found, t.instant(row.ended_at or at)
    small = t.plural("{n} request with its story, {entries} entries of the record",
                     "{n} requests with their stories, {entries} entries of the record",
                     row.requests, entries=t.number(found.entries))  # fmt: skip
    said = t("Looked through on {instant}: all is as it was written.", instant=when)
    if not found.is_well:
        said = t("Looked through on {instant}.", instant=when)
        return Line("check", title, said, _wrong(found, t), found.examples, small)
    old = abs(at - (row.ended_at or 0)) > CHECK_AGE
    do = t("It was not looked through for days. Let it be done now.") if old else ""
    return Line("check", title, said, do, small=small)


def _wrong(found: checks.Findings, t: Words) -> str:
    if found.stopped:
        return t("The check could not be finished. The server's log says why.")
    if found.damage:
        return t(
            "The file of the database is damaged: {damage}. Restore the last backup.", damage=found.damage
        )
    if found.broken is not None:
        return t("Entry {n} of the record is not as it was written. Somebody changed the database past Coord: compare it "
                 "with a backup.", n=t.number(found.broken))  # fmt: skip
    return t.plural("{n} request is not what its story says. Compare it with a backup.",
                    "{n} requests are not what their stories say. Compare them with a backup.", found.differing)  # fmt: skip


def _chores(database: Database, session: Session, t: Words, at: int) -> Line:
    rows = sorted(chores.all_of(session), key=lambda row: row.trouble is None)  # what fails comes first
    details = tuple(_chore(row, t) for row in rows)
    last = max((row.last_done_at for row in rows if row.last_done_at is not None), default=None)
    failing = [row for row in rows if row.trouble]
    title = t("What goes by itself")
    said = t("Last done on {instant}.", instant=t.instant(last)) if last is not None else t("Not done yet.")
    do = ""
    if failing:
        do = t.plural("{n} of them fails: {names}. Below stands why.", "{n} of them fail: {names}. Below stands why.",
                      len(failing), names=t.list(t(CHORES.get(row.name, row.name)) for row in failing))  # fmt: skip
    elif timekeeping.doubt(session) is not None:
        do = t("It waits until it is clear whether the server's clock is right.")
    elif abs(at - (last if last is not None else company.the(session).founded_at)) > MINUTES:
        do = t("It is done every minute while the server runs. Look whether it runs, and start it again.")
    return Line("chores", title, said, do, details)


def _chore(row: timekeeping.Chore, t: Words) -> str:
    name = t(CHORES.get(row.name, row.name))
    if row.trouble:
        return t("{chore}: failing since {instant}. {trouble}", chore=name, instant=t.instant(row.failing_since_at or 0),
                 trouble=Refused(row.trouble["message"], **row.trouble["facts"]).said(t))  # fmt: skip
    if row.last_done_at is None:
        return t("{chore}: not done yet", chore=name)
    return t("{chore}: {instant}", chore=name, instant=t.instant(row.last_done_at))


def _disk(database: Database, session: Session, t: Words, at: int) -> Line:
    data = (
        Path(database.url.database).parent
        if database.is_sqlite and database.url.database
        else settings.read().data
    )
    needed = max(ROOM, 3 * _size(database, session))
    both = (_there(backup.place()), _there(data))
    places = {place.stat().st_dev: place for place in both}.values()  # on one disk, it is told once
    free = {place: shutil.disk_usage(place).free for place in places}
    told = [t("{size} free for {folder}", size=_bytes(t, free[place]), folder=str(place)) for place in places]
    said = t.list(told)
    short = [str(place) for place in places if free[place] < needed]
    do = (
        t(
            "Make room on the disk of {folders}: at least {size}.",
            folders=t.list(short),
            size=_bytes(t, needed),
        )
        if short
        else ""
    )
    return Line("disk", t("Disk"), said, do)


def _mail(database: Database, session: Session, t: Words, at: int) -> Line:
    title = t("Notices")
    if not notices.is_on(session):
        return Line("mail", title, t("They are off. They can be set up under Company, Notices."))
    n = len(notices.troubles(session, since=at - MAIL))
    if not n:
        return Line("mail", title, t("They are on, and everybody was reached."))
    do = t.plural("{n} person was not reached. Under Company, Notices, stands what was in the way.",
                  "{n} people were not reached. Under Company, Notices, stands what was in the way.", n)  # fmt: skip
    return Line("mail", title, t("They are on."), do)


def _clock(database: Database, session: Session, t: Words, at: int) -> Line:
    title, doubt, row = t("Clock"), timekeeping.doubt(session), timekeeping.told(session)
    if doubt is not None:
        said = t(
            "It jumped from {expected} to {said}.",
            expected=t.instant(doubt.expected_at),
            said=t.instant(doubt.said_at),
        )
        return Line("clock", title, said, t("Say whether it is right."))
    if row is not None and row.trusted_at is not None:
        name = people.name_of(people.person(session, row.trusted_by_id), t) if row.trusted_by_id else ""
        said = t("It is {instant}. It jumped once, and on {day} {name} said that it is right.", instant=t.instant(at),
                 day=t.instant(row.trusted_at), name=name)  # fmt: skip
        return Line("clock", title, said)
    return Line("clock", title, t("It is {instant}, and goes on as it should.", instant=t.instant(at)))


def _here(database: Database, session: Session, t: Words, at: int) -> Line:
    used = [one.last_used_at for one in accounts.standings(session).values() if one.last_used_at is not None]
    n = sum(at - last <= HERE for last in used)
    said = t.plural(
        "{n} person was here in the last ten minutes.", "{n} people were here in the last ten minutes.", n
    )
    if ERRORS.since_at is not None:
        said = t("The server runs since {instant}. {people}", instant=t.instant(ERRORS.since_at), people=said)
    return Line("here", t("Server"), said)


def _errors(database: Database, session: Session, t: Words, at: int) -> Line | None:
    if ERRORS.since_at is None:
        return None  # not the server: the command line knows nothing of its log
    title, last = t("Errors"), ERRORS.last
    if last is None:
        return Line("errors", title, t("None since the server began."))
    said = t.plural("{n} error in the log since the server began; the last on {instant}: “{words}”",
                    "{n} errors in the log since the server began; the last on {instant}: “{words}”", ERRORS.n,
                    instant=t.instant(last.at), words=last.words)  # fmt: skip
    return Line(
        "errors",
        title,
        said,
        t("Look into the server's log, and tell whoever looks after it.") if at - last.at < DAY else "",
    )


LOOKS: tuple[Callable[[Database, Session, Words, int], Line | None], ...] = (
    _version, _database, _backup, _check, _chores, _disk, _mail, _clock, _here, _errors)  # fmt: skip


def _size(database: Database, session: Session) -> int:
    query = ("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()" if database.is_sqlite
             else "SELECT pg_database_size(current_database())")  # fmt: skip
    return int(session.scalar(text(query)) or 0)


def _there(folder: Path) -> Path:
    """The folder, or the one above it that exists: where it will lie."""
    found = folder.resolve()
    return found if found.exists() else _there(found.parent)


def _bytes(t: Words, n: int) -> str:
    if n >= 1_000_000_000:
        return t("{n} GB", n=t.number(n / 1_000_000_000, 1))
    return t("{n} MB", n=t.number(max(n / 1_000_000, 0.1), 1))
