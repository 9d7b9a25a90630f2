"""What people look for in the issue log: the list, one issue with its story, what was seen before, what comes again."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from coord.issues.records import (
    Issue,
    IssueFactor,
    IssueOutcome,
    IssueRevision,
    IssueVote,
    ProcedureChange,
    ProcedureChangeArea,
)
from coord.issues.vocabulary import OPEN, SIZES
from coord.refusal import Refused
from coord.text import typed

PAGE = 25
DAY = 86_400
PATTERN_DAYS = 90  # how far back an issue counts as part of a pattern
_COMPARED = 500  # the newest issues that a new one is compared with
_LIKE_ENOUGH = 1.5  # the same handoff is enough: a line written in the hour has few words, and no factors yet


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search in the log; what is empty does not filter."""

    text: str = ""
    area: int | None = None  # on either side of the handoff
    handoff: tuple[int, int] | None = None
    factor: str = ""
    states: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Patterns:
    """What comes again among the issues that are open or not older than PATTERN_DAYS; the most frequent first."""

    handoffs: Sequence[tuple[tuple[int, int], int]]
    factors: Sequence[tuple[str, int]]


def issues(session: Session, wanted: Wanted = Wanted(), *, page: int = 1, size: int = PAGE) -> list[Issue]:
    """One page of what is wanted: open ones first, then by votes and effect, the newest first."""
    votes = select(func.count()).where(IssueVote.issue_id == Issue.id).correlate(Issue).scalar_subquery()
    largest_first = case(
        {name: place for place, name in enumerate(SIZES)}, value=Issue.size, else_=len(SIZES)
    )
    still_open = case((Issue.state == OPEN, 0), else_=1)
    # votes and effect matter while something is to be done; what has an outcome is read by its day
    by_weight = [case((Issue.state == OPEN, order), else_=0) for order in (-votes, largest_first)]
    query = select(Issue).where(*_tests(wanted)).order_by(
        still_open, *by_weight, Issue.written_at.desc(), Issue.id.desc())  # fmt: skip
    return list(session.scalars(query.limit(size).offset((max(page, 1) - 1) * size)))


def count(session: Session, wanted: Wanted = Wanted()) -> int:
    return session.scalar(select(func.count(Issue.id)).where(*_tests(wanted))) or 0


def issue(session: Session, issue_id: int) -> Issue:
    row = session.get(Issue, issue_id)
    if row is None:
        raise Refused("There is no such issue.")
    return row


def repeats(session: Session, issue_id: int) -> list[Issue]:
    """The issues that were confirmed as this one again, in their order."""
    again = select(Issue).where(Issue.again_of_id == issue_id)
    return list(session.scalars(again.order_by(Issue.written_at, Issue.id)))


def revisions(session: Session, issue_id: int) -> list[IssueRevision]:
    """What an issue said before each change of its words, the first one first."""
    query = select(IssueRevision).where(IssueRevision.issue_id == issue_id)
    return list(session.scalars(query.order_by(IssueRevision.id)))


def outcomes(session: Session, issue_id: int) -> list[IssueOutcome]:
    """Every outcome an issue had, in the order in which they were recorded."""
    query = select(IssueOutcome).where(IssueOutcome.issue_id == issue_id)
    return list(session.scalars(query.order_by(IssueOutcome.id)))


def changes(
    session: Session, *, issue_id: int | None = None, area: int | None = None, unchecked: bool = False
) -> list[ProcedureChange]:
    """Procedure changes (of one issue; that an area owns or is bound by; not checked yet), the next check first."""
    query = select(ProcedureChange)
    if issue_id is not None:
        query = query.where(ProcedureChange.issue_id == issue_id)
    if area is not None:
        bound = select(ProcedureChangeArea.change_id).where(ProcedureChangeArea.area_id == area)
        query = query.where(or_(ProcedureChange.owner_area_id == area, ProcedureChange.id.in_(bound)))
    if unchecked:
        query = query.where(ProcedureChange.result.is_(None))
    return list(session.scalars(_by_check(query)))


def change(session: Session, change_id: int) -> ProcedureChange:
    row = session.get(ProcedureChange, change_id)
    if row is None:
        raise Refused("There is no such procedure change.")
    return row


def due_changes(session: Session, today: date) -> list[ProcedureChange]:
    """The procedure changes whose day to check has come, the oldest first."""
    due = ProcedureChange.check_on <= today, ProcedureChange.result.is_(None)
    return list(session.scalars(_by_check(select(ProcedureChange).where(*due))))


def due_watching(session: Session, today: date) -> list[Issue]:
    """The watched issues whose day has come; those that came again are told by the first one."""
    due = Issue.state == "watching", Issue.watch_until_on <= today, Issue.again_of_id.is_(None)
    return list(session.scalars(select(Issue).where(*due).order_by(Issue.watch_until_on, Issue.id)))


