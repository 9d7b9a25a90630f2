"""What a page says while it has nothing to show yet: what it is for, and the one thing to do next."""

from pathlib import Path

import streamlit as st

from coord.ui.visit import PAGES, Visit


def say(said: str, click: str, page: Path, icon: str) -> None:
    """A sentence or two, and one click."""
    with st.container(border=True, key="beginning", gap="xsmall"):
        st.markdown(said)
        st.page_link(page, label=f"**{click}**", icon=icon)


def ask_first(here: Visit, said: str) -> None:
    """The same where everything begins with a request; whoever can't ask is led to the hour."""
    t = here.t
    if here.mandate.areas:
        say(said, t("Ask another area"), PAGES / "ask.py", ":material/add_comment:")
    else:
        say(said, t("See the agenda"), PAGES / "meeting.py", ":material/groups:")
