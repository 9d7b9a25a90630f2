"""What people see when the program itself fails, or its database: a sentence, never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import streamlit as st
from sqlalchemy.orm import Session

from coord import company, db, settings, text
from coord.refusal import Busy, Trouble
from coord.ui.plain import plain

log = logging.getLogger("coord")
AGAIN = 3  # seconds between two looks whether the database answers again


@contextmanager
def answered(database: db.Database) -> Iterator[Session]:
    """A look into the database for a page; one that can't be had ends the page with a sentence."""
    try:
        with database.read() as session:
            yield session
    except (Busy, Trouble) as error:
        said(error)
        st.stop()


def said(error: Exception) -> bool:
    """Log the failure for whoever looks after the server, and say what to do."""
    t = text.Words(text.match(st.context.locale))
    if isinstance(error, Busy | Trouble):  # its cause stands in the log already
        st.error(error.said(t, plain), icon=":material/error:")
        _keep_what_was_typed()
        _again([])
        return True
    log.error("a page failed", exc_info=error)
    st.error(
        t(
            "Something went wrong here, and nothing was saved. Load the page again; if it stays so, tell your administrator."
        ),
        icon=":material/error:",
    )
    return True


def _keep_what_was_typed() -> None:
    """Streamlit forgets what stands in fields that a run has not drawn, and so does the browser."""
    typed = {name: value for name, value in st.session_state.items()
             if isinstance(value, str | int | list | date) and not isinstance(value, bool) and not _is_pressed(name)}  # fmt: skip
    st.session_state["kept"] = st.session_state.get("kept", {}) | typed


def give_back() -> None:
    """What was typed when the database could not be had stands in its fields again; before they are drawn."""
    for name, value in st.session_state.pop("kept", {}).items():
        st.session_state[name] = value


def _is_pressed(name: str | int) -> bool:
    """Whether this is something that is pressed: it holds nothing, and can't be assigned."""
    return str(name).startswith("more-")


@st.fragment(run_every=AGAIN)
def _again(waited: list[bool]) -> None:
    """Draw the page anew once the database answers, with what was typed: loading it again would lose that."""
    if not waited:
        waited.append(True)
        return
    try:
        with db.opened(settings.read().database_url).read() as session:
            company.company(session)
    except (Busy, Trouble):
        return
    st.rerun()
