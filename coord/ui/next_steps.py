"""What an administrator does next in a company that has just moved in: at most three lines, gone when they are done."""

from collections.abc import Iterator
from dataclasses import dataclass

import streamlit as st

from coord import accounts, backup, notices, people
from coord.text import DAY
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

NEW = 90 * DAY  # so long a company counts as new
MOST, NAMED = 3, 3


@dataclass(frozen=True, slots=True)
class Step:
    """What is still to do, what a click does about it, and the part of Company where that is."""

    said: str
    click: str
    part: str
    icon: str


def draw(here: Visit) -> None:
    """The most useful steps first."""
    moved_in_at = here.company.moved_in_at
    if not here.mandate.administers or moved_in_at is None or here.now - moved_in_at > NEW:
        return
    if not (steps := list(_steps(here))[:MOST]):
        return
    with st.container(border=True, key="next-steps", gap="small"):
        st.markdown(f"**{here.t('What comes next')}**")
        for step in steps:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(step.said, width="content")
                st.page_link(PAGES / "company.py", label=f"**{step.click}**", icon=step.icon,
                             query_params={"part": step.part})  # fmt: skip


def _steps(here: Visit) -> Iterator[Step]:
    t = here.t
    with here.read() as session:
        held, everyone, heads = people.rights(session), people.people(session), people.heads(session)
        standing, sends = accounts.standings(session), notices.is_on(session)
        is_only_here = backup.shares_disk(here.database) and not backup.was_given(session)
    if headless := [area.name for area in here.in_use if area.id not in heads]:
        said = t(
            "No head yet: {areas}. Until there is one, nobody can answer there.", areas=_few(here, headless)
        )
        yield Step(said, t("Name a head"), "areas", ":material/person_add:")
    # whoever holds no right, or has no address, is nobody who could be reminded
    expected = [p for p in everyone if held.get(p.id) and p.email]
    if away := [p.name for p in expected if standing[p.id].last_used_at is None]:
        said = t("Not here yet: {names}.", names=_few(here, away))
        yield Step(said, t("Remind: copy a new invitation"), "sign-ins", ":material/mail:")
    if not sends:
        said = t(
            "Coord can't send e-mail yet, so nobody is told of an hour or a promise who doesn't look here."
        )
        yield Step(said, t("Set up the mail server"), "notices", ":material/outgoing_mail:")
    if is_only_here:
        said = t("Backups lie on this computer alone: if it is lost, so are they.")
        yield Step(said, t("Take one along"), "backups", ":material/save:")


def _few(here: Visit, names: list[str]) -> str:
    """The first names of a list, and how many more there are."""
    t, rest = here.t, len(names) - NAMED
    shown = names if rest < 2 else [*names[:NAMED], t.plural("{n} other", "{n} others", rest)]
    return plain(t.list(shown))
