"""A role's revisions, old ones to be read again, and two of them compared."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import streamlit as st

from coord.roles import FIELDS, Description, Revision
from coord.ui import roles_form
from coord.ui.plain import plain
from coord.ui.roles_view import Page
from coord.ui.visit import PAGES, Visit


def draw(page: Page) -> None:
    """Every revision with who wrote it when; with two or more, what changed between them."""
    t = page.here.t
    st.subheader(f"{t('Revisions')} :gray-badge[{t.number(len(page.revisions))}]", anchor=False)
    if len(page.revisions) > 1:
        _compared(page)
    for one in page.revisions:
        st.page_link(PAGES / "roles.py", label=_label(page, one),
                     query_params={"role": str(page.role.id), "revision": str(one.number)})  # fmt: skip


def marked(before: str, after: str) -> str:
    """Two texts as one: what went is struck out, what came is bold; escaped for a Markdown element."""
    old, new = (re.findall(r"\n|\S+", text) for text in (before, after))
    found: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_run(old[a:b], "{}")]
        else:
            found += [_run(old[a:b], ":red-background[~~{}~~]"), _run(new[c:d], ":green-background[**{}**]")]
    return " ".join(filter(None, found)).replace(" \n ", "\n").replace("\n", "  \n")


def changes(here: Visit, before: Description, after: Description) -> list[tuple[str, str]]:
    """Each field that differs, with what it was and what it is."""
    pairs = ((name, _text(here, before, name), _text(here, after, name)) for name in FIELDS)
    return [(here.t(FIELDS[name]), marked(old, new)) for name, old, new in pairs if old != new]


def _compared(page: Page) -> None:
    here, t = page.here, page.here.t
    numbers = [one.number for one in page.revisions]
    label = {one.number: _plainly(page, one) for one in page.revisions}
    left, right = st.columns(2)
    before = left.selectbox(
        t("Before"), numbers, index=1, format_func=lambda n: label[n], key=f"before-{page.role.id}"
    )
    after = right.selectbox(
        t("After"), numbers, index=0, format_func=lambda n: label[n], key=f"after-{page.role.id}"
    )
    found = changes(here, page.said[before], page.said[after])
    with st.container(border=True, key="changes"):
        if not found:
            st.caption(t("They say the same."))
        for name, said in found:
            st.markdown(f"**{plain(name)}**  \n{said}")


def _run(words: Sequence[str], shape: str) -> str:
    """Some words in a shape, line by line: Markdown's marks don't reach over a line's end."""
    lines = " ".join(words).split("\n")
    return "\n".join(shape.format(plain(line)) if line.strip() else "" for line in lines)


def _text(here: Visit, said: Description, name: str) -> str:
    value = getattr(said, name)
    if isinstance(value, tuple):
        return "\n".join(f"{roles_form.named(here, link.area_id)}: {link.what}" for link in value)
    return value or ""


def _label(page: Page, one: Revision) -> str:
    return plain(_plainly(page, one))


def _plainly(page: Page, one: Revision) -> str:
    here, t = page.here, page.here.t
    facts = {
        "n": t.number(one.number),
        "day": t.day(here.calendar.day_of(one.at), today=here.today),
        "name": page.names.get(one.person_id or 0, here.area(page.role.area_id)),
    }
    return t("Revision {n}, {day}, {name}", **facts)
