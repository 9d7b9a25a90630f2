"""Two revisions of a role side by side: what went is struck out, what came is bold."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import streamlit as st

from coord.roles import CUSTOMERS, FIELDS, Description
from coord.ui.plain import plain
from coord.ui.visit import Visit


def named(here: Visit, area_id: int) -> str:
    """An area's name, or the word for the customers."""
    return here.t("Customers") if area_id == CUSTOMERS else here.area(area_id)


def lines(here: Visit, said: Description, name: str) -> list[str]:
    """A field of a description as typed, line by line."""
    value = getattr(said, name)
    if isinstance(value, tuple):
        return [f"{named(here, link.area_id)}: {link.what}" for link in value]
    return [line for line in (value or "").split("\n") if line.strip()]


def draw(here: Visit, before: Description, after: Description) -> None:
    """Each field that differs, with what it was and what it is."""
    pairs = [(name, lines(here, before, name), lines(here, after, name)) for name in FIELDS]
    changed = [(name, "\n".join(old), "\n".join(new)) for name, old, new in pairs if old != new]
    for name, old, new in changed:
        st.markdown(f"**{plain(here.t(FIELDS[name]))}**  \n{marked(old, new)}")
    if not changed:
        st.caption(here.t("They say the same."))


def marked(before: str, after: str) -> str:
    """Two texts as one, escaped for a Markdown element."""
    old, new = (re.findall(r"\n|\S+", text) for text in (before, after))
    found: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_run(old[a:b], "{}")]
        else:
            found += [_run(old[a:b], ":red-background[~~{}~~]"), _run(new[c:d], ":green-background[**{}**]")]
    return re.sub(r" *\n *", "  \n", " ".join(filter(None, found)))


def _run(words: Sequence[str], shape: str) -> str:
    """Some words in a shape, line by line: Markdown's marks don't reach over a line's end."""
    each = " ".join(words).split("\n")
    return "\n".join(shape.format(plain(line)) if line.strip() else "" for line in each)
