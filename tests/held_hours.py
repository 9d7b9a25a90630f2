"""An hour of the cast, from its beginning to its minutes; Fabio runs it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coord import meetings
from coord.meetings import Item, Meeting, Minutes, Recording
from coord.people import Mandate
from coord.requests import Request
from coord.text import typed
from tests.cast import DAY, MONDAY, TODAY, Cast

MINUTE = 60


@dataclass
class Hour:
    """One meeting; what is said in it is said ten minutes after its beginning, unless another instant is given."""

    cast: Cast
    id: int
    starts_at: int

    @property
    def said_at(self) -> int:
        return self.starts_at + 10 * MINUTE

    def row(self) -> Meeting:
        with self.cast.database.read() as session:
            return meetings.meeting(session, self.id)

    def mandate(self, by: str | Mandate) -> Mandate:
        """What somebody may do in this hour."""
        who = getattr(self.cast, by) if isinstance(by, str) else by
        with self.cast.database.read() as session:
            return meetings.mandate(session, who, meetings.meeting(session, self.id))

    def record(
        self, kind: str, text: str, *, by: str = "fabio", at: int | None = None, **facts: Any
    ) -> Recording:
        for name in ("area", "to_area"):
            if name in facts:
                facts[name] = self.cast.area[facts[name]]
        mandate = self.mandate(by)
        with self.cast.database.begin() as session:
            return meetings.record(
                session, self.id, kind, text=text, by=mandate, at=at or self.said_at, **facts
            )

    def correct(
        self, row: Recording, text: str | None, *, by: str = "fabio", at: int | None = None, **facts: Any
    ) -> Recording:
        mandate = self.mandate(by)
        with self.cast.database.begin() as session:
            return meetings.correct(session, row.id, text=text, by=mandate, at=at or self.said_at, **facts)

    def move(self, request: Request, verb: str, *, by: str, at: int | None = None, **facts: Any) -> Request:
        return self.cast.move(request, verb, by=by, at=at or self.said_at, **facts)

    def item(self, title: str, *, section: str = "requests", **facts: Any) -> Item:
        with self.cast.database.begin() as session:
            row = Item(
                meeting_id=self.id,
                section=section,
                kind="topic",
                place=1,
                title=title,
                search=typed.fold(title),
                **facts,
            )
            session.add(row)
            session.flush()
            return row

    def end(self, after: int = 50 * MINUTE) -> "Hour":
        with self.cast.database.begin() as session:
            meetings.end(session, self.id, by=self.cast.fabio, at=self.starts_at + after)
        return self

    def close(self, after: int = 60 * MINUTE) -> "Hour":
        with self.cast.database.begin() as session:
            meetings.close(
                session, self.id, seen=self.row().version, by=self.cast.fabio, at=self.starts_at + after
            )
        return self

    def minutes(self) -> Minutes:
        with self.cast.database.read() as session:
            return meetings.minutes(session, self.id)


def planned(cast: Cast, week: int = 0) -> Hour:
    """An hour that has not begun, some weeks after the fixed Monday."""
    at = MONDAY + week * 7 * DAY
    with cast.database.begin() as session:
        row = Meeting(planned_on=TODAY + timedelta(weeks=week), starts_at=at)
        session.add(row)
        session.flush()
        return Hour(cast, row.id, at)


def begun(cast: Cast, week: int = 0) -> Hour:
    """An hour that has just begun."""
    hour = planned(cast, week)
    with cast.database.begin() as session:
        meetings.start(session, hour.id, by=cast.fabio, at=hour.starts_at)
    return hour


def day(n: int) -> date:
    """A day, some days after the fixed Monday."""
    return TODAY + timedelta(days=n)
