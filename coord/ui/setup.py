"""Moving in: where one is among the steps, back and forth between them, and the card on Today that leads here."""

import streamlit as st

from coord import moving_in
from coord.moving_in import Step
from coord.ui import setup_areas, setup_company, setup_heads, setup_hour, setup_invitations
from coord.ui.visit import PAGES, Visit

PAGE = PAGES / "setup.py"
PARTS = {
    "company": setup_company.draw,
    "hour": setup_hour.draw,
    "areas": setup_areas.draw,
    "heads": setup_heads.draw,
    "invitations": setup_invitations.draw,
}
UP = "<script>document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)</script>"


def draw(here: Visit) -> None:
    """The step that the address names, else the first that is not done."""
    with here.read() as session:
        steps = moving_in.steps(session)
    names = [step.name for step in steps]
    chosen = st.query_params.get("step")
    undone = next((step.name for step in steps if not step.is_done), names[-1])
    place = names.index(chosen if chosen in names else undone)
    _progress(here, steps, place)
    st.title(here.t(steps[place].title), anchor=False)
    with st.container(key=f"setup-{names[place]}"):
        PARTS[names[place]](here, _neighbours(names, place))
    _scroll_up(names[place])


def card(here: Visit) -> None:
    """On Today, for whoever administers, until the company has moved in: how far it is, and the way on."""
    if not here.mandate.administers or here.company.moved_in_at is not None:
        return
    t = here.t
    with here.read() as session:
        steps = moving_in.steps(session)
    done = sum(step.is_done for step in steps)
    with st.container(border=True, key="moving-in", horizontal=True, vertical_alignment="center"):
        st.markdown(
            t("Moving in: {done} of {all} steps are done.", done=t.number(done), all=t.number(len(steps)))
        )
        st.page_link(PAGE, label=f"**{t('Go on')}**", icon=":material/arrow_forward:")


def _progress(here: Visit, steps: list[Step], place: int) -> None:
    t = here.t
    said = t("Step {n} of {all}", n=t.number(place + 1), all=t.number(len(steps)))
    if minutes := sum(step.minutes for step in steps if not step.is_done):
        more = t.plural("about {n} minute more", "about {n} minutes more", minutes)
        said = f"{said} · {more}"
    st.caption(said)
    with st.container(horizontal=True, gap="small", key="setup-steps"):
        for number, step in enumerate(steps):
            label = f"**{t(step.title)}**" if number == place else f":gray[{t(step.title)}]"
            icon = ":material/check_circle:" if step.is_done else ":material/radio_button_unchecked:"
            st.page_link(PAGE, label=label, icon=icon, query_params={"step": step.name}, width="content")


def _neighbours(names: list[str], place: int) -> tuple[str, str]:
    """The step before and the one after; empty where there is none."""
    return names[place - 1] if place else "", names[place + 1] if place + 1 < len(names) else ""


def _scroll_up(name: str) -> None:
    """Begin each step at its top: the button that leads on stands at the foot of the one before."""
    shown = st.session_state.get("setup-shown")
    if shown != name:
        st.session_state["setup-shown"] = name
        st.html(f"{UP}<!-- {name} -->", unsafe_allow_javascript=True)
