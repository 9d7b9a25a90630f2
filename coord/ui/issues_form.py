"""The forms in which an issue is written and completed: one line first, the rest when there is time."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import issues, requests
from coord.issues import FACTORS, MOST_FACTORS, OPEN, SIZES, Issue
from coord.ui import drafts, issues_lines, nudge, panels, visit
from coord.ui.drafts import Field
from coord.ui.visit import Visit

NEW = "new-issue"
KIND = "issue"
# Fact → the name of its field; what begins with "text-" is handed out when somebody is signed out while typing.
NAMES = {
    "from_area": "from", "to_area": "to", "happened": "text-happened", "expected": "text-expected", "size": "size",
    "effect": "text-effect", "step": "text-step", "from_had": "text-from_had", "to_had": "text-to_had",
    "factors": "factors", "lucky": "text-lucky", "usually": "text-usually", "next_step": "text-next_step",
    "customer": "customer",
}  # fmt: skip


def labels(here: Visit) -> dict[str, str]:
    """What each fact of an issue is called, in the order in which it is read."""
    t = here.t
    return {
        "from_area": t("From which area"),
        "to_area": t("To which area"),
        "happened": t("What happened"),
        "expected": t("What we expected"),
        "size": t("How large the effect was"),
        "effect": t("On whom, and what it meant"),
        "step": t("At which step"),
        "from_had": t("What the area that hands over had in front of it"),
        "to_had": t("What the area that receives had in front of it"),
        "factors": t("What contributed (at most four)"),
        "lucky": t("Where we were lucky"),
        "usually": t("How it usually goes right"),
        "next_step": t("What next"),
        "customer": t("Customer"),
    }


def new(here: Visit) -> None:
    """The form for a new issue; Enter in its one line saves it."""
    t = here.t
    visit.drafted(NEW)
    key = drafts.fill(here, NEW, 0, _fields(here, None))
    with st.form(f"form-{key}", border=True, enter_to_submit=True):
        said = labels(here)
        st.text_input(said["happened"], key=f"text-happened-{key}",
                      placeholder=t("One line is enough: what happened, not who"))  # fmt: skip
        _handoff(here, key, said)
        with st.expander(t("More, now or later: effect, what contributed, what next…")):
            _rest(here, key, said)
        st.form_submit_button(t("Save"), type="primary", key=f"send-{key}", on_click=_write, args=(key,))
        nudge.show(here, NEW, said, _write, key, inside=True)
        st.caption(
            t(
                "Who wrote it is shown nowhere. That is no promise of anonymity: people may recognise what they know."
            )
        )


def written(here: Visit) -> None:
    """What was just written, with its link, and whether it was seen before; the form below takes the next one."""
    if (issue_id := st.session_state.get("issue_now")) is None:
        return
    with here.read() as session:
        row = issues.issue(session, issue_id)
    with st.container(border=True, key="issue-written"):
        st.markdown(here.t(":material/check: Saved. Write the next one, or complete this one:"))
        issues_lines.link(row)
        seen_before(here, row)


def seen_before(here: Visit, row: Issue) -> None:
    """The earlier issues that look like this one; a person confirms that it is the same again."""
    t = here.t
    if (
        row.state != OPEN
        or row.again_of_id is not None
        or not issues.may_amend(row, here.mandate, at=here.now)
    ):
        return
    with here.read() as session:
        found = issues.similar(session, from_area=row.from_area_id, to_area=row.to_area_id, happened=row.happened,
                               factors=row.factors, apart_from=row.id)  # fmt: skip
    if not found:
        return
    here.refusal(f"link-{row.id}")
    st.markdown(f"**{t('Have we seen this before?')}**")
    for other in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"seen-{row.id}-{other.id}"):
            with st.container(gap=None):
                issues_lines.link(other)
                issues_lines.about(here, other)
            st.button(
                t("The same again"), key=f"again-{row.id}-{other.id}", on_click=_link, args=(row.id, other.id)
            )


def unlink(here: Visit, row: Issue) -> None:
    """The way back from a link that was a slip."""
    if issues.may_amend(row, here.mandate, at=here.now):
        here.refusal(f"link-{row.id}")
        st.button(here.t("Not the same after all"), key=f"unlink-{row.id}", type="tertiary", on_click=_unlink,
                  args=(row.id,))  # fmt: skip


def complete(here: Visit, row: Issue) -> None:
    """The form in which an issue is completed; what others save in the meantime is said, what was typed stays."""
    t, form = here.t, _form(row.id)
    key, said = drafts.fill(here, form, row.version, _fields(here, row)), labels(here)
    with st.container(border=True, key=f"form-{key}"):
        _handoff(here, key, said)
        st.text_area(said["happened"], key=f"text-happened-{key}", height=80)
        _rest(here, key, said)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_amend, args=(row.id, key))
            st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))
        nudge.show(here, form, said, _amend, row.id, key)


def _handoff(here: Visit, key: str, said: dict[str, str]) -> None:
    left, right = st.columns(2)
    for place, name in ((left, "from_area"), (right, "to_area")):
        field = f"{NAMES[name]}-{key}"
        place.selectbox(said[name], _areas(here, st.session_state.get(field)), index=None, format_func=here.area,
                        key=field, placeholder=here.t("Choose an area"))  # fmt: skip


def _rest(here: Visit, key: str, said: dict[str, str]) -> None:
    t = here.t
    st.text_area(said["expected"], key=f"text-expected-{key}", height=68)
    st.pills(said["size"], list(SIZES), format_func=lambda size: t(SIZES[size]), key=f"size-{key}")
    st.text_area(said["effect"], key=f"text-effect-{key}", height=68)
    st.multiselect(said["factors"], list(FACTORS), format_func=lambda factor: t(FACTORS[factor]), key=f"factors-{key}",
                   max_selections=MOST_FACTORS, placeholder=t("Choose what contributed"), select_all=False)  # fmt: skip
    left, right = st.columns(2)
    left.text_area(said["from_had"], key=f"text-from_had-{key}", height=68)
    right.text_area(said["to_had"], key=f"text-to_had-{key}", height=68)
    left, right = st.columns(2)
    left.text_area(said["lucky"], key=f"text-lucky-{key}", height=68)
    right.text_area(said["usually"], key=f"text-usually-{key}", height=68)
    st.text_area(said["next_step"], key=f"text-next_step-{key}", height=68)
    left, right = st.columns(2)
    left.text_input(said["step"], key=f"text-step-{key}", placeholder=t("Order to start, ticket to repair…"))
    right.selectbox(said["customer"], _customers(here, st.session_state.get(f"customer-{key}")), index=None,
                    accept_new_options=True, key=f"customer-{key}", placeholder=t("Choose or type a name"))  # fmt: skip


def _fields(here: Visit, row: Issue | None) -> dict[str, Field]:
    """The form's fields, with what the issue says now."""
    t, said, now = here.t, labels(here), issues.told(row) if row else {}
    shown: dict[str, Callable[[Any], str]] = {
        "from_area": here.area,
        "to_area": here.area,
        "size": lambda size: t(SIZES[size]) if size else "",
        "factors": lambda factors: t.list(t(FACTORS[factor]) for factor in factors),
    }
    fields = {}
    for name, field in NAMES.items():
        empty: object = [] if name == "factors" else "" if field.startswith("text-") else None
        value = now.get(name) or empty
        fields[field] = Field(said[name], value, shown[name](value) if name in shown else "")
    return fields


