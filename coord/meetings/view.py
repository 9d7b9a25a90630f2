"""What every view of the running hour shows: where it stands, what comes next, and what was just recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord import requests
from coord.meetings import live
from coord.meetings.hours import meeting, number
from coord.meetings.recordings import Said, recordings
from coord.meetings.records import Item, Meeting
from coord.requests import EventRow

RECENT = 6


@dataclass(frozen=True, slots=True)
class View:
    """The hour at one moment; `turns` are the areas of the current round in their order, empty outside a round."""

    meeting: Meeting
    number: int
    items: Sequence[Item]
    turns: Sequence[int]
    said: Sequence[Said]  # newest first, at most a few
    events: Sequence[EventRow]  # of requests, newest first, at most a few

    @property
    def item(self) -> Item | None:
        return next((one for one in self.items if one.id == self.meeting.item_id), None)

    @property
    def turn(self) -> int | None:
        """The area whose turn it is: in a round, else the one that the item concerns first."""
        if self.turns:
            return self.turns[min(self.meeting.turn, len(self.turns) - 1)]
        return next(iter(self.item.areas), None) if self.item else None

    @property
    def following(self) -> Item | None:
        """The item after this one."""
        if self.item is None:
            return None
        return next(iter(self.items[self.items.index(self.item) + 1 :]), None)

    @property
    def next_turn(self) -> int | None:
        """The area that is next."""
        if self.meeting.turn + 1 < len(self.turns):
            return self.turns[self.meeting.turn + 1]
        return next(iter(self.following.areas), None) if self.following else None


def view(session: Session, meeting_id: int, *, at: int) -> View:
    """The hour as it stands now."""
    row = meeting(session, meeting_id)
    items = live.course(session, row.id)
    current = next((one for one in items if one.id == row.item_id), None)
    said = [one for one in recordings(session, row.id) if not one.is_taken_back]
    events = requests.in_meeting(session, row.id, row.started_at, row.ended_at or at)
    return View(
        meeting=row,
        number=number(session, row),
        items=items,
        turns=live.turn_areas(session, row, current),
        said=said[::-1][:RECENT],
        events=[one for one in events if one.verb not in ("note", "decide")][::-1][:RECENT],
    )
