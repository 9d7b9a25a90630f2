"""The moves of a request where they are made: at most three buttons, "more", and the form of the chosen one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import streamlit as st
from sqlalchemy.orm import Session

from coord import goals, people, requests, roles
from coord.requests import FORWARD, MOVES, Request, Side
from coord.text import N_
from coord.ui import days, drafts, stories, visit
from coord.ui.visit import Visit

ASKS = {
    "promise": N_("What you will do, in your own words (optional)"),
    "question": N_("What do you need to know?"),
    "inform": N_("Your reply"),
    "insist": N_("Why it is needed as asked (optional)"),
    "renegotiate": N_("What changed (optional)"),
    "decline": N_("Why not? The reason helps the other area to go on."),
    "deliver": N_("What was delivered, and where it is (optional)"),
    "confirm": N_("A word of thanks (optional)"),
    "reopen": N_("What is still missing?"),
    "counter": N_("What you offer instead"),
    "reroute": N_("Why it is that area's"),
    "withdraw": N_("Why it is no longer needed (optional)"),
    "escalate": N_("What has to be decided?"),
    "note": N_("Your comment"),
}
SAVED = {
    "promise": N_("Promised."), "decline": N_("Your answer is sent."), "question": N_("Your question is sent."),
    "deliver": N_("Delivered. The other area confirms."), "confirm": N_("Confirmed: done."),
}  # fmt: skip

DIRECT = [verb for verb, move in MOVES.items() if not move.facts]  # made by their button, without a form


def sides(here: Visit, row: Request) -> frozenset[Side]:
    """On which sides of this request this person may move."""
    found = {Side.ANYONE}
    if here.mandate.speaks_for(row.asking_area_id):
        found |= {Side.ASKING, Side.EITHER}
    if here.mandate.speaks_for(row.answering_area_id) or row.handler_id == here.person.id:
        found |= {Side.ANSWERING, Side.EITHER}
    return frozenset(found)


def buttons(here: Visit, row: Request) -> None:
    """The moves that this person can make now."""
    t = here.t
    now, more = requests.open_to(row.state, sides(here, row))
    if not now and len(more) == 1:  # a list of one would only cost a click
        now, more = more, []
    for verb in DIRECT:
        here.refusal(Choice(row.id, verb, row.version).form)
    with st.container(horizontal=True, gap="xsmall", key=f"moves-{row.id}"):
        for verb in now:
            st.button(
                t.inside("move", MOVES[verb].label),
                key=f"open-{row.id}-{verb}",
                type="primary" if verb == FORWARD.get(row.state) else "secondary",
                on_click=_choose,
                args=(row.id, verb, row.version),
            )
        if more:
            st.menu_button(
                t("More"),
                more,
                key=f"more-{row.id}",
                type="tertiary",
                format_func=lambda verb: t.inside("move", MOVES[verb].label),
                on_click=_choose_more,
                args=(row.id, row.version),
            )


@dataclass(frozen=True)
class Choice:
    """A move that was chosen, with the version that its form was drawn with. It stands in the address, so that the
    form and what was typed into it survive a restart of the server."""

    request_id: int
    verb: str
    seen: int

    @property
    def form(self) -> str:
        return f"move-{self.request_id}-{self.verb}"


def choice() -> Choice | None:
    """The move whose form is open, if one is."""
    request_id, _, rest = st.query_params.get("move", "").partition("-")
    verb, _, seen = rest.partition("-")
    found = Choice(visit.number(request_id), verb, visit.number(seen))
    return found if found.request_id and found.seen and verb in MOVES and verb != "ask" else None


def panel(here: Visit, row: Request) -> None:
    """The form of the move that was chosen for this request; what was typed stays until it is saved or closed."""
    chosen = choice()
    if chosen is None or chosen.request_id != row.id:
        return
    key, verb = visit.drafted(chosen.form), chosen.verb
    now, more = requests.open_to(row.state, sides(here, row))
    if verb not in now + more and not st.session_state.get(f"text-{key}"):
        _close(chosen.form)  # an old address: nothing was typed that could be lost
        return
    with st.container(border=True, key=f"panel-{row.id}"):
        if chosen.seen != row.version:
            stories.newest(here, row)
            # what is new is shown: the next click is made knowing it
            chosen = replace(chosen, seen=row.version)
            _open(chosen)
        here.refusal(chosen.form)
        if verb not in now + more:
            _too_late(here, verb)
            verb = "note"
        st.markdown(f"**{here.t.inside('move', MOVES[verb].label)}**")
        # Enter presses the first button: with days to choose from, that would promise the first of them unread.
        with st.form(f"form-{key}", border=False, enter_to_submit="day" not in MOVES[verb].facts):
            _fields(here, row, verb, key)
            _submits(here, verb, key, chosen)


def _too_late(here: Visit, verb: str) -> None:
    t = here.t
    st.warning(
        t(
            "“{move}” is no longer possible: somebody has moved this request. Your words are kept; send them as a comment, or close.",
            move=t.inside("move", MOVES[verb].label),
        )
    )


def _fields(here: Visit, row: Request, verb: str, key: str) -> None:
    t, facts = here.t, MOVES[verb].facts
    if "to_area" in facts:
        takes_part = (row.asking_area_id, row.answering_area_id)
        others = [area.id for area in here.in_use if area.id not in takes_part]
        st.selectbox(t("Which area?"), others, index=None, format_func=here.area, key=f"to_area-{key}",
                     placeholder=t("Choose an area"))  # fmt: skip
    if "handler" in facts:
        _handler_field(here, row, key)
    if verb == "amend":
        asked_fields(here, key, row)
    elif "text" in facts:
        st.text_area(t(ASKS[verb]), key=f"text-{key}", height=80)
    if "link" in facts and verb != "amend":
        st.text_input(t("Link (optional)"), key=f"link-{key}", placeholder="https://")


def asked_fields(here: Visit, key: str, row: Request | None = None) -> None:
    """What a request says beyond its first line; to change it, with what it says now."""
    t = here.t
    if row is not None:
        st.text_input(t("What do you ask for?"), value=row.what, key=f"what-{key}")
    st.text_area(t("Done when…"), value=(row and row.done_when) or "", key=f"done_when-{key}", height=68)
    st.text_area(t("Why it matters"), value=(row and row.why) or "", key=f"why-{key}", height=68)
    left, right = st.columns(2)
    left.date_input(
        t("Needed on"), value=row.needed_on if row else None, key=f"needed_on-{key}", format="DD/MM/YYYY"
    )
    with here.read() as session:
        customers = requests.customers(session)
        aims = [goal.what for goal in goals.goals(session)]
        titles = [role.title for role in roles.roles(session)]
    with right:
        _named(here, t("Customer it serves"), f"customer-{key}", customers, row.customer if row else None)
    with left:
        _named(here, t("Goal it serves"), f"goal-{key}", aims, row.goal if row else None)
    with right:
        _named(here, t("Role that is asked"), f"role-{key}", titles, row.role if row else None)
    st.text_input(t("Link"), value=(row and row.link) or "", key=f"link-{key}", placeholder="https://")


def _named(here: Visit, label: str, key: str, known: Sequence[str], now: str | None) -> None:
    """A name out of those that are known, or another one."""
    names = list(dict.fromkeys([*known, *([now] if now else [])]))
    st.selectbox(label, names, index=names.index(now) if now else None, accept_new_options=True, key=key,
                 placeholder=here.t("Choose or type a name"))  # fmt: skip


def _handler_field(here: Visit, row: Request, key: str) -> None:
    with here.read() as session:
        everyone = people.people(session)
    names = {p.id: p.name for p in sorted(everyone, key=lambda p: p.area_id != row.answering_area_id)}
    now = list(names).index(row.handler_id) if row.handler_id in names else None
    st.selectbox(here.t("Who handles it?"), list(names), index=now, format_func=lambda i: names[i],
                 key=f"handler-{key}", placeholder=here.t("Choose a person"))  # fmt: skip


def _submits(here: Visit, verb: str, key: str, chosen: Choice) -> None:
    """The days that are one click away, then any other day; or the one button of a move without a day."""
    t, has_day = here.t, "day" in MOVES[verb].facts
    if has_day:
        with st.container(horizontal=True, gap="xsmall"):
            for place, (day, name) in enumerate(days.chips(here).items()):
                st.form_submit_button(
                    name,
                    key=f"chip{place}-{key}",
                    type="primary",
                    on_click=_send,
                    args=(key, chosen, verb, day),
                )
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        if has_day:
            st.date_input(t("Another day"), value=None, min_value=here.today, key=f"day-{key}", format="DD/MM/YYYY",
                          width=200)  # fmt: skip
        st.form_submit_button(
            t("On this day") if has_day else t.inside("move", MOVES[verb].label),
            key=f"send-{key}",
            type="secondary" if has_day else "primary",
            on_click=_send,
            args=(key, chosen, verb),
        )
        st.form_submit_button(
            t("Close"), key=f"close-{key}", type="tertiary", on_click=_close, args=(chosen.form,)
        )


def _choose(request_id: int, verb: str, seen: int) -> None:
    chosen = Choice(request_id, verb, seen)
    if MOVES[verb].facts:
        _open(chosen)
    elif st.session_state.get("made") != chosen:  # else it is the second click of two
        _send(visit.nonce(chosen.form), chosen, verb)


def _choose_more(request_id: int, seen: int) -> None:
    _choose(request_id, st.session_state[f"more-{request_id}"], seen)


def _open(chosen: Choice) -> None:
    """Put the choice into the address, at once with its draft: one step of the browser's back button."""
    wish = f"{chosen.request_id}-{chosen.verb}-{chosen.seen}"
    st.query_params.update({"move": wish, "draft": visit.nonce(chosen.form)})


def _close(form: str) -> None:
    visit.finished(form)
    st.query_params.pop("move", None)


def _send(key: str, chosen: Choice, verb: str, day: date | None = None) -> None:
    """Make the move, and close its form; a second click on a form that is sent already only says so again."""
    here = visit.begin()
    said = here.t(SAVED.get(verb, N_("Saved.")))
    if not drafts.is_drawn(chosen.form, key):
        # it cut off the run that was about to close the form and say so
        if st.session_state.get("made") == chosen:
            st.query_params.pop("move", None)
            st.toast(said, icon=":material/check:")
        return
    facts = {name: st.session_state.get(f"{name}-{key}") for name in MOVES[verb].facts}
    if day is not None:
        facts["day"] = day

    def move(session: Session) -> None:
        requests.move(
            session, chosen.request_id, verb, by=here.mandate, at=here.now, seen=chosen.seen, **facts
        )

    # noted first: once a second click is there, whatever touches the page may end this run
    st.session_state["made"] = chosen
    if here.act(chosen.form, move, typed=facts):
        _close(chosen.form)
        st.toast(said, icon=":material/check:")
    else:
        st.session_state.pop("made")
