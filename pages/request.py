"""One request: what is asked, whose move it is, and its story."""

import streamlit as st

from coord import people, requests
from coord.refusal import Refused
from coord.ui import lines, mentions, moves, stories, visit
from coord.ui.plain import paragraphs, plain

here = visit.begin()
t = here.t
try:
    with here.read() as session:
        row = requests.request(session, visit.number(st.query_params.get("id")))
        events = requests.story(session, row.id)
        names = people.names(session, here.t)
        before = requests.by_reference(session, row.follows) if row.follows else None
        after = requests.following(session, row.reference)
except Refused as refused:
    st.warning(refused.said(t))
    st.page_link(visit.PAGES / "requests.py", label=t("See all requests"))
    st.stop()

st.title(plain(row.what), anchor=False)
lines.about(here, row, lines.waited(here, row))
if lines.held(here, row):
    st.markdown(f"**{lines.held(here, row)}**")
moves.buttons(here, row)
moves.panel(here, row)

facts = {
    t("Done when…"): row.done_when,
    t("Why it matters"): row.why,
    t("Needed on"): row.needed_on and t.long_day(row.needed_on),
    t("Already waiting since about"): row.since_on and t.long_day(row.since_on),
    t("Customer it serves"): row.customer,
    t("Goal it serves"): row.goal,
    t("Role that is asked"): row.role,
    t("Who handles it"): names.get(row.handler_id or 0),
    t("Answer promised by"): row.answer_by_on and t.long_day(row.answer_by_on),
    t("Confirmed by silence after"): row.silence_at and t.instant(row.silence_at),
}
known = {name: paragraphs(value) for name, value in facts.items() if value}
if row.link:
    known[t("Link")] = f"[{plain(row.link, 80)}](<{row.link}>)"
if known:
    st.table(known, border="horizontal", width="content")
if before is not None:
    lines.link(before, t("Follows up:") + " ")
for other in after:
    lines.link(other, t("Followed up by:") + " ")

st.subheader(t("Story"), anchor=False)
stories.conversation(here, row, events, names)
mentions.draw(here, f"request:{row.id}")

with st.container(horizontal=True, vertical_alignment="center"):
    with st.popover(t("Copy as text"), icon=":material/content_copy:"):
        st.code(stories.as_text(here, row, events, names), language=None, wrap_lines=True)
    if row.resolved_at is not None and here.mandate.areas:
        st.page_link(visit.PAGES / "ask.py", label=t("Ask a follow-up"), icon=":material/add_comment:",
                     query_params={"follows": row.reference})  # fmt: skip
