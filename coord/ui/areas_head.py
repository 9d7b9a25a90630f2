"""Another head for an area, in one place and in one step."""

import streamlit as st
from sqlalchemy.orm import Session

from coord import people
from coord.company import Area
from coord.people import Person
from coord.ui import drafts, panels, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit


def draw(here: Visit, area: Area) -> None:
    """Who heads it now, who shall, and whether who did stays as a deputy."""
    t, form = here.t, _form(area.id)
    with here.read() as session:
        everyone, heads = people.people(session), [one.id for one in people.heads(session).get(area.id, ())]
    names = {person.id: person.name for person in everyone}
    key = drafts.fill(here, form, area.version, {"to": Field(t("Head"), None), "instead_of": Field(t("In place of"), heads),
                                                 "deputies": Field(t("Deputy"), False)})  # fmt: skip
    st.session_state.setdefault(f"heads-{key}", heads)
    shown = plain(t.list(names[one] for one in heads))
    if len(heads) != 1:
        st.markdown(_said(here, area, [names[one] for one in heads]))
    with st.container(key=f"form-{key}"):
        st.selectbox(_question(here, area, [names[one] for one in heads]), [one.id for one in everyone], index=None, key=f"to-{key}",
                     format_func=lambda one: _named(here, everyone, one), placeholder=t("Choose a person"),
                     persist_state="session")  # fmt: skip
        if heads:
            if len(heads) > 1:
                kept = st.session_state.get(f"instead_of-{key}", heads)
                st.session_state[f"instead_of-{key}"] = [one for one in kept if one in heads]
                st.multiselect(t("In place of"), heads, format_func=lambda one: names.get(one, ""), persist_state="session",
                               key=f"instead_of-{key}", placeholder=t("Nobody"), select_all=False,
                               help=t("Whoever you leave out here stays head beside the new one."))  # fmt: skip
            label = t("{name} stays as deputy", name=shown) if len(heads) == 1 else t("They stay as deputies")
            st.checkbox(label, key=f"deputies-{key}", persist_state="session")
    st.caption(
        t("What was asked and promised stays with the area. Whoever handles a request still handles it.")
    )
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(area.id, key))
        st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))


def _question(here: Visit, area: Area, heads: list[str]) -> str:
    if len(heads) != 1:
        return here.t("Who heads {area} from now on?", area=plain(area.name))
    return here.t(
        "Who heads {area} from now on, in place of {name}?", area=plain(area.name), name=plain(heads[0])
    )


def _said(here: Visit, area: Area, heads: list[str]) -> str:
    t = here.t
    if not heads:
        return t("Nobody heads {area}: nobody can ask or answer for it.", area=plain(area.name))
    return t("{names} head {area} together.", names=plain(t.list(heads)), area=plain(area.name))


def _named(here: Visit, everyone: list[Person], person_id: int) -> str:
    person = next(one for one in everyone if one.id == person_id)
    area = here.area(person.area_id)
    return here.t("{person} ({area})", person=person.name, area=area) if area else person.name


def _form(area_id: int) -> str:
    return f"head-{area_id}"


def _save(area_id: int, key: str) -> None:
    form = _form(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, typed = visit.begin(), drafts.typed(form, "to", "instead_of", "deputies")
    seen = st.session_state.get(f"heads-{key}", [])
    leaving = seen if len(seen) == 1 else typed["instead_of"] or []

    def hand_over(session: Session) -> None:
        people.hand_over_headship(session, area_id, to=typed["to"], heads=seen, instead_of=leaving,
                                  as_deputies=bool(typed["deputies"]), by=here.mandate)  # fmt: skip

    if here.act(form, hand_over, here.t("Saved."), typed=typed):
        panels.close()
    else:
        st.session_state.pop(f"heads-{key}", None)  # others may head it by now: the next drawing says who
