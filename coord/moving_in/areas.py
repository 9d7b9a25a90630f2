"""The areas of a new company, kept as a whole: ticked, renamed, added; what is in use already is not taken away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import company
from coord.company import Area
from coord.people import Mandate
from coord.refusal import Refused
from coord.text import typed


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of the list: an area that is there (with its id and the version that was seen), or one to be."""

    name: str
    sphere: str
    area_id: int | None = None
    seen: int = 0
    wanted: bool = True


def arrange_areas(session: Session, wishes: Sequence[Wish], *, by: Mandate) -> None:
    """Make the areas as the list has them; saved again it changes nothing. Those that it does not name stay."""
    by.must_administer()
    company.one_at_a_time(session)
    for wish in sorted(wishes, key=lambda wish: wish.wanted):  # what is struck lets go of its name first
        if wish.area_id is not None:
            _follow(session, company.area(session, wish.area_id), wish, by)
    there = {(area.folded, area.sphere) for area in company.areas(session)}
    for wish in wishes:
        is_new = wish.area_id is None and wish.wanted and typed.line(wish.name) is not None
        if is_new and (typed.fold(wish.name), wish.sphere) not in there:
            company.open_area(session, name=wish.name, sphere=wish.sphere, by=by)


def _follow(session: Session, area: Area, wish: Wish, by: Mandate) -> None:
    """Rename an area, or strike it while nothing names it."""
    if wish.wanted:
        if (wish.name, wish.sphere) != (area.name, area.sphere):
            company.change_area(
                session, area.id, name=wish.name, sphere=wish.sphere, about=area.about, seen=wish.seen, by=by
            )
    elif not company.strike_area(session, area.id, by=by):
        raise Refused(
            "“{name}” is in use already: somebody belongs to it, or something was asked. Tick it again; it can be archived under Company.",
            name=area.name,
        )
