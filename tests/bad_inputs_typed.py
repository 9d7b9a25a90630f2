"""What becomes of a text at a field that takes any: it is kept as it should be, refused as too long, or is nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from coord.requests import MOVES
from coord.text.typed import LINE, PROSE
from tests.bad_inputs import EITHER, NOTHING, TOO_LONG, Typed
from tests.bad_inputs_rooms import TEXT, Call, Field, Ledger, came

# The fields that take one of a list, an address, a link or a secret, and not any text.
CHOSEN = frozenset({"address", "area", "but", "channel", "country", "device_id", "direction", "email", "factors", "follows",
                    "holiday_rule", "host", "kind", "language", "link", "outcome", "password", "result", "right", "rights",
                    "section", "security", "servers", "size", "sphere", "status", "subdivision", "zone"})  # fmt: skip
ALREADY = {("departures.erase", "name")}  # what stands here already has to be typed again
# The fields that must say something: everywhere, or in one action.
SAID = frozenset({"because", "client_id", "happened", "label", "measure", "name", "procedure", "purpose", "reason", "sign",
                  "title", "titles", "what"})  # fmt: skip
SAID_HERE = {("meetings.drop", "why"), ("meetings.drop_item", "why"), ("requests.join", "why"), ("meetings.record", "text"),
             ("meetings.record: for no area", "text"), ("meetings.record: a decision", "text"),
             ("meetings.record: a decision", "decided_by"), ("meetings.record: after the close", "text")}  # fmt: skip
SHORT = re.compile(r"refused: At most (\d+) characters fit here")
NO_CHANGE = "refused: Nothing is different"


@dataclass
class Form:
    """The fields of one action that take any text, and how each keeps one: in one line or in several."""

    session: Session
    call: Call
    ledger: Ledger
    fields: list[Field] = field(default_factory=list)
    lines: set[Field] = field(default_factory=set)
    columns: dict[Field, set[str]] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.fields = [one for one in self.call.fields() if one.kind == TEXT and _takes_any(self.call, one)]
        self.came({})
        self.before = self.ledger.texts()

    def came(self, values: dict[Field, Any]) -> str:
        return came(self.session, self.call, values, self.ledger)

    def must_say(self, one: Field) -> bool:
        name = _name(one)
        move = MOVES.get(self.call.action.removeprefix("requests.move: "))
        if move is not None:
            return name in (*move.required, "what")
        return name in SAID or (self.call.action, name) in SAID_HERE

    def lost(self) -> Iterator[str]:
        """The fields that keep no text; each is asked alone, and how it keeps one is learned."""
        for one in self.fields:
            how = self.came({one: "Some\nwords"})
            kept = {text: name for name, text in self.ledger.kept}
            if how != "done" or not {"Some words", "Some\nwords"} & kept.keys():
                yield f"{one}: {how}"
            if "Some words" in kept:
                self.lines.add(one)
            self.columns[one] = {name for name, text in self.ledger.kept if text.split() == ["Some", "words"]}
            self.before |= {text for text in self.ledger.texts() if text.split() != ["Some", "words"]}

    def wrong(self, typed: Typed, turn: int) -> Iterator[str]:
        """What becomes of a text at these fields and must not."""
        if typed.becomes == NOTHING:
            yield from self._something(typed)
        elif typed.becomes in (TOO_LONG, EITHER):
            for one in dict.fromkeys((self.fields[turn % len(self.fields)], *self._too_short(typed))):
                yield from self._other(typed, {one: ""})
        else:
            bare = self.fields[
                turn % len(self.fields)
            ]  # as it was typed; the others each have a mark of their own
            yield from self._other(
                typed, {one: "" if one == bare else f" ({n})" for n, one in enumerate(self.fields)}
            )

    def _too_short(self, typed: Typed) -> list[Field]:
        """The fields that a text is just too long for: a little more than a line, or far more than several."""
        is_line = len(typed.text) < PROSE
        return [one for one in self.fields if typed.becomes == TOO_LONG and (one in self.lines) == is_line]

    def _something(self, typed: Typed) -> Iterator[str]:
        """Where something must be said, nothing is refused; elsewhere nothing is kept."""
        for one in filter(self.must_say, self.fields):
            how = self.came({one: typed.text})
            if not how.startswith("refused") or how.startswith(NO_CHANGE):
                yield f"{one}: {how}"
        others = [one for one in self.fields if not self.must_say(one)]
        how = self.came(dict.fromkeys(others, typed.text)) if others else "done"
        columns = {name for one in others for name in self.columns[one]}
        made_up = {text for name, text in self.ledger.kept if name in columns} - self.before if others else ()
        if how != "done" and not how.startswith(NO_CHANGE):
            yield f"{others}: {how}"
        elif made_up:
            yield f"{others}: kept {made_up}"

    def _other(self, typed: Typed, marks: dict[Field, str]) -> Iterator[str]:
        """Every field keeps its own text; where one of several has no room for it, each is asked alone."""
        how = self.came({one: _marked(typed.text, mark) for one, mark in marks.items()})
        short = SHORT.match(how)
        if short and len(marks) > 1:
            for one in marks:
                yield from self._other(typed, {one: ""})
        elif short:
            if typed.becomes != EITHER and int(short[1]) >= len(typed.text):
                yield f"{[*marks]}: {how}"
        elif how != "done":
            yield f"{[*marks]}: {how}"
        else:
            kept = self.ledger.texts()
            yield from (
                f"{one}: lost" for one, mark in marks.items() if self._kept(typed, one, mark) not in kept
            )

    def _kept(self, typed: Typed, one: Field, mark: str) -> str:
        kept = _marked(typed.kept, mark)
        return " ".join(kept.split()) if one in self.lines else kept


def _marked(text: str, mark: str) -> str:
    """A text with a mark at its end; what fills a line still fits into it."""
    return text[: -len(mark)] + mark if mark and len(text) == LINE else text + mark


def _name(one: Field) -> str:
    return one.inner or one.name


def _takes_any(call: Call, one: Field) -> bool:
    return _name(one) not in CHOSEN and (call.action, _name(one)) not in ALREADY
