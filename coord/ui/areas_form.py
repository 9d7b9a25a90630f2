"""The areas by sphere: who heads them, and adding, changing, archiving them in place."""

from collections.abc import Sequence

import streamlit as st
from sqlalchemy.orm import Session

from coord import company, departures, people
from coord.company import SPHERES, Area
from coord.departures import Holding
from coord.requests import Request
from coord.ui import areas_head, areas_merge, drafts, lines, panels, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

KIND = "area"
NEW = "new-area"
FIELDS = ("name", "sphere", "about")


def draw(here: Visit) -> None:
    """What the areas lack, a place to add one, and all of them."""
    t = here.t
    heads, deputies = _speakers(here, "head"), _speakers(here, "deputy")
    without = [area for area in here.in_use if area.id not in heads]
    if not here.in_use:
        st.info(t("Add the areas that meet each week: whatever asks something of others, or answers them."))
    elif without:
        st.info(t.plural("{n} area has no head yet: nobody can ask or answer for it.",
                         "{n} areas have no head yet: nobody can ask or answer for them.",
                         len(without)))  # fmt: skip
    with st.expander(t("Add an area"), icon=":material/add:", expanded=not here.in_use, key="add-area"):
        _add_form(here)
    open_id = panels.row_of(KIND)
    for sphere, label in SPHERES.items():
        rows = [
            a
            for a in here.areas.values()
            if a.sphere == sphere and (a.archived_at is None or a.id == open_id)
        ]
        if rows:
            st.header(f"{t(label)} :gray-badge[{t.number(len(rows))}]", anchor=False)
        with st.container(gap="xsmall"):
            for area in rows:
                _line(here, area, heads.get(area.id, []), deputies.get(area.id, []))
    _archived(here)


def _speakers(here: Visit, right: str) -> dict[int, list[str]]:
    with here.read() as session:
        held, everyone = people.rights(session), people.people(session)
    found: dict[int, list[str]] = {}
    for person in everyone:
        for name, area_id in held.get(person.id, ()):
            if name == right and area_id is not None:
                found.setdefault(area_id, []).append(person.name)
    return found


def _line(here: Visit, area: Area, heads: list[str], deputies: list[str]) -> None:
    t = here.t
    with st.container(border=True, key=f"area-{area.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.container(gap=None):
                st.markdown(f"**{plain(area.name)}** {_badge(here, area, heads)}")
                said = [t("Head: {names}", names=plain(t.list(heads)))] if heads else []
                said += [t("Deputy: {names}", names=plain(t.list(deputies)))] if deputies else []
                said += [plain(area.about, 300)] if area.about else []
                if said:
                    st.caption(" · ".join(said))
            if not panels.opened(KIND, area.id):
                with st.container(horizontal=True, width="content", gap="small"):
                    if area.archived_at is None:
                        st.button(t("Head…") if heads else t("Name a head…"), key=f"head-area-{area.id}",
                                  type="tertiary", on_click=panels.open_up, args=(KIND, area.id, "head"))  # fmt: skip
                    st.button(t("Change"), key=f"change-area-{area.id}", type="tertiary", on_click=panels.open_up,
                              args=(KIND, area.id, "change"))  # fmt: skip
        match panels.opened(KIND, area.id):
            case "change":
                _change_form(here, area)
            case "archive":
                _archive_panel(here, area)
            case "merge":
                areas_merge.draw(here, area)
            case "head":
                areas_head.draw(here, area)


def _badge(here: Visit, area: Area, heads: list[str]) -> str:
    if area.archived_at is not None:
        return f":gray-badge[{plain(here.t('Archived'))}]"
    return "" if heads else f":orange-badge[{plain(here.t('No head yet'))}]"


def _fields(here: Visit, area: Area | None) -> dict[str, Field]:
    t = here.t
    sphere = area.sphere if area else None
    return {
        "name": Field(t("Name"), area.name if area else ""),
        "sphere": Field(t("Sphere"), sphere, t(SPHERES[sphere]) if sphere else ""),
        "about": Field(t("In one sentence: what is it there for?"), (area and area.about) or ""),
    }


def _inputs(here: Visit, key: str, fields: dict[str, Field]) -> None:
    t = here.t
    left, right = st.columns([3, 2])
    left.text_input(fields["name"].label, key=f"name-{key}", persist_state="session")
    right.segmented_control(fields["sphere"].label, list(SPHERES), format_func=lambda sphere: t(SPHERES[sphere]),
                            key=f"sphere-{key}", persist_state="session",
                            help=t("Sales wins customers; after sales serves them. It shows which requests cross over."))  # fmt: skip
    st.text_input(fields["about"].label, key=f"about-{key}", persist_state="session")


def _add_form(here: Visit) -> None:
    key = drafts.fill(here, NEW, 0, _fields(here, None))
    with st.container(key=f"form-{key}"):
        _inputs(here, key, _fields(here, None))
        st.button(here.t("Add"), type="primary", key=f"add-{key}", on_click=_open, args=(key,))


def _change_form(here: Visit, area: Area) -> None:
    t, form = here.t, _form(area.id)
    key = drafts.fill(here, form, area.version, _fields(here, area))
    with st.container(key=f"form-{key}"):
        _inputs(here, key, _fields(here, area))
        with st.container(horizontal=True, gap="xsmall"):
            st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(area.id, key))
            st.button(t("Close"), type="tertiary", key=f"close-{key}", on_click=panels.close, args=(form,))
            if area.archived_at is None:
                _ways_out(here, area, key)


