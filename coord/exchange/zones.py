"""A time zone as a calendar file tells it: what its clocks show in a span of days, and when they are changed.

icalendar's own writes the onset of summer time as the clock shows it afterwards; RFC 5545 (3.6.5) wants it as the clock
showed it before, which is an hour earlier.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

STEP = timedelta(days=1)  # no zone changes its clocks twice within a day


def zone_between(name: str, first: date, last: date) -> Timezone:
    """The zone with every change of its clocks from one day to another."""
    zone, found = ZoneInfo(name), Timezone()
    found.add("TZID", name)
    begins, ends = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    found.add_component(_observance(zone, begins, begins))
    for onset in _changes(zone, begins, ends):
        found.add_component(_observance(zone, onset, onset - timedelta(seconds=1)))
    return found


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """The instants from which on the clocks show something else."""
    before = begins
    while before < ends:
        after = before + STEP
        if _shown(zone, before) != _shown(zone, after):
            yield _onset(zone, before, after)
        before = after


def _onset(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second of the one change between two instants."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if _shown(zone, middle) == _shown(zone, before):
            before = middle
        else:
            after = middle
    return after


def _shown(zone: ZoneInfo, at: datetime) -> tuple[timedelta, bool, str]:
    local = at.astimezone(zone)
    return local.utcoffset() or timedelta(), (local.dst() or timedelta()) > timedelta(), local.tzname() or ""


def _observance(zone: ZoneInfo, onset: datetime, before: datetime) -> TimezoneStandard | TimezoneDaylight:
    (old, _, _), (new, is_summer, name) = _shown(zone, before), _shown(zone, onset)
    found = TimezoneDaylight() if is_summer else TimezoneStandard()
    found.add("DTSTART", (onset + old).replace(tzinfo=None))
    found.add("TZOFFSETFROM", old)
    found.add("TZOFFSETTO", new)
    found.add("TZNAME", name)
    return found
