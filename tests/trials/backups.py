"""Backups taken while people save, each restored and compared; restores that are killed midway."""

import gc
import os
import secrets
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import text

from coord import backup, clock, db, departures, people, record, requests
from coord.backup import Manifest
from coord.db import Database
from coord.people import CONSOLE
from coord.refusal import Refused
from tests.trials import Skipped
from tests.trials._killing import done, killed, tally
from tests.trials.home import Home, postgresql, settled, wait_until_alone
from tests.trials.postmaster import served

PATIENCE = 60.0
Copied = Callable[[], AbstractContextManager[str]]  # gives the address of a fresh copy
WRITERS = 4


def backups_under_load_on_sqlite(small: bool, folder: Path) -> str:
    """Backups taken under four writers, each restored and compared with what was saved by then (SQLite)."""
    home = settled(f"sqlite:///{folder}/coord.db")
    with lying_in(folder / "backups"):
        return under_load(home, 5 if small else 50, f"sqlite:///{folder}/restored.db")


def backups_under_load_on_postgresql(small: bool, folder: Path) -> str:
    """Backups taken under four writers, each restored and compared with what was saved by then (PostgreSQL)."""
    with (
        lying_in(folder / "backups"),
        dumping() as server,
        postgresql(server) as url,
        postgresql(server) as other,
    ):
        return under_load(settled(url), 3 if small else 50, other)


def killed_restores_on_sqlite(small: bool, folder: Path) -> str:
    """A restore killed with SIGKILL at random moments: the database is the old one or the new one (SQLite)."""
    home = settled(f"sqlite:///{folder}/coord.db")

    @contextmanager
    def copied() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            there = Path(place) / "coord.db"
            shutil.copy(folder / "coord.db", there)
            _leave_a_log(home, there)
            yield f"sqlite:///{there}"

    with lying_in(folder / "backups"):
        return kill_restores(home, copied, 5 if small else 30, {"since the backup", "in the log"})


def killed_restores_on_postgresql(small: bool, folder: Path) -> str:
    """A restore killed with SIGKILL at random moments: the database is the old one or the new one (PostgreSQL)."""
    with lying_in(folder / "backups"), dumping() as server, postgresql(server) as url:
        home = settled(url)
        return kill_restores(home, lambda: postgresql(server, url), 5 if small else 30, {"since the backup"})


@contextmanager
def dumping() -> Iterator[str]:
    """The address of a PostgreSQL server, where its programs are here too."""
    try:
        backup.postgresql.tool("pg_dump", 0)
    except Refused:
        raise Skipped("pg_dump is not here") from None
    with served() as server:
        yield server


@contextmanager
def lying_in(place: Path) -> Iterator[None]:
    before = os.environ.get("COORD_BACKUPS")
    os.environ["COORD_BACKUPS"] = str(place)
    try:
        yield
    finally:
        os.environ.pop("COORD_BACKUPS")
        if before is not None:
            os.environ["COORD_BACKUPS"] = before


