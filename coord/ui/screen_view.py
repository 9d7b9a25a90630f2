"""What the projector shows: few words, readable from ten metres, and nobody's private things."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import segno
import streamlit as st
from sqlalchemy.orm import Session

from coord import clock, company, db, meetings, requests, settings, text
from coord.meetings import KINDS, Item, Meeting, Seat, View, screens
from coord.people import Mandate, Person
from coord.proposal import SECTIONS, Reason
from coord.ui import live, stories
from coord.ui.visit import Visit

RECENT = 3
UNSAID = frozenset({"message", "handover"})  # for somebody only, or about somebody
SIZES = {40: "short", 90: "middle"}  # characters of a title up to which it is written larger


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of what was just recorded, and when."""

    at: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a screen shows at a revision."""

    view: View
    seats: Sequence[Seat]
    recorded: Sequence[Recorded]


def is_wanted() -> bool:
    """Whether this browser is a screen: it has the cookie, and nobody is signed in or it stands on the screen's page."""
    is_there = urlsplit(str(st.context.url or "")).path.rstrip("/").endswith("/screen")
    return bool(st.user.get("coord_screen")) and (is_there or not st.user.get("coord_session"))


def show() -> None:
    """The whole page."""
    st.set_page_config(page_title="Coord", layout="wide", initial_sidebar_state="collapsed")
    st.html(STYLE)
    _live()


@live.part
def _live() -> None:
    here, row = _begin()
    if row is None:
        _over(here)
        return
    now = live.wake(here)
    shown = live.shared(here, now, f"screen:{row.id}", lambda session: _shown(session, here, row.id))
    if shown.view.meeting.state == "planned":
        _before(here, shown)
    elif shown.view.meeting.state == "live":
        _during(here, shown)
    else:
        _over(here)


def _begin() -> tuple[Visit, Meeting | None]:
    """The look of somebody who is nobody: in the company's language, without any right."""
    database, now = db.opened(settings.read().database_url), clock.now()
    with database.read() as session:
        row = company.the(session)
        here = Visit(
            database=database,
            person=Person(id=0, name=""),
            mandate=Mandate(None),
            company=row,
            areas={area.id: area for area in company.areas(session, archived=True)},
            calendar=company.calendar(session),
            t=text.Words(row.language, row.zone),
            now=now,
        )
        return here, screens.seen(session, str(st.user.get("coord_screen") or ""), at=now)


def _shown(session: Session, here: Visit, meeting_id: int) -> Shown:
    view = meetings.view(session, meeting_id, at=here.now)
    return Shown(view, meetings.attendance(session, meeting_id), _recorded(session, here, view))


def _recorded(session: Session, here: Visit, view: View) -> list[Recorded]:
    """What was recorded last, newest first, told by areas and never by people."""
    t, lines = here.t, []
    for said in view.said:
        row = said.now
        if row.kind not in UNSAID:
            area = here.area(row.area_id)
            kind = t(KINDS[row.kind])
            label = t("{kind} · {area}", kind=kind, area=area) if area else kind
            lines.append(Recorded(row.at, label, row.text or ""))
    there = requests.these(session, [event.request_id for event in view.events])
    for event in view.events:
        story = requests.story(session, event.request_id)
        label = stories.sentence(here, event, story, {}, str)
        lines.append(Recorded(event.at, label, there[event.request_id].what))
    return sorted(lines, key=lambda line: -line.at)[:RECENT]


def _before(here: Visit, shown: Shown) -> None:
    t, row = here.t, shown.view.meeting
    expected = [here.area(seat.area_id) for seat in shown.seats if seat.area_id and seat.status != "excused"]
    left, right = st.columns([7, 4], gap="large")
    with left:
        _write(
            ("where", here.company.name),
            ("title short", _when(here, row)),
            ("why", t("Expected: {areas}", areas=t.list(expected)) if expected else ""),
        )
    with right:
        _join(here, "large")


def _when(here: Visit, row: Meeting) -> str:
    t, hour, day = here.t, here.t.hour(row.starts_at), here.calendar.day_of(row.starts_at)
    if day == here.today:
        return t("We begin at {hour}", hour=hour)
    return t("We begin on {day} at {hour}", day=f"{t.weekday(day)} {t.day(day)}", hour=hour)


def _during(here: Visit, shown: Shown) -> None:
    view, t = shown.view, here.t
    left, right = st.columns([7, 4], gap="large")
    with left:
        _item(here, view)
    with right:
        kept = meetings.clock(view.meeting, view.items, here.now)
        section = t(SECTIONS[view.item.section]) if view.item else ""
        timers = live.timers(
            kept, at=here.now, runs=True, item=t("This item"), section=section, hour=t("The hour")
        )
        live.clock(here, timers, key="clock", size="huge")
    left, right = st.columns([7, 4], gap="large", vertical_alignment="bottom")
    with left:
        _said(here, shown.recorded)
    with right:
        _join(here)


