"""Real servers, started quickly: one process has loaded the program, and each server is a copy of it.

What a server does from there on is what `streamlit run app.py` does; only the two seconds of loading are spared.
"""

import http.client
import importlib
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds that a server may take to answer


@dataclass
class Nursery:
    """The loaded process, and the servers that it has let go."""

    process: subprocess.Popen[str]
    started: list[int]

    def start(self, url: str, port: int, log: Path) -> int:
        """Start a server on a database; its process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{port}\t{url}\t{log}\n")
        self.process.stdin.flush()
        self.started.append(int(self.process.stdout.readline()))
        return self.started[-1]

    def kill(self, pid: int) -> None:
        """End a server without a word, and wait until it is gone."""
        os.kill(pid, signal.SIGKILL)
        self.started.remove(pid)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.002)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """For as long as the block lasts, what starts servers; those that are left are killed at its end."""
    found = Nursery(_loaded(), [])
    try:
        yield found
    finally:
        for pid in list(found.started):
            found.kill(pid)


@cache
def _loaded() -> subprocess.Popen[str]:
    """The one loaded process of all trials; it ends when nobody can ask it for servers any more."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.trials.servers"],
        cwd=ROOT,
        env={**os.environ, "STREAMLIT_LOGGER_LEVEL": "error"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def wait_for(port: int, path: str = "/health") -> float:
    """Wait until the server is well; for how many seconds."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return time.monotonic() - began
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.02)
    raise AssertionError(f"no server answers on port {port}")


def _load() -> None:
    """Everything that a server needs, before it is wanted."""
    import coord.ui
    import coord.web

    rooms = [found.name for package in (coord.web, coord.ui)
             for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.") if found.name != "coord.ui.shell"]  # fmt: skip
    for name in [
        *rooms,
        "streamlit.web.cli",
        "streamlit.web.bootstrap",
        "uvicorn",
        "uvloop",
        "pandas",
        "psycopg",
    ]:
        with suppress(ImportError):  # the server will say what is missing
            importlib.import_module(name)


def _become(port: str, url: str, log: str) -> None:
    """Go on as a server, in the copy."""
    from streamlit.web import cli

    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nowhere, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    own = {"COORD_DATABASE_URL": url, "COORD_DEMO": "0", "COORD_BACKUPS": str(Path(log).with_name("backups"))}
    os.environ |= own
    sys.argv = ["streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    cli.main()


def _nurse() -> None:
    _load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed leaves nothing behind
    for wish in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                _become(*wish.rstrip("\n").split("\t"))
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    _nurse()
