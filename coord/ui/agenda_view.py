"""The agenda before the hour: as it grows for everybody, and in the facilitator's hand."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

import streamlit as st

from coord import issues, meetings, people
from coord.meetings import Item, Meeting
from coord.proposal import SECTIONS
from coord.refusal import Refused
from coord.ui import (
    agenda_leaving,
    agenda_order,
    agenda_text,
    agenda_topic,
    agenda_words,
    hour,
    series_dates,
    series_form,
    visit,
)
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

FRESH = 60  # seconds after which whoever looks has the agenda collected anew
_COLLECTED: dict[tuple[str, int], int] = {}  # which database and meeting, when


def ahead(here: Visit, row: Meeting | None) -> None:
    """The next hour's agenda, the meetings to come, and for those who run them the series."""
    t = here.t
    parts: dict[str, Callable[[Visit], None]] = {t("Coming meetings"): series_dates.draw}
    if row is not None:
        parts = {t("Agenda"): partial(draw, row=row), **parts}
    if here.mandate.rights & {"facilitator", "admin"}:
        parts[t("The series")] = series_form.draw
    for tab, part in zip(st.tabs(list(parts), key="ahead", on_change="rerun"), parts.values(), strict=True):
        if tab.open:  # the others wait until somebody looks
            with tab:
                part(here)


def draw(here: Visit, row: Meeting) -> None:
    """The agenda of a planned meeting, with what this person can do about it."""
    freshen(here, row)
    with here.read() as session:
        row, items = meetings.meeting(session, row.id), meetings.items(session, row.id)
        prepared = meetings.prepared(session, row.id)
        names = people.names(session, here.t)
    standing = meetings.standing(items)
    facilitates = "facilitator" in here.mandate.rights
    _heading(here, row, names, sum(one is not None for one in prepared.values()), len(prepared))
    with st.container(key="agenda-load", gap="xsmall"):
        _load(here, row, items, facilitates)
        agenda_leaving.panel(here, row, items)
    agenda_topic.draw(here, row)
    with st.container(width=900):
        if facilitates:
            agenda_order.draw(here, row, standing)
        else:
            _read(here, standing)
        agenda_leaving.left(here, items)
    agenda_text.draw(here, row, standing)
    st.html(_STICKS)


# The sum stays in sight while one goes through the agenda.
_STICKS = """<style>.st-key-agenda-over [data-testid="stProgressBarTrack"] > div { background: light-dark(#b3432b, #e0836d); }
:has(> .st-key-agenda-load) { position: sticky; top: 0; z-index: 9; padding-block: 0.6rem;
background: light-dark(#fdfcfa, #131a19); }
@media (max-width: 640px) { :has(> .st-key-agenda-load) { top: 3.4rem; } }</style>"""


def freshen(here: Visit, row: Meeting) -> None:
    """Bring the agenda up to date, unless that was done a moment ago."""
    key = (str(here.database.url), row.id)
    if here.now - _COLLECTED.get(key, 0) < FRESH:
        return
    _COLLECTED[key] = here.now
    with suppress(Refused), here.database.begin() as session:
        meetings.collect(session, row.id, at=here.now)


def _heading(here: Visit, row: Meeting, names: dict[int, str], prepared: int, areas: int) -> None:
    t = here.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(agenda_words.day(here, row), anchor=False, width="content")
        if row.link:
            st.markdown(f"[:material/videocam: {t('Join by video')}](<{row.link}>)", width="content")
    runs = t("{name} runs it.", name=plain(names[row.facilitator_id])) if row.facilitator_id in names else ""
    ready = t("{n} of {all} areas are prepared.", n=t.number(prepared), all=t.number(areas))
    moved = t("Moved: {why}", why=plain(row.why, 200)) if row.why else ""
    st.markdown(" ".join(filter(None, [runs, ready, moved])))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if here.mandate.areas or "facilitator" in here.mandate.rights:
            st.page_link(PAGES / "preparation.py", label=t("My preparation"), icon=":material/checklist:")
        hour.begins(here, row)
        if "facilitator" in here.mandate.rights and row.opened_at is None:
            st.button(t("Open the agenda"), key="open-agenda", icon=":material/lock_open:", on_click=_open, args=(row.id,),
                      help=t("From here on you can prepare and record for any area. It opens by itself two days before."))  # fmt: skip
    here.refusal("open-agenda")


