"""The agenda in the facilitator's hand: the order by drag or keys, the minutes, and what leaves it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import BUDGETS, Item, Meeting
from coord.people import Mandate
from coord.proposal import SECTIONS
from coord.ui import agenda_words, visit
from coord.ui.visit import Visit

FILES = Path(__file__).parent / "live"
FORM = "agenda-order"
CHOSEN = "agenda-chosen"  # the item whose panel is open
MOST = 55

_mount = st.components.v2.component(
    "coord_agenda",
    js=(FILES / "agenda.js").read_text("utf-8"),
    css=(FILES / "agenda.css").read_text("utf-8"),
    html="<div id='agenda'></div>\n<div id='moved' role='status'></div>\n",
)


def draw(here: Visit, row: Meeting, items: Sequence[Item]) -> None:
    """The items that stand, section by section, each to be moved, given minutes, or taken off."""
    here.refusal(FORM)
    sections = [
        {
            "id": section,
            "name": here.t(name),
            "budget": BUDGETS[section],
            "items": [_told(here, one) for one in items if one.section == section],
        }
        for section, name in SECTIONS.items()
    ]
    done = st.session_state.get(f"{FORM}-done", 0)
    _mount(key=_key(row.id), data={"sections": sections, "words": _words(here), "done": done, "most": MOST},
           on_changed_change=partial(_changed, row.id), on_more_change=partial(_chosen, row.id))  # fmt: skip


def _told(here: Visit, item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "title": meetings.title(item, here.t),
        "reason": agenda_words.why(here, item, shown=str),
        "minutes": item.minutes,
        "href": agenda_words.address(item),
        "badges": agenda_words.marks(here, item),
    }


def _words(here: Visit) -> dict[str, str]:
    t = here.t
    return {
        "sum": t("{n} of {budget} min", n="{n}", budget="{budget}"),
        "minutes": t("{n} min", n="{n}"),
        "move": t("Move “{title}”", title="{title}"),
        "moved": t("“{title}” is at place {place} of {section}.", title="{title}", place="{place}", section="{section}"),
        "hint": t("Drag it, or press the arrow keys"),
        "fewer": t("A minute less for “{title}”", title="{title}"),
        "longer": t("A minute more for “{title}”", title="{title}"),
        "more": t("Drop, split or carry “{title}”", title="{title}"),
    }  # fmt: skip


def new(sent: Sequence[dict[str, Any]], done: int) -> list[dict[str, Any]]:
    """What was not applied yet; the browser sends a change until it was drawn with it."""
    return sorted((change for change in sent if int(change["n"]) > done), key=lambda change: int(change["n"]))


def apply(session: Session, change: dict[str, Any], *, by: Mandate) -> None:
    """Do what was done in the list."""
    if change["what"] == "place":
        meetings.place(
            session,
            int(change["item"]),
            section=str(change["section"]),
            position=int(change["position"]),
            by=by,
        )
    else:
        meetings.set_minutes(session, int(change["item"]), int(change["minutes"]), by=by)


def _changed(meeting_id: int) -> None:
    here, done = visit.begin(), f"{FORM}-done"
    sent = st.session_state[_key(meeting_id)].get("changed") or []
    for change in new(sent, st.session_state.get(done, 0)):
        here.act(FORM, partial(apply, change=change, by=here.mandate), typed=change)
        st.session_state[done] = int(change["n"])


def _chosen(meeting_id: int) -> None:
    st.session_state[CHOSEN] = int(st.session_state[_key(meeting_id)].get("more") or 0)


def _key(meeting_id: int) -> str:
    return f"{FORM}-{meeting_id}"
