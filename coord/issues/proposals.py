"""What the issue log proposes to the next hour: open issues, watched ones whose day has come, changes to check."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from coord import company
from coord.issues import queries
from coord.issues.records import Issue
from coord.issues.vocabulary import FACTORS, OPEN
from coord.proposal import AgendaItem, Fact, Reason
from coord.text import N_

CHECK_WEIGHT = 20.0  # a check is short, and came to this day because it was promised
WATCHED_WEIGHT = 8.0
SIZE_WEIGHT = {"large": 6.0, "medium": 3.0, "small": 1.0}
_MANY = 5  # more votes, or more of the same, say nothing new


def proposals(session: Session, *, at: int, today: date) -> list[AgendaItem]:
    """The items for an hour that is held today, the heaviest first."""
    found = [*_opened(session, at), *_watched(session, today), *_checks(session, today)]
    return sorted(found, key=lambda item: (-item.weight, item.subject))


def _checks(session: Session, today: date) -> Iterator[AgendaItem]:
    in_use = _in_use(session)
    for row in queries.due_changes(session, today):
        reason = Reason(N_("It applies since {first}, and was to be checked on {day}: did it hold?"),
                        {"first": ("day", row.first_on.isoformat()), "day": ("day", row.check_on.isoformat())})  # fmt: skip
        areas = tuple(a for a in dict.fromkeys([row.owner_area_id, *row.areas]) if a in in_use)
        if areas:  # else nobody is left who could check it
            yield AgendaItem(
                "issues", "change_check", f"change:{row.id}", row.what, reason, areas, CHECK_WEIGHT, 2
            )


def _watched(session: Session, today: date) -> Iterator[AgendaItem]:
    for row in queries.due_watching(session, today):
        assert row.watch_until_on is not None
        reason = Reason(
            N_("Watched until {day}: has it come again?"), {"day": ("day", row.watch_until_on.isoformat())}
        )
        yield AgendaItem("issues", "issue_watching", f"issue:{row.id}", row.happened, reason, _areas(session, row), WATCHED_WEIGHT, 3)  # fmt: skip


def _opened(session: Session, at: int) -> Iterator[AgendaItem]:
    """Each open issue, with what it weighs; those that came again are told by the first of them."""
    current = queries.current(session, at=at)
    opened = [row for row in current if row.state == OPEN and row.again_of_id is None]
    votes = queries.votes(session, (row.id for row in opened))
    broken = {c.issue_id for c in queries.changes(session) if c.result == "recurred"}
    for row in opened:
        seen = _Seen(row, current, votes.get(row.id, 0), row.id in broken)
        yield AgendaItem("issues", "issue", f"issue:{row.id}", row.happened, seen.reason(at), _areas(session, row), seen.weight, 5)  # fmt: skip


def _areas(session: Session, row: Issue) -> tuple[int, ...]:
    """Who talks about it: the two areas of its handoff, or what they have become part of."""
    heirs = company.heirs(company.areas(session, archived=True))
    return tuple(dict.fromkeys(heirs.get(area_id, area_id) for area_id in row.handoff))


def _in_use(session: Session) -> set[int]:
    return {area.id for area in company.areas(session)}


class _Seen:
    """How often an open issue, its handoff and its factors were met."""

    def __init__(self, row: Issue, current: Sequence[Issue], votes: int, is_broken: bool) -> None:
        others = [other for other in current if other.id != row.id]
        self.row, self.votes, self.is_broken = row, votes, is_broken
        self.again = sum(other.again_of_id == row.id for other in others)
        self.handoff = sum(other.handoff == row.handoff for other in others)
        shared = {factor: sum(factor in other.factors for other in others) for factor in row.factors}
        self.factor = max(shared, key=lambda factor: (shared[factor], factor), default="")
        self.shared = shared.get(self.factor, 0)

    @property
    def weight(self) -> float:
        """Effect first, then votes, then how often the same was met."""
        met = min(self.handoff, _MANY) + 0.5 * min(self.shared, _MANY)
        again = 2 * min(self.again, _MANY) + 3 * self.is_broken
        return SIZE_WEIGHT.get(self.row.size or "", 1.0) + 1.5 * min(self.votes, _MANY) + met + again

    def reason(self, at: int) -> Reason:
        """The strongest reason alone: several joined would be read by nobody."""
        if self.is_broken:
            return Reason(N_("It came again after its procedure was changed."))
        if self.again:
            return plural("It came again {n} time.", "It came again {n} times.", self.again)
        if self.row.size == "large":
            return self._large()
        if self.votes > 1:
            return plural(
                "{n} person wants to talk about it.", "{n} people want to talk about it.", self.votes
            )
        if self.handoff:
            return plural("{n} more issue at the same handoff in 90 days.",
                            "{n} more issues at the same handoff in 90 days.", self.handoff)  # fmt: skip
        if self.shared > 1:
            return plural(
                "“{factor}” contributed to {n} more issue in 90 days.",
                "“{factor}” contributed to {n} more issues in 90 days.",
                self.shared,
                factor=("term", FACTORS[self.factor]),
            )
        if self.votes:
            return plural(
                "{n} person wants to talk about it.", "{n} people want to talk about it.", self.votes
            )
        return Reason(
            N_("Open for {span}, without an outcome."), {"span": ("span", at - self.row.written_at)}
        )

    def _large(self) -> Reason:
        if self.votes:
            return plural("Large effect, and {n} person wants to talk about it.",
                            "Large effect, and {n} people want to talk about it.", self.votes)  # fmt: skip
        if self.handoff:
            return plural("Large effect, and {n} more issue at the same handoff in 90 days.",
                            "Large effect, and {n} more issues at the same handoff in 90 days.", self.handoff)  # fmt: skip
        return Reason(N_("Large effect."))


def plural(one: str, many: str, n: int, **facts: Fact) -> Reason:
    """A reason whose form is chosen by a number."""
    return Reason(one, {"n": ("number", n), **facts}, many)
