"""What the plain HTML forms have in common: how they are drawn, received, and how a browser is signed in."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from anyio import CapacityLimiter, to_thread
from jinja2 import Environment, FileSystemLoader
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from coord import accounts, clock, company, db, people, settings, text
from coord.refusal import Refused
from coord.text import N_, Words
from coord.web import cookies
from coord.web.addresses import client_address, here, is_own, safe_next

FORM = 64_000  # bytes that a form may have
# A password is slow to check: whoever waits for their turn must not keep the threads that everybody else needs.
_SLOW = CapacityLimiter(4)
TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
TEMPLATES.globals["here"] = here
Answering = Callable[[Request, FormData], Response]


class Waiting(Refused):
    """It was tried too often: `seconds` to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(N_("That was tried too often. Seconds until the next try: {n}."), n=seconds)
        self.seconds = seconds


async def received(request: Request, answer: Answering, *, must_say_where: bool = True) -> Response:
    """Answer a form that a page of this server has sent; without a word where from it comes, only if that may be."""
    if (must_say_where or request.headers.get("origin")) and not is_own(request):
        return PlainTextResponse("This form was sent from another site.", 403)
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > FORM:
        return PlainTextResponse("This is too large for a form.", 413)
    return await to_thread.run_sync(partial(answer, request, await request.form()), limiter=_SLOW)


def words(request: Request, row: company.Company | None, *wishes: str | None) -> Words:
    """The language somebody wishes, else the one that their browser asks for, else the company's."""
    asked = (*wishes, request.query_params.get("language"), request.headers.get("accept-language"))
    found = next(filter(None, asked), row.language if row else "en")
    return Words(text.match(found), row.zone if row else "UTC")


def attempt(request: Request, name: str) -> None:
    """Count a try under this name before it is made. Raises Waiting where it may not be made yet."""
    database, at = opened()
    with database.begin() as session:
        wait = accounts.attempt(session, name, client_address(request.scope), at=at)
    if wait:
        raise Waiting(wait)


def page(
    request: Request,
    template: str,
    t: Words,
    facts: Mapping[str, Any],
    status: int = 200,
    *,
    refused: Refused | None = None,
) -> HTMLResponse:
    """A page that nobody keeps; of its address other pages learn no more than where it lies."""
    headers = {"Cache-Control": "no-store"}
    if isinstance(refused, Waiting):
        status, headers["Retry-After"] = 429, str(refused.seconds)
    common = {
        "at": "",
        "t": t,
        "languages": text.LANGUAGES,
        "wished": request.query_params.get("language", ""),
        "next": safe_next(request.query_params.get("next")),
    }
    drawn = TEMPLATES.get_template(template).render(common | dict(facts))
    return HTMLResponse(drawn, status, headers)


def start(request: Request, session: Session, person_id: int, *, at: int, language: str = "") -> str:
    """Sign a person in on this browser, whose session so far ends; returns the secret for `answer_signed_in`.

    The language is remembered that was chosen on the way.
    """
    if language in text.LANGUAGES:
        people.speak(session, person_id, language)
    if old := cookies.read(request):
        accounts.sign_out(session, old)
    device = accounts.device_name(request.headers.get("user-agent", ""))
    return accounts.sign_in(session, person_id, at=at, device=device)


def answer_signed_in(request: Request, secret: str, next: str | None = None) -> Response:
    """Give a browser the cookie of its session, and lead it on: the one place where every kind of sign-in ends."""
    response = RedirectResponse(safe_next(next), 303, {"Cache-Control": "no-store"})
    cookies.keep(response, request, secret, age=accounts.ABSOLUTE)
    return response


def opened() -> tuple[db.Database, int]:
    """The database, and the instant of this answer."""
    return db.opened(settings.read().database_url), clock.now()
