"""Minutes in a reader's language, as parts that any page or paper can set.

What people wrote stays as they wrote it; only what stands around it is in the reader's language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from coord.goals import STATUSES as GOAL_STATUSES
from coord.issues import OUTCOMES, RESULTS
from coord.meetings import KINDS, STATUSES, Ended, Minutes, Moved, Said, Seat
from coord.meetings.records import Item
from coord.meetings.template import title
from coord.proposal import SECTIONS
from coord.refusal import Term
from coord.requests import SENTENCES, STATES, EventRow
from coord.text import N_, Words


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said, what stands under it in our words, and what else was written about it."""

    text: str
    notes: tuple[str, ...] = ()
    words: str = ""
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the minutes: lines, or a table with its headings; rows with an empty first cell go on with the one above."""

    name: str
    title: str
    lines: tuple[Line, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Minutes ready to be set."""

    company: str
    title: str
    day: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


SAID = {
    "want": N_("What each area wants this week"),
    "need": N_("What each area needs"),
    "offer": N_("What each area can offer"),
    "decision": N_("Decisions"),
    "parked": N_("Parked"),
    "thanks": N_("Thanks"),
    "message": N_("Messages to those who were not there"),
    "note": N_("Notes"),
    "improvement": N_("Improve next time"),
    "handover": N_("Handed over"),
}


def document(of: Minutes, t: Words) -> Document:
    """The minutes in this reader's language; parts in which nothing happened are left out."""
    return Document(
        company=of.company,
        title=t("Weekly hour {number}", number=t.number(of.number)),
        day=t.long_day(held_on(of, t)),
        facts=tuple(_facts(of, t)),
        parts=tuple(part for part in _parts(of, t) if part.lines or part.rows),
    )


def held_on(of: Minutes, t: Words) -> date:
    """The day of the hour, where the reader is."""
    return _local(of.meeting.started_at or of.meeting.starts_at, t).date()


def _parts(of: Minutes, t: Words) -> Iterator[Part]:
    yield _promises(of, t)
    yield _said(of, t, "decision")
    yield Part("asked", t("New requests"), tuple(_asked(m, of, t) for m in of.asked))
    yield Part("declined", t("Answered with a no"), tuple(_told(m, of, t) for m in of.declined))
    yield Part("delivered", t("Delivered"), tuple(_told(m, of, t) for m in of.delivered))
    yield Part("confirmed", t("Confirmed: done"), tuple(_told(m, of, t) for m in of.confirmed))
    yield Part("others", t("Also moved"), tuple(_told(m, of, t) for m in of.others))
    yield _goals(of, t)
    yield Part("issues", t("Issues written"), tuple(
        Line(row.happened, (_route(row.from_area_id, row.to_area_id, of, t),)) for row in of.issues))  # fmt: skip
    yield Part("outcomes", t("What comes of issues"), tuple(_ended(ended, of, t) for ended in of.outcomes))
    yield Part("checks", t("Procedure changes checked"), tuple(
        Line(row.what, (t(RESULTS[row.result]),) if row.result else (), row.saw or "") for row in of.checks))  # fmt: skip
    for kind in ("want", "need", "offer", "message", "thanks", "note", "parked"):
        yield _said(of, t, kind)
    yield Part("carried", t("Carried to the next hour"), tuple(_item(item, t) for item in of.carried))
    yield Part("dropped", t("Left out"), tuple(_item(item, t) for item in of.dropped))
    yield Part("settled", t("Settled before the hour"), tuple(_item(item, t) for item in of.settled))
    yield _said(of, t, "improvement")
    yield _time(of, t)
    yield Part(
        "amendments", t("Amendments after the close"), tuple(_amended(said, of, t) for said in of.amendments)
    )


