"""The commands: import, export, undo-import, check, from the command line as somebody types them."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from coord import backup, cli, company, exchange, requests
from coord.db import Database
from tests.cast import MONDAY
from tests.conftest import POSTGRESQL, shared

LOG = """case,area,time,state
7,Sales,2026-01-02 10:00,
7,Workshop,2026-01-03 10:00,
7,Workshop,2026-01-09 10:00,closed
8,Sales,2026-01-05 10:00,
9,Sales,2026-02-30 10:00,
"""
MAPPING = """[log]
case = "case"
area = "area"
time = "time"
time_zone = "America/Sao_Paulo"
resolved_when = { state = ["closed"] }
[spheres]
Sales = "sales"
all = "after_sales"
"""


class Console:
    """Somebody at the command line of the server."""

    def __init__(self, url: str, place: Path, capsys: Any, monkeypatch: Any) -> None:
        self.url, self.place, self.capsys, self.monkeypatch = url, place, capsys, monkeypatch
        monkeypatch.setenv("COORD_DATABASE_URL", url)

    def file(self, name: str, text: str) -> str:
        (self.place / name).write_text(text, "utf-8")
        return str(self.place / name)

    def coord(self, *words: str) -> tuple[int, str, str]:
        """Exit status, output, errors."""
        self.monkeypatch.setattr(sys, "argv", ["coord", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err


@pytest.fixture
def console(url: str, tmp_path: Path, capsys: Any, monkeypatch: Any) -> Console:
    return Console(url, tmp_path, capsys, monkeypatch)


@pytest.fixture
def history(console: Console) -> list[str]:
    """The words that import the small log."""
    return ["import", console.file("log.csv", LOG), "--mapping", console.file("m.toml", MAPPING)]


def test_an_import_into_an_empty_database_founds_a_company_and_prints_its_counts_as_json(
    console: Console, history: list[str], database: Database
) -> None:
    status, out, err = console.coord(*history, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "requests": 1,
        "events": 2,
        "areas": 2,
        "not_a_handoff": 1,
        "rejected": [{"case": "9", "reason": "“2026-02-30 10:00” is not a date that can be read."}],
    }
    with database.read() as session:
        assert company.the(session).zone == "America/Sao_Paulo"
        assert [area.sphere for area in company.areas(session)] == ["sales", "after_sales"]
        row = requests.every(session, requests.Wanted(), at=MONDAY)[0]
        assert row.asked_at == exchange.Instants().read("2026-01-02T13:00Z").at
    again = json.loads(console.coord(*history, "--json")[1])
    assert (again["requests"], again["events"], again["areas"]) == (0, 0, 0)


def test_an_import_is_told_in_sentences_listed_and_undone(console: Console, history: list[str]) -> None:
    left_out = console.place / "left.csv"
    out = console.coord(*history, "--left-out", str(left_out))[1]
    assert "1 requests with 2 events from 2 areas." in out
    assert "coord undo-import 1" in out
    assert left_out.read_text("utf-8-sig").splitlines()[1].startswith("9,")
    assert "1 were here already" in console.coord(*history)[1]
    assert "This file can't be written" in console.coord("export", "/nowhere/at/all.csv")[2]
    assert "1: log.csv" in console.coord("undo-import")[1]
    assert "Undone: log.csv, 1 requests." in console.coord("undo-import", "1")[1]
    assert console.coord("undo-import", "1")[::2] == (2, "There is no such import.\n")


def test_where_what_was_left_out_can_not_be_written_nothing_is_imported(
    console: Console, history: list[str], database: Database
) -> None:
    status, out, err = console.coord(*history, "--left-out", "/nowhere/at/all.csv")
    assert (status, out, err) == (2, "", "This file can't be written: No such file or directory.\n")
    with database.read() as session:
        assert company.company(session) is None


def test_as_of_an_instant_what_came_later_is_unseen(
    console: Console, history: list[str], database: Database
) -> None:
    assert console.coord(*history, "--as-of", "2026-01-05", "--json")[0] == 0
    with database.read() as session:
        row = requests.every(session, requests.Wanted(), at=MONDAY)[0]
    assert (row.state, row.observed_until_at) == ("asked", exchange.Instants().read("2026-01-05T15:00Z").at)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "all.csv"], "This database has no company yet."),
        (["import", "nowhere.csv"], "There is no file “nowhere.csv”."),
        (["import", "{log}"], "say in a mapping what its columns mean"),
        (["import", "{log}", "--mapping", "nowhere.toml"], "There is no file “nowhere.toml”."),
        (["import", "{log}", "--mapping", "{log}"], "not valid TOML"),
        (["import", "{log}", "--mapping", "{m}", "--as-of", "soon"], "“soon” is not a date"),
    ],
)
def test_what_can_not_be_done_is_said_on_the_error_stream_and_leaves_nothing(
    console: Console, database: Database, words: list[str], said: str
) -> None:
    places = {"log": console.file("log.csv", LOG), "m": console.file("m.toml", MAPPING)}
    status, out, err = console.coord(*(word.format(**places) for word in words))
    assert (status, out) == (2, "")
    assert said in err
    with database.read() as session:
        assert company.company(session) is None


def test_a_header_alone_says_that_nothing_came(console: Console) -> None:
    words = [
        "import",
        console.file("log.csv", LOG.splitlines()[0] + "\n"),
        "--mapping",
        console.file("m.toml", MAPPING),
    ]
    status, out, _ = console.coord(*words)
    assert status == 0
    assert "no rows below its header" in out


def test_what_is_exported_can_be_imported_and_checked(
    console: Console, history: list[str], tmp_path: Path
) -> None:
    console.coord(*history)
    for name in ("out", "again"):
        (tmp_path / name).mkdir()
    assert console.coord("export", str(tmp_path / "out"))[0] == 0
    status, said = console.coord("check")[:2]
    assert (status, said.splitlines()[0]) == (0, "1 requests replayed, 0 differ.")
    assert "entries in the record, the chain holds" in said
    other = tmp_path / "other.db"
    console.monkeypatch.setenv("COORD_DATABASE_URL", f"sqlite:///{other}")
    for name in ("areas.csv", "people.csv", "events.csv"):
        assert console.coord("import", str(tmp_path / "out" / name))[0] == 0
    console.coord("export", str(tmp_path / "again"))
    for name in ("areas.csv", "people.csv", "events.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_a_real_log_is_imported_from_the_command_line(console: Console) -> None:
    path = shared("logs", "bpic2013-closed-problems.xes.gz")
    mapping = """[log]
