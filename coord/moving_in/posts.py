"""Who heads which area, who runs the hour, who directs: named as one list, each by name and e-mail address."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from sqlalchemy.orm import Session

from coord import accounts, company, meetings, people
from coord.moving_in.founding import ADDRESS
from coord.people import RIGHTS, Mandate, Person, Profile
from coord.refusal import Refused, Term, changed
from coord.text import typed

Place = tuple[str, int | None]  # a right, and of heads the area


@dataclass(frozen=True, slots=True)
class Post:
    """One line of the list: what somebody is named for, and whom it names; `person_id` is who held it until now."""

    right: str
    area_id: int | None = None
    person_id: int | None = None
    name: str = ""
    email: str = ""
    is_mine: bool = False  # whoever fills in the list holds it themselves

    @property
    def place(self) -> Place:
        return self.right, self.area_id


def posts(session: Session, *, viewer: int | None) -> list[Post]:
    """A line for each head, or for an area without one; then who runs the hour; then the directors."""
    held, everyone = people.rights(session), people.people(session)
    places: list[Place] = [("head", area.id) for area in company.areas(session)]
    found = []
    for right, area_id in (*places, ("facilitator", None), ("director", None)):
        holders = [person for person in everyone if (right, area_id) in held.get(person.id, ())]
        found += [_held(right, area_id, person, viewer) for person in holders]
        if not holders and right != "director":
            found.append(Post(right, area_id))
    return found


def drawn(found: Sequence[Post]) -> int:
    """A number for what these lines say: another one when somebody has changed them."""
    return crc32(repr([(p.place, p.person_id, p.name, p.email) for p in found]).encode())


def name_people(session: Session, wishes: Sequence[Post], *, seen: int, by: Mandate, at: int) -> None:
    """Name the people of the list: who is new is added, who is known by their address is given what they are named for.

    An empty line is left for later. Whoever loses their last right before they ever came is taken out again.
    """
    by.must_administer()
    company.one_at_a_time(session)
    before = posts(session, viewer=by.person_id)
    if drawn(before) != seen:
        raise changed()
    holders: dict[Place, set[int]] = {wish.place: set() for wish in wishes}
    for wish in wishes:
        _check(session, wish, before)
    for wish in wishes:
        if (person_id := _whom(session, wish, before, by)) is not None:
            holders[wish.place].add(person_id)
    if holders.get(("facilitator", None)) == set() and by.person_id is not None:
        holders["facilitator", None].add(by.person_id)  # somebody has to run the hour
    _grant(session, holders, by)
    _let_go(session, {post.person_id for post in before} - {by.person_id}, by, at)
    _take_turns(session, by, at)


def _held(right: str, area_id: int | None, person: Person, viewer: int | None) -> Post:
    is_mine = person.id == viewer and right != "director"  # a director's line has no place to say so
    return Post(right, area_id, person.id, person.name, person.email or "", is_mine)


def _check(session: Session, wish: Post, before: Sequence[Post]) -> None:
    """Refuses a line in words that say which one it is."""
    name, email = typed.line(wish.name), typed.line(wish.email)
    if wish in before or wish.is_mine or (name is None and email is None):
        return
    row = company.area(session, wish.area_id).name if wish.area_id is not None else Term(RIGHTS[wish.right])
    if email is None:
        raise Refused(
            "{row}: what is the e-mail address of {name}? Or empty the line for later.", row=row, name=name
        )
    if not ADDRESS.fullmatch(email):
        raise Refused("{row}: “{email}” is not an e-mail address.", row=row, email=email)
    if name is None:
        raise Refused("{row}: whose address is {email}? Give the person a name.", row=row, email=email)


def _whom(session: Session, wish: Post, before: Sequence[Post], by: Mandate) -> int | None:
    """The person whom a line names, added or corrected where needed; None for an empty line."""
    if wish in before:  # nothing was typed here: it undoes no correction that stands in another line
        return wish.person_id
    if wish.is_mine:
        return by.person_id
    name, email = typed.line(wish.name), typed.line(wish.email)
    if name is None or email is None:
        return None
    known = people.by_email(session, email)
    if known is not None and known.archived_at is None:
        if known.id == wish.person_id and known.name != name:
            _correct(session, known, name, email, by)
        return known.id
    held = people.person(session, wish.person_id) if wish.person_id is not None else None
    if held is not None and typed.fold(held.name) == typed.fold(name):
        _correct(session, held, name, email, by)
        return held.id
    return people.welcome(session, Profile(name, email, wish.area_id), by=by).id


def _correct(session: Session, row: Person, name: str, email: str, by: Mandate) -> None:
    held = frozenset(people.rights(session).get(row.id, ()))
    wish = Profile(name, email, row.area_id, row.language, row.zone, row.about, held)
    people.change(session, row.id, wish, seen=row.version, by=by)


def _grant(session: Session, holders: dict[Place, set[int]], by: Mandate) -> None:
    """Let everybody hold what they are named for, and nothing else of what the list names."""
    held = people.rights(session)
    for row in people.people(session):
        before = held.get(row.id, set())
        wanted = {place for place in before if place not in holders}
        wanted |= {place for place, persons in holders.items() if row.id in persons}
        if wanted != before:
            headed = min((area_id for right, area_id in wanted if right == "head" and area_id), default=None)
            wish = Profile(row.name, row.email, row.area_id or headed, row.language, row.zone, row.about,
                           frozenset(wanted))  # fmt: skip
            people.change(session, row.id, wish, seen=row.version, by=by)


def _let_go(session: Session, before: set[int | None], by: Mandate, at: int) -> None:
    """Take out whoever was named by mistake: without a right, and never here; their invitation ends, their area is free."""
    held, came = people.rights(session), accounts.standings(session)
    for person_id in sorted(before - {None} - held.keys(), key=str):
        if person_id is not None and not ((one := came.get(person_id)) and one.has_arrived):
            row = people.person(session, person_id)
            if not people.strike(session, person_id, by=by):
                bare = Profile(row.name, row.email, None, row.language, row.zone, row.about)
                people.change(session, person_id, bare, seen=row.version, by=by)
                people.archive(session, person_id, seen=row.version, by=by, at=at)


def _take_turns(session: Session, by: Mandate, at: int) -> None:
    """Let those who may run the hour do so in turn, where the series is there already."""
    if (row := meetings.the_series(session)) is None:
        return
    turn, able = meetings.facilitators(session), able_to_run(session)
    wanted = (*turn, *(person_id for person_id in able if person_id not in turn))
    if list(wanted) != turn:
        wish = meetings.Arrangement(row.starts_minute, row.zone, row.link, row.holiday_rule, wanted,
                                    frozenset(meetings.left_out(session)))  # fmt: skip
        meetings.arrange(session, wish, seen=row.version, by=by, at=at)


def able_to_run(session: Session) -> list[int]:
    """Whoever has the right to facilitate."""
    held = people.rights(session)
    return [row.id for row in people.people(session) if ("facilitator", None) in held.get(row.id, ())]
