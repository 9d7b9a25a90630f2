"""Who may change when backups are made, and take one out of the house."""

from collections.abc import Iterator

from coord import backup
from coord.backup import PlanWish
from tests.cast import MONDAY
from tests.stage import Rule, common


def backups() -> Iterator[tuple[str, Rule]]:
    yield (
        "backup.change_plan",
        common("admin", do=lambda s, on, by, _: backup.change_plan(s, PlanWish(hour=4), seen=1, by=by)),
    )
    yield "backup.give", common("admin", do=lambda s, on, by, _: backup.give(s, "coord.db", by=by, at=MONDAY))
