"""The screen: it comes by a link that ends with the meeting, and its cookie opens one page and nothing else."""

import asyncio
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from coord import clock, meetings
from coord.meetings import screens
from coord.refusal import Refused
from tests.cast import HOUR, MONDAY, Cast
from tests.pages import words
from tests.streams import opened
from tests.test_door import HTML, PATHS, ROOT, Server, serving
from tests.test_live import begin, plan


def link_to(cast: Cast, meeting_id: int, *, at: int = MONDAY) -> str:
    with cast.database.begin() as session:
        return screens.open_screen(session, meeting_id, by=cast.fabio, at=at)


def admitted(cast: Cast, link: str, *, at: int = MONDAY) -> str | None:
    with cast.database.begin() as session:
        return screens.admit(session, link, at=at)


def seen(cast: Cast, cookie: str, *, at: int = MONDAY) -> bool:
    with cast.database.read() as session:
        return screens.seen(session, cookie, at=at) is not None


def test_only_a_facilitator_opens_a_screen(cast: Cast) -> None:
    meeting_id = plan(cast)
    for nobody in (cast.ana, cast.gina, cast.hugo, cast.iris):
        with cast.database.begin() as session, pytest.raises(Refused, match="Only a facilitator"):
            screens.open_screen(session, meeting_id, by=nobody, at=MONDAY)


def test_a_screen_sees_the_hour_to_its_end_and_ten_minutes_of_thanks(cast: Cast) -> None:
    meeting_id = plan(cast)
    cookie = admitted(cast, link := link_to(cast, meeting_id)) or ""
    assert seen(cast, cookie)
    begin(cast, meeting_id)
    assert seen(cast, cookie)
    end = MONDAY + HOUR
    with cast.database.begin() as session:
        meetings.end(session, meeting_id, by=cast.fabio, at=end)
    assert admitted(cast, link, at=end) is None, "the link ends with the hour"
    assert seen(cast, cookie, at=end + 9 * 60)
    assert not seen(cast, cookie, at=end + 11 * 60)
    with cast.database.begin() as session, pytest.raises(Refused, match="This hour is over"):
        screens.open_screen(session, meeting_id, by=cast.fabio, at=end)


def test_a_new_link_ends_the_old_one_and_its_screens(cast: Cast) -> None:
    meeting_id = plan(cast)
    cookie = admitted(cast, old := link_to(cast, meeting_id)) or ""
    new = link_to(cast, meeting_id)
    assert not seen(cast, cookie)
    assert admitted(cast, old) is None
    assert seen(cast, admitted(cast, new) or "")


@pytest.mark.parametrize("made_up", ["", "x", "../admin", "é", "%"])
def test_a_made_up_link_or_cookie_is_worth_nothing(cast: Cast, made_up: str) -> None:
    link_to(cast, plan(cast))
    assert admitted(cast, made_up) is None
    assert not seen(cast, made_up)


