"""The hours that were held, and a search through everything that was ever said in them."""

import streamlit as st

from coord import meetings, people
from coord.meetings import KINDS, Found, Held, Meeting
from coord.meetings.template import title
from coord.ui import address, beginning, lines
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

PAGE = 20


def draw(here: Visit) -> None:
    """The search, and what it found; without one, every hour, the newest first."""
    t = here.t
    with here.read() as session:
        held = meetings.held(session)
    if not held:
        said = t(
            "What was said, promised and decided in every hour stands here. The first minutes come with the first hour."
        )
        beginning.say(said, t("See the agenda"), PAGES / "meeting.py", ":material/groups:")
        return
    text = address.words(t("Search"), "text", placeholder=t("Anything ever said in an hour"), width=420)
    with here.read() as session:
        found = meetings.found(session, text) if text.strip() else None
        names = people.names(session, here.t)
    if found is not None:
        _found(here, found, {one.meeting.id: one.number for one in held})
        return
    pages = max(-(-len(held) // PAGE), 1)
    page = min(int(st.session_state.get("page-minutes", 1)), pages)
    for one in held[(page - 1) * PAGE : page * PAGE]:
        _hour(here, one, names)
    if pages > 1:
        st.pagination(pages, key="page-minutes")


def _hour(here: Visit, one: Held, names: dict[int, str]) -> None:
    t = here.t
    with st.container(gap=None, key=f"hour-{one.meeting.id}"):
        _link(here, one.meeting, one.number)
        facts = [
            plain(names.get(one.meeting.facilitator_id or 0, "")),
            t.plural("{n} promise", "{n} promises", one.promises),
            t.plural("{n} new request", "{n} new requests", one.asked),
            t.plural("{n} decision", "{n} decisions", one.decisions),
        ]
        if one.meeting.state != "closed":
            facts.append(f":orange-badge[{t(meetings.STATES[one.meeting.state])}]")
        st.markdown(f":small[{' · '.join(filter(None, facts))}]")


def _link(here: Visit, meeting: Meeting, number: int) -> None:
    t = here.t
    day = t.long_day(here.calendar.day_of(meeting.started_at or meeting.starts_at))
    label = t("**Weekly hour {number}** · {day}", number=t.number(number), day=day)
    st.page_link(PAGES / "minutes.py", label=label, query_params={"meeting": str(meeting.id)})


def _found(here: Visit, found: list[Found], numbers: dict[int, int]) -> None:
    t = here.t
    if not found:
        st.info(t("Nothing like this was said in any hour. Search with fewer words."))
    for one in found:
        with st.container(border=True, gap="xsmall", key=f"found-{one.meeting.id}"):
            _link(here, one.meeting, numbers.get(one.meeting.id, 0))
            for said in one.said:
                st.markdown(
                    f":small[{t(KINDS[said.now.kind])}: {plain(said.now.text or said.first.text, 200)}]"
                )
            shown = {item.subject for item in one.items if item.subject}
            for item in one.items:
                st.markdown(f":small[{t('On the agenda: {title}', title=plain(title(item, t), 200))}]")
            for row in one.requests:
                if f"request:{row.id}" not in shown:
                    lines.link(row)
