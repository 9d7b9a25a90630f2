"""How a transaction notes what it does, so that no action has to remember it, and writes its entry at its end."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Double, Engine, Float, Integer, String, event
from sqlalchemy import inspect as inspected
from sqlalchemy.orm import LoaderCallableStatus, Mapper, Session, SessionTransaction

from coord.db import Base, Transaction
from coord.record import chain
from coord.record.kinds import (
    CODES,
    COLUMNS_WITHOUT_WHO,
    DERIVED,
    KINDS,
    QUIET,
    QUIET_IN,
    UNTOLD,
    WITHOUT_WHO,
)

ROWS = 20  # of one table that an entry tells one by one; of more, how many
_WRITES = re.compile(
    r'\s*(?:(INSERT)\s+INTO|(UPDATE)|(DELETE)\s+FROM)\s+"?(\w+)"?(.*)', re.DOTALL | re.IGNORECASE
)
_SET = re.compile(r'"?(\w+)"?\s*=')
_DID = ("added", "changed", "removed")


@dataclass
class Doing:
    """What a transaction has done so far."""

    changes: list[dict[str, Any]] = field(default_factory=list)
    flushing: bool = False
    marks: dict[SessionTransaction, int] = field(default_factory=dict)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, table: str, did: str, facts: dict[str, Any]) -> None:
        self.told[table, did] += facts.get("rows", 1)
        self.changes.append({"table": table, "did": did, **facts})

    def packed(self) -> list[dict[str, Any]]:
        """The changes row by row; where a table has many, how many."""
        rows = Counter[tuple[str, str]]()
        for one in self.changes:
            rows[one["table"], one["did"]] += one.get("rows", 1)
        many = {key for key, n in rows.items() if n > ROWS}
        few = [one for one in self.changes if (one["table"], one["did"]) not in many]
        return few + [{"table": table, "did": did, "rows": rows[table, did]} for table, did in sorted(many)]


def counted(connection: Connection, table: str, rows: int) -> None:
    """Tell of rows that were written past SQLAlchemy, as PostgreSQL's COPY does."""
    doing: Doing | None = connection.info.get("doing")
    if doing is not None and rows:
        doing.add(table, "added", {"rows": rows})


