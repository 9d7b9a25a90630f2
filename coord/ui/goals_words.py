"""A goal in words: how it stands, its numbers with their unit, and itself as one line of a list."""

from dataclasses import dataclass

import streamlit as st

from coord import goals
from coord.goals import OUTCOMES, STATUSES, CheckIn, Goal
from coord.text import N_
from coord.ui import lines
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

PAGE = PAGES / "goals.py"
STANDINGS = {
    "off_track": STATUSES["off_track"],
    "due": N_("Past its day"),
    "silent": N_("No check-in for two weeks"),
    "caution": STATUSES["caution"],
    "on_track": STATUSES["on_track"],
    "new": N_("No check-in yet"),
}  # the exceptions first
EXCEPTIONS = ("off_track", "due", "silent", "caution")
_COLOURS = {"off_track": "red", "due": "orange", "silent": "violet", "caution": "orange", "on_track": "green",
            "new": "gray", "reached": "green", "not_reached": "gray", "dropped": "gray"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """A goal with what is known about it."""

    row: Goal
    last: CheckIn | None
    name: str  # of STANDINGS, or the outcome of an ended one
    is_moved: bool


def standings(here: Visit, *, ended: bool = True) -> list[Standing]:
    """All goals with how they stand: the next due first."""
    with here.read() as session:
        rows = goals.goals(session, ended=ended)
        ids = [row.id for row in rows]
        last, moved = goals.latest(session, ids), goals.moved(session, ids)
    return [
        Standing(row, last.get(row.id), name(here, row, last.get(row.id)), row.id in moved) for row in rows
    ]


def name(here: Visit, row: Goal, last: CheckIn | None) -> str:
    """How a goal stands, or how it ended."""
    return row.outcome or goals.standing(row, last, calendar=here.calendar, today=here.today)


def badge(here: Visit, standing: str) -> str:
    label = STANDINGS.get(standing) or OUTCOMES[standing]
    return f":{_COLOURS[standing]}-badge[{here.t(label)}]"


def amount(here: Visit, row: Goal, value: float) -> str:
    """A value with the goal's unit, escaped for Markdown."""
    return "\u00a0".join(plain(part) for part in bare(here, row, value).split("\u00a0"))


def bare(here: Visit, row: Goal, value: float) -> str:
    """A value with the goal's unit, as typed; the two stay on one line."""
    if row.unit == "%":  # each language has its own way with this sign
        return here.t.percent(round(value / 100, 6), whole=False)
    number = here.t.number(value, 4)
    return f"{number}\u00a0{row.unit}" if row.unit else number


def way(here: Visit, row: Goal, last: CheckIn | None) -> str:
    """Where it is, and where it should be."""
    t, value = here.t, row.baseline if last is None else last.value
    return t(
        "{value}, target {target}", value=plain(t.number(value, 4)), target=amount(here, row, row.target)
    )


def bar(here: Visit, row: Goal, last: CheckIn | None) -> None:
    """The share of the way that is done; what is beyond the target, or on the wrong side, is said in words."""
    t = here.t
    value = row.baseline if last is None else last.value
    share = goals.progress(row, value)
    if share is None:
        said = t("At its target") if goals.is_met(row, value) else t("Short of its target")
        st.progress(float(goals.is_met(row, value)), text=said)
        return
    start, target = amount(here, row, row.baseline), amount(here, row, row.target)
    said = t(
        "{share} of the way from {start} to {target}", share=t.percent(share), start=start, target=target
    )
    st.progress(min(max(share, 0.0), 1.0), text=said)


def due(here: Visit, row: Goal) -> str:
    t = here.t
    day = t.day(row.due_on, today=here.today)
    return t("due {day}, {apart}", day=day, apart=lines.due(here, row.due_on))


def link(row: Goal) -> None:
    """What the goal is, as a link to all about it."""
    st.page_link(PAGE, label=f"**{plain(row.what)}**", query_params={"goal": str(row.id)})


def line(here: Visit, found: Standing, *, with_area: bool = True) -> None:
    """A goal as one line of a list, with what its area says when that is no good news."""
    t, row = here.t, found.row
    with st.container(border=True, key=f"goal-{row.id}", gap="xsmall"):
        left, right = st.columns([12, 8], vertical_alignment="center")
        with left:
            link(row)
            parts = [badge(here, found.name)]
            parts += [plain(here.area(row.area_id))] if with_area else []
            parts += [t("ended {day}", day=_ended(here, row)) if row.ended_at else due(here, row)]
            parts += [t("moved since it was set")] if found.is_moved else []
            st.markdown(":small[" + " · ".join(parts) + "]")
            said = row.ended_line if row.ended_at else found.last and found.last.line
            if said and found.name != "on_track":
                st.caption(f"“{plain(said)}”")
        with right:
            st.markdown(f":small[{plain(row.measure, 90)}: **{way(here, row, found.last)}**]")
            share = goals.progress(row, row.baseline if found.last is None else found.last.value)
            met = found.last is not None and goals.is_met(row, found.last.value)
            st.progress(min(max(float(met) if share is None else share, 0.0), 1.0))


def _ended(here: Visit, row: Goal) -> str:
    return here.t.day(here.calendar.day_of(row.ended_at or here.now), today=here.today)
