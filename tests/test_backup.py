"""Backups: taken while people work, verified, put back in one stroke; a damaged one is never put in its place."""

import json
import resource
import shutil
import stat
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text, update

from coord import accounts, backup, departures, migrations, people
from coord.accounts.records import Code
from coord.backup import Manifest, PlanWish, folder, restoring
from coord.backup.plan import going
from coord.backup.records import BackupPlan
from coord.db import Database
from coord.refusal import Refused
from tests.cast import DAY, HOUR, MONDAY, Cast

needs_tools = pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not here")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Path:
    """The folder of the backups, made as the usual plan says."""
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    with cast.database.begin() as session:
        backup.change_plan(session, PlanWish(), seen=1, by=cast.hugo)
    return tmp_path / "backups"


def restore(cast: Cast, file: Path, at: int = MONDAY + DAY) -> backup.Restored:
    """What `coord restore` does, while nobody else uses the database; the cast finds the restored one."""
    cast.database.close()
    database = Database(cast.database.url.render_as_string(hide_password=False))
    with backup.ready(database, file, at=at) as found:
        done = backup.put_in_place(database, found, at=at)
    database.close()
    cast.database = Database(cast.database.url.render_as_string(hide_password=False))
    return done


def names(database: Database) -> set[str]:
    with database.read() as session:
        return {row.name for row in people.people(session)}


def test_a_backup_says_whose_it_is_and_what_it_holds_and_only_its_owner_reads_it(
    cast: Cast, place: Path
) -> None:
    cast.ask()
    made = backup.take(cast.database, at=MONDAY)
    assert made.facts.company == "Casa Clara"
    assert (made.facts.counts["people"], made.facts.counts["requests"]) == (9, 1)
    assert made.facts.record is not None
    assert made.facts.record["n"] == made.facts.counts["record"] > 0
    there = place / made.file
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, there, folder.manifest_of(there))] == [
        0o700,
        0o600,
        0o600,
    ]
    assert sorted(path.name for path in place.iterdir()) == sorted(
        [there.name, folder.manifest_of(there).name]
    )
    assert made.file.endswith("-2026-03-02T090000Z" + (".db" if cast.database.is_sqlite else ".dump"))
    assert backup.check(there, cast.database) == made
    assert backup.made(place, cast.database) == [made]


def test_what_happened_since_a_backup_is_gone_after_a_restore_and_kept_beside_it(
    cast: Cast, place: Path
) -> None:
    before = cast.ask("Before the backup")
    made = backup.take(cast.database, at=MONDAY)
    after = cast.ask("After the backup")
    done = restore(cast, place / made.file)
    with cast.database.read() as session:
        there = session.scalars(text("SELECT id FROM requests")).all()
    assert list(there) == [before.id]
    assert done.kept is not None
    assert after.id != before.id
    assert done.kept.exists()
    restore(cast, done.kept, MONDAY + 2 * DAY)
    with cast.database.read() as session:
        assert list(session.scalars(text("SELECT id FROM requests ORDER BY id"))) == [before.id, after.id]


def test_after_a_restore_nobody_is_signed_in(cast: Cast, place: Path) -> None:
    with cast.database.begin() as session:
        secret = accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY)
    made = backup.take(cast.database, at=MONDAY)
    restore(cast, place / made.file)
    with cast.database.read() as session:
        assert not accounts.is_signed_in(session, secret, at=MONDAY)


def test_a_backup_that_changed_or_lost_its_end_is_not_restored(cast: Cast, place: Path) -> None:
    made = backup.take(cast.database, at=MONDAY)
    file = place / made.file
    whole = file.read_bytes()
    for spoilt in (whole[:-4096], whole[:5000] + b"\xff" * 40 + whole[5040:]):
        file.write_bytes(spoilt)
        with pytest.raises(Refused, match="has changed since"):
            restore(cast, file)
    folder.manifest_of(file).unlink()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Refused):
        restore(cast, file)
    assert len(names(cast.database)) == 9


