"""An area becomes part of another one: what goes there, seen before it is done."""

from collections.abc import Iterator

import streamlit as st
from sqlalchemy.orm import Session

from coord import departures
from coord.company import Area
from coord.departures import Joining
from coord.ui import drafts, lines, panels, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit


def draw(here: Visit, area: Area) -> None:
    """Which area it becomes part of, what that means, and why."""
    t, form = here.t, _form(area.id)
    key = drafts.fill(here, form, area.version, {"into": Field(t("Area"), None), "reason": Field(t("Reason"), ""),
                                                 "deputies": Field(t("Deputy"), True)})  # fmt: skip
    into = st.selectbox(t("{area} becomes part of", area=plain(area.name)), [a.id for a in here.in_use if a.id != area.id],
                        index=None, format_func=here.area, key=f"into-{key}", placeholder=t("Choose an area"),
                        persist_state="session")  # fmt: skip
    if into is not None:
        _preview(here, area, into, key)
    with st.container(horizontal=True, gap="xsmall"):
        if into is not None:
            st.button(t("Make {area} part of {other}", area=plain(area.name), other=plain(here.area(into))), type="primary",
                      key=f"join-{key}", on_click=_merge, args=(area.id, key))  # fmt: skip
        st.button(
            t("Close"),
            type="tertiary",
            key=f"close-{key}",
            on_click=panels.close,
            args=(form, f"area-{area.id}"),
        )


def _preview(here: Visit, area: Area, into: int, key: str) -> None:
    t, other = here.t, plain(here.area(into))
    with here.read() as session:
        left = departures.joining(session, area.id, into=into, at=here.now)
    st.markdown(t("What goes to {area}:", area=other))
    _requests(here, left, key)
    if others := list(_others(here, left)):
        st.markdown(t("Also: {things}.", things=t.list(others)))
    elif not (left.answers or left.asks or left.between):
        st.markdown(t("Nothing is open: only the area itself goes."))
    heads = () if left.headless else left.heads  # whoever heads the other one needs not be its deputy
    names = [plain(one.name) for one in (*heads, *left.deputies)]
    if left.headless and left.heads:
        st.markdown(t("{area} has no head: {names} heads it from then on.", area=other,
                      names=t.list(plain(one.name) for one in left.heads)))  # fmt: skip
    if names:
        st.checkbox(t("As deputy, {names} can speak for {area} too", names=t.list(names), area=other),
                    key=f"deputies-{key}", persist_state="session")  # fmt: skip
    st.text_input(
        t("Why? Whoever has a request there reads this."), key=f"reason-{key}", persist_state="session"
    )
    st.caption(t("What has happened stays with {area}, by its name: the figures of its routes do not change.",
                 area=plain(area.name)))  # fmt: skip
    st.caption(t("{area} can be brought back later, but what went to {other} stays there.", area=plain(area.name),
                 other=other))  # fmt: skip


def _requests(here: Visit, left: Joining, key: str) -> None:
    plural = here.t.plural
    shown = (
        ("answers", left.answers, plural("{n} request that others asked it, as it stands",
                                         "{n} requests that others asked it, as they stand", len(left.answers))),
        ("asks", left.asks, plural("{n} request that it asked, as it stands",
                                   "{n} requests that it asked, as they stand", len(left.asks))),
        ("between", left.between, plural("{n} request between the two is withdrawn: they are one now",
                                         "{n} requests between the two are withdrawn: they are one now", len(left.between))),
    )  # fmt: skip
    for name, rows, label in shown:
        if rows:
            lines.folded(here, rows, key=f"{name}-{key}", label=label)


def _others(here: Visit, left: Joining) -> Iterator[str]:
    plural = here.t.plural
    if left.goals:
        yield plural("{n} goal", "{n} goals", left.goals)
    if left.issues:
        yield plural("{n} issue that is still open", "{n} issues that are still open", left.issues)
    if left.changes:
        yield plural("{n} procedure change to check", "{n} procedure changes to check", left.changes)
    if left.roles:
        yield plural("{n} role", "{n} roles", left.roles)
    if left.people:
        yield plural("{n} person", "{n} people", len(left.people))


def _form(area_id: int) -> str:
    return f"merging-{area_id}"


def _merge(area_id: int, key: str) -> None:
    form = _form(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, typed = visit.begin(), drafts.typed(form, "into", "reason", "deputies")

    def merge(session: Session) -> None:
        departures.merge_areas(session, area_id, into=typed["into"], reason=typed["reason"], seen=drafts.seen(form),
                               as_deputies=bool(typed["deputies"]), by=here.mandate, at=here.now)  # fmt: skip

    if here.act(form, merge, here.t("Done: {area} goes on.", area=plain(here.area(typed["into"])))):
        panels.close(f"area-{area_id}")
