"""How a letter reads: what falls due at one moment for one person, as plain text and as simple HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from coord.text import Words

MOST = 12  # lines under one heading
LONGEST = 200  # characters of what people wrote


@dataclass(frozen=True, slots=True)
class Line:
    """One thing, and a sentence about it."""

    what: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines under their heading."""

    heading: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Part:
    """What there is to say on one occasion, and where to go on: a link's words, and its path."""

    title: str
    groups: Sequence[Group] = ()
    lead: str = ""
    link: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is sent."""

    subject: str
    text: str
    html: str = field(repr=False)


def write(parts: Sequence[Part], t: Words, base: str) -> Written:
    """One letter of one or more parts; links begin with `base`."""
    why = t("You get this from Coord. Choose what you are told, and where: {link}", link=f"{base}/notices")
    text = "\n\n\n".join(_text(part, t, base) for part in parts)
    body = "".join(_html(part, t, base) for part in parts)
    html = (
        f'<!doctype html><html lang="{t.language}"><meta charset="utf-8">'
        '<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 38em; margin: 1em auto; padding: 0 1em">'
        f'{body}<p style="color: #666; font-size: 13px">{_linked(why, f"{base}/notices")}</p></body></html>'
    )
    return Written(" · ".join(part.title for part in parts), f"{text}\n\n--\n{why}\n", html)


def cut(text: str | None) -> str:
    """What people wrote, on one line, and no longer than a letter bears."""
    line = " ".join((text or "").split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _text(part: Part, t: Words, base: str) -> str:
    blocks = [part.title, part.lead]
    for group in part.groups:
        lines = [group.heading]
        for line in group.lines[:MOST]:
            lines += [f"- {line.what}", *([f"  {line.note}"] if line.note else [])]
        blocks.append("\n".join([*lines, *_rest(group, t)]))
    if part.link:
        blocks.append(f"{part.link[0]}: {base}{part.link[1]}")
    return "\n\n".join(block for block in blocks if block)


def _html(part: Part, t: Words, base: str) -> str:
    found = [
        f'<h1 style="font-size: 19px">{escape(part.title)}</h1>',
        f"<p>{escape(part.lead)}</p>" if part.lead else "",
    ]
    for group in part.groups:
        lines = "".join(
            f"<li>{escape(line.what)}" + (f'<br><span style="color: #666">{escape(line.note)}</span>' if line.note else "")
            + "</li>"
            for line in group.lines[:MOST]
        )  # fmt: skip
        rest = "".join(f"<p>{escape(said)}</p>" for said in _rest(group, t))
        found.append(f'<h2 style="font-size: 16px">{escape(group.heading)}</h2><ul>{lines}</ul>{rest}')
    if part.link:
        found.append(f'<p><a href="{escape(base + part.link[1])}">{escape(part.link[0])}</a></p>')
    return "".join(found)


def _rest(group: Group, t: Words) -> list[str]:
    left = len(group.lines) - MOST
    return [t.plural("{n} more", "{n} more", left)] if left > 0 else []


def _linked(sentence: str, link: str) -> str:
    return escape(sentence).replace(escape(link), f'<a href="{escape(link)}">{escape(link)}</a>')