def votes(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """How many people voted for each of these issues; none is left out."""
    query = select(IssueVote.issue_id, func.count()).where(IssueVote.issue_id.in_(list(ids)))
    return dict(session.execute(query.group_by(IssueVote.issue_id)).all())


def voted(session: Session, person_id: int) -> set[int]:
    """The issues that this person voted for; only for their own eyes."""
    return set(session.scalars(select(IssueVote.issue_id).where(IssueVote.person_id == person_id)))


def similar(
    session: Session,
    *,
    from_area: int,
    to_area: int,
    happened: str = "",
    factors: Iterable[str] = (),
    apart_from: int | None = None,
    most: int = 3,
) -> list[Issue]:
    """The earlier issues that are most like this one, by handoff, factors and words; the most alike first."""
    query = select(Issue).where(Issue.again_of_id.is_(None), Issue.id != (apart_from or 0))
    rows = session.scalars(query.order_by(Issue.written_at.desc(), Issue.id.desc()).limit(_COMPARED)).all()
    if apart_from is not None and (mine := session.get(Issue, apart_from)) is not None:
        rows = [r for r in rows if (r.written_at, r.id) < (mine.written_at, mine.id)]
    words, chosen = _words(happened), set(factors)

    def likeness(row: Issue) -> float:
        same_way, back = row.handoff == (from_area, to_area), row.handoff == (to_area, from_area)
        shared = len(chosen.intersection(row.factors))
        return 1.5 * same_way + 0.5 * back + shared + 5 * _overlap(words, _words(row.happened))

    alike = [(likeness(row), row) for row in rows]
    kept = sorted((pair for pair in alike if pair[0] >= _LIKE_ENOUGH), key=lambda pair: -pair[0])
    return [row for _, row in kept[:most]]


def patterns(session: Session, *, at: int, least: int = 2) -> Patterns:
    """The handoffs and factors of at least so many issues that are open or recent."""
    rows = current(session, at=at)
    handoffs = Counter(row.handoff for row in rows)
    factors = Counter(factor for row in rows for factor in row.factors)
    return Patterns(
        sorted(((h, n) for h, n in handoffs.items() if n >= least), key=lambda pair: (-pair[1], pair[0])),
        sorted(((f, n) for f, n in factors.items() if n >= least), key=lambda pair: (-pair[1], pair[0])),
    )


def current(session: Session, *, at: int) -> list[Issue]:
    """The issues that are open, or were written in the last PATTERN_DAYS; the oldest first."""
    recent = or_(Issue.state == OPEN, Issue.written_at > at - PATTERN_DAYS * DAY)
    return list(session.scalars(select(Issue).where(recent).order_by(Issue.written_at, Issue.id)))


def customers(session: Session, most: int = 500) -> list[str]:
    """The customers that issues name, the most named first."""
    named = select(Issue.customer).where(Issue.customer.is_not(None)).group_by(Issue.customer)
    ordered = named.order_by(func.count().desc(), Issue.customer).limit(most)
    return [name for name in session.scalars(ordered) if name]


def written_between(session: Session, since: int, until: int) -> list[Issue]:
    """The issues that were written from one instant to just before another, for the minutes."""
    span = Issue.written_at >= since, Issue.written_at < until
    return list(session.scalars(select(Issue).where(*span).order_by(Issue.written_at, Issue.id)))


def outcomes_between(session: Session, since: int, until: int) -> list[IssueOutcome]:
    """The outcomes that were recorded from one instant to just before another, for the minutes."""
    span = IssueOutcome.at >= since, IssueOutcome.at < until
    return list(session.scalars(select(IssueOutcome).where(*span).order_by(IssueOutcome.at, IssueOutcome.id)))


def checks_between(session: Session, since: int, until: int) -> list[ProcedureChange]:
    """The procedure changes that were checked from one instant to just before another, for the minutes."""
    span = ProcedureChange.checked_at >= since, ProcedureChange.checked_at < until
    query = select(ProcedureChange).where(*span)
    return list(session.scalars(query.order_by(ProcedureChange.checked_at, ProcedureChange.id)))


def _by_check(query: Select[ProcedureChange]) -> Select[ProcedureChange]:
    done = ProcedureChange.result.is_not(None)
    newest_first = case((done, -ProcedureChange.checked_at), else_=0)
    return query.order_by(done, newest_first, ProcedureChange.check_on, ProcedureChange.id)


def _tests(wanted: Wanted) -> list[ColumnElement[bool]]:
    words = typed.fold(wanted.text).split()
    tests: list[ColumnElement[bool]] = [Issue.search.contains(word, autoescape=True) for word in words]
    if wanted.area is not None:
        tests.append(or_(Issue.from_area_id == wanted.area, Issue.to_area_id == wanted.area))
    if wanted.handoff is not None:
        tests.append(and_(Issue.from_area_id == wanted.handoff[0], Issue.to_area_id == wanted.handoff[1]))
    if wanted.factor:
        tests.append(Issue.id.in_(select(IssueFactor.issue_id).where(IssueFactor.factor == wanted.factor)))
    if wanted.states:
        tests.append(Issue.state.in_(wanted.states))
    return tests


def _words(text: str) -> set[str]:
    """The words that can tell one issue from another: those of four letters and more."""
    return {word for word in typed.fold(text).replace(",", " ").replace(".", " ").split() if len(word) > 3}


def _overlap(mine: set[str], theirs: set[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0
