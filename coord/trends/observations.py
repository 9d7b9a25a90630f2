"""Every request as a few numbers, kept in memory and brought up to date by the events since the last look.

A request's row says all that is needed as of any earlier instant: resolved is final, so that whatever was
resolved later was still open then, and nothing has to be replayed.
"""

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from coord.requests import OUTCOMES
from coord.requests.records import UNUSUAL

Ints = npt.NDArray[np.int64]

NEVER = 1 << 62
CAUSES = {outcome: cause for cause, outcome in enumerate(OUTCOMES, 1)}  # 0 is still open

_ID, _FROM, _TO, _CAUSE, _ASKED, _OBSERVED, _UNTIL, _ENDED, _ANSWERED = range(9)
_LATE = 1_000  # PostgreSQL: numbers given to events may appear later than higher ones
_MANY = 20_000  # changed rows from which on reading everything again is quicker


@dataclass(frozen=True, eq=False)
class Observations:
    """All requests of a company, one value for each; instants are seconds since 1970, NEVER where there is none."""

    ids: Ints
    from_area: Ints
    to_area: Ints  # the area that was asked first
    cause: Ints  # what it ended in, by CAUSES; silence that is fixed but not yet written counts
    asked: Ints
    observed: Ints  # when recording began for it: asked, or later
    until: Ints  # when its record ends while it is open: an import knows nothing later
    ended: Ints
    answered: Ints  # the first answer
    revision: int = field(kw_only=True)  # another one in this process whenever anything is
    whole: bool = field(default=True, kw_only=True)  # false where ids and first answers were left out (NEVER)

    @property
    def columns(self) -> tuple[Ints, ...]:
        return (self.ids, self.from_area, self.to_area, self.cause, self.asked, self.observed, self.until, self.ended, self.answered)  # fmt: skip

    def where(self, kept: npt.NDArray[np.bool_]) -> "Observations":
        """Only these requests."""
        return Observations(
            *(column[kept] for column in self.columns), revision=self.revision, whole=self.whole
        )


class _Kept:
    """What one process knows of one database."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.mark: tuple[Any, ...] = ()
        self.last = 0
        self.now: Observations | None = None


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_GUARD = threading.Lock()
_REVISIONS = itertools.count(1)


def observations(session: Session, *, whole: bool = True) -> Observations:
    """All requests as they are now; quick where few have changed since this process last looked.

    Without `whole` the first look leaves out what a curve doesn't need and takes half the time.
    """
    engine = session.get_bind().engine
    with _GUARD:
        kept = _KEPT.setdefault(engine, _Kept())
    with kept.lock:
        mark, last = _imports(session), session.scalar(text("SELECT coalesce(max(id), 0) FROM events"))
        late = _LATE if engine.dialect.name == "postgresql" else 0
        since = max(kept.last - late, 0)
        is_new = last > since
        lacks = kept.now is not None and not kept.now.whole and (whole or is_new)
        if kept.now is None or mark != kept.mark or lacks or not 0 <= last - since <= _MANY:
            whole = whole or kept.now is not None or session.scalar(text(_UNUSUAL)) is not None
            kept.now = Observations(*_all(session, whole), revision=next(_REVISIONS), whole=whole)
        elif is_new:
            kept.now = _updated(kept.now, _changed(session, since))
        kept.mark, kept.last = mark, last
        return kept.now


def forget() -> None:
    """Begin anew, as a process does."""
    with _GUARD:
        _KEPT.clear()


def _imports(session: Session) -> tuple[Any, ...]:
    """What tells that an import was made or undone: numbers of rows and events are given anew after that."""
    return tuple(
        tuple(row) for row in session.execute(text("SELECT id, at, digest FROM imports ORDER BY id"))
    )


# One line a route and outcome, its requests' numbers joined to a text: several times quicker than a line a
# request, whose cost is the interpreter's. The index ix_requests_waits holds all of it, in this order, and
# ix_requests_unusual is that of the few whose recording began after they were asked, or ended before they were.
_COLUMNS = {
    _ID: "id",
    _ASKED: "asked_at",
    _ENDED: f"coalesce(resolved_at, silence_at, {NEVER})",
    _ANSWERED: f"coalesce(first_answer_at, {NEVER})",
}
_JOINED = {"sqlite": "group_concat({})", "postgresql": "string_agg(({})::text, ',')"}
_ALL = """
SELECT first_asking_area_id, first_answering_area_id, outcome, count(*), {}
FROM requests GROUP BY first_asking_area_id, first_answering_area_id, outcome
"""
_UNUSUAL = f"SELECT id, observed_from_at, observed_until_at FROM requests WHERE {UNUSUAL}"
_SOME = """
SELECT id, first_asking_area_id, first_answering_area_id, outcome, asked_at, observed_from_at, observed_until_at,
       coalesce(resolved_at, silence_at), first_answer_at
