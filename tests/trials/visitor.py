"""Somebody who works with the pages: fills fields and presses buttons in Streamlit's own words, and goes on after a cut.

What a browser keeps is kept here: the cookie, the address (with the key of the open form in it), and what was typed.
"""

import re
import secrets
import threading
import time
from collections.abc import Callable
from urllib.parse import parse_qs

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

CUT = (OSError, WebSocketException, EOFError)  # TimeoutError is an OSError
ALREADY = "This was already saved"
SLOW = 40.0  # seconds that a page may take
TYPED = ("text_input", "text_area")  # what stands in these is no sign that it was saved


class Visitor:
    """One browser with one page."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.path, self.query = "/", ""
        self.shown: list[Element] = []
        self._stream: ClientConnection | None = None

    def go(self, path: str, query: str = "") -> None:
        """Open a page, as by a link."""
        self.path, self.query = path, query
        self._run([])

    def press(self, button: str, **typed: str | list[str]) -> None:
        """Type into the fields whose keys begin so, and press the button whose key does; all in one message."""
        states = [self._state(name, value) for name, value in typed.items()]
        self._run([*states, WidgetState(id=self._id(button), trigger_value=True)])

    def says(self, words: str) -> bool:
        """Whether the page says this, other than in the field into which it was typed."""
        return any(words.encode() in element.SerializeToString() for element in self.shown
                   if element.WhichOneof("type") not in TYPED)  # fmt: skip

    def has(self, button: str) -> bool:
        return bool(self._ids(button))

    @property
    def errors(self) -> list[str]:
        """The sentences in which it says that something was not done."""
        alerts = [element.alert.body for element in self.shown if element.WhichOneof("type") == "alert"]
        return alerts + [f"TRACEBACK {element.exception.message}" for element in self.shown
                         if element.WhichOneof("type") == "exception"]  # fmt: skip

    def linked(self, words: str) -> str:
        """Where the link with these words leads: its query."""
        return next(element.page_link.query_string for element in self.shown
                    if element.WhichOneof("type") == "page_link" and words in element.page_link.label)  # fmt: skip

    def leave(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _ids(self, key: str) -> list[str]:
        found = (
            getattr(getattr(element, str(element.WhichOneof("type"))), "id", "") for element in self.shown
        )
        return [one for one in found if re.search(rf"-{re.escape(key)}-?[0-9a-f]*$", str(one))]

    def _id(self, key: str) -> str:
        found = self._ids(key)
        if not found:
            raise Missing(f"no field {key} on {self.path}?{self.query}: {self.errors}")
        return found[0]

    def _state(self, key: str, value: str | list[str]) -> WidgetState:
        state = WidgetState(id=self._id(key))
        if isinstance(value, str):
            state.string_value = value
        else:
            state.string_array_value.data.extend(value)
        return state

    def _run(self, states: list[WidgetState]) -> None:
        """Have the page run, and take all that it shows."""
        stream = self._stream or self._connect()
        message = BackMsg()
        wish = message.rerun_script
        wish.page_name, wish.query_string = self.path.strip("/"), self.query
        wish.context_info.url = f"http://127.0.0.1:{self.port}{self.path}"
        wish.context_info.locale, wish.context_info.timezone = "en-GB", "UTC"
        wish.widget_states.widgets.extend(states)
        try:
            stream.send(message.SerializeToString())
            self._take(stream)
        except CUT:
            self.leave()
            raise

    def _take(self, stream: ClientConnection) -> None:
        until, shown = time.monotonic() + SLOW, list[Element]()
        while True:
            payload = stream.recv(timeout=max(until - time.monotonic(), 0.01))
            assert isinstance(payload, bytes)
            said = ForwardMsg.FromString(payload)
            kind = said.WhichOneof("type")
            if kind == "new_session":
                shown.clear()
            elif kind == "delta" and said.delta.WhichOneof("type") == "new_element":
                shown.append(said.delta.new_element)
            elif kind == "page_info_changed":
                self.query = said.page_info_changed.query_string
            elif kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                break
        self.shown = shown

    def _connect(self) -> ClientConnection:
        self._stream = connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            origin=f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": self.cookie},
            compression=None,
            max_size=None,
            open_timeout=10,
            ping_interval=None,
            close_timeout=0.1,
        )
        return self._stream


class Missing(Exception):
    """The page has no such field now."""


class Writer(threading.Thread):
    """Somebody who asks and comments without a pause, and tries what was cut off again until it is acknowledged."""

    def __init__(self, port: int, cookie: str, area: str) -> None:
        super().__init__(daemon=True)
        self.visitor, self.area = Visitor(port, cookie), area
        self.acknowledged: list[str] = []
        self.when: list[float] = []  # at which instants, as time.monotonic counts
        self.sentences: dict[str, int] = {}  # what the pages said instead, how often
        self.cuts = 0  # clicks of which nobody said whether they were saved
        self.failure: Exception | None = None
        self.patience = 20.0  # seconds in which what was begun must be finished
        self.pen = threading.Lock()  # held while something is being saved
        self._enough = threading.Event()

    def run(self) -> None:
        try:
            while not self._enough.is_set():
                with self.pen:
                    self._turn()
                time.sleep(0.005)  # whoever wants silence gets the pen
        except Exception as error:
            self.failure = error
        finally:
            self.visitor.leave()

    def enough(self) -> None:
        """Finish what was begun, if that can be, and stop."""
        self._enough.set()
        self.join(120)
        assert not self.is_alive(), "a writer hangs"
        if self.failure is not None:
            raise self.failure

    def _turn(self) -> None:
        asked = " ".join(secrets.token_hex(4) for _ in range(4))
        if not self._until_saved(asked, "/ask", "", "send-", {"to-": [self.area], "what-": asked}):
            return
        if not self.visitor.says(asked):
            return  # it was saved before the cut, and the page says so without a link
        number = parse_qs(self.visitor.linked(asked))["id"][0]
        said = f"About {secrets.token_hex(8)}"
        self._until_saved(said, "/request", f"id={number}&move={number}-note-1", "send-", {"text-": said})

    def _until_saved(
        self, words: str, path: str, query: str, button: str, typed: dict[str, str | list[str]]
    ) -> bool:
        """Type and press until the page shows it as saved; False when the trial is over before."""
        wants_page, presses = True, False
        ended: float | None = None
        while True:
            try:
                if wants_page:
                    self.visitor.go(path, query)
                    self._hear()
                    wants_page = False
                if not self.visitor.says(words):
                    presses = True
                    self._press(button, typed)
                    self._hear()
                    presses = False
                query = self.visitor.query or query
                if self.visitor.says(words) or self.visitor.says(ALREADY):
                    self.acknowledged.append(words)
                    self.when.append(time.monotonic())
                    return True
            except CUT:
                self.cuts += presses
                query, wants_page, presses = self.visitor.query or query, True, False
            except Missing:
                wants_page, presses = True, False
            if self._enough.is_set():
                ended = ended or time.monotonic()
                if time.monotonic() - ended > self.patience:
                    return False
            time.sleep(0.05)

    def _press(self, button: str, typed: dict[str, str | list[str]]) -> None:
        key = parse_qs(self.visitor.query).get("draft", [""])[0]
        fields = {f"{name}{key}": value for name, value in typed.items()}
        self.visitor.press(f"{button}{key}", **fields)

    def _hear(self) -> None:
        for sentence in self.visitor.errors:
            self.sentences[sentence] = self.sentences.get(sentence, 0) + 1


def at_work(writers: list[Writer], until: Callable[[], None]) -> None:
    """Have them write as long as `until` runs; raises what stopped one of them."""
    for writer in writers:
        writer.start()
    try:
        until()
    finally:
        for writer in writers:
            writer.enough()
