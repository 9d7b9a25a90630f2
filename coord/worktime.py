"""Working time: what elapses outside a company's closed local days.

Instants are whole seconds since 1970 (UTC). A local day runs from the first instant at which the zone's clock
shows it to the first instant of the next: days follow each other without gap or overlap whatever the clock
does (an hour repeated across midnight belongs to the later day; a day that the zone skipped has no length and
is closed). An open day is 86,400 working seconds. Where the clock is changed in it, so that it is longer or
shorter, its working seconds run at an even pace, rounded down to a whole one: parts add up exactly.
"""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

HOUR = 3_600
DAY = 86_400
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Which local days a company is closed on; made by `calendar`, which checks what it is given.

    Weekdays count from Monday, 0, to Sunday, 6. Equal calendars share what has been worked out for them.
    """

    zone: str
    country: str | None
    subdivision: str | None
    closing_days: frozenset[date]
    weekend: frozenset[int]

    def is_open(self, day: date) -> bool:
        """Whether work is done on this local day."""
        closed = (
            day.weekday() in self.weekend
            or day in self.closing_days
            or day in _public_holidays(self.country, self.subdivision, day.year)
        )
        return not closed and self.start_of(day) < self.start_of(day + ONE_DAY)

    def next_open_day(self, day: date) -> date:
        """The first open day after this one."""
        day += ONE_DAY
        while not self.is_open(day):
            day += ONE_DAY
        return day

    def add_working_days(self, at: int, days: int) -> int:
        """The end (the local midnight that closes it) of the given working day after the local day of `at`.

        1 is the next open day. ValueError where `days` is below 1.
        """
        if days < 1:
            raise ValueError("Working days are added from 1 on.")
        day = self.day_of(at)
        for _ in range(days):
            day = self.next_open_day(day)
        return self.start_of(day + ONE_DAY)

    def working_seconds(self, start_at: int, end_at: int) -> int:
        """Working seconds from one instant to another; negative where the end comes before the start."""
        return int(self.working_seconds_many(np.array([start_at]), np.array([end_at]))[0])

    def working_seconds_many(self, starts: Ints, ends: Ints) -> Ints:
        """The same for many: int64 arrays of one shape, and so the result."""
        if not starts.size:
            return np.zeros(starts.shape, np.int64)
        first, last = min(starts.min(), ends.min()), max(starts.max(), ends.max())
        days = _days(self, self.day_of(int(first)).year, self.day_of(int(last)).year)
        return days.worked_by(ends) - days.worked_by(starts)

    def day_of(self, at: int) -> date:
        """The local day that an instant lies in."""
        day = _shown(self.zone, at)
        return day + ONE_DAY if self.start_of(day + ONE_DAY) <= at else day

    def start_of(self, day: date) -> int:
        """The first instant of a local day: its midnight, or where the clock jumps over that, the jump."""
        before, after = _instants(self.zone, day, time(0))
        if before <= after:
            return before
        gap = range(after, before + 1)
        return gap[bisect_left(gap, day, key=lambda at: _shown(self.zone, at))]

    def noon_of(self, day: date) -> int:
        """Local noon, the earlier one of two; an hour that the clock jumps over is read as if it hadn't yet.

        Never after the day's end: a day that the zone skipped has its noon where it would have begun.
        """
        return min(_instants(self.zone, day, time(12))[0], self.start_of(day + ONE_DAY))


def calendar(
    zone: str,
    country: str | None = None,
    subdivision: str | None = None,
    closing_days: Collection[date] = (),
    weekend: Collection[int] = (5, 6),
) -> Calendar:
    """A company's calendar: its time zone, its weekend, its country's public holidays, its own closing days.

    Country (ISO 3166-1) and subdivision are codes as the package holidays knows them ("BR", "SP"). Days that
    are kept by custom and not by law, like Brazil's Carnival, belong to the closing days. ValueError, with a
    sentence to show, for an unknown zone, country or subdivision and for a week without a working day.
    """
    if not _known_zone(zone):
        raise ValueError(f"There is no time zone called {zone!r}.")
    if subdivision and not country:
        raise ValueError(f"The subdivision {subdivision!r} needs a country.")
    if not set(weekend) < set(range(7)):
        raise ValueError("The weekend is some of the days 0 (Monday) to 6 (Sunday), and never all of them.")
    _check_place(country, subdivision)
    return Calendar(zone, country or None, subdivision or None, frozenset(closing_days), frozenset(weekend))


def _known_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _check_place(country: str | None, subdivision: str | None) -> None:
    if not country:
        return
    try:
        holidays.country_holidays(country)
    except NotImplementedError:
        raise ValueError(f"No public holidays are known for a country called {country!r}.") from None
    try:
        holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:
        raise ValueError(f"{country} has no subdivision called {subdivision!r}.") from None


@lru_cache(maxsize=1024)
def _public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    if country is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


def _shown(zone: str, at: int) -> date:
    """The date that the zone's clock shows at an instant."""
    return datetime.fromtimestamp(at, ZoneInfo(zone)).date()


def _instants(zone: str, day: date, hour: time) -> tuple[int, int]:
    """A local time as an instant, read with the offset before and with that after a change of the clock.

    The first is the earlier one where the time occurs twice, the later one where the clock jumps over it.
    """
    local = datetime.combine(day, hour, ZoneInfo(zone))
    return int(local.timestamp()), int(local.replace(fold=1).timestamp())


@dataclass(frozen=True, eq=False)
class _Days:
    """Consecutive days: start, length and working seconds of each, and those of all days before it.

    `hours` gives for each hour since the first start the day that it begins in: a day is found by looking
    there and going on by one where it ends within the hour, faster than by searching the starts.
    """

    starts: Ints
    lengths: Ints
    working: Ints
    before: Ints
    hours: Ints

    def worked_by(self, at: Ints) -> Ints:
        """Working seconds from the first day's start to instants within the days."""
        i = self.hours[(at - self.starts[0]) // HOUR]
        into = at - self.starts[i]
        over = into >= self.lengths[i]
        i, into = i + over, into - over * self.lengths[i]
        worked: Ints = self.before[i] + into * self.working[i] // self.lengths[i]
        return worked


@lru_cache(maxsize=256)
def _days(calendar: Calendar, first_year: int, last_year: int) -> _Days:
    """All days of these years but those that the zone skipped."""
    years = [_year(calendar, year) for year in range(first_year, last_year + 1)]
    starts = np.concatenate([starts for starts, _ in years])
    working = np.concatenate([working for _, working in years])
    end = calendar.start_of(date(last_year + 1, 1, 1))
    lengths = np.diff(starts, append=end)
    starts, working, lengths = (column[lengths > 0] for column in (starts, working, lengths))
    hours = np.searchsorted(starts, np.arange(starts[0], end, HOUR), side="right") - 1
    return _Days(starts, lengths, working, np.cumsum(working) - working, hours)


@lru_cache(maxsize=1024)
def _year(calendar: Calendar, year: int) -> tuple[Ints, Ints]:
    """The start and the working seconds of each day of a year."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days = [first + ONE_DAY * i for i in range((end - first).days)]
    starts = np.array([calendar.start_of(day) for day in days], np.int64)
    return starts, np.array([DAY * calendar.is_open(day) for day in days], np.int64)