def _facts(of: Minutes, t: Words) -> Iterator[tuple[str, str]]:
    row = of.meeting
    if row.started_at is not None and row.ended_at is not None:
        begin, end = _local(row.started_at, t), _local(row.ended_at, t)
        yield t("Time"), t("{start} to {end}", start=f"{begin:%H:%M}", end=f"{end:%H:%M}")
    yield t("Facilitator"), _name(row.facilitator_id, of, t, t("nobody"))
    here = [_who(seat.area_id, seat.person_id, seat.text if seat.status == "stood_in" else None, of, t)
            for seat in of.seats if seat.is_here]  # fmt: skip
    if here:
        yield t("Here"), t.list(here)
    for status in ("late", "remote", "stood_in", "excused", "absent"):
        names = [_absence(seat, of, t) for seat in of.seats if seat.status == status]
        if names:
            yield t(STATUSES[status]), t.list(names)
    if row.ended_by_itself:
        yield t("Ended"), t("Nobody ended this hour, so it ended by itself.")
    if row.closed_at is not None:
        yield t("Minutes closed"), t.instant(row.closed_at)


def _promises(of: Minutes, t: Words) -> Part:
    head = (t("Area"), t("Promise"), t("For"), t("Day"))
    rows, last = [], 0
    for moved in of.promises:
        request, today = moved.request, held_on(of, t)
        what = _filled((request.what, moved.words))
        day = t.day(moved.day, today=today) if moved.day else ""
        if moved.before and moved.day:
            day = t("{day} (was {before})", day=day, before=t.day(moved.before, today=today))
        area = of.areas[moved.promiser] if moved.promiser != last else ""
        rows.append((area, "\n".join(what), of.areas[request.asking_area_id], day))
        last = moved.promiser
    return Part("promises", t("Promises"), head=head, rows=tuple(rows))


def _said(of: Minutes, t: Words, kind: str) -> Part:
    return Part(kind, t(SAID[kind]), tuple(_quoted(said, of, t) for said in of.kind(kind)))


def _quoted(said: Said, of: Minutes, t: Words) -> Line:
    row = said.now
    area, to_area = of.areas.get(row.area_id or 0, ""), of.areas.get(row.to_area_id or 0, "")
    if row.decided_by:
        notes = [t("Decided by {name}", name=row.decided_by)]
    elif area and to_area:
        notes = [t("{from_area} → {to_area}", from_area=area, to_area=to_area)]
    else:
        notes = [t("For {area}", area=to_area) if to_area else area]
    if row.on_behalf:
        notes.append(t("recorded by {name}", name=_name(row.person_id, of, t, t("nobody"))))
    return Line(row.text or "", _filled(notes), request_id=_request(row.subject))


def _asked(moved: Moved, of: Minutes, t: Words) -> Line:
    row = moved.request
    needed = t("needed on {day}", day=t.day(row.needed_on, today=held_on(of, t))) if row.needed_on else ""
    notes = (
        _route(moved.event.from_area_id, moved.event.to_area_id, of, t),
        needed,
        t(STATES[row.state].label),
    )
    return Line(row.what, _filled(notes), request_id=row.id)


def _told(moved: Moved, of: Minutes, t: Words) -> Line:
    event, today = moved.event, held_on(of, t)
    sentence = t(
        SENTENCES[event.verb],
        who=_mover(event, of, t),
        area=of.areas[event.to_area_id],
        gone=of.areas[event.from_area_id],
        day=t.day(event.day, today=today) if event.day else "",
        decided_by=event.more.get("decided_by") or "",
    )
    return Line(moved.request.what, (sentence,), event.text or "", moved.request.id)


def _goals(of: Minutes, t: Words) -> Part:
    head = (t("Area"), t("Goal"), t("How it stands"), t("Value"))
    rows = []
    for check_in, goal in of.check_ins:
        value = t("{value} of {target}", value=t.number(check_in.value, 4), target=t.number(goal.target, 4))
        status = "\n".join(filter(None, (t(GOAL_STATUSES[check_in.status]), check_in.line)))
        rows.append((of.areas[goal.area_id], goal.what, status, f"{value} {goal.unit or ''}".strip()))
    return Part("goals", t("Goals"), head=head, rows=tuple(rows))


