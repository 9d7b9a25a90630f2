"""Minutes to take along: on paper, as Markdown, as a text for a chat."""

import streamlit as st

from coord.exchange import minutes_pdf, minutes_text, minutes_told
from coord.meetings import Minutes
from coord.ui.visit import Visit


def draw(here: Visit, of: Minutes) -> None:
    """The buttons; a file is made only when it is asked for."""
    t = here.t
    name = f"coord-minutes-{minutes_told.held_on(of, t).isoformat()}"
    with st.container(horizontal=True, gap="xsmall", key="take"):
        st.download_button(t("PDF"), data=lambda: minutes_pdf.pdf(of, t), file_name=f"{name}.pdf", mime="application/pdf",
                           icon=":material/picture_as_pdf:", on_click="ignore")  # fmt: skip
        st.download_button(t("Markdown"), data=lambda: minutes_text.markdown(of, t), file_name=f"{name}.md",
                           mime="text/markdown", icon=":material/download:", on_click="ignore")  # fmt: skip
        with st.popover(t("Copy as text"), icon=":material/content_copy:"):
            st.code(minutes_text.chat(of, t, address=here.address), language=None, wrap_lines=True)
