"""Any value at any field of any action: how an action is called is taken from the rules of who may do it."""

import re
import types
import unicodedata
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from inspect import signature
from typing import Any, Union, get_args, get_origin, get_type_hints

from sqlalchemy import event
from sqlalchemy.orm import Session

from coord import goals, issues, trouble
from coord.refusal import Refused
from coord.requests import ASK_FACTS, MOVES
from coord.text import LANGUAGES, Words
from coord.ui.plain import plain
from tests.rights import ROOMS, RULES
from tests.stage import Rule, Stage
from tests.test_rights import taken_back

# What no form and no file holds, or what the program itself makes.
NOT_TYPED = {"session", "by", "at", "told", "verb", "reference", "subject"}
MADE = {("backup.give", "name"), ("exchange.write", "parsed"), ("exchange.write", "file_name"), ("exchange.write", "digest"),
        ("roster.bring", "file")}  # fmt: skip
WRITING = ("INSERT", "UPDATE", "DELETE")
SAID = [Words(language) for language in LANGUAGES]

TEXT, WHOLE, NUMBER, DAY = "text", "whole", "number", "day"
KINDS = {str: TEXT, int: WHOLE, float: NUMBER, date: DAY}


def _taken_by(action: Any) -> dict[str, Any]:
    """What an action takes that a later one may change by name."""
    hints = get_type_hints(action)
    return {
        name: hints[name]
        for name in signature(action).parameters.keys() - NOT_TYPED - {"area", "issue_id", "seen"}
    }


# What the facts are that actions take by name, and of which type each is.
ASKED = {name: date if name == "needed_on" else str for name in ASK_FACTS}
MOVED = {"text": str, "day": date, "link": str, "to_area": int, "handler": int, "decided_by": str}
WRITTEN = dict.fromkeys(issues.FACTS, str) | {"factors": list[str], "from_area": int, "to_area": int}
BY_NAME: dict[str, dict[str, Any]] = {
    "requests.ask": ASKED,
    "goals.change": _taken_by(goals.set_goal),
    "issues.write": WRITTEN,
    "issues.amend": WRITTEN,
    "issues.amend_change": _taken_by(issues.change_procedure),
    "meetings.correct": {"area": int, "to_area": int, "decided_by": str},
}


class Seen(Exception):
    """How an action is called, instead of doing it."""


@dataclass(frozen=True)
class Field:
    """Where one value of a call lies: the name of an argument, and the name of a fact in it."""

    name: str
    inner: str = ""
    kind: str = TEXT
    many: bool = False


@dataclass(frozen=True)
class Call:
    """One action as somebody does who may, with its arguments."""

    action: str
    rule: Rule
    do: Any
    arguments: dict[str, Any]

    def fields(self) -> list[Field]:
        """Everything in it that could be typed or sent."""
        return [
            found
            for name, kind in self._hints().items()
            for found in _fields(name, kind, self.arguments.get(name))
        ]

    def taken(self) -> set[str]:
        """The names of what it takes, but for what nobody types, and for a yes or a no."""
        return {name for name, hint in self._hints().items() if hint is not bool}

    def _hints(self) -> dict[str, Any]:
        hints, taken = get_type_hints(self.do), signature(self.do).parameters
        plain_name = self.action.partition(":")[0]
        found = {name: hints[name] for name, one in taken.items()
                 if name not in NOT_TYPED and (plain_name, name) not in MADE and one.kind is not one.VAR_KEYWORD}  # fmt: skip
        if any(one.kind is one.VAR_KEYWORD for one in taken.values()):
            found |= self._moved() if plain_name == "requests.move" else BY_NAME[plain_name]
        return found

    def _moved(self) -> dict[str, Any]:
        facts = MOVES[self.arguments["verb"]].facts
        return {name: (MOVED | ASKED)[name] for name in facts if name not in ("since_on", "follows")}

    def with_(self, values: dict[Field, Any]) -> dict[str, Any]:
        """The arguments with these values in place of their own."""
        found = dict(self.arguments)
        for field, value in values.items():
            given = [value, value] if field.many else value
            if field.inner and isinstance(found[field.name], Sequence):
                first, *others = found[field.name]
                found[field.name] = [_replaced(first, field.inner, given), *others]
            elif field.inner:
                found[field.name] = replace(found[field.name], **{field.inner: given})
            else:
                found[field.name] = given
        return found


def _replaced(one: Any, name: str, value: Any) -> Any:
    return one | {name: value} if isinstance(one, dict) else replace(one, **{name: value})


