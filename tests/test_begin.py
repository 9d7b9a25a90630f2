"""The first run of a fresh server, tried from outside: who may do it, once, and where everything leads until then."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from coord import people
from coord.db import Database
from coord.web.begin import is_at_this_computer
from tests.conftest import fresh
from tests.test_door import HTML, Answer, Server, serving

PASSWORD = "four horses in the snow"
ELSEWHERE = {"X-Forwarded-For": "192.0.2.7"}


@pytest.fixture(scope="module")
def data(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database of a server that nobody has set up; the last test founds the company."""
    with fresh(template, tmp_path_factory.mktemp("data")) as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture(scope="module")
def server(data: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = data.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("begin"), demo=False) as server:
        yield server


def send(server: Server, headers: dict[str, str] | None = None, **typed: str) -> Answer:
    form = {"company": "Padaria Aurora", "name": "Rosa", "email": "rosa@aurora.example", "password": PASSWORD,
            "zone": "America/Sao_Paulo", "country": "BR", "key": "0123", "language": "en"}  # fmt: skip
    wishes = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://127.0.0.1:{server.port}",
    }
    return server.ask("/begin", "POST", wishes | (headers or {}), urlencode(form | typed).encode())


def refusal(answer: Answer) -> str:
    found = re.search('class="refused"[^>]*>(.*?)<', answer.body)
    return found.group(1) if found else ""


def names(data: Database) -> list[str]:
    with data.read() as session:
        return [person.name for person in people.people(session)]


def test_everything_leads_to_the_first_run_old_bookmarks_too(server: Server) -> None:
    for path in ("/", "/requests", "/request?id=7", "/sign-in"):
        answer = server.ask(path, headers=HTML)
        for _ in range(2):
            if answer.status == 303:
                answer = server.ask(answer.headers["Location"], headers=HTML)
        assert answer.status == 200
        assert 'action="/begin"' in answer.body


@pytest.mark.parametrize(
    ("headers", "asks"),
    [
        ({}, False),
        ({"Host": "localhost:8501"}, False),
        ({"Host": "coord.example"}, True),  # also a site that gives itself the address of this computer
        ({"Host": "a{b.coord.example"}, True),  # under a name that a browser takes, and Starlette does not
        ({"Host": "localhost.coord.example"}, True),
        (ELSEWHERE, True),
        ({"Forwarded": "for=127.0.0.1"}, True),
        ({"Via": "1.1 proxy"}, True),
    ],
)
def test_only_a_browser_on_this_very_computer_needs_no_code(
    server: Server, headers: dict[str, str], asks: bool
) -> None:
    assert ('name="code"' in server.ask("/begin", headers=headers).body) is asks


def test_a_proxy_that_says_nothing_of_whom_it_calls_for_is_asked_for_the_code(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        HTTPConnection, "_http_vsn_str", "HTTP/1.0"
    )  # as nginx does when it is told nothing else
    assert 'name="code"' in server.ask("/begin").body


@pytest.mark.parametrize("told", ["COORD_ADDRESS", "COORD_BASE", "NOTHING"])
def test_a_server_with_an_address_for_others_asks_everybody_for_the_code(
    monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv(told, {"COORD_ADDRESS": "https://coord.example", "COORD_BASE": "/coord"}.get(told, ""))
    scope = {"type": "http", "client": ("127.0.0.1", 1), "headers": [(b"host", b"localhost")]}
    assert is_at_this_computer(Request(scope)) is (told == "NOTHING")


def test_whoever_guesses_the_code_waits(server: Server) -> None:
    guesser = {"X-Forwarded-For": "192.0.2.8"}
    answers = [send(server, guesser, code=f"AAAA-AAA{n}") for n in range(8)]
    assert "This is not the code" in refusal(answers[0])
    waits = [answer for answer in answers if answer.status == 429]
    assert "That was tried too often" in refusal(waits[0])
    assert int(waits[0].headers["Retry-After"]) > 0


def test_another_language_keeps_what_was_typed_and_founds_nothing(server: Server, data: Database) -> None:
    answer = send(server, company="<b>Aurora</b>", speak="es")
    assert answer.status == 200
    assert '<html lang="es">' in answer.body
    assert "&lt;b&gt;Aurora" in answer.body
    assert PASSWORD in answer.body
    assert answer.headers["Cache-Control"] == "no-store"
    assert names(data) == []


def test_what_is_wrong_is_said_and_the_rest_stays(server: Server, data: Database) -> None:
    for typed in (
        {"password": "short"},
        {"company": " "},
        {"email": "rosa"},
        {"name": "x" * 10_000},
        {"zone": "Mars"},
    ):
        answer = send(server, **typed)
        assert answer.status == 422
        assert refusal(answer)
        assert 'value="BR" selected' in answer.body
    assert names(data) == []


def test_a_form_from_another_site_or_from_nowhere_is_refused(server: Server, data: Database) -> None:
    assert send(server, {"Origin": "http://elsewhere.example"}).status == 403
    assert send(server, {"Origin": ""}).status == 403
    assert send(server, name="x" * 70_000).status == 413
    assert names(data) == []


def test_from_elsewhere_the_code_of_the_terminal_founds_the_company_once(
    server: Server, data: Database
) -> None:
    assert "This is not the code" in refusal(send(server, ELSEWHERE, code="AAAA-AAAA"))
    said = re.search("this code: (.*)", server.log.read_text())
    assert said
    first = send(server, ELSEWHERE, code=said.group(1).lower().replace("-", " "))
    assert (first.status, first.headers["Location"]) == (303, "/setup")
    again = send(server, ELSEWHERE, code=said.group(1))  # the same click again
    for answer in (first, again):
        assert server.ask("/setup", headers=HTML | answer.cookie).status == 200
    assert "somebody was quicker" in send(server, key="4567", email="eva@else.example").body
    assert server.ask("/begin", headers=HTML).headers["Location"] == "/sign-in"
    assert names(data) == ["Rosa"]
