"""Text as the rules read it: no accents, no case, one space between words; each character knows where it came from."""

import unicodedata
from dataclasses import dataclass

_QUOTES = str.maketrans("’‘`´“”«»„", '\'\'\'\'"""""')


@dataclass(frozen=True, slots=True)
class Folded:
    """A text and its folded form; `places[i]` is where the folded character i stands in the text."""

    text: str
    folded: str
    places: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a folded piece stands in the text, without what only sets it off."""
        while start < end - 1 and self.folded[start] in ' \n.,;:"':
            start += 1
        while end > start + 1 and self.folded[end - 1] in " \n":
            end -= 1
        last = self.places[end - 1] + 1
        while last < len(self.text) and unicodedata.combining(self.text[last]):
            last += 1
        return self.places[start], last

    def is_capital(self, at: int) -> bool:
        """Whether a folded character was written as a capital."""
        return self.text[self.places[at]].isupper()


def fold(text: str, most: int = 10_000) -> Folded:
    """Fold a text character by character, to at most so many: some characters unfold to eighteen."""
    folded: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for bare in _bare(character):
            if bare == " " and folded and folded[-1] in " \n":
                continue
            folded.append(bare)
            places.append(at)
        if len(folded) >= most:
            break
    return Folded(text, "".join(folded[:most]), places[:most])


def _bare(character: str) -> str:
    if character.isascii():
        kept = character.lower()
    else:
        parts = unicodedata.normalize("NFKD", character.translate(_QUOTES))
        kept = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return "".join("\n" if c in "\n\r" else " " if c.isspace() else c for c in kept)
