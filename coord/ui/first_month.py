"""What is said of the figures while a company is new: old waits come to light first."""

import streamlit as st

from coord import people
from coord.text import DAY
from coord.ui.visit import PAGES, Visit

MONTH = 31 * DAY


def is_now(here: Visit) -> bool:
    """Whether recording began less than a month ago."""
    return here.now - here.company.founded_at < MONTH


def on_trends(here: Visit) -> None:
    """Above the figures, as long as the month lasts."""
    if is_now(here):
        st.info(_said(here), icon=":material/hourglass_top:")


def on_today(here: Visit) -> None:
    """Told to directors once: at their first visit."""
    is_first = people.seen_until(here.person, here.now) is None
    if is_first and is_now(here) and "director" in here.mandate.rights:
        with st.container(border=True, key="first-month"):
            st.markdown(_said(here))
            st.page_link(PAGES / "trends.py", label=f"**{here.t('Trends')}**", icon=":material/monitoring:")


def _said(here: Visit) -> str:
    t = here.t
    worse = t("In the first month the figures look worse, because old waits come to light.")
    why = t("What was waited for before Coord counts from the day on which it is entered, with the days it has "
            "waited already: so the longest waits are seen first.")  # fmt: skip
    return f"**{worse}** {why}"
