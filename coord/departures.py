"""Archiving an area: what it still holds is handed on or let go of first, through the rooms' own actions."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import company, requests
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests import MOVES, UNRESOLVED, Request, Wanted
from coord.text import typed


@dataclass(frozen=True, slots=True)
class Holding:
    """The unresolved requests of an area, oldest first."""

    answers: Sequence[Request]  # others asked it, and it has the next move: these can be handed on
    waits: Sequence[Request]  # others asked it, and have the next move themselves: only they can go on
    asks: Sequence[Request]  # it asked others

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
    while something would stay open, Changed when the area is no longer as the form saw it.
    """
    by.must_administer()
    name = company.area(session, area_id).name
    left = holding(session, area_id, at=at)
    if left.waits:
        raise Refused(
            "Others have the next move on requests to {area}: {n}. Ask them to confirm, reply or withdraw first.",
            area=name,
            n=len(left.waits),
        )
    if (left.answers or left.asks) and typed.prose(reason) is None:
        raise Refused("Say why {area} ends: the areas that it worked with will read it.", area=name)
    spokesman = Mandate(by.person_id, on_behalf=frozenset({area_id}))
    for row in left.answers:
        requests.move(session, row.id, "reroute", by=spokesman, at=at, text=reason,
                      to_area=_heir(heirs, row, len(left.answers), name))  # fmt: skip
    for row in left.asks:
        requests.move(session, row.id, "withdraw", by=spokesman, at=at, text=reason)
    company.archive_area(session, area_id, seen=seen, by=by, at=at)


def _heir(heirs: Sequence[int], row: Request, n: int, area: str) -> int:
    if not heirs:
        raise Refused("Requests that {area} has to answer: {n}. Choose the area that answers them from now on.",
                      area=area, n=n)  # fmt: skip
    heir = next((heir for heir in heirs if heir != row.asking_area_id), None)
    if heir is None:
        raise Refused("The area you chose asked for some of these itself. Choose another one for them.")
    return heir
