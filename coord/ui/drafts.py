"""What a form holds while somebody fills it in, and what others have saved in the meantime."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from coord.ui import visit
from coord.ui.plain import plain
from coord.ui.visit import Visit


class Field(NamedTuple):
    """A field of a form: what it is called, what is saved, and how that reads."""

    label: str
    value: Any
    shown: str = ""


def fill(here: Visit, form: str, version: int, fields: Mapping[str, Field], *, sets: bool = True) -> str:
    """Fill the form's widgets, show a refusal, and return the key that ends their keys.

    The form keeps the version it was opened with. When somebody else has saved another, it says what they saved,
    takes that in where nothing was typed, and keeps what was typed. It is no Streamlit form: of what is typed into
    one of those, nothing is known here until it is sent, and it is lost where the form is hidden for a while.

    Without `sets` each widget is given its own `value`: then a browser that comes back after a restart of the server
    brings along what was typed.
    """
    key = visit.nonce(form)
    opened = st.session_state.setdefault(f"opened-{key}", _opened(version, fields))
    for name, field in fields.items():
        opened["saved"].setdefault(name, field.value)  # a line that somebody else has added meanwhile
    for name, value in opened["saved"].items():
        if sets:
            st.session_state.setdefault(f"{name}-{key}", value)
    if version != opened["version"]:
        touched = any(
            st.session_state.get(f"{name}-{key}", value) != value for name, value in opened["saved"].items()
        )
        news = [_take_in(name, field, opened["saved"], key) for name, field in fields.items()]
        opened["version"] = version
        opened["news"] = [*opened["news"], *filter(None, news)] if touched else []
    opened["refused"] = st.session_state.pop(f"refused:{form}", opened["refused"])
    # always there, so that what stands below keeps its place, and what is half-typed in it
    with st.container():
        # until the next press: were it gone at the next word, the button would jump away
        if opened["refused"]:
            st.error(opened["refused"], icon=":material/info:")
        if opened["news"]:
            st.info(
                here.t("Saved by somebody else in the meantime: {facts}", facts=" · ".join(opened["news"]))
            )
    return key


def typed(form: str, *names: str) -> dict[str, Any]:
    """What stands in these fields now; for the form's callback."""
    key = visit.nonce(form)
    return {name: st.session_state.get(f"{name}-{key}") for name in names}


def changed(form: str, *names: str) -> set[str]:
    """Which of these fields hold something else than what is saved."""
    saved = st.session_state.get(f"opened-{visit.nonce(form)}", {}).get("saved", {})
    return {name for name, value in typed(form, *names).items() if value != saved.get(name)}


def seen(form: str) -> int:
    """The version that whoever sends this form has seen."""
    version: int = st.session_state.get(f"opened-{visit.nonce(form)}", {}).get("version", 0)
    return version


def is_drawn(form: str, key: str) -> bool:
    """Whether a click came from the drawing of the form that is still open, and not from one already saved."""
    return visit.nonce(form) == key


def _opened(version: int, fields: Mapping[str, Field]) -> dict[str, Any]:
    saved = {name: field.value for name, field in fields.items()}
    return {"version": version, "saved": saved, "news": [], "refused": ""}


def _take_in(name: str, field: Field, saved: dict[str, Any], key: str) -> str:
    before, saved[name] = saved[name], field.value
    if field.value == before:
        return ""
    if st.session_state.get(f"{name}-{key}", before) == before:
        st.session_state[f"{name}-{key}"] = field.value
    return f"{plain(field.label)}: **{plain(field.shown or str(field.value or '–'))}**"
