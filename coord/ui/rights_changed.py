"""What an administrator hears on Today: whose rights others have changed since they were last here."""

import streamlit as st

from coord.notices import rights
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

MOST = 8


def since_last_here(here: Visit) -> None:
    """A line for each change, newest first; nothing for whoever administers nothing."""
    if not here.mandate.administers:
        return
    t = here.t
    with here.read() as session:
        found = rights.changes_of_rights(session, t, since=here.news_since, but=here.person.id, shown=plain)
    if not found:
        return
    with st.container(border=True, key="rights-changed", gap="xsmall"):
        st.markdown(f"**{t('People and rights, since you were last here')}**")
        for told in found[:MOST]:
            st.markdown(f"{told.sentence} :gray[:small[{plain(t.instant(told.at))}]]")
        st.page_link(PAGES / "company.py", label=t("See the record"), query_params={"part": "record"},
                     icon=":material/history:")  # fmt: skip
