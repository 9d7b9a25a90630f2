"""A backup, sent to an administrator: the whole company's data, so whoever asks is looked up at that moment."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from coord import accounts, backup, clock, db, people, settings
from coord.refusal import Busy, Refused, Trouble
from coord.web import forms
from coord.web.door import HEADER


async def download(request: Request) -> Response:
    """The file of a backup; that it was taken is noted first."""
    return await run_in_threadpool(_download, request)


ROUTES = [Route("/backup/{name}", download, methods=["GET"])]


def _download(request: Request) -> Response:
    try:
        file = _given(request)
    except (Busy, Trouble):
        raise
    except Refused as refused:
        return PlainTextResponse(refused.said(forms.words(request, None)), 403)
    headers = {"Cache-Control": "no-store"}
    return FileResponse(file, filename=file.name, media_type="application/octet-stream", headers=headers)


def _given(request: Request) -> Path:
    database, at = db.opened(settings.read().database_url), clock.now()
    secret = request.headers.get(HEADER.decode(), "")
    with database.read() as session:
        person = accounts.signed_in(session, secret, at=at) if secret else None
        if person is None:
            raise Refused("You are signed out. Sign in again to go on.")
        by = people.mandate(session, person.id)
    by.must_administer()
    file = backup.the(database, request.path_params["name"])
    with database.begin(by=person.id) as session:
        backup.give(session, file.name, by=by, at=at)
    return file
