"""The server's own surroundings: an import that is killed, and an environment without anything in it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from coord.db import Database
from tests.browser import free_port, journey
from tests.cast import Cast
from tests.test_bad_inputs_files import counts
from tests.test_door import Server, _wait_for

CALL = [sys.executable, "-c", "from coord.cli import main; main()"]
MAPPING = '[log]\ncase = "c"\narea = "a"\ntime = "t"\n'


@journey
def test_an_import_that_is_killed_is_there_as_a_whole_or_not_at_all(cast: Cast, tmp_path: Path) -> None:
    rows = (f"{n},A{n % 9},2026-01-02T10:00Z\n{n},B{n % 7},2026-01-03T10:00Z\n" for n in range(8_000))
    (tmp_path / "big.csv").write_text("c,a,t\n" + "".join(rows), "utf-8")
    (tmp_path / "m.toml").write_text(MAPPING, "utf-8")
    url = cast.database.url.render_as_string(hide_password=False)
    command = [*CALL, "import", str(tmp_path / "big.csv"), "--mapping", str(tmp_path / "m.toml")]
    seconds = [0.0]
    for share in (1.0, 0.5, 0.8, 0.9):
        before, began = counts(cast.database), time.monotonic()
        process = subprocess.Popen(
            command, env={**os.environ, "COORD_DATABASE_URL": url}, stdout=subprocess.DEVNULL
        )
        if share == 1.0:  # how long it takes when nobody kills it; then it is taken back
            assert process.wait(300) == 0
            seconds.append(time.monotonic() - began)
            assert counts(cast.database)["requests"] == before["requests"] + 8_000
            assert (
                subprocess.run(
                    [*CALL, "undo-import", "1"], env={**os.environ, "COORD_DATABASE_URL": url}
                ).returncode
                == 0
            )
            continue
        time.sleep(share * seconds[-1])
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = counts(cast.database)
        assert after["requests"] in (before["requests"], before["requests"] + 8_000)
        assert after["events"] in (
            before["events"],
            before["events"] + after["requests"] - before["requests"],
        )
        assert (after["imports"] > before["imports"]) == (after["requests"] > before["requests"])


@journey
def test_a_server_without_a_language_a_zone_or_a_home_starts(database: Database, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "server.log"
    bare = {
        "LANG": "C",
        "LC_ALL": "C",
        "PATH": "/usr/bin:/bin",
        "COORD_BACKUPS": str(tmp_path),
        "COORD_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*CALL, "serve", "--port", str(port), "--no-browser"],
            env=bare,
            cwd=tmp_path,
            stdout=out,
            stderr=out,
        )
    try:
        _wait_for(Server(port, process, log), "")
        assert "Traceback" not in log.read_text("utf-8")
    finally:
        process.terminate()
        process.wait(20)
