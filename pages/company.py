"""The company as its administrators keep it: settings, areas, people."""

import streamlit as st

from coord import people
from coord.ui import (
    address,
    areas_form,
    backups_view,
    company_form,
    notices_form,
    people_form,
    record_view,
    signins_form,
    visit,
)
from coord.ui.plain import plain

here = visit.begin()
t = here.t
st.title(t("Company"), anchor=False)
if not here.mandate.administers:
    with here.read() as session:
        held, everyone = people.rights(session), people.people(session)
    admins = [plain(person.name) for person in everyone if ("admin", None) in held.get(person.id, ())]
    st.info(
        t(
            "Administrators keep the company's settings, areas and people. Ask one of them: {names}.",
            names=t.list(admins),
        )
    )
    st.stop()

# The name in the address (?part=people) → the tab's title, and what draws it.
PARTS = {
    "settings": (t("Settings"), company_form.draw),
    "areas": (t("Areas"), areas_form.draw),
    "people": (t("People"), people_form.draw),
    "sign-ins": (t("Sign-ins"), signins_form.draw),
    "notices": (t("Notices"), notices_form.of_company),
    "backups": (t("Backups"), backups_view.draw),
    "record": (t("Record"), record_view.draw),
}
titles = {name: title for name, (title, _) in PARTS.items()}
for name, tab in address.tabs(titles, "part", "company-part"):
    if tab.open:  # the others wait until somebody looks
        with tab, st.container(width=1080):
            PARTS[name][1](here)
