"""The weekly hours for a calendar programme, at an address that is a secret of one person's."""

import re

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from coord import accounts, clock, company, db, settings, text
from coord.exchange import calendars, dates
from coord.web.addresses import own

_SECRET = re.compile("[A-Za-z0-9_-]{43}")  # what accounts.calendar_address makes; nothing else is looked up


async def feed(request: Request) -> Response:
    """The feed of whose secret it is; 404 for any other, a renewed one, or an archived person's."""
    return await run_in_threadpool(_feed, request)


ROUTES = [Route("/calendar/{secret}.ics", feed, methods=["GET", "HEAD"])]


def _feed(request: Request) -> Response:
    now, address = clock.now(), own(request)
    with db.opened(settings.read().database_url).read() as session:
        secret = request.path_params["secret"]
        person = accounts.calendar_reader(session, secret) if _SECRET.fullmatch(secret) else None
        if person is None:
            return PlainTextResponse("There is no calendar at this address.", 404)
        row = company.the(session)
        t = text.Words(person.language or row.language, person.zone or row.zone)
        hours = dates.hours(session, t, address=address, at=now)
        name = t("Weekly hour of {company}", company=row.name)
    headers = {"Cache-Control": "private", "Content-Disposition": 'inline; filename="coord.ics"'}
    return Response(calendars.feed(name, hours, at=now), headers=headers, media_type="text/calendar")
