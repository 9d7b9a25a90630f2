"""How fast a change is on everybody's page: `python -m tests.load [--people 200] [--changes 12] [--every 3]`.

Starts the server on a database of its own with a company of so many people and a running hour, opens a page of the
meeting for each of them (Streamlit's own websocket, and the wake-up), has another process record something every few
seconds, and measures from the commit to the moment at which the new words have arrived on each page.
"""

import argparse
import asyncio
import os
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import quantiles

from coord import accounts, clock, company, meetings, migrations, people, requests
from coord.db import Database
from coord.people import CONSOLE, Mandate
from tests.streams import Page, opened
from tests.test_door import Server, serving

AREAS = 12
OPENING = 4  # pages that are opened at once


def main() -> None:
    wishes = argparse.ArgumentParser()
    wishes.add_argument("--people", type=int, default=200)
    wishes.add_argument("--changes", type=int, default=12)
    wishes.add_argument("--every", type=float, default=3.0, help="seconds between two changes")
    asked = wishes.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/coord.db"
        cookies, meeting_id, by = _company(url, asked.people)
        with serving(url, Path(folder)) as server:
            asyncio.run(_measure(server, Database(url), cookies, meeting_id, by, asked.changes, asked.every))


def _company(url: str, count: int) -> tuple[list[str], int, Mandate]:
    """A company of so many people who are all signed in, and its running hour."""
    database, now = Database(url), clock.now()
    migrations.upgrade(database)
    with database.begin() as session:
        company.found(session, company.Settings("Harbour", zone="UTC"), at=now - 90 * 86_400)
        areas = [
            company.open_area(session, name=f"Area {n}", sphere="sales" if n % 2 else "after_sales", by=CONSOLE).id
            for n in range(AREAS)
        ]  # fmt: skip
        everybody = [_person(session, n, areas, n == count - 1) for n in range(count)]
        by = people.mandate(session, everybody[-1])
        head = people.mandate(session, everybody[0])
        for n in range(40):
            requests.ask(session, from_area=areas[0], to_area=areas[1 + n % (AREAS - 1)], by=head,
                         what=f"Send what we agreed on, part {n}", at=now - (n + 2) * 86_400)  # fmt: skip
        meetings.arrange(session, meetings.Arrangement(facilitators=(everybody[-1],)), seen=0, by=by, at=now)
        row = meetings.current(session, at=now)
        assert row is not None
        meetings.collect(session, row.id, at=now)
        meetings.start(session, row.id, by=by, at=now)
        cookies = [accounts.sign_in(session, person, at=now) for person in everybody]
        mandate = meetings.mandate(session, by, row)
    database.close()
    return cookies, row.id, mandate


def _person(session, n: int, areas: list[int], runs: bool) -> int:  # type: ignore[no-untyped-def]
    area = areas[n % len(areas)]
    held = {("head", area)} if n < len(areas) else set()
    held |= {("facilitator", None)} if runs else set()
    profile = people.Profile(
        f"Person {n}", f"p{n}@harbour.example", area, "en", "UTC", rights=frozenset(held)
    )
    return people.welcome(session, profile, by=CONSOLE).id


async def _measure(
    server: Server, database: Database, cookies: list[str], meeting_id: int, by: Mandate, changes: int, every: float
) -> None:  # fmt: skip
    async with AsyncExitStack() as stack:
        began = time.perf_counter()
        pages = await _open(stack, server, cookies)
        print(f"{len(pages)} pages opened in {time.perf_counter() - began:.0f} s")
        await asyncio.sleep(3)
        latencies: list[float] = []
        missing, cpu, wall = 0, _cpu(server.process.pid), time.perf_counter()
        for n in range(changes):
            mark = f"Change number {n} of this hour".encode()
            for page in pages:
                page.wanted = mark
            committed = await asyncio.to_thread(_change, database, meeting_id, by, mark.decode())
            await asyncio.sleep(every)
            seen = [page.marks[mark] - committed for page in pages if mark in page.marks]
            missing += len(pages) - len(seen)
            latencies += seen
            print(
                f"change {n + 1}: on {len(seen)} pages, the first after {min(seen, default=0):.2f} s, the last after {max(seen, default=0):.2f} s"
            )
        wall = time.perf_counter() - wall
        used = [after - before for after, before in zip(_cpu(server.process.pid), cpu, strict=True)]
    _tell(latencies, missing, used, wall)


async def _open(stack: AsyncExitStack, server: Server, cookies: list[str]) -> list[Page]:
    turn = asyncio.Semaphore(OPENING)

    async def one(secret: str) -> Page:
        async with turn:
            page = await stack.enter_async_context(
                opened(server.port, "/meeting", f"coord_session={secret}", live=True)
            )
            await page.run()
            return page

    return list(await asyncio.gather(*map(one, cookies)))


def _change(database: Database, meeting_id: int, by: Mandate, words: str) -> float:
    """Something is recorded; the instant at which it is committed."""
    with database.begin() as session:
        area = min(by.on_behalf)
        meetings.record(session, meeting_id, "thanks", text=words, area=area, by=by, at=clock.now())
    return time.perf_counter()


def _cpu(process: int) -> tuple[float, float, float]:
    """Seconds of processor time: the server's, everybody's, and how many there were."""
    tick = os.sysconf("SC_CLK_TCK")
    own = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    box = [int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle = box[3] + box[4]
    return (int(own[11]) + int(own[12])) / tick, (sum(box) - idle) / tick, sum(box) / tick


def _tell(latencies: list[float], missing: int, used: list[float], wall: float) -> None:
    cuts = quantiles(latencies, n=100)
    print(f"\n{len(latencies)} changes seen, {missing} not in time")
    print(f"from the commit to the page: p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s")
    print(f"processor: server {used[0] / wall:.0%} of one core, box {used[1] / used[2]:.0%} busy")


if __name__ == "__main__":
    main()
