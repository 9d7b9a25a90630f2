"""The pages before sign-in, as plain HTML: a Streamlit script can't set a cookie."""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from coord import accounts, clock, company, db, people, settings, text
from coord.meetings import screens
from coord.web import cookies, sign_in
from coord.web.addresses import here
from coord.web.forms import answer_signed_in, opened, page, received, start, words

SCREEN_AGE = 14 * 86_400  # the meeting ends it before


async def choose(request: Request) -> Response:
    """The sign-in: a form, or in the demo the choice who you are."""
    if request.method == "HEAD":
        return HTMLResponse("")
    if not settings.read().demo:
        return await sign_in.ask(request)
    return await run_in_threadpool(_choose, request)


async def enter(request: Request) -> Response:
    """Sign in, in the demo as the chosen person; the old session of this browser ends."""
    if not settings.read().demo:
        return await sign_in.enter(request)
    return await received(request, _enter, must_say_where=False)


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
    *sign_in.ROUTES,
]


def _choose(request: Request) -> Response:
    database, _now = opened()
    with database.read() as session:
        row = company.company(session)
        t = words(request, row)
        if row is None:
            return page(request, "closed.html", t, {}, 503)
        return page(request, "choose.html", t, _cast(session, row))


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
    database, now = opened()
    try:
        with database.begin() as session:
            person_id = {str(person.id): person.id for person in people.people(session)}[
                str(form.get("person"))
            ]
            secret = start(request, session, person_id, at=now, language=str(form.get("language", "")))
    except KeyError:  # somebody who is not, or no longer, here
        return RedirectResponse(here("/sign-in"), 303)
    return answer_signed_in(request, secret, str(form.get("next", "/")))


def _leave(request: Request) -> Response:
    if request.headers.get("sec-fetch-site") == "cross-site":  # a link of somebody else's signs nobody out
        return RedirectResponse(here("/"), 303)
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
    """For whatever watches the server, and so for strangers too: nothing but whether the database can be read."""
    try:
        with db.opened(settings.read().database_url).read() as session:
            company.company(session)
    except Exception:  # whatever it is: the log says it where it is met at work
        return JSONResponse({"status": "the database can't be read"}, 503)
    return JSONResponse({"status": "ok"})
