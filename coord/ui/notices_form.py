"""Notices: what each person wants to be told and where, and how an administrator lets the company send them."""

from typing import Any, Literal

import streamlit as st
from sqlalchemy.orm import Session

from coord import notices
from coord.notices import KINDS, SECURITY, Letter, Sender, SetUp, Wish, channels
from coord.refusal import Refused
from coord.text import DAY, N_
from coord.ui import drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

MINE = "my-notices"
COMPANY = "company-notices"
FIELDS = ("is_on", "host", "port", "security", "user", "password", "address", "link", "servers")
MOST = 10  # people whose letters don't arrive, named one by one

WHEN = {
    "before": N_("On the working day before, at 16:00 your time."),
    "after": N_("As soon as the minutes are closed, at the latest two hours after the end; never at night."),
    "due": N_("On the working day before, at 8:00 your time; all of them together."),
}


def mine(here: Visit) -> None:
    """What this person is told, where, and what became of it lately."""
    t = here.t
    with here.read() as session:
        is_on, row = notices.is_on(session), notices.choice(session, here.person.id)
        last = notices.letters_to(session, here.person.id)
    if not is_on:
        st.info(t("Notices are off in this company. An administrator can turn them on, under Company."))
        return
    st.caption(t("One message for everything that comes at the same time, and none comes twice."))
    wish = notices.wanted(row)
    key = drafts.fill(here, MINE, row.version if row else 0, _mine(here, wish))
    for kind in KINDS:
        with st.container(gap=None):
            st.checkbox(t(KINDS[kind]), key=f"{kind}-{key}", persist_state="session")
            st.caption(t(WHEN[kind]))
    _where(here, key, wish)
    with st.container(horizontal=True):
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_choose, args=(key,))
        if notices.is_reached(here.person, row):
            st.button(t("Send me a test"), key=f"test-{key}", on_click=_test, args=(MINE, False))
    _lately(here, last)


def _mine(here: Visit, wish: Wish) -> dict[str, Field]:
    t = here.t
    kinds = {
        kind: Field(t(KINDS[kind]), kind in wish.kinds, t("yes") if kind in wish.kinds else t("no"))
        for kind in KINDS
    }
    return kinds | {
        "by_channel": Field(t("Where"), wish.by_channel),
        "channel": Field(t("Address of your channel"), ""),
    }


def _where(here: Visit, key: str, wish: Wish) -> None:
    t, email = here.t, here.person.email
    # a joiner that nobody sees keeps Markdown from making a link of it, which would be clicked instead of chosen
    by_mail = (
        t("By e-mail to {address}", address=plain(email).replace("@", "@\u2060")) if email else t("By e-mail")
    )
    chosen = st.radio(t("Where"), [False, True], key=f"by_channel-{key}", persist_state="session",
                      format_func=lambda by_channel: t("In a chat or on the phone") if by_channel else by_mail)  # fmt: skip
    if not chosen:
        if email is None:
            st.warning(t("You have no e-mail address here. Ask an administrator to add it, under Company."))
        return
    st.text_input(
        t("Address of your channel"),
        key=f"channel-{key}",
        type="password",
        autocomplete="off",
        placeholder=t("Kept: {address}", address=channels.masked(wish.channel))
        if wish.channel
        else channels.EXAMPLE,
        persist_state="session",
    )
    names = ", ".join(dict.fromkeys(channels.NAMES.values()))
    st.caption(
        t(
            "Of {channels}: the link that the service gives for incoming messages, or the address as [Apprise]({guide}) writes it. Nobody else sees it.",
            channels=plain(names),
            guide="https://appriseit.com/services/",
        )
    )


def _lately(here: Visit, last: list[Letter]) -> None:
    t = here.t
    if not last:
        return
    if (trouble := notices.said(last[0])) is not None:
        st.warning(t("The last message has not reached you. {why}", why=trouble.said(t, plain)))
    with st.expander(t("The last messages to you")):
        for row in last:
            st.markdown(
                f"{t.instant(row.settled_at or row.written_at)} · {plain(row.subject)} :gray-badge[{_state(here, row)}]"
            )


def _state(here: Visit, row: Letter) -> str:
    t = here.t
    return {"sent": t("Sent"), "given_up": t("Not sent")}.get(row.state, t("On its way"))


