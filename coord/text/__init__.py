"""Words in the reader's language: gettext catalogues, dates, numbers and spans of time."""

import gettext
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, dates, lists, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "pt-BR": "Português", "es": "Español"}
DAY = 86_400

# English is written with the day before the month and a 24-hour clock, as most of its readers here do.
_LOCALES = {"en": "en_GB", "pt-BR": "pt_BR", "es": "es"}


def N_(message: str) -> str:
    """Mark a sentence for translation where it stands in a table; it is translated where it is shown."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with a number where it stands in a table; shown by `Words.plural`."""
    return one, many


def NC_(_context: str, message: str) -> str:
    """Mark a word whose translation depends on where it stands; shown by `Words.inside`."""
    return message


def match(accept_language: str | None) -> str:
    """The language of ours that a browser's Accept-Language header, or a plain tag, asks for first."""
    for wish in (accept_language or "").split(","):
        base = wish.split(";")[0].strip().lower()[:2]
        for language in LANGUAGES:
            if language[:2] == base:
                return language
    return "en"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; English is the source and needs none."""
    path = Path(__file__).parent / f"{language.replace('-', '_')}.po"
    if not path.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.replace("-", "_")))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Words:
    """Everything that is said to one reader: `t("Ask {area}", area=name)`, `t.day(day)`, `t.span(seconds)`."""

    def __init__(self, language: str = "en", zone: str = "UTC") -> None:
        self.language = language if language in LANGUAGES else "en"
        self.zone = ZoneInfo(zone)
        self.locale = Locale.parse(_LOCALES[self.language])
        self._catalogue = catalogue(self.language)

    def __call__(self, message: str, /, **facts: Any) -> str:
        said = self._catalogue.gettext(message)
        return said.format(**facts) if facts else said

    def plural(self, one: str, many: str, n: int, /, **facts: Any) -> str:
        """The form for `n`, which fills `{n}` written in the reader's way."""
        return self._catalogue.ngettext(one, many, n).format(n=self.number(n), **facts)

    def inside(self, context: str, message: str, /, **facts: Any) -> str:
        """A word whose translation depends on where it stands ("Delivered" as a button or as a state)."""
        said = self._catalogue.pgettext(context, message)
        return said.format(**facts) if facts else said

    def number(self, value: float, digits: int = 0) -> str:
        shape = "#,##0" + ("." + "#" * digits if digits else "")
        return numbers.format_decimal(value, shape, locale=self.locale)

    def percent(self, share: float, *, whole: bool = True) -> str:
        """A share in hundredths: whole ones, or with the decimals that it has."""
        return numbers.format_percent(share, locale=self.locale, decimal_quantization=whole)

    def day(self, day: date, *, today: date | None = None) -> str:
        """A day, short; with its year where that is not the year of `today`."""
        with_year = today is not None and day.year != today.year
        if self.language == "en":
            return dates.format_date(day, "d MMM y" if with_year else "d MMM", locale=self.locale)
        return dates.format_date(day, "d/M/y" if with_year else "d/M", locale=self.locale)

    def weekday(self, day: date) -> str:
        return dates.format_date(day, "EEE", locale=self.locale)

    def long_day(self, day: date) -> str:
        return dates.format_date(day, "long", locale=self.locale)

    def instant(self, at: int) -> str:
        """A day and an hour in the reader's zone."""
        local = datetime.fromtimestamp(at, UTC).astimezone(self.zone)
        return f"{dates.format_date(local, 'medium', locale=self.locale)}, {local:%H:%M}"

    def hour(self, at: int) -> str:
        """The time of day in the reader's zone."""
        return f"{datetime.fromtimestamp(at, UTC).astimezone(self.zone):%H:%M}"

    def iso(self, at: int | None) -> str:
        """A day and an hour in the reader's zone, as a spreadsheet reads them; empty for none."""
        return (
            datetime.fromtimestamp(at, UTC).astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
            if at is not None
            else ""
        )

    def span(self, seconds: float) -> str:
        """How long: days from two days on, hours below, minutes under an hour."""
        if seconds >= 2 * DAY:
            return self.plural("{n} day", "{n} days", int(seconds // DAY))
        if seconds >= 3600:
            return self.plural("{n} hour", "{n} hours", int(seconds // 3600))
        return self.plural("{n} minute", "{n} minutes", int(max(seconds, 0) // 60))

    def days(self, value: float) -> str:
        """A number of days for a chart's sentence: always one decimal under ten, so that it is never 1; none above."""
        shape = "0.0" if value < 9.95 else "#,##0"
        return numbers.format_decimal(round(value, 1 if value < 9.95 else 0), shape, locale=self.locale)

    def list(self, items: Iterable[str]) -> str:
        return lists.format_list(list(items), locale=self.locale)
