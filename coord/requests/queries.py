"""What people look for among requests: their inbox, everybody's list, one story, what looks alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from coord.refusal import Refused
from coord.requests.moves import STATES, UNRESOLVED, Side
from coord.requests.records import EventRow, Request
from coord.text import typed

PAGE = 25
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for some areas, and what they wait for; each list most urgent first."""

    answer: Sequence[Request]
    keep: Sequence[Request]
    offered: Sequence[Request]
    tell: Sequence[Request]
    confirm: Sequence[Request]
    waiting: Sequence[Request]

    @property
    def mine(self) -> int:
        """How many requests wait for a move of these areas."""
        return sum(map(len, (self.answer, self.keep, self.offered, self.tell, self.confirm)))


def inbox(session: Session, *, areas: Iterable[int], person_id: int | None) -> Inbox:
    """The unresolved requests of these areas, and of the person who handles them, by what has to be done."""
    areas = list(areas)
    asked, asking = Request.answering_area_id.in_(areas), Request.asking_area_id.in_(areas)
    handled = Request.handler_id == person_id if person_id is not None else Request.id.is_(None)
    query = select(Request).where(Request.state.in_(UNRESOLVED), or_(asked, asking, handled))
    rows = session.scalars(query.order_by(Request.asked_at, Request.id)).all()
    answering = [r for r in rows if r.answering_area_id in areas or (person_id and r.handler_id == person_id)]
    own = [r for r in rows if r.asking_area_id in areas]
    theirs = {r.id for r in answering}  # whoever heads both areas has these to do already
    return Inbox(
        answer=[r for r in answering if r.state == "asked"],
        keep=sorted(
            (r for r in answering if r.state == "promised"), key=lambda r: (r.promised_on or date.max, r.id)
        ),
        offered=[r for r in own if r.state == "countered"],
        tell=[r for r in own if r.state == "questioned"],
        confirm=sorted((r for r in own if r.state == "delivered"), key=lambda r: (r.delivered_at or 0, r.id)),
        waiting=[r for r in own if STATES[r.state].holder is Side.ANSWERING and r.id not in theirs],
    )


