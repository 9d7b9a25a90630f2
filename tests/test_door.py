"""The door, tried from outside on a running server: nobody comes past it without a sign-in."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from coord import accounts, clock, people
from coord.db import Database
from coord.web import Door
from coord.web.cookies import SESSION as COOKIE
from coord.web.uploads import MEGABYTE
from tests.browser import journey
from tests.cast import FOUNDER, Cast, engage
from tests.streams import opened

ROOT = Path(__file__).resolve().parents[1]
HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass
class Server:
    """A running server, and what it has said."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            said = b"" if response.status == 101 else response.read()
            return Answer(response.status, response.headers, said.decode("utf-8", "replace"))
        finally:
            connection.close()

    def sign_in(self, person: int | None, next: str = "/", **headers: str) -> "Answer":
        form = urlencode({"person": person, "next": next}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("/sign-in", "POST", kind | headers, form)

    def connect(self, path: str = "/_stcore/stream", **headers: str) -> int:
        """Try to open a websocket; the status of the answer, 101 where it was opened."""
        wishes = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        return self.ask(path, headers=wishes | headers).status


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str

    @property
    def cookie(self) -> dict[str, str]:
        """The cookie that was set, as a header to send back."""
        return {"Cookie": self.headers["Set-Cookie"].split(";")[0]}


@contextmanager
def serving(
    url: str, folder: Path, *, demo: bool = True, waits: bool = True, base: str = ""
) -> Iterator[Server]:
    """The real server on a free port of this computer, started from somewhere else, stopped at the end.

    With a base it is started as behind a proxy, by `coord serve`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / f"server-{port}.log"
    environ = {**os.environ, "COORD_DATABASE_URL": url, "COORD_DEMO": "1" if demo else "0"}
    call = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}",
            "--server.headless=true"]  # fmt: skip
    if base:
        call = [sys.executable, "-c", "from coord.cli import main; main()", "serve", "--base-path", base, "--port", str(port),
                "--no-browser"]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(
            call, cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
    server = Server(port, process, log)
    try:
        if waits:
            _wait_for(server, base)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, base: str) -> None:
    for _ in range(300):
        assert server.process.poll() is None, server.log.read_text()
        try:
            if server.ask(f"{base}/health").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(server.log.read_text())


@pytest.fixture(scope="module")
def server(home: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = home.database.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("server")) as server:
        yield server


PATHS = [
    "/",
    "/requests",
    "/request?id=1",
    "/sign-out",
    "/sign-in/x",
    "/sign-in/../requests",
    "/health/..%2frequests",
    "//health",
    "//[",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/allowed-message-origins",
    "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/x/y.js",
    "/media/x",
    "/media/0123456789abcdef0123456789abcdef.csv",
    "/component/x",
    "/component/streamlit.x/index.html",
    "/static/x",
    "/static/index.html",
    "/app/static/x",
    "/index.html",
    "/favicon.png",
    "/manifest.json",
    "/api/x",
    "/api/sign-in",
    "/auth/login",
    "/oauth2callback",
]


# Who may come without a sign-in, and to what; whatever else the server answers to asks for one.
OPEN = {"/sign-in", "/reset", "/begin", "/single-sign-on", "/single-sign-on/back", "/health",
        "/invitation/{secret}", "/screen/{link}", "/calendar/{secret}.ics"}  # fmt: skip
LISTED = """
import json
from starlette.routing import WebSocketRoute
from app import app
routes = app._build_starlette_app().routes  # as Streamlit puts it together for its server
print(json.dumps([[getattr(route, "path", ""), isinstance(route, WebSocketRoute)] for route in routes]))
"""


@pytest.fixture(scope="module")
def routes() -> set[tuple[str, bool]]:
    """Every route of the running program, Streamlit's own among them, and whether it is a websocket's."""
    call = [sys.executable, "-W", "ignore", "-c", LISTED]
    said = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout
    found = {(path, is_line) for path, is_line in json.loads(said)}
    assert {("/live", True), ("/_stcore/stream", True), ("/media/{file_id:path}", False)} <= found
    return found


def test_every_route_there_is_asks_for_a_sign_in_but_those_that_lead_to_one(
    server: Server, routes: set[tuple[str, bool]]
) -> None:
    assert {path for path, _ in routes} >= OPEN
    for path, is_line in sorted(routes):
        asked = re.sub("{[^}]*}", "a", path) or "/static/a"
        assert server.connect(asked) != 101, path
        if path in OPEN or is_line:
            continue
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            assert server.ask(asked, method).status == 401, f"{method} {path}"


def test_what_is_open_to_all_shows_nobody(server: Server, home: Cast) -> None:
    for path in OPEN - {"/sign-in"}:  # the demo's shows whom one can be
        shown = server.ask(re.sub("{[^}]*}", "a", path), headers=HTML)
        assert not re.search("Bruno|Hugo|casaclara", shown.body), path


@pytest.mark.parametrize("path", ["/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics", "/auth/login",
                                  "/oauth2callback?code=1", "/component/x/index.html"])  # fmt: skip
def test_what_streamlit_brings_along_and_nobody_needs_is_closed_to_everybody(
    server: Server, home: Cast, path: str
) -> None:
    cookie = server.sign_in(home.hugo.person_id).cookie
    assert server.ask(path, "POST", cookie, b"{}").status == 404
    assert server.ask(path, headers=cookie).body == "There is nothing at this address."


@pytest.mark.parametrize("path", PATHS)
def test_without_a_sign_in_every_address_is_refused(server: Server, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        answer = server.ask(path, method)
        assert (answer.status, answer.body) == (401, "Sign in first."), method
    shown = server.ask(path, headers=HTML)
    assert shown.status == 303
    assert shown.headers["Location"].startswith("/sign-in?next=/")


def test_without_a_sign_in_nobody_uploads_a_file(server: Server) -> None:
    answer = server.ask("/_stcore/upload_file/a/b", "PUT", body=b"x" * 1_000)
    assert answer.status == 401


@pytest.mark.parametrize(
    ("who", "length", "answer"),
    [
        ("bruno", 10 * MEGABYTE, 403),  # come past the door, and stopped by Streamlit for want of its token
        ("bruno", 11 * MEGABYTE, 413),
        ("hugo", 100 * MEGABYTE, 403),
        ("hugo", 101 * MEGABYTE, 413),
    ],
)
def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    server: Server, home: Cast, who: str, length: int, answer: int
) -> None:
    cookie = server.sign_in(getattr(home, who).person_id).cookie
    said = server.ask("/_stcore/upload_file/a/b", "PUT", cookie | {"Content-Length": str(length)})
    assert said.status == answer
    unsaid = server.ask(
        "/_stcore/upload_file/a/b", "PUT", cookie | {"Transfer-Encoding": "chunked"}, b"0\r\n\r\n"
    )
    assert unsaid.status == 413, "nobody knows how long this would go on"


@pytest.mark.parametrize("path", ["/_stcore/stream", "/", "/sign-out", "/api/x"])
def test_without_a_sign_in_no_websocket_opens(server: Server, path: str) -> None:
    assert server.connect(path) == 403
    assert server.connect(path, Cookie=f"{COOKIE}=made-up") == 403


@pytest.mark.parametrize("path", ["/sign-in", "/health"])
def test_no_websocket_opens_on_the_pages_before_the_sign_in_either(server: Server, path: str) -> None:
    assert server.connect(path) != 101


def test_the_pages_before_the_sign_in_answer(server: Server) -> None:
    assert server.ask("/health").body == '{"status":"ok"}'
    for language, sentence in [
        ("en", "Who are you today?"),
        ("pt-BR", "Quem é você hoje?"),
        ("es", "¿Quién eres hoy?"),
    ]:
        page = server.ask("/sign-in", headers={"Accept-Language": language})
        assert page.status == 200
        assert sentence in page.body
        assert f'lang="{language}"' in page.body
        assert "Bruno" in page.body


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "coord_session=",
        "coord_session=x",
        "coord_session=" + "x" * 5_000,
        "coord_session=%00; coord_session=y",
        "coord_session=ação",
        ";;;=",
        "coord_session",
    ],
)
def test_a_made_up_cookie_opens_nothing(server: Server, cookie: str) -> None:
    assert server.ask("/", headers={"Cookie": cookie.encode().decode("latin-1")}).status == 401


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(server: Server, home: Cast) -> None:
    signed = server.sign_in(home.bruno.person_id)
    assert (signed.status, signed.headers["Location"]) == (303, "/")
    facts = {fact.strip().lower() for fact in signed.headers["Set-Cookie"].split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= facts
    assert len(signed.cookie["Cookie"]) >= len(COOKIE) + 43  # 256 random bits
    assert server.ask("/", headers=signed.cookie | HTML).status == 200
    assert server.connect(**signed.cookie) == 101


def test_a_websocket_of_another_site_is_refused(server: Server, home: Cast) -> None:
    signed = server.sign_in(home.bruno.person_id)
    assert server.connect(**signed.cookie, Origin="https://evil.example") == 403
    assert server.connect(**signed.cookie, Origin=f"http://127.0.0.1:{server.port}") == 101


def test_who_signs_out_is_out_at_once(server: Server, home: Cast) -> None:
    cookie = server.sign_in(home.bruno.person_id).cookie
    led = server.ask(
        "/sign-out", headers=cookie | {"Sec-Fetch-Site": "cross-site"}
    )  # by somebody else's link
    assert (led.headers["Location"], server.ask("/", headers=cookie).status) == ("/", 200)
    left = server.ask("/sign-out", headers=cookie)
    assert (left.status, left.headers["Location"]) == (303, "/sign-in")
    assert server.ask("/", headers=cookie).status == 401
    assert server.connect(**cookie) == 403


def test_choosing_another_person_ends_the_first_session(server: Server, home: Cast) -> None:
    first = server.sign_in(home.bruno.person_id).cookie
    second = server.sign_in(home.ana.person_id, **first).cookie
    assert server.ask("/", headers=first).status == 401
    assert server.ask("/", headers=second).status == 200


def test_the_cookie_of_an_archived_person_opens_nothing_any_more(server: Server, home: Cast) -> None:
    cookie = server.sign_in(home.iris.person_id).cookie
    assert server.ask("/", headers=cookie).status == 200
    with home.database.begin() as session:
        row = people.person(session, home.iris.person_id or 0)
        people.archive(session, row.id, seen=row.version, by=FOUNDER, at=clock.now())
    assert server.ask("/", headers=cookie).status == 401
    assert server.connect(**cookie) == 403
    assert "Set-Cookie" not in server.sign_in(home.iris.person_id).headers


@pytest.mark.parametrize("person", [999_999, None, -1, 10**30])
def test_nobody_signs_in_as_somebody_who_is_not_there(server: Server, person: int | None) -> None:
    answer = server.sign_in(person)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "\x01//evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "evil.example",
        "//[",
        "//℀",
        "",
    ],
)
def test_the_way_after_the_sign_in_leads_to_no_other_site(server: Server, home: Cast, wish: str) -> None:
    page = server.ask(f"/sign-in?next={quote(wish)}", headers=HTML)
    assert re.search('name="next" value="(.*)"', page.body).group(1) == "/"  # type: ignore[union-attr]
    assert server.sign_in(home.bruno.person_id, wish).headers["Location"] == "/"


def test_the_way_after_the_sign_in_leads_back_to_what_was_wanted(server: Server, home: Cast) -> None:
    asked = server.ask("/requests?area=3&text=a%26b", headers=HTML)
    page = server.ask(asked.headers["Location"], headers=HTML)
    assert 'name="next" value="/requests?area=3&amp;text=a%26b"' in page.body
    signed = server.sign_in(home.bruno.person_id, "/requests?area=3&text=a%26b")
    assert signed.headers["Location"] == "/requests?area=3&text=a%26b"


def test_what_is_in_the_address_does_not_become_part_of_the_page(server: Server) -> None:
    wish = quote('/"><script>alert(1)</script>')
    page = server.ask(f"/sign-in?next={wish}&language=xx", headers=HTML)
    assert "<script>alert" not in page.body
    assert 'lang="en"' in page.body


def test_a_form_of_another_site_signs_nobody_in(server: Server, home: Cast) -> None:
    for origin in (
        "https://evil.example",
        "null",
        "http://[",
        f"http://127.0.0.1:{server.port}.evil.example",
    ):
        answer = server.sign_in(home.bruno.person_id, Origin=origin)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
    assert server.sign_in(home.bruno.person_id, Origin=f"http://127.0.0.1:{server.port}").status == 303


def test_a_stranger_cannot_fill_the_memory_with_a_form(server: Server) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.ask("/sign-in", "POST", kind, b"person=" + b"9" * 2_000_000).status == 413


def test_a_value_that_no_widget_offers_changes_nothing_and_breaks_no_page(server: Server, home: Cast) -> None:
    cookie = server.sign_in(home.bruno.person_id).cookie["Cookie"]

    async def send(*values: str) -> bytes:
        async with opened(server.port, "/", cookie) as page:
            await page.run()
            drawn = [ForwardMsg.FromString(payload).delta.new_element for payload in page.sent]
            (languages,) = {one.button_group.id for one in drawn if one.button_group.id.endswith("-language")}
            state = WidgetState(id=languages)
            state.string_array_value.data.extend(values)
            return (await page.run(states=[state])).encode()

    for forged in ("xx", "<script>", "pt-BR\x00"):
        assert b"Ask" in asyncio.run(send(forged))
    assert b"Pedir" in asyncio.run(send("ES")), "what it does offer is taken"
    assert b"Pedir" in asyncio.run(send("xx"))
    with home.database.read() as session:
        assert people.person(session, home.bruno.person_id or 0).language == "es"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/health", "/api/x", "/_stcore/health"])
def test_every_answer_carries_what_browsers_need_to_protect_people(
    server: Server, home: Cast, path: str
) -> None:
    cookie = server.sign_in(home.bruno.person_id).cookie
    for headers in ({}, HTML, cookie | HTML):
        found = server.ask(path, headers=headers).headers
        assert (found["X-Frame-Options"], found["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert found["Referrer-Policy"] in ("same-origin", "strict-origin")
        assert found["Cache-Control"] in ("no-store", "no-cache")
        assert found["X-Robots-Tag"] == "noindex, nofollow"
        assert found["Cross-Origin-Opener-Policy"] == "same-origin"
        policy = found["Content-Security-Policy"]
        assert re.search("default-src '(self|none)'", policy)
        assert "frame-ancestors 'none'" in policy
        assert "'unsafe-eval'" not in policy
        assert "http" not in policy, "nothing is fetched from elsewhere"


def test_an_unknown_address_of_the_api_is_no_page(server: Server, home: Cast) -> None:
    answer = server.ask("/api/x", headers=server.sign_in(home.bruno.person_id).cookie)
    assert (answer.status, answer.headers["Content-Type"]) == (404, "application/json")


def test_a_session_in_a_header_of_the_client_counts_for_nothing(server: Server, home: Cast) -> None:
    with home.database.begin() as session:
        secret = accounts.sign_in(session, home.ana.person_id or 0, at=clock.now())
    assert server.ask("/", headers={"Cookie": f"{COOKIE}={secret}"}).status == 200
    for name in ("X-Coord-Session", "x-coord-session", "X_Coord_Session"):
        assert server.ask("/", headers={name: secret}).status == 401


def test_the_scripts_see_the_session_of_the_cookie_and_never_that_of_a_forged_header(
    home: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", home.database.url.render_as_string(hide_password=False))
    with home.database.begin() as session:
        mine = accounts.sign_in(session, home.ana.person_id or 0, at=clock.now())
        other = accounts.sign_in(session, home.bruno.person_id or 0, at=clock.now())
    seen: list[list[bytes]] = []

    async def inside(scope, receive, send):  # type: ignore[no-untyped-def]
        seen.append([value for name, value in scope["headers"] if name.lower() == b"x-coord-session"])

    async def come(path: str, kind: str, *headers: tuple[bytes, bytes]) -> None:
        scope = {"type": kind, "path": path, "method": "GET", "query_string": b"", "headers": list(headers)}
        await Door(inside)(scope, None, None)  # type: ignore[arg-type]

    cookie, forged = (b"cookie", f"{COOKIE}={mine}".encode()), (b"X-Coord-Session", other.encode())
    for kind in ("http", "websocket"):
        asyncio.run(come("/", kind, cookie, forged))
    asyncio.run(come("/sign-in", "http", forged))
    assert seen == [[mine.encode()], [mine.encode()], []]


@journey
def test_a_second_server_on_the_same_file_says_so_and_stops(
    server: Server, home: Cast, tmp_path: Path
) -> None:
    if not home.database.is_sqlite:
        pytest.skip("several servers may share one PostgreSQL database")
    url = home.database.url.render_as_string(hide_password=False)
    with serving(url, tmp_path, waits=False) as second:
        assert second.process.wait(30) != 0
        said = second.log.read_text()
    assert f"Another Coord server already uses {home.database.url.database}. Stop it first." in said
    assert "Traceback" not in said
    assert server.ask("/health").status == 200


@journey
def test_a_server_on_a_newer_database_says_so_and_stops(url: str, tmp_path: Path) -> None:
    database = Database(url)
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with serving(url, tmp_path, waits=False) as server:
        assert server.process.wait(30) != 0
        said = server.log.read_text()
    assert "This database was written by a newer Coord. Start that version" in said
    assert "Traceback" not in said


@journey
def test_outside_the_demo_nobody_chooses_who_they_are(url: str, tmp_path: Path) -> None:
    database = Database(url)
    cast = engage(database)
    database.close()
    with serving(url, tmp_path, demo=False) as server:
        answer = server.sign_in(cast.hugo.person_id)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
        page = server.ask("/sign-in", headers=HTML)
        assert (page.status, "password" in page.body) == (200, True)
        handlers = re.findall(r'\son\w+="([^"]*)"', page.body)
        hashes = [b64encode(sha256(words.encode()).digest()).decode() for words in handlers]
        assert hashes
        assert all(one in page.headers["Content-Security-Policy"] for one in hashes)
        assert "Bruno" not in page.body
        assert server.ask("/").status == 401
