"""What is done with people: they come, change, are given rights, leave."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coord import company
from coord.db import removed
from coord.people.queries import administrators, by_email, heads, people, person, rights, seen_until
from coord.people.records import BY_AREA, RIGHTS, Mandate, Person, Profile, Right
from coord.refusal import Refused, changed
from coord.text import LANGUAGES, typed


def welcome(session: Session, profile: Profile, *, by: company.Administrator) -> Person:
    """Add a person."""
    by.must_administer()
    company.one_at_a_time(session)  # of two who add one address, the second is told whose it is
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
    company.one_at_a_time(session)  # of two who take the right from each other, one stays
    row = _kept(session, person_id)
    if row.version != seen:
        raise changed()
    _apply(session, row, profile)
    flag_modified(row, "email_folded")  # rights lie in a table of their own, and are part of what a form saw
    session.flush()
    _grant(session, row.id, profile.rights)
    _keep_an_administrator(session)
    return row


def present_oneself(
    session: Session,
    person_id: int,
    *,
    name: str,
    about: str | None,
    language: str | None,
    zone: str | None,
    seen: int,
    by: Mandate,
) -> Person:
    """Say oneself how one is called, what one does, and how to be spoken to. The rest is the administrators'."""
    if by.person_id is None or by.person_id != person_id:
        raise Refused("Everybody presents themselves. An administrator can change it under People.")
    row = _kept(session, person_id)
    if row.version != seen:
        raise changed()
    _apply(session, row, Profile(name, row.email, row.area_id, language, zone, about))
    session.flush()
    return row


def appoint(session: Session, person_id: int, area_id: int, *, by: Mandate) -> None:
    """Name a deputy who speaks for an area too. Raises Refused for whoever is not its head."""
    company.one_at_a_time(session)
    _must_head(session, area_id, by)
    company.area_in_use(session, area_id)
    if person(session, person_id).archived_at is not None:
        raise Refused("This person is no longer active.")
    _hold(session, person_id, _held(session, person_id) | {("deputy", area_id)})


def dismiss(session: Session, person_id: int, area_id: int, *, by: Mandate) -> None:
    """End what `appoint` began, also where the area is no longer in use: brought back, it would have them again."""
    company.one_at_a_time(session)
    _must_head(session, area_id, by)
    _hold(session, person_id, _held(session, person_id) - {("deputy", area_id)})


def hand_over_headship(
    session: Session,
    area_id: int,
    *,
    to: int | None,
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
    company.one_at_a_time(session)
    company.area_in_use(session, area_id)
    if to is None:
        raise Refused("Choose who heads {area} from now on.", area=company.area(session, area_id).name)
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
    held, headless = rights(session), into not in heads(session)
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
    company.one_at_a_time(session)
    row = person(session, person_id)
    if row.version != seen:
        raise changed()
    row.archived_at = at
    session.flush()
    _keep_an_administrator(session)


def restore(session: Session, person_id: int, *, seen: int, by: company.Administrator) -> None:
    """Take an archived person into use again, with the rights they had."""
    by.must_administer()
    row = _kept(session, person_id)
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


def erase(session: Session, person_id: int, *, by: company.Administrator, at: int) -> Person:
    """Take out of a person's row everything that says who they are; it stays, since what they did names it.

    What other rooms keep about them is let go of above (departures). Raises Refused for the last administrator.
    """
    by.must_administer()
    company.one_at_a_time(session)
    row = _kept(session, person_id)
    unname(session, person_id, at)
    _keep_an_administrator(session)
    return row


def unname(session: Session, person_id: int, at: int) -> None:
    """What `erase` does, whoever is left: also where a restore has brought somebody back who was erased."""
    row = person(session, person_id)
    _grant(session, person_id, ())
    row.name, row.email, row.email_folded, row.about = "", None, None, None
    row.area_id, row.language, row.zone = None, None, None
    row.visited_at = row.seen_until_at = None
    row.archived_at, row.erased_at = row.archived_at or at, at
    session.flush()


def visit(session: Session, person_id: int, at: int) -> None:
    """Note that a person is here; after a pause, what had happened up to the last look counts as seen."""
    row = person(session, person_id)
    facts = {"visited_at": at, "seen_until_at": seen_until(row, at)}
    # not through the row: a look changes nothing that somebody might be editing, so its version stays
    session.execute(update(Person).where(Person.id == person_id).values(facts))


def _must_head(session: Session, area_id: int, by: Mandate) -> None:
    if by.person_id is None or ("head", area_id) not in _held(session, by.person_id):
        raise Refused("Only the head of an area names its deputies.")


def _heads(session: Session, area_id: int) -> set[int]:
    """Who heads an area, of those who are active."""
    return {row.id for row in heads(session).get(area_id, ())}


def _hold(session: Session, person_id: int, wanted: set[tuple[str, int | None]]) -> None:
    """Grant these rights and no others; whoever has the person's form open hears of it, where they are others."""
    if wanted == _held(session, person_id):
        return
    flag_modified(person(session, person_id), "email_folded")
    session.flush()
    _grant(session, person_id, wanted)


def _kept(session: Session, person_id: int) -> Person:
    """A person who was not erased."""
    row = person(session, person_id)
    if row.erased_at is not None:
        raise Refused("This person was erased. Nothing about them can be changed or brought back.")
    return row


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
    if not administrators(session):
        raise Refused("Somebody has to stay an administrator. Give another person that right first.")
