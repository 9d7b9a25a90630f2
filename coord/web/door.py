"""The gate before everything: without a sign-in only the sign-in page and the health check answer."""

import re
from functools import partial
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from coord import accounts, clock, db, settings
from coord.meetings import screens
from coord.web import cookies, policy, uploads
from coord.web.addresses import here, inside

HEADER, SCREEN_HEADER = b"x-coord-session", b"x-coord-screen"
OPEN = frozenset({"/sign-in", "/reset", "/begin", "/single-sign-on", "/single-sign-on/back", "/health"})
CALENDAR = re.compile("/calendar/[^/]+[.]ics")  # somebody's secret address, which calendar programmes read
INVITATION = re.compile("/invitation/[^/]+")  # a secret too: whoever has it chooses a password
# what follows is a secret: whoever has it buys the cookie of a screen
SCREEN_LINK = re.compile("/screen/[^/]+")

# What Streamlit brings along and Coord has no use for: its sign-in, its way in for programs, its figures.
CLOSED = (
    "/auth/",
    "/oauth2callback",
    "/_stcore/agent/",
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/component/",
)

# What the page of a screen is made of, and nothing else: neither uploads nor anybody's files.
SCREEN_PAGES = frozenset(
    {"/screen", "/live", "/favicon.png", "/_stcore/stream", "/_stcore/health", "/_stcore/host-config"}
)
SCREEN_FILES = "/static/"  # Streamlit's own scripts and styles


class Door:
    """Plain ASGI, so that websockets pass through it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path, asked = inside(scope), HTTPConnection(scope)
        if path is None:
            await _beside(scope, receive, send)
            return
        secret, screen = cookies.read(asked), cookies.read(asked, cookies.SCREEN)
        known = await to_thread.run_sync(_known, secret, screen) if secret or screen else []
        if not (_is_open(scope, path) or HEADER in dict(known) or (known and _is_of_a_screen(scope, path))):
            await _refuse(scope, receive, send)
            return
        if path.startswith(CLOSED):
            await _answer(scope, receive, send, None, "There is nothing at this address.", 404)
            return
        if path.startswith(uploads.PATH) and await _is_too_large(scope, secret):
            await _answer(scope, receive, send, None, "This file is too large.", 413)
            return
        headers = [
            (name, value) for name, value in scope["headers"] if name.lower() not in (HEADER, SCREEN_HEADER)
        ]
        is_form = _is_open(scope, path) or path == "/password"
        answer = policy.secured(scope, send, path, is_form=is_form)
        await self.app({**scope, "headers": headers + known}, receive, answer)


def _known(secret: str | None, screen: str | None) -> list[tuple[bytes, bytes]]:
    """The headers that say who comes: somebody who is signed in, a meeting's screen, or a browser that is both."""
    now, known = clock.now(), []
    with db.opened(settings.read().database_url).read() as session:
        if secret and accounts.is_signed_in(session, secret, at=now):
            known.append((HEADER, secret.encode()))
        if screen and screens.seen(session, screen, at=now):
            known.append((SCREEN_HEADER, screen.encode()))
    return known


async def _is_too_large(scope: Scope, secret: str | None) -> bool:
    length = Headers(scope=scope).get("content-length")
    if scope["type"] != "http" or scope["method"] != "PUT" or secret is None:
        return False
    return await to_thread.run_sync(partial(uploads.is_too_large, length, secret, at=clock.now()))


def _is_open(scope: Scope, path: str) -> bool:
    """Whether anybody may have this: the sign-in, and what is asked for by a secret address."""
    with_secret = any(kind.fullmatch(path) for kind in (SCREEN_LINK, CALENDAR, INVITATION))
    return path in OPEN or (scope["type"] == "http" and bool(with_secret))


def _is_of_a_screen(scope: Scope, path: str) -> bool:
    """Whether a browser that is only a screen may have this."""
    if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
        return False
    return path in SCREEN_PAGES or (path.startswith(SCREEN_FILES) and ".." not in path)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    asked = scope["query_string"].decode("latin-1")
    wish = scope["path"] + (f"?{asked}" if asked else "")
    await _answer(scope, receive, send, f"/sign-in?next={quote(wish)}", "Sign in first.", 401)


async def _beside(scope: Scope, receive: Receive, send: Send) -> None:
    """What lies beside the path of this server is not ours; only its very top leads here."""
    leads = "/" if scope["path"] == "/" else None
    await _answer(scope, receive, send, leads, "Coord does not lie at this address.", 404)


async def _answer(
    scope: Scope, receive: Receive, send: Send, leads: str | None, said: str, status: int
) -> None:
    """Lead a browser on, or say no: in words, or by not opening a websocket."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    shows = scope["method"] in ("GET", "POST") and "text/html" in Headers(scope=scope).get("accept", "")
    response: Response = PlainTextResponse(said, status)
    if shows and leads:
        response = RedirectResponse(here(leads), 303)
    await response(scope, receive, policy.secured(scope, send, ""))
