"""Time what has to stay quick, and print it.

    python -m tests.bench [--sizes 10000,100000,1000000] [--no-pages]

A file of synthetic requests → the curves of its twenty routes with their bands: ours with nothing in memory
(cold), ours after one more move by somebody (warm), and the usual way, pandas.read_sql and lifelines, in the
oracles' environment, which is made where it isn't there. All take turns in one run; medians are printed. Then
how long pages take to be drawn again, on the demo and with 100,000 requests.
"""

import argparse
import logging
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from coord import company, exchange, migrations, people, trends
from coord.db import Database
from coord.people import Mandate
from coord.trends.observations import forget
from tests import oracles
from tests.cast import DAY, FOUNDER, MONDAY, Cast, engage
from tests.pages import visit

ROUTES = 20
TURNS = 7
YEARS = 3
PAGES = 100_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--no-pages", action="store_true")
    wishes = arguments.parse_args()
    logging.disable(logging.WARNING)  # Streamlit warns that no browser is there
    with tempfile.TemporaryDirectory() as folder:
        curves(Path(folder), [int(size) for size in wishes.sizes.split(",") if size])
        if not wishes.no_pages:
            pages(Path(folder))


def curves(folder: Path, sizes: list[int]) -> None:
    python = oracles.environment()
    print(f"SQLite file → {ROUTES} curves with bands; medians of {TURNS} turns, in milliseconds")
    print(f"{'requests':>10} {'cold':>7} {'warm':>7} {'pandas + lifelines':>19} {'cold':>8} {'warm':>8}")
    for size in sizes:
        cast = written(folder / f"{size}.db", size)
        took: dict[str, list[float]] = {"cold": [], "warm": [], "usual": []}
        with Usual(python, folder / f"{size}.db") as usual:
            for turn in range(TURNS):
                took["usual"].append(usual.draw())
                forget()
                took["cold"].append(timed(partial(drawn, cast.database, whole=False)))
                drawn(cast.database, whole=True)
                cast.ask(f"One more, the {turn}th", at=MONDAY)
                took["warm"].append(timed(partial(drawn, cast.database, whole=True)))
        cast.database.close()
        cold, warm, other = (statistics.median(took[name]) * 1000 for name in ("cold", "warm", "usual"))
        print(f"{size:>10,} {cold:7.0f} {warm:7.0f} {other:19.0f} {other / cold:7.1f}× {other / warm:7.1f}×")


def drawn(database: Database, *, whole: bool) -> None:
    with database.read() as session:
        rows = trends.waits(trends.observations(session, whole=whole), as_of=MONDAY + DAY)
    found = trends.unresolved_by(rows, trends.by_route(rows), ROUTES)
    assert len(found) == ROUTES
    assert all(one.median for one in found)


