"""What an area was waiting for already when it came to Coord: asked of it once, until it says that this is all."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from coord import company
from coord.company import Area
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests.records import Request


def tell_waits(session: Session, area_id: int, *, by: Mandate, at: int) -> None:
    """Note that an area has entered all that it was waiting for already, or that there is nothing."""
    _note(session, area_id, at, by)


def tell_more_waits(session: Session, area_id: int, *, by: Mandate) -> None:
    """Take that back: there is more, and the area is asked again."""
    _note(session, area_id, None, by)


def waited_for(session: Session, area_id: int) -> list[Request]:
    """What an area was waiting for already, as it was entered; without what was taken back."""
    query = select(Request).where(Request.asking_area_id == area_id, Request.since_on.is_not(None))
    return list(session.scalars(query.where(Request.state != "withdrawn").order_by(Request.id)))


def _note(session: Session, area_id: int, at: int | None, by: Mandate) -> None:
    if not by.speaks_for(company.area(session, area_id).id):
        raise Refused("You don't speak for this area. Its head or deputy says what it waits for.")
    # not through the row: this changes nothing that somebody might be editing, so its version stays
    session.execute(update(Area).where(Area.id == area_id).values(waits_told_at=at))
