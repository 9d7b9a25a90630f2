"""What a new company's next hour will be, told ahead while it is one of the first three."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord.meetings import hours
from coord.meetings.collecting import known
from coord.meetings.items import items, section_minutes, standing
from coord.meetings.records import Meeting
from coord.meetings.template import BUDGETS, LIMIT, is_fixed, template
from coord.proposal import SECTIONS

FIRST = 3  # so many hours of a company have an agenda of their own


@dataclass(frozen=True, slots=True)
class Part:
    """A section of an hour, its minutes, and what is fixed in it (titles to translate)."""

    section: str
    minutes: int
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstHour:
    meeting: Meeting
    number: int  # counted from 1
    parts: tuple[Part, ...]


def first_hour(session: Session, *, at: int) -> FirstHour | None:
    """The next planned hour with what happens in it, as long as it is one of the company's first."""
    row = hours.current(session, at=at)
    if row is None or row.state != "planned":
        return None
    number = hours.number(session, row)
    return FirstHour(row, number, _parts(session, row)) if number <= FIRST else None


def _parts(session: Session, row: Meeting) -> tuple[Part, ...]:
    """As the agenda has it; before there is one, as the template does."""
    base = template(known(session, row))
    drawn = standing(items(session, row.id))
    minutes = section_minutes(drawn)
    fixed = [(one.section, one.title) for one in (filter(is_fixed, drawn) if drawn else base.fixed)]
    if not drawn:
        minutes = dict.fromkeys(SECTIONS, 0)
        for one in base.fixed:
            minutes[one.section] += one.minutes
        minutes |= {name: max(minutes[name], BUDGETS[name]) for name in base.sections}
        if base.sections:  # what is new in this hour takes its minutes from the section that has most
            minutes[max(base.sections, key=lambda name: minutes[name])] -= max(
                sum(minutes.values()) - LIMIT, 0
            )
    return tuple(
        Part(name, minutes[name], tuple(title for section, title in fixed if section == name))
        for name in SECTIONS
        if minutes[name]
    )
