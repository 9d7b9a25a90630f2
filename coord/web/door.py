"""The gate before everything: without a sign-in only the sign-in page and the health check answer."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord import accounts, clock, db, settings

COOKIE = "coord_session"
HEADER = b"x-coord-session"
OPEN = frozenset({"/sign-in", "/health"})

# Streamlit writes styles and scripts into its pages, and its charts compile their expressions. Nothing comes from,
# or goes to, another address: an image in somebody's words cannot tell anyone that it was looked at.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
SECURITY = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in _POLICY.items()),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


class Door:
    """Plain ASGI, so that websockets pass through it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        secret = cookie(Headers(scope=scope))
        known = await to_thread.run_sync(_known, secret) if secret else None
        if known is None and scope["path"] not in OPEN:
            await _refuse(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != HEADER]
        if known:
            headers.append((HEADER, known.encode()))
        await self.app({**scope, "headers": headers}, receive, _secured(send))


def cookie(headers: Headers) -> str | None:
    """The secret in a request's cookie."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _known(secret: str) -> str | None:
    """The secret, where it is that of somebody who is signed in."""
    with db.opened(settings.read().database_url).read() as session:
        return secret if accounts.signed_in(session, secret, at=clock.now()) else None


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    if scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", ""):
        wish = scope["path"] + (
            f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else ""
        )
        response: RedirectResponse | PlainTextResponse = RedirectResponse(f"/sign-in?next={quote(wish)}", 303)
    else:
        response = PlainTextResponse("Sign in first.", 401)
    await response(scope, receive, _secured(send))


def _secured(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY.items():
                headers.setdefault(name, value)
        await send(message)

    return secured
