"""One's own account: the profile, the way to another password, and the devices on which one is signed in."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts, people, settings
from coord.text import LANGUAGES
from coord.ui import drafts, places, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

PROFILE, DEVICES = "own-profile", "devices"
FIELDS = ("name", "about", "language", "zone")
SHOWN = 12  # devices; whoever has more signs out everywhere


def profile(here: Visit) -> None:
    """How one is called, what one does, one's language and time zone; the e-mail address is shown."""
    t, person = here.t, here.person
    fields = {
        "name": Field(t("Name"), person.name),
        "about": Field(t("What I do"), person.about or ""),
        "language": Field(t("Language"), person.language),
        "zone": Field(t("Time zone"), person.zone),
    }
    key = drafts.fill(here, PROFILE, person.version, fields)
    left, right = st.columns(2)
    left.text_input(t("Name"), key=f"name-{key}", persist_state="session")
    right.text_input(t("E-mail"), person.email or "", key=f"email-{person.version}", disabled=True,
                     help=t("An administrator changes it."))  # fmt: skip
    st.text_input(t("What I do"), key=f"about-{key}", persist_state="session")
    left, right = st.columns(2)
    left.selectbox(t("Language"), list(LANGUAGES), index=None, format_func=lambda code: LANGUAGES[code],
                   key=f"language-{key}", placeholder=t("As my browser asks"), persist_state="session")  # fmt: skip
    right.selectbox(t("Time zone"), places.zones(person.zone), index=None, format_func=places.zone_name,
                    key=f"zone-{key}", placeholder=t("As the company"), persist_state="session")  # fmt: skip
    st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(key,))


def password(here: Visit) -> None:
    """The way to another password, which is typed on a page that no script of this one sees."""
    t = here.t
    if settings.read().demo:
        st.caption(t("The demo has no passwords."))
        return
    with here.read() as session:
        has_one = accounts.has_password(session, here.person.id)
    if not has_one:
        st.caption(t("You sign in without a password here."))
        return
    leads = f"{settings.read().base}/password"
    st.html(
        f'<a href="{leads}" target="_self" style="color: inherit; font-size: 0.875rem">{t("Change password")}</a>'
    )


def devices(here: Visit) -> None:
    """Where one is signed in; each can be signed out, or all at once."""
    t = here.t
    with here.read() as session:
        found = accounts.devices(session, here.person.id, at=here.now)
    here.refusal(DEVICES)
    with st.container(gap="xsmall"):
        for device in found[:SHOWN]:
            _device(here, device)
    if (more := len(found) - SHOWN) > 0:
        st.caption(t.plural("{n} more", "{n} more", more))
    key = visit.nonce(DEVICES)
    with st.popover(t("Sign out everywhere…"), key=f"sure-{key}"):
        st.markdown(t("Here too. Do this when a device was lost, or somebody else was at yours."))
        st.button(t("Sign out everywhere"), key=f"everywhere-{key}", on_click=_sign_out_everywhere)


def _device(here: Visit, device: accounts.Device) -> None:
    t = here.t
    is_this = device.id == here.device_id
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"device-{device.id[:12]}"
    ):
        with st.container(gap=None):
            this = f" :green-badge[{t('This device')}]" if is_this else ""
            st.markdown(f"**{plain(device.name or t('A browser'))}**{this}")
            st.caption(t("Signed in {since}, last used {last}", since=plain(t.instant(device.at)),
                         last=plain(t.instant(device.used_at))))  # fmt: skip
        if not is_this:
            st.button(t("Sign out"), key=f"end-{device.id[:12]}", type="tertiary", on_click=_sign_out,
                      args=(device.id,))  # fmt: skip


def _save(key: str) -> None:
    if not drafts.is_drawn(PROFILE, key):
        return
    here, typed = visit.begin(), drafts.typed(PROFILE, *FIELDS)

    def present(session: Session) -> None:
        people.present_oneself(
            session, here.person.id, **typed, seen=drafts.seen(PROFILE), by=here.mandate
        )  # fmt: skip

    here.act(PROFILE, present, here.t("Saved."))


def _sign_out(device_id: str) -> None:
    here = visit.begin()
    here.act(
        DEVICES,
        lambda session: accounts.sign_out_device(session, device_id, by=here.mandate),
        here.t("Signed out."),
        typed=device_id,
    )


def _sign_out_everywhere() -> None:
    here = visit.begin()
    here.act(DEVICES, lambda session: accounts.sign_out_everywhere(session, here.person.id, by=here.mandate))
