"""Where a person's calendar programme fetches their meetings: an address that only they know."""

import secrets

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord.accounts.records import held
from coord.db import Base
from coord.people import Person


class CalendarAddress(Base):
    """The secret in a person's calendar address. Kept as it is, since they must be able to look it up again."""

    __tablename__ = "calendar_addresses"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[int]


def calendar_address(session: Session, person_id: int, at: int) -> str:
    """The secret of a person's calendar address, made when they ask for the first time."""
    if secret := calendar_made(session, person_id):
        return secret
    # of two who ask for the first time at once, the second is given what the first was
    held(session, person_id)
    return calendar_made(session, person_id) or renew_calendar_address(session, person_id, at)


def renew_calendar_address(session: Session, person_id: int, at: int) -> str:
    """A new secret; the address that was given to calendar programmes so far finds nothing any more."""
    held(session, person_id)
    row = CalendarAddress(person_id=person_id, secret=secrets.token_urlsafe(32), made_at=at)
    session.merge(row)
    session.flush()
    return row.secret


def calendar_made(session: Session, person_id: int) -> str | None:
    """The secret of a person's calendar address, where they have asked for one."""
    return session.scalar(select(CalendarAddress.secret).where(CalendarAddress.person_id == person_id))


def calendar_reader(session: Session, secret: str) -> Person | None:
    """Whose calendar address this is, or None when it is unknown, was renewed, or the person is archived."""
    query = select(Person).join(CalendarAddress).where(CalendarAddress.secret == secret)
    return session.scalar(query.where(Person.archived_at.is_(None)))
