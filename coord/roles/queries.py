"""What is looked up about roles: their revisions, who holds them, who still has to read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord.company import Area
from coord.people import Person
from coord.refusal import Refused
from coord.roles.records import (
    CUSTOMERS,
    DIRECTIONS,
    PROSE,
    Acknowledgement,
    Description,
    Holder,
    Link,
    Revision,
    RevisionLink,
    Role,
)
from coord.text import typed


def roles(session: Session, *, area_id: int | None = None, archived: bool = False) -> list[Role]:
    """The roles in use of the areas in use, or of one area (with `archived`, the archived ones), by title."""
    query = select(Role).join(Area, Area.id == Role.area_id).where(Area.archived_at.is_(None))
    query = query.where(Role.archived_at.is_not(None) if archived else Role.archived_at.is_(None))
    if area_id is not None:
        query = query.where(Role.area_id == area_id)
    return sorted(session.scalars(query), key=lambda row: (typed.fold(row.title), row.id))


def role(session: Session, role_id: int) -> Role:
    row = session.get(Role, role_id)
    if row is None:
        raise Refused("There is no such role.")
    return row


def revisions(session: Session, role_id: int) -> list[Revision]:
    """Every revision of a role, the newest first."""
    query = select(Revision).where(Revision.role_id == role_id).order_by(Revision.number.desc())
    return list(session.scalars(query))


def newest(session: Session, row: Role) -> Revision:
    query = select(Revision).where(Revision.role_id == row.id, Revision.number == row.revision)
    return session.scalars(query).one()


def current(session: Session) -> list[tuple[Role, Description]]:
    """The roles in use with what they say now, by title."""
    query = select(Revision).join(Role, (Role.id == Revision.role_id) & (Role.revision == Revision.number))
    rows = {row.role_id: row for row in session.scalars(query)}
    said = descriptions(session, rows.values())
    return [(row, said[rows[row.id].id]) for row in roles(session)]


def description(session: Session, revision: Revision) -> Description:
    """What a revision says."""
    return descriptions(session, [revision])[revision.id]


def descriptions(session: Session, rows: Iterable[Revision]) -> dict[int, Description]:
    """What some revisions say, by their ids."""
    rows = list(rows)
    query = select(RevisionLink).where(RevisionLink.revision_id.in_([row.id for row in rows]))
    links: dict[tuple[int, str], list[Link]] = {}
    for one in session.scalars(query.order_by(RevisionLink.place, RevisionLink.id)):
        links.setdefault((one.revision_id, one.direction), []).append(
            Link(one.area_id or CUSTOMERS, one.what)
        )
    found = {}
    for row in rows:
        said: dict[str, Any] = {name: getattr(row, name) for name in ("title", *PROSE)}
        said |= {name: tuple(links.get((row.id, name), ())) for name in DIRECTIONS}
        found[row.id] = Description(**said)
    return found


def holders(session: Session, role_id: int) -> list[Holder]:
    """Whoever holds, held or will hold a role, the latest first."""
    query = select(Holder).where(Holder.role_id == role_id).order_by(Holder.from_on.desc(), Holder.id)
    return list(session.scalars(query))


def holder(session: Session, holder_id: int) -> Holder:
    row = session.get(Holder, holder_id)
    if row is None:
        raise Refused("There is no such holder.")
    return row


def holding(session: Session, *, today: date) -> dict[int, list[int]]:
    """Who holds each role today: role → people."""
    found: dict[int, list[int]] = {}
    for one in session.scalars(select(Holder).order_by(Holder.from_on, Holder.id)):
        if one.holds(today):
            found.setdefault(one.role_id, []).append(one.person_id)
    return found


def acknowledged(session: Session, role_id: int) -> dict[tuple[int, int], int]:
    """Who acknowledged which revision of a role, and when: (number, person) → instant."""
    query = (
        select(Revision.number, Acknowledgement.person_id, Acknowledgement.at)
        .join(Acknowledgement, Acknowledgement.revision_id == Revision.id)
        .where(Revision.role_id == role_id)
    )
    return {(number, person_id): at for number, person_id, at in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A holder who has not acknowledged the newest revision of their role, written at an instant."""

    role: Role
    person: Person
    holds_from_on: date
    revised_at: int


def waiting(session: Session, *, today: date) -> list[Waiting]:
    """Every holder of today who has still to acknowledge, by title and name."""
    known = select(Acknowledgement.id).where(
        Acknowledgement.revision_id == Revision.id, Acknowledgement.person_id == Holder.person_id
    )
    query = (
        select(Role, Person, Holder, Revision.at)
        .join(Area, Area.id == Role.area_id)
        .join(Revision, (Revision.role_id == Role.id) & (Revision.number == Role.revision))
        .join(Holder, Holder.role_id == Role.id)
        .join(Person, Person.id == Holder.person_id)
        .where(Area.archived_at.is_(None), Role.archived_at.is_(None), Person.archived_at.is_(None))
        .where(~known.exists())
    )
    found = [
        Waiting(role, person, one.from_on, revised_at)
        for role, person, one, revised_at in session.execute(query)
        if one.holds(today)
    ]
    return sorted(found, key=lambda w: (typed.fold(w.role.title), w.role.id, typed.fold(w.person.name)))


def unacknowledged(session: Session, person_id: int, *, today: date) -> list[Role]:
    """The roles that a person holds today and has not acknowledged as they now are, by title."""
    return [one.role for one in waiting(session, today=today) if one.person.id == person_id]


def of_person(session: Session, person_id: int, *, today: date) -> list[Role]:
    """The roles that a person holds today, by title."""
    held = holding(session, today=today)
    return [row for row in roles(session) if person_id in held.get(row.id, ())]


def overdue(session: Session, *, today: date) -> list[Role]:
    """The roles whose review day has passed, the longest ago first."""
    return sorted(
        (row for row in roles(session) if row.review_on < today), key=lambda row: (row.review_on, row.id)
    )