def _areas(here: Visit, kept: int | None) -> list[int]:
    """The areas in use, and an archived one that the issue already names."""
    return [area.id for area in here.areas.values() if area.archived_at is None or area.id == kept]


def _customers(here: Visit, kept: str | None) -> list[str]:
    with here.read() as session:
        known = dict.fromkeys([*requests.customers(session), *issues.customers(session)])
    return list(known if kept is None else {**known, kept: None})


def _form(issue_id: int) -> str:
    return f"issue-{issue_id}"


def _typed(form: str) -> dict[str, Any]:
    """Fact → what stands in its field."""
    there = drafts.typed(form, *NAMES.values())
    return {name: there[field] for name, field in NAMES.items()}


def _save(here: Visit, form: str, do: Callable[[Session], object], said: str, facts: dict[str, Any]) -> bool:
    """The one way by which an issue's words are saved; wording that blames is asked about before, once."""
    anew = {field for field in drafts.changed(form, *NAMES.values()) if field.startswith("text-")}
    if nudge.asks(here, form, {name: facts[name] for name, field in NAMES.items() if field in anew}):
        return False
    return here.act(form, do, said, typed=facts)


def _write(key: str) -> None:
    if not drafts.is_drawn(NEW, key):
        return
    here, facts = visit.begin(), _typed(NEW)
    made: list[int] = []

    def write(session: Session) -> None:
        made.append(issues.write(session, by=here.mandate, at=here.now, **facts).id)

    if _save(here, NEW, write, here.t("Saved."), facts) and made:
        st.session_state["issue_now"] = made[0]


def _amend(issue_id: int, key: str) -> None:
    form = _form(issue_id)
    if not drafts.is_drawn(form, key):
        return
    here, facts = visit.begin(), _typed(form)

    def amend(session: Session) -> None:
        issues.amend(session, issue_id, seen=drafts.seen(form), by=here.mandate, at=here.now, **facts)

    if _save(here, form, amend, here.t("Saved."), facts):
        panels.close()


def _link(issue_id: int, earlier_id: int) -> None:
    here = visit.begin()

    def link(session: Session) -> None:
        issues.link(session, issue_id, earlier_id, by=here.mandate, at=here.now)

    here.act(f"link-{issue_id}", link, here.t("Linked: the earlier issue is open again."), typed=earlier_id)


def _unlink(issue_id: int) -> None:
    here = visit.begin()
    here.act(
        f"link-{issue_id}",
        lambda session: issues.unlink(session, issue_id, by=here.mandate, at=here.now),
        here.t("Saved."),
    )
