"""Setting a goal, changing it, ending it, and taking it up again."""

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import goals
from coord.goals import DIRECTIONS, OUTCOMES, Goal
from coord.refusal import Refused
from coord.ui import drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

NEW = "new-goal"
NUMBERS = ("baseline", "target")
FACTS = ("what", "why", "measure", "unit", "direction", *NUMBERS, "starts_on", "due_on", "depends_on")


def new(here: Visit) -> None:
    """A place to set a goal, for whoever speaks for an area."""
    t, mine = here.t, [area.id for area in here.in_use if area.id in here.mandate.areas]
    if not mine:
        return
    with st.expander(t("Set a goal"), icon=":material/add:", key="set-goal", on_change="rerun") as drawn:
        if not drawn.open:
            return
        key = drafts.fill(here, NEW, 0, _fields(here, None))
        if len(mine) > 1:
            st.segmented_control(t("For which area?"), mine, default=mine[0], format_func=here.area, key=f"area-{key}",
                                 required=True)  # fmt: skip
        _inputs(here, key, None)
        st.button(t("Set this goal"), type="primary", key=f"set-{key}", on_click=_set, args=(key, mine[0]))


def change(here: Visit, row: Goal) -> None:
    """The goal's facts, to be changed; what they were stays in sight."""
    t, name = here.t, _change_form(row.id)
    with st.expander(t("Change this goal"), icon=":material/edit:", key=name, on_change="rerun") as drawn:
        if not drawn.open:
            return
        key = drafts.fill(here, name, row.version, _fields(here, row))
        _inputs(here, key, row)
        st.text_input(t("Why it changes (optional)"), key=f"text-{key}", persist_state="session")
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_change, args=(row.id, key))


def end(here: Visit, row: Goal, *, is_due: bool = False) -> None:
    """How it ended, in one tap, with a line; open from the start once its day is past."""
    t, name = here.t, _end_form(row.id)
    label = t("Its day is past: was it reached?") if is_due else t("End this goal")
    with st.expander(label, icon=":material/flag:", key=f"open-{name}", expanded=is_due):
        key = visit.nonce(name)
        here.refusal(name)
        with st.form(f"form-{key}", border=False, enter_to_submit=False):
            st.text_input(t("What the next goal should know, in one line"), key=f"text-{key}")
            with st.container(horizontal=True, gap="xsmall"):
                for outcome, label in OUTCOMES.items():
                    st.form_submit_button(t(label), key=f"{outcome}-{key}", on_click=_end,
                                          args=(row.id, key, row.version, outcome))  # fmt: skip


def reopen(here: Visit, row: Goal) -> None:
    name = f"reopen-goal-{row.id}"
    here.refusal(name)
    st.button(here.t("Take it up again"), key=name, type="tertiary", icon=":material/undo:", on_click=_reopen,
              args=(row.id, row.version))  # fmt: skip


def labels(here: Visit) -> dict[str, str]:
    """What a goal's facts are called."""
    t = here.t
    return {
        "what": t("Goal"),
        "why": t("Why it matters"),
        "measure": t("What is measured"),
        "unit": t("Unit"),
        "direction": t("What is better"),
        "baseline": t("Where it starts"),
        "target": t("Target"),
        "starts_on": t.inside("day", "From"),
        "due_on": t("Due on"),
        "depends_on": t("Depends on"),
        "outcome": t("Outcome"),
        "area": t("Area"),
    }


def shown(here: Visit, name: str, value: Any) -> str:
    """A fact as it reads; days come as days or as they are kept in a change."""
    t = here.t
    if value is None or value == []:
        return "–"
    if name in NUMBERS:
        return t.number(value, 4)
    if name in ("starts_on", "due_on"):
        return t.long_day(date.fromisoformat(str(value)))
    if name == "area":
        return here.area(value)
    if name == "depends_on":
        return t.list(here.area(area_id) for area_id in value)
    if name in ("direction", "outcome"):
        return t({**DIRECTIONS, **OUTCOMES}[value])
    return str(value)


def _fields(here: Visit, row: Goal | None) -> dict[str, Field]:
    said = labels(here)
    if row is None:
        known: dict[str, Any] = {"direction": "up", "depends_on": [], "starts_on": here.today, "due_on": None}
        return {name: Field(said[name], known.get(name, "")) for name in FACTS}
    values = {name: getattr(row, name) for name in FACTS} | {"depends_on": list(row.depends_on)}
    texts = {name: shown(here, name, value) for name, value in values.items()}
    held = {name: here.t.number(values[name], 4) if name in NUMBERS else values[name] for name in FACTS}
    held |= {name: held[name] or "" for name in ("why", "unit")}
    return {name: Field(said[name], held[name], texts[name]) for name in FACTS}