def _fields(name: str, kind: Any, value: Any) -> Iterator[Field]:
    """The fields of one argument: itself, or those of the dataclass or the row that it is."""
    one = value[0] if isinstance(value, (list, tuple)) and value else value
    if isinstance(one, dict):
        yield from (Field(name, inner) for inner in one)
    elif is_dataclass(one):
        for inner, hint in get_type_hints(type(one)).items():
            if inner in {field.name for field in fields(one)} and (found := _kind(hint)):
                yield Field(name, inner, *found)
    elif found := _kind(kind):
        yield Field(name, "", *found)


def _kind(hint: Any) -> tuple[str, bool] | None:
    """What a value is that has this type, and whether there are many of it; None where it is neither typed nor chosen."""
    origin, inside = get_origin(hint), [one for one in get_args(hint) if one is not type(None)]
    if origin in (Union, types.UnionType) and len(inside) == 1:
        return _kind(inside[0])
    if hint in KINDS:
        return KINDS[hint], False
    if origin is not None and inside and inside[0] in KINDS and not issubclass(origin, (dict, AbstractSet)):
        return KINDS[inside[0]], True
    return None


def call(session: Session, on: Stage, action: str) -> Call:
    """How this action is called by somebody who may do it."""
    rule = RULES[action]
    room, name = action.partition(":")[0].split(".")
    who = next((one for one in on.who if rule.allows(one, rule.areas[0])), None)
    module, seen = ROOMS[room], []
    real = getattr(module, name)

    def note(*given: Any, **named: Any) -> None:
        bound = signature(real).bind(*given, **named)
        variable = next(
            (one.name for one in signature(real).parameters.values() if one.kind is one.VAR_KEYWORD), ""
        )
        arguments = dict(bound.arguments)
        arguments |= arguments.pop(variable, {})
        seen.append(arguments)
        raise Seen

    setattr(module, name, note)
    try:
        rule.do(session, on, on.who[who] if who else on.who["scribe"], rule.areas[0])
    except Seen:
        pass
    finally:
        setattr(module, name, real)
    return Call(action, rule, real, seen[0])


class Ledger:
    """What is sent to the database to be kept, and whether it is fit to be."""

    def __init__(self, engine: Any) -> None:
        self.kept: list[tuple[str, str]] = []
        self.wrote = False
        event.listen(engine, "before_cursor_execute", self._note)

    def clear(self) -> None:
        self.kept.clear()
        self.wrote = False

    def _note(
        self, _connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any
    ) -> None:
        if not statement.lstrip().upper().startswith(WRITING):
            return
        self.wrote = True
        for parameters in context.compiled_parameters if context and context.compiled else ():
            for name, value in parameters.items():
                self.kept.extend((name, text) for text in texts_in(value))

    def keeps(self, text: str) -> bool:
        return text in self.texts()

    def texts(self) -> set[str]:
        return {text for _, text in self.kept}

    def unfit(self) -> list[tuple[str, str]]:
        """What was to be kept and can't be shown, searched or exported."""
        return [
            (name, text[:80])
            for name, text in self.kept
            if not is_fit(text, folded="folded" in name or name == "search")
        ]


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(name)
            yield from texts_in(inner)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from texts_in(inner)


# A tab in a text of several lines is as good as a space: people paste tables.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def is_fit(text: str, *, folded: bool = False) -> bool:
    """No character that is no text, in the usual form, and of a length that was bounded."""
    if _UNFIT.search(text) or len(text) > 70_000:
        return False
    return folded or unicodedata.is_normalized("NFC", text)


@contextmanager
def prepared(session: Session, on: Stage, action: str) -> Iterator[Call]:
    """The action's call, after what has to have happened before it; all taken back afterwards."""
    with taken_back(session):
        if RULES[action].first is not None:
            RULES[action].first(session, on)  # type: ignore[misc]
            session.flush()
        yield call(session, on, action)


def came(session: Session, on: Call, values: dict[Field, Any], ledger: Ledger) -> str:
    """What comes of a call with these values: "done", "refused: why", or what must not be. Nothing of it stays."""
    ledger.clear()
    arguments = on.with_(values)
    with taken_back(session):
        try:
            on.do(**arguments)
            session.flush()
        except Exception as error:
            refused = (
                error if isinstance(error, Refused) else trouble.told(error)
            )  # as `Database.begin` says it
            if refused is None:
                return f"{type(error).__name__}: {str(error)[:200]}"
            return _unsaid(refused) or f"refused: {refused}"
        if unfit := ledger.unfit():
            return f"kept: {unfit[:3]}"
        return "done"


def _unsaid(refused: Refused) -> str:
    """What is wrong with a refusal's sentence in some language; empty where it is right."""
    for words in SAID:
        sentence = refused.said(words, plain)
        if not sentence.strip() or len(sentence) > 2_000:
            return f"said in {words.language}: {sentence[:100]!r}"
    return ""
