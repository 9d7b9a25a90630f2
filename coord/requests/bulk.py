"""Whole lives at once: written in one short stroke, taken back in one, and read in chunks to be replayed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coord.record import counted
from coord.refusal import Refused
from coord.requests.lives import FIELDS, Event, Life, replay
from coord.requests.records import EventRow, Import, Request, columns

CHUNK = 20_000

Rows = defaultdict[tuple[str, ...], list[tuple[Any, ...]]]  # by the columns that they have

_AREAS = ("asking_area_id", "answering_area_id", "first_asking_area_id", "first_answering_area_id")
_FURTHER = [name for name in FIELDS if name not in (*_AREAS, "handler_id")] + ["search"]
_TOLD = ("seq", "verb", "at", "on_behalf", "more", "text", "day")


class Line(NamedTuple):
    """An event made ready: areas and people as places, and its other columns without those that say nothing."""

    source: int
    target: int
    area: int | None
    person: int | None
    handled: dict[str, Any] | None  # what an `assign` carries: it names a person too
    names: tuple[str, ...]
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A life made ready outside the transaction; its areas and people are places in lists that `record` is given.

    What is absent is left out, not written as an absent value: binding those takes SQLite's driver longer than all else.
    """

    reference: str
    areas: tuple[int, ...]  # as _AREAS
    handler: int | None
    names: tuple[str, ...]
    values: tuple[Any, ...]
    events: list[Line]


def prepare(reference: str, life: Life, events: Sequence[Event]) -> Prepared:
    """The rows of a life, as they can be written to any of our databases."""
    found = columns(life)
    names, values = _present((name, found[name]) for name in _FURTHER)
    places = tuple(found[name] for name in _AREAS)
    lines = [_line(seq, event) for seq, event in enumerate(events, 1)]
    return Prepared(reference, places, life.handler_id, names, values, lines)


def known(session: Session, references: Sequence[str]) -> set[str]:
    """Which of these references are here already."""
    found: set[str] = set()
    for start in range(0, len(references), 5_000):
        some = references[start : start + 5_000]
        found.update(session.scalars(select(Request.reference).where(Request.reference.in_(some))))
    return found


def record(
    session: Session,
    lives: Sequence[Prepared],
    *,
    areas: Sequence[int],
    people: Sequence[int],
    import_id: int,
) -> None:
    """Write these lives with the ids of their areas and people; ids of rows are taken in one block."""
    session.flush()
    connection = session.connection()
    request_ids = _ids(connection, "requests", len(lives))
    event_ids = iter(_ids(connection, "events", sum(len(life.events) for life in lives)))
    requests, events = Rows(list), Rows(list)
    for request_id, life in zip(request_ids, lives, strict=True):
        named = (areas[place] for place in life.areas)
        row = (request_id, import_id, life.reference, *named, *life.values)
        names = ("id", "import_id", "reference", *_AREAS, *life.names)
        if life.handler is not None:
            row, names = (*row, people[life.handler]), (*names, "handler_id")
        requests[names].append(row)
        for line in life.events:
            key, told = _located(line, areas, people)
            events[key].append((next(event_ids), request_id, *told))
    _insert(connection, "requests", requests)
    _insert(connection, "events", {("id", "request_id", *key): rows for key, rows in events.items()})


def take_back(session: Session, import_id: int) -> None:
    """Delete an import with its requests and their events."""
    of_import = select(Request.id).where(Request.import_id == import_id)
    session.execute(delete(EventRow).where(EventRow.request_id.in_(of_import)))
    session.execute(delete(Request).where(Request.import_id == import_id))
    session.execute(delete(Import).where(Import.id == import_id))
    session.expire_all()


def built_on(session: Session, import_id: int) -> bool:
    """Whether somebody has moved a request of an import since, or follows one up; what silence did is nobody's."""
    row = session.get_one(Import, import_id)
    mine = select(Request.id).where(Request.import_id == import_id)
    said = select(func.count(EventRow.id)).where(
        EventRow.request_id.in_(mine), EventRow.verb != "confirm_by_silence"
    )
    named = select(Request.reference).where(Request.import_id == import_id)
    follow = select(Request.id).where(
        Request.follows.in_(named), Request.import_id.is_distinct_from(import_id)
    )
    return (
        session.scalar(said) != row.events - row.mapping.get("silences", 0)
        or session.scalar(follow.limit(1)) is not None
    )


class Story(NamedTuple):
    """A request's row, and its events as they are stored."""

    row: Any  # with all columns of Request
    seqs: list[int]
    events: list[Event]


def stories(session: Session) -> Iterator[Story]:
    """Every request in the order of ids, without holding all of them in memory."""
    for first, last in _spans(session):
        yield from _stories(session, first, last)


def _spans(session: Session, chunk: int = 2_000) -> Iterator[tuple[int, int]]:
    """The first and the last id of so many requests at a time."""
    last = 0
    while ids := session.scalars(_IDS.where(Request.id > last).limit(chunk)).all():
        last = ids[-1]
        yield ids[0], last


