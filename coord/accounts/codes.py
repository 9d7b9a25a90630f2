"""Invitations and one-time codes: made by an administrator, who never sees a password, and used up at success only."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from coord.accounts.passwords import keep_password
from coord.accounts.records import Code, Password, held
from coord.accounts.sessions import SignIn
from coord.people import Mandate, Person
from coord.refusal import Refused
from coord.text import typed

INVITATION_DAYS, RESET_HOURS = 14, 24
INVITATION, RESET = "invitation", "reset"
# Without letters and digits that are mistaken for each other when a code is read aloud.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a person has come: invited until when, with a password, here last."""

    has_password: bool = False
    invited_at: int | None = None
    invited_until_at: int | None = None
    last_used_at: int | None = None

    @property
    def has_arrived(self) -> bool:
        """Also without a password: whoever signs in at the identity provider needs none."""
        return self.has_password or self.last_used_at is not None


def invite(session: Session, person_id: int, *, by: Mandate, at: int) -> str:
    """Make the secret of a person's invitation, whose link is /invitation/{secret}; it ends an earlier one."""
    row = _to_be_let_in(session, person_id, by)
    if session.get(Password, person_id) is not None:
        raise Refused(
            "{name} has a password already. If they forgot it, make a code for a new one.", name=row.name
        )
    secret = secrets.token_urlsafe(32)
    _make(session, person_id, INVITATION, secret, at, at + INVITATION_DAYS * 86_400)
    return secret


def reset_code(session: Session, person_id: int, *, by: Mandate, at: int) -> str:
    """Make the code with which a person chooses a new password at /reset; it ends an earlier one."""
    _to_be_let_in(session, person_id, by)
    code = spoken(4)
    _make(session, person_id, RESET, bare(code), at, at + RESET_HOURS * 3_600)
    return code


def invited(session: Session, secret: str, *, at: int) -> Person | None:
    """Whose invitation this is, or None when it is unknown, used, too old, or the person is archived."""
    return _whose(session, INVITATION, secret, at)


def may_reset(session: Session, email: str, code: str, *, at: int) -> Person | None:
    """Who may choose a new password with this code, which goes with the e-mail address."""
    found = _whose(session, RESET, bare(code), at)
    return found if found is not None and found.email_folded == typed.fold(email) else None


def accept(session: Session, secret: str, hashed: str, *, at: int) -> Person:
    """Use an invitation up: the person has this password (as `hashed` made it) from now on."""
    found = _first(session, lambda: invited(session, secret, at=at))
    keep_password(session, found.id, hashed, at=at)
    return found


def reset(session: Session, email: str, code: str, hashed: str, *, at: int) -> Person:
    """Use a code up: the person has this password from now on, and is signed out everywhere."""
    found = _first(session, lambda: may_reset(session, email, code, at=at))
    keep_password(session, found.id, hashed, at=at)
    return found


def spoken(groups: int) -> str:
    """A new code that can be read aloud, in groups of four: "K7QF-9M2X"."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(groups))


def bare(code: str) -> str:
    """A code as it is compared: however it was typed, with or without its hyphens."""
    return re.sub("[^A-Z0-9]", "", code[:100].upper())


def standings(session: Session) -> dict[int, Standing]:
    """How far everybody has come who is not archived."""
    invitations = {row.person_id: row for row in session.scalars(select(Code).where(Code.kind == INVITATION))}
    have = set(session.scalars(select(Password.person_id)))
    used = select(SignIn.person_id, func.max(SignIn.used_at)).group_by(SignIn.person_id)
    last = {person_id: used_at for person_id, used_at in session.execute(used)}  # noqa: C416
    people = session.execute(select(Person.id, Person.visited_at).where(Person.archived_at.is_(None)))
    return {
        person_id: Standing(
            person_id in have,
            invitations[person_id].made_at if person_id in invitations else None,
            invitations[person_id].until_at if person_id in invitations else None,
            max(filter(None, (visited_at, last.get(person_id))), default=None),
        )
        for person_id, visited_at in people
    }


def _to_be_let_in(session: Session, person_id: int, by: Mandate) -> Person:
    by.must_administer()
    row = held(session, person_id)
    if row.archived_at is not None:
        raise Refused("This person is no longer active.")
    if row.email is None:
        raise Refused("{name} needs an e-mail address first: people sign in with it.", name=row.name)
    return row


def _make(session: Session, person_id: int, kind: str, secret: str, at: int, until_at: int) -> None:
    session.execute(delete(Code).where(Code.person_id == person_id, Code.kind == kind))
    code = Code(token_hash=_hash(secret), person_id=person_id, kind=kind, made_at=at, until_at=until_at)
    session.add(code)
    session.flush()


def _whose(session: Session, kind: str, secret: str, at: int) -> Person | None:
    query = select(Person).join(Code).where(Code.token_hash == _hash(secret), Code.kind == kind)
    return session.scalar(query.where(Code.until_at >= at, Person.archived_at.is_(None)))


def _first(session: Session, look: Callable[[], Person | None]) -> Person:
    """Whoever is found; of two who use the same code at once, the second waits, and finds it used."""
    if (found := look()) is not None:
        held(session, found.id)
        found = look()
    if found is None:
        raise Refused("This was used already, or is too old. Ask an administrator for a new one.")
    return found


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
