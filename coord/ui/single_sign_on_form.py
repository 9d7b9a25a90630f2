"""Signing in at the company's identity provider: entered by an administrator, tried out, turned on."""

from typing import Any, Literal

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts
from coord.accounts import IdentityProvider, ProviderWish, openid
from coord.refusal import Refused
from coord.text import typed as text
from coord.ui import drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "single-sign-on"
FIELDS = ("is_on", "label", "address", "client_id", "client_secret", "trusts_emails")
TRIED = "single-sign-on-tried"  # what the provider answered, shown once
KEEP: Literal["session"] = "session"


def draw(here: Visit) -> None:
    """The provider, and the address that is registered there."""
    t = here.t
    with here.read() as session:
        row = accounts.provider(session)
    is_on = row is not None and row.is_on
    title = (
        t("Signing in with the company's own accounts: on")
        if is_on
        else t("Signing in with the company's own accounts")
    )
    with st.expander(title, icon=":material/key:", key="single-sign-on"):
        st.markdown(
            t(
                "Whoever signs in at Google, Microsoft, Okta, Keycloak or another such provider comes in here as the person with the same "
                "e-mail. Passwords still work beside it."
            )
        )
        st.caption(
            t(
                "Whoever looks after those accounts registers Coord there as a web application (OpenID Connect) with this address to come back to:"
            )
        )
        st.code(here.address + openid.BACK, language=None, wrap_lines=True)
        fields = _fields(here, row)
        key = drafts.fill(here, FORM, row.version if row else 0, fields)
        _inputs(here, key, fields, row)
        if answered := st.session_state.pop(TRIED, None):
            st.success(answered, icon=":material/check_circle:")
        with st.container(horizontal=True):
            st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(key,))
            st.button(t("Try it"), key=f"try-{key}", on_click=_try, args=(key,))


def _fields(here: Visit, row: IdentityProvider | None) -> dict[str, Field]:
    t, is_on, trusts = here.t, bool(row and row.is_on), bool(row and row.trusts_emails)
    return {
        "is_on": Field(t("People may sign in there"), is_on, t("yes") if is_on else t("no")),
        "label": Field(t("What people call it"), row.label if row else ""),
        "address": Field(t("Address of the provider"), row.address if row else ""),
        "client_id": Field(t("Client ID"), row.client_id if row else ""),
        "client_secret": Field(t("Client secret"), ""),
        "trusts_emails": Field(t("Believe every e-mail it sends"), trusts, t("yes") if trusts else t("no")),
    }


def _inputs(here: Visit, key: str, fields: dict[str, Field], row: IdentityProvider | None) -> None:
    t, label = here.t, {name: field.label for name, field in fields.items()}
    st.toggle(label["is_on"], key=f"is_on-{key}", persist_state=KEEP)
    left, right = st.columns([2, 3])
    left.text_input(label["label"], key=f"label-{key}", placeholder="Google", persist_state=KEEP)
    right.text_input(
        label["address"], key=f"address-{key}", placeholder="https://accounts.google.com", persist_state=KEEP
    )
    left, right = st.columns([2, 3])
    left.text_input(label["client_id"], key=f"client_id-{key}", autocomplete="off", persist_state=KEEP)
    right.text_input(label["client_secret"], key=f"client_secret-{key}", type="password", autocomplete="new-password",
                     placeholder=t("Kept. Type another to change it.") if row and row.client_secret else "",
                     persist_state=KEEP)  # fmt: skip
    if st.checkbox(label["trusts_emails"], key=f"trusts_emails-{key}", persist_state=KEEP,
                   help=t("Some providers, such as Microsoft Entra, don't say whether an e-mail is verified.")):  # fmt: skip
        st.warning(
            t(
                "Only where nobody can enter another person's e-mail for themselves: they would come in here as that person."
            )
        )


def _save(key: str) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here = visit.begin()
    typed: dict[str, Any] = drafts.typed(FORM, *FIELDS)

    def save(session: Session) -> None:
        accounts.keep_provider(session, ProviderWish(**typed), seen=drafts.seen(FORM), by=here.mandate)

    here.act(FORM, save, here.t("Saved."), typed=typed)


def _try(key: str) -> None:
    """Ask the provider what it says of itself; nothing is saved."""
    here = visit.begin()
    if not here.mandate.administers:
        return
    try:
        address = text.link(drafts.typed(FORM, "address")["address"])
        if address is None:
            raise Refused("Fill in the name, the address and the client ID.")
        found = openid.discovered(openid.document(address), at=here.now, anew=True)
    except Refused as refused:
        st.session_state[f"refused:{FORM}"] = refused.said(here.t, plain)
    else:
        st.session_state[TRIED] = here.t(
            "It answers, as {issuer}. Save, then sign in there yourself once: that tries the rest.",
            issuer=plain(found.issuer),
        )