def look(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, cookie: str, page: str | None = None, **also: str
) -> AppTest:
    """The program as a screen runs it; `page` is one that it asks for by a made-up wish."""
    monkeypatch.setenv("COORD_DATABASE_URL", cast.database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    shown = AppTest.from_file(ROOT / "coord" / "ui" / "shell.py", default_timeout=30)
    shown.user = {"coord_session": None, "coord_screen": cookie, **also}
    shown.context = {"locale": "en-GB", "url": "http://coord.example/screen"}
    if page:
        shown.switch_page(f"../../pages/{page}.py")
    shown.run()
    assert not shown.exception, shown.exception
    return shown


def said(shown: AppTest) -> str:
    return words(shown) + "\n".join(str(block.proto.body) for block in shown.get("html"))


@pytest.mark.parametrize("page", [None, "today", "requests", "company", "preparation"])
def test_whatever_page_a_screen_asks_for_it_sees_the_hour(
    monkeypatch: pytest.MonkeyPatch, cast: Cast, page: str
) -> None:
    cast.ask("Something between two areas")
    cookie = admitted(cast, link_to(cast, plan(cast))) or ""
    shown = look(monkeypatch, cast, cookie, page)
    assert "We begin on Tue 3 Mar at 10:00" in said(shown)
    assert "Something between two areas" not in said(shown)
    assert not shown.button
    assert not shown.sidebar.children


def test_a_screen_says_what_it_is_about_and_nobodys_name(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    meeting_id = plan(cast)
    cookie = admitted(cast, link_to(cast, meeting_id)) or ""
    begin(cast, meeting_id)
    with cast.database.begin() as session:
        row = meetings.meeting(session, meeting_id)
        by = meetings.mandate(session, cast.ana, row)
        meetings.record(
            session, meeting_id, "thanks", text="<b>Thank you</b>", area=cast.area["sales"], by=by, at=MONDAY
        )
        meetings.record(session, meeting_id, "message", text="For Elsa alone", by=by, at=MONDAY)
    shown = said(look(monkeypatch, cast, cookie))
    assert "Who is here" in shown
    assert "&lt;b&gt;Thank you&lt;/b&gt;" in shown
    assert "Thanks · Sales" in shown
    assert "For Elsa alone" not in shown
    for name in ("Ana", "Fabio", "Bruno"):
        assert name not in shown


@pytest.fixture(scope="module")
def server(home: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = home.database.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def link(home: Cast) -> str:
    return link_to(home, plan(home, at=clock.now()), at=clock.now())


@pytest.fixture
def cookie(server: Server, link: str) -> dict[str, str]:
    return server.ask(f"/screen/{link}").cookie


def test_the_link_buys_a_cookie_and_leads_to_the_screen(server: Server, link: str) -> None:
    answer = server.ask(f"/screen/{link}", headers=HTML)
    assert (answer.status, answer.headers["Location"]) == (303, "/screen")
    facts = {fact.strip().lower() for fact in answer.headers["Set-Cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= facts
    assert server.ask("/screen", headers=HTML | answer.cookie).status == 200


@pytest.mark.parametrize(
    "path", ["/screen/made-up", "/screen/a/b", "/screen/../requests", "/screen/", "/screen"]
)
def test_without_a_link_nobody_comes_to_the_screen(server: Server, link: str, path: str) -> None:
    answer = server.ask(path)
    assert answer.status in (400, 401, 404)
    assert "Set-Cookie" not in answer.headers


def test_the_cookie_of_a_screen_opens_nothing_else(server: Server, cookie: dict[str, str]) -> None:
    of_the_page = ("/_stcore/health", "/_stcore/host-config", "/favicon.png", "/static/")
    for path in PATHS:
        if not path.startswith(of_the_page):
            assert server.ask(path, headers=cookie).status == 401, path
    for path in ("/screen", "/_stcore/stream", "/static/x", "/_stcore/upload_file/a/b", "/live"):
        for method in ("POST", "PUT", "DELETE"):
            assert server.ask(path, method, cookie, b"x").status == 401, (method, path)
    assert server.connect("/", **cookie) == 403


def test_a_screens_secret_in_a_header_or_in_the_other_cookie_counts_for_nothing(
    server: Server, cookie: dict[str, str]
) -> None:
    secret = cookie["Cookie"].split("=", 1)[1]
    for headers in (
        {"X-Coord-Screen": secret},
        {"X-Coord-Session": secret},
        {"Cookie": f"coord_session={secret}"},
    ):
        assert server.ask("/screen", headers=headers).status == 401


@pytest.mark.parametrize("wish", ["today", "company", "requests"])
def test_over_its_websocket_too_a_screen_runs_its_own_page_only(
    server: Server, home: Cast, cookie: dict[str, str], wish: str
) -> None:
    async def ask() -> str:
        async with opened(server.port, "/screen", cookie["Cookie"]) as page:
            forged = await page.run(page_hash=calc_hash(str(ROOT / "pages" / f"{wish}.py")))
            return forged + await page.run(name=wish) + await page.run(name="")

    seen = asyncio.run(ask())
    assert seen.count("Casa Clara") >= 3
    assert "We begin" in seen
    for private in ("Sign out", "navigation", "Language", "Ana"):
        assert private not in seen
