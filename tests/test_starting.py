"""Before Coord works with a database it looks whether that is whole; what is wrong is a sentence that says what to do."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, text
from starlette.applications import Starlette
from starlette.middleware import Middleware
from typer.testing import CliRunner

from coord import accounts, backup, cli, clock, departures, people, web
from coord.backup import restoring
from coord.db import Database
from coord.refusal import Refused
from tests.browser import journey
from tests.cast import DAY, MONDAY, Cast, engage

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """A company in a SQLite file, whatever else the tests run on, and its backup beside it."""
    folder = tmp_path_factory.mktemp("kept")
    database = Database(f"sqlite:///{folder / 'coord.db'}")
    with pytest.MonkeyPatch.context() as surroundings:
        surroundings.setenv("COORD_BACKUPS", str(folder / "backups"))
        backup.make_ready(database, at=MONDAY)
        found = engage(database)
        backup.take(database, at=MONDAY)
    database.close()
    return found


@pytest.fixture
def cast(kept: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """A copy of it for each test."""
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    shutil.copytree(file(kept).parent, tmp_path, dirs_exist_ok=True)
    found = replace(kept, database=Database(f"sqlite:///{tmp_path / 'coord.db'}"))
    yield found
    found.database.close()


def file(cast: Cast) -> Path:
    return Path(cast.database.url.database or "")


def start(cast: Cast) -> None:
    database = Database(cast.database.url.render_as_string())
    try:
        backup.make_ready(database, at=MONDAY + DAY, serving=True)
    finally:
        database.close()


def cut_short(there: Path) -> None:
    os.truncate(there, there.stat().st_size // 8192 * 4096)


def cut_within_a_page(there: Path) -> None:
    os.truncate(there, there.stat().st_size - 1000)


def emptied(there: Path) -> None:
    os.truncate(there, 0)


def overwritten(there: Path) -> None:
    there.write_text("something else " * 1000)


def flipped(there: Path) -> None:
    """One byte in the head of each page but the first: where SQLite keeps what the page is."""
    content = bytearray(there.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page] ^= 0x40
    there.write_bytes(content)


@pytest.mark.parametrize("spoil", [cut_short, cut_within_a_page, emptied, overwritten, flipped])
def test_a_damaged_file_is_refused_with_the_backup_to_put_back_which_then_works(
    cast: Cast, spoil, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    spoil(file(cast))
    spoilt = file(cast).read_bytes()
    newest = tmp_path / "backups" / "coord-2026-03-02T090000Z.db"
    with pytest.raises(Refused, match="is damaged") as refused:
        start(cast)
    assert str(refused.value).endswith(f"coord restore {newest}")
    assert file(cast).read_bytes() == spoilt
    database = Database(cast.database.url.render_as_string())
    with backup.ready(database, newest, at=MONDAY + DAY) as found:
        done = backup.put_in_place(database, found, at=MONDAY + DAY)
    assert done.kept is not None
    assert done.kept.read_bytes() == spoilt
    start(cast)
    with Database(cast.database.url.render_as_string()).read() as session:
        assert len(people.people(session)) == 9


def test_a_missing_database_is_put_back_too(cast: Cast, tmp_path: Path) -> None:
    file(cast).unlink()
    database = Database(cast.database.url.render_as_string())
    with backup.ready(database, tmp_path / "backups" / "coord-2026-03-02T090000Z.db", at=MONDAY) as found:
        assert backup.put_in_place(database, found, at=MONDAY).kept is None
    start(cast)


def test_a_restore_is_refused_while_somebody_uses_the_database(cast: Cast, tmp_path: Path) -> None:
    database, newest = (
        Database(cast.database.url.render_as_string()),
        tmp_path / "backups" / "coord-2026-03-02T090000Z.db",
    )
    with cast.database.read() as session, backup.ready(database, newest, at=MONDAY) as found:
        session.execute(text("SELECT 1"))
        with pytest.raises(Refused, match="Another program is using"):
            backup.put_in_place(database, found, at=MONDAY)
    assert not list(tmp_path.glob("*.restor*"))


def test_a_restore_that_was_killed_when_all_was_ready_is_finished_at_the_next_start(
    cast: Cast, tmp_path: Path
) -> None:
    shutil.copy(tmp_path / "backups" / "coord-2026-03-02T090000Z.db", restoring._waiting(file(cast)))
    cast.ask("After the backup")
    cast.database.close()
    start(cast)
    with Database(cast.database.url.render_as_string()).read() as session:
        assert session.scalar(text("SELECT count(*) FROM requests")) == 0
    assert len(list(tmp_path.glob("coord.before-restore-*.db"))) == 1


def test_before_an_update_a_backup_is_made_and_without_room_for_one_it_does_not_begin(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0011'"))
        for table in ("backup_plan", "backups_given", "checks", "chores", "server_clock", "restores"):
            session.execute(text(f"DROP TABLE {table}"))
    cast.database.close()
    usage = shutil.disk_usage(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
        with pytest.raises(Refused, match="was not begun, since no backup could be made first"):
            start(cast)
    made = backup.made(tmp_path / "backups")
    assert [one.why for one in made] == ["asked"]
    with pytest.raises(Refused):  # the tables of this test are not those of then; but the backup is there
        start(cast)
    assert [one.why for one in backup.made(tmp_path / "backups")] == ["before-update", "asked"]


@journey
@pytest.mark.skipif(shutil.which("setpriv") is None and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read_is_said_so_without_a_traceback(cast: Cast, tmp_path: Path) -> None:
    for path, mode in ((file(cast), 0o444), (tmp_path, 0o555)):
        path.chmod(mode)
    try:
        said = coord(cast, "check")
    finally:
        tmp_path.chmod(0o755)
    assert (said.returncode, said.stderr.count("\n")) == (2, 1)
    assert "Coord can't write to its database" in said.stderr


def test_what_starts_from_the_tests_has_nothing_of_the_company_on_this_machine(tmp_path: Path) -> None:
    real = {name: str(tmp_path) for name in ("COORD_DATA", "COORD_BACKUPS", "COORD_BASE", "COORD_ADDRESS")}
    real["COORD_DATABASE_URL"] = f"sqlite:///{tmp_path}/coord.db"
    tells = "import tests; from coord import settings; print(settings.read(), settings.ROOT / 'data')"
    for there in (real, {}):
        said = subprocess.run([sys.executable, "-c", tells], cwd=ROOT, env={"PATH": "/usr/bin:/bin", **there}, check=True,
                              capture_output=True, text=True).stdout  # fmt: skip
        assert str(tmp_path) not in said
        assert said.count(str(ROOT / "data")) == 1


def coord(cast: Cast, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, by somebody who may not do everything, with an almost empty environment."""
    drop = [
        "setpriv",
        "--bounding-set=-dac_override,-dac_read_search",
        "--inh-caps=-dac_override,-dac_read_search",
    ]
    command = [sys.executable, "-c", "from coord.cli import main; main()", *words]
    return subprocess.run((drop if os.geteuid() == 0 else []) + command, cwd=ROOT, capture_output=True, text=True, timeout=60,
                          env={"LANG": "C", "COORD_DATABASE_URL": str(cast.database.url), "PATH": "/usr/bin:/bin",
                               "COORD_BACKUPS": os.environ["COORD_BACKUPS"]})  # fmt: skip