def _ways_out(here: Visit, area: Area, key: str) -> None:
    t = here.t
    with st.container(horizontal=True, horizontal_alignment="right", gap="small", width="stretch"):
        st.button(t("Becomes part of another…"), type="tertiary", key=f"merge-{key}", on_click=panels.open_up,
                  args=(KIND, area.id, "merge"))  # fmt: skip
        st.button(t("Archive…"), type="tertiary", key=f"archive-{key}", on_click=panels.open_up,
                  args=(KIND, area.id, "archive"))  # fmt: skip


def _archive_panel(here: Visit, area: Area) -> None:
    """What the area still holds, who gets it, and why it ends."""
    t, form = here.t, _leaving(area.id)
    key = drafts.fill(here, form, area.version, {"heir": Field(t("Area"), None), "other": Field(t("Area"), None),
                                                 "reason": Field(t("Reason"), "")})  # fmt: skip
    with here.read() as session:
        left = departures.holding(session, area.id, at=here.now)
    if left.waits:
        st.warning(
            t(
                "Others have the next move on what this area was asked. Let them confirm, reply or withdraw first."
            )
        )
        _lines(here, left.waits)
    else:
        _hand_on(here, area, left, key)
    st.caption(
        t("What was recorded stays as it is. Its people stay too: give them another area under People.")
    )
    with st.container(horizontal=True, gap="xsmall"):
        st.button(t("Archive {area}", area=plain(area.name)), type="primary", key=f"leave-{key}", on_click=_archive,
                  args=(area.id, key), disabled=bool(left.waits))  # fmt: skip
        st.button(
            t("Close"),
            type="tertiary",
            key=f"close-{key}",
            on_click=panels.close,
            args=(form, _form(area.id)),
        )


def _hand_on(here: Visit, area: Area, left: Holding, key: str) -> None:
    t = here.t
    if not left.needs_a_reason:
        st.markdown(t("Nothing is open: no request waits for this area, and it waits for none."))
        return
    others = [other.id for other in here.in_use if other.id != area.id]
    if left.answers:
        heir = st.selectbox(t.plural("{n} request that it has to answer goes to", "{n} requests that it has to answer go to",
                                     len(left.answers)), others, index=None, format_func=here.area, key=f"heir-{key}",
                            placeholder=t("Choose an area"), persist_state="session")  # fmt: skip
        if own := left.asked_by(heir):
            st.selectbox(t.plural("{n} of them was asked by {area} itself. It goes to",
                                  "{n} of them were asked by {area} itself. They go to", len(own), area=plain(here.area(heir))),
                         [other for other in others if other != heir], index=None, format_func=here.area,
                         key=f"other-{key}", placeholder=t("Choose an area"), persist_state="session")  # fmt: skip
        lines.folded(here, left.answers, key="answers")
    if left.asks:
        st.markdown(t.plural("{n} request that it asked is withdrawn.", "{n} requests that it asked are withdrawn.",
                             len(left.asks)))  # fmt: skip
        lines.folded(here, left.asks, key="asks")
    if left.goals:
        st.markdown(t.plural("{n} goal ends, as dropped.", "{n} goals end, as dropped.", len(left.goals)))
    if left.issues:
        st.markdown(
            t.plural("{n} issue ends without a change.", "{n} issues end without a change.", len(left.issues))
        )
    st.text_input(t("Why does it end? The areas that it worked with read this."), key=f"reason-{key}",
                  persist_state="session")  # fmt: skip


def _lines(here: Visit, rows: Sequence[Request]) -> None:
    for row in rows:
        with st.container(gap=None):
            lines.link(row)
            lines.about(here, row, lines.held(here, row))


def _archived(here: Visit) -> None:
    t = here.t
    rows = [area for area in here.areas.values() if area.archived_at is not None]
    if not rows:
        return
    with st.expander(t.plural("{n} archived", "{n} archived", len(rows)), key="archived-areas"):
        for area in rows:
            here.refusal(f"restore-area-{area.id}")
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_gone(here, area), width="stretch")
                st.button(t("Bring back"), key=f"restore-area-{area.id}", type="tertiary", on_click=_restore,
                          args=(area.id, area.version))  # fmt: skip


def _gone(here: Visit, area: Area) -> str:
    if area.joined_to_id is None:
        return plain(area.name)
    return here.t(
        "{area}, now part of {other}", area=plain(area.name), other=plain(here.area(area.joined_to_id))
    )


def _form(area_id: int) -> str:
    return f"area-{area_id}"


def _leaving(area_id: int) -> str:
    return f"leaving-{area_id}"


def _open(key: str) -> None:
    if not drafts.is_drawn(NEW, key):
        return
    here, typed = visit.begin(), drafts.typed(NEW, *FIELDS)

    def open_area(session: Session) -> None:
        company.open_area(session, **typed, by=here.mandate)

    here.act(NEW, open_area, here.t("Added: {name}. The next one?", name=plain(typed["name"], 60)))


def _save(area_id: int, key: str) -> None:
    form = _form(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, typed = visit.begin(), drafts.typed(form, *FIELDS)

    def change(session: Session) -> None:
        company.change_area(session, area_id, **typed, seen=drafts.seen(form), by=here.mandate)

    if here.act(form, change, here.t("Saved.")):
        panels.close()


def _archive(area_id: int, key: str) -> None:
    form = _leaving(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, typed = visit.begin(), drafts.typed(form, "heir", "other", "reason")
    heirs = [heir for heir in (typed["heir"], typed["other"]) if heir is not None]

    def archive(session: Session) -> None:
        departures.archive_area(session, area_id, seen=drafts.seen(form), by=here.mandate, at=here.now, heirs=heirs,
                                reason=typed["reason"])  # fmt: skip

    if here.act(form, archive, here.t("Archived.")):
        panels.close(_form(area_id))


def _restore(area_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(f"restore-area-{area_id}",
             lambda session: company.restore_area(session, area_id, seen=seen, by=here.mandate), here.t("Back in use."))  # fmt: skip
