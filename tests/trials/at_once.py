"""Many people at the same instant, on both databases."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from coord import clock, db, requests
from coord.db import Database
from coord.refusal import Changed, Repeated
from tests.test_many_at_once import at_once
from tests.trials import Skipped
from tests.trials.home import Home, must_hold, postgresql, settled
from tests.trials.postmaster import served

DAY = date(2030, 3, 1)
LOOKING = 0.05  # seconds at most, in which somebody looks at what was changed before them
On = Callable[[Home, Database], str]


def many_writers(small: bool, folder: Path) -> str:
    """32 people change the day of one promise 50 times each (small: 3); each change is made knowing the one before."""
    turns = 3 if small else 50

    def on(home: Home, database: Database) -> str:
        _ask(home, database, "One request")
        with database.begin() as session:
            requests.move(session, 1, "promise", by=home.heads[1], at=clock.now(), day=DAY)
        unseen: list[str] = []

        def change(person: int) -> None:
            turn = 0
            while turn < turns:
                with database.read() as session:
                    seen = requests.request(session, 1).version
                try:
                    with database.begin(by=home.heads[1].person_id) as session:
                        requests.move(session, 1, "renegotiate", by=home.heads[1], at=clock.now(), seen=seen,
                                      day=DAY + timedelta(turn % 300), text=f"{person}.{turn}")  # fmt: skip
                except Changed:
                    unseen.append("")
                    time.sleep(random.random() * LOOKING)
                else:
                    turn += 1

        at_once(32, change)
        with database.read() as session:
            assert requests.request(session, 1).version == 32 * turns + 2
        saved = {f"{person}.{turn}" for person in range(32) for turn in range(turns)}
        must_hold(home.url, saved)
        return (f"{len(saved)} changes in {len(saved) + len(unseen)} transactions: {len(unseen)} times shown the other's "
                "first, 0 lost")  # fmt: skip

    return _on_both(folder, on)


def double_submits(small: bool, folder: Path) -> str:
    """200 forms (small: 40), each sent twice at the same instant."""
    forms = 10 if small else 50

    def on(home: Home, database: Database) -> str:
        repeated: list[int] = []

        def send(person: int) -> None:
            for form in range(forms):
                words = f"{person // 2}.{form}"
                try:
                    with database.begin() as session:
                        db.once(session, words, clock.now())
                        _asked(home, session, words)
                except Repeated:
                    repeated.append(form)

        at_once(8, send)
        count = must_hold(home.url, {f"{pair}.{form}" for pair in range(4) for form in range(forms)})
        assert (count, len(repeated)) == (4 * forms, 4 * forms)
        return f"{count} recorded, {len(repeated)} told that it was saved already"

    return _on_both(folder, on)


def one_instant(small: bool, folder: Path) -> str:
    """500 people save at one instant."""

    def on(home: Home, database: Database) -> str:
        took: list[float] = []
        _ask(home, database, "The first wakes it up")

        def save(person: int) -> None:
            began = time.perf_counter()
            _ask(home, database, f"Asked by {person}")
            took.append(time.perf_counter() - began)

        at_once(500, save)
        must_hold(home.url, {f"Asked by {person}" for person in range(500)})
        cuts = quantiles(took, n=100)
        return f"no error, p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s"

    return _on_both(folder, on)


def _on_both(folder: Path, on: On) -> str:
    """The same on SQLite and on PostgreSQL."""
    figures = f"SQLite: {_on(f'sqlite:///{folder}/coord.db', on)}"
    try:
        with served() as server, postgresql(server) as url:
            return f"{figures}; PostgreSQL: {_on(url, on)}"
    except Skipped as skipped:
        raise Skipped(f"{figures}; PostgreSQL: left out, {skipped}") from None


def _on(url: str, on: On) -> str:
    home, database = settled(url), Database(url)
    try:
        return on(home, database)
    finally:
        database.close()


def _ask(home: Home, database: Database, words: str) -> None:
    with database.begin(by=home.heads[0].person_id) as session:
        _asked(home, session, words)


def _asked(home: Home, session, words: str) -> None:  # type: ignore[no-untyped-def]
    requests.ask(session, from_area=home.areas[0], to_area=home.areas[1], what=words, by=home.heads[0],
                 at=clock.now())  # fmt: skip


TRIALS = [many_writers, double_submits, one_instant]
