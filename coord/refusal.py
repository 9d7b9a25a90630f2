"""How a rule says no: a sentence that can be translated, with its facts."""

from collections.abc import Callable
from typing import Any, Protocol


class Term(str):
    """A fact that is itself a word of ours, translated when the sentence is shown."""

    context: str | None

    def __new__(cls, message: str, context: str | None = None) -> "Term":
        term = super().__new__(cls, message)
        term.context = context
        return term


class Reader(Protocol):
    """Whoever translates: coord.text.Words."""

    def __call__(self, message: str, /, **facts: Any) -> str: ...
    def inside(self, context: str, message: str, /, **facts: Any) -> str: ...


class Refused(Exception):
    """A rule said no. `message` is a source sentence; `facts` fill its braces when it is shown."""

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts

    def __str__(self) -> str:
        return self.message.format(**self.facts)

    def said(self, t: Reader, shown: Callable[[str], str] = str) -> str:
        """The sentence in the reader's language; `shown` makes people's words fit for where it stands."""
        return t(self.message, **{name: _said(fact, t, shown) for name, fact in self.facts.items()})


class Changed(Refused):
    """Somebody else changed the row since the form was drawn: show it, and keep what was typed."""


class Repeated(Refused):
    """This very submission is already recorded; nothing was done twice."""


class Busy(Refused):
    """The database had no turn for this write in time; nothing was saved."""


class Trouble(Refused):
    """The database can't do its work now: a full disk, a lost connection, a damaged file. See coord.trouble."""


def _said(fact: Any, t: Reader, shown: Callable[[str], str]) -> Any:
    if not isinstance(fact, Term):
        return shown(fact) if isinstance(fact, str) else fact
    return t.inside(fact.context, str(fact)) if fact.context else t(str(fact))


def changed() -> Changed:
    """The refusal of whoever saves a form that was drawn before somebody else's change."""
    return Changed("Somebody else changed this in the meantime. Look at what is new, then save again.")
