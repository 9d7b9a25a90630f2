"""What people type, made fit to keep: invisible characters go, lengths are checked, links are safe."""

import re
import unicodedata
from urllib.parse import urlsplit

from coord.refusal import Refused

LINE = 255
PROSE = 10_000

# Controls, zero-width, filler and tag characters: invisible, and used to hide or to break text. Bidirectional
# isolates, the joiners inside emoji and Persian words, and the line feed stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_ISOLATES = re.compile("[\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029]")
_LINKS = {"http", "https", "mailto"}


def line(value: str | None, limit: int = LINE) -> str | None:
    """One line of text, or None where nothing readable was typed. Raises Refused when it is too long."""
    text = _kept(" ".join(_clean(value, limit).split()), limit)
    if text is not None and not text.isascii():
        folded = fold(text)  # some characters unfold to many, to more than an index takes
        if len(folded) > 4 * limit or len(folded.encode()) > 10 * limit:
            _too_long(limit, len(folded))
    return text


def prose(value: str | None, limit: int = PROSE) -> str | None:
    """Text of several lines, or None where nothing readable was typed. Raises Refused when it is too long."""
    return _kept(_clean(value, limit).strip(), limit)


def link(value: str | None) -> str | None:
    """A link that is safe to click. Raises Refused for anything but http, https and mailto."""
    typed = line(value, 2_000)
    if typed is None:
        return None
    try:
        parts = urlsplit(typed)
    except ValueError:
        parts = None
    if parts is None or parts.scheme.lower() not in _LINKS or re.search(r"\s", typed):
        raise Refused(
            "A link starts with https:// (or http://, or mailto:). Check the link, or leave it empty."
        )
    return typed


def fold(value: str) -> str:
    """Text as it is compared and searched: no accents, no case, nothing invisible, single spaces."""
    parts = unicodedata.normalize("NFKD", _visible(value))
    bare = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _clean(value: str | None, limit: int) -> str:
    if value is None:
        return ""
    if len(value) > 4 * limit + 1_000:  # normalising megabytes would take seconds
        _too_long(limit, len(value))
    text = unicodedata.normalize("NFC", _visible(_LINE_ENDS.sub("\n", value)))
    if not _is_balanced(text):
        text = _ISOLATES.sub("", text)  # an open one would turn round whatever stands behind it
    return text if _readable(text) else ""


def _visible(value: str) -> str:
    """Without invisible characters, and without halves of characters."""
    return _INVISIBLE.sub("", value.encode("utf-8", "ignore").decode())


def _readable(text: str) -> bool:
    return any(unicodedata.category(c)[0] not in "CZM" and c != "\u2800" for c in text)


def _is_balanced(text: str) -> bool:
    """Whether every bidirectional isolate is closed again, and none was closed that wasn't open."""
    open_ones = 0
    for mark in _ISOLATES.findall(text):
        open_ones += -1 if mark == "\u2069" else 1
        if open_ones < 0:
            return False
    return open_ones == 0


def _kept(text: str, limit: int) -> str | None:
    if len(text) > limit:
        _too_long(limit, len(text))
    return text or None


def _too_long(limit: int, length: int) -> None:
    raise Refused(
        "At most {limit} characters fit here; this has {length}. Shorten it and save again.",
        limit=limit,
        length=length,
    )
