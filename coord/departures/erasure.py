"""A person who is erased: what says who they are goes, what they did stays with "a former member", also after a restore."""

import html
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, func, or_, select, text, update
from sqlalchemy.orm import Session

from coord import company, people, record
from coord.db import Base
from coord.meetings import Item, Recording
from coord.people import FORMER, Mandate, Person
from coord.refusal import Refused
from coord.requests import EventRow
from coord.roles import Holder
from coord.text import Words, typed

# What is only about the person, and goes; letters after the notices that name them.
GOING = ("rights", "notices", "letters", "notice_choices", "sign_ins", "passwords", "codes", "calendar_addresses",
         "series_facilitators")  # fmt: skip
NAMELESS = frozenset({"issues", "issue_votes"})  # nobody is shown who wrote or chose these, nor how many
SEARCHED = ("requests", "issues", "agenda_items", "recordings")  # where what people typed can be searched
LEDGER = "erased.json"


@dataclass(frozen=True, slots=True)
class Touched:
    """What an erasure would touch: counts by kind (of record.KINDS) of what stays, and what a person has to see to."""

    stays: dict[str, int]
    goes: int  # rows beside the profile
    heads: list[int]  # areas that nobody else heads
    mentions: int  # texts in which their name is spelled out


def touched(session: Session, person_id: int) -> Touched:
    """What erasing this person would touch."""
    row, stays, goes = people.person(session, person_id), Counter[str](), 0
    kinds = {table: kind for kind, tables in record.KINDS.items() for table in tables}
    for table, names in naming().items():
        n = session.scalar(select(func.count()).where(or_(*(table.c[name] == row.id for name in names)))) or 0
        if table.name in GOING:
            goes += n
        elif n and table.name in kinds and table.name not in NAMELESS:
            stays[kinds[table.name]] += n
    held, heads = people.rights(session).get(row.id, ()), people.heads(session)
    headed = {area for right, area in held if right == "head" and area is not None}
    alone = sorted(area for area in headed if not set(heads.get(area, ())) - {row})
    return Touched(dict(stays), goes, alone, _mentions(session, row.name))


def erase(session: Session, person_id: int, *, name: str | None, by: Mandate, at: int) -> Person:
    """Erase a person for good, once their name was typed again. Nothing about them can be brought back.

    Raises Refused for the last administrator, and for a name that is not theirs.
    """
    by.must_administer()
    row = people.person(session, person_id)
    was = row.name
    if row.erased_at is None and typed.fold(name or "") != typed.fold(was):
        raise Refused("Type the name exactly as it stands here: {name}.", name=was)
    people.erase(session, person_id, by=by, at=at)
    _let_go(session, person_id, was, at)
    return row


def erased(session: Session) -> list[tuple[int, int]]:
    """Who was erased and when: ids and instants, nothing else is known."""
    query = select(Person.id, Person.erased_at).where(Person.erased_at.is_not(None)).order_by(Person.id)
    return [(person_id, at or 0) for person_id, at in session.execute(query)]


def erase_again(session: Session, ids: Iterable[int], at: int) -> int:
    """Erase whom an older state of the database brought back; how many.

    Whoever is not in it yet is given a row all the same, so that nobody else is ever known by an erased one's number.
    """
    count = 0
    for person_id in sorted(ids):
        row = session.get(Person, person_id)
        if row is None:
            session.add(Person(id=person_id, name="", archived_at=at, erased_at=at))
        elif row.erased_at is None:
            was, count = row.name, count + 1
            people.unname(session, person_id, at)
            _let_go(session, person_id, was, at)
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('people', 'id'), (SELECT max(id) FROM people))")
        )
    return count


