"""The trials of backups and updates on a small scale; `python -m tests.trials` does them on a large one."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.trials import backups, upgrading
from tests.trials.home import settled


def test_backups_under_load_are_each_the_state_of_one_moment(tmp_path: Path) -> None:
    home = settled(f"sqlite:///{tmp_path}/coord.db")
    with backups.lying_in(tmp_path / "backups"):
        backups.under_load(home, 2, f"sqlite:///{tmp_path}/restored.db")


def test_a_restore_that_is_killed_leaves_the_old_database_or_the_backup(tmp_path: Path) -> None:
    home = settled(f"sqlite:///{tmp_path}/coord.db")
    with backups.lying_in(tmp_path / "backups"):
        backups.kill_restores(home, 2)


def test_an_update_that_is_killed_leaves_everything_as_it_was_or_is_complete(tmp_path: Path) -> None:
    upgrading.settled_at_first(f"sqlite:///{tmp_path / 'first.db'}", tmp_path)

    @contextmanager
    def copied() -> Iterator[str]:
        there = tmp_path / f"{uuid.uuid4().hex}.db"
        shutil.copy(tmp_path / "first.db", there)
        yield f"sqlite:///{there}"

    upgrading.killed_updates(copied, 2)
