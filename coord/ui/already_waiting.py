"""What an area is already waiting for from others: asked at the top of Today, one row after another, until it says
that this is all."""

from datetime import date, timedelta

import streamlit as st
from sqlalchemy.orm import Session

from coord import requests
from coord.company import Area
from coord.refusal import Refused
from coord.requests import UNRESOLVED, Request
from coord.text import N_
from coord.ui import drafts, lines, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

LATELY = 3_600  # seconds after "that's all" in which one line still offers to add more
EARLIEST = date(2000, 1, 1)
AGO = {
    7: N_("About a week"),
    14: N_("Two weeks"),
    30: N_("A month"),
    91: N_("Three months"),
}  # days


def draw(here: Visit) -> set[int] | None:
    """The first area of this person's that has not said so yet; those that just have, with a way back.

    Returns the requests that are listed here, None where nothing is asked.
    """
    mine = [area for area in here.in_use if area.id in here.mandate.areas]
    asked = [area for area in mine if area.waits_told_at is None]
    for area in mine:
        if area.waits_told_at is not None and 0 <= here.now - area.waits_told_at < LATELY:
            _told(here, area)
    if not asked or len(here.in_use) < 2:
        return None
    return _block(here, asked[0], asked[1:])


def _told(here: Visit, area: Area) -> None:
    t, form = here.t, _again(area.id)
    here.refusal(form)
    with here.read() as session:
        many = len(requests.waited_for(session, area.id))
    said = t.plural("{area} was waiting for {n} thing already. It is recorded.",
                    "{area} was waiting for {n} things already. They are recorded.", many,
                    area=plain(area.name))  # fmt: skip
    nothing = t("{area} was not waiting for anything yet.", area=plain(area.name))
    with st.container(horizontal=True, vertical_alignment="center", key=f"waits-told-{area.id}"):
        st.markdown(f":material/check: {said if many else nothing}", width="content")
        st.button(t("Add another"), key=f"more-{form}", type="tertiary", on_click=_add_more, args=(area.id,))


def _block(here: Visit, area: Area, later: list[Area]) -> set[int]:
    t = here.t
    with here.read() as session:
        entered = requests.waited_for(session, area.id)
    with st.container(border=True, key=f"waits-{area.id}"):
        st.subheader(t("What is {area} already waiting for?", area=plain(area.name)), anchor=False)
        st.markdown(
            t("What other areas owe you since before Coord, and since about when. Each becomes a request, "
              "which the other area sees at once and answers.")
        )  # fmt: skip
        for row in entered:
            _entered(here, row)
        _form(here, area, bool(entered))
        if later:
            st.caption(t("After this: {areas}.", areas=plain(t.list(one.name for one in later))))
    return {row.id for row in entered}


def _entered(here: Visit, row: Request) -> None:
    t, form = here.t, _back(row.id)
    here.refusal(form)
    with st.container(horizontal=True, vertical_alignment="center", key=f"waited-{row.id}"):
        with st.container(gap=None):
            lines.link(row)
            since = t.day(row.since_on or here.today, today=here.today)
            lines.about(here, row, t("since about {day}", day=since))
        if row.state in UNRESOLVED:
            st.button(t("Take back"), key=f"back-{form}", type="tertiary", on_click=_take_back,
                      args=(row.id, row.version))  # fmt: skip


def _form(here: Visit, area: Area, has_some: bool) -> None:
    t, form = here.t, _of(area.id)
    key = visit.drafted(form, "line")
    others = [one.id for one in here.in_use if one.id != area.id]
    # Enter would press the first button, and record a week that nobody chose
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        here.refusal(form)
        st.pills(
            t("From which area?"), others, key=f"to-{key}", format_func=lambda one: plain(here.area(one))
        )
        st.text_input(t("What do you wait for?"), key=f"what-{key}",
                      placeholder=t("Start with a verb: Send…, Confirm…, Prepare…"))  # fmt: skip
        st.markdown(f":small[{t('Since about when? One click records it, and the row is empty again.')}]")
        with st.container(horizontal=True, gap="xsmall"):
            for days, name in AGO.items():
                st.form_submit_button(t(name), key=f"ago{days}-{key}", type="primary", on_click=_record,
                                      args=(area.id, key, here.today - timedelta(days=days)))  # fmt: skip
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
            st.date_input(t("Another day"), value=None, min_value=EARLIEST, max_value=here.today,
                          key=f"since_on-{key}", format="DD/MM/YYYY", width=200)  # fmt: skip
            st.form_submit_button(
                t("Since this day"), key=f"since-{key}", on_click=_record, args=(area.id, key)
            )
            st.space("stretch")
            label = t("That's all") if has_some else t("We wait for nothing")
            st.form_submit_button(
                label, key=f"all-{key}", icon=":material/check:", on_click=_that_is_all, args=(area.id, key)
            )


def _of(area_id: int) -> str:
    return f"waits-{area_id}"


def _back(request_id: int) -> str:
    return f"waited-{request_id}"


def _again(area_id: int) -> str:
    return f"waits-again-{area_id}"


def _record(area_id: int, key: str, since: date | None = None) -> None:
    form = _of(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, typed = visit.begin(), drafts.typed(form, "to", "what", "since_on")
    since = since or typed["since_on"]
    area = plain(here.area(typed["to"]))

    def ask(session: Session) -> None:
        if typed["to"] is None:
            raise Refused("Choose the area that you ask.")
        if since is None:
            raise Refused("Choose a day.")
        requests.ask(session, from_area=area_id, to_area=typed["to"], what=typed["what"] or "", since_on=since,
                     by=here.mandate, at=here.now)  # fmt: skip

    here.act(form, ask, here.t("Recorded: {area} sees it now. The next one?", area=area),
             typed=(typed, since))  # fmt: skip


def _that_is_all(area_id: int, key: str) -> None:
    form = _of(area_id)
    if not drafts.is_drawn(form, key):
        return
    here, what = visit.begin(), drafts.typed(form, "what")["what"]

    def tell(session: Session) -> None:
        if what:
            raise Refused(
                "“{what}” is not recorded yet. Choose since about when, or empty the line.", what=what
            )
        requests.tell_waits(session, area_id, by=here.mandate, at=here.now)

    here.act(form, tell, here.t("Thank you. What comes later, you ask under Ask."), typed=what)


def _take_back(request_id: int, seen: int) -> None:
    here = visit.begin()
    here.act(_back(request_id), lambda session: requests.move(session, request_id, "withdraw", by=here.mandate, at=here.now,
                                                              seen=seen), here.t("Taken back."), typed=seen)  # fmt: skip


def _add_more(area_id: int) -> None:
    here = visit.begin()
    here.act(_again(area_id), lambda session: requests.tell_more_waits(session, area_id, by=here.mandate))
