"""The frame around every page: navigation, who is here, the language, and a heartbeat."""

import runpy
from typing import Literal

import streamlit as st

from coord import people, settings, text
from coord.ui import borrowed, screen_view, visit
from coord.ui.plain import plain
from coord.ui.visit import PAGES

if screen_view.is_wanted():  # a projector's browser: this one page, and nothing of anybody's
    runpy.run_path(str(PAGES / "screen.py"))
    st.stop()

here = visit.begin()
t = here.t

# Two arrows that meet: drawn here, since a named icon would be fetched from another host.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1c6b60"/>
<path d="M7 12h13m-4-4 4 4-4 4M25 20H12m4-4-4 4 4 4" fill="none" stroke="#fff" stroke-width="2.6"
stroke-linecap="round" stroke-linejoin="round"/></svg>"""

# The only style of our own: Streamlit cuts a link off at the end of the line, and what people ask is often longer;
# in the dark a chosen pill or tab, and a word that is clicked, have the colour of a button's ground, too dim to be read
# as text; and a field says in English, over what is typed, that Enter sends it; and a button's words stand in its middle, where an agenda is read from the left.
# Above the current item stands where it is in the hour, close to it: a phone has little room.
# The lines of minutes are all of one size, links or not.
# A phone has room for the button of the menu, and none to give away below it.
# A text to be copied shows how before somebody points at it: on a phone nobody points.
# How the hour was is asked with one thumb, of people who are standing up.
STYLE = """<style>
[data-testid="stPageLink-NavLink"] { padding-inline: 0; height: auto; background: none; }
[data-testid="stPageLink-NavLink"] :is(p, span, div) { white-space: normal; overflow: visible; }
[data-testid="stPageLink-NavLink"]:hover strong { text-decoration: underline; }
[data-testid="stButtonGroup"] :is([aria-checked="true"], [aria-pressed="true"]) p { color: light-dark(#121c1a, #e8ece9); }
[data-testid="stMain"] button[kind="tertiary"]:is(:hover, :focus, :active) p { color: light-dark(#1c6b60, #7fcabb); }
[data-testid="stMain"] [data-testid="stPopoverButton"]:is(:hover, :focus, :active) p { color: light-dark(#1c6b60, #7fcabb); }
[data-testid="stMain"] [role="tab"][aria-selected="true"] p { color: light-dark(#1c6b60, #7fcabb); }
[data-testid="InputInstructions"] { display: none; }
[data-testid="stTable"] td * { overflow-wrap: break-word !important; }
@media (max-width: 640px) { [data-testid="stTable"] td > div { max-width: 60vw !important; } }
[data-testid="stPageLink-NavLink"] p { line-height: 1.5; }
.st-key-sheet [data-testid="stPageLink-NavLink"] p { font-size: 1rem; }
.stCode > div { opacity: 1; visibility: visible; }
.st-key-pulse-rows [data-testid="stButtonGroup"] button { min-height: 3rem; }
:is(.st-key-followed, .st-key-item) h1 { padding-top: 0; }
:is(.st-key-followed, .st-key-item, .st-key-looked) [data-testid="stHeaderActionElements"] { display: none; }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding-top: 1.25rem; } }
@media (max-width: 640px) { :is(.st-key-followed, .st-key-looked) :is(h1, h2) { font-size: 1.7rem; } }
.stVerticalBlock[class*="-course"] button:hover p { color: light-dark(#121c1a, #e8ece9); text-decoration: underline; }
.stVerticalBlock[class*="-course"] button { justify-content: flex-start; text-align: start; min-height: 1.75rem; }
</style>"""

# In the navigation Streamlit keeps what stands in the address: Goals would lead from a goal to the same goal. What is
# taken out of it here before Streamlit hears of the click leads to all of them; the back button leads to the one again.
LISTS = """<script>
window.coordLists ??= document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-testid=stSidebarNavLink]");
  if (link?.pathname !== location.pathname || !/[?&](goal|issue|role|meeting)=/.test(location.search)) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  history.pushState({}, "", location.pathname);
  window.dispatchEvent(new PopStateEvent("popstate"));
}, true) ?? true;
</script>"""


def _speak() -> None:
    language = st.session_state["language"]
    here.act("language", lambda session: people.speak(session, here.person.id, language))


@st.fragment(run_every=20)
def _heartbeat() -> None:
    """After a restart of the server, a page without this would stay stale and lose clicks."""


st.set_page_config(page_title="Coord", page_icon=ICON, layout="wide")
pages = [
    st.Page(PAGES / "today.py", title=t("Today"), icon=":material/today:", default=True),
    st.Page(PAGES / "ask.py", title=t.inside("page", "Ask"), icon=":material/add_comment:"),
    st.Page(PAGES / "requests.py", title=t("Requests"), icon=":material/swap_horiz:"),
    st.Page(PAGES / "meeting.py", title=t("Meeting"), icon=":material/groups:"),
    st.Page(PAGES / "preparation.py", title=t("My preparation"), icon=":material/checklist:"),
    st.Page(PAGES / "minutes.py", title=t("Minutes"), icon=":material/history_edu:"),
    st.Page(PAGES / "goals.py", title=t("Goals"), icon=":material/flag:"),
    st.Page(PAGES / "issues.py", title=t("Issues"), icon=":material/tips_and_updates:"),
    st.Page(PAGES / "roles.py", title=t("Roles"), icon=":material/badge:"),
    st.Page(PAGES / "trends.py", title=t("Trends"), icon=":material/monitoring:"),
    st.Page(PAGES / "request.py", title=t("Request"), visibility="hidden"),
    st.Page(PAGES / "notices.py", title=t("My notices"), visibility="hidden"),
    st.Page(PAGES / "account.py", title=t("My account"), visibility="hidden"),
]
shown: Literal["visible", "hidden"] = "visible" if here.mandate.administers else "hidden"
pages += [
    st.Page(PAGES / "company.py", title=t("Company"), icon=":material/domain:", visibility=shown),
    st.Page(PAGES / "history.py", title=t("Import history"), icon=":material/history:", visibility=shown),
    st.Page(
        PAGES / "well.py",
        title=t("Is everything well?"),
        icon=":material/health_and_safety:",
        visibility=shown,
    ),
]
is_moving = here.mandate.administers and here.company.moved_in_at is None
moving: Literal["visible", "hidden"] = "visible" if is_moving else "hidden"
pages.insert(
    0, st.Page(PAGES / "setup.py", title=t("Moving in"), icon=":material/door_open:", visibility=moving)
)
page = st.navigation(pages, expanded=True)

with st.sidebar:
    st.markdown(f"**{plain(here.person.name)}**  \n:small[{plain(here.company.name)}]")
    st.segmented_control(
        t("Language"),
        list(text.LANGUAGES),
        default=t.language,
        format_func=lambda code: code[:2].upper(),
        help=" · ".join(text.LANGUAGES.values()),
        key="language",
        on_change=_speak,
        label_visibility="collapsed",
        required=True,
    )
    st.page_link(PAGES / "notices.py", label=t("My notices"))
    st.page_link(PAGES / "account.py", label=t("My account"))
    out = f"{settings.read().base}/sign-out"
    st.html(f'<a href="{out}" target="_self" style="color: inherit; font-size: 0.875rem">{t("Sign out")}</a>')

st.html(STYLE)
st.html(
    f"<script>document.documentElement.lang = {t.language!r}</script>",
    unsafe_allow_javascript=True,
)
st.html(LISTS, unsafe_allow_javascript=True)
borrowed.translate(t)
visit.say_where()
_heartbeat()
try:
    page.run()
finally:  # a page that has said enough stops, and would stop what stands below it too
    here.note()
