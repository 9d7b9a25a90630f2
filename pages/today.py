"""Today: what waits for my area, most urgent first, each line answered in place."""

import streamlit as st

from coord import people, requests
from coord.ui import (
    already_waiting,
    beginning,
    clock_doubt,
    deputies,
    first_hours,
    first_month,
    hour_ahead,
    lines,
    my_moves,
    next_steps,
    rights_changed,
    setup,
    stories,
    visit,
)

here = visit.begin()
t = here.t
areas = sorted(here.mandate.areas)
with here.read() as session:
    inbox = requests.inbox(session, areas=areas, person_id=here.person.id)
    news = requests.news(session, areas=areas, person_id=here.person.id, since=here.news_since)
    names = people.names(session, here.t)
    named = {n.request_id: requests.request(session, n.request_id) for n in news}
    told = {n.id: stories.sentence(here, n, requests.story(session, n.request_id), names) for n in news}
    was_asked = inbox.mine or requests.were_asked(session, areas)


st.title(t("Today"), anchor=False)
clock_doubt.draw(here)
setup.card(here)
hour_ahead.draw(here)
next_steps.draw(here)
rights_changed.since_last_here(here)
if inbox.mine:  # said before the questions of a new company, which are long on a phone
    st.markdown(t.plural("{n} request waits for your move.", "{n} requests wait for your move.", inbox.mine))
entered = already_waiting.draw(here)
first_month.on_today(here)
if not inbox.mine:
    first_hours.draw(here)
    if not areas:
        st.info(
            t(
                "You don't speak for an area, so nothing waits for you. Everything is open to you under Requests and Trends."
            )
        )
    elif was_asked:
        st.success(
            t(
                "Nothing waits for you: every request to your area has an answer, and every promise is in time."
            ),
            icon=":material/check_circle:",
        )
    elif entered is None and not inbox.waiting:  # else they have begun already
        beginning.ask_first(
            here,
            t("Nobody has asked your area for anything yet. Ask for what you need: that is how it begins."),
        )
my_moves.draw(here, inbox, apart=entered or ())
if inbox.mine:  # what others wait for comes before what is still ahead
    first_hours.draw(here)
if news:
    st.subheader(t("New since you were last here"), anchor=False)
    for event in news:
        lines.link(named[event.request_id], f"{told[event.id]} · ")
deputies.of_my_areas(here)
