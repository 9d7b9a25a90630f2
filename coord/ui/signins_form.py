"""Who has arrived: everybody with their invitation, a code for whoever forgot their password, and signing people out."""

from collections.abc import Callable
from html import escape

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts, people
from coord.accounts import Standing
from coord.people import BY_AREA, Person
from coord.text import Words
from coord.text import typed as text
from coord.ui import setup_invitations, single_sign_on_form, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

PAGE = 25
# No link, as Markdown would make of it: nothing is clicked here by mistake, and it may break where a phone ends.
ADDRESS = '<span style="font-size: 0.875rem; opacity: 0.75; overflow-wrap: anywhere">{}</span>'
TOLD = "sign-in-told"  # what was made for whom, shown once: it is kept nowhere else


def draw(here: Visit) -> None:
    """Everybody by name, first those who have not arrived if one wishes, with what can be done for each."""
    t = here.t
    with here.read() as session:
        everyone, known = people.people(session), accounts.standings(session)
    missing = [person for person in everyone if not _of(known, person).has_arrived]
    _warn(here, everyone)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(t("Search"), key="search-sign-ins", placeholder=t("A name, an address"), width=320,
                               persist_state="session", on_change=_first_page)  # fmt: skip
        only = st.toggle(t("Not arrived yet: {n}", n=t.number(len(missing))), key="only-missing", on_change=_first_page,
                         persist_state="session")  # fmt: skip
    found = [person for person in (missing if only else everyone) if _is_found(person, search or "")]
    if not found:
        st.info(t("Everybody has arrived.") if only and not search else t("Nobody is called that."))
    pages = max(-(-len(found) // PAGE), 1)
    page = min(int(st.session_state.get("page-sign-ins", 1)), pages)
    with st.container(gap="xsmall"):
        for person in found[(page - 1) * PAGE : page * PAGE]:
            _line(here, person, _of(known, person))
    if pages > 1:
        st.pagination(pages, key="page-sign-ins")
    single_sign_on_form.draw(here)


def _of(known: dict[int, Standing], person: Person) -> Standing:
    return known.get(person.id, Standing())


def _warn(here: Visit, everyone: list[Person]) -> None:
    """Of people who look alike one may be somebody else's second name."""
    for alike in accounts.lookalikes(everyone)[:3]:
        names = [f"{person.name} <{person.email}>" if person.email else person.name for person in alike]
        st.warning(here.t("These look alike and are written with different letters: {names}. Is each of them who you think?",
                          names=plain(here.t.list(names))), icon=":material/visibility:")  # fmt: skip


def _is_found(person: Person, search: str) -> bool:
    folded = text.fold(f"{person.name} {person.email or ''}")
    return all(word in folded for word in text.fold(search).split())


def _line(here: Visit, person: Person, one: Standing) -> None:
    t = here.t
    with st.container(border=True, key=f"sign-in-{person.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{plain(person.name)}** {_badge(here, one)}")
                if person.email:
                    st.html(ADDRESS.format(escape(person.email)))
                else:
                    st.caption(t("Needs an e-mail address first, under People: one signs in with it."))
            if person.email:
                _buttons(here, person, one)
        here.refusal(_form(person.id))
        told = st.session_state.get(TOLD, {})
        if told.get("person") == person.id:
            _told(here, person, told["text"])


def _badge(here: Visit, one: Standing) -> str:
    """How far somebody has come, in few words."""
    t = here.t
    if one.last_used_at is not None:
        label, colour = (
            t("Here last: {day}", day=t.day(here.calendar.day_of(one.last_used_at), today=here.today)),
            "green",
        )
    elif one.has_password:
        label, colour = t("Has a password"), "green"
    elif one.invited_until_at is None:
        label, colour = t("Not invited"), "gray"
    elif one.invited_until_at < here.now:
        label, colour = t("Invitation over"), "orange"
    else:
        label, colour = (
            t("Invited until {day}", day=t.day(here.calendar.day_of(one.invited_until_at))),
            "blue",
        )
    return f":{colour}-badge[{plain(label)}]"


def _buttons(here: Visit, person: Person, one: Standing) -> None:
    t, key = here.t, visit.nonce(_form(person.id))
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if one.has_password:
            st.button(t("Code for a new password"), key=f"code-{key}", type="tertiary", on_click=_make_code,
                      args=(person.id,))  # fmt: skip
        elif one.invited_at is not None:
            with st.popover(t("New invitation…"), type="tertiary", key=f"anew-{key}"):
                st.markdown(t("The one before then no longer works."))
                st.button(t("New invitation"), key=f"invite-{key}", on_click=_invite, args=(person.id,))
        else:
            st.button(t("Invite"), key=f"invite-{key}", on_click=_invite, args=(person.id,))
        if one.last_used_at is not None and person.id != here.person.id:
            with st.popover(t("Sign out everywhere…"), type="tertiary", key=f"sure-{key}"):
                st.markdown(t("{name} then signs in again on each device.", name=plain(person.name)))
                st.button(t("Sign out everywhere"), key=f"out-{key}", on_click=_sign_out, args=(person.id,))


def _told(here: Visit, person: Person, words: str) -> None:
    t = here.t
    setup_invitations.warn_of_the_address(here)
    st.markdown(t("Copy this for {name} now. It is not shown again.", name=plain(person.name)))
    st.code(words, language=None, wrap_lines=True)
    st.button(
        t("Close"), key=f"told-{person.id}", type="tertiary", on_click=st.session_state.pop, args=(TOLD, None)
    )


def _form(person_id: int) -> str:
    return f"sign-in-of-{person_id}"


def _first_page() -> None:
    st.session_state.pop("page-sign-ins", None)


def _invite(person_id: int) -> None:
    def made(here: Visit, session: Session, person: Person) -> str:
        secret = accounts.invite(session, person_id, by=here.mandate, at=here.now)
        spoken = {area_id for right, area_id in people.rights(session).get(person_id, ()) if right in BY_AREA}
        areas = [area.name for area in here.in_use if area.id in spoken]
        link = f"{here.address}/invitation/{secret}"
        return accounts.invitation_text(_words(here, person), here.company.name, person.name, areas, link)

    _make(person_id, made)


def _make_code(person_id: int) -> None:
    def made(here: Visit, session: Session, person: Person) -> str:
        code = accounts.reset_code(session, person_id, by=here.mandate, at=here.now)
        return accounts.reset_text(_words(here, person), code, f"{here.address}/reset")

    _make(person_id, made)


def _make(person_id: int, do: Callable[[Visit, Session, Person], str]) -> None:
    """Make something that is told once, in the language of whom it is for."""
    here, said = visit.begin(), list[str]()

    def make(session: Session) -> None:
        said.append(do(here, session, people.person(session, person_id)))

    if here.act(_form(person_id), make) and said:
        st.session_state[TOLD] = {"person": person_id, "text": said[0]}


def _words(here: Visit, person: Person) -> Words:
    return Words(person.language or here.company.language, person.zone or here.company.zone)


def _sign_out(person_id: int) -> None:
    here = visit.begin()
    with here.read() as session:
        person = people.person(session, person_id)
    here.act(
        _form(person.id),
        lambda session: accounts.sign_out_everywhere(session, person_id, by=here.mandate),
        here.t("{name} is signed out everywhere.", name=plain(person.name)),
    )
