"""What events make of a request: one pure step, used by live moves, by imports and by replay alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from coord.refusal import Refused, Term
from coord.requests.moves import ASK_FACTS, MOVES, STATES, Side


@dataclass(frozen=True, slots=True)
class Event:
    """One move, as it was made; appended, never changed."""

    verb: str
    at: int
    from_area_id: int
    to_area_id: int
    area_id: int | None = None  # the area spoken for
    person_id: int | None = None
    on_behalf: bool = False
    text: str | None = None
    day: date | None = None
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Life:
    """A request as its events say. Everything here is a column of the request's row."""

    asking_area_id: int
    answering_area_id: int
    first_asking_area_id: int  # the two that it is counted with, whoever has it now
    first_answering_area_id: int
    state: str
    asked_at: int
    observed_from_at: int  # when recording began for this request: asked_at for most, later for old ones
    last_at: int
    held_since_at: int  # since when whoever holds it now has the next move
    what: str
    done_when: str | None = None
    why: str | None = None
    needed_on: date | None = None
    role: str | None = None
    goal: str | None = None
    customer: str | None = None
    link: str | None = None
    since_on: date | None = None
    follows: str | None = None
    handler_id: int | None = None
    answer_by_on: date | None = None
    countered_on: date | None = None
    promised_on: date | None = None
    first_promised_on: date | None = None
    first_promised_at: int | None = None
    first_reaction_at: int | None = None
    first_answer_at: int | None = None
    delivered_at: int | None = None
    silence_at: int | None = None  # when silence confirms; fixed at delivery
    raised_at: int | None = None  # since when it asks for a decision
    resolved_at: int | None = None
    outcome: str | None = None
    observed_until_at: int | None = None  # an import knows nothing later than this
    reroutes: int = 0
    renegotiations: int = 0
    reopenings: int = 0
    version: int = 1

    @property
    def holder(self) -> int | None:
        """The area that has the next move."""
        return held_by(self.state, self.asking_area_id, self.answering_area_id)


FIELDS = tuple(f.name for f in fields(Life))


def held_by(state: str, asking: int, answering: int) -> int | None:
    """The area whose move it is in this state; None when it is resolved."""
    side = STATES[state].holder
    return None if side is None else asking if side is Side.ASKING else answering


def begin(ask: Event) -> Life:
    """The life that an `ask` opens. Days stand in `more` as ISO text, as they are stored."""
    facts: dict[str, Any] = {name: ask.more.get(name) for name in ASK_FACTS}
    facts["needed_on"] = _day(facts["needed_on"])
    return Life(
        asking_area_id=ask.from_area_id,
        answering_area_id=ask.to_area_id,
        first_asking_area_id=ask.from_area_id,
        first_answering_area_id=ask.to_area_id,
        state="asked",
        asked_at=ask.at,
        observed_from_at=ask.more.get("observed_from", ask.at),
        observed_until_at=ask.more.get("observed_until"),
        last_at=ask.at,
        held_since_at=ask.at,
        since_on=_day(ask.more.get("since_on")),
        follows=ask.more.get("follows"),
        **facts,
    )


def step(life: Life, event: Event) -> Life:
    """The life after one more event. Raises Refused where MOVES does not allow it."""
    move = MOVES.get(event.verb)
    if move is None:
        raise Refused("There is no such move.")
    if life.state not in move.sources:
        raise Refused(
            "“{move}” is not possible now: the request is “{state}”.",
            move=Term(move.label, "move"),
            state=Term(STATES[life.state].label),
        )
    if event.at < life.last_at:
        raise Refused("This lies before the last move of the request.")
    if life.silence_at is not None and not _keeps_silence(event, life.silence_at):
        raise Refused("Silence confirms this delivery at another instant.")
    after = replace(life, state=move.to or life.state, last_at=event.at, version=life.version + 1)
    if event.verb == "join":  # neither a reaction of the area that is gone, nor a sign of life
        after = replace(after, **_joined(life, event))
        return after if after.holder == life.holder else replace(after, held_since_at=event.at)
    if event.verb in _EFFECTS:
        after = replace(after, **_EFFECTS[event.verb](life, event))
    after = replace(after, **_common(life, after, event))
    return after


def _keeps_silence(event: Event, silence_at: int) -> bool:
    """Whether silence speaks exactly at the instant fixed at delivery, and everybody else before it."""
    return event.at == silence_at if event.verb == "confirm_by_silence" else event.at < silence_at


