"""The disk under the database fails in one way after another: people are told, nothing is lost, and it goes on."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from coord import trouble
from coord.db import Database
from tests.trials import Skipped
from tests.trials.home import Home, must_hold, settled
from tests.trials.postmaster import everybody_saves
from tests.trials.servers import Nursery, free_port, nursery, wait_for
from tests.trials.visitor import Writer

FAILED = "Something went wrong here"


class Office:
    """A server on a database, and four people who save without a pause."""

    def __init__(self, started: Nursery, folder: Path, logs: Path) -> None:
        self.started, self.path, self.log, self.port = (
            started,
            folder / "coord.db",
            logs / "server.log",
            free_port(),
        )
        self.home: Home = settled(f"sqlite:///{self.path}")
        self.pid = started.start(self.home.url, self.port, self.log)
        wait_for(self.port)
        self.writers = [
            Writer(self.port, cookie, self.home.other(n)) for n, cookie in enumerate(self.home.cookies)
        ]
        for writer in self.writers:
            writer.start()
        everybody_saves(self.writers)

    @property
    def said(self) -> list[str]:
        return [one for writer in self.writers for one in writer.acknowledged]

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Nobody saves for as long as the block lasts."""
        with ExitStack() as pens:
            for writer in self.writers:
                pens.enter_context(writer.pen)
            yield

    def hears(self, *sentences: str) -> None:
        """Wait until each of them is told one of these."""
        before, until = [_count(writer, sentences) for writer in self.writers], time.monotonic() + 40
        while any(_count(writer, sentences) <= had for writer, had in zip(self.writers, before, strict=True)):
            assert time.monotonic() < until, [writer.sentences for writer in self.writers]
            time.sleep(0.01)

    def saves_nothing(self, seconds: float = 1.0) -> None:
        before = len(self.said)
        time.sleep(seconds)
        assert len(self.said) == before, "it was acknowledged on a disk that takes nothing"

    def close(self) -> None:
        """Everybody stops; what they were told was said in a sentence, and the log has the cause."""
        for writer in self.writers:
            writer.enough()
        assert Path(f"/proc/{self.pid}").exists(), "the server has ended"
        told = sum((Counter(writer.sentences) for writer in self.writers), Counter[str]())
        assert not [one for one in told if FAILED in one or "TRACEBACK" in one], told


def _count(writer: Writer, sentences: tuple[str, ...]) -> int:
    return sum(writer.sentences.get(sentence, 0) for sentence in sentences)


def full_disk(small: bool, folder: Path) -> str:
    """The disk of the database becomes full under four people who save, and has room again later (SQLite, a disk of its own)."""
    turns = 1 if small else 10
    with _small_disk(folder / "disk") as disk, nursery() as started:
        office = Office(started, disk, folder)
        for _ in range(turns):
            _fill(disk / "ballast")
            office.hears(trouble.FULL)
            office.saves_nothing()
            (disk / "ballast").unlink()
            everybody_saves(office.writers)
        office.close()
        assert "database or disk is full" in office.log.read_text()
        count = must_hold(office.home.url, office.said)
    return f"{turns} times full, {len(office.said)} moves acknowledged, {count} recorded: 0 lost, check clean; server ran on"


@contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    place.mkdir()
    if (
        os.getuid() != 0
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "coord", place]).returncode
    ):
        raise Skipped("only root may mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(65_536))
    with path.open("ab", buffering=0) as ballast, suppress(OSError):
        while True:
            ballast.write(bytes(4_096))


def read_only_file(small: bool, folder: Path) -> str:
    """The database's files are made immutable under four people who save, and changeable again later (SQLite)."""
    turns, files = 1 if small else 10, [folder / "coord.db", folder / "coord.db-wal"]
    with nursery() as started:
        office = Office(started, folder, folder)
        for _ in range(turns):
            if os.getuid() != 0 or subprocess.run(["chattr", "+i", *files], capture_output=True).returncode:
                office.close()
                raise Skipped("only root may make a file immutable, on a file system that knows it")
            try:
                office.hears(trouble.READ_ONLY, trouble.FAILING, trouble.CUT)
                office.saves_nothing()
            finally:
                subprocess.run(["chattr", "-i", *files], check=True)
            everybody_saves(office.writers)
        office.close()
        count = must_hold(office.home.url, office.said)
    return f"{turns} times, {len(office.said)} moves acknowledged, {count} recorded: 0 lost, check clean; server ran on"


def taken_away(small: bool, folder: Path) -> str:
    """The database's file is moved away under four people who save, and put back (SQLite)."""
    turns, aside = 1 if small else 10, folder / "aside.db"
    with nursery() as started:
        office = Office(started, folder, folder)
        for _ in range(turns):
            office.path.rename(aside)
            office.hears(trouble.REPLACED)
            office.saves_nothing()
            assert not office.path.exists(), "an empty database was put in its place"
            aside.rename(office.path)
            everybody_saves(office.writers)
        office.close()
        count = must_hold(office.home.url, office.said)
    return f"{turns} times, {len(office.said)} moves acknowledged, {count} recorded: 0 lost, check clean; server ran on"


def damaged_file(small: bool, folder: Path) -> str:
    """The file loses its end, or is overwritten with noise, while four people save; the backup of before is put back (SQLite)."""
    count = _damaged(folder / "cut", _cut, trouble.REPLACED)
    count += _damaged(folder / "noise", _overwrite, trouble.DAMAGED, trouble.UNREADABLE)
    return f"{count} moves acknowledged before, none after the damage; 0 lost with the backup back"


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\x99" * (path.stat().st_size - 4_096))


def _damaged(folder: Path, damage: Callable[[Path], None], *sentences: str) -> int:
    """Damage the file: nothing more is acknowledged; with its backup, everything is there that was said."""
    folder.mkdir()
    with nursery() as started:
        office = Office(started, folder, folder)
        with office.silence():
            said = office.said
            _back_up(office.home.url, folder / "backup.db")
            damage(office.path)
        office.hears(*sentences)
        office.saves_nothing()
        assert office.said == said, "it was acknowledged on a damaged file"
        for writer in office.writers:
            writer.patience = 0
        office.close()
        started.kill(office.pid)
    for rest in folder.glob("coord.db*"):
        rest.unlink()
    shutil.copy(folder / "backup.db", office.path)
    must_hold(office.home.url, said)
    return len(said)


def _back_up(url: str, file: Path) -> None:
    database = Database(url)
    with database.writer.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("VACUUM INTO ?", (str(file),))
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # so that the damage is not made good by the log
    database.close()


TRIALS = [full_disk, read_only_file, taken_away, damaged_file]
