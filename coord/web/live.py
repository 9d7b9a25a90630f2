"""The wake-up: a websocket that tells a page which revision is the newest, and what time it is here."""

import asyncio
import json
import logging
import secrets
from collections import Counter
from contextlib import suppress
from typing import Any

from anyio import to_thread
from sqlalchemy.orm import Session
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from coord import accounts, clock, db, settings
from coord.meetings import screens
from coord.meetings.revision import revision
from coord.refusal import Busy, Trouble
from coord.web.addresses import is_own

log = logging.getLogger("coord")
BOOT = secrets.token_hex(4)  # another one after each start: sessions of before are gone
LOOK = 0.1  # seconds between two looks into the database: other processes write there too
PATIENCE = 0.5  # seconds more while the database can't be read
BEAT = 5.0  # seconds after which a page hears something in any case
KNOWN = 30.0  # seconds between two looks whether the sign-ins still hold
# pages that are told of a change at the same time, and the seconds between two such lots
AT_ONCE, PAUSE = 8, 0.02
SLOW = 10.0  # seconds that a page may take to receive a message
MOST = 40  # sockets of one sign-in: more than anybody has tabs
LONGEST = 200  # characters of a ping
SIGNED_OUT, TOO_MANY = 4401, 4429


class Line:
    """One page that listens."""

    def __init__(self, websocket: WebSocket, who: tuple[str, str]) -> None:
        self.websocket, self.who = websocket, who
        self.news = asyncio.Event()
        self.code: int | None = None  # it is to be closed with this

    def close(self, code: int) -> None:
        self.code = code
        self.news.set()


class Listeners:
    """All pages that listen to this process, and the one task that looks whether anything has changed."""

    def __init__(self) -> None:
        self.lines: set[Line] = set()
        self.revision: str | None = None  # none while nobody listens: it would be old
        self._somebody = asyncio.Event()

    async def listen(self, websocket: WebSocket) -> None:
        """Keep one page told until it goes."""
        who = _who(websocket)
        if who is None or not is_own(websocket):
            await websocket.close()
            return
        await websocket.accept()
        line = Line(websocket, who)
        if Counter(other.who for other in self.lines)[who] >= MOST:
            await websocket.close(TOO_MANY)
            return
        self.lines.add(line)
        self._somebody.set()
        line.news.set()
        telling = asyncio.create_task(self._tell(line))
        try:
            await _answer(websocket)
        finally:
            self.lines.discard(line)
            line.close(line.code or 1000)
            telling.cancel()
            with suppress(asyncio.CancelledError):
                await telling
            await _hang_up(line)

    async def watch(self) -> None:
        """Tell everybody at each change, as long as the server runs; sleeps while nobody listens."""
        checked = asyncio.get_running_loop().time()
        while True:
            if not self.lines:
                self.revision = None
                self._somebody.clear()
                await self._somebody.wait()
            try:
                newest = await to_thread.run_sync(_newest)
                if newest != self.revision:
                    await self._spread(newest)
                if asyncio.get_running_loop().time() - checked > KNOWN:
                    checked = asyncio.get_running_loop().time()
                    await self._show_out()
            except (Busy, Trouble):  # it stands in the log already
                await asyncio.sleep(PATIENCE)
            except Exception:
                log.exception("the live views were not told; they are told at the next look")
            await asyncio.sleep(LOOK)

    async def _spread(self, newest: str) -> None:
        """Tell everybody, a few at a time: pages that all redraw at once only keep each other waiting."""
        self.revision = newest
        for place, line in enumerate(list(self.lines), start=1):
            line.news.set()
            if place % AT_ONCE == 0:
                await asyncio.sleep(PAUSE)

    def close(self) -> None:
        """Let everybody go at once: the server stops."""
        for line in self.lines:
            line.close(1012)

    async def _tell(self, line: Line) -> None:
        """Send what is new and, where nothing is, a beat now and then; let go of a page that doesn't take it."""
        try:
            while line.code is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT):
                        await line.news.wait()
                line.news.clear()
                if line.code is None and self.revision is not None:
                    said = {"revision": self.revision, "now": clock.milliseconds(), "boot": BOOT}
                    async with asyncio.timeout(SLOW):
                        await line.websocket.send_json(said)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            line.code = 1013  # too slow, or gone
        await _hang_up(line)

    async def _show_out(self) -> None:
        """Close the lines of whoever signed out, and of the screens of meetings that are over."""
        asked = {line.who for line in self.lines}
        gone = asked - await to_thread.run_sync(_known, asked)
        for line in self.lines:
            if line.who in gone:
                line.close(SIGNED_OUT)


async def _hang_up(line: Line) -> None:
    """Close a page's socket, where it is still open."""
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(1):
            await line.websocket.close(line.code or 1000)


async def _answer(websocket: WebSocket) -> None:
    """Answer pings until the page goes."""
    with suppress(WebSocketDisconnect, RuntimeError, ValueError, TimeoutError):
        async for text in websocket.iter_text():
            said: Any = json.loads(text) if len(text) <= LONGEST else None
            if not isinstance(said, dict) or not isinstance(said.get("ping"), int | float):
                return
            answer = {"pong": said["ping"], "now": clock.milliseconds()}
            async with asyncio.timeout(SLOW):
                await websocket.send_json(answer)


def _who(websocket: WebSocket) -> tuple[str, str] | None:
    """The kind of cookie and its secret, as the door found it."""
    for header in ("x-coord-session", "x-coord-screen"):
        if secret := websocket.headers.get(header):
            return header, secret
    return None


def _newest() -> str:
    with db.opened(settings.read().database_url).read() as session:
        return revision(session)


def _known(all_of: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those who are still signed in, or still a screen."""
    now = clock.now()
    with db.opened(settings.read().database_url).read() as session:
        return {who for who in all_of if _is_known(session, *who, at=now)}


def _is_known(session: Session, header: str, secret: str, *, at: int) -> bool:
    if header == "x-coord-screen":
        return screens.seen(session, secret, at=at) is not None
    return accounts.is_signed_in(session, secret, at=at)


listeners = Listeners()
ROUTES = [WebSocketRoute("/live", listeners.listen)]
