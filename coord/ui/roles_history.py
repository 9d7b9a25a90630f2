"""A role's revisions: two of them compared, and the earlier ones to be read again."""

import streamlit as st

from coord.roles import Revision
from coord.ui import roles_changes
from coord.ui.plain import plain
from coord.ui.roles_view import Page
from coord.ui.visit import PAGES


def draw(page: Page) -> None:
    """What changed between two revisions, and every earlier one as a link."""
    t = page.here.t
    if len(page.revisions) < 2:
        return
    label = t.plural("{n} revision", "{n} revisions", len(page.revisions))
    with st.expander(label, icon=":material/history:", key=f"revisions-{page.role.id}"):
        _compared(page)
        st.caption(t("Read an earlier one:"))
        for one in page.revisions[1:]:
            st.page_link(PAGES / "roles.py", label=plain(_label(page, one)),
                         query_params={"role": str(page.role.id), "revision": str(one.number)})  # fmt: skip


def _compared(page: Page) -> None:
    t, newest = page.here.t, page.role.revision
    label = {one.number: _label(page, one) for one in page.revisions}
    key = f"{page.role.id}-{newest}"  # after the next revision, that one is compared
    left, right = st.columns(2)
    before = left.selectbox(t("Before"), list(label), 1, format_func=lambda n: label[n], key=f"before-{key}")
    after = right.selectbox(t("After"), list(label), 0, format_func=lambda n: label[n], key=f"after-{key}")
    with st.container(border=True, key="changes"):
        roles_changes.draw(page.here, page.said[before], page.said[after])


def _label(page: Page, one: Revision) -> str:
    here, t = page.here, page.here.t
    facts = {
        "n": t.number(one.number),
        "day": t.day(here.calendar.day_of(one.at), today=here.today),
        "name": page.names.get(one.person_id or 0, here.area(page.role.area_id)),
    }
    return t("Revision {n}, {day}, {name}", **facts)
