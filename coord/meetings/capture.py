"""One line, typed while others speak: "Support: export of open tickets by Friday" is a request with its area and day."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache

from babel import Locale

from coord.text import typed

_LANGUAGES = ("en", "pt", "es")
_SIDES = re.compile(r"\s*(?:->|→|>)\s*")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{2}|\d{4}))?")
_BEFORE = {"by", "until", "till", "on", "before", "due", "ate", "antes", "para", "em", "no", "na", "dia", "hasta", "del", "the",
           "de", "el", "la", "o", "a", "this", "next", "esta", "este", "proxima", "proximo"}  # fmt: skip
_NEAR = {"today": 0, "hoje": 0, "hoy": 0, "tomorrow": 1, "amanha": 1, "manana": 1}
_MEETING = {"next meeting", "proxima reuniao", "proxima reunion"}


@dataclass(frozen=True, slots=True)
class Captured:
    """What a line says; what it leaves open is None, and is chosen before it counts."""

    what: str
    from_area: int | None = None
    to_area: int | None = None
    day: date | None = None


def captured(line: str, *, areas: Mapping[int, str], today: date, meeting_on: date | None = None) -> Captured:
    """Read a line: an area before a colon (or "Sales > Support:"), and a day at its end, in any of our languages."""
    text = typed.line(line, 2_000) or ""
    head, colon, rest = text.partition(":")
    sides = [_area(name, areas) for name in _SIDES.split(head)] if colon else []
    is_named = 0 < len(sides) <= 2 and None not in sides and rest.strip()
    what, day = _day_at_the_end(rest.strip() if is_named else text, today, meeting_on)
    if not is_named:
        return Captured(what, day=day)
    return Captured(what, sides[0] if len(sides) == 2 else None, sides[-1], day)


def _area(name: str, areas: Mapping[int, str]) -> int | None:
    """The one area that is called so, begins so, or nearly so."""
    wanted = typed.fold(name)
    folded = {typed.fold(called): area_id for area_id, called in areas.items()}
    if not wanted or wanted in folded:
        return folded.get(wanted)
    begin = [area_id for called, area_id in folded.items() if called.startswith(wanted) and len(wanted) > 2]
    if len(begin) == 1:
        return begin[0]
    near = get_close_matches(wanted, folded, n=1, cutoff=0.8)
    return folded[near[0]] if near else None


def _day_at_the_end(text: str, today: date, meeting_on: date | None) -> tuple[str, date | None]:
    """The text without the day that it ends with, and that day."""
    words = text.split()
    for many in (4, 3, 2, 1):
        if len(words) <= many:
            continue
        tail = [typed.fold(word).strip(".,;!?") for word in words[-many:]]
        if many == 1 and len(tail[0]) < 4 and typed.fold(words[-2]) not in _BEFORE:
            continue  # "may" and "mar" are more often something else than a day
        day = _day(tail, today, meeting_on)
        if day is not None:
            kept = words[:-many]
            while len(kept) > 1 and typed.fold(kept[-1]) in _BEFORE:
                kept.pop()
            return " ".join(kept).rstrip(",;–- "), day
    return text, None


def _day(words: Sequence[str], today: date, meeting_on: date | None) -> date | None:
    if " ".join(words) in _MEETING:
        return meeting_on
    if len(words) == 1:
        return _one_word(words[0], today)
    bare = [word for word in words if word not in ("de", "of", "del")]
    if len(bare) != 2:
        return None
    number, month = bare if bare[0].isdigit() else bare[::-1]
    return _this_or_next(today, month=_months().get(month), day=int(number)) if number.isdigit() else None


def _one_word(word: str, today: date) -> date | None:
    if word in _NEAR:
        return today + timedelta(days=_NEAR[word])
    if (weekday := _weekdays().get(word)) is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7 or 7)
    if not (found := _DATE.fullmatch(word)):
        return None
    day, month, year = found.groups()
    if year is None:
        return _this_or_next(today, month=int(month), day=int(day))
    return _valid(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _this_or_next(today: date, *, month: int | None, day: int) -> date | None:
    """The next such day from today on."""
    found = [_valid(today.year + later, month or 0, day) for later in (0, 1)]
    return next((one for one in found if one is not None and one >= today), None)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _weekdays() -> dict[str, int]:
    """Every name of a weekday in our languages, folded: "sexta-feira" and "sexta" too."""
    found = _names(lambda locale: [locale.days["format"][width] for width in ("wide", "abbreviated")])
    return found | {name.removesuffix("-feira"): day for name, day in found.items()}


@cache
def _months() -> dict[str, int]:
    return _names(lambda locale: [locale.months["format"][width] for width in ("wide", "abbreviated")])


def _names(of: Callable[[Locale], Iterable[Mapping[int, str]]]) -> dict[str, int]:
    tables = [table for language in _LANGUAGES for table in of(Locale.parse(language))]
    return {typed.fold(name).strip("."): number for table in tables for number, name in table.items()}
