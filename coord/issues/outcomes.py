"""How an issue ends: a changed procedure, which is checked later, a no with its reason, or watching until a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coord import company
from coord.issues.actions import first_of, held, must_lie_ahead, reopen
from coord.issues.records import Issue, IssueOutcome, ProcedureChange, ProcedureChangeArea
from coord.issues.vocabulary import RESULTS
from coord.people import Mandate
from coord.refusal import Refused, changed
from coord.text import typed

SOONEST, USUAL, LATEST = timedelta(weeks=4), timedelta(weeks=6), timedelta(weeks=8)
AHEAD = timedelta(days=366)  # a first day further away than this is a slip of the keyboard


def wont_change(
    session: Session, issue_id: int, *, because: str | None, by: Mandate, at: int, seen: int | None = None
) -> Issue:
    """End an issue without a change, and say why."""
    row = _to_be_ended(session, issue_id, by, seen)
    if (reason := typed.prose(because)) is None:
        raise Refused("Say why nothing changes: the other area will read it.")
    _end(session, row, "wont_change", by, at, text=reason)
    return row


def watch(
    session: Session,
    issue_id: int,
    *,
    until: date | None,
    by: Mandate,
    at: int,
    text: str | None = None,
    seen: int | None = None,
) -> Issue:
    """Watch an issue until a day, on which it comes back to the agenda by itself."""
    row = _to_be_ended(session, issue_id, by, seen)
    if until is None:
        raise Refused("Choose a day.")
    must_lie_ahead(session, until, at)
    _end(session, row, "watching", by, at, text=typed.prose(text), until=until)
    return row


def change_procedure(
    session: Session,
    issue_id: int,
    *,
    what: str | None,
    procedure: str | None,
    owner_area: int | None,
    first_on: date | None,
    sign: str | None,
    by: Mandate,
    at: int,
    edition: str | None = None,
    areas: Iterable[int] = (),
    check_on: date | None = None,
    seen: int | None = None,
) -> ProcedureChange:
    """End an issue with a procedure change; without areas it binds the two of the handoff, without a day to check
    it is checked six weeks after its first day."""
    row = _to_be_ended(session, issue_id, by, seen, owner_area)
    change = ProcedureChange(issue_id=row.id, recorded_at=at, meeting_id=by.meeting_id)
    _describe(session, change, what=what, procedure=procedure, edition=edition, owner_area=owner_area,
              areas=set(areas) or set(row.handoff), first_on=first_on, check_on=check_on, sign=sign, at=at)  # fmt: skip
    session.add(change)
    session.flush()
    _end(session, row, "changed", by, at, text=change.what, change=change)
    return change


def amend_change(
    session: Session, change_id: int, *, seen: int, by: Mandate, at: int, **facts: Any
) -> ProcedureChange:
    """Put a procedure change right before it is checked: any of what `change_procedure` takes."""
    row = _held_change(session, change_id, seen)
    if not may_check(session, row, by):
        raise Refused("Only the area that owns this procedure change can change it.")
    if row.result is not None:
        raise Refused("This procedure change has been checked. Write what comes next as a new one.")
    now: dict[str, Any] = {"what": row.what, "procedure": row.procedure, "edition": row.edition, "areas": row.areas,
                           "owner_area": row.owner_area_id, "first_on": row.first_on, "check_on": row.check_on,
                           "sign": row.sign}  # fmt: skip
    _describe(session, row, **{**now, **facts}, at=at)
    flag_modified(row, "what")  # its areas lie in a table of their own, and are part of what a form saw
    session.flush()
    return row


def join(session: Session, area_id: int, *, into: int, by: Mandate, at: int) -> int:
    """Let another area own and keep the procedure changes still to be checked of one that became part of it; how many.

    Issues keep the handoff at which they happened: whoever speaks for the heir may end them.
    """
    by.must_administer()
    company.area_in_use(session, into)
    bound = select(ProcedureChangeArea.change_id).where(ProcedureChangeArea.area_id == area_id)
    theirs = or_(ProcedureChange.owner_area_id == area_id, ProcedureChange.id.in_(bound))
    query = select(ProcedureChange).where(ProcedureChange.result.is_(None), theirs)
    rows = session.scalars(query.order_by(ProcedureChange.id).with_for_update()).all()
    for row in rows:
        owner = into if row.owner_area_id == area_id else row.owner_area_id
        row.owner_area_id = owner
        there = {binding.area_id: binding for binding in row.bindings}
        wanted = sorted({into if one == area_id else one for one in there})
        row.bindings = [there.get(one) or ProcedureChangeArea(area_id=one) for one in wanted]
        flag_modified(row, "what")
    session.flush()
    return len(rows)


def check(
    session: Session,
    change_id: int,
    *,
    result: str,
    by: Mandate,
    at: int,
    saw: str | None = None,
    seen: int | None = None,
) -> ProcedureChange:
    """Say whether a procedure change held. One that did not opens its issue again."""
    row = _held_change(session, change_id, seen)
    if not may_check(session, row, by):
        raise Refused("Only the area that owns this procedure change can check it.")
    if result not in RESULTS:
        raise Refused("Say whether it held or came again.")
    if company.calendar(session).day_of(at) < row.first_on:
        raise Refused("It does not apply yet. Check it after its first day.")
    row.result, row.saw = result, typed.prose(saw)
    row.checked_at, row.checked_meeting_id = at, by.meeting_id
    if result == "recurred" and row.id == _last_change(session, row.issue_id):
        for one in _family(session, held(session, row.issue_id)):
            reopen(one, at)
    session.flush()
    return row


def may_end(row: Issue, by: Mandate) -> bool:
    """Whether somebody speaks for one of the two areas of the handoff."""
    return any(map(by.stands_for, row.handoff))


def may_check(session: Session, row: ProcedureChange, by: Mandate) -> bool:
    """Whether somebody speaks for the owner area; once that is archived, for an area that the change binds."""
    if company.area(session, row.owner_area_id).archived_at is None:
        return by.speaks_for(row.owner_area_id)
    return any(map(by.speaks_for, row.areas))


def _to_be_ended(
    session: Session, issue_id: int, by: Mandate, seen: int | None, owner_area: int | None = None
) -> Issue:
    """The issue that an outcome is for: the first of those that came again."""
    asked = held(session, issue_id)
    if seen is not None and seen != asked.version:
        raise changed()
    row = first_of(session, asked)
    if not (may_end(row, by) or may_end(asked, by) or (owner_area is not None and by.speaks_for(owner_area))):
        raise Refused(
            "The two areas of an issue say how it ends; a procedure change can be recorded by its owner too."
        )
    if row.state == "changed":
        raise Refused(
            "This issue has its procedure change. Check that one; if it did not hold, the issue opens again."
        )
    return row


def _end(
    session: Session,
    row: Issue,
    outcome: str,
    by: Mandate,
    at: int,
    *,
    text: str | None,
    until: date | None = None,
    change: ProcedureChange | None = None,
) -> None:
    """Write the outcome, for the issue and for those in which it came again."""
    area_id = _spoken_for(row, by, change)
    session.add(
        IssueOutcome(
            issue_id=row.id,
            outcome=outcome,
            at=at,
            area_id=area_id,
            on_behalf=by.is_on_behalf(area_id),
            meeting_id=by.meeting_id,
            text=text,
            until_on=until,
            change_id=change.id if change else None,
        )
    )
    for one in _family(session, row):
        one.state, one.state_at, one.watch_until_on = outcome, at, until
        one.because = text if change is None else None
        one.search = one.searchable()
    session.flush()


def _spoken_for(row: Issue, by: Mandate, change: ProcedureChange | None) -> int:
    may = [*row.handoff, *([change.owner_area_id] if change else [])]
    spoken = [a for a in sorted(may, key=by.is_on_behalf) if by.speaks_for(a)]
    return next((a for a in (*spoken, *may) if by.stands_for(a)), row.to_area_id)


def _family(session: Session, row: Issue) -> Sequence[Issue]:
    """An issue and those in which it came again."""
    again = select(Issue).where(Issue.again_of_id == row.id).order_by(Issue.id).with_for_update()
    return [row, *session.scalars(again)]


def _last_change(session: Session, issue_id: int) -> int | None:
    return session.scalar(select(func.max(ProcedureChange.id)).where(ProcedureChange.issue_id == issue_id))


def _held_change(session: Session, change_id: int, seen: int | None) -> ProcedureChange:
    row = session.get(ProcedureChange, change_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such procedure change.")
    if seen is not None and seen != row.version:
        raise changed()
    return row


def _describe(
    session: Session,
    row: ProcedureChange,
    *,
    what: str | None,
    procedure: str | None,
    edition: str | None,
    owner_area: int | None,
    areas: Iterable[int],
    first_on: date | None,
    check_on: date | None,
    sign: str | None,
    at: int,
) -> None:
    said, named, looked_for = typed.prose(what), typed.line(procedure), typed.prose(sign)
    if said is None:
        raise Refused("Say what changes from now on.")
    if named is None:
        raise Refused("Name the procedure that changes.")
    if owner_area is None:
        raise Refused("Choose the area that owns the change: it looks whether it worked.")
    if looked_for is None:
        raise Refused("Say how we will see that it worked.")
    row.what, row.procedure, row.edition, row.sign = said, named, typed.line(edition), looked_for
    row.owner_area_id = company.area_in_use(session, owner_area).id
    there = {b.area_id: b for b in row.bindings}  # one that was archived since may stay bound
    bound = {area_id if area_id in there else company.area_in_use(session, area_id).id for area_id in areas}
    row.bindings = [there.get(area_id) or ProcedureChangeArea(area_id=area_id) for area_id in sorted(bound)]
    row.first_on, row.check_on = _days(session, first_on, check_on, at)


def _days(session: Session, first_on: date | None, check_on: date | None, at: int) -> tuple[date, date]:
    today = company.calendar(session).day_of(at)
    if first_on is None:
        raise Refused("Choose the day from which it applies.")
    if not company.EARLIEST <= first_on <= today + AHEAD:
        raise Refused("This day lies too far away. Choose another one.")
    check_on = first_on + USUAL if check_on is None else check_on
    if not first_on + SOONEST <= check_on <= first_on + LATEST:
        raise Refused(
            "Check it four to eight weeks after its first day: sooner shows too little, later is forgotten."
        )
    return first_on, check_on