def test_a_file_that_is_no_backup_is_refused(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Ana")
    with pytest.raises(Refused):
        restore(cast, tmp_path / "letter.db")
    with pytest.raises(Refused, match="There is no file"):
        restore(cast, tmp_path / "nothing.db")


def test_what_a_restore_left_behind_is_not_missed_but_what_is_cut_off_after_it_is(
    cast: Cast, place: Path
) -> None:
    made = backup.take(cast.database, at=MONDAY)
    for n in (1, 2):
        cast.ask()
        backup.take(cast.database, at=MONDAY + n * HOUR)
    done = restore(cast, place / made.file)
    assert backup.missing(cast.database) is None
    cast.ask()
    last = backup.take(cast.database, at=MONDAY + 2 * DAY)
    assert backup.missing(cast.database) is None
    with cast.database.writer.begin() as connection:  # past Coord
        connection.execute(text("DELETE FROM record WHERE id = (SELECT max(id) FROM record)"))
    found = backup.missing(cast.database)
    assert found is not None
    assert (found.file, backup.missing_entry(cast.database)) == (last.file, (last.facts.record or {})["n"])
    assert done.kept is not None


def test_where_there_is_no_room_a_backup_does_not_begin(
    cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(place.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(
        Refused, match=r"There is no room for a backup in .*: it needs \d+ MB, and 1 MB are free"
    ):
        backup.take(cast.database, at=MONDAY)
    assert list(place.iterdir()) == []


def test_a_backup_that_can_not_be_written_to_its_end_leaves_nothing_and_says_why(
    cast: Cast, place: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(Refused, match=r"The backup was not made|did not succeed"):
            backup.take(cast.database, at=MONDAY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(place.iterdir()) == []


def iris(cast: Cast) -> people.Person:
    with cast.database.read() as session:
        return people.person(session, cast.iris.person_id or 0)


# The plan


def made_at(at: int, why: str = "night") -> Manifest:
    return Manifest(f"coord-{folder.stamp(at)}.db", at, why, "coord", "sqlite", "0", 1, "", 1)


def test_the_plan_keeps_days_weeks_and_months_and_never_what_it_did_not_make() -> None:
    nights = [made_at(MONDAY - n * DAY) for n in range(400)]
    others = [made_at(MONDAY - 300 * DAY + 1, "asked"), made_at(MONDAY - 300 * DAY + 2, "before-restore"),
              made_at(MONDAY - 31 * DAY + 3, "before-update"), made_at(MONDAY - 29 * DAY + 4, "before-update")]  # fmt: skip
    row = BackupPlan(daily=7, weekly=5, monthly=12)
    gone = {one.file for one in going([*nights, *others], row, ZoneInfo("UTC"), MONDAY)}
    assert [one.file in gone for one in others] == [False, False, True, False]
    kept = [one for one in nights if one.file not in gone]
    assert {MONDAY - n * DAY for n in range(7)} <= {one.at for one in kept}
    assert len(kept) == 7 + 3 + 10  # of weeks and months, the newest are among the days
    assert min(one.at for one in kept) < MONDAY - 300 * DAY


def test_backups_that_lie_in_the_future_stay_and_take_no_other_ones_place() -> None:
    nights = [made_at(MONDAY - n * DAY) for n in range(100)]
    row = BackupPlan(daily=2, weekly=0, monthly=0)
    assert going(nights, row, ZoneInfo("UTC"), MONDAY) == nights[2:]
    assert going(nights, row, ZoneInfo("UTC"), MONDAY - DAY) == nights[3:]


def test_a_backup_is_made_each_night_once_and_once_after_downtime(cast: Cast, place: Path) -> None:
    night = MONDAY + 18 * HOUR  # Tuesday, 03:00
    done = [backup.take_due(cast.database, at) for at in
            (MONDAY, MONDAY + 60, night - 60, night, night + 60, night + 5 * DAY + 60, night + 5 * DAY + 120)]  # fmt: skip
    assert done == [1, 0, 0, 1, 0, 1, 0]
    assert [one.at for one in backup.made(place, cast.database)] == [night + 5 * DAY + 60, night, MONDAY]


def test_a_night_that_failed_is_tried_again_an_hour_later_and_says_why(cast: Cast, place: Path) -> None:
    place.write_text("in the way")
    assert backup.take_due(cast.database, MONDAY) == 0
    with cast.database.read() as session:
        trouble = backup.plan(session).trouble
    assert trouble is not None
    assert "Nothing can be written into the folder" in trouble["message"]
    place.unlink()
    assert [backup.take_due(cast.database, MONDAY + seconds) for seconds in (60, 3540, 3600)] == [0, 0, 1]
    with cast.database.read() as session:
        assert backup.plan(session).trouble is None


def test_old_backups_go_only_after_a_new_one_is_there(cast: Cast, place: Path) -> None:
    with cast.database.begin() as session:
        backup.change_plan(session, PlanWish(daily=2, weekly=0, monthly=0), seen=2, by=cast.hugo)
    first = backup.take(cast.database, at=MONDAY - 9 * DAY, why="night")
    for n in (8, 7):
        backup.take(cast.database, at=MONDAY - n * DAY, why="night")
    foreign = place / "coord-2020-01-01T000000Z.db"
    foreign.write_bytes(b"somebody else's")
    assert first.file in {one.file for one in backup.made(place)}
    assert backup.take_due(cast.database, MONDAY) == 1
    assert [one.at for one in backup.made(place)] == [MONDAY, MONDAY - 7 * DAY]
    assert foreign.exists()


def test_two_companies_that_share_a_folder_and_a_name_leave_each_other_their_backups(
    cast: Cast, place: Path
) -> None:
    with cast.database.begin() as session:
        backup.change_plan(session, PlanWish(daily=1, weekly=0, monthly=0), seen=2, by=cast.hugo)
    for n in (3, 2):
        mine = backup.take(cast.database, at=MONDAY - n * DAY, why="night")
    other = replace(mine.facts, founded_at=(mine.facts.founded_at or 0) + 1)
    older = replace(mine.facts, founded_at=None)
    for n, facts in ((5, other), (4, older)):
        one = replace(mine, file=f"{n}-{mine.file}", at=MONDAY - n * DAY, facts=facts)
        shutil.copy(place / mine.file, place / one.file)
        folder.write(place, one)
    assert backup.take_due(cast.database, MONDAY) == 1
    assert [MONDAY - one.at for one in backup.made(place)] == [0, 4 * DAY, 5 * DAY]
    with pytest.raises(Refused, match="no such backup"):
        backup.the(cast.database, f"5-{mine.file}")
    assert backup.the(cast.database, f"4-{mine.file}").exists()


def test_the_plan_is_changed_by_administrators_and_not_over_somebody_elses_change(cast: Cast) -> None:
    with cast.database.begin() as session:
        backup.change_plan(session, PlanWish(hour=5), seen=2, by=cast.hugo)
    with cast.database.begin() as session, pytest.raises(Refused, match="Somebody else changed"):
        backup.change_plan(session, PlanWish(hour=6), seen=2, by=cast.hugo)
    for wish in (PlanWish(hour=24), PlanWish(daily=0), PlanWish(monthly=401)):
        with cast.database.begin() as session, pytest.raises(Refused):
            backup.change_plan(session, wish, seen=3, by=cast.hugo)


def test_a_manifest_of_another_file_or_of_none_is_no_backup(cast: Cast, place: Path) -> None:
    made = backup.take(cast.database, at=MONDAY)
    manifest = folder.manifest_of(place / made.file)
    told = json.loads(manifest.read_text("utf-8"))
    for spoilt in (
        {**told, "file": "../coord.db"},
        {**told, "file": "other.db"},
        {"file": 3},
        [],
        {**told, "facts": 1},
    ):
        manifest.write_text(json.dumps(spoilt))
        assert backup.made(place) == []
    folder.write(place, replace(made, why="asked"))
    assert backup.made(place) == [made]


def test_whoever_was_erased_since_the_backup_is_not_brought_back(cast: Cast, place: Path) -> None:
    made = backup.take(cast.database, at=MONDAY)
    with cast.database.begin() as session:
        departures.erase(session, cast.iris.person_id or 0, name="Iris", by=cast.hugo, at=MONDAY + HOUR)
    assert restore(cast, place / made.file).erased == 1
    assert "Iris" not in names(cast.database)


def test_whoever_was_erased_is_not_brought_back_from_a_copy_of_the_backups_that_lies_elsewhere(
    cast: Cast, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup.take(cast.database, at=MONDAY)
    whole = [{c.name: getattr(row, c.name) for c in people.Person.__table__.columns} for row in [iris(cast)]]
    with cast.database.begin() as session:
        departures.erase(session, cast.iris.person_id or 0, name="Iris", by=cast.hugo, at=MONDAY + HOUR)
        departures.remember(session, place)
    with cast.database.begin() as session:  # another machine, on which nobody was ever erased
        session.execute(update(people.Person).where(people.Person.id == whole[0]["id"]).values(**whole[0]))
    place.rename(tmp_path / "copy")
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "fresh"))
    assert restore(cast, tmp_path / "copy" / made.file).erased == 1
    assert "Iris" not in names(cast.database)


def test_a_backup_of_a_newer_coord_is_refused_before_anything_is_touched(cast: Cast, place: Path) -> None:
    with cast.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    made = backup.take(cast.database, at=MONDAY)
    with cast.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": migrations.newest()})
    folder.manifest_of(place / made.file).unlink()
    with pytest.raises(Refused, match="written by a newer Coord"):
        restore(cast, place / made.file)
    backup.make_ready(cast.database, at=MONDAY)
    assert len(names(cast.database)) == 9


def test_a_restore_that_was_killed_in_the_server_is_finished_at_the_next_start(
    cast: Cast, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cast.database.is_sqlite:
        pytest.skip("on SQLite all is done before the file is put in place: tests/test_starting.py")
    with cast.database.begin() as session:
        code = accounts.reset_code(session, cast.ana.person_id or 0, by=cast.hugo, at=MONDAY)
    made = backup.take(cast.database, at=MONDAY)
    with cast.database.begin() as session:
        departures.erase(session, cast.iris.person_id or 0, name="Iris", by=cast.hugo, at=MONDAY + HOUR)
    with monkeypatch.context() as killed:
        killed.setattr(restoring, "_finish_in_server", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore(cast, place / made.file)
    assert "Iris" in names(cast.database)  # it is the backup, as it was
    for _ in range(2):
        backup.make_ready(cast.database, at=MONDAY + 2 * DAY, serving=True)
    assert "Iris" not in names(cast.database)
    with cast.database.read() as session:
        (done,) = session.scalars(select(backup.Restore))
        assert session.scalar(select(func.count()).select_from(Code)) == 0, code
    assert (done.at, done.file) == (MONDAY + DAY, made.file)
    assert restore(cast, place / made.file, MONDAY + 3 * DAY).erased == 1


def test_the_ledger_beside_the_backups_erases_again_where_the_database_is_lost(
    cast: Cast, place: Path
) -> None:
    made = backup.take(cast.database, at=MONDAY)
    with cast.database.begin() as session:
        departures.erase(session, cast.iris.person_id or 0, name="Iris", by=cast.hugo, at=MONDAY + HOUR)
        departures.remember(session, place)
    if cast.database.is_sqlite:
        cast.database.close()
        for left in Path(cast.database.url.database or "").parent.glob("coord.db*"):
            left.unlink()
    assert restore(cast, place / made.file).erased == 1
    assert "Iris" not in names(cast.database)