def under_load(home: Home, n: int, other: str) -> str:
    """Take so many while four threads write; restore each as `other`, and compare."""
    database, taken, longest = Database(home.url), list[tuple[set[str], Manifest]](), [0.0]
    with database.read() as session:
        first = record.head(session).n
    over, said = threading.Event(), [set[str]() for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as threads:
        writing = [threads.submit(_write, home, database, over, said, k, longest) for k in range(WRITERS)]
        try:
            for k in range(n):
                _each_saves(said, writing)
                before = set[str]().union(*map(set, said))
                taken.append((before, backup.take(database, at=clock.now() + k)))
            _each_saves(said, writing)
        finally:
            over.set()
            for one in writing:
                one.result()  # what stopped a writer is what went wrong
    whole = set[str]().union(*said)
    for before, made in taken:
        _must_be_a_moment(database, made, before, whole, first, other)
    database.close()
    took = sorted(made.milliseconds for _, made in taken)
    return (f"{n} backups beside {len(whole)} moves: {n} restored, each the state of one moment; {took[len(took) // 2]} ms "
            f"a backup, {took[-1]} at most; the longest that anybody waited to save: {longest[0] * 1000:.0f} ms")  # fmt: skip


def _each_saves(said: list[set[str]], writing: list[Future[None]]) -> None:
    """Wait until each writer has saved something from now on."""
    had, until = [len(one) for one in said], time.monotonic() + PATIENCE
    while any(len(one) <= before for one, before in zip(said, had, strict=True)):
        assert not any(one.done() for one in writing), "a writer has stopped"
        assert time.monotonic() < until, "a writer hangs"
        time.sleep(0.005)


def _write(
    home: Home, database: Database, over: threading.Event, said: list[set[str]], k: int, longest: list[float]
) -> None:
    while not over.is_set():
        words, began = f"{k} {secrets.token_hex(16)}", time.monotonic()
        with database.begin(by=home.heads[k].person_id) as session:
            db.once(session, f"form {words}", clock.now())
            requests.ask(session, from_area=home.areas[k], to_area=home.areas[k - 1], what=words, by=home.heads[k],
                         at=clock.now())  # fmt: skip
        longest[0] = max(longest[0], time.monotonic() - began)
        said[k].add(words)
        time.sleep(0.005)


def _must_be_a_moment(
    database: Database, made: Manifest, before: set[str], whole: set[str], first: int, other: str
) -> None:
    """What was acknowledged before it is in it, nothing else than was saved, and its record is the record's beginning."""
    target = Database(other)
    with backup.ready(target, backup.place() / made.file, at=made.at) as found:
        backup.put_in_place(target, found, at=made.at)
    target.close()
    restored = Database(other)
    with restored.read() as session:
        there = set(session.scalars(text("SELECT what FROM requests")))
        assert requests.bulk.check(session) == (len(there), [])
        n, hashed = made.facts.record["n"], made.facts.record["hash"]  # type: ignore[index]
        assert session.scalar(text(f"SELECT hash FROM record WHERE id = {n}")) == hashed
        assert record.check(session).broken is None
    restored.close()
    assert before <= there <= whole, f"{len(before - there)} are lost, {len(there - whole)} came from nowhere"
    assert made.facts.counts["requests"] == len(there) == n - first
    with database.read() as session:
        assert session.scalar(text(f"SELECT hash FROM record WHERE id = {n}")) == hashed


def kill_restores(home: Home, copied: Copied, kills: int, old: set[str]) -> str:
    """Kill so many restores, each in a copy; after each Coord opens the old database or the backup, whole."""
    database = Database(home.url)
    with database.begin() as session:
        hugo, iris = (
            people.Profile(
                name, f"{name}@harbour.example", home.areas[0], "en", "UTC", rights=frozenset(rights)
            )
            for name, rights in (("Hugo", {("admin", None)}), ("Iris", set()))
        )
        people.welcome(session, hugo, by=CONSOLE)
        gone = people.welcome(session, iris, by=CONSOLE)
    file = backup.place() / backup.take(database, at=clock.now()).file
    with database.begin() as session:
        departures.erase(session, gone.id, name="Iris", by=CONSOLE, at=clock.now())
    _ask(home, database, "since the backup")
    database.close()
    with copied() as url:
        took = done(_restore, url, file)
        assert not _is_old(url, old), "one that is not killed restores"

    def attempt(moment: float) -> tuple[bool, bool]:
        with copied() as url:
            was_killed = killed(_restore, url, file, after=moment)
            wait_until_alone(url)
            is_old = _is_old(url, old)
        assert was_killed or not is_old, "one that is not killed restores"
        return was_killed, is_old

    came, late = tally(kills, took, attempt, first=0.3)  # before that it only reads
    return (f"{kills} kills within {took * 1000:.0f} ms: {came[True]} times the old database, {came[False]} times the backup, "
            f"whole each time (another {late} had ended before they were killed)")  # fmt: skip


def _leave_a_log(home: Home, there: Path) -> None:
    """What a killed server leaves: a move that is in the write-ahead log only."""
    database = Database(f"sqlite:///{there}")
    _ask(home, database, "in the log")
    kept = {ending: there.with_name(there.name + ending).read_bytes() for ending in ("", "-wal")}
    database.close()
    for ending, content in kept.items():
        there.with_name(there.name + ending).write_bytes(content)
    gc.collect()  # no connection of ours may look like somebody at work


def _is_old(url: str, old: set[str]) -> bool:
    """Whether Coord, started now, opens the old database, and not the backup; either has to be whole."""
    database = Database(url)
    backup.make_ready(database, at=clock.now(), serving=True)
    with database.read() as session:
        found = set(session.scalars(text("SELECT what FROM requests")))
        assert requests.bulk.check(session)[1] == []
        assert record.check(session).broken is None
        assert not session.scalar(text("SELECT count(*) FROM people WHERE name = 'Iris'")), (
            "somebody erased is back"
        )
        assert bool(session.scalar(text("SELECT count(*) FROM sign_ins"))) == bool(found), (
            "somebody is signed in"
        )
        if database.is_sqlite:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    database.close()
    gc.collect()
    assert found in (old, set()), found
    return bool(found)


def _ask(home: Home, database: Database, what: str) -> None:
    with database.begin(by=home.heads[0].person_id) as session:
        requests.ask(
            session,
            from_area=home.areas[0],
            to_area=home.areas[1],
            what=what,
            by=home.heads[0],
            at=clock.now(),
        )


def _restore(url: str, file: Path) -> None:
    os.environ["COORD_BACKUPS"] = str(file.parent)
    sys.addaudithook(_linger)
    database, at = Database(url), clock.now()
    with database.held(), backup.ready(database, file, at=at) as found:
        backup.put_in_place(database, found, at=at)


def _linger(event: str, _facts: tuple[object, ...]) -> None:
    """Files change places within a millisecond: before each, there is time to be killed."""
    if event in ("os.rename", "os.link"):
        time.sleep(0.1)


TRIALS = [
    backups_under_load_on_sqlite,
    backups_under_load_on_postgresql,
    killed_restores_on_sqlite,
    killed_restores_on_postgresql,
]
