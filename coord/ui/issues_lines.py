"""An issue as one line of a list: what happened, how it stands, at which handoff, and its votes."""

from collections.abc import Mapping

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues
from coord.issues import OPEN, SIZES, STATES, Issue
from coord.ui import visit
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

PAGE = PAGES / "issues.py"
_COLOURS = {OPEN: "orange", "changed": "green", "wont_change": "gray", "watching": "blue"}
_SIZES = {"large": "red", "medium": "orange", "small": "gray"}


def badges(here: Visit, row: Issue) -> str:
    """The state, with the day until which it is watched; and the effect."""
    t, state = here.t, here.t(STATES[row.state])
    colour = _COLOURS[row.state]
    if row.state == "watching" and row.watch_until_on is not None:
        day = t.day(row.watch_until_on, today=here.today)
        state = t("Watching until {day}", day=day)
        if row.watch_until_on <= here.today:
            state, colour = t("Watched until {day}: and now?", day=day), "orange"
    found = [f":{colour}-badge[{plain(state)}]"]
    if row.size:
        found.append(f":{_SIZES[row.size]}-badge[{plain(t(SIZES[row.size]))}]")
    return " ".join(found)


def handoff(here: Visit, row: Issue) -> str:
    return f"{plain(here.area(row.from_area_id))} → {plain(here.area(row.to_area_id))}"


def link(row: Issue, before: str = "") -> None:
    """What happened, as a link to the issue."""
    st.page_link(PAGE, label=f"{before}**{plain(row.happened, 160)}**", query_params={"issue": str(row.id)})


def about(here: Visit, row: Issue) -> None:
    """The line under the title: state and effect, handoff, when, for which customer."""
    t = here.t
    parts = [
        badges(here, row),
        handoff(here, row),
        t.day(here.calendar.day_of(row.written_at), today=here.today),
    ]
    if row.customer:
        parts.append(f":material/apartment: {plain(row.customer, 60)}")
    if row.again_of_id is not None:
        parts.append(f":material/replay: {t('The same again')}")
    st.markdown(":small[" + " · ".join(parts) + "]")


def line(here: Visit, row: Issue, votes: Mapping[int, int], mine: set[int], *, may_vote: bool) -> None:
    """One issue of the list; an open one with its votes."""
    with st.container(border=True, key=f"issue-line-{row.id}", gap="xsmall"):
        left, right = st.columns([5, 1], vertical_alignment="center")
        with left:
            link(row)
            about(here, row)
        with right:
            vote(
                here,
                row,
                votes.get(row.again_of_id or row.id, 0),
                (row.again_of_id or row.id) in mine,
                may_vote,
            )


def vote(here: Visit, row: Issue, n: int, is_mine: bool, may_vote: bool) -> None:
    """The votes of an open issue, and one's own, given and taken back by a click."""
    t = here.t
    if row.state != OPEN:
        return
    said = t.plural("{n} vote", "{n} votes", n)
    if not may_vote:
        st.markdown(f":small[{said}]")
        return
    here.refusal(f"vote-{row.id}")
    st.button(
        said,
        key=f"vote-{row.id}",
        icon=":material/check:" if is_mine else ":material/arrow_upward:",
        help=t("Take your vote back") if is_mine else t("Vote, so that the next hour takes it up"),
        on_click=_vote,
        args=(row.id, row.again_of_id or row.id, not is_mine),
    )


def _vote(issue_id: int, first_id: int, wanted: bool) -> None:
    here = visit.begin()

    def cast(session: Session) -> None:
        is_mine = first_id in issues.voted(session, here.person.id)
        if wanted and not is_mine:  # a double click wants one thing, not it and its opposite
            issues.vote(session, issue_id, by=here.mandate, at=here.now)
        elif not wanted and is_mine:
            issues.unvote(session, issue_id, by=here.mandate)

    here.act(f"vote-{issue_id}", cast)
