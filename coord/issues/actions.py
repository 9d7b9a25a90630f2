"""What people do with issues: write, complete, link the same again, vote."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from coord import company, people
from coord.issues.records import Issue, IssueFactor, IssueRevision, IssueVote, ProcedureChange
from coord.issues.vocabulary import FACTORS, FACTS, LINES, MOST_FACTORS, OPEN, PROSE, SIZES
from coord.people import Mandate
from coord.refusal import Refused, changed
from coord.text import typed

DAY = 86_400
AUTHORS_DAYS = 14  # for how long an author may complete what they wrote


def write(
    session: Session,
    *,
    from_area: int,
    to_area: int,
    happened: str,
    by: Mandate,
    at: int,
    **facts: Any,
) -> Issue:
    """Log an issue: what happened and between which areas is enough, the other FACTS can be completed later.

    Whoever has an area or a right may: what goes wrong between areas is met by those who do the work, not by their
    heads alone. Who has neither only reads.
    """
    if not may_write(session, by):
        raise Refused(
            "You have no area and no right here, so you read. Ask somebody who has one to write it."
        )
    row = Issue(marks=[], author_id=by.person_id, meeting_id=by.meeting_id, written_at=at, state_at=at)
    said = _said({"from_area": from_area, "to_area": to_area, "happened": happened, **facts})
    for area_id in (from_area, to_area):
        company.area_in_use(session, area_id)
    _apply(row, said)
    session.add(row)
    session.flush()
    return row


def amend(session: Session, issue_id: int, *, seen: int, by: Mandate, at: int, **facts: Any) -> Issue:
    """Complete or change what an issue says; what it said before is kept. Raises Changed when it is no longer as seen."""
    row = held(session, issue_id)
    if not may_amend(row, by, at=at):
        raise Refused("The two areas of an issue complete it, and for two weeks whoever wrote it.")
    if row.version != seen:
        raise changed()
    said, now = _said({"from_area": row.from_area_id, "to_area": row.to_area_id, **facts}), told(row)
    before = {name: now[name] for name in said if said[name] != now[name]}
    if not before:
        raise Refused("Nothing is different from what was written.")
    for name in before.keys() & {"from_area", "to_area"}:
        company.area_in_use(session, said[name])
    session.add(IssueRevision(issue_id=row.id, at=at, meeting_id=by.meeting_id, before=before))
    _apply(row, said)
    flag_modified(row, "happened")  # factors lie in a table of their own, and are part of what a form saw
    session.flush()
    return row


def link(session: Session, issue_id: int, earlier_id: int, *, by: Mandate, at: int) -> Issue:
    """Confirm that an issue is the same again as an earlier one, which opens again; its change did not hold."""
    row, earlier = held(session, issue_id), first_of(session, held(session, earlier_id))
    if not may_amend(row, by, at=at):
        raise Refused(
            "The two areas of an issue say whether it came again, and for two weeks whoever wrote it."
        )
    if row.again_of_id == earlier.id:
        raise Refused("These two are linked already.")
    if earlier.id == row.id or (earlier.written_at, earlier.id) > (row.written_at, row.id):
        raise Refused("Choose an earlier issue: the one that came first.")
    for repeat in (row, *_repeats(session, row)):
        repeat.again_of_id, repeat.again_at = earlier.id, at
    if earlier.state != OPEN:
        _recur(session, earlier, by, at)
        reopen(earlier, at)
    reopen(row, at)
    session.flush()
    return row


def unlink(session: Session, issue_id: int, *, by: Mandate, at: int) -> Issue:
    """Take a link back that was a slip: the issue stands for itself again, the earlier one stays open to be ended."""
    row = held(session, issue_id)
    if not may_amend(row, by, at=at):
        raise Refused(
            "The two areas of an issue say whether it came again, and for two weeks whoever wrote it."
        )
    if row.again_of_id is None:
        raise Refused("This issue is not linked to another.")
    row.again_of_id = row.again_at = None
    session.flush()
    return row


def vote(session: Session, issue_id: int, *, by: Mandate, at: int) -> None:
    """Wish that the next hour takes up an open issue; one vote a person, and for the first of those that came again."""
    row = first_of(session, held(session, issue_id))
    if by.person_id is None or not may_write(session, by):
        raise Refused("You have no area and no right here, so you read. Votes are for those who take part.")
    if row.state != OPEN:
        raise Refused("This issue has an outcome. Votes are for open ones.")
    if session.get(IssueVote, (row.id, by.person_id)) is not None:
        raise Refused("You have voted for this issue already.")
    session.add(IssueVote(issue_id=row.id, person_id=by.person_id, at=at))
    session.flush()


def unvote(session: Session, issue_id: int, *, by: Mandate) -> None:
    """Take one's vote back."""
    row = first_of(session, held(session, issue_id))
    mine = session.get(IssueVote, (row.id, by.person_id)) if by.person_id is not None else None
    if mine is None:
        raise Refused("You have not voted for this issue.")
    session.delete(mine)
    session.flush()


