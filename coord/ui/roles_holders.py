"""Who holds a role, since when, and whether they know it; whoever speaks for the area names and ends holders."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import people, roles
from coord.roles import Holder
from coord.ui import drafts, visit
from coord.ui.plain import plain
from coord.ui.roles_view import Page


def draw(page: Page) -> None:
    """Today's and coming holders, then the earlier ones in one line."""
    here, t = page.here, page.here.t
    st.subheader(t("Who holds it"), anchor=False)
    now = [one for one in page.holders if not one.is_past(here.today)]
    if not now:
        st.caption(t("Nobody holds it now"))
    for one in now:
        _line(page, one)
    if past := [one for one in page.holders if one.is_past(here.today)]:
        st.caption(t("Before: {names}", names=plain(t.list(_spell(page, one) for one in past))))
    if page.is_kept:
        _name(page)


def _line(page: Page, one: Holder) -> None:
    here, t, row = page.here, page.here.t, page.role
    known = page.known.get((row.revision, one.person_id))
    with st.container(horizontal=True, vertical_alignment="center", key=f"holder-{one.id}", gap="small"):
        said = (
            f":green-badge[{t('Acknowledged')}]" if known else f":orange-badge[{t('Not yet acknowledged')}]"
        )
        st.markdown(
            f"**{plain(page.names[one.person_id])}** :small[{plain(_since(page, one))}] {said}",
            width="content",
        )
        if page.is_kept and one.until_on is None:
            _ending(page, one)
    here.refusal(f"end-{one.id}")


def _since(page: Page, one: Holder) -> str:
    t, today = page.here.t, page.here.today
    facts = {"day": t.day(one.from_on, today=today)}
    if one.until_on is not None:
        return t("until {day}", day=t.day(one.until_on, today=today))
    return t("since {day}", **facts) if one.from_on <= today else t("from {day}", **facts)


def _spell(page: Page, one: Holder) -> str:
    t, today = page.here.t, page.here.today
    return t("{name} (until {day})", name=page.names[one.person_id],
             day=t.day(one.until_on, today=today) if one.until_on else "")  # fmt: skip


def _ending(page: Page, one: Holder) -> None:
    t, form = page.here.t, f"end-{one.id}"
    key = visit.nonce(form)
    with st.popover(t("End"), type="tertiary"):
        st.date_input(t("Last day"), value=max(page.here.today, one.from_on), min_value=one.from_on, key=f"until_on-{key}",
                      format="DD/MM/YYYY")  # fmt: skip
        st.button(t("End on this day"), key=f"end-{key}", on_click=_end, args=(one.id, key))


def _name(page: Page) -> None:
    here, t, form = page.here, page.here.t, f"appoint-{page.role.id}"
    with here.read() as session:
        everyone = people.people(session)
    held = {one.person_id for one in page.holders if one.until_on is None}
    names = {
        p.id: p.name
        for p in sorted(everyone, key=lambda p: p.area_id != page.role.area_id)
        if p.id not in held
    }
    key = visit.nonce(form)
    here.refusal(form)
    with st.popover(t("Name a holder"), type="tertiary", icon=":material/person_add:"):
        st.selectbox(t("Who?"), list(names), index=None, format_func=lambda one: names[one], width=260,
                     key=f"holder-{key}", placeholder=t("Choose a person"))  # fmt: skip
        st.date_input(t("First day"), value=here.today, key=f"from_on-{key}", format="DD/MM/YYYY", width=160)
        st.button(t("Name this holder"), key=f"appoint-{key}", on_click=_appoint, args=(page.role.id, key))


def _appoint(role_id: int, key: str) -> None:
    form = f"appoint-{role_id}"
    chosen, day = st.session_state.get(f"holder-{key}"), st.session_state.get(f"from_on-{key}")
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()
    if chosen is None:
        st.session_state[f"refused:{form}"] = here.t("Choose a person.")
        return

    def appoint(session: Session) -> None:
        roles.appoint(session, role_id, person_id=chosen, from_on=day, by=here.mandate, at=here.now)

    here.act(form, appoint, here.t("Saved."), typed=(chosen, day))


def _end(holder_id: int, key: str) -> None:
    form, day = f"end-{holder_id}", st.session_state.get(f"until_on-{key}")
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()

    def end(session: Session) -> None:
        roles.end_holding(session, holder_id, until_on=day, by=here.mandate, at=here.now)

    here.act(form, end, here.t("Saved."), typed=day)
