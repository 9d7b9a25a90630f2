"""The first minute of a fresh server: whoever set it up founds the company and becomes its administrator."""

import hashlib
import re
import secrets
import sys
from functools import cache
from ipaddress import ip_address

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coord import accounts, company, db, moving_in, settings, text
from coord.accounts.codes import bare, spoken
from coord.accounts.passwords import SHORTEST
from coord.refusal import Refused, Repeated
from coord.ui import places
from coord.web import addresses, forms
from coord.web.addresses import here

FIELDS = ("company", "name", "email", "password", "zone", "country", "code", "key", "language")
THIS_COMPUTER = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?", re.IGNORECASE)
PASSED_ON = frozenset({"forwarded", "via", "x-real-ip"})  # and all that begin with x-forwarded-


async def ask(request: Request) -> Response:
    """The page; once somebody administers the company, for ever the sign-in."""
    return await run_in_threadpool(_ask, request)


async def found(request: Request) -> Response:
    """Found the company, sign its administrator in, and lead on to the rest of moving in."""
    return await forms.received(request, _found)


ROUTES = [Route("/begin", ask, methods=["GET", "HEAD"]), Route("/begin", found, methods=["POST"])]


def announce(database: db.Database, port: int) -> None:
    """Say on the terminal where a fresh server is set up, and the code that other computers are asked for."""
    with database.read() as session:
        if not moving_in.is_awaited(session):
            return
    address = settings.read().address or f"http://127.0.0.1:{port}{here('')}"
    sys.stdout.write(
        f"\n  Nobody has moved in yet. Set up your company: {address}/begin"
        f"\n  From another computer it asks for this code: {code()}\n\n"
    )
    sys.stdout.flush()


@cache
def code() -> str:
    """What stands on the terminal of this server, new at each start."""
    return spoken(2)


def is_at_this_computer(request: Request) -> bool:
    """Whether the browser runs where the server does: then nobody has to prove that the server is theirs.

    Everybody else is asked for the code of the terminal: a fresh server is found by others in its network within
    minutes, and whoever founds the company administers it. So the connection must come from this computer, under a
    name of this computer (a site that gives itself this address calls it by the site's name), and nothing may have
    passed it on; where a public address is set, it is passed on by something that may well not say so.
    """
    set_up = settings.read()
    passed_on = any(name in PASSED_ON or name.startswith("x-forwarded-") for name in request.headers)
    # an nginx that was told nothing else says nothing, calls us by our own address, and speaks as no browser does
    passed_on |= request.scope.get("http_version") == "1.0"
    # as it was sent: request.url takes the server's own address in place of a name that it can't read
    called = THIS_COMPUTER.fullmatch(request.headers.get("host", ""))
    if passed_on or set_up.address or set_up.base or called is None:
        return False
    try:
        return ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


def _ask(request: Request) -> Response:
    if not _is_awaited():
        return RedirectResponse(here("/sign-in"), 303)
    return _page(request, {"language": forms.words(request, None).language, "key": secrets.token_hex(16)})


def _is_awaited() -> bool:
    database, _ = forms.opened()
    with database.read() as session:
        return moving_in.is_awaited(session)


def _found(request: Request, form: FormData) -> Response:
    wish = {name: str(form.get(name, "")) for name in FIELDS}
    if (chosen := str(form.get("speak", ""))) in text.LANGUAGES:  # another language, and nothing else
        return _page(request, wish | {"language": chosen}, None if _is_awaited() else moving_in.too_late())
    try:
        person_id = _founder(request, wish)
    except Repeated:
        person_id = _founder_again(wish)
    except Refused as refused:
        return _page(request, wish, refused)
    return _enter(request, person_id)


def _founder(request: Request, wish: dict[str, str]) -> int | None:
    """The person who administers the company from now on."""
    database, now = forms.opened()
    _must_know_the_code(request, wish["code"])
    with database.read() as session:  # before the slow part
        is_kept, is_awaited = session.get(db.Submission, _key(wish)), moving_in.is_awaited(session)
    if is_kept:
        return _founder_again(wish)
    if not is_awaited:
        raise moving_in.too_late()
    hashed = accounts.hashed(wish["password"], wish["name"], wish["email"], wish["company"])
    founder = moving_in.Founder(wish["name"], wish["email"], hashed)
    chosen = company.Settings(
        wish["company"], wish["language"], wish["zone"] or "UTC", wish["country"] or None
    )
    with database.begin() as session:
        db.once(session, _key(wish), now)
        person = moving_in.found_with_administrator(session, chosen, founder, at=now)
        session.info["by"] = person.id  # it is their own doing, though nobody was here before
        return person.id


def _founder_again(wish: dict[str, str]) -> int | None:
    """The founder whose click comes a second time: a browser shows the answer to the last one only."""
    database, _ = forms.opened()
    with database.read() as session:
        kept = accounts.kept_password(session, wish["email"])
    return kept.person_id if accounts.matches(kept, wish["password"]) and kept else None


def _must_know_the_code(request: Request, given: str) -> None:
    if is_at_this_computer(request):
        return
    forms.attempt(request, "/begin")
    if not secrets.compare_digest(bare(given), bare(code())):
        raise Refused(
            "This is not the code. It stands on the terminal where the server was started, and is another one after each start."
        )
    database, _ = forms.opened()
    with database.begin() as session:
        accounts.forgive(session, "/begin", addresses.client_address(request.scope))


def _key(wish: dict[str, str]) -> str:
    return hashlib.sha256(f"{wish['key']} {wish['email']}".encode("utf-8", "replace")).hexdigest()


def _enter(request: Request, person_id: int | None) -> Response:
    """Sign the founder in, on the page where the rest goes on."""
    if person_id is None:
        return RedirectResponse(here("/sign-in"), 303)
    database, now = forms.opened()
    with database.begin(by=person_id) as session:
        secret = forms.start(request, session, person_id, at=now)
    return forms.answer_signed_in(request, secret, here("/setup"))


def _page(request: Request, wish: dict[str, str], refused: Refused | None = None) -> Response:
    """The form, with everything that was typed."""
    t = text.Words(text.match(wish["language"]))
    facts = {
        "wish": dict.fromkeys(FIELDS, "") | wish | {"language": t.language},
        "refused": refused.said(t) if refused else "",
        "zones": _zones(),
        "countries": places.countries(t),
        "shortest": SHORTEST,
        "asks_for_code": not is_at_this_computer(request),
        "is_over": refused is not None and refused.message == moving_in.too_late().message,
    }
    return forms.page(request, "begin.html", t, facts, 422 if refused else 200, refused=refused)


@cache
def _zones() -> dict[str, str]:
    """The time zones, each with the country that it is in, where it is one's alone."""
    return {zone: places.country_of(zone) for zone in places.zones()}
