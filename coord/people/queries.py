"""Who is here, what they are called, and what they may do."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company
from coord.people.records import BY_AREA, FORMER, PAUSE, Held, Mandate, Person, Right
from coord.refusal import Reader, Refused, Term
from coord.text import typed


def seen_until(row: Person, at: int) -> int | None:
    """Up to when a person who is here at this instant has seen what happened: their last visit before this one."""
    return row.visited_at if row.visited_at is not None and at - row.visited_at > PAUSE else row.seen_until_at


def mandate(session: Session, person_id: int) -> Mandate:
    """What a person may do. Raises Refused for somebody archived."""
    if person(session, person_id).archived_at is not None:
        raise Refused("This person is no longer active.")
    rows = session.execute(select(Right.right, Right.area_id).where(Right.person_id == person_id)).all()
    every = company.areas(session, archived=True)
    in_use = {area.id for area in every if area.archived_at is None}
    spoken = {area_id for right, area_id in rows if right in BY_AREA and area_id in in_use}
    left = {area_id for area_id, heir in company.heirs(every).items() if heir in spoken}
    rights = frozenset(right for right, _ in rows)
    return Mandate(person_id, areas=frozenset(spoken), rights=rights, heir_of=frozenset(left))


def person(session: Session, person_id: int) -> Person:
    row = session.get(Person, person_id)
    if row is None:
        raise Refused("There is no such person.")
    return row


def people(session: Session, *, archived: bool = False) -> list[Person]:
    """Everybody in use (with `archived`, everybody), by name."""
    rows = session.scalars(select(Person)).all()
    return sorted((row for row in rows if archived or row.archived_at is None), key=_place)


def heads(session: Session) -> dict[int, list[Person]]:
    """Who heads each area, of those who are active: area → its heads by name. Absent where there is none."""
    held, found = rights(session), dict[int, list[Person]]()
    for row in people(session):
        for right, area_id in held.get(row.id, ()):
            if right == "head" and area_id is not None:
                found.setdefault(area_id, []).append(row)
    return found


def administrators(session: Session) -> list[Person]:
    """Who administers the company, of those who are active, by name."""
    query = select(Person).join(Right).where(Right.right == "admin", Person.archived_at.is_(None))
    return sorted(session.scalars(query), key=_place)


def name_of(row: Person, t: Reader) -> str:
    """What a person is called where it is shown: whoever was erased is a former member."""
    return t(FORMER) if row.erased_at is not None else row.name


def called(row: Person) -> str:
    """The same for a refusal's facts, which are translated when they are shown."""
    return Term(FORMER) if row.erased_at is not None else row.name


def names(session: Session, t: Reader) -> dict[int, str]:
    """Everybody's name, also of those who are no longer here."""
    return {row.id: name_of(row, t) for row in people(session, archived=True)}


def by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email_folded == typed.fold(email)))


def rights(session: Session) -> Held:
    """Everybody's rights: person → {(right, area or None)}."""
    held: Held = {}
    for row in session.scalars(select(Right).order_by(Right.id)):
        held.setdefault(row.person_id, set()).add((row.right, row.area_id))
    return held


def _place(row: Person) -> tuple[str, int]:
    """Where a person stands among others: by name."""
    return typed.fold(row.name), row.id
