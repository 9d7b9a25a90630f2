"""How an issue ends on the page: the three outcomes and their forms."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues
from coord.issues import OPEN, OUTCOMES, Issue
from coord.text import N_
from coord.ui import drafts, issues_changes, visit
from coord.ui.drafts import Field
from coord.ui.visit import Visit

CHOICES = {
    "changed": N_("A procedure changes"),
    "wont_change": N_("Nothing changes, because…"),
    "watching": N_("Watch it until…"),
}


def forms(here: Visit, first: Issue, shown: Issue) -> None:
    """The three ways in which an open or watched issue ends, for whoever may say so."""
    t = here.t
    if first.state == "changed" or not (
        issues.may_end(first, here.mandate) or issues.may_end(shown, here.mandate)
    ):
        return
    # of this issue: in the hour another one may stand on the same page the next moment
    chosen, _, of = st.query_params.get("outcome", "").partition("-")
    chosen = chosen if of == str(first.id) else ""
    with st.container(horizontal=True, gap="xsmall", key=f"outcomes-{first.id}"):
        for outcome in OUTCOMES:
            st.button(t(CHOICES[outcome]), key=f"choose-{outcome}-{first.id}", on_click=_choose,
                      type="primary" if outcome == "changed" and first.state == OPEN and not chosen else "secondary", args=(outcome, first.id))  # fmt: skip
    if chosen in CHOICES:
        _form(here, first, chosen)


def _form(here: Visit, row: Issue, outcome: str) -> None:
    form, t = _name(row.id, outcome), here.t
    visit.drafted(form)
    said = _fields(here, row)[outcome]
    key = drafts.fill(here, form, row.version, said)
    with st.form(f"form-{key}", border=True, enter_to_submit=False):
        st.markdown(f"**{t(CHOICES[outcome])}**")
        if outcome == "changed":
            issues_changes.inputs(here, key, said)
        if outcome == "watching":
            st.date_input(said["until"].label, key=f"until-{key}", format="DD/MM/YYYY", width=220)
        for name in said.keys() & {"text-because", "text-watched"}:
            st.text_area(said[name].label, key=f"{name}-{key}", height=80)
        with st.container(horizontal=True, gap="xsmall"):
            st.form_submit_button(t("Save"), type="primary", key=f"send-{key}", on_click=_end,
                                  args=(key, row.id, outcome))  # fmt: skip
            st.form_submit_button(
                t("Close"), type="tertiary", key=f"close-{key}", on_click=_close, args=(form,)
            )


def _fields(here: Visit, row: Issue) -> dict[str, dict[str, Field]]:
    t = here.t
    in_four_weeks = here.today + timedelta(weeks=4)
    return {
        "changed": issues_changes.fields(here, row),
        "wont_change": {"text-because": Field(t("Why does nothing change?"), "")},
        "watching": {
            "until": Field(t("Until which day?"), in_four_weeks, t.day(in_four_weeks)),
            "text-watched": Field(t("What do we look for? (optional)"), ""),
        },
    }


def _name(issue_id: int, outcome: str) -> str:
    return f"end-{issue_id}-{outcome}"


def _typed(form: str, outcome: str) -> dict[str, Any]:
    """Fact → what stands in its field."""
    names = {"changed": issues_changes.NAMES, "wont_change": {"because": "text-because"},
             "watching": {"until": "until", "text": "text-watched"}}[outcome]  # fmt: skip
    there = drafts.typed(form, *names.values())
    return {name: there[field] for name, field in names.items()}


def _choose(outcome: str, issue_id: int) -> None:
    st.query_params["outcome"] = f"{outcome}-{issue_id}"


def _close(form: str) -> None:
    visit.finished(form)
    st.query_params.pop("outcome", None)


def _end(key: str, issue_id: int, outcome: str) -> None:
    form = _name(issue_id, outcome)
    if not drafts.is_drawn(form, key):
        return
    here, facts = visit.begin(), _typed(form, outcome)
    endings: dict[str, Callable[..., object]] = {
        "changed": issues.change_procedure,
        "wont_change": issues.wont_change,
        "watching": issues.watch,
    }

    def end(session: Session) -> None:
        endings[outcome](session, issue_id, by=here.mandate, at=here.now, seen=drafts.seen(form), **facts)

    if here.act(form, end, here.t("Saved."), typed=facts):
        _close(form)
