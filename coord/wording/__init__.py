"""The wording nudge: questions about wording that blames, never a verdict."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from coord.wording.folded import Folded, fold
from coord.wording.rules import asked, denied, given_names, rules, spoken

MOST = 2  # questions about one text: more would be a lecture
LONGEST = 10_000  # characters that are read
_DENIABLE = {"human_error", "blame_noun", "character_label"}
_THINGS = {"product", "produto", "producto", "delivery", "entrega"}  # areas called so also name a thing
_PLACES = re.compile(r"\b(?:sao|san|santo|st\.?) $")  # São Paulo is not Paulo


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one piece of a text, `text[start:end]`."""

    category: str
    question: str
    start: int
    end: int


def questions(
    text: str,
    language: str,
    *,
    areas: Collection[str] = (),
    roles: Collection[str] = (),
    people: Collection[str] = (),
    most: int = MOST,
) -> list[Question]:
    """At most two questions, in `language`, about wording that blames; the strongest first.

    The text may be written in any of our languages, whatever its reader's is. Names of the company's areas, roles and
    people are recognised beside the usual ones.
    """
    folded = fold(text[:LONGEST])
    marked = _marked(folded, _names(tuple(areas), tuple(roles), tuple(people)))
    written_in = spoken(folded.folded) | {language[:2]}
    found: dict[str, Question] = {}
    for rule in rules():
        if rule.category in found or rule.language not in written_in:
            continue
        for match in rule.pattern.finditer(marked):
            if rule.category in _DENIABLE and _is_denied(marked, match.start()):
                continue
            start, end = folded.span(*match.span())
            found[rule.category] = Question(rule.category, asked(rule.category, language), start, end)
            break
        if len(found) == most:
            break
    return list(found.values())


def _is_denied(marked: str, start: int) -> bool:
    """Whether the words are mentioned, not meant: “this record does not look for culprits”."""
    return bool(denied().search(marked, max(start - 60, 0), start))


def _marked(folded: Folded, names: dict[str, str]) -> str:
    """The folded text with names replaced by capitals of the same length: A for areas, R for roles, P for people."""
    pattern = _pattern(frozenset(names))

    def mark(found: re.Match[str]) -> str:
        kind = names[found[0]]
        return kind * len(found[0]) if _is_name(folded, found, kind) else found[0]

    return pattern.sub(mark, folded.folded)


def _is_name(folded: Folded, found: re.Match[str], kind: str) -> bool:
    """Whether a word that is a name is one here: “product” and “mark” are, where they begin with a capital."""
    is_also_a_word = found[0] in _THINGS or (kind == "P" and " " not in found[0])
    is_a_place = kind == "P" and _PLACES.search(folded.folded, max(found.start() - 6, 0), found.start())
    return not is_a_place and (not is_also_a_word or folded.is_capital(found.start()))


@lru_cache(maxsize=16)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w@.])(?:{'|'.join(map(re.escape, ordered))})(?![\w@])")


@lru_cache(maxsize=16)
def _names(areas: tuple[str, ...], roles: tuple[str, ...], people: tuple[str, ...]) -> dict[str, str]:
    """Every name that is looked for, folded, and what it names."""
    found = dict.fromkeys(given_names(), "P")
    found |= dict.fromkeys(_folded(part for name in people for part in _parts(name)), "P")
    found |= dict.fromkeys(_folded(roles), "R")
    return found | dict.fromkeys(_folded(areas), "A")


def _folded(names: Iterable[str]) -> set[str]:
    return {bare for name in names if len(bare := fold(name.strip()).folded) > 2}


def _parts(name: str) -> list[str]:
    """How somebody is called at work: by the whole name, or by the first one; many last ones are also places."""
    return [name, *name.split()[:1]]
