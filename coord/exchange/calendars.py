"""Calendar files (iCalendar, RFC 5545): the weekly hours as a feed, and what somebody promised for a download."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vDuration

from coord.exchange.zones import zone_between

PROGRAM = "-//Coord//The weekly hour//EN"
REFRESH = timedelta(hours=1)  # how often calendar programmes are asked to look again

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # a calendar file can't hold them


@dataclass(frozen=True, slots=True)
class Hour:
    """One meeting; its uid stays, and its sequence grows, whenever it is moved or dropped."""

    uid: str
    starts_at: int
    minutes: int
    zone: str
    title: str
    description: str = ""
    link: str | None = None
    sequence: int = 0
    is_dropped: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody promised for a day."""

    uid: str
    day: date
    title: str
    description: str = ""
    link: str | None = None


def feed(name: str, hours: Iterable[Hour], *, at: int) -> bytes:
    """The hours as a calendar to subscribe to: an event each, on the clock of its zone, dropped ones as cancelled."""
    calendar = _calendar(name)
    calendar.add("METHOD", "PUBLISH")
    calendar.add("REFRESH-INTERVAL", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    found = list(hours)
    events = [_hour(hour, at) for hour in found]
    told = {event["DTSTART"].params.get("TZID") for event in events}  # none where the clock is that of UTC
    for zone in sorted(told - {None}):
        calendar.add_component(_zone(zone, [hour.starts_at for hour in found if hour.zone == zone]))
    for event in events:
        calendar.add_component(event)
    return _written(calendar, at)


def promises(name: str, rows: Iterable[Promise], *, at: int) -> bytes:
    """Promises as events of a whole day, which phones show and which block no time."""
    calendar = _calendar(name)
    for row in rows:
        event = _event(row.uid, row.title, row.description, row.link, at)
        event.add("DTSTART", row.day)
        event.add("DTEND", row.day + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")
        calendar.add_component(event)
    return _written(calendar, at)


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PROGRAM)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("X-WR-CALNAME", _line(name))
    return calendar


def _written(calendar: Calendar, at: int) -> bytes:
    if not calendar.subcomponents:  # a calendar without any part is against the rules
        calendar.add_component(_zone("UTC", [at]))
    return bytes(calendar.to_ical())


def _zone(name: str, instants: list[int]) -> Timezone:
    """The zone's clocks from before the first hour until after the last."""
    first, last = (datetime.fromtimestamp(at, UTC).date() for at in (min(instants), max(instants)))
    return zone_between(name, first - timedelta(days=366), last + timedelta(days=366))


def _hour(hour: Hour, at: int) -> Event:
    starts = datetime.fromtimestamp(hour.starts_at, ZoneInfo(hour.zone))
    event = _event(hour.uid, hour.title, hour.description, hour.link, at)
    event.add("DTSTART", starts)
    event.add("DTEND", datetime.fromtimestamp(hour.starts_at + hour.minutes * 60, ZoneInfo(hour.zone)))
    event.add("SEQUENCE", hour.sequence)
    event.add("STATUS", "CANCELLED" if hour.is_dropped else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if hour.is_dropped else "OPAQUE")
    if hour.link:
        event.add("LOCATION", _line(hour.link))
    return event


def _event(uid: str, title: str, description: str, link: str | None, at: int) -> Event:
    event = Event()
    event.add("UID", uid)
    event.add("DTSTAMP", datetime.fromtimestamp(at, UTC))
    event.add("SUMMARY", _line(title))
    if description:
        event.add("DESCRIPTION", _prose(description))
    if link and link.lower().startswith(("https://", "http://", "mailto:")):
        event.add("URL", "".join(_line(link).split()))
    return event


def _line(text: str) -> str:
    return " ".join(_prose(text).split())


def _prose(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
