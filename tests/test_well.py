"""Is everything well? What an administrator is told, on the page and on the command line, and what strangers are not."""

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import coord
from coord import (
    backup,
    checks,
    chores,
    cli,
    clock,
    migrations,
    notices,
    timekeeping,
    well,
)
from coord.db import Database
from coord.refusal import Refused
from coord.text import Words
from coord.web import pages
from coord.web.lifespan import _begin
from coord.well import Line
from coord.well.process import ERRORS
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.pages import visit, words


@pytest.fixture(autouse=True)
def _server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A server that has just begun, with backups of its own."""
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    well.begins(MONDAY)
    yield
    ERRORS.since_at = None
    for name in ("", "coord"):
        logging.getLogger(name).removeHandler(ERRORS)


@pytest.fixture
def sound(cast: Cast) -> Cast:
    """The company after a night in which everything was done."""
    with cast.database.begin() as session:
        backup.change_plan(session, backup.PlanWish(), seen=backup.plan(session).version, by=cast.hugo)
    chores.do(cast.database, MONDAY)
    checks.go(cast.database, MONDAY)
    return cast


def lines(cast: Cast, at: int = MONDAY) -> dict[str, Line]:
    return {line.name: line for line in well.look(cast.database, Words(), at=at)}


def wanting(cast: Cast, at: int = MONDAY) -> set[str]:
    return {name for name, line in lines(cast, at).items() if not line.is_well}


def test_everything_is_well_and_each_line_says_how(sound: Cast) -> None:
    found = lines(sound)
    assert wanting(sound) == set()
    assert (found["version"].said, found["version"].small) == (
        f"Coord {coord.__version__}",
        f"Schema of the database: {migrations.newest()}",
    )
    assert ("SQLite" if sound.database.is_sqlite else "PostgreSQL") in found["database"].small
    assert "all is as it was written" in found["check"].said
    assert found["chores"].said == "Last done on 2 Mar 2026, 09:00."
    assert "Confirm deliveries by silence: 2 Mar 2026, 09:00" in found["chores"].details
    assert found["errors"].said == "None since the server began."


def test_every_chore_has_a_name_that_people_read() -> None:
    assert well.lines.CHORES.keys() == {*chores.CHORES, *chores.OUTSIDE}


def test_the_address_of_the_database_is_told_without_its_password(sound: Cast) -> None:
    said = " ".join(line.said + line.small for line in lines(sound).values())
    if sound.database.url.password:
        assert str(sound.database.url.password) not in said
    assert str(sound.database.url.database) in said


# What is not well


def test_a_request_that_was_changed_past_coord_is_found_and_named(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.writer.begin() as connection:
        connection.execute(text("UPDATE requests SET what = 'Nothing'"))
    checks.go(cast.database, MONDAY)
    line = lines(cast)["check"]
    assert line.do.startswith("1 request is not what its story says")
    assert line.details == (f"{row.reference}: what",), line


def test_an_entry_of_the_record_that_was_changed_is_found(cast: Cast) -> None:
    cast.ask()
    with cast.database.writer.begin() as connection:
        connection.execute(text("UPDATE record SET at = at + 1 WHERE id = 2"))
    checks.go(cast.database, MONDAY)
    assert "Entry 2 of the record is not as it was written" in lines(cast)["check"].do


def test_entries_that_were_cut_off_are_missed_by_the_check_though_newer_backups_end_with_others(
    sound: Cast,
) -> None:
    sound.ask()
    backup.take(sound.database, at=MONDAY + HOUR)
    with sound.database.writer.begin() as connection:  # past Coord
        n = connection.scalar(text("SELECT max(id) FROM record"))
        connection.execute(text(f"DELETE FROM record WHERE id >= {n}"))
    sound.ask()
    backup.take(sound.database, at=MONDAY + 2 * HOUR)
    row = checks.go(sound.database, MONDAY + DAY, backup.missing_entry)
    assert row is not None
    assert row.found.broken == n
    assert f"Entry {n} of the record is not as it was written" in lines(sound, MONDAY + DAY)["check"].do


def test_a_list_of_who_was_erased_that_can_t_be_read_wants_a_look(sound: Cast, tmp_path: Path) -> None:
    (tmp_path / "backups" / "erased.json").write_text('{"17')
    assert "The list of who was erased can't be read" in lines(sound)["backup"].do


def test_who_wants_a_check_gets_one_and_at_night_it_comes_by_itself(sound: Cast) -> None:
    assert checks.go(sound.database, MONDAY + HOUR) is None
    with sound.database.begin() as session:
        checks.want(session, by=sound.hugo, at=MONDAY + HOUR)
        with pytest.raises(Refused, match="under way already"):
            checks.want(session, by=sound.hugo, at=MONDAY + HOUR)
    row = checks.go(sound.database, MONDAY + HOUR)
    assert row is not None
    assert row.wanted_by_id == sound.hugo.person_id
    assert checks.go(sound.database, MONDAY + 17 * HOUR) is None  # Tuesday, two in the morning
    assert checks.go(sound.database, MONDAY + 18 * HOUR) is not None


def test_one_that_was_cut_off_does_not_keep_the_next_from_beginning(sound: Cast) -> None:
    with sound.database.begin() as session:
        session.add(checks.Check(wanted_at=MONDAY, began_at=MONDAY, findings={}))
    with sound.database.read() as session:
        assert checks.under_way(session, at=MONDAY + 60) is not None
    with sound.database.begin() as session:
        checks.want(session, by=sound.hugo, at=MONDAY + 2 * HOUR)
    assert checks.go(sound.database, MONDAY + 2 * HOUR) is not None


def test_a_check_in_the_middle_of_which_the_server_was_stopped_begins_anew(sound: Cast) -> None:
    with sound.database.begin() as session:
        checks.want(session, by=sound.hugo, at=MONDAY)
        session.execute(text("UPDATE checks SET began_at = wanted_at WHERE ended_at IS NULL"))
    assert checks.go(sound.database, MONDAY + 60) is None
    _begin(sound.database)
    timekeeping.begin_anew()
    begins_anew = checks.go(sound.database, MONDAY + 60) is not None
    assert begins_anew == sound.database.is_sqlite  # elsewhere another server may be in the middle of it


def test_after_a_clock_that_was_believed_to_be_ahead_a_night_is_a_night_again(sound: Cast) -> None:
    ahead = MONDAY + 730 * DAY
    chores.do(sound.database, ahead)
    checks.go(sound.database, ahead)
    with sound.database.begin() as session:
        checks.want(session, by=sound.hugo, at=ahead)
    assert wanting(sound, MONDAY + 3 * DAY) == {"chores", "backup", "check"}
    for at in (MONDAY + 3 * DAY, MONDAY + 30 * DAY):
        for later in (0, 60):
            chores.do(sound.database, at + later)
            assert (checks.go(sound.database, at + later) is None) == bool(later)
        assert backup.made(backup.place(), sound.database)[1].at == at
        assert wanting(sound, at + 60) == set()
        with sound.database.read() as session:
            (tidied,) = (row for row in chores.all_of(session) if row.name == "tidy up")
        assert tidied.last_done_at == at


def test_what_was_missed_for_days_wants_a_look(sound: Cast) -> None:
    assert wanting(sound, MONDAY + HOUR) == {"chores"}
    assert wanting(sound, MONDAY + 4 * DAY) == {"chores", "backup", "check"}
    assert "start it again" in lines(sound, MONDAY + HOUR)["chores"].do


def test_backups_that_fail_or_are_switched_off_are_told(sound: Cast) -> None:
    with sound.database.begin() as session:
        row = backup.plan(session)
        backup.change_plan(session, backup.PlanWish(is_on=False), seen=row.version, by=sound.hugo)
    assert "Switch them on" in lines(sound)["backup"].do
    with sound.database.begin() as session:
        backup.plan(session).trouble = {"message": "The disk of {name} is full.", "facts": {"name": "Hugo"}}
    assert lines(sound)["backup"].do == "The disk of Hugo is full."


def test_a_chore_that_fails_says_since_when_and_why(sound: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_session: object, _at: int) -> int:
        raise RuntimeError("ana@casaclara.example")

    monkeypatch.setitem(chores.CHORES, "open agendas", breaks)
    chores.do(sound.database, MONDAY + 60)
    line = lines(sound, MONDAY + 60)["chores"]
    assert line.do == "1 of them fails: Open agendas. Below stands why."
    assert any(
        one.startswith("Open agendas: failing since 2 Mar 2026, 09:01. It could not be done")
        for one in line.details
    )
    told = lines(sound, MONDAY + 60)["errors"].said
    assert "1 error in the log" in told
    assert "ana@" not in told


def test_a_full_disk_is_seen_before_it_is_full(sound: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=900_000_000))
    line = lines(sound)["disk"]
    assert line.said.startswith("900 MB free")
    assert line.do.startswith("Make room on the disk")


def test_a_clock_in_doubt_and_letters_that_reach_nobody_want_a_look(sound: Cast) -> None:
    with sound.database.begin() as session:
        session.add(timekeeping.ServerClock(id=1, round_at=MONDAY, doubted_at=MONDAY, expected_at=MONDAY,
                                            said_at=MONDAY + 900 * DAY, trusted=0))  # fmt: skip
        notices.set_up(session, notices.SetUp(True, "smtp.example.com", 587, "starttls", None, None, "coord@example.com",
                                              "https://c.example.com"), seen=0, by=sound.hugo, at=MONDAY)  # fmt: skip
        session.add(notices.Letter(person_id=sound.ana.person_id, message_id="1", subject="", written_at=MONDAY, next_at=0, useful_until_at=MONDAY + DAY,
                                   trouble={"message": "No such host."}))  # fmt: skip
    assert wanting(sound, MONDAY + HOUR) == {"chores", "clock", "mail"}
    found = lines(sound, MONDAY + HOUR)
    assert "1 person was not reached" in found["mail"].do
    assert "whether the server's clock is right" in found["chores"].do


def test_a_newer_schema_under_the_running_server_is_seen(sound: Cast) -> None:
    with sound.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert wanting(sound) == {"version"}


# The page, the command and the health check


def test_hugo_reads_the_page_and_asks_for_a_check(sound: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, sound.database, sound.hugo, "well")
    assert seen.success[0].value == "Everything is well."
    next(one for one in seen.button if one.key.startswith("want-check")).click()
    assert "It is being looked through" in words(seen.run())
    checks.go(sound.database, MONDAY)
    assert "It is being looked through" not in words(seen.run())


def test_nobody_else_reads_it(sound: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for who in (sound.gina, sound.ana):
        seen = visit(monkeypatch, sound.database, who, "well")
        assert "Only an administrator sees how the server is" in words(seen)
        assert "SQLite" not in words(seen)


def test_the_command_prints_the_same_and_its_status_says_whether_all_is_well(
    sound: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", sound.database.url.render_as_string(hide_password=False))
    for at, status in ((MONDAY, 0), (MONDAY + HOUR, 1)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        came = CliRunner().invoke(cli.app, ["well"])
        assert came.exit_code == status, came.output
        assert ("! What goes by itself" in came.output) == bool(status)


def test_before_there_is_a_company_or_after_an_update_without_a_start_one_line_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", database.url.render_as_string(hide_password=False))
    said = "! Company: This database has no company yet."
    assert CliRunner().invoke(cli.app, ["well"]).output.startswith(said)
    for schema, do in ((migrations.newest(), "sets the company up"), ("0007", "Start Coord's server once"),
                       ("9999", "Start the newest Coord")):  # fmt: skip
        with database.begin() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :schema"), {"schema": schema})
            if schema == "0007":
                session.execute(text("DROP TABLE backup_plan"))
        (line,) = well.look(database, Words(), at=MONDAY)
        assert do in line.do
    with database.begin() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert CliRunner().invoke(cli.app, ["well"]).output.startswith(said)


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.db").write_bytes(b"this is no database" * 100)
    url = f"sqlite:///{tmp_path / 'broken.db'}"
    (line,) = well.look(Database(url), Words(), at=MONDAY)
    assert (line.name, line.is_well) == ("database", False)
    monkeypatch.setenv("COORD_DATABASE_URL", url)
    answer = pages._health()
    assert (answer.status_code, json.loads(answer.body)) == (503, {"status": "the database can't be read"})


def test_strangers_learn_nothing_from_the_health_check(sound: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", sound.database.url.render_as_string(hide_password=False))
    answer = pages._health()
    assert (answer.status_code, json.loads(answer.body)) == (200, {"status": "ok"})