def replay(events: Iterable[Event]) -> Life:
    """The life that these events tell, in their order. Raises Refused when they don't begin with an ask."""
    told = iter(events)
    ask = next(told, None)
    if ask is None or ask.verb != "ask":
        raise Refused("The story of a request begins with what was asked.")
    life = begin(ask)
    for event in told:
        life = step(life, event)
    return life


def holdings(events: Iterable[Event], until: int) -> list[tuple[int, int, str, int]]:
    """Who had the next move, when, in which state: (area, since, state, seconds), up to `until` or the end.

    The seconds sum exactly to the unresolved time.
    """
    spans: list[tuple[int, int, str, int]] = []
    life: Life | None = None
    for event in events:
        if event.at > until:
            break
        if life is not None and life.holder is not None:
            spans.append((life.holder, life.last_at, life.state, event.at - life.last_at))
        life = begin(event) if life is None else step(life, event)
    if life is not None and life.holder is not None:
        spans.append((life.holder, life.last_at, life.state, max(until - life.last_at, 0)))
    return spans


def _common(life: Life, after: Life, event: Event) -> dict[str, Any]:
    """What holds for every move: who holds it since when, first reaction, end of a resolved one."""
    found: dict[str, Any] = {}
    if after.holder != life.holder:
        found["held_since_at"] = event.at
    if life.first_reaction_at is None and event.area_id == life.answering_area_id and event.verb != "note":
        found["first_reaction_at"] = event.at
    if life.first_answer_at is None and event.verb in ("promise", "counter", "decline", "deliver"):
        found["first_answer_at"] = event.at
    if after.holder is None and life.holder is not None:
        found |= {
            "resolved_at": event.at,
            "outcome": _OUTCOME.get(event.verb, after.state),
            "silence_at": None,
            "raised_at": None,
        }
    if life.observed_until_at is not None and event.at > life.observed_until_at:
        found["observed_until_at"] = None  # somebody has moved it since: it is observed again
    return found


_OUTCOME = {"confirm_by_silence": "silence"}


def _promised(life: Life, day: date | None, at: int) -> dict[str, Any]:
    first = {} if life.first_promised_at else {"first_promised_on": day, "first_promised_at": at}
    return {"promised_on": day, "countered_on": None, "answer_by_on": None, "raised_at": None, **first}


def _delivered(_life: Life, event: Event) -> dict[str, Any]:
    return {"delivered_at": event.at, "silence_at": event.more.get("silence_at"), "countered_on": None}


def _rerouted(life: Life, event: Event) -> dict[str, Any]:
    again = life.reroutes + 1
    return {
        "answering_area_id": event.to_area_id,
        "reroutes": again,
        "promised_on": None,
        "answer_by_on": None,
        "handler_id": None,
        "raised_at": event.at if again > 1 else life.raised_at,
    }


def _joined(life: Life, event: Event) -> dict[str, Any]:
    """The side that became part of another area is that area's from now on."""
    if event.from_area_id not in (sides := (life.asking_area_id, life.answering_area_id)):
        raise Refused("Only an area that takes part in a request can become part of another.")
    if event.to_area_id in sides:
        raise Refused("Choose another area: a request goes from one area to another.")
    side = "asking_area_id" if event.from_area_id == life.asking_area_id else "answering_area_id"
    return {side: event.to_area_id}


def _amended(_life: Life, event: Event) -> dict[str, Any]:
    found = {name: event.more[name] for name in ASK_FACTS if name in event.more}
    if "needed_on" in found:
        found["needed_on"] = _day(found["needed_on"])
    return found


_EFFECTS: dict[str, Callable[[Life, Event], dict[str, Any]]] = {
    "promise": lambda life, event: _promised(life, event.day, event.at),
    "agree": lambda life, event: _promised(life, life.countered_on, event.at),
    "renegotiate": lambda life, event: {"promised_on": event.day, "renegotiations": life.renegotiations + 1},
    "counter": lambda _life, event: {"countered_on": event.day, "answer_by_on": None},
    "insist": lambda _life, event: {"countered_on": None, "raised_at": event.at},
    "answer_by": lambda _life, event: {"answer_by_on": event.day},
    "reroute": _rerouted,
    "deliver": _delivered,
    "reopen": lambda life, _event: {
        "silence_at": None,
        "promised_on": None,
        "reopenings": life.reopenings + 1,
    },
    "assign": lambda _life, event: {"handler_id": event.more.get("handler")},
    "escalate": lambda _life, event: {"raised_at": event.at},
    "decide": lambda _life, _event: {"raised_at": None},
    "amend": _amended,
}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
