"""Moving in, the weekly hour: its weekday and its time, with the days that follow from them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import streamlit as st
from babel import dates
from sqlalchemy.orm import Session

from coord import moving_in
from coord.moving_in import Hour
from coord.ui import drafts, places, setup_moves, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.setup_moves import Neighbours
from coord.ui.visit import Visit

FORM = "setup-hour"
FIELDS = ("weekday", "starts", "link")


def draw(here: Visit, around: Neighbours) -> None:
    """One hour a week for everybody who speaks for an area."""
    t = here.t
    st.markdown(
        t(
            "Once a week the heads of all areas meet for an hour. A day and a time at which nobody is on the road is best."
        )
    )
    with here.read() as session:
        saved, version = moving_in.hour(session), moving_in.hour_version(session)
    setup_moves.draw_from(FORM, version)
    key = drafts.fill(here, FORM, version, _fields(here, saved))
    names = [
        str(here.t.locale.days["stand-alone"]["abbreviated"][day]).strip(".").capitalize() for day in range(7)
    ]
    st.segmented_control(t("Weekday"), range(7), format_func=lambda day: names[day], key=f"weekday-{key}",
                         required=True, persist_state="session")  # fmt: skip
    st.time_input(t("Begins at"), key=f"starts-{key}", step=1800, width=160, persist_state="session")
    st.text_input(t("Link for those who join by video (optional)"), key=f"link-{key}", placeholder="https://",
                  persist_state="session")  # fmt: skip
    _ahead(here, _wish(key))
    setup_moves.buttons(here, around, _save, key)


def _fields(here: Visit, saved: Hour) -> dict[str, Field]:
    t, starts = here.t, time(saved.starts_minute // 60, saved.starts_minute % 60)
    return {
        "weekday": Field(t("Weekday"), saved.weekday, places.weekdays(t)[saved.weekday]),
        "starts": Field(t("Begins at"), starts, f"{starts:%H:%M}"),
        "link": Field(t("Link for those who join by video"), saved.link or ""),
    }


def _ahead(here: Visit, wish: Hour) -> None:
    """The first three hours; days on which the company is closed are left out already."""
    t = here.t
    if wish.starts_minute < 0:
        return
    with here.read() as session:
        hours = moving_in.first_hours(session, wish, at=here.now)
    if not hours:  # the company is closed for months
        return
    first, *rest = (datetime.fromtimestamp(at, ZoneInfo(here.company.zone)) for at in hours)
    day = f"{dates.format_date(first, 'full', locale=t.locale)}, {first:%H:%M}"
    with st.container(border=True, key="setup-first-hours", gap="xsmall"):
        st.markdown(t("The first hour: {when}", when=f"**{plain(day)}**"))
        st.caption(
            t("Then: {days}", days=plain(" · ".join(t.day(one.date(), today=here.today) for one in rest)))
        )


def _wish(key: str) -> Hour:
    typed = {name: st.session_state.get(f"{name}-{key}") for name in FIELDS}
    starts = typed["starts"]
    minute = starts.hour * 60 + starts.minute if starts else -1
    return Hour(typed["weekday"] if typed["weekday"] is not None else -1, minute, typed["link"])


def _save(key: str) -> bool:
    if not drafts.is_drawn(FORM, key):
        return True
    here, wish, seen = visit.begin(), _wish(key), drafts.seen(FORM)

    def arrange(session: Session) -> None:
        moving_in.arrange_hour(session, wish, seen=seen, by=here.mandate, at=here.now)

    return here.act(FORM, arrange, here.t("Saved. The next weeks' meetings follow."), typed=wish)
