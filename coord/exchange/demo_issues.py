"""The demo's issue log: issues.csv and changes.csv, lived through in the order in which it happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from coord import company, issues, people
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.issues import ProcedureChange
from coord.people import Mandate
from coord.refusal import Refused

Row = dict[str, str]
Deed = tuple[int, Callable[[int], object]]  # an instant, and what was done then

_TOLD = ("step", "happened", "expected", "size", "effect", "from_had", "to_had", "lucky", "usually", "next_step",
         "customer")  # fmt: skip


def bring(session: Session, folder: Path, shift: Shift, *, at: int) -> None:
    """Live through what the two files tell, through the room's own actions, nothing after `at`."""
    log = _Log(session, shift)
    deeds = [deed for row in _rows(folder / "issues.csv") for deed in log.issue(row)]
    deeds += [deed for row in _rows(folder / "changes.csv") for deed in log.change(row)]
    for then, do in sorted(deeds, key=lambda deed: deed[0]):
        if then <= at:
            do(then)


@dataclass
class _Log:
    """What was written so far: issues by the name that the file gives them."""

    session: Session
    shift: Shift
    ids: dict[str, int] = field(default_factory=dict)

    def issue(self, row: Row) -> Iterator[Deed]:
        """Writing it, linking it, voting for it, and the outcome that is no procedure change."""
        written = self._at(row["at"])
        yield written, lambda at: self._write(row, at)
        if row["again_of"]:
            yield written + 60, lambda at: self._link(row, at)
        for voter in filter(None, row["votes"].split(";")):
            yield written + 120, partial(self._vote, row["issue"], voter)
        if row["outcome"]:
            yield self._at(row["outcome_at"]), lambda at: self._end(row, at)

    def change(self, row: Row) -> Iterator[Deed]:
        """A procedure change, and its check."""
        made: list[ProcedureChange] = []
        yield self._at(row["at"]), lambda at: made.append(self._change(row, at))
        if row["result"]:
            yield self._at(row["checked_at"]), lambda at: issues.check(
                self.session, made[0].id, result=row["result"], saw=row["saw"],
                by=self._mandate(row["checked_by"]), at=at)  # fmt: skip

    def _write(self, row: Row, at: int) -> None:
        made = issues.write(
            self.session,
            from_area=self._area(row["from"]),
            to_area=self._area(row["to"]),
            factors=list(filter(None, row["factors"].split(";"))),
            by=self._mandate(row["person"]),
            at=at,
            **{name: row[name] for name in _TOLD},
        )
        self.ids[row["issue"]] = made.id

    def _link(self, row: Row, at: int) -> None:
        issue_id, earlier = self.ids[row["issue"]], self.ids[row["again_of"]]
        issues.link(self.session, issue_id, earlier, by=self._mandate(row["person"]), at=at)

    def _vote(self, issue: str, voter: str, at: int) -> None:
        issues.vote(self.session, self.ids[issue], by=self._mandate(voter), at=at)

    def _end(self, row: Row, at: int) -> None:
        issue_id, by = self.ids[row["issue"]], self._mandate(row["outcome_by"])
        if row["outcome"] == "watching":
            until = self.shift.day(row["until"])
            issues.watch(self.session, issue_id, until=until, text=row["because"], by=by, at=at)
        else:
            issues.wont_change(self.session, issue_id, because=row["because"], by=by, at=at)

    def _change(self, row: Row, at: int) -> ProcedureChange:
        return issues.change_procedure(
            self.session,
            self.ids[row["issue"]],
            what=row["what"],
            procedure=row["procedure"],
            edition=row["edition"],
            owner_area=self._area(row["owner"]),
            areas=[self._area(name) for name in row["areas"].split(";")],
            first_on=self.shift.day(row["first_on"]),
            check_on=self.shift.day(row["check_on"]),
            sign=row["sign"],
            by=self._mandate(row["person"]),
            at=at,
        )

    def _at(self, written: str) -> int:
        return int(self.shift.instant(written).timestamp())

    def _area(self, name: str) -> int:
        found = company.area_named(self.session, name)
        if found is None:
            raise Refused("There is no area “{name}”.", name=name[:80])
        return found.id

    def _mandate(self, email: str) -> Mandate:
        found = people.by_email(self.session, email)
        if found is None:
            raise Refused("There is no such person.")
        return people.mandate(self.session, found.id)


def _rows(path: Path) -> list[Row]:
    """The rows of a file; without the file, none."""
    if not path.exists():
        return []
    rows = File(path, path.name).rows()
    return [{name: str(cell) for name, cell in row.items()} for _, row in rows if isinstance(row, dict)]
