"""What people see when the program itself fails: a sentence, never a traceback."""

import logging

import streamlit as st

from coord import text

log = logging.getLogger("coord")


def said(error: Exception) -> bool:
    """Log the failure for whoever looks after the server, and say what to do."""
    log.error("a page failed", exc_info=error)
    t = text.Words(text.match(st.context.locale))
    st.error(
        t(
            "Something went wrong here, and nothing was saved. Load the page again; if it stays so, tell your administrator."
        ),
        icon=":material/error:",
    )
    return True
