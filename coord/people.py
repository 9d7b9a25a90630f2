"""The people, their rights by area, and the Mandate: who speaks for which area, on whose behalf."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from coord import company
from coord.db import Base, removed
from coord.refusal import Refused, changed
from coord.text import LANGUAGES, N_, typed

RIGHTS = {
    "head": N_("Head"),
    "deputy": N_("Deputy"),
    "facilitator": N_("Facilitator"),
    "director": N_("Director"),
    "admin": N_("Administrator"),
}
Held = dict[int, set[tuple[str, int | None]]]  # person → {(right, area or None)}
PAUSE = 3_600  # seconds without a look after which the next one is another visit
BY_AREA = frozenset({"head", "deputy"})


class Person(Base):
    """Somebody who can sign in. Archived, never deleted."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(255))
    email: Mapped[str | None] = mapped_column(String(255))
    email_folded: Mapped[str | None] = mapped_column(String(1024), unique=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    about: Mapped[str | None] = mapped_column(Text)
    archived_at: Mapped[int | None]
    erased_at: Mapped[int | None]  # name and address are gone for good; the row stays, since things name it
    visited_at: Mapped[int | None]  # the last look at Today
    seen_until_at: Mapped[int | None]  # what happened before this instant was on Today at an earlier visit

    __mapper_args__ = {"version_id_col": version}


class Right(Base):
    """One right of one person; of head and deputy, for one area."""

    __tablename__ = "rights"
    __table_args__ = (UniqueConstraint("person_id", "right", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    right: Mapped[str] = mapped_column(String(16))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)


@dataclass(frozen=True, slots=True)
class Mandate:
    """Who acts, and which areas they speak for: by right, or recording on an area's behalf."""

    person_id: int | None
    areas: frozenset[int] = frozenset()
    on_behalf: frozenset[int] = frozenset()
    rights: frozenset[str] = frozenset()
    meeting_id: int | None = None  # the meeting that this is recorded in
    heir_of: frozenset[int] = frozenset()  # areas that became part of theirs, and left something open

    def speaks_for(self, area_id: int) -> bool:
        return area_id in self.areas or area_id in self.on_behalf

    def is_on_behalf(self, area_id: int) -> bool:
        return area_id in self.on_behalf and area_id not in self.areas

    def stands_for(self, area_id: int) -> bool:
        """Whether they speak for an area, or for the one that it has become part of."""
        return self.speaks_for(area_id) or area_id in self.heir_of

    @property
    def administers(self) -> bool:
        return "admin" in self.rights

    def must_administer(self) -> None:
        if not self.administers:
            raise Refused("Only an administrator can change this.")


SERVER = Mandate(person_id=None)
CONSOLE = Mandate(person_id=None, rights=frozenset({"admin"}))  # whoever has the server's command line


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known about a person, as typed."""

    name: str
    email: str | None = None
    area_id: int | None = None
    language: str | None = None
    zone: str | None = None
    about: str | None = None
    rights: frozenset[tuple[str, int | None]] = field(default_factory=frozenset)


def welcome(session: Session, profile: Profile, *, by: company.Administrator) -> Person:
    """Add a person."""
    by.must_administer()
    row = Person(name="")
    _apply(session, row, profile)
    session.add(row)
    session.flush()
    _grant(session, row.id, profile.rights)
    return row


def change(
    session: Session, person_id: int, profile: Profile, *, seen: int, by: company.Administrator
) -> Person:
    """Change what is known about a person, and their rights."""
    by.must_administer()
    row = person(session, person_id)
    if row.version != seen:
        raise changed()
    _apply(session, row, profile)
    flag_modified(row, "email_folded")  # rights lie in a table of their own, and are part of what a form saw
    session.flush()
    _grant(session, row.id, profile.rights)
    _keep_an_administrator(session)
    return row


def appoint(session: Session, person_id: int, area_id: int, *, by: Mandate) -> None:
    """Name a deputy who speaks for an area too. Raises Refused for whoever is not its head."""
    _must_head(session, area_id, by)
    if person(session, person_id).archived_at is not None:
        raise Refused("This person is no longer active.")
    held = _held(session, person_id)
    _grant(session, person_id, held | {("deputy", area_id)})


def dismiss(session: Session, person_id: int, area_id: int, *, by: Mandate) -> None:
    """End what `appoint` began."""
    _must_head(session, area_id, by)
    _grant(session, person_id, _held(session, person_id) - {("deputy", area_id)})


def hand_over_headship(
    session: Session,
    area_id: int,
    *,
    to: int,
    heads: Iterable[int],
    instead_of: Iterable[int],
    as_deputies: bool = False,
    by: company.Administrator,
) -> None:
    """Give an area another head, in place of those named, who may stay as deputies.

    `heads` are those that the form was drawn with: Changed is raised when they are others by now. What was promised
    stays with the area, and whoever handles a request still does.
    """
    by.must_administer()
    if company.area(session, area_id).archived_at is not None:
        raise Refused(
            "{area} is no longer in use. Choose another area.", area=company.area(session, area_id).name
        )
    company.one_at_a_time(session)
    if person(session, to).archived_at is not None:
        raise Refused("This person is no longer active.")
    there, leaving = _heads(session, area_id), set(instead_of) - {to}
    if there != set(heads):
        raise changed()
    if to in there and not leaving & there:
        raise Refused(
            "{name} heads {area} already.",
            name=person(session, to).name,
            area=company.area(session, area_id).name,
        )
    spoken = {("head", area_id), ("deputy", area_id)}
    for one in sorted(leaving & there):
        _hold(session, one, _held(session, one) - spoken | ({("deputy", area_id)} if as_deputies else set()))
    _hold(session, to, _held(session, to) - spoken | {("head", area_id)})


def join(session: Session, area_id: int, *, into: int, as_deputies: bool, by: company.Administrator) -> int:
    """Give the people of an area that became part of another one their place there; how many.

    Who spoke for it no longer does. They become deputies of the other if that is wished, its heads even heads where
    the other has none: somebody has to ask and answer for it.
    """
    by.must_administer()
    company.area(session, into)
    held, headless = rights(session), not _heads(session, into)
    found = 0
    for row in people(session, archived=True):
        mine = held.get(row.id, set())
        spoken = {right for right, of in mine if of == area_id}
        if row.area_id != area_id and not spoken:
            continue
        row.area_id = into if row.area_id == area_id else row.area_id
        kept = {one for one in mine if one[1] != area_id}
        if "head" in spoken and headless:
            kept.add(("head", into))
        elif spoken and as_deputies and ("head", into) not in kept:
            kept.add(("deputy", into))
        _hold(session, row.id, kept)
        found += row.archived_at is None
    return found


def archive(session: Session, person_id: int, *, seen: int, by: company.Administrator, at: int) -> None:
    """Take a person out of use: they are signed out at once, what they did stays."""
    by.must_administer()
    row = person(session, person_id)
    if row.version != seen:
        raise changed()
    row.archived_at = at
    session.flush()
    _keep_an_administrator(session)


def restore(session: Session, person_id: int, *, seen: int, by: company.Administrator) -> None:
    """Take an archived person into use again, with the rights they had."""
    by.must_administer()
    row = person(session, person_id)
    if row.version != seen:
        raise changed()
    row.archived_at = None
    session.flush()


def strike(session: Session, person_id: int, *, by: company.Administrator) -> bool:
    """Remove a person whom nothing names, as if they had never been; False where something does."""
    by.must_administer()
    return removed(session, person(session, person_id))


def speak(session: Session, person_id: int, language: str) -> None:
    """Remember the language a person chose for themselves."""
    if language not in LANGUAGES:
        raise Refused("Choose one of the languages.")
    person(session, person_id).language = language
    session.flush()


def visit(session: Session, person_id: int, at: int) -> None:
    """Note that a person is here; after a pause, what had happened up to the last look counts as seen."""
    row = person(session, person_id)
    facts = {"visited_at": at, "seen_until_at": seen_until(row, at)}
    # not through the row: a look changes nothing that somebody might be editing, so its version stays
    session.execute(update(Person).where(Person.id == person_id).values(facts))


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
    return sorted(
        (r for r in rows if archived or r.archived_at is None), key=lambda r: (typed.fold(r.name), r.id)
    )


def by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email_folded == typed.fold(email)))


def rights(session: Session) -> Held:
    """Everybody's rights: person → {(right, area or None)}."""
    held: Held = {}
    for row in session.scalars(select(Right).order_by(Right.id)):
        held.setdefault(row.person_id, set()).add((row.right, row.area_id))
    return held


def _must_head(session: Session, area_id: int, by: Mandate) -> None:
    if by.person_id is None or ("head", area_id) not in _held(session, by.person_id):
        raise Refused("Only the head of an area names its deputies.")


def _heads(session: Session, area_id: int) -> set[int]:
    """Who heads an area, of those who are active."""
    query = select(Right.person_id).join(Person).where(Right.right == "head", Right.area_id == area_id)
    return set(session.scalars(query.where(Person.archived_at.is_(None))))


def _hold(session: Session, person_id: int, wanted: set[tuple[str, int | None]]) -> None:
    """Grant these rights and no others; whoever has the person's form open hears of it."""
    flag_modified(person(session, person_id), "email_folded")
    session.flush()
    _grant(session, person_id, wanted)


def _held(session: Session, person_id: int) -> set[tuple[str, int | None]]:
    rows = session.execute(select(Right.right, Right.area_id).where(Right.person_id == person_id))
    return {(right, area_id) for right, area_id in rows}


def _apply(session: Session, row: Person, profile: Profile) -> None:
    if (name := typed.line(profile.name)) is None:
        raise Refused("Give the person a name.")
    email = typed.line(profile.email)
    if email is not None and "@" not in email:
        raise Refused("“{email}” is not an e-mail address.", email=email)
    other = by_email(session, email) if email else None
    if other is not None and other.id != row.id:
        if other.archived_at is not None:
            raise Refused(
                "{name}, who is archived, has this e-mail address. Bring them back.", name=other.name
            )
        raise Refused("{name} already has this e-mail address.", name=other.name)
    if profile.language is not None and profile.language not in LANGUAGES:
        raise Refused("Choose one of the languages.")
    if profile.zone is not None:
        company.check_zone(profile.zone)
    if profile.area_id is not None:
        company.area(session, profile.area_id)
    row.name, row.email, row.email_folded = name, email, typed.fold(email) if email else None
    row.area_id, row.language, row.zone = profile.area_id, profile.language, profile.zone
    row.about = typed.prose(profile.about)


def _grant(session: Session, person_id: int, wanted: Iterable[tuple[str, int | None]]) -> None:
    wanted = set(wanted)
    for right, area_id in wanted:
        if right not in RIGHTS or (right in BY_AREA) != (area_id is not None):
            raise Refused("A head or a deputy needs an area; the other rights have none.")
        if area_id is not None:
            company.area(session, area_id)
    there = {
        (r.right, r.area_id): r for r in session.scalars(select(Right).where(Right.person_id == person_id))
    }
    for gone in there.keys() - wanted:
        session.delete(there[gone])
    session.add_all(
        Right(person_id=person_id, right=r, area_id=a) for r, a in sorted(wanted - there.keys(), key=str)
    )
    session.flush()


def _keep_an_administrator(session: Session) -> None:
    query = select(Right.id).join(Person).where(Right.right == "admin", Person.archived_at.is_(None))
    if session.scalar(query.limit(1)) is None:
        raise Refused("Somebody has to stay an administrator. Give another person that right first.")
