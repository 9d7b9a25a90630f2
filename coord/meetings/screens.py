"""The projector's browser: comes by a link of its own that a facilitator makes, sees one meeting, and ends with it."""

import hashlib
import secrets

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from coord.meetings.records import Meeting, Screen
from coord.people import Mandate
from coord.refusal import Refused

GOODBYE = 600  # seconds after the end for which a screen says thank you


def open_screen(session: Session, meeting_id: int, *, by: Mandate, at: int) -> str:
    """Make the link by which a screen comes to a meeting; returns its secret. A new one ends the old and its screens."""
    if by.person_id is None or "facilitator" not in by.rights:
        raise Refused("Only a facilitator opens a screen.")
    row = session.get(Meeting, meeting_id, with_for_update=True)
    if row is None or not _is_on(row):
        raise Refused("This hour is over. Open a screen for the next one.")
    session.execute(delete(Screen).where(Screen.meeting_id == meeting_id))
    secret = secrets.token_urlsafe(24)
    row.screen_hash = _hash(secret)
    session.flush()
    return secret


def admit(session: Session, link: str, *, at: int) -> str | None:
    """Let a browser in that comes by the link; returns the secret for its cookie, None where the link is over."""
    row = behind(session, link)
    if row is None:
        return None
    cookie = secrets.token_urlsafe(32)
    session.add(Screen(token_hash=_hash(cookie), meeting_id=row.id, at=at))
    session.flush()
    return cookie


def behind(session: Session, link: str) -> Meeting | None:
    """The meeting that a link leads to, while it is not over."""
    row = session.scalar(select(Meeting).where(Meeting.screen_hash == _hash(link)))
    return row if row is not None and _is_on(row) else None


def seen(session: Session, secret: str, *, at: int) -> Meeting | None:
    """The meeting that this screen shows; none once it is over for a while, was dropped, or has another link."""
    query = (
        select(Meeting)
        .join(Screen, Screen.meeting_id == Meeting.id)
        .where(Screen.token_hash == _hash(secret))
    )
    row = session.scalar(query)
    if row is None:
        return None
    says_goodbye = (
        row.state in ("ended", "closed") and row.ended_at is not None and at < row.ended_at + GOODBYE
    )
    return row if _is_on(row) or says_goodbye else None


def _is_on(row: Meeting) -> bool:
    return row.state in ("planned", "live")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