def news(
    session: Session, *, areas: Iterable[int], person_id: int, since: int, most: int = 12
) -> list[EventRow]:
    """The last thing that others did on each request of these areas since an instant, newest first."""
    areas = list(areas)
    mine = or_(Request.answering_area_id.in_(areas), Request.asking_area_id.in_(areas))
    others = or_(EventRow.person_id.is_(None), EventRow.person_id != person_id)
    # what has been waiting since before Coord was asked long ago, and is new all the same
    entered = and_(EventRow.verb == "ask", Request.observed_from_at > since)
    last = (
        select(func.max(EventRow.id))
        .join(Request, Request.id == EventRow.request_id)
        .where(mine, others, or_(EventRow.at > since, entered))
        .group_by(EventRow.request_id)
    )
    query = select(EventRow).where(EventRow.id.in_(last)).order_by(EventRow.at.desc(), EventRow.id.desc())
    return list(session.scalars(query.limit(most)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search among everybody's requests; what is empty does not filter."""

    text: str = ""
    area: int | None = None
    side: str = "either"  # which side that area is on: either, asking, answering
    asking: frozenset[int] | None = None  # areas that may be on each side (for a crossing of spheres)
    answering: frozenset[int] | None = None
    states: frozenset[str] = field(default_factory=frozenset)
    holder: int | None = None  # the area whose move it is
    older_than: int | None = None  # days since it was asked
    customer: str = ""
    sort: str = "oldest"


SORTS = {
    "oldest": (Request.asked_at, Request.id),
    "newest": (Request.asked_at.desc(), Request.id.desc()),
    "moved": (Request.last_at.desc(), Request.id.desc()),
    "promised": (Request.promised_on.is_(None), Request.promised_on, Request.id),
    "held": (Request.resolved_at.is_not(None), Request.held_since_at, Request.id),
}


def found(session: Session, wanted: Wanted, *, at: int, page: int = 1, size: int = PAGE) -> list[Request]:
    """One page of what is wanted."""
    query = select(Request).where(*_tests(wanted, at)).order_by(*SORTS.get(wanted.sort, SORTS["oldest"]))
    return list(session.scalars(query.limit(size).offset((max(page, 1) - 1) * size)))


def count(session: Session, wanted: Wanted, *, at: int) -> int:
    return session.scalar(select(func.count(Request.id)).where(*_tests(wanted, at))) or 0


def every(session: Session, wanted: Wanted, *, at: int) -> list[Request]:
    """All that is wanted, for an export."""
    return list(session.scalars(select(Request).where(*_tests(wanted, at)).order_by(*SORTS["oldest"])))


def there(session: Session, request_id: int) -> Request | None:
    return session.get(Request, request_id)


def request(session: Session, request_id: int) -> Request:
    row = there(session, request_id)
    if row is None:
        raise Refused("There is no such request.")
    return row


def by_reference(session: Session, reference: str) -> Request | None:
    return session.scalar(select(Request).where(Request.reference == reference))


def following(session: Session, reference: str) -> list[Request]:
    """The requests that follow up on this one."""
    return list(session.scalars(select(Request).where(Request.follows == reference).order_by(Request.id)))


def are_there(session: Session) -> bool:
    """Whether there is any request at all."""
    return session.scalar(select(Request.id).limit(1)) is not None


def were_asked(session: Session, areas: Iterable[int]) -> bool:
    """Whether anybody has ever asked one of these areas for something."""
    query = select(Request.id).where(Request.answering_area_id.in_(list(areas)))
    return session.scalar(query.limit(1)) is not None


def story(session: Session, request_id: int) -> list[EventRow]:
    """Every event of a request, in the order of its life."""
    return list(
        session.scalars(select(EventRow).where(EventRow.request_id == request_id).order_by(EventRow.seq))
    )


def in_meeting(session: Session, meeting_id: int, since: int | None, until: int | None) -> list[EventRow]:
    """What was recorded in a meeting, and what people did by themselves from its start to its end, in that order."""
    tests = [EventRow.meeting_id == meeting_id]
    if since is not None and until is not None:
        tests.append(and_(EventRow.meeting_id.is_(None), EventRow.at.between(since, until)))
    query = select(EventRow).where(or_(*tests)).order_by(EventRow.at, EventRow.id)
    return list(session.scalars(query))


def between(session: Session, since: int, until: int) -> list[EventRow]:
    """Everything that was done with requests after an instant, up to another, in that order."""
    query = select(EventRow).where(EventRow.at > since, EventRow.at <= until)
    return list(session.scalars(query.order_by(EventRow.at, EventRow.id)))


def these(session: Session, ids: Iterable[int]) -> dict[int, Request]:
    """Requests by id."""
    return {row.id: row for row in session.scalars(select(Request).where(Request.id.in_(set(ids))))}


def last_words(session: Session, ids: Iterable[int], verbs: Iterable[str]) -> dict[int, EventRow]:
    """The latest event of these verbs on each of these requests."""
    query = select(EventRow).where(EventRow.request_id.in_(list(ids)), EventRow.verb.in_(list(verbs)))
    return {row.request_id: row for row in session.scalars(query.order_by(EventRow.seq))}


def customers(session: Session, most: int = 500) -> list[str]:
    """The customers that requests name, the most named first."""
    query = select(Request.customer).where(Request.customer.is_not(None)).group_by(Request.customer)
    return [
        name
        for name in session.scalars(query.order_by(func.count().desc(), Request.customer).limit(most))
        if name
    ]


def alike(session: Session, *, from_area: int, to_area: int, what: str) -> Request | None:
    """An unresolved request on the same route whose words are mostly the same."""
    words = set(typed.fold(what).split())
    query = (
        select(Request)
        .where(
            Request.asking_area_id == from_area,
            Request.answering_area_id == to_area,
            Request.state.in_(UNRESOLVED),
        )
        .order_by(Request.asked_at.desc(), Request.id)
    )
    best = max(session.scalars(query.limit(200)), key=lambda row: _likeness(words, row.what), default=None)
    return best if best is not None and _likeness(words, best.what) >= 0.5 else None


def _likeness(words: set[str], what: str) -> float:
    """Shared words by all words (Jaccard), words of one or two letters left out."""
    mine = {w for w in words if len(w) > 2}
    theirs = {w for w in typed.fold(what).split() if len(w) > 2}
    return (
        len(mine & theirs) / len(mine | theirs)
        if mine and theirs
        else float(typed.fold(what) == " ".join(words))
    )


def _tests(wanted: Wanted, at: int) -> list[ColumnElement[bool]]:
    words = typed.fold(wanted.text).split()
    tests: list[ColumnElement[bool]] = [Request.search.contains(word, autoescape=True) for word in words]
    if wanted.customer:
        tests.append(Request.customer == wanted.customer)
    if wanted.area is not None:
        sides = {"asking": [Request.asking_area_id], "answering": [Request.answering_area_id]}
        columns = sides.get(wanted.side, [Request.asking_area_id, Request.answering_area_id])
        tests.append(or_(*(column == wanted.area for column in columns)))
    if wanted.asking is not None:
        tests.append(Request.asking_area_id.in_(wanted.asking))
    if wanted.answering is not None:
        tests.append(Request.answering_area_id.in_(wanted.answering))
    if wanted.states:
        tests.append(Request.state.in_(wanted.states))
    if wanted.holder is not None:
        tests.append(_holds(wanted.holder))
    if wanted.older_than is not None:
        tests.append(Request.asked_at <= at - wanted.older_than * DAY)
    return tests


def _holds(area_id: int) -> ColumnElement[bool]:
    asking, answering = (
        [name for name, state in STATES.items() if state.holder is side]
        for side in (Side.ASKING, Side.ANSWERING)
    )
    return or_(
        and_(Request.asking_area_id == area_id, Request.state.in_(asking)),
        and_(Request.answering_area_id == area_id, Request.state.in_(answering)),
    )
