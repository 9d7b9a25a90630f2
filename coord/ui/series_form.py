"""How the weekly series goes on: its hour, its link, closed days, who runs it in turn, which areas take part."""

from datetime import time
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings, people
from coord.meetings import HOLIDAY_RULES, Arrangement, Series
from coord.ui import drafts, places, visit
from coord.ui.drafts import Field
from coord.ui.visit import PAGES, Visit

FORM = "series"
FIELDS = ("starts", "zone", "link", "holiday_rule", "facilitators", "left_out")


def draw(here: Visit) -> None:
    """The form; whoever facilitates or administers sees it."""
    t = here.t
    with here.read() as session:
        row = meetings.the_series(session)
        turn, out = meetings.facilitators(session), sorted(meetings.left_out(session))
        held = people.rights(session)
        able = {
            p.id: p.name for p in people.people(session) if ("facilitator", None) in held.get(p.id, set())
        }
    day = places.weekdays(t)[here.company.meeting_weekday]
    st.markdown(t("The hour is held every week on this day: {day}.", day=f"**{day}**"))
    if here.mandate.administers:
        st.page_link(
            PAGES / "company.py",
            label=t("Another weekday: in the company's settings"),
            icon=":material/domain:",
        )
    key = drafts.fill(here, FORM, row.version if row else 0, _fields(here, row, turn, out, able))
    with st.container(key=f"form-{key}", width=720):
        _inputs(here, key, row, able)
        st.button(
            t("Save") if row else t("Begin the series"),
            type="primary",
            key=f"save-{key}",
            on_click=_save,
            args=(key,),
        )


def _fields(
    here: Visit, row: Series | None, turn: list[int], out: list[int], able: dict[int, str]
) -> dict[str, Field]:
    t = here.t
    minute = row.starts_minute if row else Arrangement().starts_minute
    rule = row.holiday_rule if row else Arrangement().holiday_rule
    starts = time(minute // 60, minute % 60)
    return {
        "starts": Field(t("Begins at"), starts, f"{starts:%H:%M}"),
        "zone": Field(t("Time zone"), row.zone if row else None),
        "link": Field(t("Link for those who join by video"), (row.link if row else None) or ""),
        "holiday_rule": Field(t("When the company is closed on that day"), rule, t(HOLIDAY_RULES[rule])),
        "facilitators": Field(t("Who runs it, in turn"), turn, t.list(able[p] for p in turn)),
        "left_out": Field(t("Areas that don't take part"), out, t.list(map(here.area, out))),
    }


def _inputs(here: Visit, key: str, row: Series | None, able: dict[int, str]) -> None:
    t = here.t
    left, right = st.columns(2)
    left.time_input(t("Begins at"), key=f"starts-{key}", step=900)
    right.selectbox(t("Time zone"), places.zones(row.zone if row else None), index=None, format_func=places.zone_name,
                    key=f"zone-{key}", placeholder=t("As the company"))  # fmt: skip
    st.text_input(t("Link for those who join by video"), key=f"link-{key}", placeholder="https://")
    st.radio(t("When the company is closed on that day"), list(HOLIDAY_RULES), key=f"holiday_rule-{key}",
             format_func=lambda rule: t(HOLIDAY_RULES[rule]))  # fmt: skip
    st.multiselect(t("Who runs it, in turn"), list(able), format_func=lambda p: able.get(p, ""), key=f"facilitators-{key}",
                   placeholder=t("Choose people"), select_all=False,
                   help=t("In the order in which they are chosen. Whoever has the right to facilitate can be chosen."))  # fmt: skip
    st.multiselect(t("Areas that don't take part"), [area.id for area in here.in_use], format_func=here.area,
                   key=f"left_out-{key}", placeholder=t("All take part"), select_all=False)  # fmt: skip


def _save(key: str) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here, typed = visit.begin(), drafts.typed(FORM, *FIELDS)
    wish = _wish(typed)

    def arrange(session: Session) -> None:
        meetings.arrange(session, wish, seen=drafts.seen(FORM), by=here.mandate, at=here.now)

    here.act(FORM, arrange, here.t("Saved. The next weeks' meetings follow."), typed=typed)


def _wish(typed: dict[str, Any]) -> Arrangement:
    starts = typed["starts"]
    return Arrangement(
        starts_minute=starts.hour * 60 + starts.minute if starts else -1,
        zone=typed["zone"],
        link=typed["link"],
        holiday_rule=typed["holiday_rule"] or "",
        facilitators=tuple(typed["facilitators"] or ()),
        left_out=frozenset(typed["left_out"] or ()),
    )
