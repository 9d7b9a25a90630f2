"""The rules of the nudge: patterns over folded text, and the question that each category asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "pt", "es")


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of one category; the strongest tier, 3, is asked about first."""

    language: str
    category: str
    tier: int
    pattern: re.Pattern[str]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, strongest tier first. In a pattern, {NAME} stands for a row of words.tsv in its language."""
    found = [
        Rule(language, category, int(tier), re.compile(expanded(language, pattern)))
        for language, category, tier, pattern in _rows("patterns.tsv")
    ]
    return tuple(sorted(found, key=lambda rule: -rule.tier))


@cache
def asked(category: str, language: str) -> str:
    """The question of a category in a language, English where we don't speak it."""
    column = LANGUAGES.index(language[:2]) if language[:2] in LANGUAGES else 0
    return {row[0]: row[1:] for row in _rows("questions.tsv")}[category][column]


@cache
def words(language: str) -> dict[str, str]:
    return {name: said for of, name, said in _rows("words.tsv") if of == language}


@cache
def denied() -> re.Pattern[str]:
    """What, close before a piece of text, says that it is not meant: a denial, or a quotation mark."""
    said = "|".join(words(language)["DENIED"] for language in LANGUAGES)
    return re.compile(rf"(?:{said})\b[^.,;:!?\n]{{0,30}}$|\"$")


def spoken(folded: str) -> set[str]:
    """The languages that a folded text seems to be written in, by common words; all where there is no sign."""
    signs = {language: len(_common(language).findall(folded)) for language in LANGUAGES}
    return {language for language, n in signs.items() if 2 * n >= max(signs.values())}


@cache
def given_names() -> frozenset[str]:
    """First names that are common where our languages are spoken."""
    return frozenset(name for language in LANGUAGES for name in words(language)["NAME"].split("|"))


def expanded(language: str, pattern: str) -> str:
    for name, said in words(language).items():
        pattern = pattern.replace(f"{{{name}}}", f"(?:{said})")
    return expanded(language, pattern) if re.search(r"\{[A-Z]+\}", pattern) else pattern


@cache
def _common(language: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words(language)['COMMON']})\b")


def _rows(name: str) -> Iterator[list[str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return (line.split("\t") for line in lines[1:])
