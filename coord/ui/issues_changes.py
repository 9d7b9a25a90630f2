"""Procedure changes on the page: what changed, for whom, from when, and whether it held."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues
from coord.issues import RESULTS, Issue, ProcedureChange
from coord.ui import drafts, issues_lines, panels, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

KIND = "procedure-change"
# Fact → the name of its field; what begins with "text-" is handed out when somebody is signed out while typing.
NAMES = {
    "what": "text-what", "procedure": "text-procedure", "edition": "text-edition", "owner_area": "owner_area",
    "areas": "areas", "sign": "text-sign", "first_on": "first_on", "check_on": "check_on",
}  # fmt: skip
_COLOURS = {"held": "green", "recurred": "red"}


def draw(here: Visit, rows: Sequence[ProcedureChange], *, with_issue: bool = False) -> None:
    """Procedure changes, each with its check."""
    with here.read() as session:
        mine = {row.id for row in rows if row.result is None and issues.may_check(session, row, here.mandate)}
        told = {row.issue_id: issues.issue(session, row.issue_id) for row in rows} if with_issue else {}
    for row in rows:
        with st.container(border=True, key=f"change-{row.id}", gap="xsmall"):
            if row.id in mine and panels.opened(KIND, row.id):
                _amend_form(here, row)
                continue
            _said(here, row)
            if row.issue_id in told:
                issues_lines.link(told[row.issue_id], here.t("Issue:") + " ")
            if row.id in mine:
                _check(here, row)


def fields(here: Visit, issue: Issue | None, row: ProcedureChange | None = None) -> dict[str, Field]:
    """The fields of a change, with what it says now; of a new one for an issue, with what is likely."""
    t, handoff = here.t, issue.handoff if issue else ()
    areas = row.areas if row else [area_id for area_id in handoff if here.areas[area_id].archived_at is None]
    owner, first_on = (row.owner_area_id, row.first_on) if row else (None, here.today)
    check_on = row.check_on if row else None
    return {
        "text-what": Field(t("What changes from now on?"), row.what if row else ""),
        "text-procedure": Field(t("Which procedure?"), row.procedure if row else ""),
        "text-edition": Field(t("Its version (optional)"), (row and row.edition) or ""),
        "owner_area": Field(t("Which area owns the change?"), owner, here.area(owner)),
        "areas": Field(t("Which areas does it bind?"), list(areas), t.list(map(here.area, areas))),
        "text-sign": Field(t("How will we see that it worked?"), row.sign if row else ""),
        "first_on": Field(t("From which day?"), first_on, t.day(first_on)),
        "check_on": Field(t("Day to check (empty: six weeks later)"), check_on, _day(here, check_on)),
    }


def inputs(here: Visit, key: str, said: dict[str, Field]) -> None:
    """The inputs of these fields."""
    t, label = here.t, {name: field.label for name, field in said.items()}
    kept = {said["owner_area"].value, *said["areas"].value}
    areas = [area.id for area in here.areas.values() if area.archived_at is None or area.id in kept]
    st.text_area(label["text-what"], key=f"text-what-{key}", height=80)
    left, right = st.columns([2, 1])
    left.text_input(label["text-procedure"], key=f"text-procedure-{key}")
    right.text_input(label["text-edition"], key=f"text-edition-{key}")
    left, right = st.columns(2)
    left.selectbox(label["owner_area"], areas, index=None, format_func=here.area, key=f"owner_area-{key}",
                   placeholder=t("Choose an area"))  # fmt: skip
    right.multiselect(label["areas"], areas, format_func=here.area, key=f"areas-{key}", placeholder=t("No area"),
                      select_all=False)  # fmt: skip
    st.text_area(label["text-sign"], key=f"text-sign-{key}", height=68)
    left, right = st.columns(2)
    left.date_input(label["first_on"], key=f"first_on-{key}", format="DD/MM/YYYY")
    right.date_input(label["check_on"], value=None, key=f"check_on-{key}", format="DD/MM/YYYY")


def typed(form: str) -> dict[str, Any]:
    """Fact → what stands in its field."""
    there = drafts.typed(form, *NAMES.values())
    return {name: there[field] for name, field in NAMES.items()}


def _said(here: Visit, row: ProcedureChange) -> None:
    t = here.t
    st.markdown(f"**{plain(row.what)}**")
    named = f"{plain(row.procedure)} ({plain(row.edition)})" if row.edition else plain(row.procedure)
    st.markdown(f":small[{_badge(here, row)} · {named}]")
    short = {
        t("Owner"): plain(here.area(row.owner_area_id)),
        t("Binds"): plain(t.list(map(here.area, row.areas))),
        t.inside("day", "From"): t.day(row.first_on, today=here.today),
    }
    st.markdown(":small[" + " · ".join(f"{name}: {value}" for name, value in short.items()) + "]")
    long = {t("How we will see that it worked"): row.sign, t("What we saw"): row.saw}
    said = [f"**{name}:** {plain(value)}" for name, value in long.items() if value]
    st.markdown("  \n".join(f":small[{one}]" for one in said))


def _badge(here: Visit, row: ProcedureChange) -> str:
    t = here.t
    if row.result:
        return f":{_COLOURS[row.result]}-badge[{plain(t(RESULTS[row.result]))}]"
    day = _day(here, row.check_on)
    if row.check_on <= here.today:
        return f":orange-badge[{plain(t('Check it now: due {day}', day=day))}]"
    return f":blue-badge[{plain(t('Check on {day}', day=day))}]"


def _check(here: Visit, row: ProcedureChange) -> None:
    """The check, in sight once its day has come; before, behind one click. And the way to put the change right."""
    t, form = here.t, f"check-{row.id}"
    here.refusal(form)
    key = visit.nonce(form)
    if row.first_on <= here.today:
        place = st.container() if row.check_on <= here.today else st.expander(t("Check it before its day"))
        with place, st.form(f"form-{key}", border=False, enter_to_submit=False):
            st.text_input(t("What did we see? (optional)"), key=f"text-saw-{key}")
            with st.container(horizontal=True, gap="xsmall"):
                for result, said in RESULTS.items():
                    st.form_submit_button(t(said), key=f"{result}-{key}", on_click=_checked,
                                          args=(key, row.id, result, row.version))  # fmt: skip
    st.button(t("Change"), key=f"amend-change-{row.id}", type="tertiary", on_click=panels.open_up,
              args=(KIND, row.id, "change"))  # fmt: skip


def _amend_form(here: Visit, row: ProcedureChange) -> None:
    t, form, said = here.t, _form(row.id), fields(here, None, row)
    key = drafts.fill(here, form, row.version, said)
    inputs(here, key, said)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_amend, args=(row.id, key))
        st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))


def _form(change_id: int) -> str:
    return f"{KIND}-{change_id}"


def _day(here: Visit, day: date | None) -> str:
    return here.t.day(day, today=here.today) if day else ""


def _amend(change_id: int, key: str) -> None:
    form = _form(change_id)
    if not drafts.is_drawn(form, key):
        return
    here, facts = visit.begin(), typed(form)

    def amend(session: Session) -> None:
        issues.amend_change(session, change_id, seen=drafts.seen(form), by=here.mandate, at=here.now, **facts)

    if here.act(form, amend, here.t("Saved."), typed=facts):
        panels.close()


def _checked(key: str, change_id: int, result: str, seen: int) -> None:
    form = f"check-{change_id}"
    if not drafts.is_drawn(form, key):
        return
    here, saw = visit.begin(), st.session_state.get(f"text-saw-{key}")

    def check(session: Session) -> None:
        issues.check(session, change_id, result=result, saw=saw, by=here.mandate, at=here.now, seen=seen)

    here.act(form, check, here.t("Saved."), typed=(result, saw))
