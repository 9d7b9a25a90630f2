"""Moving in, the heads: who speaks for each area, who runs the hour, who directs; a line each."""

from collections.abc import Sequence
from itertools import groupby

import streamlit as st
from sqlalchemy.orm import Session

from coord import moving_in
from coord.moving_in import Post
from coord.text import typed as text
from coord.ui import drafts, setup_moves, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.setup_moves import Neighbours
from coord.ui.visit import PAGES, Visit

FORM = "setup-heads"
FIELDS = ("mine", "who", "mail")
MOST = 12  # directors named here


def draw(here: Visit, around: Neighbours) -> None:
    """A line for each post; one person may head several areas, with the same address."""
    t, saved = here.t, _posts(here)
    if not here.in_use:
        st.info(t("Add the areas first: then each of them has a line here."))
        st.page_link(
            PAGES / "setup.py",
            label=t("To the areas"),
            query_params={"step": "areas"},
            icon=":material/arrow_back:",
        )
        return
    st.markdown(t("The head asks, answers and promises for the area. Somebody may head several: use the same address. An empty line can wait."))  # fmt: skip
    setup_moves.draw_from(FORM, moving_in.drawn(saved))
    key = drafts.fill(here, FORM, moving_in.drawn(saved), _fields(here, saved), sets=False)
    _paste(here, key)
    with st.container(key="setup-rows", gap="small"):
        for line, post in _lines(saved, key):
            if line == "facilitator-0-0":
                st.subheader(t("For the whole company"), anchor=False)
            _row(here, key, line, post)
    setup_moves.buttons(here, around, _save, key)


def _posts(here: Visit) -> list[Post]:
    with here.read() as session:
        return moving_in.posts(session, viewer=here.person.id)


def _numbered(saved: Sequence[Post]) -> list[tuple[str, Post]]:
    """The lines that are saved; what ends their keys stays the same, whoever holds the post."""
    found = []
    for place, posts in groupby(saved, key=lambda post: post.place):
        found += [(f"{place[0]}-{place[1] or 0}-{n}", post) for n, post in enumerate(posts)]
    return found


def _lines(saved: Sequence[Post], key: str) -> list[tuple[str, Post]]:
    """The saved lines, those that were filled in since, and an empty one for another director."""
    lines = _numbered(saved)
    there = sum(post.right == "director" for post in saved)
    for n in range(there, MOST):
        line = f"director-0-{n}"
        lines.append((line, Post("director")))
        if not (st.session_state.get(f"who-{line}-{key}") or st.session_state.get(f"mail-{line}-{key}")):
            break
    return lines


def _fields(here: Visit, saved: Sequence[Post]) -> dict[str, Field]:
    found = {}
    for line, post in _numbered(saved):
        name = _name(here, post)
        found[f"mine-{line}"] = Field(name, post.is_mine, here.t("Yes") if post.is_mine else here.t("No"))
        found[f"who-{line}"] = Field(name, "" if post.is_mine else post.name)
        found[f"mail-{line}"] = Field(name, "" if post.is_mine else post.email)
    return found


def _name(here: Visit, post: Post) -> str:
    if post.area_id is not None:
        return here.area(post.area_id)
    return here.t("Runs the hour") if post.right == "facilitator" else here.t("Director (optional)")


def _row(here: Visit, key: str, line: str, post: Post) -> None:
    """The post, then who holds it: oneself, or a name and an address."""
    t, name = here.t, _name(here, post)
    with st.container(key=f"setup-row-{line}"):
        left, who, mail = st.columns([8, 5, 6], vertical_alignment="center", gap="small")
        with left, st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(name, 60)}**", width="stretch")
            is_mine = post.right != "director" and st.checkbox(
                t("That's me"),
                value=post.is_mine,
                key=f"mine-{line}-{key}",
                persist_state="session",
                width="content",
            )
        if is_mine:
            who.markdown(plain(here.person.name, 60))
            return
        name_typed, mail_typed = ("", "") if post.is_mine else (post.name, post.email)
        who.text_input(t("Name: {row}", row=plain(name, 60)), name_typed, key=f"who-{line}-{key}",
                       label_visibility="collapsed", placeholder=t("Name"), persist_state="session")  # fmt: skip
        mail.text_input(t("E-mail: {row}", row=plain(name, 60)), mail_typed, key=f"mail-{line}-{key}",
                        label_visibility="collapsed", placeholder=t("E-mail"), persist_state="session")  # fmt: skip


def _paste(here: Visit, key: str) -> None:
    """For whoever has a list already: it fills the lines, and nothing is saved yet."""
    t = here.t
    with st.expander(t("Paste a list"), key="setup-paste"):
        st.text_area(t("One line for each area: Area; Name; E-mail"), key=f"list-{key}", height=120)
        if st.session_state.get(f"left-{key}"):
            st.warning(t("What is left here names no area of the list, or lacks a name or an address."))
        st.button(t("Fill in the lines"), key="setup-fill", on_click=_fill, args=(key,))


def _fill(key: str) -> None:
    """Fill in the lines that are understood, and leave the others in the box."""
    here = visit.begin()
    areas, left, many = {text.fold(area.name): area.id for area in here.in_use}, [], 0
    for line in filter(str.strip, (st.session_state.get(f"list-{key}") or "").splitlines()):
        area, name, email, *_ = [*_cells(line), "", ""]
        if (area_id := areas.get(text.fold(area))) and name and email:
            ends, many = f"head-{area_id}-0-{key}", many + 1
            values = {f"mine-{ends}": False, f"who-{ends}": name, f"mail-{ends}": email}
            st.session_state.update(values)
        else:
            left.append(line)
    st.session_state.update({f"list-{key}": "\n".join(left), f"left-{key}": bool(left)})
    if many:
        st.toast(here.t.plural("{n} line is filled in below.", "{n} lines are filled in below.", many))


def _cells(line: str) -> list[str]:
    """As people write them, as a spreadsheet gives them, and as it saves them."""
    between = next((one for one in ";\t," if one in line), ";")
    return [cell.strip() for cell in line.split(between)]


def _wishes(saved: Sequence[Post], key: str) -> list[Post]:
    found = []
    for line, post in _lines(saved, key):
        mine, who, mail = (st.session_state.get(f"{field}-{line}-{key}") for field in FIELDS)
        found.append(Post(post.right, post.area_id, post.person_id, who or "", mail or "", bool(mine)))
    return found


def _save(key: str) -> bool:
    if not drafts.is_drawn(FORM, key):
        return True
    here, seen = visit.begin(), drafts.seen(FORM)
    wishes = _wishes(_posts(here), key)

    def name_people(session: Session) -> None:
        moving_in.name_people(session, wishes, seen=seen, by=here.mandate, at=here.now)

    return here.act(FORM, name_people, here.t("Saved."), typed=setup_moves.click())
