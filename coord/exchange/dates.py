"""The weekly hours as they stand in the calendar of whoever subscribes to them."""

from sqlalchemy.orm import Session

from coord import company
from coord.exchange.calendars import Hour
from coord.meetings import feed
from coord.meetings.records import Meeting
from coord.text import Words

LENGTH = 60  # minutes of an hour, though it ends at fifty-five


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


def _about(meeting: Meeting, t: Words, address: str) -> str:
    if meeting.state == "dropped":
        return t("Not held: {why}", why=meeting.why) if meeting.why else t("Not held")
    if meeting.state == "closed":
        return t("The minutes: {link}", link=f"{address}/minutes?meeting={meeting.id}")
    return t("The agenda: {link}", link=f"{address}/meeting")
