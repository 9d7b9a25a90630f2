"""When the database can't do its work: a plain sentence, whatever was asked for, and never a traceback."""

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from coord import text
from coord.refusal import Busy, Refused, Trouble
from coord.web import forms, policy

AGAIN = {"Retry-After": "5", "Cache-Control": "no-store"}


class Outage:
    """Stands before the door, which looks into the database for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except (Busy, Trouble) as refused:
            if scope["type"] not in ("http", "websocket") or has_begun:
                raise
            await _say(refused, scope, receive, send)


async def _say(refused: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":  # the page tries again by itself
        await receive()
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = Headers(scope=scope)
    t = text.Words(text.match(headers.get("accept-language")))
    if "text/html" in headers.get("accept", ""):
        page = forms.TEMPLATES.get_template("outage.html").render(t=t, said=refused.said(t), languages={})
        answer: Response = HTMLResponse(page, 503, AGAIN)
    else:
        answer = PlainTextResponse(refused.said(t), 503, AGAIN)
    await answer(scope, receive, policy.secured(scope, send, ""))
