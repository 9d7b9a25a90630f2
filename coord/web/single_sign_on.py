"""Signing in at the company's identity provider: sent there, come back, and in by the same cookie as everybody."""

from dataclasses import asdict
from functools import partial
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coord import accounts, company
from coord.accounts import IdentityProvider, openid
from coord.accounts.openid import BACK, Attempt, Client
from coord.refusal import Refused
from coord.text import LANGUAGES, Words
from coord.web import cookies
from coord.web.addresses import here, own, safe_next
from coord.web.forms import answer_signed_in, opened, page, start, words

COOKIE = "coord_sign_on"
LASTS = 600  # seconds that somebody may take to sign in there
LONGEST = 1_500  # characters of an address that is come back to; a cookie holds no more
_FEW = CapacityLimiter(4)  # a provider that doesn't answer must not keep the threads that everybody needs
_KEY = OctKey.generate_key(256)  # who is on the way while the server is started anew begins again
_used: dict[str, int] = {}  # attempts that have come back, until they would be over anyway


async def leave(request: Request) -> Response:
    """To the provider."""
    return await to_thread.run_sync(partial(_leave, request), limiter=_FEW)


async def back(request: Request) -> Response:
    """From the provider: in, or a sentence that says why not."""
    return await to_thread.run_sync(partial(_back, request), limiter=_FEW)


ROUTES = [Route("/single-sign-on", leave, methods=["GET"]), Route(BACK, back, methods=["GET"])]


def ways(session: Session, t: Words, next: str, language: str) -> list[tuple[str, str]]:
    """The button of the sign-in page, where the company has a provider: (what it says, where it leads).

    `language` is the one that was chosen there, or nothing.
    """
    row = accounts.provider(session)
    if row is None or not row.is_on:
        return []
    asked = {"next": safe_next(next)} | ({"language": language} if language else {})
    leads = here(f"/single-sign-on?{urlencode(asked)}")
    return [(t("Sign in with {provider}", provider=row.label), leads)]


def _leave(request: Request) -> Response:
    wish, chosen = safe_next(request.query_params.get("next")), request.query_params.get("language", "")
    attempt = Attempt(wish if len(wish) <= LONGEST else here("/"), chosen if chosen in LANGUAGES else "")
    try:
        database, at = opened()
        with database.read() as session:
            row = _row(session)
        found = openid.discovered(row.address, at=at)
    except Refused as refused:
        return _refuse(request, refused, attempt)
    leads = openid.there(found, _client(request, row), attempt)
    response = RedirectResponse(leads, 303, {"Cache-Control": "no-store"})
    cookies.keep(response, request, _sealed(attempt, at), age=LASTS, name=COOKIE)
    return response


def _back(request: Request) -> Response:
    (database, at), attempt = opened(), Attempt(here("/"))
    try:
        with database.read() as session:
            row = _row(session)
        attempt = _attempt(request, at)
        email = _email(request, row, attempt, at)
        with database.read() as session:
            person = accounts.whose(session, email)
        if person is None:
            raise Refused(
                "Nobody here signs in with {email}. Ask an administrator to add you with it.", email=email
            )
        with database.begin(by=person.id) as session:
            secret = start(request, session, person.id, at=at, language=attempt.language)
    except Refused as refused:
        return _refuse(request, refused, attempt)
    response = answer_signed_in(request, secret, attempt.next)
    cookies.drop(response, request, COOKIE)
    return response


def _email(request: Request, row: IdentityProvider, attempt: Attempt, at: int) -> str:
    """Whose e-mail has come back. Raises Refused."""
    asked = request.query_params
    if not asked.get("code"):
        raise Refused(
            "{provider} has not let you in. Try again, or sign in with your password.", provider=row.label
        )
    provider, client = openid.discovered(row.address, at=at), _client(request, row)
    if asked.get("iss", provider.issuer) != provider.issuer:
        raise Refused("The provider answered about somebody else. Begin again.")
    return openid.email(provider, client, attempt, asked["code"], trusts_all=row.trusts_emails, at=at)


def _row(session: Session) -> IdentityProvider:
    row = accounts.provider(session)
    if row is None or not row.is_on:
        raise Refused("Sign in with your e-mail and password: your company has no other way.")
    return row


def _client(request: Request, row: IdentityProvider) -> Client:
    return Client(row.client_id, row.client_secret, own(request) + BACK)


def _sealed(attempt: Attempt, at: int) -> str:
    return jwt.encode({"alg": "HS256"}, {**asdict(attempt), "exp": at + LASTS}, _KEY)


def _attempt(request: Request, at: int) -> Attempt:
    """What this browser began, once. Raises Refused for what another one began, or what is over."""
    over = Refused("This sign-in was begun in another browser, or too long ago. Begin again.")
    try:
        kept = jwt.decode(cookies.read(request, COOKIE) or "", _KEY, algorithms=["HS256"]).claims
    except (JoseError, ValueError):
        raise over from None
    until = int(kept.pop("exp"))
    attempt = Attempt(**kept)
    for state in [state for state, ends_at in list(_used.items()) if ends_at < at]:
        _used.pop(state, None)
    if request.query_params.get("state") != attempt.state or at > until or attempt.state in _used:
        raise over
    _used[attempt.state] = until
    return attempt


def _refuse(request: Request, refused: Refused, attempt: Attempt) -> Response:
    """The page to sign in, with a sentence: a password still works."""
    database, _at = opened()
    with database.read() as session:
        row = company.company(session)
        t = words(request, row, attempt.language)
        others = ways(session, t, attempt.next, attempt.language)
    facts = {"company": row.name if row else "", "others": others, "said": refused.said(t), "email": ""}
    goes_on = {"at": here("/sign-in"), "next": attempt.next, "wished": attempt.language}
    drawn = page(request, "sign_in.html", t, facts | goes_on, 403)
    cookies.drop(drawn, request, COOKIE)
    return drawn
