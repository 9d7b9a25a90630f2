"""How long each request has been unresolved as of an instant: the rows that every estimator is given."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from coord.trends.observations import Ints, Observations
from coord.worktime import Calendar

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests count; what is empty does not filter."""

    asked_since: int | None = None  # an instant
    areas: frozenset[int] = frozenset()  # on either side
    crossing: tuple[str, str] | None = None  # from sphere, to sphere


@dataclass(frozen=True, eq=False)
class Waits:
    """One value for each request, in seconds since it was asked (elapsed, or working where a calendar is there).

    `cause` is 0 for what is still open, else one of CAUSES. `entry` is None where all were seen from the start.
    """

    as_of: int
    calendar: Calendar | None
    ids: Ints
    asked: Ints
    from_area: Ints
    to_area: Ints
    entry: Ints | None
    exit: Ints
    cause: Ints
    answered: Ints  # instants; NEVER, or later than as_of, where there was no answer so far

    @property
    def is_open(self) -> npt.NDArray[np.bool_]:
        is_open: npt.NDArray[np.bool_] = self.cause == 0
        return is_open

    def since_asked(self, instants: Ints) -> Ints:
        """These instants as times since each request was asked."""
        return since(self.asked, instants, self.calendar)

    def where(self, kept: npt.NDArray[np.bool_]) -> "Waits":
        """Only these requests."""
        columns = ("ids", "asked", "from_area", "to_area", "exit", "cause", "answered")
        entry = None if self.entry is None else self.entry[kept]
        return replace(self, entry=entry, **{name: getattr(self, name)[kept] for name in columns})


def waits(
    found: Observations,
    *,
    as_of: int,
    calendar: Calendar | None = None,
    wanted: Wanted = Wanted(),
    spheres: Mapping[int, str] | None = None,
) -> Waits:
    """What was known at that instant of the requests that are wanted; `spheres` gives each area's, for a crossing."""
    kept = matching(found, wanted, spheres or {})
    kept &= (found.asked <= as_of) & (found.observed <= as_of)
    rows = found if kept.all() else found.where(kept)
    resolved = rows.ended <= as_of
    end = np.minimum(np.where(resolved, rows.ended, rows.until), as_of)
    np.maximum(end, rows.asked, out=end)
    late = (rows.observed > rows.asked).any()
    return Waits(
        as_of=as_of,
        calendar=calendar,
        ids=rows.ids,
        asked=rows.asked,
        from_area=rows.from_area,
        to_area=rows.to_area,
        entry=since(rows.asked, rows.observed, calendar) if late else None,
        exit=since(rows.asked, end, calendar),
        cause=np.where(resolved, rows.cause, 0),
        answered=rows.answered,
    )


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each request belongs to: its place in `keys`, largest group first (periods: earliest first)."""

    keys: list[Any]  # (area, area), (sphere, sphere), or a quarter's first day
    codes: Ints

    @property
    def sizes(self) -> Ints:
        return np.bincount(self.codes, minlength=len(self.keys))


def by_route(rows: Waits) -> Groups:
    """Groups by (asking area, area asked first)."""
    width = int(rows.to_area.max(initial=0)) + 1
    keys, codes = _grouped(rows.from_area * width + rows.to_area)
    return _largest_first([(int(key) // width, int(key) % width) for key in keys], codes)


def by_crossing(rows: Waits, spheres: Mapping[int, str]) -> Groups:
    """Groups by (sphere of the asking area, sphere of the area asked first); all four, also empty ones."""
    names = sorted(set(spheres.values()), key=lambda name: name != "sales")
    keys = [(a, b) for a in names for b in names]
    table = np.zeros(max(spheres, default=0) + 1, np.int64)
    for area, sphere in spheres.items():
        table[area] = names.index(sphere)
    return Groups(keys, table[rows.from_area] * len(names) + table[rows.to_area])


def by_period(rows: Waits, calendar: Calendar) -> Groups:
    """Groups by the quarter in which it was asked, where the company is; the key is its first day."""
    if not rows.asked.size:
        return Groups([], np.zeros(0, np.int64))
    quarter = _quarter(calendar.day_of(int(rows.asked.min())))
    last = calendar.day_of(int(rows.asked.max()))
    starts: list[date] = []
    while quarter <= last:
        starts.append(quarter)
        quarter = date(quarter.year + quarter.month // 10, (quarter.month + 2) % 12 + 1, 1)
    instants = np.array([calendar.start_of(day) for day in starts])
    return Groups(starts, np.searchsorted(instants, rows.asked, side="right") - 1)


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def since(asked: Ints, instants: Ints, calendar: Calendar | None) -> Ints:
    return instants - asked if calendar is None else calendar.working_seconds_many(asked, instants)


def matching(found: Observations, wanted: Wanted, spheres: Mapping[int, str]) -> npt.NDArray[np.bool_]:
    """Which requests are wanted."""
    kept = np.ones(found.asked.size, bool)
    if wanted.asked_since is not None:
        kept &= found.asked >= wanted.asked_since
    if wanted.areas:
        areas = np.array(sorted(wanted.areas))
        kept &= np.isin(found.from_area, areas) | np.isin(found.to_area, areas)
    if wanted.crossing is not None:
        for column, sphere in zip((found.from_area, found.to_area), wanted.crossing, strict=True):
            kept &= np.isin(column, [area for area, name in spheres.items() if name == sphere])
    return kept


def _grouped(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values, and each one's place among them; without a sort where they are small."""
    if values.max(initial=0) > 10_000_000:
        keys, codes = np.unique(values, return_inverse=True)
        return keys, codes
    there = np.bincount(values) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[values]


def _largest_first(keys: list[tuple[int, int]], codes: Ints) -> Groups:
    order = np.argsort(-np.bincount(codes, minlength=len(keys)), kind="stable")
    place = np.empty(len(keys), np.int64)
    place[order] = np.arange(len(keys))
    return Groups([keys[i] for i in order], place[codes])
