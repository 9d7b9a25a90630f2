"""The chain of entries: each holds the hash of the one before it, so that none can be changed or taken out unseen."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Select, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord.db import Base

BEGINNING = "0" * 64
_LOCK = zlib.crc32(b"record")


class Entry(Base):
    """One transaction that was committed. It holds no name and nothing that people typed, so erasure never touches it.

    `source` is page, command or server. `person_id` is no foreign key: the record outlives what it tells of.
    """

    __tablename__ = "record"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # counted from 1, without a gap
    at: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), index=True)
    what: Mapped[str] = mapped_column(Text)  # the changes as JSON, exactly as they are in the hash
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    @property
    def changes(self) -> list[dict[str, Any]]:
        """[{"table", "did", "id", "columns", "set"} of a row, or {"table", "did", "rows"} of many, …]"""
        found: list[dict[str, Any]] = json.loads(self.what)
        return found


_HASHED = ("previous", "id", "at", "person_id", "source", "kind", "what")
_TABLE = Entry.__table__
_HEAD = select(_TABLE.c.id, _TABLE.c.hash).order_by(_TABLE.c.id.desc()).limit(1)
_APPEND = _TABLE.insert()  # type: ignore[attr-defined]


class Head(NamedTuple):
    """The last entry: its number, and the hash that stands for all before it too."""

    n: int
    hash: str


class Checked(NamedTuple):
    """How many entries were looked at, and the number of the first that is not as it was written."""

    entries: int
    broken: int | None


def head(session: Session) -> Head:
    """The last entry; before the first, none and the beginning of the chain."""
    row = session.connection().execute(_HEAD).first()
    return Head(row.id, row.hash) if row else Head(0, BEGINNING)


def leads_through(session: Session, known: Head) -> bool:
    """Whether an entry that somebody has noted down elsewhere, as each backup does, still stands in the chain."""
    return known.n == 0 or session.scalar(select(Entry.hash).where(Entry.id == known.n)) == known.hash


def check(session: Session, *, known: Head | None = None) -> Checked:
    """Follow the chain from its beginning; with a `known` head, also whether it still leads through that one."""
    n, last, broken = 0, BEGINNING, None
    for row in _all(session):
        n += 1
        fits = row.id == n and row.previous == last and row.hash == _hash(row._mapping)
        if known is not None and n == known.n:
            fits = fits and row.hash == known.hash
        if broken is None and not fits:
            broken = n
        last = row.hash
    if broken is None and known is not None and n < known.n:
        broken = n + 1
    return Checked(n, broken)


def _all(session: Session, chunk: int = 2_000) -> Iterator[Any]:
    last = -1
    query = select(*Entry.__table__.columns).order_by(Entry.id)
    while rows := session.execute(query.where(Entry.id > last).limit(chunk)).all():
        yield from rows
        last = rows[-1].id


def _hash(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json([entry[name] for name in _HASHED]).encode()).hexdigest()


def _json(facts: Any) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Administrator(Protocol):
    """Whoever reads the record."""

    def must_administer(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of a kind, by a person, from one instant up to before another."""

    kinds: tuple[str, ...] = ()
    person_id: int | None = None
    since: int | None = None
    until: int | None = None


def entries(
    session: Session, wish: Wanted, *, by: Administrator, first: int = 0, most: int = 25
) -> Sequence[Entry]:
    """Entries, newest first; for administrators only."""
    by.must_administer()
    return session.scalars(
        _wanted(select(Entry), wish).order_by(Entry.id.desc()).offset(first).limit(most)
    ).all()


def how_many(session: Session, wish: Wanted, *, by: Administrator) -> int:
    """How many entries there are of these."""
    by.must_administer()
    return session.scalar(_wanted(select(func.count(Entry.id)), wish)) or 0


def append(session: Session, kind: str, changes: Sequence[Mapping[str, Any]], *, at: int, person_id: int | None,
           source: str) -> None:  # fmt: skip
    """Write the entry of a transaction, as the last thing before it is committed."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":  # the last thing that is locked: nobody waits in a circle
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    n, previous = head(session)
    facts = {"id": n + 1, "at": at, "person_id": person_id, "source": source, "kind": kind, "what": _json(changes),
             "previous": previous}  # fmt: skip
    connection.execute(_APPEND, facts | {"hash": _hash(facts)})


def _wanted(query: Select[Any], wish: Wanted) -> Select[Any]:
    if wish.kinds:
        query = query.where(Entry.kind.in_(wish.kinds))
    if wish.person_id is not None:
        query = query.where(Entry.person_id == wish.person_id)
    if wish.since is not None:
        query = query.where(Entry.at >= wish.since)
    return query.where(Entry.at < wish.until) if wish.until is not None else query
