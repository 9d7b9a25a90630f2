"""Restoring a backup: looked through and made ready beside the database, and put in its place in one stroke."""

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, inspect, text
from sqlalchemy.orm import Session

from coord import migrations
from coord.accounts import SignIn
from coord.accounts.records import Code
from coord.backup import erasures, folder, postgresql, sqlite
from coord.backup.facts import has_tables
from coord.backup.records import Facts, Restore
from coord.backup.taking import check, is_dump, take
from coord.db import Database, sqlite_module
from coord.departures import erasure
from coord.refusal import Refused
from coord.requests import bulk
from coord.timekeeping import ServerClock

MARK = "unfinished_restore"  # the table that stands in PostgreSQL while a restore is not done


@dataclass
class Ready:
    """A backup that can take the database's place: what it holds, and what was done to it for that."""

    file: Path
    at: int | None  # when it was made, where its manifest says so
    facts: Facts
    prepared: Path  # the file that will be the database; of PostgreSQL, the SQL that makes it
    since: set[int] = field(default_factory=set)  # who was erased since the backup
    erased: int = 0  # how many of them were, again
    updated: bool = False  # its schema was older


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: where the former database is kept, and requests whose events and row differ."""

    kept: Path | None
    erased: int
    differing: list[str] = field(default_factory=list)


@contextmanager
def ready(database: Database, file: Path, *, at: int) -> Iterator[Ready]:
    """Look a backup through and make it ready; nothing of the database is touched. Raises Refused with what is wrong."""
    manifest = check(file, database)
    if is_dump(file) == database.is_sqlite:
        raise Refused("“{file}” is a backup of another kind of database than this one.", file=file.name)
    making = _ready_file if database.is_sqlite else _ready_dump
    with making(database, file, at) as found:
        found.at = manifest.at if manifest else None
        if not database.is_sqlite and manifest is not None:
            found.facts = manifest.facts
        yield found


def put_in_place(database: Database, found: Ready, *, at: int) -> Restored:
    """Replace the database by what was made ready, and keep what was there. Killed midway, it is the old or the new."""
    if database.is_sqlite:
        return _replace_file(database, found, at)
    return _replace_in_server(database, found, at)


def is_unfinished(database: Database) -> bool:
    """Whether a restore was killed when everything was ready."""
    if database.is_sqlite:
        return _waiting(Path(database.url.database or "")).exists()
    with database.writer.connect() as connection:
        return inspect(connection).has_table(MARK)


def finish(database: Database) -> None:
    """Do what is left of a restore that was killed."""
    if database.is_sqlite:
        _exchange(Path(database.url.database or ""))
    else:
        _finish_in_server(database)


# SQLite


@contextmanager
def _ready_file(database: Database, file: Path, at: int) -> Iterator[Ready]:
    there = Path(database.url.database or "")
    if there.exists() and there.samefile(file):
        raise Refused("“{file}” is the database itself. Choose a backup.", file=str(file))
    there.parent.mkdir(parents=True, exist_ok=True)
    folder.must_have_room(there.parent, 2 * file.stat().st_size)
    prepared = there.with_name(f"{there.name}.restoring")
    try:
        _remove(prepared)
        os.close(os.open(prepared, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        shutil.copyfile(file, prepared)
        facts = sqlite.look(prepared)
        if facts.schema is None or facts.company is None:
            raise Refused("“{file}” is no backup of Coord.", file=file.name)
        copy = Database(f"sqlite:///{prepared}")
        try:
            before, since = facts.schema, erasures.since(database, facts.founded_at or 0, file)
            migrations.upgrade(copy)
            with copy.begin(at=at, source="command") as session:
                erased = _bring_up(session, file.name, since, at)
            _must_replay(copy, file)
        finally:
            copy.close()
        yield Ready(file, None, facts, prepared, since, erased, before != sqlite.look(prepared).schema)
    finally:
        _remove(prepared)


def _replace_file(database: Database, found: Ready, at: int) -> Restored:
    there = Path(database.url.database or "")
    database.close()
    gc.collect()  # a connection in a circle of objects that nobody holds any more would look like somebody at work
    _settle(there)
    os.utime(found.prepared, (at, at))
    folder.synced(found.prepared)
    found.prepared.replace(_waiting(there))
    folder.synced(there.parent)
    return Restored(_exchange(there), found.erased)


def _settle(there: Path) -> None:
    """Have everything that was saved in the one file, without a log beside it. Raises Refused where somebody uses it.

    A file that is too damaged for it is kept as it is, with its log.
    """
    if not there.exists() or sqlite.seen_from_outside(there):
        return
    try:
        with closing(sqlite_module().connect(str(there), isolation_level=None, timeout=2.0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite_module().DatabaseError as error:
        if "locked" in str(error):
            raise Refused("Another program is using {file}. Stop it first.", file=str(there)) from None


def _exchange(there: Path) -> Path | None:
    """Let the file that waits take the database's place. Done again after a kill, it goes on where it was."""
    waiting = _waiting(there)
    instant = folder.stamp(int(waiting.stat().st_mtime))
    kept = there.with_name(f"{there.stem}.before-restore-{instant}{there.suffix}")
    for ending in ("-wal", "-journal"):  # they belong to the former file, and would be read into the new one
        with suppress(FileNotFoundError):
            there.with_name(there.name + ending).replace(kept.with_name(kept.name + ending))
    there.with_name(there.name + "-shm").unlink(missing_ok=True)
    if there.exists() and not kept.exists():
        try:
            kept.hardlink_to(there)
        except OSError:  # a disk that knows no second names
            there.replace(kept)
    folder.synced(there.parent)
    waiting.replace(there)
    folder.synced(there.parent)
    return kept if kept.exists() else None


