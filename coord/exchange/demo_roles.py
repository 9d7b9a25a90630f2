"""The demo's role descriptions: roles.csv, a row an action, in the order in which they were made."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from coord import company, people, roles
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.people import Mandate
from coord.refusal import Refused
from coord.roles import CUSTOMERS, DIRECTIONS, PROSE, Description, Link

Row = dict[str, str]


def bring(session: Session, folder: Path, shift: Shift, *, at: int) -> None:
    """Make what a roles.csv tells through the room's own actions, nothing after `at`; without the file, nothing."""
    path = folder / "roles.csv"
    if not path.exists():
        return
    rows = [{n: str(cell) for n, cell in row.items()} for _, row in File(path, path.name).rows() if isinstance(row, dict)]  # fmt: skip
    scene = _Scene(session, shift)
    for row in sorted(rows, key=lambda row: row["at"]):
        if (then := int(shift.instant(row["at"]).timestamp())) <= at:
            scene.play(row, then)


@dataclass
class _Scene:
    """What has happened so far: the roles by the name that the file gives them."""

    session: Session
    shift: Shift
    ids: dict[str, int] = field(default_factory=dict)

    def play(self, row: Row, at: int) -> None:
        by = people.mandate(self.session, self._person(row["person"]))
        verbs: dict[str, Callable[[Row, Mandate, int], object]] = {
            "describe": self._describe,
            "revise": self._revise,
            "review": self._review,
            "appoint": self._appoint,
            "end": self._end,
            "acknowledge": self._acknowledge,
        }
        verbs[row["verb"]](row, by, at)

    def _describe(self, row: Row, by: Mandate, at: int) -> None:
        wish = self._wish(Description(""), row)
        made = roles.describe(self.session, area_id=self._area(row["area"]), wish=wish, by=by, at=at,
                              **self._day(row, "review_on"))  # fmt: skip
        self.ids[row["role"]] = made.id

    def _revise(self, row: Row, by: Mandate, at: int) -> None:
        known = roles.role(self.session, self.ids[row["role"]])
        before = roles.description(self.session, roles.newest(self.session, known))
        roles.revise(self.session, known.id, wish=self._wish(before, row), seen=known.version, by=by, at=at,
                     **self._day(row, "review_on"))  # fmt: skip

    def _review(self, row: Row, by: Mandate, at: int) -> None:
        known = roles.role(self.session, self.ids[row["role"]])
        roles.review(self.session, known.id, seen=known.version, by=by, at=at, **self._day(row, "next_on"))

    def _appoint(self, row: Row, by: Mandate, at: int) -> None:
        roles.appoint(self.session, self.ids[row["role"]], person_id=self._person(row["holder"]), by=by, at=at,
                      **self._day(row, "from_on"))  # fmt: skip

    def _end(self, row: Row, by: Mandate, at: int) -> None:
        person_id = self._person(row["holder"])
        held = (one for one in roles.holders(self.session, self.ids[row["role"]]) if one.until_on is None)
        (holder,) = (one for one in held if one.person_id == person_id)
        roles.end_holding(self.session, holder.id, by=by, at=at, **self._day(row, "until_on"))

    def _acknowledge(self, row: Row, by: Mandate, at: int) -> None:
        known = roles.role(self.session, self.ids[row["role"]])
        roles.acknowledge(self.session, known.id, revision=known.revision, by=by, at=at)

    def _wish(self, before: Description, row: Row) -> Description:
        """The description before, with what this row says otherwise."""
        said: dict[str, Any] = {name: row[name] for name in ("title", *PROSE) if row.get(name)}
        said |= {name: self._links(row[name]) for name in DIRECTIONS if row.get(name)}
        return replace(before, **said)

    def _links(self, cell: str) -> tuple[Link, ...]:
        """“Support: Release notes | customers: A release a month”."""
        pairs = (one.partition(":") for one in cell.split("|"))
        return tuple(
            Link(CUSTOMERS if area.strip() == "customers" else self._area(area.strip()), what)
            for area, _, what in pairs
        )

    def _day(self, row: Row, name: str) -> dict[str, Any]:
        return {name: self.shift.day(row["day"])} if row.get("day") else {}

    def _area(self, name: str) -> int:
        found = company.area_named(self.session, name)
        if found is None:
            raise Refused("There is no area “{name}”.", name=name[:80])
        return found.id

    def _person(self, email: str) -> int:
        found = people.by_email(self.session, email)
        if found is None:
            raise Refused("There is no such person.")
        return found.id
