"""The hours that were held: their list with what came of each, and whatever was ever said in any of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coord.meetings.minutes import PROMISING
from coord.meetings.recordings import Said, chained
from coord.meetings.records import Item, Meeting, Recording
from coord.requests import EventRow, Request
from coord.text import typed

MOST = 100


@dataclass(frozen=True, slots=True)
class Held:
    """An hour that was held, and how much came of it."""

    meeting: Meeting
    number: int
    promises: int
    asked: int
    decisions: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found in one hour."""

    meeting: Meeting
    said: tuple[Said, ...]
    items: tuple[Item, ...]
    requests: tuple[Request, ...]


def held(session: Session) -> list[Held]:
    """Every hour that has begun, the newest first."""
    order = select(Meeting).where(Meeting.state != "dropped").order_by(Meeting.starts_at, Meeting.id)
    rows = list(session.scalars(order))
    moves, decided = _moves(session), _decisions(session)
    found = [
        Held(
            row,
            place,
            sum(moves[row.id, verb] for verb in PROMISING),
            moves[row.id, "ask"],
            decided[row.id],
        )
        for place, row in enumerate(rows, 1)
        if row.started_at is not None
    ]
    return found[::-1]


def found(session: Session, text: str) -> list[Found]:
    """Whatever contains all these words: recordings, agenda items, requests moved in an hour; the newest hour first."""
    words = typed.fold(text).split()
    if not words:
        return []
    said = chained(_chains(session, words))
    items = session.scalars(select(Item).where(*_has(Item.search, words)).order_by(Item.id).limit(MOST)).all()
    moved = _requests(session, words)
    ids = {one.now.meeting_id for one in said} | {one.meeting_id for one in items} | {of for of, _ in moved}
    meetings = session.scalars(select(Meeting).where(Meeting.id.in_(ids), Meeting.started_at.is_not(None)))
    rows = [
        Found(
            meeting,
            tuple(one for one in said if one.now.meeting_id == meeting.id),
            tuple(one for one in items if one.meeting_id == meeting.id),
            tuple(row for of, row in moved if of == meeting.id),
        )
        for meeting in meetings
    ]
    return sorted(rows, key=lambda row: (row.meeting.starts_at, row.meeting.id), reverse=True)


# An event belongs to the hour that it was recorded in, or that ran when somebody made it by themselves.
_RECORDED = EventRow.meeting_id == Meeting.id
_MEANWHILE = and_(EventRow.meeting_id.is_(None), EventRow.at.between(Meeting.started_at, Meeting.ended_at))


def _moves(session: Session) -> Counter[tuple[int, str]]:
    """How many requests had a move of a verb: (meeting, verb) → how many."""
    counted: Counter[tuple[int, str]] = Counter()
    verbs = EventRow.verb.in_([*PROMISING, "ask"])
    for belongs in (_RECORDED, _MEANWHILE):  # one after the other, so that each can be looked up by an index
        query = select(Meeting.id, EventRow.verb, func.count()).join(EventRow, belongs).where(verbs)
        for meeting_id, verb, n in session.execute(query.group_by(Meeting.id, EventRow.verb)):
            counted[meeting_id, verb] += n
    return counted


def _decisions(session: Session) -> Counter[int]:
    rows = session.scalars(select(Recording).where(Recording.kind == "decision").order_by(Recording.id)).all()
    return Counter(one.now.meeting_id for one in chained(rows) if not one.is_taken_back)


def _chains(session: Session, words: Iterable[str]) -> list[Recording]:
    """The recordings with these words in what counts now, whole with what they say instead of."""
    hits = session.scalars(
        select(Recording).where(*_has(Recording.search, words)).order_by(Recording.id.desc()).limit(MOST)
    )
    there = {row.meeting_id for row in hits}
    rows = session.scalars(
        select(Recording).where(Recording.meeting_id.in_(there)).order_by(Recording.id)
    ).all()
    wanted = [one for one in chained(rows) if all(word in one.now.search for word in words)]
    return [row for one in wanted for row in (*one.before, one.now)]


def _requests(session: Session, words: Iterable[str]) -> list[tuple[int, Request]]:
    query = (
        select(Meeting.id, Request)
        .join(EventRow, or_(_RECORDED, _MEANWHILE))
        .join(Request, Request.id == EventRow.request_id)
        .where(*_has(Request.search, words))
        .distinct()
        .order_by(Meeting.id.desc(), Request.id)
        .limit(MOST)
    )
    return [(meeting_id, row) for meeting_id, row in session.execute(query)]


def _has(column: InstrumentedAttribute[str], words: Iterable[str]) -> list[ColumnElement[bool]]:
    return [column.contains(word, autoescape=True) for word in words]
