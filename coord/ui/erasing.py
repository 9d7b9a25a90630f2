"""Erasing a person: what it will touch is shown first, and the name has to be typed; and what is kept about them."""

import logging

import streamlit as st
from sqlalchemy.orm import Session

from coord import backup, departures
from coord.people import Person
from coord.refusal import Refused
from coord.ui import drafts, my_data, panels, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.record_words import KINDS
from coord.ui.visit import PAGES, Visit

KIND = "person"
log = logging.getLogger("coord")


def offer(here: Visit, person: Person) -> None:
    """The button that opens the panel; nobody erases themselves."""
    if person.id != here.person.id and person.erased_at is None:
        st.button(here.t("Erase…"), type="tertiary", key=f"erase-person-{person.id}", on_click=panels.open_up,
                  args=(KIND, person.id, "erase"))  # fmt: skip


def panel(here: Visit, person: Person) -> None:
    """What goes, what stays, what has to be seen to, and the name to be typed."""
    t, form = here.t, _form(person.id)
    with here.read() as session:
        found = departures.touched(session, person.id)
    key = drafts.fill(here, form, person.version, {"confirm": Field(t("Name"), "")})
    name = plain(person.name)
    st.markdown(f"**{t('Erase {name} for good', name=name)}**")
    st.markdown(
        t(
            "Their name, e-mail address and profile go, with their rights, devices, letters and whatever else is only about them. Nobody can bring that back."
        )
    )
    st.markdown(t("What they did stays, with “A former member” where their name stood."))
    if found.stays:
        counts = {t(KINDS[kind]): n for kind, n in found.stays.items() if kind in KINDS}
        st.markdown(" ".join(f":gray-badge[{plain(label)}: {t.number(n)}]" for label, n in counts.items()))
    if found.heads:
        st.warning(
            t("They head {areas}. Name another head there.", areas=plain(t.list(map(here.area, found.heads))))
        )
    if found.mentions:
        _mentions(here, person, found.mentions)
    st.caption(
        t(
            "Backups made so far still hold the name until they are deleted: by their plan, and those made by hand or before a restore by whoever keeps the server. Whoever restores one erases this person again with it."
        )
    )
    st.caption(
        t("A name that they had before stays where it stood then: who decided, whom an hour was handed to.")
    )
    st.text_input(t("Type the name to confirm: {name}", name=name), key=f"confirm-{key}", width=320)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Erase {name}", name=name), type="primary", key=f"erase-now-{key}", on_click=_erase,
                  args=(person.id, key))  # fmt: skip
        my_data.button(here, person, t("Their data as a file"), f"data-{key}")
        st.button(t("Close"), type="tertiary", key=f"close-erase-{key}", on_click=panels.close, args=(form,))


def _mentions(here: Visit, person: Person, n: int) -> None:
    t = here.t
    st.info(
        t.plural("{n} text that people typed spells this name out. It stays as it is; whoever wrote it can amend it.",
                 "{n} texts that people typed spell this name out. They stay as they are; whoever wrote them can amend them.", n),
        icon=":material/edit_note:")  # fmt: skip
    st.page_link(PAGES / "requests.py", label=t("Requests that name {name}", name=plain(person.name)),
                 query_params={"text": person.name})  # fmt: skip


def _form(person_id: int) -> str:
    return f"erase-person-{person_id}"


def _erase(person_id: int, key: str) -> None:
    form = _form(person_id)
    if not drafts.is_drawn(form, key):
        return
    here, name = visit.begin(), drafts.typed(form, "confirm")["confirm"]

    def erase(session: Session) -> None:
        departures.erase(session, person_id, name=name, by=here.mandate, at=here.now)

    if here.act(form, erase, here.t("Erased."), typed=name):
        _remember(here)
        panels.close()


def _remember(here: Visit) -> None:
    """Write it beside the backups too; where that can't be done now, it is with the next backup."""
    try:
        with here.read() as session:
            departures.remember(session, backup.place())
    except (OSError, Refused):
        log.exception("who was erased could not be written beside the backups")