@event.listens_for(Transaction, "after_begin")
def _listen(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    session.info["noted"] = connection.info  # lives as long as the connection, which goes back to its pool
    connection.info["doing"] = session.info.setdefault("doing", Doing())


@event.listens_for(Transaction, "after_transaction_create")
def _mark(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        doing: Doing = session.info.setdefault("doing", Doing())
        doing.marks[transaction] = len(doing.changes)


@event.listens_for(Transaction, "after_soft_rollback")
def _take_back(session: Session, transaction: SessionTransaction) -> None:
    """What was taken back has not happened."""
    doing: Doing = session.info.setdefault("doing", Doing())
    doing.flushing = False
    mark = doing.marks.pop(transaction, len(doing.changes))  # without one it is a flush within another
    for one in doing.changes[mark:]:
        doing.told[one["table"], one["did"]] -= one.get("rows", 1)
    del doing.changes[mark:]


@event.listens_for(Transaction, "after_transaction_end")
def _end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("doing", None)
        session.info.pop("noted", {}).pop("doing", None)


@event.listens_for(Transaction, "before_flush")
def _flush_begins(session: Session, *_: Any) -> None:
    session.info.setdefault("doing", Doing()).flushing = True


@event.listens_for(Transaction, "after_flush")
def _flush_ended(session: Session, *_: Any) -> None:
    session.info["doing"].flushing = False


@event.listens_for(Engine, "after_cursor_execute")
def _statement(
    connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
) -> None:
    """What is written by a statement, past the rows that a session keeps."""
    doing: Doing | None = connection.info.get("doing")
    if doing is None or doing.flushing or statement[:6].upper() not in ("INSERT", "UPDATE", "DELETE"):
        return
    if (found := _WRITES.match(statement)) is None:
        return
    table, did = found[4].lower(), _DID[[bool(found[i]) for i in (1, 2, 3)].index(True)]
    rows = cursor.rowcount if cursor.rowcount >= 0 else len(parameters) if many else 1
    if table in UNTOLD or rows == 0:
        return
    facts: dict[str, Any] = {"rows": rows}
    if did == "changed":
        assigned = re.split(r"\bWHERE\b", found[5], maxsplit=1, flags=re.IGNORECASE)[0]
        facts["columns"] = sorted(set(_SET.findall(assigned)) - _quiet(table))
        if not facts["columns"]:
            return
    doing.add(table, did, facts)


@event.listens_for(Base, "after_insert", propagate=True)
def _added(_mapper: Mapper[Any], connection: Connection, row: Base) -> None:
    _row(connection, row, "added")


@event.listens_for(Base, "after_update", propagate=True)
def _changed(_mapper: Mapper[Any], connection: Connection, row: Base) -> None:
    _row(connection, row, "changed")


@event.listens_for(Base, "after_delete", propagate=True)
def _removed(_mapper: Mapper[Any], connection: Connection, row: Base) -> None:
    _row(connection, row, "removed")


def _row(connection: Connection, row: Base, did: str) -> None:
    doing: Doing | None = connection.info.get("doing")
    table = row.__tablename__
    if doing is None or table in UNTOLD or (table in DERIVED and did != "removed"):
        return
    columns = _different(row) if did == "changed" else None
    if columns == []:
        return
    facts: dict[str, Any] = {}
    if doing.told[table, did] < ROWS:  # of the others only their number is kept
        facts = {"id": getattr(row, "id", None), "set": _values(row, columns)}
        if columns:
            facts["columns"] = columns
    doing.add(table, did, facts)


def _different(row: Base) -> list[str]:
    """The columns that a flush changes."""
    state: Any = inspected(row)
    before: Mapping[str, Any] = state.committed_state
    names = (before.keys() & set(state.mapper.column_attrs.keys())) - _quiet(row.__tablename__)
    unknown = LoaderCallableStatus.NO_VALUE
    return sorted(name for name in names if before[name] is unknown or before[name] != state.dict.get(name))


def _quiet(table: str) -> set[str]:
    return QUIET_IN.get(table, set()) | QUIET


def _values(row: Base, columns: list[str] | None) -> dict[str, Any]:
    """What may stand in the record for ever: ids, numbers, truth values, days and short codes, never words."""
    found = {}
    state: Any = inspected(row)
    for name, kind in _tellable(state.mapper).items():
        value = state.dict.get(name)
        if columns is None and (value is None or value is False or name == "at" or name.endswith("_at")):
            continue  # of a whole row, what is there; its instant is the entry's
        if columns is None or name in columns:
            found[name] = value.isoformat() if kind is Date and isinstance(value, date) else value
    return found


_known: dict[Mapper[Any], dict[str, type]] = {}


def _tellable(mapper: Mapper[Any]) -> dict[str, type]:
    if mapper not in _known:
        quiet = _quiet(mapper.local_table.name) | {"id"}  # type: ignore[attr-defined]
        kinds = (Boolean, Date, Integer, Double, Float)
        _known[mapper] = {
            attribute.key: next(
                (kind for kind in kinds if isinstance(attribute.columns[0].type, kind)), String
            )
            for attribute in mapper.column_attrs
            if attribute.key not in quiet
            and (isinstance(attribute.columns[0].type, kinds) or attribute.key in CODES)
        }
    return _known[mapper]


@event.listens_for(Transaction, "before_commit")
def _append(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    doing: Doing | None = session.info.get("doing")
    if doing is not None and doing.changes:
        changes = doing.packed()
        chain.append(session, _kind(changes), changes, at=session.info["at"], **_who(session, doing.changes))


def _who(session: Session, changes: list[dict[str, Any]]) -> dict[str, Any]:
    by, source = session.info["by"], session.info["source"]
    touched = {(one["table"], name) for one in changes for name in one.get("columns", ())}
    if touched & COLUMNS_WITHOUT_WHO or any((one["table"], one["did"]) in WITHOUT_WHO for one in changes):
        return {"person_id": None, "source": "page" if by is not None else source}
    return {"person_id": by, "source": "page" if by is not None else source}


def _kind(changes: list[dict[str, Any]]) -> str:
    touched = {one["table"] for one in changes}
    return next((kind for kind, tables in KINDS.items() if touched & set(tables)), "settings")
