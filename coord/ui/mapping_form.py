"""What the columns of a file mean, proposed by the program and corrected by a person."""

from dataclasses import fields, replace
from datetime import date
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from coord import exchange
from coord.exchange.mapping import List, Log, Mapping, Table
from coord.exchange.proposal import Proposal
from coord.refusal import Refused
from coord.text import N_
from coord.ui.visit import Visit

KINDS = {"log": N_("Events: one row each time something happened"), "list": N_("Requests: one row a request")}

# In the order in which they are asked; the first ones are needed.
LOG = {
    "case": N_("Which column names the request?"),
    "time": N_("When did it happen?"),
    "area": N_("Which area had it then?"),
    "title": N_("What was asked for?"),
    "asked_at": N_("When was it asked? (if not the first event)"),
    "resolved_at": N_("When was it resolved? (if a column says so)"),
    "promised_on": N_("For which day was it promised?"),
}
LIST = {
    "asked": N_("When was it asked?"),
    "from_": N_("Which area asked?"),
    "to": N_("Which area was asked?"),
    "title": N_("What was asked for?"),
    "case": N_("Which column names the request?"),
    "first_answered": N_("When was it first answered?"),
    "promised": N_("For which day was it promised?"),
    "delivered": N_("When was it delivered?"),
    "resolved": N_("When was it resolved?"),
    "outcome": N_("How did it end?"),
    "customer": N_("Which customer did it serve?"),
}
ENDS = {
    "resolved_when": N_("Resolved when"),
    "declined_when": N_("Answered with a no when"),
    "withdrawn_when": N_("Withdrawn when"),
}
NEEDED = {"case", "time", "area", "asked"}
CONSTANTS = {"from_": ("from", N_("If no column says it: the asking area")), "to": ("to", N_("If no column says it: the area that was asked"))}  # fmt: skip


def edited(
    here: Visit, found: Proposal, base: Mapping | None, values: dict[str, list[str]], key: str
) -> Mapping:
    """The mapping as the widgets say it, beginning with `base`. `values` are the values seen in each column."""
    t = here.t
    kind = st.segmented_control(
        t("What is in the file?"),
        list(KINDS),
        default="log" if isinstance(base, Log) else "list",
        format_func=lambda name: t(KINDS[name]),
        key=f"kind-{key}",
        required=True,
    )
    start = (
        base if base is not None and isinstance(base, Log if kind == "log" else List) else _empty(kind, found)
    )
    facts = _columns(here, start, found.columns, LOG if kind == "log" else LIST, key)
    if kind == "list":
        facts["constants"] = _constants(here, start, facts, key)
    with st.expander(t("How requests ended, dates, spheres, and what to leave out"), key=f"more-{key}"):
        facts |= _ends(here, start, found.columns, values, kind, key)
        facts |= _dates(here, start, key)
        area = facts.get("area") if kind == "log" else facts.get("to")
        seen = values.get(str(area), [])
        ignored = [*dict.fromkeys([*seen, *start.ignore_areas])]
        facts["ignore_areas"] = tuple(
            st.multiselect(
                t("Values that are no area"), ignored, default=list(start.ignore_areas), key=f"ignore-{key}"
            )
        )
        facts["spheres"] = _spheres(here, start, seen, key)
    return replace(start, **facts)


def as_text(here: Visit, mapping: Mapping, key: str) -> Mapping | None:
    """The mapping as a text that can be kept, changed and used again; what was changed in it, when it was."""
    t = here.t
    said = exchange.mapping.write(mapping)
    st.download_button(t("Keep this mapping as a file"), said, "mapping.toml", "application/toml", on_click="ignore",
                       key=f"keep-{key}", icon=":material/download:")  # fmt: skip
    with st.form(f"text-form-{key}", border=False):
        changed = st.text_area(t("The same as text"), said, height=260, key=f"text-{key}-{hash(said)}")
        if st.form_submit_button(t("Use this text"), key=f"use-{key}"):
            try:
                return exchange.mapping.read(changed)
            except Refused as refused:
                st.error(refused.said(t))
    return None


def _empty(kind: str, found: Proposal) -> Mapping:
    first = found.columns[0] if found.columns else ""
    return Log(case=first, time=first, area=first) if kind == "log" else List(asked=first)


