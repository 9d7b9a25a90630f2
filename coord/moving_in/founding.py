"""The first minute: a company and its first administrator, made in one transaction, and once."""

import re
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from coord import accounts, company, people
from coord.people import CONSOLE, Person, Profile
from coord.refusal import Refused
from coord.text import typed

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
FOUNDER = frozenset({("admin", None), ("facilitator", None)})  # until others are named, they run the hour too


@dataclass(frozen=True, slots=True)
class Founder:
    """The first administrator, as typed; of the password only its hash."""

    name: str
    email: str
    password_hash: str


def is_awaited(session: Session) -> bool:
    """Whether nobody administers this database yet, and whoever comes first may.

    Not only where there is no company: whoever imports a log on the command line first has one, and nobody in it.
    Somebody always has to stay an administrator. Where a restore erases the last one again, `coord reset-admin` names
    another: whoever was erased shows that people were here, and theirs is not a company that the next one may take.
    """
    erased = select(Person.id).where(Person.erased_at.is_not(None))
    return not people.administrators(session) and session.scalar(erased.limit(1)) is None


def found_with_administrator(
    session: Session, wish: company.Settings, founder: Founder, *, at: int
) -> Person:
    """Found the company with the one person who keeps it. Raises Refused where somebody was quicker."""
    company.one_at_a_time(session)
    if not is_awaited(session):
        raise too_late()
    if not ADDRESS.fullmatch(typed.line(founder.email) or ""):
        raise Refused("Give your e-mail address: with it you sign in.")
    _settle(session, wish, at)
    person = _administrator(session, founder, wish.language)
    accounts.keep_password(session, person.id, founder.password_hash, at=at)
    return person


def _settle(session: Session, wish: company.Settings, at: int) -> None:
    """Write the settings, also those of a company that has come here by an import alone."""
    if row := company.company(session):
        kept = replace(wish, closing_days=company.closing_days(session))
        company.change(session, kept, seen=row.version, by=CONSOLE)
        return
    try:
        with session.begin_nested():
            company.found(session, wish, at=at)
    except IntegrityError:  # two at the same instant, and this is the other one
        raise too_late() from None


def _administrator(session: Session, founder: Founder, language: str) -> Person:
    """The founder, who may be here already: an import brings in the people of its log, and nobody can sign in before."""
    profile = Profile(founder.name, founder.email, language=language, rights=FOUNDER)
    known = people.by_email(session, founder.email)
    if known is None:
        return people.welcome(session, profile, by=CONSOLE)
    if known.archived_at is not None:  # and nobody could bring them back
        people.restore(session, known.id, seen=known.version, by=CONSOLE)
    rights = FOUNDER.union(people.rights(session).get(known.id, ()))
    kept = replace(profile, area_id=known.area_id, zone=known.zone, about=known.about, rights=rights)
    return people.change(session, known.id, kept, seen=known.version, by=CONSOLE)


def too_late() -> Refused:
    """The refusal of whoever comes second."""
    return Refused("This company exists already: somebody was quicker. Sign in, or ask for an invitation.")
