"""The one row of a list that is opened to be changed, archived, or merged; what was typed stays until it is saved or closed."""

from typing import Literal

import streamlit as st

from coord.ui import visit

Mode = Literal["change", "archive", "merge", "head", "erase"]


def opened(kind: str, row_id: int) -> Mode | None:
    """How this row is open, if it is."""
    panel = st.session_state.get("panel", {})
    return panel["mode"] if (panel.get("kind"), panel.get("id")) == (kind, row_id) else None


def row_of(kind: str) -> int:
    """The row of this kind that is open, or 0."""
    panel = st.session_state.get("panel", {})
    return int(panel["id"]) if panel.get("kind") == kind else 0


def open_up(kind: str, row_id: int, mode: Mode) -> None:
    """Open a row; for a button's callback."""
    st.session_state["panel"] = {"kind": kind, "id": row_id, "mode": mode}


def close(*forms: str) -> None:
    """Close the open row and forget what was typed in its forms."""
    for form in forms:
        visit.finished(form)
    st.session_state.pop("panel", None)
