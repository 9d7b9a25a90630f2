"""The wake-up: a fragment is drawn again as soon as anything has changed, in whichever process."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from coord import clock, db, text
from coord.meetings.revision import revision

T = TypeVar("T")
HERE = Path(__file__).parent
LINE = (HERE / "line.js").read_text("utf-8")
KEPT = (
    30.0  # seconds: what no revision tells of, such as another area's name, is seen after these at the latest
)

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


def wake(here: Here, *, key: str = "wake") -> str:
    """Have the fragment that this is called in drawn again at every change; returns the revision it is drawn at now.

    Call it first in an `@st.fragment(run_every=20)`, after `visit.begin()`, and read what is shown after it: then
    nothing is missed. It takes no room on the page; what it says lies over the top of it.
    """
    with here.read() as session:
        now = revision(session)
    t = here.t
    words = {
        "away": t("You were away; this is up to date again."),
        "lost": t("No connection. What you see may be old."),
    }
    data = {"revision": now, "drawn": clock.milliseconds(), "words": words}
    _mount(key=key, data=data, on_woken_change=lambda: None)
    return now


def shared(here: Here, revision: str, what: str, read: Callable[[Session], T]) -> T:
    """What `read` finds at a revision, read once a process and language and handed to everybody: never change it.

    `what` names the view and everything else that its content depends on, such as "screen:12".
    """
    url = here.database.url.render_as_string(hide_password=False)
    find = partial(_kept, _here=here, _read=read)
    found: T = find(url, what, revision, here.t.language, str(here.t.zone))
    return found


@st.cache_resource(max_entries=64, ttl=KEPT, show_spinner=False)
def _kept(url: str, what: str, revision: str, language: str, zone: str, *, _here: Here, _read: Callable[[Session], Any]) -> Any:  # fmt: skip
    with _here.read() as session:
        return _read(session)
