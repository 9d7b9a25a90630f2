"""The tab of backups, as Hugo the administrator uses it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coord import backup
from tests.cast import DAY, MONDAY, Cast
from tests.pages import press, visit, words


@pytest.fixture
def hugo(cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    """Hugo's browser, on the tab."""
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    if not cast.database.is_sqlite:
        pytest.skip("PostgreSQL's own programs are looked at elsewhere")
    return visit(monkeypatch, cast.database, cast.hugo, "company", part="backups")


def test_hugo_makes_a_backup_and_sees_that_it_is_good_and_where_it_lies(
    cast: Cast, hugo: AppTest, tmp_path: Path
) -> None:
    assert "There is no backup yet." in words(hugo)
    press(hugo, "backup-now")
    assert "Last backup: 2 Mar 2026, 09:00" in words(hugo)
    assert "9 people" in words(hugo)
    (made,) = backup.made(tmp_path / "backups", cast.database)
    assert any(f"coord restore {tmp_path / 'backups' / made.file}" in str(code.value) for code in hugo.code)
    assert "if it breaks, both are lost" in words(hugo)


def test_hugo_says_when_backups_are_made_and_how_many_stay(cast: Cast, hugo: AppTest) -> None:
    next(w for w in hugo.toggle if str(w.key).startswith("is_on-")).set_value(True)
    next(w for w in hugo.selectbox if str(w.key).startswith("hour-")).set_value(5)
    next(w for w in hugo.number_input if str(w.key).startswith("daily-")).set_value(3)
    press(hugo, "save-")
    with cast.database.read() as session:
        row = backup.plan(session)
    assert (row.is_on, row.hour, row.daily, row.weekly) == (True, 5, 3, 5)


def test_a_night_without_a_backup_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "in the way"))
    (tmp_path / "in the way").write_text("")
    with cast.database.begin() as session:
        backup.change_plan(session, backup.PlanWish(), seen=1, by=cast.hugo)
    backup.take_due(cast.database, MONDAY)
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", part="backups", at=MONDAY + DAY)
    assert "The last backup by plan was not made. Nothing can be written into the folder" in words(seen)
