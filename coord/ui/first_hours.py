"""What Today tells a new company ahead of its first three hours: when, what happens in it, and who is here already."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts, meetings, people
from coord.meetings import LIMIT, FirstHour
from coord.proposal import SECTIONS
from coord.text import N_
from coord.ui import agenda_words
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

TITLES = {
    1: N_("Your first hour: {when}"),
    2: N_("Your second hour: {when}"),
    3: N_("Your third hour: {when}"),
}


def draw(here: Visit) -> None:
    """One calm card, as long as the next hour is one of the first three."""
    with here.read() as session:
        found = meetings.first_hour(session, at=here.now)
        heads = heads_of(session, here) if found is not None else {}
    if found is None:
        return
    with st.container(border=True, key="first-hour"):
        left, right = st.columns([3, 2], gap="large")
        with left:
            _hour(here, found)
        with right:
            _arrived(here, heads)


def heads_of(session: Session, here: Visit) -> dict[int, dict[str, bool]]:
    """The heads of each area in use, by name, and whether they have been here."""
    standing, heads = accounts.standings(session), people.heads(session)
    return {
        area.id: {one.name: standing[one.id].last_used_at is not None for one in heads.get(area.id, ())}
        for area in here.in_use
    }


def _hour(here: Visit, found: FirstHour) -> None:
    t, row = here.t, found.meeting
    st.subheader(t(TITLES[found.number], when=agenda_words.day(here, row, inside=True)), anchor=False)
    if row.link:
        st.markdown(f"[:material/videocam: {t('Join by video')}](<{row.link}>)")
    st.markdown(t("What happens in it: sixty minutes are booked, and it ends after {n}.", n=t.number(LIMIT)))
    said = []
    for part in found.parts:
        length = t("{n} min", n=t.number(part.minutes))
        inside = "".join(f"  \n:small[{t(title)}]" for title in part.titles)
        said.append(f"- **{t(SECTIONS[part.section])}** :gray-badge[{length}]{inside}")
    st.markdown("\n".join(said))
    st.page_link(PAGES / "meeting.py", label=t("See the agenda"), icon=":material/groups:")


def _arrived(here: Visit, heads: dict[int, dict[str, bool]]) -> None:
    t = here.t
    are_here = [area for area in here.in_use if any(heads[area.id].values())]
    invited = [area for area in here.in_use if heads[area.id] and area not in are_here]
    headless = [area for area in here.in_use if not heads[area.id]]
    st.markdown(
        f"**{t('{n} of {all} areas are here', n=t.number(len(are_here)), all=t.number(len(heads)))}**"
    )
    for label, areas in (
        (t("Here"), are_here),
        (t("Still to come"), invited),
        (t("No head yet"), headless),
    ):
        if areas:
            names = [_named(here, area.id, heads[area.id]) for area in areas]
            st.markdown(f":small[:gray[{label}]]  \n{' · '.join(names)}")


def _named(here: Visit, area_id: int, heads: dict[str, bool]) -> str:
    """An area and its heads; of several, those who are here."""
    area, names = plain(here.area(area_id)), [name for name, came in heads.items() if came] or list(heads)
    return f"{area} :small[({plain(here.t.list(names))})]" if names else area