def of_company(here: Visit) -> None:
    """The mail server, from whom letters come, which servers of chat may be used, and who is not reached."""
    t = here.t
    with here.read() as session:
        row = notices.sender(session)
        troubles = notices.troubles(session, since=here.now - 7 * DAY)
    st.markdown(
        t(
            "Those who speak for an area are told the day before the meeting what will be asked of them, after it what they promised, "
            "and when a promise is due. They are told by e-mail, until they choose something else."
        )
    )
    key = drafts.fill(here, COMPANY, row.version if row else 0, _company(here, row))
    _mail_server(here, key, row)
    with st.container(horizontal=True):
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_set_up, args=(key,))
        if row is not None and here.person.email is not None:
            st.button(t("Send me a test"), key=f"test-{key}", on_click=_test, args=(COMPANY, True))
    if row is not None and here.person.email is None:
        st.caption(t("To send yourself a test, give yourself an e-mail address, under People."))
    if troubles:
        st.header(t("Not reached in the last seven days"), anchor=False)
    for person, letter in troubles[:MOST]:
        why = notices.said(letter)
        st.markdown(f"**{plain(person.name)}** · {why.said(t, plain) if why else ''}")
    if (rest := len(troubles) - MOST) > 0:
        st.caption(t.plural("{n} more", "{n} more", rest))


def _company(here: Visit, row: Sender | None) -> dict[str, Field]:
    t, security = here.t, row.security if row else "starttls"
    is_on = row is not None and row.on_since_at is not None
    return {
        "is_on": Field(t("Send notices"), is_on, t("yes") if is_on else t("no")),
        "host": Field(t("Mail server"), row.host if row else ""),
        "port": Field(t("Port"), row.port if row else 587),
        "security": Field(t("Secured by"), security, t(SECURITY[security])),
        "user": Field(t("User name"), (row and row.user) or ""),
        "password": Field(t("Password"), ""),
        "address": Field(t("Notices come from"), row.address if row else ""),
        "link": Field(t("Address of Coord"), row.link if row else here.address),
        "servers": Field(t("Your own chat servers"), "\n".join(row.servers) if row else ""),
    }


def _mail_server(here: Visit, key: str, row: Sender | None) -> None:
    t = here.t
    keep: Literal["session"] = "session"
    label = {name: field.label for name, field in _company(here, row).items()}
    st.toggle(label["is_on"], key=f"is_on-{key}", persist_state=keep)
    left, middle, right = st.columns([4, 2, 4])
    left.text_input(label["host"], key=f"host-{key}", placeholder="smtp.example.com", persist_state=keep)
    middle.number_input(label["port"], 1, 65_535, key=f"port-{key}", persist_state=keep)
    right.selectbox(label["security"], list(SECURITY), format_func=lambda name: t(SECURITY[name]),
                    key=f"security-{key}", persist_state=keep)  # fmt: skip
    left, right = st.columns(2)
    left.text_input(
        label["user"],
        key=f"user-{key}",
        autocomplete="off",
        placeholder=t.inside("user", "None"),
        persist_state=keep,
    )
    right.text_input(label["password"], key=f"password-{key}", type="password", autocomplete="new-password",
                     placeholder=t("Kept. Type another to change it.") if row and row.password else "",
                     persist_state=keep)  # fmt: skip
    left, right = st.columns(2)
    left.text_input(
        label["address"], key=f"address-{key}", placeholder="coord@example.com", persist_state=keep
    )
    right.text_input(label["link"], key=f"link-{key}", persist_state=keep,
                     help=t("Links in notices begin with it."))  # fmt: skip
    with st.expander(label["servers"]):
        st.text_area(label["servers"], key=f"servers-{key}", persist_state=keep, placeholder="chat.example.com",
                     label_visibility="collapsed")  # fmt: skip
        st.caption(
            t(
                "People may have notices sent to well-known services, and to the servers that stand here, one on each line. "
                "A port is needed where it is unusual: {example}",
                example="chat.example.com:8443",
            )
        )


def _choose(key: str) -> None:
    if not drafts.is_drawn(MINE, key):
        return
    here, typed = visit.begin(), drafts.typed(MINE, *KINDS, "by_channel", "channel")
    wish = Wish(frozenset(kind for kind in KINDS if typed[kind]), bool(typed["by_channel"]), typed["channel"])

    def choose(session: Session) -> None:
        notices.choose(session, wish, seen=drafts.seen(MINE), by=here.mandate)

    here.act(MINE, choose, here.t("Saved."), typed=typed)


def _set_up(key: str) -> None:
    if not drafts.is_drawn(COMPANY, key):
        return
    here = visit.begin()
    typed: dict[str, Any] = drafts.typed(COMPANY, *FIELDS)

    def set_up(session: Session) -> None:
        notices.set_up(session, SetUp(**typed), seen=drafts.seen(COMPANY), by=here.mandate, at=here.now)

    here.act(COMPANY, set_up, here.t("Saved."), typed=typed)


def _test(form: str, by_mail: bool) -> None:
    here = visit.begin()
    try:
        notices.try_out(here.database, here.person.id, at=here.now, by_mail=by_mail)
    except Refused as refused:
        st.session_state[f"refused:{form}"] = refused.said(here.t, plain)
    else:
        st.toast(here.t("Sent. Look whether it has arrived."), icon=":material/check:")
