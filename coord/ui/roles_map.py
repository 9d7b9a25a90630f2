"""The impact map: how the work of one area touches the others, as a table and area by area."""

import streamlit as st

from coord import roles
from coord.roles import CUSTOMERS, Flow, Impact, Role
from coord.ui import address, roles_changes
from coord.ui.plain import plain
from coord.ui.visit import Visit

Way = tuple[int, int]


def draw(here: Visit) -> None:
    """What is needed and nobody delivers, the whole table, then one area's side of it."""
    t = here.t
    with here.read() as session:
        found = roles.impact(session)
    if not found:
        st.info(t("No role says yet what it delivers or needs. The map draws itself from the descriptions."))
        return
    _open(here, found)
    _table(here, found)
    _one_area(here, found)


def _open(here: Visit, found: Impact) -> None:
    t = here.t
    ways = roles.unmatched(found)
    if not ways:
        st.success(t("Everything that a role needs is delivered by another."), icon=":material/check_circle:")
        return
    st.subheader(f"{t('Needed, and no role delivers it')} :orange-badge[{t.number(len(ways))}]", anchor=False)
    with st.container(border=True, gap="xsmall"):
        for way in sorted(ways, key=lambda way: _place(here, way)):
            for row, what in found[way].needed:
                st.markdown(f"**{_name(here, way[0])} → {_name(here, way[1])}**  \n{_thing(row, what)}")


def _table(here: Visit, found: Impact) -> None:
    t = here.t
    st.subheader(t("From area to area"), anchor=False)
    st.caption(
        t("The row delivers, the column needs. ↗ how many things a role delivers, ↙ how many a role needs.")
    )
    ids = [area.id for area in here.in_use]
    columns = [one for one in (*ids, CUSTOMERS) if any(way[1] == one for way in found)]
    table = [
        {t("Delivers"): f"**{_name(here, row)}**"}
        | {_name(here, to): _cell(found.get((row, to))) for to in columns}
        for row in ids
        if any(way[0] == row for way in found)
    ]
    st.table(table, border="horizontal", hide_index=True, alt=t("What goes from area to area"))


def _cell(flow: Flow | None) -> str:
    if flow is None:
        return ""
    if flow.is_open:
        return f":orange-badge[↙ {len(flow.needed)}]"
    needed = f" ↙ {len(flow.needed)}" if flow.needed else ""
    return f"↗ {len(flow.delivered)}{needed}"


def _one_area(here: Visit, found: Impact) -> None:
    t = here.t
    mine = sorted(here.in_use, key=lambda area: area.id not in here.mandate.areas)
    st.subheader(t("One area in words"), anchor=False)
    chosen = int(address.choice(t("Area"), {str(area.id): area.name for area in mine}, "area"))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{plain(t('What {area} gives', area=here.area(chosen)))}**")
        _ways(here, {way: flow for way, flow in found.items() if way[0] == chosen}, 1)
    with right:
        st.markdown(f"**{plain(t('What {area} gets', area=here.area(chosen)))}**")
        _ways(here, {way: flow for way, flow in found.items() if way[1] == chosen}, 0)


def _ways(here: Visit, ways: Impact, other: int) -> None:
    t = here.t
    if not ways:
        st.caption(t("Nothing is described."))
    for way in sorted(ways, key=lambda way: _place(here, way)):
        said = [f"**{_name(here, way[other])}**"]
        said += [f"↗ {_thing(row, what)}" for row, what in ways[way].delivered]
        said += [f"↙ {_thing(row, what)}" for row, what in ways[way].needed]
        if ways[way].is_open:
            said[0] += f" :orange-badge[{t('No role delivers it')}]"
        st.markdown("  \n".join(said))


def _thing(row: Role, what: str) -> str:
    return f"{plain(what)} :small[:gray[({plain(row.title)})]]"


def _name(here: Visit, area_id: int) -> str:
    return plain(roles_changes.named(here, area_id))


def _place(here: Visit, way: Way) -> tuple[int, ...]:
    """Areas in the order of the company, the customers last."""
    order = [*(area.id for area in here.in_use), CUSTOMERS]
    return tuple(order.index(one) for one in way)
