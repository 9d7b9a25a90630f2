"""An hour of the cast: planned for the fixed Monday, with the items that a test is about."""

from collections.abc import Iterable
from datetime import date, timedelta

from coord import meetings
from coord.meetings import Arrangement, Item, Meeting
from tests.cast import DAY, HOUR, MONDAY, TODAY, Cast

Planned = tuple[str, str, int]  # section, kind, minutes
AGENDA: list[Planned] = [("open", "here", 2), ("requests", "wants", 1), ("requests", "request_unanswered", 2),
                         ("close", "read_back", 3)]  # fmt: skip


def behind(cast: Cast, many: int) -> None:
    """The series, run by Fabio, and this many hours that were held and closed: the next one has the agenda it then has."""
    with cast.database.begin() as session:
        wish = Arrangement(facilitators=(cast.fabio.person_id or 0,))
        meetings.arrange(session, wish, seen=0, by=cast.hugo, at=MONDAY)
        for weeks in range(1, many + 1):
            began = MONDAY - weeks * 7 * DAY + 25 * HOUR
            session.add(Meeting(planned_on=TODAY + timedelta(days=1 - 7 * weeks), starts_at=began, started_at=began,
                                ended_at=began + HOUR, closed_at=began + HOUR, state="closed"))  # fmt: skip


def planned(cast: Cast, agenda: Iterable[Planned] = AGENDA, *, request: int | None = None) -> int:
    """An hour on the fixed Monday at nine; its request item is about `request`. Returns its id."""
    with cast.database.begin() as session:
        row = Meeting(planned_on=date(2026, 3, 2), starts_at=MONDAY)
        session.add(row)
        session.flush()
        for place, (section, kind, minutes) in enumerate(agenda):
            is_fixed = not kind.startswith("request")
            subject = f"fixed:{kind}" if is_fixed else f"request:{request}" if request else None
            areas = [cast.area["product"], cast.area["sales"]] if request and not is_fixed else []
            session.add(Item(meeting_id=row.id, section=section, kind=kind, place=place, title=kind, minutes=minutes,
                             subject=subject, areas=areas))  # fmt: skip
        return row.id


def begun(cast: Cast, agenda: Iterable[Planned] = AGENDA, *, request: int | None = None) -> int:
    """The same hour, begun by Fabio on time."""
    hour = planned(cast, agenda, request=request)
    with cast.database.begin() as session:
        meetings.start(session, hour, by=cast.fabio, at=MONDAY)
    return hour


def at_item(cast: Cast, hour: int) -> str:
    """The kind of the item that the hour is at."""
    with cast.database.read() as session:
        row = meetings.meeting(session, hour)
        return next(one.kind for one in meetings.course(session, hour) if one.id == row.item_id)


def go(cast: Cast, hour: int, kind: str) -> None:
    """Let the hour take up its item of a kind."""
    with cast.database.begin() as session:
        item = next(one for one in meetings.course(session, hour) if one.kind == kind)
        meetings.go(session, hour, item.id, by=cast.fabio, at=MONDAY)
