"""The weekly hours in one's own calendar: an address to subscribe to."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts
from coord.ui import visit
from coord.ui.visit import Visit

FORM = "calendar-address"


def draw(here: Visit) -> None:
    """This person's secret address, with what to do with it; a new one ends the old one."""
    t, key = here.t, visit.nonce(FORM)
    with here.read() as session:
        secret = accounts.calendar_made(session, here.person.id)
    here.refusal(FORM)
    if secret is None:
        st.button(
            t("Into my own calendar…"), icon=":material/calendar_add_on:", key=f"make-{key}", on_click=_make
        )
        return
    st.markdown(
        t("Add this address to your calendar as a subscription: it follows when an hour is moved or dropped.")
    )
    st.code(f"{here.address}/calendar/{secret}.ics", language=None, wrap_lines=True)
    st.caption(t("It is yours alone: whoever has it can read when the hours are, without a sign-in."))
    with st.popover(t("New address…"), key="renew-calendar"):
        st.markdown(t("Calendars with the old address are no longer updated."))
        st.button(t("Make a new address"), key=f"renew-{key}", type="primary", on_click=_renew)


def _make() -> None:
    here = visit.begin()

    def make(session: Session) -> None:
        accounts.calendar_address(session, here.person.id, here.now)

    here.act(FORM, make)


def _renew() -> None:
    here = visit.begin()

    def renew(session: Session) -> None:
        accounts.renew_calendar_address(session, here.person.id, here.now)

    here.act(FORM, renew, here.t("This is your new address."))
