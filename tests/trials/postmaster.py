"""PostgreSQL goes down under people who save: Coord says so, stays up, and goes on as soon as it is back."""

import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coord import trouble
from tests.trials import POSTGRESQL, Skipped
from tests.trials.home import must_hold, postgresql, settled
from tests.trials.servers import free_port, nursery, wait_for
from tests.trials.visitor import Writer, at_work

PATIENCE = 60.0
BACK = 2.0  # seconds after which everybody must be able to save again


class Cluster:
    """A PostgreSQL server of our own, whose postmaster can be killed."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder, self.port = binaries, folder, free_port()
        # PostgreSQL refuses to run as root
        self._as = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        if self._as:
            shutil.chown(folder, "postgres", "postgres")
        call = [
            binaries / "initdb",
            "-D",
            folder / "data",
            "-U",
            "coord",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        subprocess.run([*call, "--no-sync"], check=True, capture_output=True, cwd="/", **self._as)
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://coord@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it until it accepts connections: what is left of a killed one may have to end first."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            self._begin()
            while self.process.poll() is None:
                if self._accepts():
                    return
                assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
                time.sleep(0.01)
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text()[-2000:])

    def _begin(self) -> None:
        wishes = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder)}
        call = [str(self.binaries / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*call, *(word for name, value in wishes.items() for word in ("-c", f"{name}={value}"))],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._as,
            )

    def _accepts(self) -> bool:
        import psycopg

        try:
            psycopg.connect(f"postgresql://coord@127.0.0.1:{self.port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        self.process.wait(PATIENCE)


@contextmanager
def cluster() -> Iterator[Cluster]:
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4].split(".")[0])
    )
    if not installed:
        raise Skipped("no PostgreSQL is installed in /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="coord-trial-"))
    try:
        found = Cluster(installed[-1].parent, folder)
        try:
            yield found
        finally:
            found.kill(signal.SIGINT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served() -> Iterator[str]:
    """The address of the PostgreSQL server that COORD_TEST_POSTGRESQL names, or of one that is started for it."""
    if POSTGRESQL:
        yield POSTGRESQL
        return
    with cluster() as own:
        yield own.url


def killed_postmaster(small: bool, folder: Path) -> str:
    """PostgreSQL's postmaster killed, by SIGKILL and SIGQUIT in turn, and started anew, while four people save; Coord runs on."""
    kills, log = (3 if small else 60), folder / "server.log"
    waits: list[float] = []

    def kill_again_and_again() -> None:
        for turn in range(kills):
            everybody_saves(writers)
            time.sleep(random.random() * 0.3)
            server.kill((signal.SIGKILL, signal.SIGQUIT)[turn % 2])
            time.sleep(random.random() * 0.5)
            server.start()
            waits.append(everybody_saves(writers))

    with cluster() as server, postgresql(server.url) as url, nursery() as started:
        home, port = settled(url), free_port()
        pid = started.start(url, port, log)
        wait_for(port)
        writers = [Writer(port, cookie, home.other(n)) for n, cookie in enumerate(home.cookies)]
        at_work(writers, kill_again_and_again)
        assert Path(f"/proc/{pid}").exists(), "Coord has ended"
        said = [one for writer in writers for one in writer.acknowledged]
        count = must_hold(url, said)
    sentences = sum((Counter(writer.sentences) for writer in writers), Counter[str]())
    assert set(sentences) <= {trouble.LOST, trouble.CUT, trouble.BUSY, trouble.AWAY}, sentences
    assert "Error" in log.read_text(), "the log doesn't say why"
    assert max(waits) < BACK, f"everybody could save again only after {max(waits):.1f} s"
    return (f"{kills} kills, {len(said)} moves acknowledged, {sum(sentences.values())} times told to press again "
            f"({sentences[trouble.CUT]} of them in the commit), {count} recorded: 0 lost, 0 twice, check clean; "
            f"everybody saves again {sorted(waits)[len(waits) // 2]:.1f} s (at most {max(waits):.1f} s) after PostgreSQL "
            "is back")  # fmt: skip


def everybody_saves(writers: list[Writer]) -> float:
    """Wait until each of them has saved something from now on; for how many seconds."""
    began = time.monotonic()
    while not all(writer.when and writer.when[-1] > began for writer in writers):
        for writer in writers:
            if writer.failure is not None:
                raise writer.failure
        assert time.monotonic() - began < PATIENCE, (
            f"nobody can save: {[writer.sentences for writer in writers]}"
        )
        time.sleep(0.005)
    return time.monotonic() - began


TRIALS = [killed_postmaster]
