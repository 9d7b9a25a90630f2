"""My preparation: what will be asked of my area, what is missing, what I want; five minutes on a phone."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from coord import goals, meetings
from coord.meetings import Item, Meeting, Missing, Preparation
from coord.requests import Request
from coord.ui import (
    agenda_topic,
    agenda_words,
    drafts,
    goals_checks,
    goals_words,
    lines,
    moves,
    roles_list,
    visit,
)
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

MOST = 8


def asked(here: Visit, items: Sequence[Item], area: int) -> None:
    """What the hour will ask of an area, and why; what waits for it stands first."""
    t = here.t
    st.subheader(_counted(t("What you will be asked"), len(items)), anchor=False)
    if not items:
        st.success(t("Nothing on the agenda waits for your area so far."), icon=":material/check_circle:")
    mine = [item for item in items if item.areas[0] == area]
    for item in mine:
        _asked(here, item, is_turn=True)
    if rest := items[len(mine) :]:
        label = t.plural("{n} more that concerns your area", "{n} more that concern your area", len(rest))
        with st.expander(label, key="concerned"):
            for item in rest:
                _asked(here, item, is_turn=False)


def _asked(here: Visit, item: Item, *, is_turn: bool) -> None:
    t = here.t
    title, there = f"**{plain(meetings.title(item, t), 160)}**", agenda_words.place(item)
    with st.container(border=is_turn, key=f"asked-{item.id}", gap=None):
        if there:
            st.page_link(there[0], label=title, query_params=there[1])
        else:
            st.markdown(title)
        badge = f":green-badge[{t('Your turn')}] " if is_turn else ""
        st.markdown(f":small[{badge}{agenda_words.why(here, item)}]")


def missing(here: Visit, found: Missing) -> None:
    """What can be done before the hour, where it stands."""
    t = here.t
    st.subheader(_counted(t("What is still missing"), found.count), anchor=False)
    if not found.count:
        st.success(t("Nothing is missing: check-ins, answers and promises are as they should be."),
                   icon=":material/check_circle:")  # fmt: skip
    with here.read() as session:
        last = goals.latest(session, [row.id for row in found.check_ins])
    for row in found.check_ins:
        with st.container(border=True, key=f"check-{row.id}", gap="xsmall"):
            goals_words.link(row)
            goals_checks.form(here, row, last.get(row.id))
    rows = [*found.past, *found.answers]
    for request in rows[:MOST]:
        _request(here, request)
    if rows[MOST:]:
        label = t.plural("{n} more under Today", "{n} more under Today", len(rows) - MOST)
        st.page_link(PAGES / "today.py", label=label)
    for role in (*found.roles.overdue, *found.roles.unacknowledged):
        with st.container(border=True, key=f"role-{role.id}", gap=None):
            roles_list.link(role)
            st.markdown(f":small[{t('This role waits to be looked at.')}]")


def _request(here: Visit, row: Request) -> None:
    with st.container(border=True, key=f"line-{row.id}", gap="xsmall"):
        lines.link(row)
        lines.about(here, row, lines.waited(here, row))
        moves.buttons(here, row)
        moves.panel(here, row)


def wants(here: Visit, meeting: Meeting, area: int, prepared: Preparation | None) -> None:
    """The one thing an area wants, what it asks and brings, and the button that says it is prepared."""
    t, form = here.t, _form(meeting.id, area)
    st.subheader(t("What you want to ask"), anchor=False)
    text = (prepared.want if prepared else None) or ""
    key = drafts.fill(
        here, form, prepared.version if prepared else 0, {"what": Field(t("The one thing"), text)}
    )
    st.text_input(t("The one thing that your area wants this week"), key=f"what-{key}",
                  help=t("You say it in the round before the requests; it stands ready there."))  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        st.page_link(PAGES / "ask.py", label=t("Ask another area"), icon=":material/add_comment:")
        st.page_link(
            PAGES / "issues.py", label=t("Write down what happened"), icon=":material/tips_and_updates:"
        )
    agenda_topic.draw(here, meeting, area=area)
    is_done = prepared is not None
    st.button(t("Save") if is_done else t("I'm prepared"), key=f"send-{key}", type="primary", icon=":material/check:",
              width="stretch", on_click=_send, args=(key, meeting.id, area))  # fmt: skip
    if prepared is not None:
        st.success(_said(here, prepared), icon=":material/check_circle:")


def everybody(here: Visit, prepared: dict[int, Preparation | None]) -> None:
    """Who is prepared, for whoever runs the hour."""
    t = here.t
    ready = [area for area, one in prepared.items() if one is not None]
    not_yet = [area for area, one in prepared.items() if one is None]
    badges = [f":green-badge[:material/check: {plain(here.area(area))}]" for area in ready]
    badges += [f":gray-badge[{plain(here.area(area))}]" for area in not_yet]
    st.markdown(t("{n} of {all} areas are prepared.", n=t.number(len(ready)), all=t.number(len(prepared))))
    st.markdown(" ".join(badges))


def _said(here: Visit, prepared: Preparation) -> str:
    when = here.t.instant(prepared.prepared_at or 0)
    if prepared.on_behalf:
        return here.t("Prepared on {when} by the facilitator, on the area's behalf.", when=when)
    return here.t("Prepared on {when}. You can still change it.", when=when)


def _counted(title: str, n: int) -> str:
    return f"{title} :gray-badge[{n}]" if n else title


def _form(meeting_id: int, area: int) -> str:
    return f"prepare-{meeting_id}-{area}"


def _send(key: str, meeting_id: int, area: int) -> None:
    form = _form(meeting_id, area)
    if not drafts.is_drawn(form, key):
        return
    here, want, seen = visit.begin(), drafts.typed(form, "what")["what"], drafts.seen(form)

    def prepare(session: Session) -> None:
        meetings.prepare(session, meeting_id, area, want=want, seen=seen, by=here.mandate, at=here.now)

    here.act(form, prepare, here.t("You are prepared."), typed=want)
