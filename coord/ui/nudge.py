"""The wording nudge at a form: a question or two about what was typed, once, before it is saved as its writer likes."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from coord import people, roles, wording
from coord.ui import visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

MOST = 4  # questions at a form: whoever wrote a lot in anger is not answered with a page of them


class Asked(NamedTuple):
    """A question about a piece of what stands in a field."""

    field: str
    piece: str
    category: str
    question: str


def asks(here: Visit, form: str, fields: Mapping[str, str | None]) -> bool:
    """Whether to wait with saving, since there are questions about the wording; `show` shows them.

    For a form's callback, before it saves. Each drawing of a form is asked about once: the next press saves, whether
    the words were changed or kept.
    """
    key = f"nudge-{visit.nonce(form)}"
    if key in st.session_state:
        st.session_state[key] = []
        return False
    if found := _questions(here, fields):
        st.session_state[key] = found
        st.session_state[f"refused:{form}"] = (
            ""  # what it was refused for before is no longer what holds it up
        )
    return bool(found)


def show(here: Visit, form: str, labels: Mapping[str, str], keep: Callable[..., None], *args: Any,
         inside: bool = False) -> None:  # fmt: skip
    """The questions that wait at this form, if any; `keep` is what its Save does, `inside` says that it is an st.form."""
    t, key = here.t, visit.nonce(form)
    useless = _useless(here)
    open_ones = [asked for asked in st.session_state.get(f"nudge-{key}", ()) if asked.category not in useless]
    if not open_ones:
        return
    button = st.form_submit_button if inside else st.button
    with st.container(border=True, key=f"nudged-{key}", gap="xsmall"):
        st.caption(t("Not saved yet. Would other words help more? Nobody else sees this question."))
        for n, asked in enumerate(open_ones):
            with st.container(horizontal=True, vertical_alignment="center"):
                said = f"**{plain(asked.question)}**  \n:small[{plain(labels[asked.field])}: “{plain(asked.piece, 60)}”]"
                st.markdown(said, width="stretch")
                button(t("Not useful"), key=f"useless-{n}-{key}", type="tertiary", on_click=_mute,
                       args=(here.person.id, asked.category))  # fmt: skip
        button(t("Keep as written"), key=f"keep-{key}", on_click=keep, args=args)


def _questions(here: Visit, fields: Mapping[str, str | None]) -> list[Asked]:
    with here.read() as session:
        names = [person.name for person in people.people(session, archived=True) if person.name]
        titles = [role.title for role in roles.roles(session)]
    areas, useless = [area.name for area in here.areas.values()], _useless(here)
    found = [
        Asked(field, text[asked.start : asked.end], asked.category, asked.question)
        for field, text in fields.items()
        if text
        for asked in wording.questions(text, here.t.language, areas=areas, roles=titles, people=names)
        if asked.category not in useless
    ]
    return found[:MOST]


def _mute(person_id: int, category: str) -> None:
    st.session_state.setdefault(f"useless-{person_id}", set()).add(category)


def _useless(here: Visit) -> set[str]:
    """The categories whose questions this person found not useful during this visit."""
    found: set[str] = st.session_state.get(f"useless-{here.person.id}", set())
    return found