def _load(here: Visit, row: Meeting, items: Sequence[Item], facilitates: bool) -> None:
    """The sum against what the hour has; too much is said in red, with what to carry."""
    t, load = here.t, meetings.load(items)
    said = t("{n} of {limit} minutes", n=t.number(load.minutes), limit=t.number(load.limit))
    if not load.over:
        left = t.plural("{n} minute free", "{n} minutes free", load.limit - load.minutes)
        st.progress(load.minutes / load.limit, text=f"**{said}** · {left}")
        return
    over = t.plural("{n} minute too many", "{n} minutes too many", load.over)
    with st.container(key="agenda-over"):
        st.progress(1.0, text=f":red[**{said}** · **{over}**]")
    if not facilitates:
        return
    named = {one.id: one for one in items}
    here.refusal("put-off")
    with st.container(horizontal=True, gap="small"):
        if load.carry:
            n = len(load.carry)
            label = t.plural("Carry {n} item to the next hour", "Carry {n} items to the next hour", n)
            st.button(
                label,
                key="put-off",
                icon=":material/move_down:",
                on_click=_put_off,
                args=(row.id, load.carry),
            )
            with st.popover(t("Which?"), type="tertiary"):
                st.caption(t("What weighs least where the hour is fullest; never a decision."))
                st.markdown("\n".join(f"- {plain(meetings.title(named[i], t), 90)}" for i in load.carry))


def _read(here: Visit, items: Sequence[Item]) -> None:
    """The agenda for reading; what concerns my areas is marked, and can be settled before."""
    t = here.t
    minutes = meetings.section_minutes(items)
    if here.mandate.areas:
        ways = {"all": t("The whole hour"), "mine": t("My area only")}
        way = st.segmented_control(t("Show"), list(ways), default="all", format_func=lambda one: ways[one], key="agenda-shown",
                                   label_visibility="collapsed", required=True)  # fmt: skip
        items = items if way == "all" else [one for one in items if _is_mine(here, one)]
    with here.read() as session:
        voted = issues.voted(session, here.person.id)
    for section, name in SECTIONS.items():
        rows = [one for one in items if one.section == section]
        if rows:
            total = t("{n} min", n=t.number(minutes[section]))
            st.markdown(f"##### {t(name)} :small[:gray[{total}]]")
        for one in rows:
            _line(here, one, voted)


def _is_mine(here: Visit, item: Item) -> bool:
    return bool(here.mandate.areas.intersection(item.areas))


def _line(here: Visit, item: Item, voted: set[int]) -> None:
    """One item; framed, with what can be done about it, where it concerns my area."""
    t, mine, there = here.t, _is_mine(here, item), agenda_words.place(item)
    title = f"**{plain(meetings.title(item, t), 200)}**"
    with st.container(border=mine, key=f"item-{item.id}", gap=None):
        if there:
            st.page_link(there[0], label=title, query_params=there[1])
        else:
            st.markdown(title)
        badges = [f":green-badge[{t('Your area')}]"] if mine else []
        badges += [f":gray-badge[{plain(mark)}]" for mark in agenda_words.marks(here, item)]
        said = [" ".join(badges), agenda_words.why(here, item), t("{n} min", n=t.number(item.minutes))]
        st.markdown(":small[" + " · ".join(filter(None, said)) + "]")
        if mine or item.kind == "issue":
            with st.container(horizontal=True, gap="small"):
                _moves(here, item, mine, voted)
        here.refusal(f"item-{item.id}")


def _moves(here: Visit, item: Item, mine: bool, voted: set[int]) -> None:
    """What a head does about an item before the hour."""
    t = here.t
    if mine:
        label = t("It needs the hour after all") if item.settle_before else t("Can be settled before")
        st.button(
            label,
            key=f"before-{item.id}",
            type="tertiary",
            icon=":material/done_all:",
            on_click=_before,
            args=(item.id, not item.settle_before),
        )
    if item.kind == "issue" and here.mandate.rights:
        number = int((item.subject or "").partition(":")[2])
        label = t("Take my vote back") if number in voted else t("Vote for it")
        st.button(label, key=f"vote-{item.id}", type="tertiary", icon=":material/how_to_vote:", on_click=_vote,
                  args=(item.id, number, number not in voted))  # fmt: skip


def _open(meeting_id: int) -> None:
    here = visit.begin()
    here.act("open-agenda", lambda session: meetings.open_agenda(session, meeting_id, by=here.mandate, at=here.now),
             here.t("The agenda is open."))  # fmt: skip


def _put_off(meeting_id: int, items: tuple[int, ...]) -> None:
    here = visit.begin()
    here.act("put-off", lambda session: meetings.put_off(session, meeting_id, items, by=here.mandate, at=here.now),
             here.t("Carried to the next hour."), typed=items)  # fmt: skip


def _before(item_id: int, value: bool) -> None:
    here = visit.begin()
    here.act(
        f"item-{item_id}",
        lambda session: meetings.mark_settle_before(session, item_id, value, by=here.mandate),
    )


def _vote(item_id: int, issue_id: int, wanted: bool) -> None:
    here, form = visit.begin(), f"item-{item_id}"
    if wanted:
        here.act(form, lambda session: issues.vote(session, issue_id, by=here.mandate, at=here.now))
    else:
        here.act(form, lambda session: issues.unvote(session, issue_id, by=here.mandate))
