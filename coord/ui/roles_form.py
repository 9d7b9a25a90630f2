"""Describing a role: what it is for, what it delivers to whom, what it needs; what was typed stays until it is saved."""

from collections.abc import Iterator
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import roles
from coord.roles import CUSTOMERS, DIRECTIONS, FIELDS, PROSE, REVIEW_AFTER, Description, Link, Role
from coord.text import N_
from coord.ui import drafts, panels, roles_changes, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

KIND = "role"
EMPTY = Description("")
HINTS = {
    "purpose": N_("In a sentence or two: what would be missing without it?"),
    "responsibilities": N_("One a line, most important first"),
    "decides_alone": N_("What nobody else has to be asked about"),
    "decides_with": N_("What, and with whom"),
    "technical_skills": N_("What one has to know"),
    "behavioural_skills": N_("How one does it well"),
    "measures": N_("By what it shows that the role works"),
}
GETS = {"delivers": N_("What goes to {area}, one a line"), "needs": N_("What comes from {area}, one a line")}


def new(here: Visit, area_id: int) -> None:
    """The form of a new role of an area."""
    form = f"new-role-{area_id}"
    key = _draw(here, form, 0, EMPTY, area_id)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(here.t("Save"), type="primary", key=f"save-{key}", on_click=_describe, args=(area_id, key))
        st.button(here.t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))


def change(here: Visit, row: Role, said: Description) -> None:
    """The form of the next revision of a role."""
    t, form = here.t, _form(row.id)
    st.caption(
        t("Saving makes a new revision. The holders are asked to read it; the old one stays readable.")
    )
    key = _draw(here, form, row.version, said, row.area_id)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_revise, args=(row.id, key))
        st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))
        st.space("stretch")
        st.button(t("Archive…"), type="tertiary", key=f"archive-{key}", on_click=panels.open_up,
                  args=(KIND, row.id, "archive"))  # fmt: skip


def archiving(here: Visit, row: Role) -> None:
    """Asks once more before a role goes out of use."""
    t, form = here.t, f"archive-role-{row.id}"
    key = drafts.fill(here, form, row.version, {})
    st.markdown(t("The role leaves every list. Its revisions stay readable, and it can be brought back."))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Archive"), type="primary", key=f"leave-{key}", on_click=_archive, args=(row.id, key))
        st.button(
            t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form, _form(row.id))
        )


def archived(here: Visit, row: Role) -> None:
    """Says that a role is out of use; whoever speaks for its area can bring it back."""
    t, form = here.t, f"restore-role-{row.id}"
    st.info(t("This role is archived."), icon=":material/inventory_2:")
    here.refusal(form)
    if here.mandate.speaks_for(row.area_id):
        st.button(t("Bring back"), key=form, on_click=_restore, args=(row.id, row.version))


def _draw(here: Visit, form: str, version: int, said: Description, area_id: int) -> str:
    t, fields = here.t, _fields(here, said)
    key = drafts.fill(here, form, version, fields)
    with st.container(key=f"form-{key}"):
        st.text_input(fields["text-title"].label, key=f"text-title-{key}", persist_state="session")
        _prose(here, key, "purpose", 80)
        _prose(here, key, "responsibilities", 110)
        left, right = st.columns(2)
        with left:
            _prose(here, key, "decides_alone")
        with right:
            _prose(here, key, "decides_with")
        for direction in DIRECTIONS:
            _links(here, key, direction, area_id)
        for name in ("technical_skills", "behavioural_skills", "measures"):
            _prose(here, key, name, 68)
        st.date_input(t("Next review on"), key=f"review_on-{key}", min_value=here.today, format="DD/MM/YYYY",
                      width=200, persist_state="session")  # fmt: skip
    if message := st.session_state.get(f"refused-{key}"):
        st.error(message, icon=":material/info:")
    return key


def _prose(here: Visit, key: str, name: str, height: int = 90) -> None:
    st.text_area(here.t(FIELDS[name]), key=f"text-{name}-{key}", height=height, placeholder=here.t(HINTS[name]),
                 persist_state="session")  # fmt: skip


