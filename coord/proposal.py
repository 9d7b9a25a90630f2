"""What any room may propose to the next hour: one item, where it belongs, and why it is there, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from coord.text import N_, Words

# The hour's sections in their order: what each is called, its minutes, and what opens it.
SECTIONS = {
    "open": N_("Opening"),
    "read": N_("Silent read"),
    "goals": N_("Goals by exception"),
    "promises": N_("Promises due"),
    "requests": N_("Requests"),
    "issues": N_("Issues and procedures"),
    "close": N_("Closing"),
}

Fact = tuple[
    str, Any
]  # how a fact is shown, and the fact: ("area", 3), ("span", 86_400), ("day", "2026-03-02")


@dataclass(frozen=True, slots=True)
class Reason:
    """A source sentence with blanks, and its facts; said in the reader's language when it is shown.

    A fact is ("area", id), ("span", seconds), ("day", ISO date), ("number", number), ("words", what people typed) or
    ("term", a word of ours). With `many`, the plural form is chosen by the fact "n".
    """

    message: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    many: str = ""

    def said(self, t: Words, area: Callable[[int], str], shown: Callable[[str], str] = str) -> str:
        """The sentence; `area` names an area, `shown` makes people's words fit for where it stands."""
        facts = {name: _said(kind, fact, t, area, shown) for name, (kind, fact) in self.facts.items()}
        if self.many:
            facts.pop("n")
            return t.plural(self.message, self.many, int(self.facts["n"][1]), **facts)
        return t(self.message, **facts)

    def packed(self) -> dict[str, Any]:
        """As it is kept in a table."""
        return {
            "message": self.message,
            "many": self.many,
            "facts": {k: list(v) for k, v in self.facts.items()},
        }

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> "Reason":
        facts = {name: (kind, fact) for name, (kind, fact) in kept.get("facts", {}).items()}
        return cls(kept.get("message", ""), facts, kept.get("many", ""))


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One thing for the hour. `subject` says what it is about ("request:12") and stands once on an agenda."""

    section: str
    kind: str
    subject: str
    title: str  # what people wrote
    reason: Reason
    areas: tuple[int, ...] = ()  # whom it concerns; the first is whose turn it is in a round
    weight: float = 0.0  # within its section, the heaviest comes first
    minutes: int = 2
    waited: int | None = None  # seconds that the first area has been waited for, where somebody waits


def _said(kind: str, fact: Any, t: Words, area: Callable[[int], str], shown: Callable[[str], str]) -> str:
    if kind == "area":
        return shown(area(fact))
    if kind == "span":
        return t.span(fact)
    if kind == "day":
        return t.day(date.fromisoformat(fact))
    if kind == "number":
        return t.number(fact, 2)
    return t(fact) if kind == "term" else shown(str(fact))
