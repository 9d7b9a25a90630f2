"""The roles by area, and what this person should do about theirs first."""

import streamlit as st

from coord import people, roles
from coord.company import Area
from coord.roles import Role
from coord.ui import panels, roles_form
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

NEW = "new-role"


def link(row: Role, before: str = "") -> None:
    """A role's title, as a link to its page."""
    st.page_link(
        PAGES / "roles.py", label=f"{before}**{plain(row.title)}**", query_params={"role": str(row.id)}
    )


def todo(here: Visit) -> None:
    """What waits for this person: their own roles to acknowledge, and those of their areas to review."""
    t, person_id = here.t, here.person.id
    with here.read() as session:
        found = roles.missing(session, areas=here.mandate.areas, person_id=person_id, today=here.today)
        mine = roles.of_person(session, person_id, today=here.today)
    for row in found.unacknowledged:
        _card(row, f"mine-{row.id}", t("This is your role. Read it, and say that you know it."))
    for row in found.overdue:
        day = t.day(row.review_on, today=here.today)
        _card(row, f"late-{row.id}", t("{area} was going to look at this again by {day}. Is it still right?",
                                       area=plain(here.area(row.area_id)), day=day))  # fmt: skip
    shown = {row.id for row in (*found.unacknowledged, *found.overdue)}
    if known := [row for row in mine if row.id not in shown]:
        with st.container(horizontal=True, vertical_alignment="center", key="mine"):
            for row in known:
                link(row, f":material/badge: {t('Your role:')} ")


def by_area(here: Visit) -> None:
    """Every role under its area, one's own areas first, with who holds it."""
    t = here.t
    with here.read() as session:
        rows, held = roles.roles(session), roles.holding(session, today=here.today)
        unread = {one.role.id for one in roles.waiting(session, today=here.today)}
        names = people.names(session, here.t)
    if not rows:
        st.info(t("What each position is for, so that others know whom to ask for what. Heads and deputies describe the "
                  "roles of their area; none is described yet."))  # fmt: skip
    for area in sorted(here.in_use, key=lambda area: not here.mandate.speaks_for(area.id)):
        if not rows and not here.mandate.speaks_for(area.id):
            continue  # seven times that nothing is there says no more than once
        of_area = [row for row in rows if row.area_id == area.id]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.subheader(plain(area.name), anchor=False, width="stretch")
            if here.mandate.speaks_for(area.id) and not panels.opened(NEW, area.id):
                st.button(t("Describe a role"), key=f"describe-{area.id}", type="tertiary", icon=":material/add:",
                          on_click=panels.open_up, args=(NEW, area.id, "change"))  # fmt: skip
        if panels.opened(NEW, area.id):
            with st.container(border=True, key=f"new-{area.id}"):
                roles_form.new(here, area.id)
        for row in of_area:
            _line(here, row, [names[one] for one in held.get(row.id, ())], row.id in unread)
        if not of_area:
            st.caption(_nothing(here, area))
    _archived(here)


def _card(row: Role, key: str, said: str) -> None:
    with st.container(border=True, key=key, gap="xsmall"):
        link(row, ":material/arrow_forward: ")
        st.markdown(said)


def _line(here: Visit, row: Role, holders: list[str], is_unread: bool) -> None:
    t = here.t
    with st.container(key=f"role-{row.id}", gap=None):
        link(row)
        parts = [plain(t.list(holders)) if holders else t("Nobody holds it now")]
        if is_unread:
            parts.append(f":orange-badge[{t('Not yet acknowledged')}]")
        if row.review_on < here.today:
            day = t.day(row.review_on, today=here.today)
            parts.append(f":red-badge[{plain(t('To review since {day}', day=day))}]")
        st.markdown(":small[" + " · ".join(parts) + "]")
        st.caption(plain(row.purpose, 200))


def _nothing(here: Visit, area: Area) -> str:
    if here.mandate.speaks_for(area.id):
        return here.t("No role is described yet. Begin with your own: it takes five minutes.")
    return here.t("No role is described yet.")


def _archived(here: Visit) -> None:
    t = here.t
    with here.read() as session:
        rows = roles.roles(session, archived=True)
    if not rows:
        return
    with st.expander(t.plural("{n} archived", "{n} archived", len(rows)), key="archived-roles"):
        for row in rows:
            link(row)
