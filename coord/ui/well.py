"""Is everything well? One calm page for administrators: a sentence, then a line for each thing."""

import streamlit as st

from coord import checks, well
from coord.ui import clock_doubt, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit
from coord.well import Line

CHECK = "want-check"
AGAIN = 2  # seconds between two looks at a check that is under way


def draw(here: Visit) -> None:
    """The sentence at the top, and the lines: first what wants a look, each in a frame of its own."""
    t, lines = here.t, well.look(here.database, here.t, at=here.now)
    wanting = [line for line in lines if not line.is_well]
    if wanting:
        st.warning(
            t.plural("{n} thing wants a look.", "{n} things want a look.", len(wanting)),
            icon=":material/visibility:",
        )
    else:
        st.success(t("Everything is well."), icon=":material/check_circle:")
    for line in wanting:
        with st.container(border=True, key=f"well-{line.name}"):
            _line(here, line)
    with st.container(border=True, key="well"):
        for line in lines:
            if line.is_well:
                _line(here, line)


def _line(here: Visit, line: Line) -> None:
    t = here.t
    mark = ":green[:material/check_circle:]" if line.is_well else ":orange[:material/visibility:]"
    title, told = st.columns([2, 7], gap="xxsmall")
    title.markdown(f"{mark} **{plain(line.title)}**")
    with told.container(gap="xsmall"):
        st.markdown(plain(line.said, 1_000))
        if line.do:
            st.markdown(f"**{plain(line.do, 1_000)}**")
        if line.small:
            st.caption(plain(line.small, 600))
        if line.details:
            with st.expander(t("Show all {n}", n=t.number(len(line.details))), key=f"details-{line.name}",
                             expanded=not line.is_well):  # fmt: skip
                st.markdown("\n".join(f"- {plain(one, 600)}" for one in line.details))
        if line.name == "check":
            _check(here)
        if line.name == "clock" and not line.is_well:
            clock_doubt.answer(here)


def _check(here: Visit) -> None:
    """The button, or that a check is under way: then the page looks again by itself until it has ended."""
    here.refusal(CHECK)
    with here.read() as session:
        row = checks.under_way(session, at=here.now)
    if row is None:
        st.button(here.t("Look it through now"), key=f"{CHECK}-{visit.nonce(CHECK)}", type="tertiary",
                  icon=":material/refresh:", on_click=_want)  # fmt: skip
        return
    st.markdown(f":material/hourglass_top: {here.t('It is being looked through. People can go on working.')}")
    _wait(here, row.id)


@st.fragment(run_every=AGAIN)
def _wait(here: Visit, check_id: int) -> None:
    with here.read() as session:
        row = checks.under_way(session, at=visit.again(here).now)
    if row is None or row.id != check_id:
        st.rerun()


def _want() -> None:
    here = visit.begin()
    here.act(CHECK, lambda session: checks.want(session, by=here.mandate, at=here.now),
             here.t("It begins within seconds."))  # fmt: skip
