"""The story of a request as a conversation, and as a text to paste into a chat."""

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from coord import people, requests
from coord.requests import SENTENCES, STATES, EventRow, Life, Request, lives
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit

_ICONS = {"asking": ":material/arrow_outward:", "answering": ":material/reply:", "other": ":material/chat:",
          "server": ":material/hourglass_bottom:"}  # fmt: skip


def told(
    here: Visit, events: Sequence[EventRow], names: dict[int, str], write: Callable[[str], str] = plain
) -> Iterator[tuple[EventRow, str]]:
    """Each event with its sentence in the reader's language; `write` puts names into it, escaped for a page."""
    life: Life | None = None
    for row in events:
        event = row.event()
        yield row, _sentence(here, row, life, names, write)
        life = lives.begin(event) if life is None else lives.step(life, event)


def last(events: Sequence[EventRow]) -> EventRow:
    """The last event that is not a comment."""
    return next((row for row in reversed(events) if row.verb != "note"), events[0])


def newest(here: Visit, request: Request) -> None:
    """What was done last on a request, in one sentence."""
    with here.read() as session:
        events = requests.story(session, request.id)
        names = people.names(session, here.t)
    said = sentence(here, events[-1], events, names)
    st.info(
        f"{said} · {here.t.instant(events[-1].at)}  \n{paragraphs(events[-1].text)}", icon=":material/update:"
    )


def sentence(
    here: Visit,
    wanted: EventRow,
    events: Sequence[EventRow],
    names: dict[int, str],
    write: Callable[[str], str] = plain,
) -> str:
    """The sentence of one event of a story."""
    return next(said for row, said in told(here, events, names, write) if row.id == wanted.id)


def conversation(here: Visit, request: Request, events: Sequence[EventRow], names: dict[int, str]) -> None:
    """Draw the story, oldest first."""
    for row, said in told(here, events, names):
        side = _side(request, row)
        with st.chat_message(side, avatar=_ICONS[side]):
            st.markdown(f"**{said}** :small[· {here.t.instant(row.at)}]")
            if row.text:
                st.markdown(paragraphs(row.text))
            if link := row.more.get("link"):
                st.markdown(f"<{link}>" if row.verb != "ask" else "")


def as_text(here: Visit, request: Request, events: Sequence[EventRow], names: dict[int, str]) -> str:
    """A short text for a chat: bold as WhatsApp writes it, the last word, the link."""
    t, event = here.t, last(events)
    lines = [
        f"*{request.what}*",
        f"{here.area(request.asking_area_id)} → {here.area(request.answering_area_id)}",
        _state(here, request),
    ]
    if request.customer:
        lines.append(t("Customer: {name}", name=request.customer))
    if event.verb != "ask":
        said = sentence(here, event, events, names, str)
        lines.append(t("{sentence}: {words}", sentence=said, words=event.text) if event.text else said)
    return "\n".join([*lines, f"{here.address}/request?id={request.id}"])


def _state(here: Visit, request: Request) -> str:
    if request.state == "promised" and request.promised_on is not None:
        return here.t("Promised: {day}", day=here.t.day(request.promised_on, today=here.today))
    return here.t(STATES[request.state].label)


def _sentence(
    here: Visit, row: EventRow, before: Life | None, names: dict[int, str], write: Callable[[str], str]
) -> str:
    t = here.t
    day = row.day or (before.countered_on if before is not None and row.verb == "agree" else None)
    return t(
        SENTENCES[row.verb],
        who=_who(here, row, names, write),
        area=write(here.area(row.to_area_id)),
        gone=write(here.area(row.from_area_id)),
        day=t.day(day, today=here.today) if day else "",
        before=t.day(before.promised_on, today=here.today) if before and before.promised_on else "",
        decided_by=write(row.more.get("decided_by") or ""),
        handler=write(names.get(row.more.get("handler") or 0, t("nobody"))),
    )


def _who(here: Visit, row: EventRow, names: dict[int, str], write: Callable[[str], str]) -> str:
    t, area = here.t, write(here.area(row.area_id))
    person = write(names.get(row.person_id or 0, ""))
    if not person:
        return area
    if not area:
        return person
    return (
        t("{person} for {area}", person=person, area=area)
        if row.on_behalf
        else t("{person} ({area})", person=person, area=area)
    )


def _side(request: Request, row: EventRow) -> str:
    if row.verb == "confirm_by_silence":
        return "server"
    if row.verb == "join":
        return "other"
    if row.area_id in (request.asking_area_id, request.first_asking_area_id):
        return "asking"
    return "other" if row.verb == "note" and row.area_id != request.answering_area_id else "answering"
