"""The filters of the list of requests, kept in the address so that a search can be sent."""

import streamlit as st

from coord.company import SPHERES
from coord.requests import RESOLVED, STATES, UNRESOLVED, Wanted
from coord.requests.queries import PAGE
from coord.text import N_
from coord.ui import address
from coord.ui.visit import Visit

ANY = ""
KINDS = {"unresolved": UNRESOLVED, "resolved": RESOLVED} | {state: frozenset({state}) for state in STATES}
SIDES = {"either": N_("On either side"), "asking": N_("Asking"), "answering": N_("Asked")}
SORTS = {
    "oldest": N_("Oldest first"),
    "newest": N_("Newest first"),
    "moved": N_("Last moved first"),
    "held": N_("Longest without a move"),
    "promised": N_("By promised day"),
}
MORE = ("side", "holder", "crossing", "age", "customer")
AGES = (7, 14, 30, 60, 90)


def wanted(here: Visit, customers: list[str]) -> Wanted:
    """Draw the filters; what they ask for."""
    t = here.t
    names = {str(area.id): area.name for area in here.areas.values()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = address.words(t("Search"), "text", placeholder=t("Any words"), on_change=_first_page)
        kind = _choice(t("State"), _kinds(here), "state")
        area = _choice(t("Area"), {ANY: t("All areas"), **names}, "area")
        sort = _choice(t("Order"), {name: t(label) for name, label in SORTS.items()}, "sort")
    more = st.expander(t("More filters"), expanded=address.has(*MORE), key="more-filters")
    with more, st.container(horizontal=True, vertical_alignment="bottom"):
        side = _choice(t("This area is"), {name: t(label) for name, label in SIDES.items()}, "side")
        holder = _choice(t("Whose move"), {ANY: t("Anybody's"), **names}, "holder")
        crossing = _choice(t("Between spheres"), _crossings(here), "crossing")
        age = _choice(
            t("Older than"),
            {ANY: t("Any age"), **{str(n): t.plural("{n} day", "{n} days", n) for n in AGES}},
            "age",
        )
        customer = _choice(
            t("Customer"), {ANY: t("All customers"), **{name: name for name in customers}}, "customer"
        )
    asking, _, answering = crossing.partition("-")
    return Wanted(
        text=text,
        area=int(area) if area else None,
        side=side,
        asking=_of_sphere(here, asking),
        answering=_of_sphere(here, answering),
        states=KINDS.get(kind, frozenset()),
        holder=int(holder) if holder else None,
        older_than=int(age) if age else None,
        customer=customer,
        sort=sort,
    )


def page(total: int) -> int:
    """The page of results that is open; the one drawn by `pages`."""
    return min(int(st.session_state.get("page", 1)), _pages(total))


def pages(total: int) -> None:
    """The page numbers under the list."""
    if _pages(total) > 1:
        st.pagination(_pages(total), key="page")


def _first_page() -> None:
    st.session_state.pop("page", None)


def _pages(total: int) -> int:
    return max(-(-total // PAGE), 1)


def _choice(label: str, options: dict[str, str], name: str) -> str:
    return address.choice(label, options, name, on_change=_first_page)


def _kinds(here: Visit) -> dict[str, str]:
    t = here.t
    states = {name: t(state.label) for name, state in STATES.items()}
    return {"unresolved": t("All unresolved"), ANY: t("All states"), "resolved": t("All resolved"), **states}


def _crossings(here: Visit) -> dict[str, str]:
    t = here.t
    pairs = {f"{a}-{b}": t("{from_sphere} → {to_sphere}", from_sphere=t(SPHERES[a]), to_sphere=t(SPHERES[b]))
             for a in SPHERES for b in SPHERES}  # fmt: skip
    return {ANY: t("All"), **pairs}


def _of_sphere(here: Visit, sphere: str) -> frozenset[int] | None:
    return frozenset(area.id for area in here.areas.values() if area.sphere == sphere) if sphere else None