FROM requests WHERE id IN (SELECT request_id FROM events WHERE id > :since) ORDER BY id
"""


def _all(session: Session, whole: bool) -> list[Ints]:
    joined = _JOINED[session.get_bind().dialect.name]
    places = [place for place in _COLUMNS if whole or place in (_ASKED, _ENDED)]
    query = _ALL.format(", ".join(joined.format(_COLUMNS[place]) for place in places))
    groups = session.execute(text(query)).all()
    counts = [group[3] for group in groups]
    columns: list[Ints] = [np.broadcast_to(np.int64(NEVER), sum(counts))] * 9  # takes no memory
    ends = ([asking for asking, *_ in groups], [asked for _, asked, *_ in groups])
    columns[_FROM], columns[_TO] = (np.repeat(np.array(end, np.int64), counts) for end in ends)
    columns[_CAUSE] = np.repeat(np.array([CAUSES.get(group[2], 0) for group in groups], np.int64), counts)
    for place, parts in zip(places, zip(*(group[4:] for group in groups), strict=True), strict=False):
        columns[place] = np.concatenate([np.fromstring(part, np.int64, sep=",") for part in parts])
    columns[_OBSERVED] = columns[_ASKED]
    if whole:
        _put_in_unusual(session, columns)
    return _by_silence(columns)


def _put_in_unusual(session: Session, columns: list[Ints]) -> None:
    """Of some, recording began after they were asked, or ended before they were resolved."""
    ids, observed, until = _table(session.execute(text(_UNUSUAL)).all(), 3)
    if ids.size:
        order = np.argsort(columns[_ID])
        at = order[np.searchsorted(columns[_ID], ids, sorter=order)]
        columns[_OBSERVED], columns[_UNTIL] = columns[_OBSERVED].copy(), columns[_UNTIL].copy()
        columns[_OBSERVED][at], columns[_UNTIL][at] = observed, until


def _changed(session: Session, since: int) -> list[Ints]:
    """The columns of the requests that something has happened to since this event, by id."""
    found = session.execute(text(_SOME), {"since": since}).all()
    return _by_silence(list(_table([(*row[:3], CAUSES.get(row[3], 0), *row[4:]) for row in found], 9)))


def _table(found: Any, width: int) -> Ints:
    """Rows as they were read, as columns of whole numbers; NEVER where there is nothing."""
    whole = [[NEVER if value is None else value for value in row] for row in found]
    return np.array(whole, np.int64).reshape(-1, width).T


def _by_silence(columns: list[Ints]) -> list[Ints]:
    """What will be confirmed by silence has no outcome yet, but its end is fixed."""
    columns[_CAUSE][(columns[_CAUSE] == 0) & (columns[_ENDED] < NEVER)] = CAUSES["silence"]
    return columns


def _updated(before: Observations, fresh: list[Ints]) -> Observations:
    """The same with these requests in their new state; before itself stays as it was, for who still reads it."""
    at = np.flatnonzero(np.isin(before.ids, fresh[_ID]))
    known = np.searchsorted(fresh[_ID], before.ids[at])
    pairs = list(zip(before.columns, fresh, strict=True))
    if known.size == fresh[_ID].size and all(np.array_equal(old[at], new[known]) for old, new in pairs):
        return before
    columns = [np.append(old, np.delete(new, known)) for old, new in pairs]
    for column, new in zip(columns, fresh, strict=True):
        column[at] = new[known]
    return Observations(*columns, revision=next(_REVISIONS))