def remember(session: Session, folder: Path) -> None:
    """Write who was erased beside the backups too: a restore without this database erases them again."""
    founded_at = str(company.the(session).founded_at)
    there = _ledger(folder)
    mine = there.setdefault(founded_at, {})
    mine.update({str(person_id): at for person_id, at in erased(session)})
    if not mine:
        return
    folder.mkdir(parents=True, exist_ok=True)
    making = folder / f"{LEDGER}.making"
    with os.fdopen(os.open(making, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(there, file)
        file.flush()
        os.fsync(file.fileno())
    making.replace(folder / LEDGER)


def remembered(folder: Path, founded_at: int) -> list[tuple[int, int]]:
    """Who was erased in the company that was founded at this instant, as it is written beside the backups."""
    return sorted((int(person_id), at) for person_id, at in _ledger(folder).get(str(founded_at), {}).items())


def naming() -> dict[Table, list[str]]:
    """Every table with columns that name a person, in an order in which rows can go."""
    found = {}
    for table in reversed(Base.metadata.sorted_tables):
        names = [
            c.name for c in table.columns if any(k.column.table.name == "people" for k in c.foreign_keys)
        ]
        if names:
            found[table] = names
    return found


def _let_go(session: Session, person_id: int, was: str, at: int) -> None:
    """Whatever is only about the person, and wherever the program itself spelled their name out."""
    for table, names in naming().items():
        if table.name in GOING:
            session.execute(delete(table).where(or_(*(table.c[name] == person_id for name in names))))
    session.expire_all()
    home, today = company.the(session), company.calendar(session).day_of(at)
    for holder in session.scalars(
        select(Holder).where(Holder.person_id == person_id, Holder.until_on.is_(None))
    ):
        holder.until_on = max(holder.from_on, today)
    former = Words(home.language)(FORMER)
    _unname_hours(session, was, former)
    _unname_letters(session, was, former)
    for move in session.scalars(select(EventRow).where(EventRow.verb == "decide")):
        if _is_named(move.more.get("decided_by"), was):
            move.more = {**move.more, "decided_by": former}
    for item in session.scalars(select(Item).where(Item.kind == "role_unacknowledged")):
        item.reason = _without(item.reason, was, former)
    session.flush()


def _unname_hours(session: Session, was: str, former: str) -> None:
    """Who an hour was handed to, and who decided: the program offers these names, and keeps them as they were then."""
    held = or_(Recording.kind == "handover", Recording.decided_by.is_not(None))
    for said in session.scalars(select(Recording).where(held)):
        if said.kind == "handover" and _is_named(said.text, was):
            said.text = former
        elif _is_named(said.decided_by, was):
            said.decided_by = former
        else:
            continue
        said.search = typed.fold(f"{said.text or ''} {said.decided_by or ''}")


def _unname_letters(session: Session, was: str, former: str) -> None:
    """What others are written about rights names them, and the subject of a letter stays when it is sent."""
    letters = Base.metadata.tables["letters"]
    said = {name: letters.c[name] for name in ("subject", "text", "html")}
    names = {was, html.escape(was)}
    named = or_(*(column.contains(name, autoescape=True) for column in said.values() for name in names))
    whole = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")
    for row in session.execute(select(letters.c.id, *said.values()).where(named)).all():
        words = {name: whole.sub(former, row._mapping[name] or "") or None for name in said}
        session.execute(update(letters).where(letters.c.id == row.id).values(words))


def _is_named(said: str | None, was: str) -> bool:
    return typed.fold(said or "") == typed.fold(was)


def _without(reason: dict[str, Any], was: str, former: str) -> dict[str, Any]:
    """A packed reason whose list of names has one less; a name may hold a comma itself."""
    kind, said = reason.get("facts", {}).get("names", ("words", ""))
    names = re.sub(rf"(?:^|(?<=, )){re.escape(was)}(?=, |$)", lambda _: former, str(said))
    return {**reason, "facts": {**reason.get("facts", {}), "names": [kind, names]}}


def _mentions(session: Session, name: str) -> int:
    """In how many texts a name is spelled out as a whole."""
    folded = typed.fold(name)
    if not folded:
        return 0
    found = 0
    for table in (Base.metadata.tables[one] for one in SEARCHED):
        query = select(func.count()).where(table.c.search.contains(folded, autoescape=True))
        if table.name == "recordings":  # who the hour was handed to, and who decided, goes
            decided = func.coalesce(table.c.decided_by, "")
            query = query.where(table.c.kind != "handover", decided != name)
        found += session.scalar(query) or 0
    return found


def _ledger(folder: Path) -> dict[str, dict[str, int]]:
    try:
        found = json.loads((folder / LEDGER).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise Refused(
            "The list of who was erased can't be read: {file}. Put a copy of it in its place; without one, delete it: the "
            "next backup writes it anew.",
            file=str(folder / LEDGER),
        ) from None
    return {str(at): dict(ids) for at, ids in found.items()}
