"""Who is signed in: sessions, looked up again at every request; and who reads a calendar."""

import hashlib
import secrets

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord.accounts.calendar_addresses import (
    CalendarAddress,
    calendar_address,
    calendar_made,
    calendar_reader,
    renew_calendar_address,
)
from coord.db import Base
from coord.people import Person

__all__ = [
    "ABSOLUTE",
    "IDLE",
    "CalendarAddress",
    "SignIn",
    "calendar_address",
    "calendar_made",
    "calendar_reader",
    "is_signed_in",
    "renew_calendar_address",
    "sign_in",
    "sign_out",
    "signed_in",
    "used",
]

IDLE = 30 * 86_400
ABSOLUTE = 90 * 86_400


class SignIn(Base):
    """A device that is signed in; of its secret only the hash is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[int]
    used_at: Mapped[int]


def sign_in(session: Session, person_id: int, *, at: int) -> str:
    """Start a session for a person; returns the secret for their cookie."""
    secret = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=_hash(secret), person_id=person_id, at=at, used_at=at))
    session.flush()
    return secret


def sign_out(session: Session, secret: str) -> None:
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(secret)))


def signed_in(session: Session, secret: str, *, at: int) -> Person | None:
    """The person of this secret, or None when it is unknown, too old, or the person is archived."""
    query = select(SignIn, Person).join(Person).where(SignIn.token_hash == _hash(secret))
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    sign_in, person = found
    return person if _holds(sign_in.at, sign_in.used_at, person.archived_at, at) else None


def is_signed_in(session: Session, secret: str, *, at: int) -> bool:
    """The same, asked without reading the person: for what is drawn again all the time."""
    facts = select(SignIn.at, SignIn.used_at, Person.archived_at).join(Person)
    query = facts.where(SignIn.token_hash == _hash(secret))
    found = session.connection().execute(query).one_or_none()
    return found is not None and _holds(*found, at)


def _holds(since: int, used_at: int, archived_at: int | None, at: int) -> bool:
    return at - used_at <= IDLE and at - since <= ABSOLUTE and archived_at is None


def used(session: Session, secret: str, *, at: int) -> None:
    """Note that a session is in use; written at most once an hour."""
    row = session.get(SignIn, _hash(secret))
    if row is not None and at - row.used_at > 3600:
        row.used_at = at


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
