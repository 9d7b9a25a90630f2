"""What roles bring to the next hour and to a head's preparation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from coord import company
from coord.proposal import AgendaItem, Reason
from coord.roles.queries import Waiting, overdue, unacknowledged, waiting
from coord.roles.records import Role
from coord.text import DAY, N_

PATIENCE = 14  # days after which a revision that a holder has not acknowledged comes to the hour
LIGHTEST, HEAVIEST = 1.0, 9.0  # beside issues, which outweigh them


@dataclass(frozen=True, slots=True)
class Missing:
    """What somebody should still do about roles before the hour."""

    overdue: Sequence[Role]  # of their areas: review them
    unacknowledged: Sequence[Role]  # their own: read them and say so


def missing(session: Session, *, areas: Iterable[int], person_id: int, today: date) -> Missing:
    """The overdue roles of these areas, and this person's own that they have not acknowledged."""
    mine = set(areas)
    return Missing(
        [row for row in overdue(session, today=today) if row.area_id in mine],
        unacknowledged(session, person_id, today=today),
    )


def proposals(session: Session, *, at: int, today: date) -> list[AgendaItem]:
    """One item for each role that is overdue for review, or else has long not been acknowledged by its holders."""
    late = overdue(session, today=today)
    items = [_overdue(row, today) for row in late]
    named = {row.id for row in late}
    for _, group in groupby(_unread(session, at, today), key=lambda found: found[0].role.id):
        found = list(group)
        if found[0][0].role.id not in named:  # one subject stands once on an agenda
            items.append(_unacknowledged(found))
    return sorted(items, key=lambda item: (-item.weight, item.subject))


def _overdue(row: Role, today: date) -> AgendaItem:
    days = (today - row.review_on).days
    reason = Reason(
        N_("{area} was going to look at this role again by {day}, {span} ago."),
        {"area": ("area", row.area_id), "day": ("day", row.review_on.isoformat()), "span": ("span", days * DAY)},
    )  # fmt: skip
    return _item(row, "role_overdue", reason, days)


def _unread(session: Session, at: int, today: date) -> list[tuple[Waiting, int]]:
    """Who has not acknowledged for longer than one waits patiently, and for how many days."""
    calendar = company.calendar(session)
    days = (
        (one, (today - max(one.holds_from_on, calendar.day_of(one.revised_at))).days)
        for one in waiting(session, today=today)
    )
    return [(one, waited) for one, waited in days if waited > PATIENCE]


def _unacknowledged(found: Sequence[tuple[Waiting, int]]) -> AgendaItem:
    row, days = found[0][0].role, max(waited for _, waited in found)
    reason = Reason(
        N_("For {span} this role of {area} has waited to be acknowledged by {names}."),
        {
            "span": ("span", days * DAY),
            "area": ("area", row.area_id),
            "names": ("words", ", ".join(one.person.name for one, _ in found)),
        },
    )
    return _item(row, "role_unacknowledged", reason, days - PATIENCE)


def _item(row: Role, kind: str, reason: Reason, days: int) -> AgendaItem:
    """A light item: a week more weighs one more, up to the heaviest."""
    return AgendaItem(section="issues", kind=kind, subject=f"role:{row.id}", title=row.title, reason=reason,
                      areas=(row.area_id,), weight=min(LIGHTEST + days / 7, HEAVIEST), minutes=1)  # fmt: skip
