"""Who else speaks for an area: its head names deputies."""

import streamlit as st

from coord import people
from coord.ui import visit
from coord.ui.plain import plain
from coord.ui.visit import Visit


def of_my_areas(here: Visit) -> None:
    """For each area that this person heads: its deputies, and naming another."""
    with here.read() as session:
        held, everyone = people.rights(session), people.people(session)
    mine = {area for right, area in held.get(here.person.id, ()) if right == "head" and area is not None}
    for area_id in sorted(mine & here.mandate.areas):  # without those that are no longer in use
        label = here.t("Who else speaks for {area}", area=plain(here.area(area_id)))
        with st.expander(
            label, key=f"deputies-{area_id}", icon=":material/group:", on_change="rerun"
        ) as drawn:
            if drawn.open:
                _of(here, area_id, everyone, held)


def _of(here: Visit, area_id: int, everyone: list[people.Person], held: people.Held) -> None:
    t, form = here.t, f"deputies-{area_id}"
    here.refusal(form)
    deputies = [person for person in everyone if ("deputy", area_id) in held.get(person.id, ())]
    for person in deputies:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(plain(person.name))
            st.button(
                t("End"),
                key=f"end-{area_id}-{person.id}",
                type="tertiary",
                on_click=_end,
                args=(area_id, person.id),
            )
    names = {p.id: p.name for p in everyone if p not in deputies and p.id != here.person.id}
    key = visit.nonce(form)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(t("Name a deputy, who can answer, promise and ask for the area"), list(names), index=None,
                     format_func=lambda i: names[i], key=f"deputy-{key}", placeholder=t("Choose a person"))  # fmt: skip
        st.button(t("Name this deputy"), key=f"name-{key}", on_click=_name, args=(area_id,))


def _name(area_id: int) -> None:
    here, form = visit.begin(), f"deputies-{area_id}"
    chosen = st.session_state.get(f"deputy-{visit.nonce(form)}")
    if chosen is not None:
        here.act(
            form,
            lambda s: people.appoint(s, chosen, area_id, by=here.mandate),
            here.t("Saved."),
            typed=chosen,
        )


def _end(area_id: int, person_id: int) -> None:
    here = visit.begin()
    here.act(f"deputies-{area_id}", lambda s: people.dismiss(s, person_id, area_id, by=here.mandate), here.t("Saved."),
             typed=("end", person_id))  # fmt: skip