def _waiting(there: Path) -> Path:
    return there.with_name(f"{there.name}.restored")


def _remove(prepared: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        prepared.with_name(prepared.name + ending).unlink(missing_ok=True)


def _must_replay(copy: Database, file: Path) -> None:
    with copy.read() as session:
        _, differing = bulk.check(session)
    if differing:
        raise Refused("In “{file}” requests are not what their events say: {requests}. Take another backup.",
                      file=file.name, requests="; ".join(differing[:3]))  # fmt: skip


# PostgreSQL


@contextmanager
def _ready_dump(database: Database, file: Path, _at: int) -> Iterator[Ready]:
    with tempfile.TemporaryDirectory(prefix="coord-restore-") as place:
        prepared = Path(place) / "backup.sql"
        postgresql.script(database, file, prepared)
        schema = postgresql.first_row(prepared, "alembic_version").get("version_num")
        home = postgresql.first_row(prepared, "company")
        if schema is None or not home:
            raise Refused("“{file}” is no backup of Coord.", file=file.name)
        migrations.must_know(schema)
        facts = Facts(home["name"], schema, {}, founded_at=int(home["founded_at"]))
        yield Ready(file, None, facts, prepared, erasures.since(database, facts.founded_at or 0, file))


def _replace_in_server(database: Database, found: Ready, at: int) -> Restored:
    if there := postgresql.others(database):
        raise Refused("{n} others are connected to the database. Stop Coord's servers first.", n=there)
    kept = _keep(database, at)
    first, last = (found.prepared.with_name(name) for name in ("first.sql", "last.sql"))
    tables = ", ".join(f'"{name}"' for name in postgresql.tables(database))
    dropped = f"DROP TABLE {tables} CASCADE;\n" if tables else ""
    first.write_text(f"SET lock_timeout = '10s';\n{dropped}", "utf-8")
    last.write_text(_marked(found, at), "utf-8")
    database.close()
    postgresql.put_back(database, [first, found.prepared, last])
    erased = _finish_in_server(database)
    with database.read() as session:
        _, differing = bulk.check(session)
    return Restored(kept, erased, differing)


def _marked(found: Ready, at: int) -> str:
    """What is left to be done stands in the database from the stroke on that puts the backup there: whoever starts Coord
    after a kill does it."""
    name = found.file.name.replace("'", "''")
    return (f"DROP TABLE IF EXISTS public.{MARK};\nCREATE TABLE public.{MARK} (at bigint, file text, since text);\n"
            f"INSERT INTO public.{MARK} VALUES ({at}, '{name}', '{json.dumps(sorted(found.since))}');\n")  # fmt: skip


def _finish_in_server(database: Database) -> int:
    migrations.upgrade(database)
    with database.writer.connect() as connection:
        at, name, since = connection.execute(text(f"SELECT at, file, since FROM {MARK}")).one()
    with database.begin(at=at, source="command") as session:
        session.execute(text(f"DROP TABLE {MARK}"))
        return _bring_up(session, name, json.loads(since), at)


def _keep(database: Database, at: int) -> Path | None:
    """What is there now, as a backup; nothing where there is nothing."""
    with database.read() as session:
        if not has_tables(session):
            return None
    return folder.place() / take(database, at=at, why="before-restore").file


# Both


def _bring_up(session: Session, name: str, since: Iterable[int], at: int) -> int:
    """What has to be true of a backup before it is the database: nobody is signed in, no code opens anything, whoever was
    erased since is, and the record tells that it was put back; how many were erased again."""
    session.add(Restore(at=at, file=name[:255]))
    session.execute(delete(SignIn))
    session.execute(delete(Code))
    session.execute(delete(ServerClock))  # however old the backup is, the clock is not in doubt for it
    return erasure.erase_again(session, since, at)
