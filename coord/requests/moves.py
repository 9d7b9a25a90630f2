"""The life of a request as data: states, whose move it is, and MOVES, which buttons, rights and tests read.

A request is a conversation for action, after Winograd and Flores ("Understanding Computers and Cognition", 1986):
ask, negotiate, promise, perform, declare delivered, declare satisfied.
"""

from dataclasses import dataclass
from enum import StrEnum

from coord.text import N_, NC_


class Side(StrEnum):
    """Who may make a move."""

    ASKING = "asking"
    ANSWERING = "answering"
    EITHER = "either"
    ANYONE = "anyone"
    HOUR = "hour"  # whoever records the weekly hour
    ADMINISTRATION = "administration"  # when areas become one
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class State:
    """What a state is called, and which side has the next move (None: resolved)."""

    label: str
    holder: Side | None


STATES = {
    "asked": State(N_("Unanswered"), Side.ANSWERING),
    "questioned": State(N_("Needs info"), Side.ASKING),
    "countered": State(N_("Other offer"), Side.ASKING),
    "promised": State(N_("Promised"), Side.ANSWERING),
    "delivered": State(N_("To confirm"), Side.ASKING),
    "satisfied": State(N_("Done"), None),
    "declined": State(N_("Answered: no"), None),
    "withdrawn": State(N_("Withdrawn"), None),
}
UNRESOLVED = frozenset(name for name, state in STATES.items() if state.holder)
RESOLVED = frozenset(STATES) - UNRESOLVED
OUTCOMES = {
    "satisfied": N_("Confirmed"),
    "silence": N_("By silence"),
    "declined": N_("A no"),
    "withdrawn": N_("Withdrawn"),
}

ASK_FACTS = ("what", "done_when", "why", "needed_on", "role", "goal", "customer", "link")


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: who may make it, from which states, to which (None: the state stays)."""

    by: Side
    sources: frozenset[str]
    to: str | None
    label: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    more: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        return self.required + self.optional


def _from(*states: str) -> frozenset[str]:
    return frozenset(states)


# In the order in which they stand as buttons; those with `more` stand behind "more".
# fmt: off
MOVES = {
    "ask": Move(Side.ASKING, _from(), "asked", NC_("move", "Ask"),
                ("to_area", "what"), (*ASK_FACTS[1:], "since_on", "follows")),
    "promise": Move(Side.ANSWERING, _from("asked", "countered"), "promised", NC_("move", "Promise"), ("day",), ("text",)),
    "inform": Move(Side.ASKING, _from("questioned"), "asked", NC_("move", "Reply"), ("text",)),
    "agree": Move(Side.ASKING, _from("countered"), "promised", NC_("move", "Agree")),
    "insist": Move(Side.ASKING, _from("countered"), "asked", NC_("move", "Keep as asked"), (), ("text",)),
    "question": Move(Side.ANSWERING, _from("asked"), "questioned", NC_("move", "Need to know…"), ("text",)),
    "renegotiate": Move(Side.ANSWERING, _from("promised"), "promised", NC_("move", "Change date"), ("day",), ("text",)),
    "decline": Move(Side.ANSWERING, _from("asked", "countered", "promised"), "declined", NC_("move", "Say no"), ("text",)),
    "deliver": Move(Side.ANSWERING, _from("asked", "promised"), "delivered", NC_("move", "Delivered"), (), ("text", "link")),
    "confirm": Move(Side.ASKING, UNRESOLVED, "satisfied", NC_("move", "Confirm"), (), ("text",)),
    "reopen": Move(Side.ASKING, _from("delivered"), "asked", NC_("move", "Not yet…"), ("text",)),
    "answer_by": Move(Side.ANSWERING, _from("asked"), None, NC_("move", "Answer by…"), ("day",), more=True),
    "counter": Move(Side.ANSWERING, _from("asked"), "countered", NC_("move", "Suggest instead"), ("text", "day"), more=True),
    "reroute": Move(Side.ANSWERING, _from("asked", "promised"), "asked", NC_("move", "Another area's"),
                    ("to_area", "text"), more=True),
    "assign": Move(Side.ANSWERING, UNRESOLVED, None, NC_("move", "Who handles it"), (), ("handler",), more=True),
    "amend": Move(Side.ASKING, _from("asked"), None, NC_("move", "Change what is asked"), (), ASK_FACTS, more=True),
    "withdraw": Move(Side.ASKING, UNRESOLVED, "withdrawn", NC_("move", "No longer needed"), (), ("text",), more=True),
    "escalate": Move(Side.EITHER, UNRESOLVED, None, NC_("move", "Needs a decision"), ("text",), more=True),
    "decide": Move(Side.HOUR, UNRESOLVED, None, NC_("move", "Decision"), ("text", "decided_by"), more=True),
    "note": Move(Side.ANYONE, frozenset(STATES), None, NC_("move", "Comment"), ("text",), more=True),
    "join": Move(Side.ADMINISTRATION, UNRESOLVED, None, NC_("move", "Goes on in another area"), ("to_area", "text")),
    "confirm_by_silence": Move(Side.SERVER, _from("delivered"), "satisfied", NC_("move", "Confirmed by silence")),
}
# fmt: on

# How each move is told in a story.
SENTENCES = {
    "ask": N_("{who} asked {area}"),
    "question": N_("{who} needs to know something"),
    "inform": N_("{who} replied"),
    "answer_by": N_("{who} will answer by {day}"),
    "promise": N_("{who} promised it for {day}"),
    "counter": N_("{who} offers something else for {day}"),
    "agree": N_("{who} agreed: it is promised for {day}"),
    "insist": N_("{who} needs it as asked"),
    "decline": N_("{who} said no"),
    "reroute": N_("{who} passed it on to {area}"),
    "renegotiate": N_("{who} moved the promise from {before} to {day}"),
    "deliver": N_("{who} delivered"),
    "confirm": N_("{who} confirmed: done"),
    "reopen": N_("{who} says that something is missing"),
    "withdraw": N_("{who} no longer needs it"),
    "escalate": N_("{who} asks for a decision"),
    "decide": N_("{decided_by} decided"),
    "note": N_("{who} commented"),
    "amend": N_("{who} changed what is asked"),
    "assign": N_("{who} named {handler} to handle it"),
    "join": N_("{gone} is part of {area} now: it goes on there"),
    "confirm_by_silence": N_("Confirmed by silence: the days to object have passed"),
}

# The move that takes a request forward stands first.
FORWARD = {
    "asked": "promise",
    "questioned": "inform",
    "countered": "agree",
    "promised": "deliver",
    "delivered": "confirm",
}
BUTTONS = 3


def open_to(state: str, sides: frozenset[Side]) -> tuple[list[str], list[str]]:
    """The moves that these sides may make now: at most three as buttons, the others behind "more"."""
    may = [verb for verb, move in MOVES.items() if state in move.sources and move.by in sides]
    may.sort(key=lambda verb: verb != FORWARD.get(state))
    buttons = [verb for verb in may if not MOVES[verb].more][:BUTTONS]
    return buttons, [verb for verb in may if verb not in buttons]
