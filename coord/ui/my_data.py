"""What Coord keeps about me, as a file; and whom to ask to be erased."""

import streamlit as st

from coord import departures, people
from coord.people import Person
from coord.ui.plain import plain
from coord.ui.visit import Visit


def draw(here: Visit) -> None:
    """One's own data, and who erases it."""
    t = here.t
    with here.read() as session:
        held, everyone = people.rights(session), people.people(session)
    admins = [
        plain(p.name) for p in everyone if ("admin", None) in held.get(p.id, ()) and p.id != here.person.id
    ]
    st.caption(t("Everything that is kept about you, as tables that a spreadsheet opens."))
    button(here, here.person, t("Download my data"), "my-data")
    if admins:
        st.caption(
            t("If you leave and want to be erased, ask {names}: your name and address go, what you did stays with “A former member”.",
              names=t.list(admins)))  # fmt: skip


def button(here: Visit, person: Person, label: str, key: str) -> None:
    """A person's data, put together when somebody asks for it."""

    def packed() -> bytes:
        with here.read() as session:
            by = people.mandate(session, here.person.id)  # as it is now: the page may stand there for hours
            return departures.told_of(session, person.id, here.t, by=by, at=here.now)

    st.download_button(label, data=packed, file_name=f"coord-{person.id}.zip", mime="application/zip", key=key,
                       icon=":material/download:", on_click="ignore")  # fmt: skip
