"""The demo's goals: goals.csv and checkins.csv, told through what people do with goals."""

import csv
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from coord import company, goals, people
from coord.exchange.shift import Shift
from coord.people import Mandate
from coord.refusal import Refused

Row = dict[str, str]
Step = tuple[int, Callable[[], object]]


class _Lives:
    """The goals that were set so far, by their names in the files, and who speaks for which area."""

    def __init__(self, session: Session, shift: Shift) -> None:
        self.session, self.shift = session, shift
        self._areas = {area.name: area.id for area in company.areas(session)}
        self._speakers = {
            row.email: people.mandate(session, row.id) for row in people.people(session) if row.email
        }
        self._goals: dict[str, int] = {}

    def of(self, row: Row) -> Iterator[Step]:
        """What happened to a goal itself: set, perhaps changed, perhaps ended."""
        yield self._at(row["set_at"]), partial(self._set, row)
        if row["changed_at"]:
            yield self._at(row["changed_at"]), partial(self._change, row)
        if row["ended_at"]:
            yield self._at(row["ended_at"]), partial(self._end, row)

    def said(self, row: Row) -> Step:
        return self._at(row["at"]), partial(self._check_in, row)

    def _at(self, written: str) -> int:
        return int(self.shift.instant(written).timestamp())

    def _speaker(self, row: Row) -> Mandate:
        if (found := self._speakers.get(row["by"])) is None:
            raise Refused("There is no such person.")
        return found

    def _area(self, name: str) -> int:
        if name not in self._areas:
            raise Refused("There is no area “{name}”.", name=name)
        return self._areas[name]

    def _set(self, row: Row) -> None:
        made = goals.set_goal(
            self.session,
            area=self._area(row["area"]),
            what=row["what"],
            why=row["why"],
            measure=row["measure"],
            unit=row["unit"],
            direction=row["direction"],
            baseline=float(row["baseline"]),
            target=float(row["target"]),
            starts_on=self.shift.day(row["starts_on"]),
            due_on=self.shift.day(row["due_on"]),
            depends_on=[self._area(name) for name in row["depends_on"].split(";") if name],
            by=self._speaker(row),
            at=self._at(row["set_at"]),
        )
        self._goals[row["goal"]] = made.id

    def _change(self, row: Row) -> None:
        found = goals.goal(self.session, self._goals[row["goal"]])
        target = float(row["new_target"]) if row["new_target"] else found.target
        due_on = self.shift.day(row["new_due_on"]) if row["new_due_on"] else found.due_on
        goals.change(self.session, found.id, seen=found.version, target=target, due_on=due_on, line=row["changed_why"],
                     by=self._speaker(row), at=self._at(row["changed_at"]))  # fmt: skip

    def _end(self, row: Row) -> None:
        goals.end(self.session, self._goals[row["goal"]], outcome=row["outcome"], line=row["ended_why"],
                  by=self._speaker(row), at=self._at(row["ended_at"]))  # fmt: skip

    def _check_in(self, row: Row) -> None:
        goals.check_in(self.session, self._goals[row["goal"]], value=float(row["value"]), status=row["status"],
                       line=row["line"], by=self._speaker(row), at=self._at(row["at"]))  # fmt: skip


def bring(session: Session, folder: Path, shift: Shift, *, at: int) -> None:
    """Let the areas of the demo set their goals and check in, as far as that lies before `at`."""
    lives = _Lives(session, shift)
    steps = [step for row in _rows(folder / "goals.csv") for step in lives.of(row)]
    steps += [lives.said(row) for row in _rows(folder / "checkins.csv")]
    for _, do in sorted((step for step in steps if step[0] <= at), key=lambda step: step[0]):
        do()


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
