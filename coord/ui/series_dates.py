"""The meetings to come, one a week: moved, dropped or brought back in place."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings, people
from coord.meetings import Meeting
from coord.ui import agenda_words, calendar_address, drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

OPENED = "date-opened"  # the meeting whose form is open, and what for


def draw(here: Visit) -> None:
    """The list; facilitators and administrators change it."""
    t = here.t
    with here.read() as session:
        rows, zone = meetings.upcoming(session, at=here.now), _zone(here, meetings.the_series(session))
        names = people.names(session, here.t)
    if not rows:
        st.info(t("No meeting is planned yet. A facilitator or an administrator begins the series."))
    for row in rows:
        with st.container(border=True, key=f"date-{row.id}", gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_said(here, row, names), width="stretch")
                if here.mandate.rights & {"facilitator", "admin"}:
                    _buttons(here, row)
            here.refusal(f"restore-{row.id}")
            if st.session_state.get(OPENED) == (row.id, "move"):
                _move_form(here, row, zone)
            if st.session_state.get(OPENED) == (row.id, "drop"):
                _drop_form(here, row)
    calendar_address.draw(here)


def _zone(here: Visit, series: meetings.Series | None) -> str:
    return (series.zone if series else None) or here.company.zone


def _said(here: Visit, row: Meeting, names: dict[int, str]) -> str:
    t, when = here.t, agenda_words.day(here, row)
    if row.state == "dropped":
        why = plain(row.why, 200) or t("The company is closed on that day.")
        return f":gray[~~{when}~~]  \n:small[{t('Not held')}: {why}]"
    runs = t("{name} runs it.", name=plain(names[row.facilitator_id])) if row.facilitator_id in names else ""
    moved = t("Moved: {why}", why=plain(row.why, 200)) if row.why else ""
    return f"**{when}**  \n:small[{' '.join(filter(None, [runs, moved]))}]"


def _buttons(here: Visit, row: Meeting) -> None:
    t = here.t
    if row.state == "dropped":
        st.button(t("Hold it after all"), key=f"restore-{row.id}", type="tertiary", on_click=_restore,
                  args=(row.id, row.version))  # fmt: skip
        return
    for way, label in (("move", t("Move…")), ("drop", t("Drop…"))):
        st.button(label, key=f"{way}-date-{row.id}", type="tertiary", on_click=_open, args=(row.id, way))


def _move_form(here: Visit, row: Meeting, zone: str) -> None:
    t, form = here.t, _form(row.id, "move")
    local = datetime.fromtimestamp(row.starts_at, ZoneInfo(zone))
    fields = {
        "day": Field(t("Day"), local.date()),
        "starts": Field(t("Begins at"), local.time()),
        "why": Field(t("Why"), ""),
    }
    key = drafts.fill(here, form, row.version, fields)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        st.date_input(t("Day"), key=f"day-{key}", format="DD/MM/YYYY", width=160)
        st.time_input(t("Begins at"), key=f"starts-{key}", step=900, width=140, help=zone.replace("_", " "))
        st.text_input(t("Why (optional)"), key=f"why-{key}", width="stretch")
    _submits(here, row.id, "move", t("Move it"), key, zone)


def _drop_form(here: Visit, row: Meeting) -> None:
    t = here.t
    key = drafts.fill(here, _form(row.id, "drop"), row.version, {"why": Field(t("Why"), "")})
    st.text_input(t("Why it is not held"), key=f"why-{key}")
    st.caption(t("Topics that people added go to the next hour's agenda."))
    _submits(here, row.id, "drop", t("Drop the meeting"), key, "")


def _submits(here: Visit, meeting_id: int, way: str, label: str, key: str, zone: str) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        st.button(label, type="primary", key=f"send-{key}", on_click=_send, args=(key, meeting_id, way, zone))
        st.button(
            here.t("Close"), type="tertiary", key=f"close-{key}", on_click=_close, args=(meeting_id, way)
        )


def _form(meeting_id: int, way: str) -> str:
    return f"{way}-meeting-{meeting_id}"


def _open(meeting_id: int, way: str) -> None:
    st.session_state[OPENED] = (meeting_id, way)


def _close(meeting_id: int, way: str) -> None:
    visit.finished(_form(meeting_id, way))
    st.session_state.pop(OPENED, None)


def _send(key: str, meeting_id: int, way: str, zone: str) -> None:
    form = _form(meeting_id, way)
    if not drafts.is_drawn(form, key):
        return
    here, typed, seen = visit.begin(), drafts.typed(form, "day", "starts", "why"), drafts.seen(form)

    def change(session: Session) -> None:
        if way == "move":
            meetings.move(session, meeting_id, starts_at=_instant(typed["day"], typed["starts"], zone), why=typed["why"],
                          seen=seen, by=here.mandate, at=here.now)  # fmt: skip
        else:
            meetings.drop(
                session, meeting_id, why=typed["why"] or "", seen=seen, by=here.mandate, at=here.now
            )

    if here.act(form, change, here.t("Saved."), typed=typed):
        st.session_state.pop(OPENED, None)


def _instant(day: date | None, starts: time | None, zone: str) -> int:
    """The instant that was chosen; 0, long past, where a part of it is missing."""
    return int(datetime.combine(day, starts, ZoneInfo(zone)).timestamp()) if day and starts else 0


def _restore(meeting_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"restore-{meeting_id}", lambda session: meetings.restore(session, meeting_id, seen=seen, by=here.mandate,
                                                                      at=here.now), here.t("It is held."))  # fmt: skip
