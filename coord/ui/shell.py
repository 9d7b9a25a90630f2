"""The frame around every page: navigation, who is here, the language, and a heartbeat."""

from pathlib import Path

import streamlit as st

from coord import people, text
from coord.ui import visit

PAGES = Path(__file__).resolve().parents[2] / "pages"

here = visit.begin()
t = here.t
st.set_page_config(page_title="Coord", page_icon=":material/hub:", layout="wide")


def _speak() -> None:
    language = st.session_state["language"]
    here.act("language", lambda session: people.speak(session, here.person.id, language))


@st.fragment(run_every=20)
def _heartbeat() -> None:
    """After a restart of the server, a page without this would stay stale and lose clicks."""


pages = [
    st.Page(PAGES / "today.py", title=t("Today"), icon=":material/today:", default=True),
    st.Page(PAGES / "ask.py", title=t.inside("page", "Ask"), icon=":material/add_comment:"),
    st.Page(PAGES / "requests.py", title=t("Requests"), icon=":material/swap_horiz:"),
    st.Page(PAGES / "trends.py", title=t("Trends"), icon=":material/monitoring:"),
    st.Page(PAGES / "request.py", title=t("Request"), visibility="hidden"),
]
if here.mandate.administers:
    pages += [
        st.Page(PAGES / "company.py", title=t("Company"), icon=":material/domain:"),
        st.Page(PAGES / "history.py", title=t("Import history"), icon=":material/history:"),
    ]
page = st.navigation(pages)

with st.sidebar:
    st.markdown(f"**{visit.plain(here.person.name)}**  \n:small[{visit.plain(here.company.name)}]")
    st.segmented_control(
        t("Language"),
        list(text.LANGUAGES),
        default=t.language,
        format_func=lambda code: text.LANGUAGES[code],
        key="language",
        on_change=_speak,
        label_visibility="collapsed",
    )
    st.html(f'<a href="/sign-out" target="_self">{t("Sign out")}</a>')

st.html(
    f"<script>document.documentElement.lang = {t.language!r}</script>",
    unsafe_allow_javascript=True,
)
page.run()
_heartbeat()