def _columns(
    here: Visit, start: Mapping, columns: list[str], asked: dict[str, str], key: str
) -> dict[str, Any]:
    t, facts = here.t, {}
    with st.grid(3, min_column_width=240):
        for name, label in asked.items():
            now = getattr(start, name)
            options = columns if now is None or now in columns else [now, *columns]
            facts[name] = st.selectbox(
                t(label),
                options,
                index=options.index(now) if now is not None else None,
                key=f"{name}-{key}-{type(start).__name__}",
                placeholder=t("No column"),
                required=name in NEEDED,
            ) or (now if name in NEEDED else None)  # fmt: skip
    return facts


def _constants(here: Visit, start: Mapping, facts: dict[str, Any], key: str) -> dict[str, str]:
    constants = dict(start.constants) if isinstance(start, List) else {}
    for name, (constant, label) in CONSTANTS.items():
        if facts.get(name) is None:
            constants[constant] = st.text_input(
                here.t(label), constants.get(constant, ""), key=f"{constant}-{key}"
            )
        else:
            constants.pop(constant, None)
    return {name: value for name, value in constants.items() if value}


def _ends(
    here: Visit, start: Mapping, columns: list[str], values: dict[str, list[str]], kind: str, key: str
) -> dict[str, Table]:
    t, facts = here.t, {}
    for name, label in ENDS.items():
        if name not in {f.name for f in fields(start)}:
            continue
        table: Table = getattr(start, name)
        now = next(iter(table), None)
        left, right = st.columns([1, 2])
        column = left.selectbox(t(label), columns, index=columns.index(now) if now in columns else None,
                                key=f"{name}-{key}-{kind}", placeholder=t("No column"))  # fmt: skip
        if column is None:
            facts[name] = {other: told for other, told in table.items() if other != now}
            continue
        chosen = list(table.get(column, ()))
        said = right.multiselect(t("has one of these values"), [*dict.fromkeys([*values.get(column, []), *chosen])],
                                 default=chosen, accept_new_options=True, key=f"{name}-values-{key}-{column}")  # fmt: skip
        facts[name] = {other: told for other, told in table.items() if other not in (now, column)}
        facts[name] |= {column: tuple(said)} if said else {}
    return facts


def _dates(here: Visit, start: Mapping, key: str) -> dict[str, Any]:
    t = here.t
    zones = sorted(available_timezones())
    zone = start.time_zone or here.company.zone
    with st.grid(3, min_column_width=240):
        chosen = st.selectbox(
            t("Time zone of the file"),
            zones,
            index=zones.index(zone) if zone in zones else None,
            key=f"zone-{key}",
        )
        shape = st.text_input(t("How dates are written, if not understood"), start.time_format or "", key=f"format-{key}",
                              placeholder="%d/%m/%Y %H:%M")  # fmt: skip
        began = st.date_input(
            t("Recording began on"), _day(start.recording_began), key=f"began-{key}", format="DD/MM/YYYY"
        )
        until = st.date_input(
            t("Nothing is known after"), _day(start.observed_until), key=f"until-{key}", format="DD/MM/YYYY"
        )
    return {
        "time_zone": chosen or here.company.zone,
        "time_format": shape or None,
        "recording_began": _kept(began, start.recording_began),
        "observed_until": _kept(until, start.observed_until),
    }


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said[:10]) if said else None
    except ValueError:
        return None


def _kept(chosen: Any, before: str | None) -> str | None:
    """The day that was chosen; an instant that the mapping gave stays, unless its day was changed."""
    return before if chosen == _day(before) else (chosen.isoformat() if chosen else None)


def _spheres(here: Visit, start: Mapping, areas: list[str], key: str) -> dict[str, str]:
    named = {area for area, sphere in start.spheres.items() if sphere == "sales" and area != "all"}
    sales = st.multiselect(here.t("Areas of the sales sphere; the others come after sales"), [*dict.fromkeys([*areas, *named])],
                           default=sorted(named), key=f"spheres-{key}")  # fmt: skip
    return {"all": "after_sales", **dict.fromkeys(sales, "sales")}
