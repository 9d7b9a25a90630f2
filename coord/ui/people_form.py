"""The people: their area and rights at a glance, and adding, changing, archiving them in place."""

from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import people
from coord.people import BY_AREA, RIGHTS, Person, Profile
from coord.text import LANGUAGES, N_
from coord.text import typed as text
from coord.ui import drafts, erasing, panels, places, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

KIND = "person"
NEW = "new-person"
FIELDS = ("name", "email", "area_id", "about", "language", "zone", "head", "deputy", "others")
OTHERS = [right for right in RIGHTS if right not in BY_AREA]
PAGE = 25
_COLOURS = {
    "head": "green",
    "deputy": "blue",
    "facilitator": "violet",
    "director": "violet",
    "admin": "orange",
}
_MEANING = {
    "facilitator": N_("Facilitator: prepares and runs the meeting."),
    "director": N_("Director: reads everything; decides in the meeting."),
    "admin": N_("Administrator: keeps people, areas, settings and imports; answers nothing for an area."),
}
Rights = set[tuple[str, int | None]]


def draw(here: Visit) -> None:
    """A place to add somebody, and everybody, found by name, address or area."""
    t = here.t
    with here.read() as session:
        held, everyone = people.rights(session), people.people(session, archived=True)
    active = [p for p in everyone if p.archived_at is None or p.id == panels.row_of(KIND)]
    with st.expander(t("Add a person"), icon=":material/person_add:", key="add-person"):
        _add_form(here)
    search = st.text_input(t("Search"), key="search-people", placeholder=t("A name, an address, an area"), width=320,
                           persist_state="session", on_change=_first_page)  # fmt: skip
    found = [p for p in active if _is_found(here, p, held.get(p.id, set()), search or "")]
    if not found:
        st.info(t("Nobody is called that. Search with fewer letters, or add the person."))
    pages = max(-(-len(found) // PAGE), 1)
    page = min(int(st.session_state.get("page-people", 1)), pages)
    with st.container(gap="xsmall"):
        for person in found[(page - 1) * PAGE : page * PAGE]:
            _line(here, person, held.get(person.id, set()))
    if pages > 1:
        st.pagination(pages, key="page-people")
    _archived(here, [p for p in everyone if p.archived_at is not None and p.erased_at is None])


def _is_found(here: Visit, person: Person, held: Rights, search: str) -> bool:
    areas = [here.area(area_id) for area_id in (person.area_id, *(area_id for _, area_id in held))]
    folded = text.fold(" ".join([person.name, person.email or "", *areas]))
    return person.id == panels.row_of(KIND) or all(word in folded for word in text.fold(search).split())


def _line(here: Visit, person: Person, held: Rights) -> None:
    t = here.t
    with st.container(border=True, key=f"person-{person.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(f"**{plain(people.name_of(person, t))}** {_badges(here, person, held)}")
                if person.about:
                    st.caption(plain(person.about, 200))
            if not panels.opened(KIND, person.id):
                st.button(t("Change"), key=f"change-person-{person.id}", type="tertiary", on_click=panels.open_up,
                          args=(KIND, person.id, "change"))  # fmt: skip
        match panels.opened(KIND, person.id):
            case "change":
                _change_form(here, person, held)
            case "archive":
                _archive_panel(here, person)
            case "erase":
                erasing.panel(here, person)


def _badges(here: Visit, person: Person, held: Rights) -> str:
    t = here.t
    said = {"head": N_("Head: {area}"), "deputy": N_("Deputy: {area}")}
    covered = {area_id for _, area_id in held}
    area = here.area(person.area_id) if person.area_id not in covered else ""
    gray = [name for name in (area, t("Archived") if person.archived_at is not None else "") if name]
    found = [f":gray-badge[{plain(name, 60)}]" for name in gray]
    for right, area_id in sorted(held, key=lambda h: (list(RIGHTS).index(h[0]), here.area(h[1]))):
        label = t(said[right], area=here.area(area_id)) if right in BY_AREA else t(RIGHTS[right])
        found.append(f":{_COLOURS[right]}-badge[{plain(label, 60)}]")
    return " ".join(found)


def _fields(here: Visit, person: Person | None, held: Rights) -> dict[str, Field]:
    t = here.t
    by_area = {right: sorted(a for r, a in held if r == right and a is not None) for right in BY_AREA}
    others = [right for right in OTHERS if (right, None) in held]
    return {
        "name": Field(t("Name"), person.name if person else ""),
        "email": Field(t("E-mail"), (person and person.email) or ""),
        "area_id": Field(t("Area"), person and person.area_id, here.area(person.area_id) if person else ""),
        "about": Field(t("What they do"), (person and person.about) or ""),
        "language": Field(t("Language"), person and person.language),
        "zone": Field(t("Time zone"), person and person.zone),
        "head": Field(t("Head of"), by_area["head"], t.list(map(here.area, by_area["head"]))),
        "deputy": Field(t("Deputy of"), by_area["deputy"], t.list(map(here.area, by_area["deputy"]))),
        "others": Field(
            t("Rights in the whole company"), others, t.list(t(RIGHTS[right]) for right in others)
        ),
    }


def _inputs(here: Visit, key: str, fields: dict[str, Field]) -> None:
    t = here.t
    label = {name: field.label for name, field in fields.items()}
    left, right = st.columns(2)
    left.text_input(label["name"], key=f"name-{key}", persist_state="session")
    right.text_input(label["email"], key=f"email-{key}", persist_state="session")
    left, right = st.columns(2)  # a row at a time, so that a phone shows them in this order
    left.selectbox(label["area_id"], _areas(here, fields["area_id"].value), index=None, format_func=here.area,
                   key=f"area_id-{key}", placeholder=t("None"), persist_state="session")  # fmt: skip
    right.text_input(label["about"], key=f"about-{key}", persist_state="session")
    left, right = st.columns(2)
    left.selectbox(label["language"], list(LANGUAGES), index=None, format_func=lambda code: LANGUAGES[code],
                   key=f"language-{key}", placeholder=t("As their browser asks"), persist_state="session")  # fmt: skip
    right.selectbox(label["zone"], places.zones(fields["zone"].value), index=None, format_func=places.zone_name,
                    key=f"zone-{key}", placeholder=t("As the company"), persist_state="session")  # fmt: skip
    left, right = st.columns(2)
    left.multiselect(label["head"], _areas(here, *fields["head"].value), format_func=here.area, key=f"head-{key}",
                     placeholder=t("No area"), persist_state="session", select_all=False,
                     help=t("The head asks, answers and promises for the area."))  # fmt: skip
    right.multiselect(label["deputy"], _areas(here, *fields["deputy"].value), format_func=here.area, key=f"deputy-{key}",
                      placeholder=t("No area"), persist_state="session", select_all=False,
                      help=t("A deputy does the same whenever it is needed."))  # fmt: skip
    st.pills(label["others"], OTHERS, selection_mode="multi", format_func=lambda right: t(RIGHTS[right]),
             key=f"others-{key}", persist_state="session", help="\n\n".join(t(said) for said in _MEANING.values()))  # fmt: skip


def _areas(here: Visit, *kept: int | None) -> list[int]:
    """The areas in use, and archived ones that the person already has."""
    return [area.id for area in here.areas.values() if area.archived_at is None or area.id in kept]


def _add_form(here: Visit) -> None:
    fields = _fields(here, None, set())
    key = drafts.fill(here, NEW, 0, fields)
    with st.container(key=f"form-{key}"):
        _inputs(here, key, fields)
        st.button(here.t("Add"), type="primary", key=f"add-{key}", on_click=_welcome, args=(key,))


def _change_form(here: Visit, person: Person, held: Rights) -> None:
    t, form, fields = here.t, _form(person.id), _fields(here, person, held)
    key = drafts.fill(here, form, person.version, fields)
    with st.container(key=f"form-{key}"):
        _inputs(here, key, fields)
        with st.container(horizontal=True, gap="xsmall"):
            st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(person.id, key))
            st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))
            st.space("stretch")
            if person.archived_at is None and person.id != here.person.id:
                st.button(t("Archive…"), type="tertiary", key=f"archive-{key}", on_click=panels.open_up,
                                      args=(KIND, person.id, "archive"))  # fmt: skip
            erasing.offer(here, person)


