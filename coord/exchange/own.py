"""Coord's own events as CSV, written and read without loss; and the check that replay gives the rows."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coord import company, people
from coord.exchange import cells
from coord.exchange.instants import Instants
from coord.exchange.told import Left, Parsed
from coord.refusal import Refused
from coord.requests import ASK_FACTS, MOVES, Event, bulk
from coord.text import typed

COLUMNS = ("request", "at", "verb", "person", "area", "from", "to", "on_behalf", "text", "day", "what", "done_when",
           "why", "needed_on", "role", "goal", "customer", "link", "follows", "handler", "decided_by",
           "observed_from", "observed_until", "silence_at", "since_on")  # fmt: skip

Row = dict[str, str | date]
check = bulk.check
_INSTANTS = ("observed_from", "observed_until", "silence_at")
_TEXTS = dict.fromkeys(("what", "role", "goal", "customer"), typed.line) | {
    "done_when": typed.prose,
    "why": typed.prose,
    "link": typed.link,
}


def is_own(columns: Collection[str]) -> bool:
    """Whether a file with these columns is one of Coord's own."""
    return {"request", "at", "verb", "from", "to"} <= set(columns)


def export(session: Session) -> Iterator[str]:
    """The lines of the CSV file with every event of every request."""
    areas = {row.id: row.name for row in company.areas(session, archived=True)}
    persons = {
        row.id: row.email or row.name or f"{people.FORMER} {row.id}"
        for row in people.people(session, archived=True)
    }
    line = io.StringIO()
    table = csv.writer(line, lineterminator="\n")
    table.writerow(COLUMNS)
    for row, _, events in bulk.stories(session):
        for event in events:
            told = _cells(row.reference, event, areas, persons)
            table.writerow([told.get(name, "") for name in COLUMNS])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def read(rows: Iterable[tuple[str, Row | Refused]], as_of: int | None = None) -> Parsed:
    """The requests that such a file tells, as they stood at `as_of` (or at its end)."""
    parsed = Parsed("own", observed_until=as_of)
    stories: dict[str, list[Row]] = {}
    for place, row in rows:
        if isinstance(row, Refused):
            parsed.rejected.append(Left(place, row))
        elif not (reference := str(row.get("request", "")).strip()):
            parsed.rejected.append(Left(place, Refused("This row names no request.")))
        else:
            stories.setdefault(reference, []).append(row)
    instants = Instants()
    for reference, told in stories.items():
        try:
            events = [_event(row, parsed, instants) for row in told]
            seen = [event for event in events if as_of is None or event.at <= as_of]
            if seen:
                parsed.tell(reference, _reference(reference), _watched(seen, as_of))
        except Refused as refused:
            parsed.rejected.append(Left(reference[:80], refused))
    return parsed


def _cells(reference: str, event: Event, areas: dict[int, str], persons: dict[int, str]) -> dict[str, str]:
    found = {
        "request": reference,
        "at": _iso(event.at),
        "verb": event.verb,
        "person": persons[event.person_id] if event.person_id is not None else "",
        "area": areas[event.area_id] if event.area_id is not None else "",
        "from": areas[event.from_area_id],
        "to": areas[event.to_area_id],
        "on_behalf": "yes" if event.on_behalf else "",
        "text": event.text or "",
        "day": event.day.isoformat() if event.day else "",
    }
    for name, value in event.more.items():
        if name in _INSTANTS and value is not None:
            found[name] = _iso(value)
        elif name == "handler":
            found[name] = persons[value] if value is not None else ""
        else:
            found[name] = cells.NOTHING if value is None else value
    return {
        name: cells.TAKEN_AWAY if cell == cells.NOTHING else cells.guarded(cell)
        for name, cell in found.items()
    }


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event(row: Row, parsed: Parsed, instants: Instants) -> Event:
    """The event that a row tells. Raises Refused where it can't be one."""
    verb = _cell(row, "verb")
    if verb not in MOVES:
        raise Refused("There is no move “{verb}”.", verb=verb[:60])
    source, target = (parsed.areas.place(_cell(row, side)) for side in ("from", "to"))
    if source is None or target is None:
        raise Refused("An event of this request does not say from which area to which.")
    if verb in ("ask", "reroute", "join") and source == target:
        raise Refused("Choose another area: a request goes from one area to another.")
    day = _cell(row, "day")
    return Event(
        verb,
        instants.read(_cell(row, "at")).at,
        source,
        target,
        parsed.areas.place(_cell(row, "area")),
        parsed.people.place(_cell(row, "person")),
        bool(_cell(row, "on_behalf")),
        typed.prose(_cell(row, "text")),
        _day(day, instants) if day else None,
        _more(row, verb, parsed, instants),
    )


def _more(row: Row, verb: str, parsed: Parsed, instants: Instants) -> dict[str, Any]:
    """The further facts of a move; in an amendment, what was taken away stands as None."""
    found: dict[str, Any] = {}
    names = ASK_FACTS if verb in ("ask", "amend") else ("link",)
    for name in names:
        cell = _cell(row, name)
        if cell == cells.NOTHING:
            found[name] = None
        elif cell:
            found[name] = _day(cell, instants).isoformat() if name == "needed_on" else _TEXTS[name](cell)
    if verb == "ask":
        found |= _origin(row, instants)
    if (verb == "ask" or "what" in found) and not found.get("what"):
        raise Refused("Say what you ask for.")
    if verb == "assign":
        found["handler"] = parsed.people.place(_cell(row, "handler"))
    if verb == "decide":
        found["decided_by"] = typed.line(_cell(row, "decided_by"))
    if verb == "deliver" and (cell := _cell(row, "silence_at")):
        found["silence_at"] = instants.read(cell).at
    return found


def _origin(row: Row, instants: Instants) -> dict[str, Any]:
    """Since when it waits, from when to when it was observed, and what it follows."""
    found: dict[str, Any] = {}
    if cell := _cell(row, "since_on"):
        found["since_on"] = _day(cell, instants).isoformat()
    for name in ("observed_from", "observed_until"):
        if cell := _cell(row, name):
            found[name] = instants.read(cell).at
    if cell := _cell(row, "follows"):
        found["follows"] = _reference(cell)
    return found


def _watched(events: list[Event], as_of: int | None) -> list[Event]:
    """The same events, observed no longer than until `as_of`."""
    ask = events[0]
    if as_of is not None and ask.verb == "ask":
        ask.more["observed_until"] = min(as_of, ask.more.get("observed_until", as_of))
    return events


def _cell(row: Row, name: str) -> str:
    value = row.get(name, "")
    return value.isoformat() if isinstance(value, date) else value


def _day(cell: str, instants: Instants) -> date:
    return instants.read(cell).day


def _reference(cell: str) -> str:
    found = typed.line(cell, 64)
    if found is None:
        raise Refused("This row names no request.")
    return found
