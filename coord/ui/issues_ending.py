"""How an issue ends on the page: the three outcomes and their forms, and procedure changes with their check."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues
from coord.issues import OUTCOMES, RESULTS, SOONEST, Issue, ProcedureChange
from coord.text import N_
from coord.ui import drafts, issues_lines, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

CHOICES = {
    "changed": N_("A procedure changes"),
    "wont_change": N_("Nothing changes, because…"),
    "watching": N_("Watch it until…"),
}
_RESULTS = {"held": "green", "recurred": "red"}


def forms(here: Visit, first: Issue, shown: Issue) -> None:
    """The three ways in which an open or watched issue ends, for whoever may say so."""
    t = here.t
    if first.state == "changed" or not (
        issues.may_end(first, here.mandate) or issues.may_end(shown, here.mandate)
    ):
        return
    chosen = st.query_params.get("outcome", "")
    with st.container(horizontal=True, gap="xsmall", key=f"outcomes-{first.id}"):
        for outcome in OUTCOMES:
            st.button(t(CHOICES[outcome]), key=f"choose-{outcome}-{first.id}", on_click=_choose,
                      type="primary" if outcome == "changed" and not chosen else "secondary", args=(outcome,))  # fmt: skip
    if chosen in CHOICES:
        _form(here, first, chosen)


def changes(here: Visit, rows: Sequence[ProcedureChange], *, with_issue: bool = False) -> None:
    """Procedure changes, each with its check."""
    for row in rows:
        with st.container(border=True, key=f"change-{row.id}", gap="xsmall"):
            _change(here, row, with_issue)


def _form(here: Visit, row: Issue, outcome: str) -> None:
    form = f"end-{row.id}-{outcome}"
    key = visit.drafted(form)
    here.refusal(form)
    with st.form(f"form-{key}", border=True, enter_to_submit=False):
        st.markdown(f"**{here.t(CHOICES[outcome])}**")
        draw: dict[str, Callable[[Visit, Issue, str], None]] = {
            "changed": _change_fields,
            "wont_change": _reason_field,
            "watching": _watch_fields,
        }
        draw[outcome](here, row, key)
        with st.container(horizontal=True, gap="xsmall"):
            st.form_submit_button(here.t("Save"), type="primary", key=f"send-{key}", on_click=_end,
                                  args=(key, row.id, outcome, row.version))  # fmt: skip
            st.form_submit_button(
                here.t("Close"), type="tertiary", key=f"close-{key}", on_click=_close, args=(form,)
            )


def _change_fields(here: Visit, row: Issue, key: str) -> None:
    t, areas = here.t, [area.id for area in here.in_use]
    st.text_area(t("What changes from now on?"), key=f"text-what-{key}", height=80)
    left, right = st.columns([2, 1])
    left.text_input(t("Which procedure?"), key=f"text-procedure-{key}")
    right.text_input(t("Its version (optional)"), key=f"text-edition-{key}")
    left, right = st.columns(2)
    left.selectbox(t("Which area owns the change?"), areas, index=None, format_func=here.area, key=f"owner_area-{key}",
                   placeholder=t("Choose an area"))  # fmt: skip
    bound = [area_id for area_id in row.handoff if area_id in areas]
    right.multiselect(t("Which areas does it bind?"), areas, default=bound, format_func=here.area, key=f"areas-{key}",
                      placeholder=t("No area"), select_all=False)  # fmt: skip
    st.text_area(t("How will we see that it worked?"), key=f"text-sign-{key}", height=68)
    left, right = st.columns(2)
    left.date_input(t("From which day?"), value=here.today, key=f"first_on-{key}", format="DD/MM/YYYY")
    right.date_input(t("Day to check (empty: six weeks later)"), value=None, min_value=here.today + SOONEST - timedelta(days=60),
                     key=f"check_on-{key}", format="DD/MM/YYYY")  # fmt: skip


def _reason_field(here: Visit, _row: Issue, key: str) -> None:
    st.text_area(here.t("Why does nothing change?"), key=f"text-because-{key}", height=80)


def _watch_fields(here: Visit, _row: Issue, key: str) -> None:
    t = here.t
    st.date_input(t("Until which day?"), value=here.today + timedelta(weeks=4), key=f"until-{key}", format="DD/MM/YYYY",
                  min_value=here.today + timedelta(days=1), width=220)  # fmt: skip
    st.text_area(t("What do we look for? (optional)"), key=f"text-watched-{key}", height=68)


def _change(here: Visit, row: ProcedureChange, with_issue: bool) -> None:
    t = here.t
    st.markdown(f"**{plain(row.what)}**")
    named = f"{plain(row.procedure)} ({plain(row.edition)})" if row.edition else plain(row.procedure)
    st.markdown(f":small[{_badge(here, row)} · {named}]")
    short = {
        t("Owner"): plain(here.area(row.owner_area_id)),
        t("Binds"): plain(t.list(map(here.area, row.areas))),
        t("From"): t.day(row.first_on, today=here.today),
    }
    st.markdown(":small[" + " · ".join(f"{name}: {value}" for name, value in short.items()) + "]")
    long = {t("How we will see that it worked"): row.sign, t("What we saw"): row.saw}
    said = [f"**{name}:** {plain(value)}" for name, value in long.items() if value]
    st.markdown("  \n".join(f":small[{one}]" for one in said))
    if with_issue:
        with here.read() as session:
            issues_lines.link(issues.issue(session, row.issue_id), t("Issue:") + " ")
    _check(here, row)


def _badge(here: Visit, row: ProcedureChange) -> str:
    t = here.t
    if row.result:
        return f":{_RESULTS[row.result]}-badge[{plain(t(RESULTS[row.result]))}]"
    day = t.day(row.check_on, today=here.today)
    if row.check_on <= here.today:
        return f":orange-badge[{plain(t('Check it now: due {day}', day=day))}]"
    return f":blue-badge[{plain(t('Check on {day}', day=day))}]"


def _check(here: Visit, row: ProcedureChange) -> None:
    """The check, in sight once its day has come; before, behind one click."""
    t = here.t
    with here.read() as session:
        may = issues.may_check(session, row, here.mandate)
    if row.result or not may or row.first_on > here.today:
        return
    form = f"check-{row.id}"
    here.refusal(form)
    place = st.container() if row.check_on <= here.today else st.expander(t("Check it before its day"))
    key = visit.nonce(form)
    with place, st.form(f"form-{key}", border=False, enter_to_submit=False):
        st.text_input(t("What did we see? (optional)"), key=f"text-saw-{key}")
        with st.container(horizontal=True, gap="xsmall"):
            for result, said in RESULTS.items():
                st.form_submit_button(t(said), key=f"{result}-{key}", on_click=_checked,
                                      args=(key, row.id, result, row.version))  # fmt: skip


def _choose(outcome: str) -> None:
    st.query_params["outcome"] = outcome


def _close(form: str) -> None:
    visit.finished(form)
    st.query_params.pop("outcome", None)


def _end(key: str, issue_id: int, outcome: str, seen: int) -> None:
    form = f"end-{issue_id}-{outcome}"
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    typed = {name: st.session_state.get(f"{field}-{key}") for name, field in _FIELDS[outcome].items()}
    end = _ENDINGS[outcome]

    def write(session: Session) -> None:
        end(session, issue_id, by=here.mandate, at=here.now, seen=seen, **typed)

    if here.act(form, write, here.t("Saved."), typed=typed):
        _close(form)


def _checked(key: str, change_id: int, result: str, seen: int) -> None:
    form = f"check-{change_id}"
    if not drafts.is_drawn(form, key):
        return
    here, saw = visit.begin(), st.session_state.get(f"text-saw-{key}")

    def check(session: Session) -> None:
        issues.check(session, change_id, result=result, saw=saw, by=here.mandate, at=here.now, seen=seen)

    here.act(form, check, here.t("Saved."), typed=(result, saw))


_ENDINGS: dict[str, Callable[..., object]] = {
    "changed": issues.change_procedure,
    "wont_change": issues.wont_change,
    "watching": issues.watch,
}
_FIELDS = {
    "changed": {"what": "text-what", "procedure": "text-procedure", "edition": "text-edition",
                "owner_area": "owner_area", "areas": "areas", "sign": "text-sign", "first_on": "first_on",
                "check_on": "check_on"},
    "wont_change": {"because": "text-because"},
    "watching": {"until": "until", "text": "text-watched"},
}  # fmt: skip
