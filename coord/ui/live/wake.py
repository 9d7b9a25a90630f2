"""The wake-up: a fragment is drawn again as soon as anything has changed, in whichever process."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import streamlit as st
from sqlalchemy.orm import Session

from coord import clock, db, settings, text
from coord.meetings.revision import revision

P = ParamSpec("P")
T = TypeVar("T")
HERE = Path(__file__).parent
LINE = (HERE / "line.js").read_text("utf-8").replace("BASE", settings.read().base)
EVERY = 20  # seconds: keeps a page alive after the server was started anew
AT_ONCE = 1  # parts that are drawn at the same time
KEPT = 30.0  # seconds after which is seen what no revision tells of, such as another name of an area

AGE = 0.05  # seconds for which a revision that was read is the newest

_turns = BoundedSemaphore(AT_ONCE)
_asked: dict[str, tuple[float, str]] = {}  # database → when it was asked, and its revision
_mount = st.components.v2.component(
    "coord_wake",
    js=LINE + (HERE / "wake.js").read_text("utf-8"),
    css=(HERE / "wake.css").read_text("utf-8"),
    html="<div id='said' role='status'></div>\n",
)


class Here(Protocol):
    """Whoever looks at a live view: a person's visit, or a screen."""

    @property
    def database(self) -> db.Database: ...
    @property
    def t(self) -> text.Words: ...
    def read(self) -> AbstractContextManager[Session]: ...


def part(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment that draws itself again: at each change, and every twenty seconds in any case.

    Only a few are drawn at the same time, in turn: two hundred at once would keep each other, and what has been drawn
    already, waiting for the end. One part never stands inside another.
    """

    @st.fragment(run_every=EVERY)
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        with _turns:
            draw(*args, **kwargs)

    return cast(Callable[P, None], drawn)


def wake(here: Here, *, key: str = "wake") -> str:
    """Have the fragment that this is called in drawn again at every change; returns the revision it is drawn at now.

    Call it first in a `@live.part`, after `visit.again(here)`, and read what is shown after it: then nothing is missed.
    It takes no room on the page; what it says lies over the top of it.
    """
    now, t = _newest(here), here.t
    words = {
        "away": t("You were away; this is up to date again."),
        "lost": t("No connection. What you see may be old."),
    }
    data = {"revision": now, "drawn": clock.milliseconds(), "words": words}
    _mount(key=key, data=data, on_woken_change=lambda: None)
    return now


def _newest(here: Here) -> str:
    """The newest revision; of many parts that are woken at once only the first asks. One that is drawn with an older
    one after all is woken again."""
    url, at = str(here.database.url), time.monotonic()
    known, found = _asked.get(url, (0.0, ""))
    if not found or at - known > AGE:
        with here.read() as session:
            found = revision(session)
        _asked[url] = (at, found)
    return found


def shared(here: Here, revision: str, what: str, read: Callable[[Session], T]) -> T:
    """What `read` finds at a revision, read once a process and language and handed to everybody: never change it.

    `what` names the view and everything else that its content depends on, such as "screen:12".
    """
    key = f"{here.database.url} {what} {revision} {here.t.language} {here.t.zone}"
    found: T = _kept(key, here, read)
    return found


@st.cache_resource(max_entries=64, ttl=KEPT, show_spinner=False)
def _kept(key: str, _here: Here, _read: Callable[[Session], Any]) -> Any:
    with _here.read() as session:
        return _read(session)
