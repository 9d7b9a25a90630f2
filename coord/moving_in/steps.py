"""How far a new company has come: its steps, read from what is there, and who has arrived."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import accounts, company, meetings, people
from coord.people import Mandate, Person
from coord.refusal import Refused
from coord.text import N_


@dataclass(frozen=True, slots=True)
class Step:
    """One step of moving in: what it is called (to translate), how many minutes it takes, whether it is done."""

    name: str
    title: str
    minutes: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is to come: invited, and here?"""

    person: Person
    invited_at: int | None
    until_at: int | None  # the last instant at which the invitation opens
    has_arrived: bool


def steps(session: Session) -> list[Step]:
    """The five steps in their order. None before there is a company."""
    row, areas = company.company(session), company.areas(session)
    if row is None:
        return []
    headed = people.heads(session)
    have_heads = bool(areas) and all(area.id in headed for area in areas)
    guests_asked = all(guest.has_arrived or guest.invited_at for guest in guests(session))
    return [
        Step("company", N_("The company"), 1, row.looked_at is not None),
        Step("hour", N_("The weekly hour"), 1, meetings.the_series(session) is not None),
        Step("areas", N_("The areas"), 2, bool(areas)),
        Step("heads", N_("Their heads"), 3, have_heads),
        Step("invitations", N_("Invitations"), 2, have_heads and guests_asked),
    ]


def look_over(session: Session, wish: company.Settings, *, seen: int, by: Mandate, at: int) -> None:
    """Save what was guessed at the founding, as an administrator found or made it: that step is done."""
    company.change(session, wish, seen=seen, by=by).looked_at = at
    session.flush()


def guests(session: Session) -> list[Guest]:
    """Everybody who holds a right, but administrators who are here: whom to invite, and who has come."""
    held, known = people.rights(session), accounts.standings(session)
    named = [person for person in people.people(session) if held.get(person.id)]
    found = [_guest(person, known.get(person.id, accounts.Standing())) for person in named]
    return [one for one in found if not one.has_arrived or ("admin", None) not in held[one.person.id]]


def _guest(person: Person, one: accounts.Standing) -> Guest:
    return Guest(person, one.invited_at, one.invited_until_at, one.has_arrived)


def invite_all(session: Session, person_ids: list[int], *, by: Mandate, at: int) -> dict[int, str]:
    """Invitations for several people: person → secret. Those that they had open nothing any more."""
    by.must_administer()
    if not person_ids:
        raise Refused("Name the heads first: then there is somebody to invite.")
    # in one order: two who invite the same people at once wait for each other, and not in a circle
    return {person_id: accounts.invite(session, person_id, by=by, at=at) for person_id in sorted(person_ids)}


def finish(session: Session, *, by: Mandate, at: int) -> None:
    """Say that the company has moved in: the steps are shown no more."""
    by.must_administer()
    row = company.the(session)
    if row.moved_in_at is not None:
        raise Refused("The company has moved in already.")
    if not company.areas(session):
        raise Refused("Add the areas first: without them there is nobody to ask, and nobody to answer.")
    row.moved_in_at = at
    session.flush()
