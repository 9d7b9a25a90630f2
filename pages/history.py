"""Real history in: logs and lists of other systems become requests, and can be taken back as a whole."""

import streamlit as st

from coord.ui import history, visit

here = visit.begin()
t = here.t
st.title(t("Import history"), anchor=False)
if not here.mandate.administers:
    st.info(t("Only an administrator can import. Ask one of them."))
    st.stop()
st.markdown(
    t(
        "Bring in what another system recorded, to see how long requests between areas stayed unresolved. Nothing is written before you have seen what becomes of it."
    )
)
history.upload(here)
history.imports(here)
