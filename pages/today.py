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
entered = already_waiting.draw(here)
first_hours.draw(here)
first_month.on_today(here)
if not areas and not inbox.mine:
    st.info(
        t(
            "You don't speak for an area, so nothing waits for you. Everything is open to you under Requests and Trends."
        )
    )
elif inbox.mine:
    st.markdown(t.plural("{n} request waits for your move.", "{n} requests wait for your move.", inbox.mine))
elif was_asked:
    st.success(
        t("Nothing waits for you: every request to your area has an answer, and every promise is in time."),
        icon=":material/check_circle:",
    )
elif entered is None:  # else what there is to do stands above
    beginning.ask_first(
        here, t("Nobody has asked your area for anything yet. Ask for what you need: that is how it begins.")
    )
my_moves.draw(here, inbox, apart=entered or ())
if news:
    st.subheader(t("New since you were last here"), anchor=False)
    for event in news:
        lines.link(named[event.request_id], f"{told[event.id]} · ")
deputies.of_my_areas(here)
