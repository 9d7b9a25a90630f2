"""What stands on every agenda: the sections with their minutes, the fixed items, and the first three hours' own."""

from dataclasses import dataclass
from typing import NamedTuple

from coord.meetings.records import Item, Meeting
from coord.proposal import AgendaItem, Fact, Reason
from coord.text import N_, Words

# Minutes of each section; together they are what an hour has that ends in time.
BUDGETS = {"open": 2, "read": 4, "goals": 6, "promises": 6, "requests": 17, "issues": 15, "close": 5}
LIMIT = sum(BUDGETS.values())
FIXED = "fixed"  # how the subject of a fixed item begins
ALL = frozenset({"goals", "promises", "requests", "issues"})
FIRST_ROUND = 48  # minutes at most for the first hour's one round


@dataclass(frozen=True, slots=True)
class Known:
    """What the fixed items say about this meeting."""

    number: int  # which hour of the company it is
    areas: int  # how many take part
    before: Meeting | None  # the last one that was held
    improvement: str | None  # what it wanted to do better


class Template(NamedTuple):
    """An hour's fixed items, and the sections that the rooms' proposals fill."""

    fixed: list[AgendaItem]
    sections: frozenset[str]


def template(known: Known) -> Template:
    """The agenda as it stands before anything is proposed."""
    made = {1: _first, 2: _second, 3: _third}.get(known.number, _usual)(known)
    return Template([*_opening(known), *made.fixed, *_CLOSE], made.sections)


def is_fixed(item: Item) -> bool:
    """Whether an item belongs to the hour itself, and not to what was going on."""
    return (item.subject or "").startswith(f"{FIXED}:")


def title(item: Item, t: Words) -> str:
    """What an item is called: what people wrote, or our own words for what stands on every agenda."""
    return t(item.title) if is_fixed(item) else item.title


def _fixed(section: str, kind: str, title: str, minutes: int, message: str = "", **facts: Fact) -> AgendaItem:
    return AgendaItem(section, kind, f"{FIXED}:{kind}", title, Reason(message, facts), minutes=minutes)


_READ = _fixed("read", "read", N_("What changed since last week, and what is missing"), BUDGETS["read"],
               N_("Everybody reads for themselves, without a word."))  # fmt: skip
_WANTS = _fixed("requests", "wants", N_("The one thing that each area wants this week"), 1,
                N_("Every area has a turn; this week another one begins."))  # fmt: skip
_CLOSE = [
    _fixed("close", "read_back", N_("Promises read back, area by area"), 2,
           N_("So that everybody leaves knowing what they promised.")),
    _fixed("close", "messages", N_("Messages to people who are not here"), 1),
    _fixed("close", "rating", N_("Was I heard? Was it worth the hour? One thing to do better"), 2,
           N_("Shown to nobody by name.")),
]  # fmt: skip


def _opening(known: Known) -> list[AgendaItem]:
    here = N_("Who is here")
    if known.improvement is None:
        return [_fixed("open", "here", here, BUDGETS["open"])]
    words: Fact = ("words", known.improvement)
    again = _fixed(
        "open", "improvement", N_("To do better this time"), 1, N_("Said last time: {line}"), line=words
    )
    return [again, _fixed("open", "here", here, 1)]


def _usual(known: Known) -> Template:
    return Template([_READ, _WANTS], ALL)


def _first(known: Known) -> Template:
    minutes = min(4 * max(known.areas, 1), FIRST_ROUND)
    offers = _fixed("requests", "offers", N_("Each area says one thing it needs, and one it can offer"), minutes,
                    N_("The first hour: whoever is asked answers on the spot."))  # fmt: skip
    return Template([offers], frozenset())


def _second(known: Known) -> Template:
    issue = _fixed("issues", "first_issue", N_("The first issue: what happened between two areas, and what we change"),
                   BUDGETS["issues"] - 5, N_("The second hour: the first promises are due, and the first issue is told."))  # fmt: skip
    return Template([_READ, _WANTS, issue], ALL - {"goals"})


def _third(known: Known) -> Template:
    goals = _fixed("goals", "first_goals", N_("The first goals: each area says one, with its measure and its day"),
                   2 * BUDGETS["goals"], N_("The third hour: where every area wants to be, and by when."))  # fmt: skip
    return Template([_READ, goals, _WANTS], ALL)
