"""This week's check-ins: a value, a line, and one tap on how it stands."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import goals
from coord.goals import STATUSES, CheckIn, Goal
from coord.ui import drafts, goals_words, visit
from coord.ui.goals_words import Standing
from coord.ui.plain import plain
from coord.ui.visit import Visit

_ICONS = {
    "on_track": ":material/check_circle:",
    "caution": ":material/warning:",
    "off_track": ":material/error:",
}


def mine(here: Visit, found: list[Standing]) -> None:
    """What my areas have not said this week, ready to be said; and what they have, ready to be corrected."""
    t, week = here.t, goals.week_of(here.today)
    own = [one for one in found if one.row.area_id in here.mandate.areas and _runs(here, one.row)]
    if not own:
        return
    said = [one for one in own if one.last is not None and one.last.week_on == week]
    missing = [one for one in own if one not in said]
    count = f" :gray-badge[{t.number(len(missing))}]" if missing else ""
    st.subheader(t("My check-ins of this week") + count, anchor=False)
    for one in missing:
        with st.container(border=True, key=f"mine-{one.row.id}", gap="xsmall"):
            goals_words.link(one.row)
            form(here, one.row, one.last)
    if not missing:
        st.success(t("Every goal of yours has its check-in of this week."), icon=":material/check_circle:")
    if said:
        writing = any(_is_writing(one.row) for one in said)
        label = t.plural(
            "{n} checked in: look, or put it right", "{n} checked in: look, or put them right", len(said)
        )
        with st.expander(label, key="checked-in", expanded=writing):
            for one in said:
                goals_words.link(one.row)
                form(here, one.row, one.last)


def form(here: Visit, row: Goal, last: CheckIn | None) -> None:
    """The form of this week's check-in; what was said this week already stands above it."""
    t, name = here.t, _form(row.id)
    key = visit.nonce(name)
    here.refusal(name)
    st.markdown(f":small[{_known(here, row, last)}]")
    # Enter would press the first button, and say “on track” before anybody has looked at the three
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        left, right = st.columns([5, 12])
        unit = f" ({plain(row.unit)})" if row.unit else ""
        left.text_input(
            t("Value now") + unit, key=f"value-{key}", placeholder=t.number(last.value, 4) if last else ""
        )
        right.text_input(t("In one line: what helps, what stands in the way"), key=f"text-{key}")
        with st.container(horizontal=True, gap="xsmall"):
            for status in reversed(STATUSES):
                st.form_submit_button(t(STATUSES[status]), key=f"{status}-{key}", icon=_ICONS[status], on_click=_send,
                                      args=(key, row.id, last.id if last else 0, status))  # fmt: skip


def _known(here: Visit, row: Goal, last: CheckIn | None) -> str:
    """The measure, its target, and what was said last."""
    t = here.t
    parts = [plain(row.measure), t("Target: {value}", value=goals_words.amount(here, row, row.target))]
    if last is not None:
        day, status = t.day(here.calendar.day_of(last.at), today=here.today), t(STATUSES[last.status])
        value = goals_words.amount(here, row, last.value)
        parts.append(t("{day}: {value}, {status}", day=day, value=f"**{value}**", status=status))
        parts += [f"“{plain(last.line)}”"] if last.line else []
    return " · ".join(parts)


def _runs(here: Visit, row: Goal) -> bool:
    return row.ended_at is None and row.starts_on <= here.today


def _is_writing(row: Goal) -> bool:
    """Whether something was typed here that is not saved: somebody else was faster, or a rule said no."""
    key = visit.nonce(_form(row.id))
    return bool(st.session_state.get(f"value-{key}") or st.session_state.get(f"text-{key}"))


def _form(goal_id: int) -> str:
    return f"check-in-{goal_id}"


def _send(key: str, goal_id: int, seen: int, status: str) -> None:
    name = _form(goal_id)
    if not drafts.is_drawn(name, key):
        return
    here, typed = visit.begin(), drafts.typed(name, "value", "text")

    def check_in(session: Session) -> None:
        goals.check_in(session, goal_id, value=goals.number(typed["value"], here.t), status=status,
                       line=typed["text"], by=here.mandate, at=here.now, seen=seen)  # fmt: skip

    here.act(name, check_in, here.t("Saved."), typed=(status, typed))