case = "case:concept:name"
time = "time:timestamp"
area = "organization involved"
[log.resolved_when]
"lifecycle:transition" = ["Closed"]
"""
    out = console.coord("import", str(path), "--mapping", console.file("m.toml", mapping), "--json")[1]
    found = json.loads(out)
    assert (found["requests"], found["not_a_handoff"], found["rejected"]) == (268, 1_219, [])
    status, said = console.coord("check")[:2]
    assert (status, said.splitlines()[0]) == (0, "268 requests replayed, 0 differ.")
    assert "entries in the record, the chain holds" in said


@pytest.mark.skipif(shutil.which("pg_dump") is None and POSTGRESQL is not None, reason="pg_dump is not here")
def test_before_a_large_import_a_backup_of_what_is_there_is_made(
    console: Console, history: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    assert "A backup was made before" not in console.coord(*history)[1]
    cases = (
        f"{n},{area},2026-01-0{day} 10:00,\n"
        for n in range(100, 1_100)
        for day, area in ((2, "Sales"), (3, "Workshop"))
    )
    large = console.file("large.csv", LOG.splitlines(keepends=True)[0] + "".join(cases))
    out = console.coord("import", large, *history[2:])[1]
    (made,) = backup.made(tmp_path / "backups")
    assert f"A backup was made before: {tmp_path / 'backups' / made.file}" in out
    assert (made.why, made.facts.counts["requests"]) == ("before-import", 1)
