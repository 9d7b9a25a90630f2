"""What was just recorded, newest first; what was recorded wrongly is put right there."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from coord import meetings, people, requests
from coord.meetings import KINDS, Said, View
from coord.ui import drafts, stories, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

MOST = 6


@dataclass(frozen=True)
class Heard:
    """What was just recorded, told: the same for everybody of a language."""

    at: int
    line: str
    said: Said | None = None  # what can be put right; a request's move is put right by another move


def heard(here: Visit, view: View) -> list[Heard]:
    """The last things that were recorded in this hour, newest first."""
    with here.read() as session:
        names = people.names(session, here.t)
        rows = requests.these(session, [one.request_id for one in view.events])
        tales = {one.id: requests.story(session, one.request_id) for one in view.events}
    found = [Heard(one.now.at, _said(here, one, names), one) for one in view.said]
    for event in view.events:
        told = stories.sentence(here, event, tales[event.id], names)
        found.append(Heard(event.at, f"{told}: **{plain(rows[event.request_id].what, 90)}**"))
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def draw(here: Visit, found: Sequence[Heard], *, above: str = "", may_correct: bool = False) -> None:
    """The list, for whoever runs the hour with a way to put a recording right."""
    heading = f"**{here.t('Just recorded')}**" if found else ""
    if not may_correct:
        told = "  \n".join(f":small[{one.line}]" for one in found)
        st.markdown("\n\n".join(filter(None, (f":small[:gray[{above}]]" if above else "", heading, told))))
        return
    st.markdown(heading)
    with st.container(gap=None, key="heard"):
        for one in found:
            _line(here, one)


def _line(here: Visit, one: Heard) -> None:
    said = one.said.now if one.said is not None else None
    # keyed: what is recorded meanwhile pushes these down, and an open one has to keep its own words
    key = f"heard-{said.id}" if said is not None else None
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=key):
        st.markdown(f":small[{one.line}]", width="stretch")
        if one.said is not None and said is not None and said.kind != "handover":
            with st.popover(":material/edit:", type="tertiary", help=here.t("Put it right"), key=f"edit-{key}",
                            on_change="rerun"):  # fmt: skip
                _correct(here, one.said)


def _said(here: Visit, said: Said, names: dict[int, str]) -> str:
    t, row = here.t, said.now
    if row.kind == "handover":
        return t("{name} runs the hour now", name=plain(row.text))
    who = here.area(row.area_id) or names.get(row.person_id or 0, "")
    whom = f" → {plain(here.area(row.to_area_id))}" if row.to_area_id else ""
    decided = f" ({plain(row.decided_by)})" if row.decided_by else ""
    return f"{t(KINDS[row.kind])} · {plain(who)}{whom}: **{plain(row.text, 140)}**{decided}"


def _correct(here: Visit, said: Said) -> None:
    """The words anew; without any, it is taken back. Both stay in the story."""
    t, form = here.t, f"correct-{said.now.id}"
    key = visit.nonce(form)
    here.refusal(form)
    st.text_area(t("What it says"), value=said.now.text or "", key=f"text-{key}", height=80)
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            t("Put it right"),
            key=f"send-{key}",
            type="primary",
            on_click=_put_right,
            args=(form, key, said.now.id, False),
        )
        st.button(
            t("Take it back"), key=f"back-{key}", on_click=_put_right, args=(form, key, said.now.id, True)
        )


def _put_right(form: str, key: str, recording_id: int, back: bool) -> None:
    here = visit.begin()
    if not drafts.is_drawn(form, key):
        return
    text = None if back else st.session_state.get(f"text-{key}")
    here.act(form, lambda session: meetings.correct(session, recording_id, text=text, by=here.mandate, at=here.now),
             here.t("It is put right; what it said before stays in the story."), typed=(text, back))  # fmt: skip
