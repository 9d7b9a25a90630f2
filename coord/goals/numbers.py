"""Numbers of goals, as people type them in their own language."""

import math
import re

from babel.numbers import NumberFormatError, parse_decimal

from coord.refusal import Refused
from coord.text import Words

LARGEST = 1e11  # with four decimals, all that a double holds exactly enough to be shown as it was typed
DECIMALS = 4


def number(typed: str | None, t: Words) -> float:
    """The number that somebody typed in their language's way, a percent sign behind it or not.

    Raises Refused, with an example of theirs, for whatever could be read in two ways or not at all.
    """
    bare = re.sub(r"\s*%$", "", (typed or "").strip()).replace("\u2212", "-").replace("\u00a0", "")
    if not bare:
        raise Refused("Type a number.")
    example = t.number(1234.5, 1)
    if not re.fullmatch(r"[+-]?[0-9][0-9.,]*", bare, re.ASCII):
        raise Refused("“{typed}” is not a number. Write it like {example}.", typed=bare[:40], example=example)
    try:
        return kept(float(parse_decimal(bare, locale=t.locale, strict=True)))
    except NumberFormatError:
        raise Refused(
            "“{typed}” can't be read for certain. Write the number like {example}.",
            typed=bare[:40],
            example=example,
        ) from None


def kept(value: float) -> float:
    """A number as it is kept, with at most four decimals. Raises Refused for one that is none, or too large."""
    if not math.isfinite(value) or abs(value) >= LARGEST:
        raise Refused("This number is too large. Choose a larger unit, such as thousands or millions.")
    return round(value, DECIMALS) + 0.0  # and no minus before a zero
