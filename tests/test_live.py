"""The wake-up: every page hears of every change, and nobody listens who has not signed in."""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from coord import accounts, clock, goals, issues, meetings
from coord.db import Database
from coord.meetings import Arrangement, Meeting, screens
from coord.meetings.revision import revision
from coord.web import live
from tests.browser import journey
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast, engage
from tests.test_door import Server, serving


def plan(cast: Cast, *, at: int = MONDAY) -> int:
    """The series, and its first meeting; the id of that."""
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=at)
        row = meetings.current(session, at=at)
        assert row is not None
        meetings.collect(session, row.id, at=at)
        return row.id


def begin(cast: Cast, meeting_id: int, *, at: int = MONDAY) -> None:
    with cast.database.begin() as session:
        meetings.start(session, meeting_id, by=cast.fabio, at=at)


@pytest.fixture(scope="module")
def hour(home: Cast) -> int:
    """A meeting of the company that has begun."""
    meeting_id = plan(home, at=clock.now())
    begin(home, meeting_id, at=clock.now())
    return meeting_id


@pytest.fixture(scope="module")
def server(home: Cast, hour: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = home.database.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("server")) as server:
        yield server


def listen(server: Server, cookie: dict[str, str], origin: str | None = None) -> ClientConnection:
    own = f"http://127.0.0.1:{server.port}"
    return connect(f"ws://127.0.0.1:{server.port}/live", additional_headers=cookie, origin=origin or own,  # type: ignore[arg-type]
                   compression=None)  # fmt: skip


def hear(line: ClientConnection, wanted: str = "revision", timeout: float = 5) -> dict[str, Any]:
    """The next message that says this."""
    while True:
        said: dict[str, Any] = json.loads(line.recv(timeout))
        if wanted in said:
            return said


def test_nobody_listens_without_a_sign_in(server: Server) -> None:
    assert server.connect("/live", Origin=f"http://127.0.0.1:{server.port}") == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_does_not_listen(server: Server, home: Cast, origin: str) -> None:
    cookie = server.sign_in(home.ana.person_id).cookie
    with pytest.raises(InvalidStatus, match="403"):
        listen(server, cookie, origin)
    assert server.connect("/live", **cookie) == 403, "a browser always says where its page is from"


def test_a_page_hears_the_newest_revision_and_the_time_at_once(server: Server, home: Cast) -> None:
    with listen(server, server.sign_in(home.ana.person_id).cookie) as line:
        said = hear(line)
        with home.database.read() as session:
            assert said["revision"] == revision(session)
        assert abs(said["now"] / 1000 - time.time()) < 2


def test_a_ping_is_answered_with_the_servers_time(server: Server, home: Cast) -> None:
    with listen(server, server.sign_in(home.ana.person_id).cookie) as line:
        line.send('{"ping": 12.5}')
        said = hear(line, "pong")
        assert said["pong"] == 12.5
        assert abs(said["now"] / 1000 - time.time()) < 2


@pytest.mark.parametrize("sent", ["hello", "[]", '{"ping": "now"}', '{"ping": ' + "1" * 300 + "}"])
def test_a_page_that_talks_nonsense_is_let_go(server: Server, home: Cast, sent: str) -> None:
    with listen(server, server.sign_in(home.ana.person_id).cookie) as line:
        line.send(sent)
        with pytest.raises(ConnectionClosed):
            hear(line, "nothing")


def test_a_change_by_another_process_is_heard_within_a_second(server: Server, home: Cast, hour: int) -> None:
    with listen(server, server.sign_in(home.ana.person_id).cookie) as line:
        before = hear(line)["revision"]
        with home.database.begin() as session:  # this is not the server's process
            meetings.pause(session, hour, by=home.fabio, at=clock.now())
        began = time.monotonic()
        assert hear(line, timeout=2)["revision"] != before
        assert time.monotonic() - began < 1


def test_one_sign_in_has_no_more_lines_than_anybody_has_tabs(server: Server, home: Cast) -> None:
    cookie = server.sign_in(home.carla.person_id).cookie
    with ExitStack() as lines:
        for _ in range(live.MOST):
            lines.enter_context(listen(server, cookie))
        with listen(server, cookie) as one_too_many, pytest.raises(ConnectionClosed) as closed:
            hear(one_too_many, "nothing")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == live.TOO_MANY
        with listen(server, server.sign_in(home.ana.person_id).cookie) as of_another:
            hear(of_another)


