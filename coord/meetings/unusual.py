"""How unusual it is to wait so long for an answer on a route between two areas."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from coord import survival, trends
from coord.proposal import AgendaItem, Reason
from coord.text import N_

FEWEST = 15  # requests on a route before it says what is usual there
WORTH_SAYING = 50  # in 100; what most requests wait is not unusual
_LONGER = N_(
    "{asking} has waited {span} for an answer from {answering}, longer than {share} in 100 on this route."
)


def with_how_unusual(session: Session, items: Iterable[AgendaItem], *, at: int) -> list[AgendaItem]:
    """The same items; those that wait for a first answer say so where it is longer than most waits on their route."""
    found = list(items)
    ids = {int(one.subject.partition(":")[2]) for one in found if one.kind == "request_unanswered"}
    shares = longer_than(session, ids, at=at) if ids else {}
    return [_told(one, shares) for one in found]


def longer_than(session: Session, ids: set[int], *, at: int) -> Mapping[int, int]:
    """For each of these requests without an answer: of 100 on its route, how many are answered within its wait.

    By Kaplan and Meier over all requests of the route, those still without an answer counted as such; a request
    that was resolved without one counts as answered then. Left out where too few are known, or an answer came.
    """
    rows = trends.waits(trends.observations(session), as_of=at)
    groups = trends.by_route(rows)
    asked_for = np.isin(rows.ids, list(ids)) & (rows.answered > at) & (groups.sizes[groups.codes] >= FEWEST)
    kept = np.isin(groups.codes, np.unique(groups.codes[asked_for]))
    if not asked_for.any():
        return {}
    codes, rows, waiting = (
        np.unique(groups.codes[kept], return_inverse=True)[1],
        rows.where(kept),
        asked_for[kept],
    )
    is_answered = rows.answered <= at
    wait = np.where(
        is_answered, rows.since_asked(np.where(is_answered, rows.answered, rows.asked)), rows.exit
    )
    curves = survival.kaplan_meier_by(codes, wait, is_answered | ~rows.is_open, rows.entry)
    places = np.flatnonzero(waiting)
    return {int(rows.ids[i]): _share(curves[codes[i]], float(wait[i])) for i in places}


def _share(curve: survival.Curve, wait: float) -> int:
    return min(int(100 * (1 - survival.survival_at(curve, wait))), 99)


def _told(item: AgendaItem, shares: Mapping[int, int]) -> AgendaItem:
    share = shares.get(int(item.subject.partition(":")[2]), 0) if item.kind == "request_unanswered" else 0
    if share < WORTH_SAYING:
        return item
    return replace(item, reason=Reason(_LONGER, {**item.reason.facts, "share": ("number", share)}))
