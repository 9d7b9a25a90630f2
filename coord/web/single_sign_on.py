"""Signing in at the company's identity provider: sent there, come back, and in by the same cookie as everybody."""

from dataclasses import asdict
from functools import partial
from urllib.parse import quote

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
from coord.text import Words
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


def ways(session: Session, t: Words, next: str) -> list[tuple[str, str]]:
    """The button of the sign-in page, where the company has a provider: (what it says, where it leads)."""
    row = accounts.provider(session)
    if row is None or not row.is_on:
        return []
    leads = here(f"/single-sign-on?next={quote(safe_next(next))}")
    return [(t("Sign in with {provider}", provider=row.label), leads)]


def _leave(request: Request) -> Response:
    wish = safe_next(request.query_params.get("next"))
    try:
        (database, at), attempt = opened(), Attempt(wish if len(wish) <= LONGEST else here("/"))
        with database.read() as session:
            row = _row(session)
        found = openid.discovered(row.address, at=at)
    except Refused as refused:
        return _refuse(request, refused, wish)
    leads = openid.there(found, _client(request, row), attempt)
    response = RedirectResponse(leads, 303, {"Cache-Control": "no-store"})
    cookies.keep(response, request, _sealed(attempt, at), age=LASTS, name=COOKIE)
    return response


def _back(request: Request) -> Response:
    (database, at), wish = opened(), here("/")
    try:
        with database.read() as session:
            row = _row(session)
        attempt = _attempt(request, at)
        wish = attempt.next
        email = _email(request, row, attempt, at)
        with database.read() as session:
            person = accounts.whose(session, email)
        if person is None:
            raise Refused(
                "Nobody here signs in with {email}. Ask an administrator to add you with it.", email=email
            )
        with database.begin(by=person.id) as session:
            secret = start(request, session, person.id, at=at)
    except Refused as refused:
        return _refuse(request, refused, wish)
    response = answer_signed_in(request, secret, wish)
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
    for state in [state for state, ends_at in _used.items() if ends_at < at]:
        _used.pop(state, None)
    if request.query_params.get("state") != attempt.state or at > until or attempt.state in _used:
        raise over
    _used[attempt.state] = until
    return attempt


def _refuse(request: Request, refused: Refused, next: str) -> Response:
    """The page to sign in, with a sentence: a password still works."""
    database, _at = opened()
    with database.read() as session:
        row = company.company(session)
        t = words(request, row)
        facts = {"company": row.name if row else "", "others": ways(session, t, next), "next": next}
    drawn = page(request, "sign_in.html", t, facts | {"said": refused.said(t), "email": ""}, 403)
    cookies.drop(drawn, request, COOKIE)
    return drawn
