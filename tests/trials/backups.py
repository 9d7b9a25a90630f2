"""Backups taken while people save, each restored and compared; restores that are killed midway."""

import gc
import os
import random
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from coord import backup, clock, db, record, requests
from coord.backup import Manifest
from coord.db import Database
from tests.trials import POSTGRESQL, Skipped
from tests.trials._killing import done
from tests.trials.home import Home, postgresql, settled

WRITERS = 4


def backups_under_load_on_sqlite(small: bool, folder: Path) -> str:
    """Backups taken under four writers, each restored and compared with what was saved by then (SQLite)."""
    home = settled(f"sqlite:///{folder}/coord.db")
    with lying_in(folder / "backups"):
        return under_load(home, 5 if small else 50, f"sqlite:///{folder}/restored.db")


def backups_under_load_on_postgresql(small: bool, folder: Path) -> str:
    """Backups taken under four writers, each restored and compared with what was saved by then (PostgreSQL)."""
    if not POSTGRESQL:
        raise Skipped("COORD_TEST_POSTGRESQL names no server")
    if shutil.which("pg_dump") is None:
        raise Skipped("pg_dump is not here")
    with lying_in(folder / "backups"), postgresql(POSTGRESQL) as url, postgresql(POSTGRESQL) as other:
        return under_load(settled(url), 3 if small else 50, other)


def killed_restores(small: bool, folder: Path) -> str:
    """A restore killed with SIGKILL at random moments: the database is the old one or the new one (SQLite)."""
    home = settled(f"sqlite:///{folder}/coord.db")
    with lying_in(folder / "backups"):
        return kill_restores(home, 5 if small else 30)


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
    database, taken, longest = Database(home.url), [], [0.0]
    with database.read() as session:
        first = record.head(session).n
    over, said = threading.Event(), [set[str]() for _ in range(WRITERS)]
    threads = [
        threading.Thread(target=_write, args=(home, database, over, said, k, longest)) for k in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    try:
        while sum(map(len, said)) < WRITERS:
            time.sleep(0.01)
        for k in range(n):
            before = set[str]().union(*map(set, said))
            taken.append((before, backup.take(database, at=clock.now() + k)))
            time.sleep(random.random() * 0.1)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    whole = set[str]().union(*said)
    for before, made in taken:
        _must_be_a_moment(database, made, before, whole, first, other)
    database.close()
    took = sorted(made.milliseconds for _, made in taken)
    return (f"{n} backups beside {len(whole)} moves: {n} restored, each the state of one moment; {took[len(took) // 2]} ms "
            f"a backup, {took[-1]} at most; the longest that anybody waited to save: {longest[0] * 1000:.0f} ms")  # fmt: skip


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


def kill_restores(home: Home, kills: int) -> str:
    """Kill so many restores; after each Coord opens the old database or the backup, whole."""
    there = Path(home.url.removeprefix("sqlite:///"))
    database = Database(home.url)
    made = backup.take(database, at=clock.now())
    _ask(home, database, "since the backup")
    database.close()
    old = there.read_bytes()
    file = backup.place() / made.file
    took, came = done(_restore, home.url, file), {True: 0, False: 0}
    for n in range(kills):
        for left in there.parent.glob(f"{there.stem}.*"):
            left.unlink()
        there.write_bytes(old)
        _leave_a_log(home, there)
        gc.collect()  # no connection of ours may look like somebody at work
        late = 0.5 + 1.0 * (n + random.random()) / kills  # most of it only reads; the last steps matter
        done(_restore, home.url, file, until=late * took)
        came[_is_old(home.url)] += 1
    done(_restore, home.url, file)
    assert not _is_old(home.url), "one that is not killed restores"
    return f"{kills} kills within {took * 1000:.0f} ms: {came[True]} times the old database, {came[False]} times the backup, whole each time"


def _leave_a_log(home: Home, there: Path) -> None:
    """What a killed server leaves: a move that is in the write-ahead log only."""
    database = Database(home.url)
    _ask(home, database, "in the log")
    kept = {ending: there.with_name(there.name + ending).read_bytes() for ending in ("", "-wal")}
    database.close()
    for ending, content in kept.items():
        there.with_name(there.name + ending).write_bytes(content)


def _is_old(url: str) -> bool:
    database = Database(url)
    backup.make_ready(database, at=clock.now(), serving=True)
    with database.read() as session:
        found = set(session.scalars(text("SELECT what FROM requests")))
        assert requests.bulk.check(session)[1] == []
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    database.close()
    assert found in ({"since the backup", "in the log"}, set()), found
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
    database, at = Database(url), clock.now()
    with database.held(), backup.ready(database, file, at=at) as found:
        backup.put_in_place(database, found, at=at)


TRIALS = [backups_under_load_on_sqlite, backups_under_load_on_postgresql, killed_restores]
