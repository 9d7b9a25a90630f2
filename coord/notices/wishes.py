"""Who is told what, and where: what an administrator sets up, and what each person chooses."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.notices import channels
from coord.notices.records import KINDS, Choice, Letter, Notice, Sender
from coord.people import Mandate, Person
from coord.refusal import Refused, changed
from coord.text import N_, typed

SECURITY = {
    "starttls": N_("STARTTLS (usually port 587)"),
    "tls": N_("TLS (usually port 465)"),
    "none": N_("None: only on a network of your own"),
}


@dataclass(frozen=True, slots=True)
class SetUp:
    """How the company sends, as typed; without a password the one that is kept stays."""

    is_on: bool
    host: str | None
    port: int | None
    security: str
    user: str | None
    password: str | None
    address: str | None
    link: str | None
    servers: str | None = None  # one on each line


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants, as typed; without a channel's address the one that is kept stays."""

    kinds: frozenset[str] = frozenset(KINDS)
    by_channel: bool = False
    channel: str | None = None


def set_up(session: Session, wish: SetUp, *, seen: int, by: company.Administrator, at: int) -> Sender:
    """Say how the company sends, and turn notices on or off. What fell due before they were on is not sent."""
    by.must_administer()
    company.one_at_a_time(session)
    row = sender(session)
    if (row.version if row else 0) != seen:
        raise changed()
    row = row or Sender(version=1)
    _apply(row, wish)
    session.add(row)
    if wish.is_on != (row.on_since_at is not None):
        row.on_since_at = at if wish.is_on else None
    session.flush()
    return row


def choose(session: Session, wish: Wish, *, seen: int, by: Mandate) -> Choice:
    """Choose for oneself what one is told, and where."""
    if by.person_id is None:
        raise Refused("Only a person can choose this, for themselves.")
    session.get(Person, by.person_id, with_for_update=True)  # a first choice on two devices at once is one
    row = session.get(Choice, by.person_id)
    if (row.version if row else 0) != seen:
        raise changed()
    if not wish.kinds <= set(KINDS):
        raise Refused("Choose among the notices that there are.")
    row = row or Choice(person_id=by.person_id)
    said = typed.line(wish.channel, channels.LONGEST) if wish.by_channel else None  # else nobody looked at it
    address = said or row.channel
    if wish.by_channel:
        if address is None:
            raise Refused("Give your channel's address, or choose e-mail.")
        channels.opened(address, servers(session))
    row.kinds = [kind for kind in KINDS if kind in wish.kinds]
    row.by_channel, row.channel = wish.by_channel, address
    session.add(row)
    session.flush()
    return row


def forget(session: Session, person_id: int) -> None:
    """Let go of everything that was written to a person, and of what they chose: they are leaving for good."""
    for table in (Notice, Letter, Choice):
        for row in session.scalars(select(table).where(table.person_id == person_id)).all():
            session.delete(row)
        session.flush()


def sender(session: Session) -> Sender | None:
    """How the company sends, or None where nobody has set it up."""
    return session.get(Sender, 1)


def is_on(session: Session) -> bool:
    row = sender(session)
    return row is not None and row.on_since_at is not None


def servers(session: Session) -> frozenset[str]:
    """The company's own servers of chat, on which people's channels may lie."""
    row = sender(session)
    return frozenset(row.servers) if row else frozenset()


def choice(session: Session, person_id: int) -> Choice | None:
    """What a person chose, or None where they never did."""
    return session.get(Choice, person_id)


def wanted(row: Choice | None) -> Wish:
    """What somebody is told and where, also when they never chose."""
    return Wish(frozenset(row.kinds), row.by_channel, row.channel) if row else Wish()


def is_reached(person: Person, row: Choice | None) -> bool:
    """Whether there is anywhere to write to this person."""
    wish = wanted(row)
    return (wish.channel if wish.by_channel else person.email) is not None


def letters_to(session: Session, person_id: int, most: int = 5) -> list[Letter]:
    """The last letters to a person, newest first."""
    query = select(Letter).where(Letter.person_id == person_id)
    return list(session.scalars(query.order_by(Letter.written_at.desc(), Letter.id.desc()).limit(most)))


def troubles(session: Session, *, since: int) -> list[tuple[Person, Letter]]:
    """Whom the last letter since an instant did not reach yet, by name, with what stood in the way."""
    query = select(Letter).where(Letter.written_at >= since).order_by(Letter.written_at, Letter.id)
    last = {row.person_id: row for row in session.scalars(query)}
    return [
        (person, last[person.id])
        for person in people.people(session)
        if person.id in last and last[person.id].trouble is not None
    ]


def _apply(row: Sender, wish: SetUp) -> None:
    host, address, link = typed.line(wish.host), typed.line(wish.address), typed.link(wish.link)
    if host is None or any(c in host for c in " /:@"):
        raise Refused("Give the mail server's name, such as smtp.example.com.")
    if wish.port is None or not 1 <= wish.port <= 65_535:
        raise Refused("A port lies between 1 and 65535.")
    if wish.security not in SECURITY:
        raise Refused("Choose how the connection to the mail server is secured.")
    if address is None or not is_address(address):
        raise Refused("Give the address that notices come from, such as coord@example.com.")
    if link is None or link.startswith("mailto:"):
        raise Refused("Give the address at which people open Coord: links in notices begin with it.")
    row.host, row.port, row.security, row.address = host, wish.port, wish.security, address
    row.link, row.user = link.rstrip("/"), typed.line(wish.user)
    row.password = _password(wish.password) or row.password if row.user else None
    row.servers = sorted(set(_servers(wish.servers)))


def _password(value: str | None) -> str | None:
    if value and len(value) > 1_000:
        raise Refused("This password is too long.")
    return value or None


def _servers(value: str | None) -> Iterable[str]:
    for line in (typed.prose(value) or "").split("\n"):
        name = line.strip().lower()
        if any(c in name for c in " /@?#"):
            raise Refused("Give only the names of your servers, one on each line, such as chat.example.com.")
        if name:
            yield name


def is_address(value: str) -> bool:
    """Whether this is exactly one e-mail address."""
    local, at, domain = value.rpartition("@")
    return (
        bool(local and at and domain) and not any(c in value for c in ' ,;:<>()[]\\"\t') and "@" not in local
    )
