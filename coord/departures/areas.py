"""Archiving an area: what it still holds is handed on or let go of first, through the rooms' own actions.

What has an heir goes there: requests to answer, procedure changes to check, topics on coming agendas. What is the area's
own ends with the reason as its last line: requests it asked, goals, issues that nobody is left to end. Its roles and its
seat in the hour need nothing: they are there while it is in use, and come back with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coord import company, goals, issues, meetings, requests
from coord.goals import Goal
from coord.issues import Issue, ProcedureChange
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests import MOVES, UNRESOLVED, Request, Wanted
from coord.text import typed

UNSETTLED = frozenset({"open", "watching"})  # issues that somebody still has to end
ALL = 10_000


@dataclass(frozen=True, slots=True)
class Holding:
    """The unresolved requests of an area, oldest first, and what else it would leave with nobody."""

    answers: Sequence[Request]  # others asked it, and it has the next move: these can be handed on
    waits: Sequence[Request]  # others asked it, and have the next move themselves: only they can go on
    asks: Sequence[Request]  # it asked others
    goals: Sequence[Goal] = field(default_factory=list)  # its own that are running
    issues: Sequence[Issue] = field(default_factory=list)  # with areas that are out of use already
    changes: Sequence[ProcedureChange] = field(default_factory=list)  # it has still to check them

    @property
    def needs_a_reason(self) -> bool:
        """Whether anything ends that others will read about."""
        return bool(self.answers or self.asks or self.goals or self.issues)

    def asked_by(self, heir: int | None) -> list[Request]:
        """What an heir asked for itself, and so can't answer: another heir is needed."""
        return [row for row in self.answers if row.asking_area_id == heir]


def holding(session: Session, area_id: int, *, at: int) -> Holding:
    """What an area would leave behind. A delivery that silence confirms by now is no longer open."""
    rows = requests.every(session, Wanted(area=area_id, states=UNRESOLVED), at=at)
    rows = [row for row in rows if row.silence_at is None or row.silence_at > at]
    asked = [row for row in rows if row.answering_area_id == area_id]
    return Holding(
        answers=[row for row in asked if row.state in MOVES["reroute"].sources],
        waits=[row for row in asked if row.state not in MOVES["reroute"].sources],
        asks=[row for row in rows if row.asking_area_id == area_id],
        goals=goals.goals(session, areas=[area_id]),
        issues=_left_alone(session, area_id),
        changes=[
            row
            for row in issues.changes(session, area=area_id, unchecked=True)
            if row.owner_area_id == area_id
        ],
    )


def archive_area(
    session: Session,
    area_id: int,
    *,
    seen: int,
    by: Mandate,
    at: int,
    heirs: Sequence[int] = (),
    reason: str | None = None,
) -> None:
    """Take an area out of use once nothing is left open.

    What it has to answer goes to the first of its heirs that did not ask for it; what it asked is withdrawn. Both
    carry the reason, and are recorded on the area's behalf; what happened before stays with the area. Raises Refused
    while something would stay open or an hour is running, Changed when the area is no longer as the form saw it.
    """
    by.must_administer()
    company.hold_area(session, area_id)
    must_be_between_hours(session, at)
    name = company.area(session, area_id).name
    left = holding(session, area_id, at=at)
    if left.waits:
        raise Refused(
            "Others have the next move on requests to {area}: {n}. Ask them to confirm, reply or withdraw first.",
            area=name,
            n=len(left.waits),
        )
    if left.needs_a_reason and typed.prose(reason) is None:
        raise Refused("Say why {area} ends: the areas that it worked with will read it.", area=name)
    spokesman = Mandate(by.person_id, on_behalf=frozenset({area_id}))
    for row in left.answers:
        requests.move(session, row.id, "reroute", by=spokesman, at=at, text=reason,
                      to_area=_heir(heirs, row, len(left.answers), name))  # fmt: skip
    for row in left.asks:
        requests.move(session, row.id, "withdraw", by=spokesman, at=at, text=reason)
    _let_go(session, left, reason, by=spokesman, at=at)
    heir = next((heir for heir in heirs if heir != area_id), None)
    if heir is not None:
        for change in left.changes:
            bound = [heir if bound_id == area_id else bound_id for bound_id in change.areas]
            issues.amend_change(session, change.id, owner_area=heir, areas=bound, seen=change.version, by=spokesman, at=at)  # fmt: skip
    meetings.hand_on(session, area_id, to_area=heir, by=by)
    company.archive_area(session, area_id, seen=seen, by=by, at=at)


def must_be_between_hours(session: Session, at: int) -> None:
    """Refuse while an hour is running: the areas whose turn is still to come would move up."""
    hour = meetings.current(session, at=at)
    if hour is not None and hour.state == "live":
        raise Refused("An hour is running. Archive the area when it is over.")


def _let_go(session: Session, left: Holding, reason: str | None, *, by: Mandate, at: int) -> None:
    """End what is nobody else's, with the reason."""
    line = " ".join((reason or "").split())[: typed.LINE]
    for goal in left.goals:
        goals.end(session, goal.id, outcome="dropped", line=line, by=by, at=at)
    for issue in left.issues:
        issues.wont_change(session, issue.id, because=reason, by=by, at=at)


def _left_alone(session: Session, area_id: int) -> list[Issue]:
    """The issues without an outcome that nobody could end any more: both areas are out of use."""
    every = company.areas(session, archived=True)
    heirs = company.heirs(every)
    others = {area.id for area in every if area.archived_at is None} - {area_id}
    mine = [area_id, *(gone for gone, heir in heirs.items() if heir == area_id)]
    wanted = [issues.Wanted(area=one, states=UNSETTLED) for one in mine]
    rows = {row.id: row for one in wanted for row in issues.issues(session, one, size=ALL)}
    return [
        row
        for row in rows.values()
        if row.again_of_id is None and not others & {heirs.get(side, side) for side in row.handoff}
    ]


def _heir(heirs: Sequence[int], row: Request, n: int, area: str) -> int:
    if not heirs:
        raise Refused("Requests that {area} has to answer: {n}. Choose the area that answers them from now on.",
                      area=area, n=n)  # fmt: skip
    heir = next((heir for heir in heirs if heir != row.asking_area_id), None)
    if heir is None:
        raise Refused("The area you chose asked for some of these itself. Choose another one for them.")
    return heir
