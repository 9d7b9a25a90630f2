"""A page without a browser: the real server's websocket, spoken as Streamlit's own page and our wake-up speak it."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

DRAWN = re.compile(rb'"revision": ?"([0-9a-f]+)"')


class Page:
    """One open page: what it was sent, and the fragments that wake up at a change, as the component has them do."""

    def __init__(self, stream: ClientConnection, path: str, origin: str) -> None:
        self.stream, self.path, self.origin = stream, path, origin
        self.sent: list[bytes] = []  # since the last rerun that was asked for
        self.drawn: str | None = None  # the revision of the last drawing
        self.newest: str | None = None
        self.marks: dict[bytes, float] = {}  # what is looked for → when it arrived
        self.wanted: bytes | None = None
        self.reruns = 0
        self._wake: tuple[str, str] | None = None  # the wake-up's component and its fragment
        self._page = ""  # the page that is shown, as Streamlit knows it
        self._asked: str | None = None
        self._finished = asyncio.Event()

    async def run(
        self, *, page_hash: str = "", name: str | None = None, states: Iterable[WidgetState] = ()
    ) -> str:
        """Run the whole page, with what its widgets are said to hold; all that it was sent, as text."""
        self.sent.clear()
        self._finished.clear()
        await self._rerun(page_hash=page_hash, name=name, states=states)
        await asyncio.wait_for(self._finished.wait(), 60)
        return b"\n".join(self.sent).decode("utf-8", "replace")

    async def read(self) -> None:
        """Take what the server sends, until it closes."""
        async for payload in self.stream:
            assert isinstance(payload, bytes)
            if self.wanted is not None and self.wanted in payload:
                self.marks.setdefault(self.wanted, time.perf_counter())
            if found := DRAWN.search(payload):
                self.drawn = self._asked = found[1].decode()
                await self.look()
            if self._finished.is_set() and b"coord_wake" not in payload:
                continue  # nothing that a page has to act on; not read, since all pages share the measured computer
            self._take(payload)

    def _take(self, payload: bytes) -> None:
        self.sent.append(payload)
        message = ForwardMsg.FromString(payload)
        kind, component = message.WhichOneof("type"), message.delta.new_element.bidi_component
        if component.component_name == "coord_wake":
            self._wake = component.id, message.delta.fragment_id
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        if kind == "script_finished":
            self._finished.set()

    async def listen(self, line: ClientConnection) -> None:
        """Hear of changes, and have the fragment drawn again."""
        async for said in line:
            news = json.loads(said)
            if "revision" in news:
                self.newest = news["revision"]
                await self.look()

    async def look(self) -> None:
        """Ask for a drawing where the newest revision is another one, once."""
        if self._wake is None or self.newest in (None, self.drawn, self._asked):
            return
        self._asked = self.newest
        self.reruns += 1
        await self._rerun(self._wake, str(self.newest))

    async def _rerun(
        self, wake: tuple[str, str] | None = None, value: str = "", *, page_hash: str = "", name: str | None = None,
        states: Iterable[WidgetState] = (),
    ) -> None:  # fmt: skip
        message = BackMsg()
        wish = message.rerun_script
        wish.page_script_hash = page_hash
        wish.page_name = self.path.strip("/") if name is None else name
        wish.context_info.url = f"{self.origin}{self.path}"
        wish.context_info.locale, wish.context_info.timezone = "en-GB", "UTC"
        wish.widget_states.widgets.extend(states)
        if wake is not None:
            wish.fragment_id, wish.page_script_hash = wake[1], self._page
            state = wish.widget_states.widgets.add()
            state.id = _make_trigger_id(wake[0], "events")
            state.json_trigger_value = json.dumps([{"event": "woken", "value": value}])
        await self.stream.send(message.SerializeToString())


@asynccontextmanager
async def opened(port: int, path: str, cookie: str, *, live: bool = False) -> AsyncIterator[Page]:
    """A page of the server on this computer, opened with a cookie; with `live`, it wakes up."""
    origin = f"http://127.0.0.1:{port}"
    wishes: dict[str, Any] = {"origin": origin, "additional_headers": {"Cookie": cookie}, "compression": None,
                              "max_size": None, "open_timeout": 60, "ping_interval": None}  # fmt: skip
    address = f"ws://127.0.0.1:{port}"
    async with connect(f"{address}/_stcore/stream", subprotocols=["streamlit"], **wishes) as stream:  # type: ignore[list-item]
        page = Page(stream, path, origin)
        tasks = [asyncio.create_task(page.read())]
        try:
            if not live:
                yield page
                return
            async with connect(f"{address}/live", **wishes) as line:
                tasks.append(asyncio.create_task(page.listen(line)))
                yield page
        finally:
            for task in tasks:
                task.cancel()
