"""What leaves an agenda before the hour: dropped with a reason, split, carried; and what has left it already."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import Item, Meeting
from coord.text import N_
from coord.ui import agenda_order, drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit

LEFT = {"settled": N_("Settled"), "dropped": N_("Dropped"), "carried": N_("Carried to the next hour")}


def panel(here: Visit, row: Meeting, items: Sequence[Item]) -> None:
    """The panel of the item that was chosen in the facilitator's list."""
    t = here.t
    item = next((one for one in items if one.id == st.session_state.get(agenda_order.CHOSEN)), None)
    if item is None or item.state != "open" or "facilitator" not in here.mandate.rights:
        return
    form = _form(item.id)
    with st.container(border=True, key="leaving", gap="xsmall"):
        st.markdown(f"**{plain(meetings.title(item, t), 160)}**")
        key = drafts.fill(here, form, item.version, {"text": Field(t("Why it leaves the agenda"), "")})
        ways = {"drop": t("Drop it"), "split": t("Split it")}
        way = st.segmented_control(t("What happens to it?"), list(ways), default="drop", format_func=lambda one: ways[one],
                                   key=f"way-{key}", label_visibility="collapsed", required=True)  # fmt: skip
        label = t("Why it leaves the agenda") if way == "drop" else t("Its parts, one a line")
        st.text_area(label, key=f"text-{key}", height=90)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(
                ways[way or "drop"],
                key=f"send-{key}",
                type="primary",
                on_click=_send,
                args=(key, item.id, way),
            )
            if not meetings.is_fixed(item):
                st.button(
                    t("Carry it to the next hour"),
                    key=f"later-{key}",
                    on_click=_later,
                    args=(key, row.id, item.id),
                )
            st.button(t("Close"), key=f"close-{key}", type="tertiary", on_click=_close, args=(item.id,))


def left(here: Visit, items: Sequence[Item]) -> None:
    """What is no longer on the agenda, each with its note."""
    t = here.t
    gone = [one for one in items if one.state in LEFT]
    if not gone:
        return
    label = t.plural("{n} has left the agenda", "{n} have left the agenda", len(gone))
    with st.expander(label, icon=":material/task_alt:", key="left-agenda"):
        for one in gone:
            note = t(one.why) if one.why and one.state == "settled" else paragraphs(one.why)
            said = " · ".join(filter(None, [f":gray-badge[{t(LEFT[one.state])}]", note]))
            here.refusal(f"back-{one.id}")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{plain(meetings.title(one, t), 160)}  \n:small[{said}]", width="stretch")
                if one.state == "dropped" and "facilitator" in here.mandate.rights:
                    st.button(t("Bring back"), key=f"back-{one.id}", type="tertiary", on_click=_restore,
                              args=(one.id, one.version))  # fmt: skip


def _form(item_id: int) -> str:
    return f"leaving-{item_id}"


def _send(key: str, item_id: int, way: str) -> None:
    form = _form(item_id)
    if not drafts.is_drawn(form, key):
        return
    here, text, seen = visit.begin(), drafts.typed(form, "text")["text"] or "", drafts.seen(form)

    def leave(session: Session) -> None:
        if way == "split":
            meetings.split(session, item_id, text.split("\n"), seen=seen, by=here.mandate)
        else:
            meetings.drop_item(session, item_id, why=text, seen=seen, by=here.mandate)

    if here.act(form, leave, here.t("Saved."), typed=(way, text)):
        st.session_state.pop(agenda_order.CHOSEN, None)


def _later(key: str, meeting_id: int, item_id: int) -> None:
    form = _form(item_id)
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    if here.act(form, lambda session: meetings.put_off(session, meeting_id, [item_id], by=here.mandate, at=here.now),
                here.t("Carried to the next hour.")):  # fmt: skip
        st.session_state.pop(agenda_order.CHOSEN, None)


def _close(item_id: int) -> None:
    visit.finished(_form(item_id))
    st.session_state.pop(agenda_order.CHOSEN, None)


def _restore(item_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"back-{item_id}", lambda session: meetings.restore_item(session, item_id, seen=seen, by=here.mandate),
             here.t("Back on the agenda."))  # fmt: skip
