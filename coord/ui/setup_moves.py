"""The buttons at the foot of each step of moving in: save and go on, later, back."""

import secrets
from collections.abc import Callable

import streamlit as st

from coord.ui.visit import Visit

Neighbours = tuple[str, str]  # the names of the step before and the one after


def buttons(here: Visit, around: Neighbours, save: Callable[[str], bool], key: str) -> None:
    """`save` is given the drawing's key, and says whether it was saved."""
    t, (before, after) = here.t, around
    with st.container(horizontal=True, gap="small", key="setup-moves"):
        # each drawing's own: the second click of two must not press the button of the step that comes
        st.button(
            t("Save and go on"),
            type="primary",
            key=f"setup-save-{key}",
            on_click=_save,
            args=(save, key, after),
        )
        if after:
            st.button(t("Later"), type="tertiary", key=f"setup-later-{key}", on_click=go, args=(after,))
        if before:
            st.button(t("Back"), type="tertiary", key=f"setup-back-{key}", on_click=go, args=(before,))


def draw_from(form: str, version: int) -> None:
    """Let a form's drawing be named after what it is drawn from: then what was typed survives a restart of the server.

    Elsewhere a drawing's key stands in the address; among steps, that would catch whoever presses the back button.
    """
    st.session_state.setdefault(f"nonce:{form}", f"{form}-{version}")


def click() -> str:
    """What is sent with a list that can come back to what it said before, and its drawing to the name it had.

    Each click is another one, else the later would be taken for a repetition. Saved twice, such a list changes nothing.
    """
    return secrets.token_hex(8)


def go(step: str) -> None:
    """To a step; what was typed in this one stays."""
    st.query_params["step"] = step


def _save(save: Callable[[str], bool], key: str, after: str) -> None:
    if not save(key):
        return
    for name in [name for name in st.session_state if str(name).endswith(key)]:
        del st.session_state[name]  # the next drawing may bear the same name
    if after:
        go(after)
