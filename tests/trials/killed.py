"""The server is killed while people save: what was acknowledged is there, and nothing is there twice."""

import multiprocessing
import os
import random
import secrets
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from coord import clock, db, requests
from coord.db import Database
from coord.refusal import Repeated
from tests.trials.home import Home, must_hold, settled
from tests.trials.servers import free_port, nursery, wait_for
from tests.trials.visitor import Writer, at_work

WRITERS = 4


def killed_servers(small: bool, folder: Path) -> str:
    """The server killed with SIGKILL again and again while four people ask and comment on its pages (SQLite)."""
    kills, log = (8 if small else 200), folder / "server.log"
    home, port = settled(f"sqlite:///{folder}/coord.db"), free_port()
    writers = [Writer(port, cookie, home.other(n)) for n, cookie in enumerate(home.cookies)]
    waits: list[float] = []

    def kill_again_and_again() -> None:
        for _ in range(kills):
            pid = started.start(home.url, port, log)
            waits.append(wait_for(port))
            _wait_for_one_more(writers)
            time.sleep(random.random() * 0.5)
            started.kill(pid)
        started.start(home.url, port, log)
        wait_for(port)

    with nursery() as started:
        at_work(writers, kill_again_and_again)
        said = [one for writer in writers for one in writer.acknowledged]
        count = must_hold(home.url, said)  # beside the running server, as an administrator would
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
    assert not [one for writer in writers for one in writer.sentences if "TRACEBACK" in one]
    return (f"{kills} kills, {len(said)} moves acknowledged, {sum(writer.cuts for writer in writers)} clicks cut off, "
            f"{count} recorded: 0 lost, 0 twice, check clean; back after {max(waits):.1f} s at most")  # fmt: skip


def _wait_for_one_more(writers: list[Writer]) -> None:
    """Wait until somebody has saved something since this server was started: else it is killed while it wakes up."""
    before, until = sum(len(writer.acknowledged) for writer in writers), time.monotonic() + 30
    while sum(len(writer.acknowledged) for writer in writers) == before:
        assert time.monotonic() < until, f"nobody can save: {[writer.sentences for writer in writers]}"
        time.sleep(0.01)


def killed_processes(small: bool, folder: Path) -> str:
    """A process in which four threads write through coord.db, killed with SIGKILL again and again (SQLite)."""
    kills, told = (25 if small else 200), folder / "told"
    told.touch()
    home = settled(f"sqlite:///{folder}/coord.db")
    loaded = multiprocessing.get_context("forkserver")
    loaded.set_forkserver_preload(["tests.trials.killed"])
    for _ in range(kills):
        size = told.stat().st_size
        process = loaded.Process(target=_write, args=(home, told), daemon=True)
        process.start()
        while "!" not in told.read_text()[size:]:  # it has saved something
            assert process.is_alive(), "it ended by itself"
            time.sleep(0.001)
        time.sleep(random.random() * 0.15)
        process.kill()
        process.join()
    tried, done = _told(told)
    count = must_hold(home.url, done)
    return (
        f"{kills} kills, {len(done)} moves acknowledged, {len(tried)} clicks tried, {count} recorded: "
        "0 lost, 0 twice, check clean"
    )


def _write(home: Home, told: Path) -> NoReturn:
    """Four threads write until they are killed; each begins with what its forerunner was cut off in."""
    database, line = Database(home.url), os.open(told, os.O_WRONLY | os.O_APPEND)
    tried, done = _told(told)
    cut = [words for words in tried if words not in done]
    for n in range(WRITERS):
        left = [words for words in cut if words.startswith(f"{n} ")]
        threading.Thread(target=_write_alone, args=(home, database, line, n, left), daemon=True).start()
    while True:
        time.sleep(60)


def _write_alone(home: Home, database: Database, line: int, n: int, left: list[str]) -> None:
    while True:
        words = left.pop() if left else f"{n} {secrets.token_hex(16)}"
        os.write(line, f"? {words}\n".encode())
        with suppress(Repeated), database.begin(by=home.heads[n].person_id) as session:
            db.once(session, f"form {words}", clock.now())
            requests.ask(session, from_area=home.areas[n], to_area=home.areas[n - 1], what=words, by=home.heads[n],
                         at=clock.now())  # fmt: skip
        os.write(line, f"! {words}\n".encode())


def _told(told: Path) -> tuple[list[str], set[str]]:
    """What was tried, and what was acknowledged."""
    lines = told.read_text().splitlines()
    return [line[2:] for line in lines if line[0] == "?"], {line[2:] for line in lines if line[0] == "!"}


TRIALS = [killed_servers, killed_processes]