def timed(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


# Waits for a line, does it the usual way, prints how long that took.
USUAL = """
import sqlite3, sys, time
import lifelines, pandas

COLUMNS = "first_asking_area_id, first_answering_area_id, asked_at, observed_from_at, observed_until_at, resolved_at"
for _ in sys.stdin:
    start = time.perf_counter()
    with sqlite3.connect(sys.argv[1]) as connection:
        rows = pandas.read_sql(f"SELECT {COLUMNS} FROM requests", connection)
    connection.close()
    end = rows.resolved_at.fillna(rows.observed_until_at).fillna(int(sys.argv[2])).astype("int64")
    rows["wait"], rows["resolved"] = end - rows.asked_at, rows.resolved_at.notna()
    for _, route in rows.groupby(["first_asking_area_id", "first_answering_area_id"]):
        fit = lifelines.KaplanMeierFitter().fit(route.wait, route.resolved)
        fit.survival_function_, fit.confidence_interval_, fit.median_survival_time_
    print(time.perf_counter() - start, flush=True)
"""


class Usual:
    """pandas.read_sql and lifelines in a process of their own."""

    def __init__(self, python: Path, file: Path) -> None:
        command = [str(python), "-W", "ignore", "-c", USUAL, str(file), str(MONDAY + DAY)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> "Usual":
        self.draw()  # imports are done with the first turn
        return self

    def draw(self) -> float:
        assert self.process.stdin
        assert self.process.stdout
        print("draw", file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        self.process.communicate()


def written(path: Path, size: int) -> Cast:
    """A file with the cast's company, a fifth area, and so many requests of three years; some are open."""
    database = Database(f"sqlite:///{path}")
    migrations.upgrade(database)
    cast = engage(database)
    with database.begin() as session:
        training = company.open_area(session, name="Training", sphere="after_sales", by=FOUNDER)
        areas = np.array([*cast.area.values(), training.id])
        rows = lives(size, areas)
        connection = session.connection()
        marks = ", ".join("?" * len(COLUMNS))
        for start in range(0, size, 50_000):
            some = [row for i in range(start, min(start + 50_000, size)) if (row := rows(i))]
            connection.exec_driver_sql(f"INSERT INTO requests ({', '.join(COLUMNS)}) VALUES ({marks})", some)
    with database.begin() as session:
        session.connection().exec_driver_sql("ANALYZE")
    return cast


COLUMNS = (
    "id", "reference", "version", "asking_area_id", "answering_area_id", "first_asking_area_id", "first_answering_area_id", "state",
    "asked_at", "observed_from_at", "last_at", "held_since_at", "what", "first_answer_at", "resolved_at", "outcome",
    "reroutes", "renegotiations", "reopenings", "search",
)  # fmt: skip


def lives(size: int, areas: np.ndarray) -> Callable[[int], tuple[object, ...]]:
    """Rows of requests that were asked at any time of three years, on twenty routes of different speed."""
    random = np.random.default_rng(20260302)
    asked = np.sort(MONDAY - random.integers(0, YEARS * 365 * DAY, size)).tolist()
    asking = random.integers(0, 5, size)
    answering = (asking + random.integers(1, 5, size)) % 5
    wait = (random.exponential(10 * DAY, size) * (0.4 + 0.3 * asking + 0.2 * answering)).astype(int).tolist()
    answer = random.random(size).tolist()
    outcome = random.choice(
        ["satisfied", "silence", "declined", "withdrawn"], size, p=[0.65, 0.08, 0.17, 0.1]
    ).tolist()
    source, target = areas[asking].tolist(), areas[answering].tolist()

    def row(i: int) -> tuple[object, ...]:
        end, first = asked[i] + wait[i], asked[i] + int(wait[i] * answer[i])
        is_open = end > MONDAY
        state = "asked" if is_open else {"silence": "satisfied"}.get(outcome[i], outcome[i])
        what = f"Send the list number {i} of the customers on trial"
        return (i + 1, f"{i:032x}", 2, source[i], target[i], source[i], target[i], state, asked[i], asked[i], asked[i],
                asked[i], what, first if first <= MONDAY else None, None if is_open else end,
                None if is_open else outcome[i], 0, 0, 0, what.lower())  # fmt: skip

    return row


def pages(folder: Path) -> None:
    print(
        "\nA page drawn again; medians of 15, in milliseconds (and of 3 with nothing of the trends in memory)"
    )
    demo = f"sqlite:///{folder / 'demo.db'}"
    exchange.demo.load(demo, "en", at=MONDAY)
    for name, database in (
        ("demo", Database(demo)),
        (f"{PAGES:,}", written(folder / "pages.db", PAGES).database),
    ):
        with database.read() as session:
            heads = [p for p in people.people(session) if people.mandate(session, p.id).areas]
            who = people.mandate(session, heads[0].id)
        for page, query in LOOKED_AT:
            again, anew = redrawn(database, who, page, query)
            print(f"{name:>10} {page + ' ' + ' '.join(query.values()):<26} {again:6.0f} ({anew:.0f})")
        database.close()


LOOKED_AT: list[tuple[str, dict[str, str]]] = [
    ("today", {}),
    ("requests", {}),
    ("trends", {}),
    ("trends", {"compare": "route"}),
    ("trends", {"compare": "crossing", "time": "working"}),
]


def redrawn(database: Database, who: Mandate, page: str, query: dict[str, str]) -> tuple[float, float]:
    """Milliseconds to draw a page again, and when everything about the trends has to be read and drawn anew."""
    with pytest.MonkeyPatch.context() as patch:
        seen = visit(patch, database, who, page, at=MONDAY, **query)
        again = statistics.median(timed(seen.run) for _ in range(15))
        anew = statistics.median(timed(lambda: (forget(), seen.run())) for _ in range(3))
        return again * 1000, anew * 1000


if __name__ == "__main__":
    main()