@journey
def test_a_stopping_server_does_not_wait_for_those_who_listen(url: str, tmp_path: Path) -> None:
    database = Database(url)
    cast = engage(database)
    with serving(url, tmp_path) as server, ExitStack() as lines:
        cookie = server.sign_in(cast.ana.person_id).cookie
        for _ in range(3):
            hear(lines.enter_context(listen(server, cookie)))
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(15) is not None
        assert time.monotonic() - began < 5
    database.close()


def test_the_line_of_somebody_who_signed_out_is_closed_and_of_nobody_who_comes_at_that_moment(
    home: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", home.database.url.render_as_string(hide_password=False))
    with home.database.begin() as session:
        stays = accounts.sign_in(session, home.ana.person_id or 0, at=clock.now())
        leaves = accounts.sign_in(session, home.bruno.person_id or 0, at=clock.now())
        comes = accounts.sign_in(session, home.gina.person_id or 0, at=clock.now())
        accounts.sign_out(session, leaves)

    async def look() -> dict[str, int | None]:
        listeners = live.Listeners()
        lines = [live.Line(None, ("x-coord-session", secret)) for secret in (stays, leaves, comes)]  # type: ignore[arg-type]
        listeners.lines.update(lines[:2])
        looking = asyncio.create_task(listeners._show_out())
        await asyncio.sleep(0)  # it has begun to look
        listeners.lines.add(lines[2])
        await looking
        return {line.who[1]: line.code for line in lines}

    assert asyncio.run(look()) == {stays: None, leaves: live.SIGNED_OUT, comes: None}
    assert live.KNOWN <= 60, "within a minute"


Change = Callable[[Session, Cast, Meeting], object]
LATER = MONDAY + HOUR

CHANGES: dict[str, Change] = {
    "the hour goes on": lambda s, c, m: meetings.step(s, m.id, 1, item=m.item_id, turn=m.turn, by=c.fabio, at=LATER),
    "it is paused": lambda s, c, m: meetings.pause(s, m.id, by=c.fabio, at=LATER),
    "an item has a minute more": lambda s, c, m: meetings.add_minute(s, m.id, item=m.item_id, by=c.fabio, at=LATER),
    "something is recorded": lambda s, c, m: meetings.record(
        s, m.id, "thanks", text="Thank you", area=c.area["sales"], by=c.ana, at=LATER),
    "somebody is here": lambda s, c, m: meetings.mark(
        s, m.id, area=c.area["sales"], status="present", by=c.ana, at=LATER),
    "a goal is set": lambda s, c, m: goals.set_goal(
        s, area=c.area["sales"], what="Trials", measure="Trials", baseline=1, target=2, due_on=FRIDAY, by=c.ana, at=LATER),
    "an issue is written": lambda s, c, m: issues.write(
        s, from_area=c.area["sales"], to_area=c.area["support"], happened="A contract came late", by=c.ana, at=LATER),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_the_revision_is_another_one_when(cast: Cast, what: str) -> None:
    meeting_id = plan(cast)
    begin(cast, meeting_id)
    with cast.database.begin() as session:
        before = revision(session)
        assert revision(session) == before, "nothing has changed"
        CHANGES[what](session, cast, meetings.meeting(session, meeting_id))
        assert revision(session) != before


def test_the_revision_is_another_one_after_a_move_on_a_request(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.read() as session:
        before = revision(session)
    cast.move(row, "promise", by="bruno", at=MONDAY + DAY, day=FRIDAY)
    with cast.database.read() as session:
        assert revision(session) != before


def test_a_second_thing_said_about_the_same_person_in_the_same_second_is_a_change_too(cast: Cast) -> None:
    meeting_id = plan(cast)
    seen = set()
    for status in ("present", "excused", "remote"):
        with cast.database.begin() as session:
            meetings.mark(session, meeting_id, area=cast.area["sales"], status=status, by=cast.ana, at=MONDAY)
            seen.add(revision(session))
    assert len(seen) == 3


def test_what_concerns_one_alone_wakes_nobody(cast: Cast) -> None:
    meeting_id = plan(cast)
    with cast.database.begin() as session:
        link = screens.open_screen(session, meeting_id, by=cast.fabio, at=MONDAY)
        before = revision(session)
        screens.admit(session, link, at=MONDAY)
        accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY)
        assert revision(session) == before
