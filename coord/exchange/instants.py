"""Reading instants and days as files write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from coord import company
from coord.refusal import Refused

EARLIEST, LATEST = 2000, 2100

_NUMERIC = re.compile(
    r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})"
    r"(?:[T,\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*([AaPp]\.?[Mm]\.?)?)?"
)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(.*)", re.DOTALL)


class Instant(NamedTuple):
    """An instant as it was written: microseconds since 1970 (UTC), and whether only its day was."""

    micros: int
    day: date
    is_day: bool

    @property
    def at(self) -> int:
        """Cut to whole seconds."""
        return self.micros // 1_000_000


class Instants:
    """Reads the instants of one file: in its zone, its format, its order of day and month."""

    def __init__(self, zone: str = "UTC", time_format: str | None = None, order: str = "dmy") -> None:
        self.zone = company.check_zone(zone)
        self.time_format, self.order = time_format, order
        self._known: dict[str | date, Instant] = {}

    def read(self, value: str | date) -> Instant:
        """The instant written here. Raises Refused when it is none, or lies too far away."""
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = self._read(value)
        return known

    def _read(self, value: str | date) -> Instant:
        try:
            moment, is_day = _typed(value) if isinstance(value, date) else self._parsed(value.strip())
        except (ValueError, OverflowError):
            raise Refused("“{value}” is not a date that can be read.", value=str(value)[:60]) from None
        if not EARLIEST <= moment.year < LATEST:
            raise Refused(
                "{value} lies too far away: only the years {first} to {last} can be.",
                value=str(value)[:60],
                first=str(EARLIEST),
                last=str(LATEST - 1),
            )
        local = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
        whole = int(local.astimezone(UTC).replace(microsecond=0).timestamp())
        return Instant(whole * 1_000_000 + moment.microsecond, local.astimezone(self.zone).date(), is_day)

    def _parsed(self, text: str) -> tuple[datetime, bool]:
        if self.time_format is not None:
            try:
                moment = datetime.strptime(text, self.time_format)  # noqa: DTZ007
            except ValueError:
                pass  # columns beside the one with the format are often written in ISO
            else:
                return _at_noon(moment, not re.search("%[HIXTcs]", self.time_format))
        if found := _NUMERIC.fullmatch(text):
            return self._numeric(found)
        if found := _YEAR_FIRST.fullmatch(text):
            text = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}{found[4]}"
        if not re.match(r"\d{4}-?\d{2}-?\d{2}", text):
            raise ValueError(text)
        return _at_noon(
            datetime.fromisoformat(text.replace(" UTC", "Z")), ":" not in text and len(text) <= 10
        )

    def _numeric(self, found: re.Match[str]) -> tuple[datetime, bool]:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day, month = (second, first) if self.order == "mdy" else (first, second)
        year += 2000 if len(found[4]) == 2 else 0
        if found[5] is None:
            return datetime.combine(date(year, month, day), time(12)), True
        hour = int(found[5])
        if found[9]:
            if not 1 <= hour <= 12:
                raise ValueError(found[0])
            hour = hour % 12 + (12 if found[9][0] in "pP" else 0)
        micro = int((found[8] or "0").ljust(6, "0"))
        return datetime(year, month, day, hour, int(found[6]), int(found[7] or 0), micro), False  # noqa: DTZ001


def order_of(values: Iterable[str | date]) -> str | None:
    """Whether days or months come first in dates like 13/04/2026; None when no date says so.

    Raises Refused when many say the one and many the other; one in twenty may be a slip, which its row will answer for.
    """
    seen: dict[str, list[str]] = {"dmy": [], "mdy": []}
    for value in values:
        found = _NUMERIC.fullmatch(value.strip()) if isinstance(value, str) else None
        if found and (int(found[1]) > 12) != (int(found[3]) > 12):
            seen["dmy" if int(found[1]) > 12 else "mdy"].append(found[0])
    fewer, more = sorted(seen, key=lambda order: len(seen[order]))
    if 20 * len(seen[fewer]) > len(seen[more]):
        raise Refused(
            "The dates contradict each other: {one} has the day first, {other} the month. Give their format, such as "
            "{example}.",
            example="%d/%m/%Y",
            one=seen["dmy"][0],
            other=seen["mdy"][0],
        )
    return more if seen[more] else None


def _typed(value: date) -> tuple[datetime, bool]:
    """A cell that holds a date: at midnight exactly it is a day without an hour."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time(12)), True
    return _at_noon(value, value.time() == time(0))


def _at_noon(moment: datetime, is_day: bool) -> tuple[datetime, bool]:
    return (moment.replace(hour=12) if is_day else moment), is_day
