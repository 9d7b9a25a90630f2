"""What the record holds that belongs in somebody's calendar: the weekly hours, and their own promises."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from coord import company, requests
from coord.exchange.calendars import Hour, Promise
from coord.meetings import feed
from coord.meetings.records import Meeting
from coord.requests import Request
from coord.text import Words

LENGTH = 60  # minutes of an hour, though it ends at fifty-five
LONGEST = 200  # characters of what was asked, in a line of a calendar


def hours(session: Session, t: Words, *, address: str, at: int) -> list[Hour]:
    """The weekly hours in a reader's words; `address` is what links to this server begin with."""
    row, zone = company.the(session), feed.zone(session)
    return [
        Hour(
            uid=f"hour-{meeting.id}-{row.founded_at}@coord",  # two companies may share a calendar programme
            starts_at=meeting.starts_at,
            minutes=LENGTH,
            zone=zone,
            title=t("Weekly hour of {company}", company=row.name),
            description=_about(meeting, t, address),
            link=meeting.link,
            sequence=meeting.version,
            is_dropped=meeting.state == "dropped",
        )
        for meeting in feed.shown(session, at=at)
    ]


def promises(
    session: Session, t: Words, *, areas: Iterable[int], person_id: int | None, address: str
) -> list[Promise]:
    """The open promises of some areas, or that a person handles, and those that these areas were given; by day."""
    founded_at = company.the(session).founded_at
    box = requests.inbox(session, areas=areas, person_id=person_id)
    names = {area.id: area.name for area in company.areas(session, archived=True)}
    own = {row.id for row in box.keep}
    rows = [*box.keep, *(row for row in box.waiting if row.id not in own)]
    found = [
        Promise(
            uid=f"promise-{row.id}-{founded_at}@coord",
            day=row.promised_on,
            title=_titled(row, t, names, is_own=row.id in own),
            description="\n\n".join(filter(None, (row.what, row.done_when, row.why))),
            link=f"{address}/request?id={row.id}",
        )
        for row in rows
        if row.state == "promised" and row.promised_on is not None
    ]
    return sorted(found, key=lambda promise: (promise.day, promise.uid))


def _titled(row: Request, t: Words, names: dict[int, str], *, is_own: bool) -> str:
    if is_own:
        return t("Promised to {area}: {what}", area=names[row.asking_area_id], what=_short(row.what))
    return t("Promised by {area}: {what}", area=names[row.answering_area_id], what=_short(row.what))


def _about(meeting: Meeting, t: Words, address: str) -> str:
    if meeting.state == "dropped":
        return t("Not held: {why}", why=meeting.why) if meeting.why else t("Not held")
    if meeting.state == "closed":
        return t("The minutes: {link}", link=f"{address}/minutes?meeting={meeting.id}")
    return t("The agenda: {link}", link=f"{address}/meeting")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
