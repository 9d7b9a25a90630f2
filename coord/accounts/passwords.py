"""Passwords: what makes one good enough, and how it is kept so that nobody can read it."""

import threading
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coord.accounts.records import Code, Password, held
from coord.accounts.sessions import end_all
from coord.accounts.weak import is_weak
from coord.people import Person
from coord.refusal import Refused
from coord.text import typed

SHORTEST = 12  # characters
LONGEST = 1_024  # bytes
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_TURN = threading.BoundedSemaphore(2)  # a hash takes 64 MiB: many at once would take all the memory there is


@dataclass(frozen=True, slots=True)
class Kept:
    """Whose password is asked for, and what is kept of it."""

    person_id: int
    hash: str


def hashed(password: str, *facts: str | None) -> str:
    """What is kept of a new password. Slow: call it outside any transaction.

    `facts` are words that anybody knows who knows the person: their name and address, the company. Raises Refused
    for a password that is too short, too long, or easy to guess.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise Refused(
            "A password has at least {n} characters. A short sentence is easy to remember.", n=SHORTEST
        )
    if is_weak(plain, *facts):
        raise Refused(
            "This password is easy to guess. Take four words that have nothing to do with each other."
        )
    with _TURN:
        return _HASHER.hash(plain)


def matches(kept: Kept | None, password: str) -> bool:
    """Whether this is the password. Slow, and as slow for somebody who is not here, so that nobody can find out who is."""
    try:
        plain = _normal(password)
    except Refused:
        return False
    with _TURN:
        try:
            return _HASHER.verify(kept.hash if kept else _nobodys(), plain) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def renewed(kept: Kept, password: str) -> str | None:
    """The password hashed anew, where it was kept in a way that is no longer the best; else None. Slow."""
    if not _HASHER.check_needs_rehash(kept.hash):
        return None
    with _TURN:
        return _HASHER.hash(_normal(password))


def keep_password(session: Session, person_id: int, hashed: str, *, at: int) -> None:
    """Give a person this password (as `hashed` made it): they are signed out everywhere, and codes count no more."""
    if held(session, person_id).archived_at is not None:
        raise Refused("This person is no longer active.")
    session.merge(Password(person_id=person_id, hash=hashed, set_at=at))
    session.execute(delete(Code).where(Code.person_id == person_id))
    end_all(session, person_id)
    session.flush()


def keep_renewed(session: Session, kept: Kept, hashed: str) -> None:
    """Keep the same password in a better way, unless it was changed meanwhile."""
    if still_kept(session, kept):
        session.get_one(Password, kept.person_id).hash = hashed
        session.flush()


def kept_password(session: Session, email: str) -> Kept | None:
    """What is kept of the password of whoever has this e-mail address; None for whoever can't sign in with one."""
    theirs = Person.email_folded == typed.fold(email), Person.archived_at.is_(None)
    found = session.execute(
        select(Password.person_id, Password.hash).join(Person).where(*theirs)
    ).one_or_none()
    return Kept(*found) if found else None


def own_password(session: Session, person_id: int) -> Kept | None:
    """What is kept of a person's own password."""
    found = session.scalar(select(Password.hash).where(Password.person_id == person_id))
    return Kept(person_id, found) if found else None


def still_kept(session: Session, kept: Kept) -> bool:
    """Whether the person is here and this is their password still; until the end of the transaction it stays so."""
    is_here = held(session, kept.person_id).archived_at is None
    return is_here and own_password(session, kept.person_id) == kept


def has_password(session: Session, person_id: int) -> bool:
    return own_password(session, person_id) is not None


def _normal(password: str) -> str:
    """The same characters, however a keyboard composes them. Raises Refused before a long one costs anything."""
    if len(password) > LONGEST or len(password.encode("utf-8", "surrogatepass")) > LONGEST:
        raise Refused("A password has at most {n} bytes. Shorten it.", n=LONGEST)
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    """A hash that no password matches, as slow to compare as anybody's."""
    return _HASHER.hash("nobody has this password")
