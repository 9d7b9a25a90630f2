"""What people do with requests: ask, and then every move of MOVES, checked, appended and applied at once."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company, people
from coord.people import SERVER, Mandate
from coord.refusal import Changed, Refused
from coord.requests import lives
from coord.requests.lives import Event, Life
from coord.requests.moves import ASK_FACTS, MOVES, Move, Side
from coord.requests.records import EventRow, Request, columns
from coord.text import typed

EARLIEST = date(2000, 1, 1)
LATEST = date(2100, 1, 1)


def ask(
    session: Session,
    *,
    from_area: int,
    to_area: int,
    what: str,
    by: Mandate,
    at: int,
    since_on: date | None = None,
    follows: str | None = None,
    reference: str | None = None,
    **facts: Any,
) -> Request:
    """One area asks another for something; `since_on` is the day since when it has been waiting already."""
    _must_speak(by, from_area)
    for area_id in (from_area, to_area):
        company.area_in_use(session, area_id)
    if from_area == to_area:
        raise Refused("Choose another area: a request goes from one area to another.")
    more = _asked({"what": what, **facts})
    if "what" not in more:
        raise Refused("Say what you ask for.")
    asked_at = at
    if since_on is not None:
        asked_at = _waiting_since(session, since_on, at)
        more |= {"since_on": since_on.isoformat(), "observed_from": at}
    elif (needed_on := facts.get("needed_on")) is not None:
        _must_lie_ahead(session, needed_on, at)
    if follows is not None:
        more["follows"] = _followed(session, follows).reference
    event = Event(
        "ask", asked_at, from_area, to_area, from_area, by.person_id, by.is_on_behalf(from_area), more=more
    )
    row = Request(reference=reference or uuid.uuid4().hex, **columns(lives.begin(event)))
    session.add(row)
    session.flush()
    _append(session, row.id, 1, event, by)
    return row


def move(
    session: Session,
    request_id: int,
    verb: str,
    *,
    by: Mandate,
    at: int,
    seen: int | None = None,
    area: int | None = None,
    **facts: Any,
) -> Request:
    """Make a move of MOVES on a request.

    Facts are those of the move: text, day, link, to_area, handler, and for `amend` those of `ask`. `area` says for
    whom, where both areas are the mandate's. `seen` is the version that the form was drawn with: Changed is raised
    when somebody has moved the request since, Refused when a rule says no.
    """
    row = session.get(Request, request_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such request.")
    rule = MOVES.get(verb)
    if rule is None or verb == "ask" or rule.by in (Side.SERVER, Side.ADMINISTRATION):
        raise Refused("There is no such move.")
    if seen is not None and seen != row.version and verb != "note":
        raise Changed(
            "Somebody else has moved this request in the meantime. Look at what is new, then decide again."
        )
    at = max(at, row.last_at)  # a clock set back must not disorder the story
    settle(session, row, at)
    speaker = _speaker(row, rule, by, area)
    event = _event(session, row, verb, rule, facts, speaker, by, at)
    _apply(session, row, lives.step(row.life(), event), event, by)
    return row


def settle(session: Session, row: Request, at: int) -> bool:
    """Write the confirmation by silence that is due by `at`, with the instant that was fixed at delivery."""
    if row.state != "delivered" or row.silence_at is None or row.silence_at > at:
        return False
    event = Event(
        "confirm_by_silence",
        row.silence_at,
        row.asking_area_id,
        row.answering_area_id,
        person_id=SERVER.person_id,
    )
    _apply(session, row, lives.step(row.life(), event), event, SERVER)
    return True


def settle_all(session: Session, at: int) -> int:
    """Confirm by silence whatever is due; how many."""
    due = select(Request).where(Request.state == "delivered", Request.silence_at <= at).order_by(Request.id)
    return sum(settle(session, row, at) for row in session.scalars(due.with_for_update()).all())


def join(
    session: Session, request_id: int, *, area: int, into: int, why: str, by: Mandate, at: int
) -> Request:
    """Let a request go on in the area that one of its two has become part of; everything else about it stays."""
    by.must_administer()
    row = session.get(Request, request_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such request.")
    company.area_in_use(session, into)
    at = max(at, row.last_at)
    settle(session, row, at)
    text = typed.prose(why)
    _must_be_there(MOVES["join"], text, None)
    event = Event("join", at, area, into, area, by.person_id, on_behalf=True, text=text)
    _apply(session, row, lives.step(row.life(), event), event, by)
    return row


@dataclass(frozen=True, slots=True)
class _Speaker:
    area_id: int | None
    on_behalf: bool


def _speaker(row: Request, rule: Move, by: Mandate, area: int | None) -> _Speaker:
    """The area that this mandate speaks for in this move. Raises Refused when there is none."""
    if rule.by is Side.HOUR:
        if by.meeting_id is None or "facilitator" not in by.rights:
            raise Refused("A decision is recorded in the weekly hour, by whoever runs it.")
        return _Speaker(None, on_behalf=False)
    sides = {Side.ASKING: [row.asking_area_id], Side.ANSWERING: [row.answering_area_id]}
    may = sides.get(rule.by, [row.asking_area_id, row.answering_area_id])
    if rule.by is Side.ANYONE and area is None:  # a comment is its writer's own, unless they say for whom
        may = [area_id for area_id in may if area_id in by.areas]
    spoken = sorted((a for a in may if by.speaks_for(a) and area in (None, a)), key=by.is_on_behalf)
    if spoken:
        return _Speaker(spoken[0], by.is_on_behalf(spoken[0]))
    handles = by.person_id is not None and by.person_id == row.handler_id
    if handles and row.answering_area_id in may:
        return _Speaker(row.answering_area_id, on_behalf=False)
    if rule.by is Side.ANYONE and by.person_id is not None:
        return _Speaker(next(iter(sorted(by.areas)), None), on_behalf=False)
    if rule.by is Side.ASKING:
        raise Refused("Only the area that asked can do this.")
    if rule.by is Side.ANSWERING:
        raise Refused("Only the area that was asked can do this.")
    raise Refused("Only the two areas of this request can do this.")


def _event(
    session: Session,
    row: Request,
    verb: str,
    rule: Move,
    facts: dict[str, Any],
    speaker: _Speaker,
    by: Mandate,
    at: int,
) -> Event:
    if unknown := facts.keys() - set(rule.facts):
        raise TypeError(f"{verb} knows no {', '.join(sorted(unknown))}")
    here = speaker.area_id or row.asking_area_id
    there = row.asking_area_id if here == row.answering_area_id else row.answering_area_id
    text, day = typed.prose(facts.get("text")), facts.get("day")
    _must_be_there(rule, text, day)
    more: dict[str, Any] = {}
    if day is not None:
        _must_lie_ahead(session, day, at)
    if (link := typed.link(facts.get("link"))) and verb != "amend":
        more["link"] = link
    if verb == "agree":
        _must_still_stand(session, row, at)
    if verb == "reroute":
        there = _other_area(session, row, facts.get("to_area"))
    if verb == "decide":
        more["decided_by"] = _decider(facts.get("decided_by"))
    if verb == "assign":
        more["handler"] = _handler(session, row, facts.get("handler"))
    if verb == "amend":
        more = _amendment(row, facts)
        if more.get("needed_on") and row.since_on is None:
            _must_lie_ahead(session, facts["needed_on"], at)
    if verb == "deliver":
        settings = company.the(session)
        more["silence_at"] = company.calendar(session).add_working_days(at, settings.silence_days)
    return Event(verb, at, here, there, speaker.area_id, by.person_id, speaker.on_behalf, text, day, more)


def _apply(session: Session, row: Request, life: Life, event: Event, by: Mandate) -> None:
    for name, value in columns(life).items():
        setattr(row, name, value)
    _append(session, row.id, life.version, event, by)
    session.flush()


def _append(session: Session, request_id: int, seq: int, event: Event, by: Mandate) -> None:
    session.add(
        EventRow(
            request_id=request_id,
            seq=seq,
            verb=event.verb,
            at=event.at,
            person_id=event.person_id,
            area_id=event.area_id,
            from_area_id=event.from_area_id,
            to_area_id=event.to_area_id,
            on_behalf=event.on_behalf,
            text=event.text,
            day=event.day,
            more=event.more,
            meeting_id=by.meeting_id,
        )
    )
    session.flush()


def _must_speak(by: Mandate, area_id: int) -> None:
    if not by.speaks_for(area_id):
        raise Refused("You don't speak for this area. Its head or deputy can ask.")


def _must_be_there(rule: Move, text: str | None, day: date | None) -> None:
    if "text" in rule.required and text is None:
        raise Refused("Write a sentence, so that the other area knows what you mean.")
    if "day" in rule.required and day is None:
        raise Refused("Choose a day.")


def _must_lie_ahead(session: Session, day: date, at: int) -> None:
    if day < company.calendar(session).day_of(at):
        raise Refused("This day has passed. Choose today or a later day.")
    if day > LATEST:
        raise Refused("This day lies too far ahead. Choose an earlier one.")


def _must_still_stand(session: Session, row: Request, at: int) -> None:
    if row.countered_on is not None and row.countered_on < company.calendar(session).day_of(at):
        raise Refused(
            "The day that was offered has passed. Keep your request as asked, and the other area can offer a new one."
        )


def _other_area(session: Session, row: Request, area_id: int | None) -> int:
    if area_id is None:
        raise Refused("Choose the area whose request it is.")
    if area_id in (row.asking_area_id, row.answering_area_id):
        raise Refused("Choose a third area: this one already takes part in the request.")
    return company.area_in_use(session, area_id).id


def _decider(name: str | None) -> str:
    if (found := typed.line(name)) is None:
        raise Refused("Say who decided.")
    return found


def _handler(session: Session, row: Request, person_id: int | None) -> int | None:
    if person_id == row.handler_id:
        raise Refused("Choose a person who does not handle it already.")
    if person_id is None:
        return None
    if people.person(session, person_id).archived_at is not None:
        raise Refused("This person is no longer active.")
    return person_id


def _waiting_since(session: Session, day: date, at: int) -> int:
    calendar = company.calendar(session)
    if day < EARLIEST:
        raise Refused("This day lies too far back. Choose a later one.")
    if day > calendar.day_of(at):
        raise Refused("“Waiting since” is a day in the past. Choose today or an earlier day.")
    return min(calendar.noon_of(day), at)


def _followed(session: Session, reference: str) -> Request:
    row = session.scalar(select(Request).where(Request.reference == reference))
    if row is None:
        raise Refused("There is no such request.")
    return row


def _asked(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of what is asked, cleaned, as they are stored; what is empty is left out."""
    clean: dict[str, Callable[[str | None], str | None]] = dict.fromkeys(
        ("what", "role", "goal", "customer"), typed.line
    )
    clean |= {"done_when": typed.prose, "why": typed.prose, "link": typed.link}
    if unknown := facts.keys() - set(ASK_FACTS):
        raise TypeError(f"a request knows no {', '.join(sorted(unknown))}")
    found: dict[str, Any] = {name: clean[name](facts[name]) for name in clean if name in facts}
    if (day := facts.get("needed_on")) is not None:
        if not EARLIEST <= day <= LATEST:
            raise Refused("This day lies too far away. Choose another one.")
        found["needed_on"] = day.isoformat()
    return {name: value for name, value in found.items() if value is not None}


def _amendment(row: Request, facts: dict[str, Any]) -> dict[str, Any]:
    """Only what changes; None where something was taken away."""
    wanted = _asked(facts)
    if "what" in facts and "what" not in wanted:
        raise Refused("Say what you ask for.")
    before = {name: getattr(row, name) for name in facts}
    changed = {name: wanted.get(name) for name in facts if wanted.get(name) != _stored(before[name])}
    if not changed:
        raise Refused("Nothing is different from what was asked.")
    return changed


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