def _item(here: Visit, view: View) -> None:
    t, item = here.t, view.item
    if item is None:
        _write(("title short", t("The agenda is empty")))
        return
    title = _title(here, item)
    size = next((name for most, name in SIZES.items() if len(title) <= most), "long")
    reason = Reason.unpacked(item.reason).said(t, here.area) if item.reason.get("message") else ""
    place = t("{n} of {many}", n=t.number(view.items.index(item) + 1), many=t.number(len(view.items)))
    _write(
        ("where", f"{t(SECTIONS[item.section])} · {place}"),
        (f"title {size}", title),
        ("why", reason),
        ("turn", here.area(view.turn) if view.turns else ""),
        ("next", _next(here, view)),
    )


def _next(here: Visit, view: View) -> str:
    if view.next_turn is not None:
        return here.t("Next: {area}", area=here.area(view.next_turn))
    return here.t("Next: {item}", item=_title(here, view.following)) if view.following else ""


def _title(here: Visit, item: Item) -> str:
    return meetings.title(item, here.t)


def _said(here: Visit, recorded: Sequence[Recorded]) -> None:
    if recorded:
        _write(("heard", here.t("Just recorded")), *((("line", line)) for line in recorded))


def _over(here: Visit) -> None:
    t = here.t
    _write(("where", here.company.name), ("title short", t("Thank you for this hour.")),
           ("why", t("What was promised, decided and answered stands in the minutes.")))  # fmt: skip


def _join(here: Visit, size: str = "small") -> None:
    """The code by which a phone comes to the meeting; dark on light in every theme, or phones can't read it."""
    address = f"{here.address}/meeting"
    code = segno.make(address, error="m").svg_data_uri(
        border=2, dark="#121c1a", light="#ffffff", omitsize=True
    )
    shown, words = escape(address.split("//", 1)[-1]), escape(here.t("Join in"))
    st.html(
        f'<div class="join {size}"><img src="{code}" alt=""><p>{words}<br><strong>{shown}</strong></p></div>'
    )


def _write(*parts: tuple[str, str | Recorded]) -> None:
    """Lines of a screen, each with its look; what people typed is escaped here and nowhere else."""
    written = []
    for look, said in parts:
        if isinstance(said, Recorded):
            written.append(f'<p class="{look}"><span>{escape(said.label)}</span> {escape(said.text)}</p>')
        elif said:
            tag = "h1" if look.startswith("title") else "p"
            written.append(f'<{tag} class="{look}">{escape(said)}</{tag}>')
    st.html(f'<div class="screen">{"".join(written)}</div>')


# Sizes go with the screen, not with the text of a page.
STYLE = """<style>
[data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stToolbar"] { display: none; }
[data-testid="stMainBlockContainer"] { padding: 4vh 4vw 2vh; max-width: none; }
.screen p, .screen h1 { margin: 0; padding: 0; overflow-wrap: anywhere; }
.screen .where { font-size: 2.6vw; opacity: 0.75; }
.screen .title { font-weight: 600; line-height: 1.12; margin: 1vh 0 2vh; display: -webkit-box; overflow: hidden;
  -webkit-box-orient: vertical; -webkit-line-clamp: 4; }
.screen .short { font-size: 7vw; }
.screen .middle { font-size: 4.8vw; }
.screen .long { font-size: 3.4vw; }
.screen .why { font-size: 2.6vw; line-height: 1.3; }
.screen .turn { font-size: 4.4vw; font-weight: 600; margin-top: 2vh; }
.screen .next { font-size: 2.6vw; line-height: 1.3; margin-top: 2vh; opacity: 0.8; }
.screen .heard { font-size: 1.9vw; opacity: 0.75; }
.screen .line { font-size: 2.3vw; line-height: 1.35; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin-top: 0.6vh; }
.screen .line span { display: block; font-size: 1.5vw; line-height: 1.2; opacity: 0.75; }
.join img { width: 11vw; height: 11vw; border-radius: 0.5vw; flex: none; }
.join.large img { width: 24vw; height: 24vw; }
.join p { font-size: 1.9vw; line-height: 1.3; margin: 0; overflow-wrap: anywhere; }
.join.small { display: flex; align-items: center; gap: 1.2vw; }
.join.small p { font-size: 1.5vw; }
</style>"""
