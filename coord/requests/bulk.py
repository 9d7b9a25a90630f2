"""Whole lives at once: written in one short stroke, taken back in one, and read in chunks to be replayed."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, text
from sqlalchemy.orm import Session

from coord.requests.lives import FIELDS, Event, Life
from coord.requests.records import EventRow, Import, Request, columns

CHUNK = 20_000

REQUEST = ("id", "import_id", "reference", *FIELDS, "search")
EVENT = ("id", "request_id", "seq", "verb", "at", "person_id", "area_id", "from_area_id", "to_area_id",
         "on_behalf", "text", "day", "more")  # fmt: skip
_AREAS = [REQUEST.index(name) for name in ("asking_area_id", "answering_area_id", "first_answering_area_id")]
_HANDLER = REQUEST.index("handler_id")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A life made ready outside the transaction; its areas and people are places in lists that `record` is given."""

    request: list[Any]
    events: list[tuple[Any, ...]]

    @property
    def reference(self) -> str:
        return str(self.request[2])


def prepare(reference: str, life: Life, events: Sequence[Event]) -> Prepared:
    """The rows of a life, as they can be written to any of our databases."""
    values = columns(life)
    request = [None, None, reference, *(_plain(values[name]) for name in REQUEST[3:])]
    rows = [
        (seq, e.verb, e.at, e.person_id, e.area_id, e.from_area_id, e.to_area_id, int(e.on_behalf), e.text,
         _plain(e.day), e.more if "handler" in e.more else json.dumps(e.more))
        for seq, e in enumerate(events, 1)
    ]  # fmt: skip
    return Prepared(request, rows)


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
    requests, events = [], []
    for request_id, life in zip(request_ids, lives, strict=True):
        row = [request_id, import_id, *life.request[2:]]
        for place in _AREAS:
            row[place] = areas[row[place]]
        if row[_HANDLER] is not None:
            row[_HANDLER] = people[row[_HANDLER]]
        requests.append(tuple(row))
        for seq, verb, at, person, area, source, target, on_behalf, said, day, more in life.events:
            events.append(
                (next(event_ids), request_id, seq, verb, at, None if person is None else people[person],
                 None if area is None else areas[area], areas[source], areas[target], on_behalf, said, day,
                 more if isinstance(more, str) else _handled(more, people))
            )  # fmt: skip
    _insert(connection, "requests", REQUEST, requests)
    _insert(connection, "events", EVENT, events)


def take_back(session: Session, import_id: int) -> None:
    """Delete an import with its requests and their events."""
    of_import = select(Request.id).where(Request.import_id == import_id)
    session.execute(delete(EventRow).where(EventRow.request_id.in_(of_import)))
    session.execute(delete(Request).where(Request.import_id == import_id))
    session.execute(delete(Import).where(Import.id == import_id))
    session.expire_all()


def built_on(session: Session, import_id: int) -> bool:
    """Whether somebody has moved a request of an import since, or follows one up."""
    row = session.get_one(Import, import_id)
    mine = select(Request.id).where(Request.import_id == import_id)
    events = session.scalar(select(func.count(EventRow.id)).where(EventRow.request_id.in_(mine)))
    named = select(Request.reference).where(Request.import_id == import_id)
    follow = select(Request.id).where(
        Request.follows.in_(named), Request.import_id.is_distinct_from(import_id)
    )
    return events != row.events or session.scalar(follow.limit(1)) is not None


class Story(NamedTuple):
    """A request's row, and its events as they are stored."""

    row: Any  # with all columns of Request
    seqs: list[int]
    events: list[Event]


def stories(session: Session, chunk: int = 2_000) -> Iterator[Story]:
    """Every request in the order of ids, without holding all of them in memory."""
    last = 0
    while rows := session.execute(_ROWS.where(Request.id > last).limit(chunk)).all():
        first, last = rows[0].id, rows[-1].id
        told = {row.id: Story(row, [], []) for row in rows}
        for request_id, seq, *facts in session.execute(
            _EVENTS.where(EventRow.request_id.between(first, last))
        ):
            told[request_id].seqs.append(seq)
            told[request_id].events.append(Event(*facts))
        yield from told.values()


_ROWS = select(*Request.__table__.columns).order_by(Request.id)
_EVENTS = select(
    EventRow.request_id, EventRow.seq, *(getattr(EventRow, f.name) for f in fields(Event))
).order_by(EventRow.request_id, EventRow.seq)


def imports(session: Session) -> list[Import]:
    """The imports that can be looked at or undone, newest first."""
    return list(session.scalars(select(Import).order_by(Import.id.desc())))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _handled(more: dict[str, Any], people: Sequence[int]) -> str:
    place = more["handler"]
    return json.dumps({**more, "handler": None if place is None else people[place]})


def _ids(connection: Connection, table: str, n: int) -> list[int]:
    """As many new ids, in order: nobody else is given them."""
    if connection.dialect.name == "postgresql":
        query = f"SELECT nextval(pg_get_serial_sequence('{table}', 'id')) FROM generate_series(1, :n)"
        return list(connection.scalars(text(query), {"n": n}))
    last = connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}"))
    return list(range(last + 1, last + 1 + n))


def _insert(connection: Connection, table: str, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """The quickest way of each database, in steps short enough for its time limits."""
    if connection.dialect.name == "postgresql":
        quoted = ", ".join(f'"{name}"' for name in names)
        driver: Any = connection.connection.driver_connection
        for start in range(0, len(rows), CHUNK):
            with driver.cursor().copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows[start : start + CHUNK]:
                    copy.write_row(row)
        return
    for absent, some in _alike(rows).items():
        there = [name for name, missing in zip(names, absent, strict=True) if not missing]
        quoted, marks = ", ".join(f'"{name}"' for name in there), ", ".join("?" * len(there))
        connection.exec_driver_sql(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", some)


def _alike(rows: list[tuple[Any, ...]]) -> dict[tuple[bool, ...], list[tuple[Any, ...]]]:
    """Rows by which columns they lack, without those: binding an absent value takes SQLite's driver longer than all else."""
    found: dict[tuple[bool, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        absent = tuple([value is None for value in row])
        found.setdefault(absent, []).append(tuple([value for value in row if value is not None]))
    return found
