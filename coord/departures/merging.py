"""One area becomes part of another: what it would leave goes there and goes on there; what happened stays with it.

Requests go on as they are, with their promises, days and whoever handles them; those between the two end, since nobody
asks themselves. Goals, roles, people, procedure changes to check and topics go to the heir. Issues keep the handoff at
which they happened, and the heir ends them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import company, goals, issues, meetings, people, requests, roles
from coord.departures.areas import UNSETTLED, must_be_between_hours
from coord.people import Mandate, Person
from coord.refusal import Refused
from coord.requests import UNRESOLVED, Request, Wanted
from coord.text import N_, Words, typed

ONE_NOW = N_("The two areas are one now. {reason}")


@dataclass(frozen=True, slots=True)
class Joining:
    """What comes to another area when this one becomes part of it."""

    answers: Sequence[Request]  # others asked it
    asks: Sequence[Request]  # it asked others
    between: Sequence[Request]  # the two asked each other
    goals: int
    issues: int
    changes: int  # procedure changes that it has still to check
    roles: int
    people: Sequence[Person]  # whose area it is
    heads: Sequence[Person]
    deputies: Sequence[Person]
    headless: bool  # the other area has no head


def joining(session: Session, area_id: int, *, into: int | None, at: int) -> Joining:
    """What would come to the other area; without one, as if none of its requests were between the two."""
    rows = requests.every(session, Wanted(area=area_id, states=UNRESOLVED), at=at)
    rows = [row for row in rows if row.silence_at is None or row.silence_at > at]
    between = [row for row in rows if into in (row.asking_area_id, row.answering_area_id)]
    others = [row for row in rows if row not in between]
    held, everyone, heads = people.rights(session), people.people(session), people.heads(session)
    changes = issues.changes(session, area=area_id, unchecked=True)
    return Joining(
        answers=[row for row in others if row.answering_area_id == area_id],
        asks=[row for row in others if row.asking_area_id == area_id],
        between=between,
        goals=len(goals.goals(session, areas=[area_id])),
        issues=issues.count(session, issues.Wanted(area=area_id, states=UNSETTLED)),
        changes=sum(row.owner_area_id == area_id for row in changes),
        roles=len(roles.roles(session, area_id=area_id)),
        people=[one for one in everyone if one.area_id == area_id],
        heads=heads.get(area_id, []),
        deputies=[one for one in everyone if ("deputy", area_id) in held.get(one.id, ())],
        headless=into not in heads,
    )


def merge_areas(
    session: Session,
    area_id: int,
    *,
    into: int | None,
    reason: str | None,
    as_deputies: bool = True,
    seen: int,
    by: Mandate,
    at: int,
) -> None:
    """Make an area part of another one, with a reason that everybody reads whose request goes on there.

    With `as_deputies` whoever spoke for it is a deputy of the other. Raises Refused while an hour is running, Changed
    when the area is no longer as the form saw it.
    """
    by.must_administer()
    company.hold_area(session, area_id)
    must_be_between_hours(session, at)
    name = company.area(session, area_id).name
    if into is None:
        raise Refused("Choose the area that {area} becomes part of.", area=name)
    if (why := typed.prose(reason)) is None:
        raise Refused(
            "Say why {area} becomes part of another area: those that it worked with will read it.", area=name
        )
    company.join_areas(session, area_id, into=into, seen=seen, by=by, at=at)
    settings = company.the(session)
    left = joining(session, area_id, into=into, at=at)
    ended = Words(settings.language, settings.zone)(ONE_NOW, reason=why)
    spokesman = Mandate(by.person_id, on_behalf=frozenset({area_id, into}))
    for row in left.between:
        requests.move(session, row.id, "withdraw", by=spokesman, at=at, text=ended)
    for row in (*left.answers, *left.asks):
        requests.join(session, row.id, area=area_id, into=into, why=why, by=by, at=at)
    goals.join(session, area_id, into=into, line=" ".join(why.split())[: typed.LINE], by=by, at=at)
    issues.join(session, area_id, into=into, by=by, at=at)
    roles.join(session, area_id, into=into, by=by)
    meetings.join(session, area_id, into=into, by=by, at=at)
    people.join(session, area_id, into=into, as_deputies=as_deputies, by=by)
