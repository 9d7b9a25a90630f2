"""Minutes as text in a reader's language: Markdown to keep, and a few lines for a chat."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby

from coord.exchange.minutes_told import SAID, Line, Part, document, held_on
from coord.meetings import Minutes, Moved
from coord.text import Words


def markdown(of: Minutes, t: Words) -> str:
    """The minutes as Markdown, people's words escaped so that they read as they were written."""
    told = document(of, t)
    blocks = [f"# {_escaped(told.title)}", f"{_escaped(told.company)} · {told.day}"]
    blocks.append("\n".join(f"- **{_escaped(label)}:** {_escaped(value)}" for label, value in told.facts))
    for part in told.parts:
        blocks.append(f"## {_escaped(part.title)}")
        blocks.append("\n".join(_table(part)) if part.rows else "\n".join(map(_bullet, part.lines)))
    return "\n\n".join(block for block in blocks if block) + "\n"


def chat(of: Minutes, t: Words, *, address: str) -> str:
    """A short text for a chat, bold as WhatsApp writes it: promises by area, decisions, what to do better, the link."""
    today = held_on(of, t)
    lines = [f"*{t('Weekly hour {number}', number=t.number(of.number))} · {t.day(today)}*"]
    for area, promises in groupby(of.promises, key=lambda m: m.promiser):
        lines += ["", t("*{area}* promised:", area=of.areas[area])]
        lines += [f"• {_chat_day(m, t, today)}: {_short(m.request.what)}" for m in promises]
    for kind in ("decision", "message", "improvement"):
        if said := of.kind(kind):
            lines += ["", f"*{t(SAID[kind])}*", *(f"• {_short(one.now.text)}" for one in said)]
    return "\n".join([*lines, "", f"{address}/minutes?meeting={of.meeting.id}"])


def _chat_day(moved: Moved, t: Words, today: date) -> str:
    return t.day(moved.day, today=today) if moved.day else t("no day")


def _short(text: str | None, most: int = 200) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


# What Markdown would act on; a hyphen, a plus or a number only at the beginning of a line.
_ACTIVE = re.compile(r"([\\`*_\[\]<>#|~$&!])|(?m:^(\s*\d*)([-+=.)]))")


def _escaped(text: str) -> str:
    return _ACTIVE.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", text)


def _bullet(line: Line) -> str:
    whole = [*line.text.split("\n"), *line.words.split("\n"), " · ".join(line.notes)]
    return "- " + "  \n  ".join(_escaped(one) for one in whole if one)


def _table(part: Part) -> Iterator[str]:
    yield _row(part.head)
    yield _row(["---"] * len(part.head), escaped=False)
    yield from map(_row, part.rows)


def _row(cells: Iterable[str], *, escaped: bool = True) -> str:
    shown = [(_escaped(cell).replace("\n", "<br>") if escaped else cell) for cell in cells]
    return "| " + " | ".join(shown) + " |"
