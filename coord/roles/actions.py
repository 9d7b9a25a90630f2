"""What people do with role descriptions: whoever speaks for the area keeps them, the holders acknowledge them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.people import Mandate
from coord.refusal import Refused, changed
from coord.roles.queries import description, holder, holders, newest, role, roles
from coord.roles.records import (
    CUSTOMERS,
    DIRECTIONS,
    PROSE,
    REVIEW_AFTER,
    Acknowledgement,
    Description,
    Holder,
    Link,
    Revision,
    RevisionLink,
    Role,
)
from coord.text import N_, typed

PURPOSE = 1_000


def describe(
    session: Session, *, area_id: int, wish: Description, review_on: date | None = None, by: Mandate, at: int
) -> Role:
    """Describe a new role of an area, to be reviewed on a day or half a year on."""
    _must_speak_for(session, area_id, by)
    wish = _fit(session, wish)
    company.one_at_a_time(session)
    _must_be_free(session, area_id, wish.title)
    review_on = _review_day(session, review_on, at)
    row = Role(area_id=area_id, revision=1, title=wish.title, purpose=wish.purpose, review_on=review_on)
    session.add(row)
    session.flush()
    _write(session, row, wish, by, at)
    return row


def revise(
    session: Session,
    role_id: int,
    *,
    wish: Description,
    review_on: date | None = None,
    seen: int,
    by: Mandate,
    at: int,
) -> Role:
    """Write the next revision; its holders are asked again. Raises Changed when it is not as the form saw it."""
    row = _mine(session, role_id, by, seen)
    wish = _fit(session, wish)
    if wish == description(session, newest(session, row)):
        raise Refused(
            "Nothing is different. If the role is still right, say so and choose the day of its next review."
        )
    _must_be_free(session, row.area_id, wish.title, row)
    row.review_on = _review_day(session, review_on, at)
    row.revision, row.title, row.purpose = row.revision + 1, wish.title, wish.purpose or ""
    session.flush()
    _write(session, row, wish, by, at)
    return row


def review(
    session: Session, role_id: int, *, next_on: date | None = None, seen: int, by: Mandate, at: int
) -> Role:
    """Find a role still right as it is, and choose the day of its next review."""
    row = _mine(session, role_id, by, seen)
    row.review_on = _review_day(session, next_on, at)
    row.reviewed_at, row.reviewed_by_id = at, by.person_id
    session.flush()
    return row


def acknowledge(session: Session, role_id: int, *, revision: int, by: Mandate, at: int) -> None:
    """Say of a revision: I know this is my role. Raises Changed when there is a newer one."""
    row, today = _in_use(session, role_id), _today(session, at)
    session.refresh(row, with_for_update=True)  # two clicks at once would both find nothing said
    if by.person_id is None or all(
        one.person_id != by.person_id or one.is_past(today) for one in holders(session, role_id)
    ):
        raise Refused("Only whoever holds this role can acknowledge it.")
    if row.revision != revision:
        raise changed()
    known = newest(session, row)
    query = select(Acknowledgement.id).where(
        Acknowledgement.revision_id == known.id, Acknowledgement.person_id == by.person_id
    )
    if session.scalar(query) is not None:
        raise Refused("You have acknowledged this already.")
    session.add(Acknowledgement(revision_id=known.id, person_id=by.person_id, at=at))
    session.flush()


def appoint(
    session: Session, role_id: int, *, person_id: int, from_on: date | None = None, by: Mandate, at: int
) -> Holder:
    """Name a holder, from today or from another day on."""
    row = _mine(session, role_id, by)
    # two who name the same person at once would both find them free
    session.refresh(row, with_for_update=True)
    person = people.person(session, person_id)
    if person.archived_at is not None:
        raise Refused("This person is no longer active.")
    from_on = _near(from_on or _today(session, at))
    theirs = (one for one in holders(session, role_id) if one.person_id == person_id)
    if any(one.until_on is None or one.until_on >= from_on for one in theirs):
        raise Refused("{name} holds this role then already.", name=people.called(person))
    made = Holder(role_id=role_id, person_id=person_id, from_on=from_on)
    session.add(made)
    session.flush()
    return made


def end_holding(
    session: Session, holder_id: int, *, until_on: date | None = None, by: Mandate, at: int
) -> Holder:
    """Let somebody hold a role up to and with a day, or today."""
    row = holder(session, holder_id)
    _mine(session, row.role_id, by)
    session.refresh(row, with_for_update=True)
    until_on = _near(until_on or _today(session, at))
    if row.until_on is not None:
        raise Refused("This has an end already.")
    if until_on < row.from_on:
        raise Refused("It can't end before the day on which it began.")
    row.until_on = until_on
    session.flush()
    return row


def join(session: Session, area_id: int, *, into: int, by: Mandate) -> int:
    """Let the roles of an area that became part of another be that area's, with their holders; how many in use.

    What was written stays as it was written; their words are revised when somebody finds that they changed.
    """
    by.must_administer()
    if company.area(session, into).archived_at is not None:
        raise Refused("{area} is archived.", area=company.area(session, into).name)
    rows = session.scalars(select(Role).where(Role.area_id == area_id).with_for_update()).all()
    for row in rows:
        row.area_id = into
    session.flush()
    return sum(row.archived_at is None for row in rows)


def archive(session: Session, role_id: int, *, seen: int, by: Mandate, at: int) -> None:
    """Take a role out of use; all its revisions stay readable."""
    row = _mine(session, role_id, by, seen)
    row.archived_at = at
    session.flush()


def restore(session: Session, role_id: int, *, seen: int, by: Mandate) -> None:
    """Take an archived role into use again."""
    row = role(session, role_id)
    _must_speak_for(session, row.area_id, by)
    if row.version != seen:
        raise changed()
    _must_be_free(session, row.area_id, row.title, row)
    row.archived_at = None
    session.flush()


def _mine(session: Session, role_id: int, by: Mandate, seen: int | None = None) -> Role:
    row = _in_use(session, role_id)
    _must_speak_for(session, row.area_id, by)
    if seen is not None and row.version != seen:
        raise changed()
    return row


def _in_use(session: Session, role_id: int) -> Role:
    row = role(session, role_id)
    if row.archived_at is not None:
        raise Refused("This role is archived. Bring it back first.")
    return row


def _must_speak_for(session: Session, area_id: int, by: Mandate) -> None:
    area = company.area(session, area_id)
    if not by.speaks_for(area_id):
        raise Refused("Only whoever speaks for {area} can change its roles.", area=area.name)
    if area.archived_at is not None:
        raise Refused("{area} is archived.", area=area.name)


def _must_be_free(session: Session, area_id: int, title: str, mine: Role | None = None) -> None:
    for other in roles(session, area_id=area_id):
        if other is not mine and typed.fold(other.title) == typed.fold(title):
            raise Refused("This area already has a role called “{title}”.", title=other.title)


def _fit(session: Session, wish: Description) -> Description:
    """The description as it is kept. Raises Refused where something is missing or too long."""
    title, purpose = typed.line(wish.title), typed.prose(wish.purpose, PURPOSE)
    if title is None:
        raise Refused("Give the role a title.")
    if purpose is None:
        raise Refused("Say in a sentence or two what the role is there for.")
    found: dict[str, Any] = {name: typed.prose(getattr(wish, name)) for name in PROSE}
    # in one order, so that the same links written in another are no other description
    found |= {
        name: tuple(sorted(_links(session, name, getattr(wish, name)), key=_place)) for name in DIRECTIONS
    }
    return replace(wish, **found | {"title": title, "purpose": purpose})


def _links(session: Session, direction: str, links: Iterable[Link]) -> Iterable[Link]:
    for link in links:
        if direction == "needs" and link.area_id == CUSTOMERS:
            raise Refused("What a role needs comes from an area: choose one.")
        name = company.area(session, link.area_id).name if link.area_id != CUSTOMERS else None
        what = typed.line(link.what)
        if what is None and name is None:
            raise Refused("Say what goes to the customers, or take them out.")
        if what is None:
            said = {
                "delivers": N_("Say what goes to {area}, or take it out."),
                "needs": N_("Say what comes from {area}, or take it out."),
            }
            raise Refused(said[direction], area=name)
        yield Link(link.area_id, what)


def _place(link: Link) -> tuple[bool, int]:
    return link.area_id == CUSTOMERS, link.area_id


def _write(session: Session, row: Role, wish: Description, by: Mandate, at: int) -> None:
    prose = {name: getattr(wish, name) for name in ("title", *PROSE)}
    made = Revision(role_id=row.id, number=row.revision, at=at, person_id=by.person_id,
                    on_behalf=by.is_on_behalf(row.area_id), **prose)  # fmt: skip
    session.add(made)
    session.flush()
    session.add_all(
        RevisionLink(revision_id=made.id, direction=direction, place=place, area_id=link.area_id or None, what=link.what)
        for direction in DIRECTIONS
        for place, link in enumerate(getattr(wish, direction), 1)
    )  # fmt: skip
    session.flush()


def _review_day(session: Session, day: date | None, at: int) -> date:
    today = _today(session, at)
    if day is None:
        return today + REVIEW_AFTER
    if day <= today:
        raise Refused("The next review lies ahead: choose a day after today.")
    return _near(day)


def _near(day: date) -> date:
    if not company.EARLIEST <= day <= company.LATEST:
        raise Refused("This day lies too far away. Choose another one.")
    return day


def _today(session: Session, at: int) -> date:
    return company.calendar(session).day_of(at)
