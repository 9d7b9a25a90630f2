"""Moving in, the invitations: for each person a text to paste into a chat, and who is here already."""

from urllib.parse import urlsplit

import streamlit as st
from sqlalchemy.orm import Session

from coord import moving_in, people
from coord.accounts.invitation import invitation_text
from coord.moving_in import Guest
from coord.text import Words
from coord.ui import setup_moves, visit
from coord.ui.plain import plain
from coord.ui.setup_moves import Neighbours
from coord.ui.visit import PAGES, Visit

FORM, DONE = "setup-invitations", "setup-done"
MADE = "setup-secrets"  # person → secret; only its hash is in the database, so it can be shown this once
ALONE = frozenset({"localhost", "127.0.0.1", "::1"})


def draw(here: Visit, around: Neighbours) -> None:
    """Invite all with one click; the texts are sent by whoever invites, in whatever chat the company has."""
    t = here.t
    with here.read() as session:
        guests, held = moving_in.guests(session), people.rights(session)
    waiting = [guest for guest in guests if not guest.has_arrived and guest.person.email]
    st.markdown(t("Each head gets a text with a link of their own. Send it in the chat that you use anyway: on opening it they choose a password, and are here."))  # fmt: skip
    warn_of_the_address(here)
    here.refusal(FORM)
    if waiting:
        _invite_all(here, waiting)
    elif not guests:
        st.info(t("Nobody is named yet but you. Name the heads first."))
    made = st.session_state.get(MADE, {})
    for guest in guests:
        areas = [here.area(area) for right, area in held.get(guest.person.id, ()) if right == "head"]
        _guest(here, guest, sorted(areas), made.get(guest.person.id))
    _end(here, around)


def _invite_all(here: Visit, waiting: list[Guest]) -> None:
    t = here.t
    again = any(guest.invited_at for guest in waiting)
    label = t("Make all texts anew") if again else t("Invite all")
    st.button(label, key="setup-invite-all", type="secondary" if again else "primary", on_click=_invite,
              args=([guest.person.id for guest in waiting],))  # fmt: skip
    if again:
        st.caption(t("A new text ends the one before: its link opens nothing any more."))


def _guest(here: Visit, guest: Guest, areas: list[str], secret: str | None) -> None:
    t, person = here.t, guest.person
    with st.container(border=True, key=f"guest-{person.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            named = f" · {plain(t.list(areas))}" if areas else ""
            st.markdown(f"**{plain(person.name, 60)}**{named} {_badge(here, guest)}", width="stretch")
            if not guest.has_arrived and not secret and person.email:
                st.button(t("Make the text"), key=f"setup-invite-{person.id}", type="tertiary", on_click=_invite,
                          args=([person.id],))  # fmt: skip
        if not guest.has_arrived and not person.email:
            st.caption(
                t("{name} needs an e-mail address first: people sign in with it.", name=plain(person.name))
            )
        if secret and not guest.has_arrived:
            st.code(_text(here, guest, areas, secret), language=None, wrap_lines=True)


def _badge(here: Visit, guest: Guest) -> str:
    t = here.t
    if guest.has_arrived:
        return f":green-badge[{t('Is here')}]"
    if guest.until_at is None:
        return f":gray-badge[{t('Not invited yet')}]"
    if guest.until_at < here.now:
        return f":orange-badge[{t('The invitation is too old')}]"
    return f":blue-badge[{plain(t('Invited, until {day}', day=t.day(here.calendar.day_of(guest.until_at))))}]"


def _text(here: Visit, guest: Guest, areas: list[str], secret: str) -> str:
    """In the head's own language, else in the company's."""
    words = Words(guest.person.language or here.company.language, here.company.zone)
    link = f"{here.address}/invitation/{secret}"
    return invitation_text(words, here.company.name, guest.person.name, areas, link)


def warn_of_the_address(here: Visit) -> None:
    """Links that lead to this very computer help nobody who sits at another one."""
    if urlsplit(here.address).hostname in ALONE:
        st.warning(
            here.t("The links begin with {address}: they open on this computer only. Ask whoever looks after the server for an address that everybody reaches, and open Coord there before you invite.", address=plain(here.address)),
            icon=":material/lan:",
        )  # fmt: skip


def _end(here: Visit, around: Neighbours) -> None:
    t, (before, _) = here.t, around
    here.refusal(DONE)
    with st.container(horizontal=True, gap="small", key="setup-moves"):
        if here.company.moved_in_at is None:
            st.button(t("Done: to Today"), type="primary", key="setup-finish", on_click=_finish)
        else:
            st.page_link(PAGES / "today.py", label=f"**{t('To Today')}**", icon=":material/today:")
        st.button(t("Back"), type="tertiary", key="setup-back", on_click=setup_moves.go, args=(before,))
    if here.company.moved_in_at is not None and st.session_state.pop("setup-finished", False):
        st.switch_page(PAGES / "today.py")


def _invite(person_ids: list[int]) -> None:
    here, made = visit.begin(), dict[int, str]()

    def invite(session: Session) -> None:
        made.update(moving_in.invite_all(session, person_ids, by=here.mandate, at=here.now))

    if here.act(FORM, invite, typed=person_ids) and made:
        st.session_state[MADE] = {**st.session_state.get(MADE, {}), **made}


def _finish() -> None:
    here = visit.begin()
    finished = here.act(DONE, lambda session: moving_in.finish(session, by=here.mandate, at=here.now), here.t("Welcome to Coord."))  # fmt: skip
    if finished:
        st.session_state["setup-finished"] = True