def _archive_panel(here: Visit, person: Person) -> None:
    t, form = here.t, _leaving(person.id)
    key = drafts.fill(here, form, person.version, {})
    st.markdown(t("{name} is signed out at once and can't come in again. What they did stays, under their name.",
                  name=plain(person.name)))  # fmt: skip
    with here.read() as session:
        heads = people.heads(session)
    alone = [area.name for area in here.in_use if [one.id for one in heads.get(area.id, ())] == [person.id]]
    if alone:
        st.warning(t("They head {areas}. Name another head there.", areas=plain(t.list(alone))))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Archive {name}", name=plain(person.name)), type="primary", key=f"leave-{key}", on_click=_archive,
                  args=(person.id, key))  # fmt: skip
        st.button(
            t("Close"),
            type="tertiary",
            key=f"close-{key}",
            on_click=panels.close,
            args=(form, _form(person.id)),
        )


def _archived(here: Visit, rows: list[Person]) -> None:
    t = here.t
    if not rows:
        return
    with st.expander(t.plural("{n} archived", "{n} archived", len(rows)), key="archived-people"):
        for person in rows:
            here.refusal(f"restore-person-{person.id}")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(plain(person.name), width="stretch")
                st.button(t("Bring back"), key=f"restore-person-{person.id}", type="tertiary", on_click=_restore,
                          args=(person.id, person.version))  # fmt: skip
                erasing.offer(here, person)


