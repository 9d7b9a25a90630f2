"""Moving in, the areas: a ready list to tick and rename, by sphere, and room for one's own."""

from zlib import crc32

import streamlit as st
from sqlalchemy.orm import Session

from coord import moving_in
from coord.company import SPHERES
from coord.moving_in import READY, Wish
from coord.text import Words, typed
from coord.ui import drafts, setup_moves, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.setup_moves import Neighbours
from coord.ui.visit import Visit

FORM = "setup-areas"
MOST = 60  # lines of one's own in a sphere; whoever has more areas imports them


def draw(here: Visit, around: Neighbours) -> None:
    """Every area that asks something of others, or answers them, on one list."""
    t = here.t
    st.markdown(
        t(
            "An area is whatever asks something of others, or answers them. Five to twelve are a good beginning."
        )
    )
    setup_moves.draw_from(FORM, _version(here))
    key = drafts.fill(here, FORM, _version(here), _fields(here), sets=False)
    kinds = {kind: t(ready.title) for kind, ready in READY.items()} | {"empty": t("An empty list")}
    st.segmented_control(t("Begin with a list for"), list(kinds), format_func=lambda kind: kinds[kind],
                         key=f"kind-{key}", persist_state="session")  # fmt: skip
    kind = st.session_state.get(f"kind-{key}")
    if kind or here.in_use:
        st.caption(t("Sales wins customers; after sales serves them. It shows which requests cross over."))
        for sphere in SPHERES:
            _sphere(here, key, kind or "empty", sphere)
    setup_moves.buttons(here, around, _save, key)


def _version(here: Visit) -> int:
    return crc32(repr([(area.id, area.version) for area in here.in_use]).encode())


def _fields(here: Visit) -> dict[str, Field]:
    """The areas that are there already."""
    found = {}
    for area in here.in_use:
        found[f"wanted-{area.id}"] = Field(area.name, True)
        found[f"area-{area.id}"] = Field(here.t("Name"), area.name)
    return found


def _sphere(here: Visit, key: str, kind: str, sphere: str) -> None:
    """The lines of a sphere: what is there, what the ready list suggests, then one's own and one that is empty."""
    with st.container(key=f"setup-{sphere}", gap="xsmall"):
        st.subheader(here.t(SPHERES[sphere]), anchor=False)
        lines = _there(here, kind, sphere)
        for number, (line, name) in enumerate(lines):
            _line(here, key, line, name, f"setup-{sphere}-{number}")
        last = _last_own(key, sphere)
        for n in range(MOST):
            name = _line(here, key, f"{sphere}-{n}", "", f"setup-{sphere}-{len(lines) + n}")
            if not name and n > last:
                break


def _line(here: Visit, key: str, line: str, begins: str, place: str) -> str:
    """A tick and a name; returns what it is called now."""
    t = here.t
    with st.container(horizontal=True, vertical_alignment="center", key=place):
        tick = st.container(width="content")
        name = st.text_input(t("Name"), begins, key=f"area-{line}-{key}", label_visibility="collapsed",
                             placeholder=t("Another area"), persist_state="session", width="stretch")  # fmt: skip
        if name:
            tick.checkbox(plain(name, 60), value=True, key=f"wanted-{line}-{key}", label_visibility="collapsed",
                          persist_state="session")  # fmt: skip
        else:
            tick.markdown(":gray[:material/add:]")
    return name


def _there(here: Visit, kind: str, sphere: str) -> list[tuple[str, str]]:
    """What ends the keys of the lines that are there or suggested, and the name that each begins with."""
    known = [(str(area.id), area.name) for area in here.in_use if area.sphere == sphere]
    return [*known, *_suggested(here, kind, sphere)]


def _last_own(key: str, sphere: str) -> int:
    """The last of one's own lines that has a name; -1 where none has."""
    names = (st.session_state.get(f"area-{sphere}-{n}-{key}") for n in range(MOST))
    return max((n for n, name in enumerate(names) if name), default=-1)


def _suggested(here: Visit, kind: str, sphere: str) -> list[tuple[str, str]]:
    """The names of a ready list, in the company's language since they become its own; those that it lacks."""
    words, there = Words(here.company.language), {area.folded for area in here.in_use}
    names = [words(name) for name in READY[kind].areas[sphere]] if kind in READY else []
    return [(f"{kind}-{sphere}-{n}", name) for n, name in enumerate(names) if typed.fold(name) not in there]


def _wishes(here: Visit, key: str) -> list[Wish]:
    """The list as it is typed."""
    kind, found = st.session_state.get(f"kind-{key}") or "empty", []
    for sphere in SPHERES:
        own = [(f"{sphere}-{n}", "") for n in range(_last_own(key, sphere) + 1)]
        for line, suggested in (*_there(here, kind, sphere), *own):
            area = here.areas.get(int(line)) if line.isdigit() else None
            name = st.session_state.get(f"area-{line}-{key}", suggested) or ""
            wanted = bool(st.session_state.get(f"wanted-{line}-{key}", True))
            found.append(Wish(name, sphere, area.id if area else None, area.version if area else 0, wanted))
    return found


def _save(key: str) -> bool:
    if not drafts.is_drawn(FORM, key):
        return True
    here, seen = visit.begin(), drafts.seen(FORM)
    wishes = _wishes(here, key)

    def arrange(session: Session) -> None:
        moving_in.arrange_areas(session, wishes, by=here.mandate)

    if seen != _version(here):
        st.session_state[f"refused:{FORM}"] = here.t("Somebody else changed this in the meantime. Look at what is new, then save again.")  # fmt: skip
        return False
    return here.act(FORM, arrange, here.t("Saved."), typed=setup_moves.click())
