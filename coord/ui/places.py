"""Where a company is: time zones, countries and their parts, weekdays and holidays, named in the reader's language."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

import holidays
from babel.core import get_global

from coord.text import Words, typed

_CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
_HOLIDAY_LANGUAGES = {"en": "en_US", "pt-BR": "pt_BR", "es": "es"}


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.split("/")[0] in _CONTINENTS))


def zones(*kept: str | None) -> list[str]:
    """The time zones of the world's places, and those that are set already."""
    return [*_zones(), *sorted({zone for zone in kept if zone} - set(_zones()))]


def zone_name(zone: str) -> str:
    """A zone as one reads and searches it: America/Sao Paulo."""
    return zone.replace("_", " ")


def country_of(zone: str) -> str:
    """The country that a time zone is in, where its holidays are known; else empty."""
    country = get_global("zone_territories").get(get_global("zone_aliases").get(zone, zone), "")
    return country if country in holidays.list_supported_countries(include_aliases=False) else ""


def countries(t: Words) -> dict[str, str]:
    """The countries whose public holidays are known: code → name, in alphabetical order."""
    return _countries(t.language)


@lru_cache(maxsize=8)
def _countries(language: str) -> dict[str, str]:
    names = Words(language).locale.territories
    codes = holidays.list_supported_countries(include_aliases=False)
    named = {code: str(names.get(code, code)) for code in codes}
    return dict(sorted(named.items(), key=lambda item: typed.fold(item[1])))


def parts(country: str | None) -> dict[str, str]:
    """A country's parts with holidays of their own: code → name."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return {}
    known = holidays.country_holidays(country)
    spelt = {code: name for name, code in getattr(known, "subdivisions_aliases", {}).items()}
    named = {code: f"{spelt[code]} ({code})" if code in spelt else code for code in known.subdivisions}
    return dict(sorted(named.items(), key=lambda item: typed.fold(item[1])))


def holidays_ahead(country: str | None, part: str | None, today: date, t: Words, most: int = 3) -> list[str]:
    """The next public holidays as the company's calendar counts them, with their names where they are known."""
    if country is None or (part is not None and part not in parts(country)):
        return []
    known = holidays.country_holidays(
        country, subdiv=part, years=(today.year, today.year + 1), language=_HOLIDAY_LANGUAGES[t.language]
    )
    ahead = sorted((day, name) for day, name in known.items() if day >= today)[:most]
    return [f"{t.weekday(day)} {t.day(day, today=today)} ({name})" for day, name in ahead]


def weekdays(t: Words) -> list[str]:
    """The days of the week from Monday on."""
    names = t.locale.days["stand-alone"]["wide"]
    return [str(names[day]).capitalize() for day in range(7)]


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days as first and last of each run without a gap, in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day.toordinal() == found[-1][1].toordinal() + 1:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