def _form(person_id: int) -> str:
    return f"person-{person_id}"


def _leaving(person_id: int) -> str:
    return f"leaving-person-{person_id}"


def _first_page() -> None:
    st.session_state.pop("page-people", None)


def _profile(typed: dict[str, Any]) -> Profile:
    by_area = {(right, area_id) for right in BY_AREA for area_id in typed.pop(right) or ()}
    others = {(right, None) for right in typed.pop("others") or ()}
    return Profile(**typed, rights=frozenset(by_area | others))


def _welcome(key: str) -> None:
    if not drafts.is_drawn(NEW, key):
        return
    here, typed = visit.begin(), drafts.typed(NEW, *FIELDS)
    name, profile = plain(typed["name"], 60), _profile(typed)
    here.act(NEW, lambda session: people.welcome(session, profile, by=here.mandate),
             here.t("Added: {name}. The next one?", name=name))  # fmt: skip


def _save(person_id: int, key: str) -> None:
    form = _form(person_id)
    if not drafts.is_drawn(form, key):
        return
    here, profile = visit.begin(), _profile(drafts.typed(form, *FIELDS))

    def change(session: Session) -> None:
        people.change(session, person_id, profile, seen=drafts.seen(form), by=here.mandate)

    if here.act(form, change, here.t("Saved.")):
        panels.close()


def _archive(person_id: int, key: str) -> None:
    form = _leaving(person_id)
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()

    def archive(session: Session) -> None:
        people.archive(session, person_id, seen=drafts.seen(form), by=here.mandate, at=here.now)

    if here.act(form, archive, here.t("Archived.")):
        panels.close(_form(person_id))


def _restore(person_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"restore-person-{person_id}",
             lambda session: people.restore(session, person_id, seen=seen, by=here.mandate), here.t("Back in use."))  # fmt: skip