def may_write(session: Session, by: Mandate) -> bool:
    """Whether somebody has an area or a right, and so may log issues and vote for them."""
    if by.areas or by.on_behalf or by.rights:
        return True
    return by.person_id is not None and people.person(session, by.person_id).area_id is not None


def may_amend(row: Issue, by: Mandate, *, at: int) -> bool:
    """Whether somebody speaks for one of the two areas, or wrote the issue a short while ago."""
    wrote = by.person_id is not None and row.author_id == by.person_id
    return any(map(by.stands_for, row.handoff)) or (wrote and at - row.written_at <= AUTHORS_DAYS * DAY)


def told(row: Issue) -> dict[str, Any]:
    """What an issue says, fact by fact."""
    plain = {name: getattr(row, name) for name in (*LINES, *PROSE, "size")}
    return {**plain, "factors": row.factors, "from_area": row.from_area_id, "to_area": row.to_area_id}


def held(session: Session, issue_id: int) -> Issue:
    """The issue as it is at this moment, kept from others until the transaction ends."""
    row = session.get(Issue, issue_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise Refused("There is no such issue.")
    return row


def first_of(session: Session, row: Issue) -> Issue:
    """The first of those that came again: it is voted for, ended, and its changes are checked."""
    return row if row.again_of_id is None else held(session, row.again_of_id)


def reopen(row: Issue, at: int) -> None:
    """Back to open, as if it had no outcome yet; those it had stay in its story."""
    if row.state != OPEN:
        row.state, row.state_at = OPEN, at
    row.because = row.watch_until_on = None
    row.search = row.searchable()


def _recur(session: Session, row: Issue, by: Mandate, at: int) -> None:
    last = (
        select(ProcedureChange).where(ProcedureChange.issue_id == row.id).order_by(ProcedureChange.id.desc())
    )
    change = session.scalars(last.limit(1)).first()
    if change is not None and change.result != "recurred":
        change.result, change.checked_at, change.checked_meeting_id = "recurred", at, by.meeting_id


def _repeats(session: Session, row: Issue) -> list[Issue]:
    return list(session.scalars(select(Issue).where(Issue.again_of_id == row.id).order_by(Issue.id)))


def _said(facts: dict[str, Any]) -> dict[str, Any]:
    """What is said, cleaned and checked; only what was given."""
    if unknown := facts.keys() - set(FACTS):
        raise TypeError(f"an issue knows no {', '.join(sorted(unknown))}")
    said = {name: typed.line(facts[name]) for name in LINES if name in facts}
    said |= {name: typed.prose(facts[name]) for name in PROSE if name in facts}
    if "happened" in said and said["happened"] is None:
        raise Refused("Say what happened: one sentence is enough.")
    if facts["from_area"] is None or facts["to_area"] is None:
        raise Refused("Choose from which area to which it was handed over.")
    if facts["from_area"] == facts["to_area"]:
        raise Refused("Choose two areas: an issue lies in the handoff from one to the other.")
    return {**facts, **said, **_chosen(facts)}


def _chosen(facts: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "size" in facts:
        found["size"] = facts["size"] or None
        if found["size"] not in (None, *SIZES):
            raise Refused("Choose a small, a medium or a large effect.")
    if "factors" in facts:
        factors: Iterable[str] = facts["factors"] or ()
        found["factors"] = sorted(set(factors))
        if not set(factors) <= FACTORS.keys():
            raise Refused("Choose the factors from the list.")
        if len(found["factors"]) > MOST_FACTORS:
            raise Refused("Choose at most four factors: those that contributed most.")
    return found


def _apply(row: Issue, said: dict[str, Any]) -> None:
    for name in (*LINES, *PROSE, "size"):
        if name in said:
            setattr(row, name, said[name])
    row.from_area_id, row.to_area_id = said["from_area"], said["to_area"]
    if "factors" in said:
        there = {mark.factor: mark for mark in row.marks}
        row.marks = [there.get(factor) or IssueFactor(factor=factor) for factor in said["factors"]]
    row.search = row.searchable()


def must_lie_ahead(session: Session, day: date, at: int) -> None:
    """Refuse a day that is today or past, or too far away to be meant."""
    if day <= company.calendar(session).day_of(at):
        raise Refused("This day has passed. Choose a later one.")
    if day > company.LATEST:
        raise Refused("This day lies too far ahead. Choose an earlier one.")
