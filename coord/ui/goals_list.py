"""All goals: the exceptions first, or area by area; and setting a new one."""

from collections.abc import Iterable

import streamlit as st

from coord.goals import OUTCOMES
from coord.ui import address, goals_checks, goals_form, goals_words
from coord.ui.goals_words import EXCEPTIONS, STANDINGS, Standing
from coord.ui.plain import plain
from coord.ui.visit import Visit


def draw(here: Visit) -> None:
    """My check-ins, then everybody's goals."""
    t = here.t
    found = goals_words.standings(here)
    goals_checks.mine(here, found)
    goals_form.new(here)
    running = [
        one for one in found if one.row.ended_at is None and one.row.area_id in {a.id for a in here.in_use}
    ]
    if not running:
        st.info(
            t(
                "No area has set a goal yet. A goal is a number that an area wants to move by a day; heads and deputies set it, "
                "and say each week how it stands."
            )
        )
    else:
        _everybody(here, running)
    _ended(here, [one for one in found if one.row.ended_at is not None])


def _everybody(here: Visit, running: list[Standing]) -> None:
    t = here.t
    areas = {one.row.area_id for one in running}
    options = {str(area.id): area.name for area in here.in_use if area.id in areas}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        area = address.choice(t("Area"), {"": t("All areas"), **options}, "area")
        orders = {"standing": t("Exceptions first"), "area": t("Area by area")}
        order = address.choice(t("Order"), orders, "order")
    shown = [one for one in running if area in ("", str(one.row.area_id))]
    if order == "area":
        for area_id in options:
            _section(
                here,
                plain(options[area_id]),
                (one for one in shown if str(one.row.area_id) == area_id),
                False,
            )
    else:
        for name, label in STANDINGS.items():
            _section(here, t(label), (one for one in shown if one.name == name), True)
    if not any(one.name in EXCEPTIONS for one in shown):
        st.caption(t("Nothing is off track, past its day or silent."))


def _section(here: Visit, title: str, rows: Iterable[Standing], with_area: bool) -> None:
    if rows := list(rows):
        st.subheader(f"{title} :gray-badge[{here.t.number(len(rows))}]", anchor=False)
        for one in sorted(rows, key=lambda one: list(STANDINGS).index(one.name)):
            goals_words.line(here, one, with_area=with_area)


def _ended(here: Visit, rows: list[Standing]) -> None:
    if not rows:
        return
    t = here.t
    label = t.plural("{n} goal has ended", "{n} goals have ended", len(rows))
    with st.expander(label, key="ended-goals", on_change="rerun", icon=":material/flag:") as drawn:
        if drawn.open:
            for one in sorted(
                rows, key=lambda one: (list(OUTCOMES).index(one.name), -(one.row.ended_at or 0))
            ):
                goals_words.line(here, one)