@pytest.fixture
def console(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """What a command ends with, and all that it says."""
    monkeypatch.setenv("COORD_DATABASE_URL", str(cast.database.url))

    def console(*words: str) -> tuple[int, str]:
        cast.database.close()
        monkeypatch.setattr(sys, "argv", ["coord", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), "".join(capsys.readouterr())

    return console


def test_a_restore_that_leaves_no_administrator_says_how_somebody_becomes_one(
    cast: Cast, console: Callable[..., tuple[int, str]]
) -> None:
    (before,) = backup.made(backup.place(), cast.database)
    with cast.database.begin() as session:
        rights = frozenset({("admin", None)})
        eva = people.welcome(
            session, people.Profile("Eva", "eva@casaclara.example", rights=rights), by=cast.hugo
        )
        by = people.mandate(session, eva.id)
        departures.erase(session, cast.hugo.person_id or 0, name="Hugo", by=by, at=MONDAY + DAY)
    code, said = console("restore", "--yes", str(backup.place() / before.file))
    assert (code, "Erased again: 1" in said, "coord reset-admin --make" in said) == (0, True, True), said
    code, said = console("reset-admin", "--make", "ana@casaclara.example")
    assert (code, "Ana <ana@casaclara.example>" in said, "with the code" in said) == (0, True, True), said


@journey
def test_the_commands_make_list_and_put_back_a_backup(
    tmp_path: Path, console: Callable[..., tuple[int, str]]
) -> None:
    there = tmp_path / "mine.db"
    assert "9 people" in console("backup", str(there))[1]
    there.write_bytes(there.read_bytes() + b"\0")
    code, said = console("restore", "--yes", str(there))
    assert (code, "has changed since" in said) == (2, True)
    code, said = console("backups", "--check")
    assert (code, said.split()[0].endswith("coord-2026-03-02T090000Z.db"), "sound" in said) == (0, True, True)
    code, said = console("restore", "--yes", said.split()[0])
    assert (code, "Casa Clara" in said, "is kept as" in said) == (0, True, True), said
    assert "reset-admin" not in said


def test_a_server_started_anywhere_keeps_everything_in_the_folders_that_were_named_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "COORD_DATA": "data",
        "COORD_BACKUPS": "kept",
        "COORD_DATABASE_URL": "sqlite:///our.db",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["coord", "serve", "--no-browser"])
    surroundings: dict[str, str] = {}
    monkeypatch.setattr(os, "execv", lambda *_: surroundings.update(os.environ))
    with pytest.raises(SystemExit):
        cli.main()
    assert surroundings["COORD_DATA"] == str(tmp_path / "data")
    assert surroundings["COORD_BACKUPS"] == str(tmp_path / "kept")
    assert surroundings["COORD_DATABASE_URL"] == f"sqlite:///{tmp_path / 'our.db'}"


def test_a_command_that_only_reads_makes_no_database_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "elsewhere" / "coord.db"
    monkeypatch.setenv("COORD_DATABASE_URL", f"sqlite:///{there}")
    commands = (["check"], ["report", "unresolved"], ["export", "x.csv"], ["undo-import"], ["reset-admin"])
    for words in commands:
        said = CliRunner().invoke(cli.app, words).exception
        assert (type(said), "There is no database" in str(said)) == (Refused, True), words
    assert not there.parent.exists()
    backup.make_ready(Database(f"sqlite:///{there}"), at=MONDAY)
    for words in commands:
        said = CliRunner().invoke(cli.app, words).exception
        assert (type(said), "has no company yet" in str(said)) == (Refused, True), words


def test_somebody_else_than_an_administrator_is_given_no_backup(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", str(cast.database.url))
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    file = "coord-2026-03-02T090000Z.db"
    came = {who: sent(cast, file, who) for who in ("ana", "gina", "hugo", None)}
    assert {who: answer.status_code for who, answer in came.items()} == {
        "ana": 403,
        "gina": 403,
        "hugo": 200,
        None: 401,
    }
    assert came["hugo"].content.startswith(b"SQLite format 3")
    assert came["ana"].text == "Só a administração pode mudar isto."
    for other in ("coord.db", "..%2Fcoord.db", "coord-2026-03-02T090000Z.json"):
        assert sent(cast, other, "hugo").status_code in (403, 404)
    with cast.database.read() as session:
        given = [(row.person_id, row.file) for row in session.scalars(select(backup.BackupGiven))]
    assert given == [(cast.hugo.person_id, file)]


def sent(cast: Cast, file: str, who: str | None) -> httpx.Response:
    """What somebody of the cast is sent who asks for a backup."""
    headers = {"accept": "application/json", "accept-language": "pt-BR"}
    if who:
        with cast.database.begin() as session:
            secret = accounts.sign_in(session, getattr(cast, who).person_id, at=MONDAY)
        headers["cookie"] = f"coord_session={secret}"
    served = httpx.ASGITransport(Starlette(routes=web.routes(), middleware=[Middleware(web.Door)]))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=served, base_url="http://coord.example") as browser:
            return await browser.get(f"/backup/{file}", headers=headers)

    return asyncio.run(ask())
