"""What the current item is about, with everything that can be done about it where it stands."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from coord import goals, issues, requests, roles
from coord.meetings import Item, View, template
from coord.requests import Request
from coord.ui import (
    goals_checks,
    goals_words,
    hour_capture,
    hour_read,
    hour_rounds,
    issues_changes,
    issues_ending,
    issues_lines,
    lines,
    live,
    moves,
    visit,
)
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import PAGES, Visit

TITLE = 200  # characters of a title that are shown
MINE = "mine-"  # how the keys of the parts begin in which the hour asks somebody for something


def name(here: Visit, item: Item, *, escape: bool = True) -> str:
    """What an item is called."""
    said = template.title(item, here.t)
    return plain(said, TITLE) if escape else said[:TITLE]


def draw(here: Visit, view: View, item: Item | None) -> None:
    """Everything about an item, for whoever runs the hour or looks around in it."""
    if item is None:
        return
    room, number = about(item)
    if room in _SUBJECTS:
        _SUBJECTS[room](here, number)
    elif item.kind in _FIXED:
        _FIXED[item.kind](here, view, item)


def told(here: Visit, item: Item | None, row: Request | None) -> str:
    """How the request stands that an item is about; nothing where it is about something else."""
    return "" if item is None or row is None else lines.summary(here, row, lines.waited(here, row))


def follow(here: Visit, view: View, row: Request | None) -> None:
    """The buttons of a request, for whoever speaks for one of its areas, and what is read; forms open below, where
    typing is safe."""
    item = view.item
    if item is None:
        return
    if row is not None:
        if len(moves.sides(here, row)) > 1:
            moves.buttons(here, row)
    elif item.kind in _READ:
        _READ[item.kind](here, view, item)


def concerns(here: Visit, view: View) -> bool:
    """Whether the current item asks this person for something that has a form."""
    item, own = view.item, here.mandate.areas
    if item is None or not own or about(item)[0] == "request" or item.kind in _READ:
        return False
    if view.turns:
        return view.turn in own
    return not item.areas or bool(own.intersection(item.areas)) or about(item)[0] == "issue"


def panel(here: Visit, view: View, looked: Item | None) -> None:
    """The form of a move that a participant chose, and what the hour asks of them, outside of what follows.

    What somebody has begun to write stays when the hour goes on, above what it asks next: nothing moves under the
    fingers. `looked` is drawn below with forms of its own.
    """
    begun = [one for one in _begun(view) if one.item is not looked]
    _moving(here, looked)
    now = None
    if view.item is not None and concerns(here, view):
        now = Place(view.item, view.turn if view.turns else None)
    for place in [*begun, *([now] if now and now not in begun else [])]:
        as_of_then = replace(view, turns=[place.area] if place.area else [], events=())
        with st.container(border=True, key=place.key):
            badge = f":green-badge[{here.t('Your area')}]" if _is_mine(here, place) else ""
            title = "" if place == now else f":small[:gray[{name(here, place.item)}]]"
            st.markdown(f"{badge} {title}")
            draw(here, view if place == now else as_of_then, place.item)


@dataclass(frozen=True)
class Place:
    """An item, and in a round the area whose turn it is, that asks this person for something."""

    item: Item
    area: int | None

    @property
    def key(self) -> str:
        return f"{MINE}{self.item.id}-{self.area or 0}"


def _is_mine(here: Visit, place: Place) -> bool:
    return not place.item.areas or bool(here.mandate.areas.intersection(place.item.areas))


def _begun(view: View) -> list[Place]:
    """Where this person has begun to write and has not sent it."""
    items = {one.id: one for one in view.items}
    unsent = live.unsent(MINE, hour_capture.FORM)
    keys = [key.removeprefix(MINE).split("-") for key in unsent if key.startswith(MINE)]
    return [Place(items[visit.number(item)], visit.number(area) or None) for item, area in keys
            if visit.number(item) in items]  # fmt: skip


def _moving(here: Visit, looked: Item | None) -> None:
    """The form of the chosen move, unless it is drawn where the request itself stands."""
    open_move = moves.choice()
    if open_move is None or (looked is not None and about(looked) == ("request", open_move.request_id)):
        return
    with here.read() as session:
        row = requests.there(session, open_move.request_id)
    if row is not None:
        with st.container(key="moving"):
            lines.link(row)
            moves.panel(here, row)


def about(item: Item) -> tuple[str, int]:
    """The room and the number that an item's subject names."""
    room, _, number = (item.subject or "").partition(":")
    return room, visit.number(number)


def _request(here: Visit, number: int) -> None:
    with here.read() as session:
        row = requests.there(session, number)
        said = requests.last_words(session, [number], ["counter", "question", "deliver", "escalate", "note"])
    if row is None:
        return
    lines.about(here, row, lines.held(here, row) or lines.waited(here, row))
    _facts({here.t("Done when…"): row.done_when, here.t("Why it matters"): row.why})
    if number in said and said[number].text:
        st.caption(f"“{plain(said[number].text, 300)}”")
    moves.buttons(here, row)
    moves.panel(here, row)
    st.page_link(lines.STORY, label=here.t("Its whole story"), query_params={"id": str(row.id)})


def _goal(here: Visit, number: int) -> None:
    with here.read() as session:
        row = goals.there(session, number)
        last = goals.latest(session, [number]).get(number)
    if row is None:
        return
    goals_words.bar(here, row, last)
    if here.mandate.speaks_for(row.area_id):
        goals_checks.form(here, row, last)
    st.page_link(
        PAGES / "goals.py", label=here.t("The goal and its weeks"), query_params={"goal": str(row.id)}
    )


def _issue(here: Visit, number: int) -> None:
    with here.read() as session:
        row = issues.issue(session, number)
        votes = issues.votes(session, [number])
        mine = issues.voted(session, here.person.id)
    issues_lines.about(here, row)
    if len(row.happened) > TITLE or "\n" in row.happened:  # else the title says it
        st.markdown(paragraphs(row.happened))
    _facts({here.t("What we expected"): row.expected, here.t("On whom, and what it meant"): row.effect})
    issues_lines.vote(here, row, votes.get(row.id, 0), row.id in mine, may_vote=True)
    issues_ending.forms(here, row, row)
    st.page_link(PAGES / "issues.py", label=here.t("The whole issue"), query_params={"issue": str(row.id)})


def _facts(facts: dict[str, str | None]) -> None:
    """What somebody wrote, each under what it is."""
    for label, words in facts.items():
        if words:
            st.markdown(f":small[:gray[{label}]]  \n{paragraphs(words)}")


def _change(here: Visit, number: int) -> None:
    with here.read() as session:
        row = issues.change(session, number)
    issues_changes.draw(here, [row], with_issue=True)


def _role(here: Visit, number: int) -> None:
    with here.read() as session:
        row = roles.role(session, number)
    st.page_link(PAGES / "roles.py", label=plain(row.title), query_params={"role": str(row.id)})


_SUBJECTS: dict[str, Callable[[Visit, int], None]] = {
    "request": _request,
    "goal": _goal,
    "issue": _issue,
    "change": _change,
    "role": _role,
}
_READ: dict[str, Callable[[Visit, View, Item], None]] = {
    "read": hour_read.draw,
    "read_back": hour_read.promises,
}
_FIXED = _READ | {"here": hour_rounds.attendance, "wants": hour_rounds.wants, "offers": hour_rounds.offers}