def _links(here: Visit, key: str, direction: str, area_id: int) -> None:
    """The other areas as pills; for each that is chosen, what goes there or comes from there, one a line."""
    t = here.t
    saved = st.session_state.get(f"{direction}-{key}") or []
    options = [
        one for one in _ends(here, direction) if one != area_id and (_is_in_use(here, one) or one in saved)
    ]
    chosen = st.pills(t(FIELDS[direction]), options, selection_mode="multi", key=f"{direction}-{key}",
                      format_func=lambda one: plain(roles_changes.named(here, one)), persist_state="session")  # fmt: skip
    for one in options:
        if one in chosen:
            st.text_area(t(GETS[direction], area=plain(roles_changes.named(here, one))), key=f"text-{direction}{one}-{key}", height=68,
                         persist_state="session")  # fmt: skip


def _ends(here: Visit, direction: str) -> list[int]:
    """Where something can go, or come from."""
    return [*here.areas, CUSTOMERS] if direction == "delivers" else list(here.areas)


def _is_in_use(here: Visit, area_id: int) -> bool:
    return area_id == CUSTOMERS or here.areas[area_id].archived_at is None


def _fields(here: Visit, said: Description) -> dict[str, Field]:
    t = here.t
    found = {f"text-{name}": Field(t(FIELDS[name]), getattr(said, name) or "") for name in ("title", *PROSE)}
    for direction in DIRECTIONS:
        links: tuple[Link, ...] = getattr(said, direction)
        ends = [one for one in _ends(here, direction) if any(link.area_id == one for link in links)]
        shown = t.list(roles_changes.named(here, one) for one in ends)
        found[direction] = Field(t(FIELDS[direction]), ends, shown)
        for one in _ends(here, direction):
            written = "\n".join(link.what for link in links if link.area_id == one)
            found[f"text-{direction}{one}"] = Field(
                t(GETS[direction], area=roles_changes.named(here, one)), written
            )
    found["review_on"] = Field(t("Next review on"), here.today + REVIEW_AFTER)
    return found


def _typed(here: Visit, form: str) -> Description:
    said: dict[str, Any] = {
        name: drafts.typed(form, f"text-{name}")[f"text-{name}"] for name in ("title", *PROSE)
    }
    said |= {direction: tuple(_written(here, form, direction)) for direction in DIRECTIONS}
    return Description(**said)


def _written(here: Visit, form: str, direction: str) -> Iterator[Link]:
    chosen = drafts.typed(form, direction)[direction] or ()
    for one in chosen:
        name = f"text-{direction}{one}"
        written = [line for line in (drafts.typed(form, name)[name] or "").splitlines() if line.strip()]
        yield from (Link(one, line) for line in written or [""])


def _form(role_id: int) -> str:
    return f"role-{role_id}"


def _describe(area_id: int, key: str) -> None:
    form = f"new-role-{area_id}"
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    wish, day = _typed(here, form), drafts.typed(form, "review_on")["review_on"]
    made: list[int] = []

    def describe(session: Session) -> None:
        row = roles.describe(session, area_id=area_id, wish=wish, review_on=day, by=here.mandate, at=here.now)
        made.append(row.id)

    if here.act(form, describe, here.t("Saved."), typed=(wish, day)) and made:
        panels.close()
        st.query_params["role"] = str(made[0])
    else:
        _by_the_button(form)


def _revise(role_id: int, key: str) -> None:
    form = _form(role_id)
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    wish, day = _typed(here, form), drafts.typed(form, "review_on")["review_on"]

    def revise(session: Session) -> None:
        roles.revise(session, role_id, wish=wish, review_on=day, seen=drafts.seen(form), by=here.mandate, at=here.now)  # fmt: skip

    if here.act(form, revise, here.t("Saved."), typed=(wish, day)):
        panels.close()
    else:
        _by_the_button(form)


def _by_the_button(form: str) -> None:
    """Let the refusal stand where whoever pressed Save looks, until the next press: the form begins far up by then."""
    if message := st.session_state.pop(f"refused:{form}", None):
        st.session_state[f"refused-{visit.nonce(form)}"] = message


def _archive(role_id: int, key: str) -> None:
    form = f"archive-role-{role_id}"
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()

    def archive(session: Session) -> None:
        roles.archive(session, role_id, seen=drafts.seen(form), by=here.mandate, at=here.now)

    if here.act(form, archive, here.t("Archived.")):
        panels.close(_form(role_id))


def _restore(role_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"restore-role-{role_id}", lambda session: roles.restore(session, role_id, seen=seen, by=here.mandate),
             here.t("Back in use."))  # fmt: skip
