"""What requests propose to the next hour: decisions, promises due, and whatever waits for somebody's move."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from coord import company
from coord.proposal import AgendaItem, Fact, Reason
from coord.requests.moves import STATES, UNRESOLVED, Side
from coord.requests.records import Request
from coord.text import DAY, N_
from coord.worktime import Calendar

HOUR = 3_600
TITLE = 300  # characters of what is asked that an agenda shows
DECISION = 1_000.0  # heavier than any wait


class _Why(NamedTuple):
    section: str
    kind: str
    message: str
    since_at: int
    weight: float


# state → kind, and why it waits; the area that has the next move comes first.
_WAITS = {
    "asked": ("request_unanswered", N_("{asking} has waited {span} for an answer from {answering}.")),
    "delivered": ("request_to_confirm", N_("{answering} delivered it {span} ago; {asking} has not confirmed it yet.")),
    "questioned": ("request_waiting", N_("{answering} has waited {span} for what it needs to know from {asking}.")),
    "countered": ("request_waiting", N_("{answering} offered something else {span} ago; {asking} has not said yet whether it agrees.")),
}  # fmt: skip


def proposals(session: Session, *, at: int, today: date) -> list[AgendaItem]:
    """One item for each request that needs somebody's move in an hour that is held today; the heaviest first.

    A promise comes from its day on; `at` says whether that day has passed already.
    """
    calendar = company.calendar(session)
    due = or_(Request.state != "promised", Request.promised_on <= today, Request.raised_at.is_not(None))
    query = select(
        Request.id, Request.what, Request.state, Request.asking_area_id, Request.answering_area_id, Request.asked_at,
        Request.held_since_at, Request.promised_on, Request.first_answer_at, Request.raised_at, Request.silence_at,
    ).where(Request.state.in_(UNRESOLVED), due)  # fmt: skip
    found = [
        _item(row, calendar, at)
        for row in session.execute(query)
        if row.silence_at is None or row.silence_at > at  # what silence has confirmed is only not written yet
    ]
    return sorted(found, key=lambda item: (-item.weight, item.subject))


def _item(row: Any, calendar: Calendar, at: int) -> AgendaItem:
    section, kind, message, since_at, weight = _why(row, calendar, at)
    waited = max(at - since_at, 0)
    facts: dict[str, Fact] = {
        "asking": ("area", row.asking_area_id),
        "answering": ("area", row.answering_area_id),
        "span": ("span", _even(waited)),
        "day": ("day", (row.promised_on or calendar.day_of(since_at)).isoformat()),
    }
    facts = {name: fact for name, fact in facts.items() if f"{{{name}}}" in message}
    sides = row.answering_area_id, row.asking_area_id
    areas = sides[::-1] if STATES[row.state].holder is Side.ASKING else sides
    minutes = 1 if section == "promises" else 2
    return AgendaItem(
        section,
        kind,
        f"request:{row.id}",
        row.what[:TITLE],
        Reason(message, facts),
        areas,
        weight,
        minutes,
        waited,
    )


def _why(row: Any, calendar: Calendar, at: int) -> _Why:
    if row.raised_at is not None and row.state != "delivered":
        since = row.raised_at
        message = N_("{asking} and {answering} have needed a decision for {span}.")
        return _Why("requests", "request_decision", message, since, DECISION + _even(at - since) / DAY)
    if row.state == "promised":
        past = (calendar.day_of(at) - row.promised_on).days
        kind = "promise_past" if past > 0 else "promise_due"
        message = N_("{answering} promised it to {asking} for {day}.")
        if past > 0:
            message = N_("{answering} promised it to {asking} for {day}; that day has passed.")
        return _Why("promises", kind, message, calendar.start_of(row.promised_on), float(past))
    kind, message = _WAITS[row.state]
    since = row.held_since_at
    if row.state == "asked" and row.first_answer_at is None:
        since = row.asked_at
    return _Why("requests", kind, message, since, _even(max(at - since, 0)) / DAY)


def _even(seconds: int) -> int:
    """Whole days, hours, or tens of minutes: what a sentence shows, so that it changes only when that does."""
    unit = next(unit for least, unit in ((2 * DAY, DAY), (HOUR, HOUR), (0, 600)) if seconds >= least)
    return seconds // unit * unit