def _inputs(here: Visit, key: str, row: Goal | None) -> None:
    t, said = here.t, labels(here)
    keep: dict[str, Any] = {"persist_state": "session"}
    others = [a.id for a in here.areas.values() if a.archived_at is None or (row and a.id in row.depends_on)]
    example = t.number(1234.5, 1)
    st.text_input(said["what"], key=f"what-{key}", placeholder=t("What will be better, in one line"), **keep)
    st.text_area(said["why"], key=f"why-{key}", height=68, **keep)
    left, middle, right = st.columns([4, 2, 4])
    left.text_input(
        said["measure"], key=f"measure-{key}", placeholder=t("What can be counted each week"), **keep
    )
    middle.text_input(said["unit"], key=f"unit-{key}", placeholder="%", **keep)
    right.segmented_control(said["direction"], list(DIRECTIONS), format_func=lambda d: t(DIRECTIONS[d]),
                            key=f"direction-{key}", required=True, **keep)  # fmt: skip
    columns = st.columns(4)
    columns[0].text_input(said["baseline"], key=f"baseline-{key}", placeholder=example, **keep)
    columns[1].text_input(said["target"], key=f"target-{key}", placeholder=example, **keep)
    columns[2].date_input(said["starts_on"], key=f"starts_on-{key}", format="DD/MM/YYYY", **keep)
    columns[3].date_input(said["due_on"], key=f"due_on-{key}", format="DD/MM/YYYY", **keep)
    st.multiselect(t("Areas it depends on"), others, format_func=here.area, key=f"depends_on-{key}", select_all=False,
                   placeholder=t("No area"), **keep)  # fmt: skip


def _facts(here: Visit, typed: dict[str, Any]) -> dict[str, Any]:
    """What stands in the form, with numbers as numbers; for inside the transaction, where a refusal is shown."""
    for name in NUMBERS:
        if not (typed[name] or "").strip():
            raise Refused("Type a number under “{field}”.", field=labels(here)[name])
    return typed | {name: goals.number(typed[name], here.t) for name in NUMBERS}


def _set(key: str, area: int) -> None:
    if not drafts.is_drawn(NEW, key):
        return
    here, typed = visit.begin(), drafts.typed(NEW, *FACTS)
    chosen: int = st.session_state.get(f"area-{key}") or area

    def set_goal(session: Session) -> None:
        goals.set_goal(session, area=chosen, by=here.mandate, at=here.now, **_facts(here, typed))

    said = here.t("Set: {what}", what=plain(typed["what"], 60))
    if here.act(NEW, set_goal, said, typed=(chosen, typed)):
        st.session_state["set-goal"] = False


def _change(goal_id: int, key: str) -> None:
    name = _change_form(goal_id)
    if not drafts.is_drawn(name, key):
        return
    here, typed, line = visit.begin(), drafts.typed(name, *FACTS), st.session_state.get(f"text-{key}")

    def change_goal(session: Session) -> None:
        goals.change(session, goal_id, seen=drafts.seen(name), line=line, by=here.mandate, at=here.now,
                     **_facts(here, typed))  # fmt: skip

    if here.act(name, change_goal, here.t("Saved."), typed=(typed, line)):
        st.session_state[name] = False


def _end(goal_id: int, key: str, seen: int, outcome: str) -> None:
    name = _end_form(goal_id)
    if not drafts.is_drawn(name, key):
        return
    here, line = visit.begin(), st.session_state.get(f"text-{key}")

    def end_goal(session: Session) -> None:
        goals.end(session, goal_id, outcome=outcome, line=line, by=here.mandate, at=here.now, seen=seen)

    here.act(name, end_goal, here.t("Saved."), typed=(outcome, line))


def _reopen(goal_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"reopen-goal-{goal_id}", lambda s: goals.reopen(s, goal_id, by=here.mandate, at=here.now, seen=seen),
             here.t("Saved."))  # fmt: skip


def _change_form(goal_id: int) -> str:
    return f"change-goal-{goal_id}"


def _end_form(goal_id: int) -> str:
    return f"end-goal-{goal_id}"