def _stories(session: Session, first: int, last: int) -> list[Story]:
    """The requests from one id to another."""
    rows = session.execute(_ROWS.where(Request.id.between(first, last)))
    told = {row.id: Story(row, [], []) for row in rows}
    for request_id, seq, *facts in session.execute(_EVENTS.where(EventRow.request_id.between(first, last))):
        told[request_id].seqs.append(seq)
        told[request_id].events.append(Event(*facts))
    return list(told.values())


_IDS = select(Request.id).order_by(Request.id)
_ROWS = select(*Request.__table__.columns).order_by(Request.id)
_EVENTS = select(
    EventRow.request_id, EventRow.seq, *(getattr(EventRow, f.name) for f in fields(Event))
).order_by(EventRow.request_id, EventRow.seq)

# What comes of a stored value that is none: a day that is no day, broken JSON, a list where facts should stand.
NONE = (AttributeError, LookupError, TypeError, ValueError)


def check(session: Session) -> tuple[int, list[str]]:
    """Replay every request and compare it with its row: how many, and a line for each that differs."""
    examined, differing = 0, []
    for first, last in _spans(session):
        for reference, said in _examined(session, first, last):
            examined += 1
            if said:
                differing.append(f"{reference}: {said}")
    return examined, differing


def _examined(session: Session, first: int, last: int) -> Iterator[tuple[str, str]]:
    """Each request's reference, and how it differs if it does. One that can't even be read hides no other."""
    try:
        told = _stories(session, first, last)
    except NONE as error:
        if first == last:
            yield (
                session.scalar(select(Request.reference).where(Request.id == first)) or str(first),
                str(error),
            )
            return
        middle = (first + last) // 2
        yield from _examined(session, first, middle)
        yield from _examined(session, middle + 1, last)
        return
    for story in told:
        yield story.row.reference, _difference(story)


def _difference(story: Story) -> str:
    """What a request's row has otherwise than its events tell; "" where nothing."""
    try:
        life = replay(story.events)
    except (Refused, *NONE) as error:
        return str(error)
    wrong = [name for name in FIELDS if getattr(life, name) != getattr(story.row, name)]
    if story.seqs != list(range(1, len(story.seqs) + 1)):
        wrong.append("seq")
    return ", ".join(wrong)


def imports(session: Session) -> list[Import]:
    """The imports that can be looked at or undone, newest first."""
    return list(session.scalars(select(Import).order_by(Import.id.desc())))


def _line(seq: int, event: Event) -> Line:
    handled = event.more if "handler" in event.more else None
    more = None if handled else json.dumps(event.more)
    told = (seq, event.verb, event.at, int(event.on_behalf), more, event.text, event.day)
    names, values = _present(zip(_TOLD, told, strict=True))
    places = (event.from_area_id, event.to_area_id, event.area_id, event.person_id)
    return Line(*places, handled, names, values)


def _present(cells: Iterable[tuple[str, Any]]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """The names and values of what is not absent, as every database takes them."""
    there = [(name, value) for name, value in cells if value is not None]
    values = tuple([value.isoformat() if isinstance(value, date) else value for _, value in there])
    return tuple([name for name, _ in there]), values


def _located(
    line: Line, areas: Sequence[int], people: Sequence[int]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """A line's columns and values with the ids of its areas and people."""
    source, target, area, person, handled, names, values = line
    names, values = ("from_area_id", "to_area_id", *names), (areas[source], areas[target], *values)
    if area is not None:
        names, values = (*names, "area_id"), (*values, areas[area])
    if person is not None:
        names, values = (*names, "person_id"), (*values, people[person])
    if handled is not None:
        place = handled["handler"]
        more = json.dumps({**handled, "handler": None if place is None else people[place]})
        names, values = (*names, "more"), (*values, more)
    return names, values


def _ids(connection: Connection, table: str, n: int) -> list[int]:
    """As many new ids, in order: nobody else is given them."""
    if connection.dialect.name == "postgresql":
        query = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, :n)"
        return list(connection.scalars(text(query), {"n": n}))
    last = connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}"))
    return list(range(last + 1, last + 1 + n))


def _insert(
    connection: Connection, table: str, rows: Mapping[tuple[str, ...], list[tuple[Any, ...]]]
) -> None:
    """The quickest way of each database, in steps short enough for its time limits."""
    for names, some in rows.items():
        quoted = ", ".join(f'"{name}"' for name in names)
        if connection.dialect.name != "postgresql":
            marks = ", ".join("?" * len(names))
            connection.exec_driver_sql(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", some)
            continue
        copied = f"COPY {table} ({quoted}) FROM STDIN"
        for start in range(0, len(some), CHUNK):
            _copy(connection, copied, some[start : start + CHUNK])
        counted(connection, table, len(some))  # the driver is asked past SQLAlchemy


def _copy(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Hand rows to PostgreSQL's COPY; what it says is raised as it is from every other statement."""
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except errors as error:
        raise DBAPIError.instance(statement, None, error, errors, dialect=connection.dialect) from error
