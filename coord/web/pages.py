"""The pages before sign-in, as plain HTML: a Streamlit script can't set a cookie."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from coord import accounts, clock, company, db, people, settings, text
from coord.meetings import screens
from coord.web import cookies
from coord.web.addresses import here, is_own, safe_next

SCREEN_AGE = 14 * 86_400  # the meeting ends it before
FORM = 64_000  # bytes that a form before sign-in may have
_templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
_templates.globals["here"] = here


async def choose(request: Request) -> Response:
    """The demo's sign-in: choose who you are."""
    if request.method == "HEAD":
        return HTMLResponse("")
    return await run_in_threadpool(_choose, request)


async def enter(request: Request) -> Response:
    """Sign in as the chosen person of the demo; the old session of this browser ends."""
    if request.headers.get("origin") and not is_own(request):
        return PlainTextResponse("This form was sent from another site.", 403)
    if (
        not request.headers.get("content-length", "").isdecimal()
        or int(request.headers["content-length"]) > FORM
    ):
        return PlainTextResponse("This is too large for a form.", 413)
    return await run_in_threadpool(_enter, request, await request.form())


async def leave(request: Request) -> Response:
    """Sign out, back to the choice."""
    return await run_in_threadpool(_leave, request)


async def screen(request: Request) -> Response:
    """A screen comes by its link: it is given a cookie that shows one meeting and nothing else."""
    return await run_in_threadpool(_admit, request) if request.method == "GET" else Response()


async def health(_request: Request) -> Response:
    return await run_in_threadpool(_health)


async def nothing(_request: Request) -> Response:
    return JSONResponse({"error": "There is nothing at this address."}, 404)


ROUTES = [
    Route("/sign-in", choose, methods=["GET", "HEAD"]),
    Route("/sign-in", enter, methods=["POST"]),
    Route("/sign-out", leave),
    Route("/screen/{link}", screen),
    Route("/health", health),
    Route("/api/{rest:path}", nothing),
]


def _choose(request: Request) -> Response:
    database = db.opened(settings.read().database_url)
    wished = request.query_params.get("language")
    with database.read() as session:
        row = company.company(session)
        language = wished or request.headers.get("accept-language") or (row.language if row else "en")
        t = text.Words(text.match(language))
        facts = {
            "t": t,
            "languages": text.LANGUAGES,
            "next": safe_next(request.query_params.get("next")),
            "wished": wished or "",
        }
        if not settings.read().demo or row is None:
            return HTMLResponse(_templates.get_template("closed.html").render(facts), 503)
        return HTMLResponse(_templates.get_template("choose.html").render(facts | _cast(session, row)))


def _cast(session: Any, row: company.Company) -> dict[str, Any]:
    """Everybody one can be, by sphere, heads first; whoever is there for the whole company comes last."""
    areas = {area.id: area for area in company.areas(session)}
    held = people.rights(session)
    rights = {person: [right for right in people.RIGHTS if right in {name for name, _ in found}]
              for person, found in held.items()}  # fmt: skip
    groups: dict[str, list[people.Person]] = {sphere: [] for sphere in (*company.SPHERES, "")}
    for person in sorted(people.people(session), key=lambda p: "head" not in rights.get(p.id, ())):
        area = areas.get(person.area_id or 0)
        groups[area.sphere if area else ""].append(person)
    return {
        "company": row.name,
        "groups": [(company.SPHERES.get(sphere, ""), found) for sphere, found in groups.items() if found],
        "areas": areas,
        "rights": {person: [people.RIGHTS[right] for right in found] for person, found in rights.items()},
    }


def _enter(request: Request, form: FormData) -> Response:
    if not settings.read().demo:
        return PlainTextResponse("This is not the demo.", 403)
    database, now = db.opened(settings.read().database_url), clock.now()
    try:
        with database.begin() as session:
            person_id = {str(person.id): person.id for person in people.people(session)}[
                str(form.get("person"))
            ]
            if old := cookies.read(request):
                accounts.sign_out(session, old)
            if (wished := str(form.get("language", ""))) in text.LANGUAGES:
                people.speak(session, person_id, wished)
            secret = accounts.sign_in(session, person_id, at=now)
    except KeyError:  # somebody who is not, or no longer, here
        return RedirectResponse(here("/sign-in"), 303)
    response = RedirectResponse(safe_next(str(form.get("next", "/"))), 303)
    cookies.keep(response, request, secret, age=accounts.ABSOLUTE)
    return response


def _leave(request: Request) -> Response:
    if secret := cookies.read(request):
        with db.opened(settings.read().database_url).begin() as session:
            accounts.sign_out(session, secret)
    response = RedirectResponse(here("/sign-in"), 303)
    cookies.drop(response, request)
    return response


def _admit(request: Request) -> Response:
    database, link = db.opened(settings.read().database_url), request.path_params["link"]
    with database.read() as session:  # whoever has no link must not keep others from writing
        is_over = screens.behind(session, link) is None
    if not is_over:
        with database.begin() as session:
            secret = screens.admit(session, link, at=clock.now())
    if is_over or secret is None:
        t = text.Words(text.match(request.headers.get("accept-language")))
        return PlainTextResponse(t("This link is over. Ask the facilitator for a new one."), 404)
    response = RedirectResponse(here("/screen"), 303)
    cookies.keep(response, request, secret, age=SCREEN_AGE, name=cookies.SCREEN)
    return response


def _health() -> Response:
    with db.opened(settings.read().database_url).read() as session:
        company.company(session)
    return JSONResponse({"status": "ok"})
