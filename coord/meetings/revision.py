"""What the live views are drawn from, told as one short text that is another one after every change."""

import hashlib

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from coord.goals import CheckIn, Goal
from coord.issues.records import Issue, IssueOutcome, IssueVote, ProcedureChange
from coord.meetings.records import Attendance, Item, Meeting, Preparation, Recording
from coord.requests import EventRow

OVER = ("closed", "dropped")  # meetings whose agenda, course and minutes no longer change


def revision(session: Session) -> str:
    """Another text whenever anything changed that a live view shows. One statement; the pulse is not part of it."""
    found = session.connection().execute(_STATE).one()  # numbers only: nothing for the session to keep
    return hashlib.blake2b(repr(tuple(found)).encode(), digest_size=9).hexdigest()


def _newest(column: InstrumentedAttribute[int]) -> Select[int]:
    return select(func.max(column))


def _versions(column: InstrumentedAttribute[int]) -> Select[int]:
    """Every change of a row raises its version, so the sum of all is never the same again."""
    return select(func.sum(column))


def _state() -> Select[tuple[object, ...]]:
    active = select(Meeting.id).where(*(Meeting.state != state for state in OVER))
    here = Attendance.status + literal(" ") + func.coalesce(Attendance.text, "")
    parts = [
        select(func.count()).select_from(Meeting),
        _versions(Meeting.version),
        _versions(Item.version).where(Item.meeting_id.in_(active)),
        select(func.count()).select_from(Item).where(Item.meeting_id.in_(active)),
        _versions(Preparation.version).where(Preparation.meeting_id.in_(active)),
        # who is here has no version: what is said about them is short, and of one meeting
        select(func.aggregate_strings(here, "\n")).where(Attendance.meeting_id.in_(active)),
        _newest(Attendance.at).where(Attendance.meeting_id.in_(active)),
        _newest(Recording.id),
        _newest(EventRow.id),
        _newest(CheckIn.id),
        _versions(Goal.version),
        _versions(Issue.version),
        _newest(IssueOutcome.id),
        select(func.count()).select_from(IssueVote),
        _versions(ProcedureChange.version),
    ]
    return select(*(part.scalar_subquery() for part in parts))


_STATE = _state()