def _ended(ended: Ended, of: Minutes, t: Words) -> Line:
    change, until, today = ended.change, ended.outcome.until_on, held_on(of, t)
    notes = [t(OUTCOMES[ended.outcome.outcome])]
    if change is not None:
        notes += [
            t(
                "{procedure}, from {day} on",
                procedure=change.procedure,
                day=t.day(change.first_on, today=today),
            ),
            t(
                "{area} checks it on {day}",
                area=of.areas[change.owner_area_id],
                day=t.day(change.check_on, today=today),
            ),
        ]
    if until is not None:
        notes.append(t("until {day}", day=t.day(until, today=today)))
    return Line(
        ended.issue.happened, tuple(notes), change.what if change is not None else ended.outcome.text or ""
    )


def _item(item: Item, t: Words) -> Line:
    often = item.times_carried
    times = t.plural("carried once before", "carried {n} times before", often) if often else ""
    why = t(item.why) if item.why else ""  # people's words, or our own for one that was split
    return Line(title(item, t), _filled((times,)), why, _request(item.subject))


def _time(of: Minutes, t: Words) -> Part:
    """Each section with its items that took time."""
    if of.meeting.ended_at is None:
        return Part("time", "")
    rows: list[tuple[str, ...]] = []
    for part in of.used:
        rows.append((t(SECTIONS[part.section]), "", _minutes(part.planned, t), _minutes(part.used, t)))
        taken_up = (item for item in part.items if item.used)
        rows += [
            ("", title(item, t), _minutes(60 * item.minutes, t), _minutes(item.used, t)) for item in taken_up
        ]
    planned = sum(part.planned for part in of.used)
    rows.append((t("The whole hour"), "", _minutes(planned, t), _minutes(of.seconds, t)))
    head = (t("Section"), t("Item"), t("Planned"), t("Used"))
    return Part("time", t("Time planned and used"), head=head, rows=tuple(rows))


def _amended(said: Said, of: Minutes, t: Words) -> Line:
    row = said.now
    who, when = _name(row.person_id, of, t, t("nobody")), t.instant(row.at)
    if not said.before:
        note = t("{kind}: added by {name}, {instant}", kind=t(KINDS[row.kind]), name=who, instant=when)
    elif said.is_taken_back:
        note = t("{kind}: taken back by {name}, {instant}", kind=t(KINDS[row.kind]), name=who, instant=when)
    else:
        note = t("{kind}: put right by {name}, {instant}", kind=t(KINDS[row.kind]), name=who, instant=when)
    before = "\n".join(t("Before: {words}", words=old.text or "–") for old in reversed(said.before))
    return Line(row.text or "–", (note,), before)


def _name(person_id: int | None, of: Minutes, t: Words, nobody: str = "") -> str:
    name = of.people.get(person_id or 0, nobody)
    return t(name) if isinstance(name, Term) else name  # whoever was erased is called the same everywhere


def _who(area_id: int | None, person_id: int | None, text: str | None, of: Minutes, t: Words) -> str:
    person, area = text or _name(person_id, of, t), of.areas.get(area_id or 0, "")
    return t("{person} ({area})", person=person, area=area) if person and area else person or area


def _mover(event: EventRow, of: Minutes, t: Words) -> str:
    person, area = _name(event.person_id, of, t), of.areas.get(event.area_id or 0, "")
    if event.on_behalf and person and area:
        return t("{person} for {area}", person=person, area=area)
    return _who(event.area_id, event.person_id, None, of, t)


def _absence(seat: Seat, of: Minutes, t: Words) -> str:
    name = of.areas.get(seat.area_id or 0) or _name(seat.person_id, of, t)
    return t("{sentence}: {words}", sentence=name, words=seat.text) if seat.text else name


def _route(from_area: int, to_area: int, of: Minutes, t: Words) -> str:
    return t("{from_area} → {to_area}", from_area=of.areas[from_area], to_area=of.areas[to_area])


def _request(subject: str | None) -> int | None:
    kind, _, number = (subject or "").partition(":")
    return int(number) if kind == "request" and number.isdigit() else None


def _local(at: int, t: Words) -> datetime:
    return datetime.fromtimestamp(at, UTC).astimezone(t.zone)


def _minutes(seconds: int, t: Words) -> str:
    return t("{n} min", n=t.number(round(seconds / 60))).replace(" ", "\u00a0")


def _filled(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(note for note in notes if note)
