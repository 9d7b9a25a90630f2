"""Today: what waits for my area, most urgent first, each line answered in place."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from coord import people, requests
from coord.requests import Request
from coord.ui import (
    already_waiting,
    beginning,
    clock_doubt,
    deputies,
    first_hours,
    first_month,
    hour_ahead,
    lines,
    moves,
    next_steps,
    rights_changed,
    setup,
    stories,
    visit,
)
from coord.ui.plain import plain

MOST = 40

here = visit.begin()
t = here.t
areas = sorted(here.mandate.areas)
with here.read() as session:
    inbox = requests.inbox(session, areas=areas, person_id=here.person.id)
    news = requests.news(session, areas=areas, person_id=here.person.id, since=here.news_since)
    words = requests.last_words(
        session,
        [r.id for r in (*inbox.offered, *inbox.tell, *inbox.confirm)],
        ["counter", "question", "deliver"],
    )
    names = people.names(session, here.t)
    named = {n.request_id: requests.request(session, n.request_id) for n in news}
    told = {n.id: stories.sentence(here, n, requests.story(session, n.request_id), names) for n in news}
    open_move = moves.choice()
    opened = requests.there(session, open_move.request_id) if open_move else None
    was_asked = inbox.mine or requests.were_asked(session, areas)


def section(title: str, rows: Sequence[Request], *, most: int = 8) -> None:
    """A heading with its lines; a long list shows its most urgent ones first."""
    if not rows:
        return
    st.subheader(f"{title} :gray-badge[{t.number(len(rows))}]", anchor=False)
    for row in rows[:most]:
        line(row)
    if rest := rows[most:]:
        writing = open_move is not None and open_move.request_id in {row.id for row in rest}
        label = t.plural("{n} more", "{n} more", len(rest))
        with st.expander(label, expanded=writing, key=f"rest-{title}", on_change="rerun") as more:
            if more.open:  # hundreds of lines are drawn only for whoever wants to see them
                for row in rest[:MOST]:
                    line(row)
                if rest[MOST:]:
                    st.page_link(visit.PAGES / "requests.py", label=t("See all requests"))


def line(row: Request) -> None:
    with st.container(border=True, key=f"line-{row.id}", gap="xsmall"):
        left, right = st.columns([11, 9], vertical_alignment="center")
        with left:
            lines.link(row)
            lines.about(here, row, lines.waited(here, row))
            if (said := words.get(row.id)) and said.text:
                offered = f" · {t('for {day}', day=t.day(said.day, today=here.today))}" if said.day else ""
                st.caption(f"“{plain(said.text, 220)}”{offered}")
        with right:
            moves.buttons(here, row)
        moves.panel(here, row)


def kept_promises() -> None:
    """Promises by how near their day is."""
    past = [r for r in inbox.keep if r.promised_on and r.promised_on < here.today]
    today = [r for r in inbox.keep if r.promised_on == here.today]
    soon = [
        r
        for r in inbox.keep
        if r.promised_on and here.today < r.promised_on <= here.today + timedelta(days=7)
    ]
    later = [r for r in inbox.keep if not r.promised_on or r.promised_on > here.today + timedelta(days=7)]
    section(t("Past their day: keep them, or say a new day"), past)
    section(t("Promised for today"), today)
    section(t("Promised for the next seven days"), soon)
    section(t("Promised for later"), later, most=3)


st.title(t("Today"), anchor=False)
clock_doubt.draw(here)
setup.card(here)
hour_ahead.draw(here)
next_steps.draw(here)
rights_changed.since_last_here(here)
already_waiting.draw(here)
first_hours.draw(here)
first_month.on_today(here)
if not areas and not inbox.mine:
    st.info(
        t(
            "You don't speak for an area, so nothing waits for you. Everything is open to you under Requests and Trends."
        )
    )
elif not inbox.mine and not was_asked:
    beginning.ask_first(
        here, t("Nobody has asked your area for anything yet. Ask for what you need: that is how it begins.")
    )
elif not inbox.mine:
    st.success(
        t("Nothing waits for you: every request to your area has an answer, and every promise is in time."),
        icon=":material/check_circle:",
    )
else:
    st.markdown(t.plural("{n} request waits for your move.", "{n} requests wait for your move.", inbox.mine))

shown = {
    r.id for r in (*inbox.answer, *inbox.keep, *inbox.offered, *inbox.tell, *inbox.confirm, *inbox.waiting)
}
if opened is not None and opened.id not in shown:
    section(t("You were writing here"), [opened])
section(t("Answer these"), inbox.answer)
kept_promises()
section(t("They offered something else"), inbox.offered)
section(t("Tell them what they need to know"), inbox.tell)
section(t("Confirm these deliveries"), inbox.confirm)
section(t("What your area waits for"), inbox.waiting)
if news:
    st.subheader(t("New since you were last here"), anchor=False)
    for event in news:
        lines.link(named[event.request_id], f"{told[event.id]} · ")
deputies.of_my_areas(here)
