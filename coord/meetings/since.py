"""What changed since the last hour, made by the program for the silent read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import goals, issues, requests
from coord.goals import CheckIn
from coord.issues import Issue
from coord.meetings.hours import before, meeting
from coord.requests import EventRow

WEEK = 7 * 86_400
ANSWERS = frozenset({"promise", "counter", "decline", "deliver"})


@dataclass(frozen=True, slots=True)
class Since:
    """What happened between two hours, each list in the order in which it happened."""

    from_at: int
    asked: Sequence[EventRow]
    answered: Sequence[EventRow]
    done: Sequence[EventRow]
    declined: Sequence[EventRow]
    moved: Sequence[EventRow]  # promises whose day changed
    issues: Sequence[Issue]
    check_ins: Sequence[CheckIn]


def since_last(session: Session, meeting_id: int, *, at: int) -> Since:
    """What changed since the hour before this one, or in the last week where there was none."""
    row = meeting(session, meeting_id)
    last = before(session, row)
    from_at = (last.ended_at if last else None) or at - WEEK
    until = row.started_at or at
    events = requests.between(session, from_at, until)
    return Since(
        from_at=from_at,
        asked=[one for one in events if one.verb == "ask"],
        answered=[one for one in events if one.verb in ANSWERS],
        done=[one for one in events if one.verb in ("confirm", "confirm_by_silence")],
        declined=[one for one in events if one.verb == "decline"],
        moved=[one for one in events if one.verb == "renegotiate"],
        issues=issues.written_between(session, from_at, until),
        check_ins=goals.checked_in_between(session, from_at, until),
    )
