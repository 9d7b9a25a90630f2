"""The devices on which somebody is signed in, looked up again at every request."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord import settings
from coord.db import Base
from coord.people import Mandate, Person, Right
from coord.refusal import Refused

IDLE = 30 * 86_400
IDLE_ADMINISTRATOR = 12 * 3_600  # an unlocked computer of an administrator opens the whole company
ABSOLUTE = 90 * 86_400

# What a browser says of itself → how people call it; the first that is found counts.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


class SignIn(Base):
    """A device that is signed in; of its secret only the hash is kept."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[int]
    used_at: Mapped[int]
    device: Mapped[str | None] = mapped_column(String(120))


@dataclass(frozen=True, slots=True)
class Device:
    """A device as its owner knows it; `id` names it, and opens nothing."""

    id: str
    name: str
    at: int
    used_at: int


def sign_in(session: Session, person_id: int, *, at: int, device: str = "") -> str:
    """Start a session for a person; returns the secret for their cookie."""
    secret = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=_hash(secret), person_id=person_id, at=at, used_at=at, device=device[:120] or None)
    )
    session.flush()
    return secret


def sign_out(session: Session, secret: str) -> None:
    _end(session, SignIn.token_hash == _hash(secret))


def sign_out_device(session: Session, device_id: str, *, by: Mandate) -> None:
    """End one's own session on another device."""
    row = session.get(SignIn, device_id)
    if row is None or row.person_id != by.person_id:  # nobody learns of others' devices
        raise Refused("This device is already signed out.")
    session.delete(row)
    session.flush()


def sign_out_everywhere(session: Session, person_id: int, *, by: Mandate) -> None:
    """End all sessions of one's own, or as an administrator somebody's."""
    if person_id != by.person_id:
        by.must_administer()
    if session.get(Person, person_id) is None:
        raise Refused("There is no such person.")
    end_all(session, person_id)


def end_all(session: Session, person_id: int) -> None:
    """Sign a person out on every device, whoever wants it."""
    _end(session, SignIn.person_id == person_id)


def _end(session: Session, which: ColumnElement[bool]) -> None:
    """Row by row, so that the record says whose they were."""
    for row in session.scalars(select(SignIn).where(which)):
        session.delete(row)
    session.flush()


def signed_in(session: Session, secret: str, *, at: int) -> Person | None:
    """The person of this secret, or None when it is unknown, too old, or the person is archived."""
    found = session.connection().execute(_facts(secret)).one_or_none()
    return session.get(Person, found.person_id) if found is not None and _holds(found, at) else None


def is_signed_in(session: Session, secret: str, *, at: int) -> bool:
    """The same, asked without reading the person: for what is drawn again all the time."""
    found = session.connection().execute(_facts(secret)).one_or_none()
    return found is not None and _holds(found, at)


def devices(session: Session, person_id: int, *, at: int) -> list[Device]:
    """Where a person is signed in, the last used first."""
    query = select(SignIn).where(SignIn.person_id == person_id)
    limit = _idle(session.scalar(_administers(person_id)) is not None)
    rows = [row for row in session.scalars(query) if _is_fresh(row.at, row.used_at, limit, at)]
    rows.sort(key=lambda row: (-row.used_at, row.token_hash))
    return [Device(row.token_hash, row.device or "", row.at, row.used_at) for row in rows]


def device_id(secret: str) -> str:
    """The id under which `devices` lists the device that holds this secret."""
    return _hash(secret)


def used(session: Session, secret: str, *, at: int) -> None:
    """Note that a session is in use; written at most once an hour."""
    row = session.get(SignIn, _hash(secret))
    if row is not None and at - row.used_at > 3600:
        row.used_at = at


def device_name(agent: str) -> str:
    """How people call a browser, from what it says of itself: "Chrome · Windows"; empty where it says nothing known."""
    found = (
        next((name for sign, name in names.items() if sign in agent), "") for names in (_BROWSERS, _SYSTEMS)
    )
    return " · ".join(filter(None, found))


def _facts(secret: str) -> Select[int, int, int, int | None, int]:
    """What decides whether a secret still opens something."""
    right = and_(Right.person_id == Person.id, Right.right == "admin")
    facts = select(SignIn.person_id, SignIn.at, SignIn.used_at, Person.archived_at, Right.id.label("admin"))
    return (
        facts.select_from(SignIn)
        .join(Person)
        .outerjoin(Right, right)
        .where(SignIn.token_hash == _hash(secret))
        .limit(1)
    )


def _holds(found: Any, at: int) -> bool:
    limit = _idle(found.admin is not None)
    return found.archived_at is None and _is_fresh(found.at, found.used_at, limit, at)


def _is_fresh(since: int, used_at: int, limit: int, at: int) -> bool:
    return at - used_at <= limit and at - since <= ABSOLUTE


def _idle(administers: bool) -> int:
    """How long a session may rest; in the demo there is nothing to protect."""
    return IDLE_ADMINISTRATOR if administers and not settings.read().demo else IDLE


def _administers(person_id: int) -> Select[int]:
    return select(Right.id).where(Right.person_id == person_id, Right.right == "admin").limit(1)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
