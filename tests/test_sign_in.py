"""Signing in at a server that is not the demo: passwords, invitations, codes, and whoever guesses."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx
import pytest
from starlette.applications import Starlette

from coord import accounts, clock, people, web
from coord.accounts import passwords
from coord.db import Database
from coord.people import Mandate
from coord.web import cookies
from tests.cast import FOUNDER, Cast, engage
from tests.conftest import fresh
from tests.test_door import HTML, Answer, Server, serving

SENTENCE = "correct horse battery"
OTHER = "a quiet sea in winter"
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


@dataclass
class Home:
    """The company of a running server, and its people's ways in."""

    cast: Cast
    server: Server

    def send(self, path: str, cookie: dict[str, str] | None = None, **form: str) -> Answer:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"http://127.0.0.1:{self.server.port}",
            "User-Agent": AGENT,
        }
        return self.server.ask(path, "POST", headers | (cookie or {}), urlencode(form).encode())

    def sign_in(self, name: str, password: str = SENTENCE, **form: str) -> Answer:
        return self.send("/sign-in", email=f"{name}@casaclara.example", password=password, **form)

    def device(self, who: Mandate) -> dict[str, str]:
        """The cookie of one more device of somebody's."""
        with self.cast.database.begin() as session:
            secret = accounts.sign_in(session, who.person_id or 0, at=clock.now())
        return {"Cookie": f"{cookies.SESSION}={secret}"}

    def is_in(self, cookie: dict[str, str]) -> bool:
        return self.server.ask("/", headers=cookie | HTML).status == 200

    def invite(self, who: Mandate) -> str:
        with self.cast.database.begin() as session:
            secret = accounts.invite(session, who.person_id or 0, by=FOUNDER, at=clock.now())
        return f"/invitation/{secret}"

    def code(self, who: Mandate) -> str:
        with self.cast.database.begin() as session:
            return accounts.reset_code(session, who.person_id or 0, by=FOUNDER, at=clock.now())


@pytest.fixture(scope="module")
def home(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Casa Clara; Ana, Carla, Elsa, Gina, Hugo and Iris have the same password, Bruno, Davi and Fabio none."""
    folder = tmp_path_factory.mktemp("home")
    with fresh(template, folder) as url:
        database = Database(url)
        cast, hashed = engage(database), accounts.hashed(SENTENCE)
        with database.begin() as session:
            for who in (cast.ana, cast.carla, cast.elsa, cast.gina, cast.hugo, cast.iris):
                accounts.keep_password(session, who.person_id or 0, hashed, at=clock.now())
        with serving(url, folder, demo=False) as server:
            yield Home(cast, server)
        database.close()


def said(answer: Answer) -> str:
    found = re.search('role="alert">([^<]*)<', answer.body)
    return found[1].replace("&#39;", "'") if found else ""


def test_ana_signs_in_however_she_writes_her_address_and_is_where_she_wanted_to_be(home: Home) -> None:
    answer = home.send(
        "/sign-in", email="  ANA@CasaClara.Example ", password=SENTENCE, next="/requests?area=3"
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/requests?area=3")
    assert home.is_in(answer.cookie)
    assert home.server.connect(**answer.cookie) == 101
    with home.cast.database.read() as session:
        found = accounts.devices(session, home.cast.ana.person_id or 0, at=clock.now())
    assert [device.name for device in found] == ["Safari · iPhone"]


def test_who_is_here_and_who_is_not_cannot_be_told_apart(home: Home) -> None:
    """A wrong password, nobody of this name, and somebody who was invited only."""
    answers = {name: home.sign_in(name, "not the password") for name in ("gina", "nobody", "davi")}
    assert {answer.status for answer in answers.values()} == {403}
    pages = {answer.body.replace(f"{name}@", "x@") for name, answer in answers.items()}
    assert len(pages) == 1
    assert said(answers["gina"]) == "This e-mail address and this password don't go together. Check both."
    assert 'value="gina@casaclara.example"' in answers["gina"].body
    assert "not the password" not in answers["gina"].body
    assert all("Set-Cookie" not in answer.headers for answer in answers.values())


def test_a_code_for_a_new_password_says_nothing_about_who_is_here_either(home: Home) -> None:
    answers = [
        home.send("/reset", email=f"{name}@casaclara.example", code="K7QF-9M2X-4TDA-P3WN", password=SENTENCE)
        for name in ("gina", "nobody")
    ]
    assert {answer.status for answer in answers} == {403}
    assert len({said(answer) for answer in answers}) == 1


def test_after_the_sign_in_nobody_is_led_to_another_site(home: Home) -> None:
    page = home.server.ask("/sign-in?next=//evil.example", headers=HTML)
    assert 'name="next" value="/"' in page.body
    assert home.sign_in("ana", next="//evil.example").headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in", "/reset", "/invitation/x", "/password"])
def test_no_other_site_sends_these_forms(home: Home, path: str) -> None:
    form = urlencode({"email": "ana@casaclara.example", "password": SENTENCE}).encode()
    cookie = home.device(home.cast.ana) if path == "/password" else {}
    for origin in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = home.server.ask(path, "POST", kind | origin | cookie, form)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


def test_a_password_of_a_megabyte_costs_nothing(home: Home) -> None:
    assert home.sign_in("ana", "x" * 1_000_000).status == 413
    assert said(home.sign_in("ana", "x" * 1_025)).startswith("This e-mail address and this password")
    link = home.invite(home.cast.fabio)
    assert said(home.send(link, password="x" * 1_025)) == "A password has at most 1024 bytes. Shorten it."


def test_bruno_comes_by_his_invitation_which_looking_at_does_not_use_up(home: Home) -> None:
    former, link = home.invite(home.cast.bruno), home.invite(home.cast.bruno)
    assert home.server.ask(former).status == 404  # a new one ends the one before
    for _ in range(2):
        page = home.server.ask(link)
        assert (page.status, page.headers["Referrer-Policy"]) == (200, "strict-origin")
        assert page.headers["Cache-Control"] == "no-store"
    assert "Welcome, Bruno." in page.body
    assert "You head Product at Casa Clara." in page.body
    assert said(home.send(link, password="too short")).startswith("A password has at least 12 characters.")
    assert said(home.send(link, password="Bruno Casa Clara")).startswith("This password is easy to guess.")
    answer = home.send(link, password=OTHER, language="pt-BR")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert home.is_in(answer.cookie)
    over = home.send(link, password=OTHER)
    assert over.status == home.server.ask(link).status == 404
    assert "ask an administrator" in over.body
    signed_in = home.server.ask(link, headers=answer.cookie)  # the link in the chat still leads in
    assert (signed_in.status, signed_in.headers["Location"]) == (303, "/")
    assert home.sign_in("bruno", OTHER).status == 303
    with home.cast.database.read() as session:
        assert people.person(session, home.cast.bruno.person_id or 0).language == "pt-BR"


def test_carla_forgot_her_password_and_chooses_another_with_a_code(home: Home) -> None:
    device, code = home.device(home.cast.carla), home.code(home.cast.carla)
    facts = {"email": "carla@casaclara.example", "code": code.lower().replace("-", " ")}
    again = home.send("/reset", **facts, password="123456789012")
    assert said(again).startswith("This password is easy to guess.")
    assert 'value="carla@casaclara.example"' in again.body
    assert home.is_in(device)
    answer = home.send("/reset", **facts, password=OTHER)
    assert home.is_in(answer.cookie)
    assert not home.is_in(device)
    assert home.send("/reset", **facts, password=OTHER).status == 403  # it works once
    assert home.sign_in("carla").status == 403
    assert home.sign_in("carla", OTHER).status == 303


def test_a_changed_password_signs_out_every_other_device_and_renews_this_one(home: Home) -> None:
    phone, laptop = home.device(home.cast.gina), home.device(home.cast.gina)
    wrong = home.send("/password", laptop, old="not my password", password=OTHER)
    assert said(wrong) == "This is not your current password. Check it."
    assert home.is_in(phone)
    changed = home.send("/password", laptop, old=SENTENCE, password=OTHER)
    assert (changed.status, changed.headers["Location"]) == (303, "/account")
    assert changed.cookie != laptop
    assert [home.is_in(cookie) for cookie in (changed.cookie, laptop, phone)] == [True, False, False]


def test_whoever_is_signed_out_over_a_form_is_led_to_the_sign_in_and_back_to_it(home: Home) -> None:
    answer = home.send("/password", HTML, old=SENTENCE, password=OTHER)
    assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=/password")
    assert home.send("/password", old=SENTENCE, password=OTHER).status == 401  # a programme is told so


def test_another_sign_in_on_the_same_browser_ends_the_first_one(home: Home) -> None:
    first = home.device(home.cast.ana)
    assert home.is_in(first)
    second = home.send("/sign-in", first, email="ana@casaclara.example", password=SENTENCE).cookie
    assert second != first
    assert not home.is_in(first)


def test_whoever_is_archived_is_out_at_once_and_comes_in_no_more(home: Home) -> None:
    cookie, code = home.device(home.cast.iris), home.code(home.cast.iris)
    link = home.invite(home.cast.davi)
    with home.cast.database.begin() as session:
        for who in (home.cast.iris, home.cast.davi):
            person_id = who.person_id or 0
            seen = people.person(session, person_id).version
            people.archive(session, person_id, seen=seen, by=FOUNDER, at=clock.now())
    assert not home.is_in(cookie)
    assert home.sign_in("iris").status == 403
    assert home.send("/reset", email="iris@casaclara.example", code=code, password=OTHER).status == 403
    assert home.server.ask(link).status == home.send(link, password=OTHER).status == 404


def test_thirty_wrong_passwords_also_at_the_same_instant_make_whoever_guesses_wait_and_nobody_else(
    home: Home,
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: home.sign_in("elsa", f"wrong password {n}"), range(30)))
    waiting = [answer for answer in answers if answer.status == 429]
    assert {answer.status for answer in answers} == {403, 429}
    assert len(waiting) > 20
    assert int(waiting[-1].headers["Retry-After"]) > 0
    assert said(waiting[-1]).startswith("That was tried too often. Seconds until the next try: ")
    assert home.sign_in("hugo").status == 303  # from the same address


def test_whoever_guesses_a_code_or_at_an_open_device_the_password_waits_too(home: Home) -> None:
    def code(n: int) -> int:
        return home.send("/reset", email="fabio@casaclara.example", code=f"AAAA-{n}", password=OTHER).status

    gina = home.device(home.cast.gina)
    assert 429 in [code(n) for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        tried = pool.map(
            lambda n: home.send("/password", gina, old=f"wrong {n}", password=OTHER).status, range(8)
        )
    assert 429 in tried


Asking = Callable[..., httpx.Response]


@pytest.fixture
def ask(database: Database, monkeypatch: pytest.MonkeyPatch) -> Asking:
    """Ask the pages before sign-in in this process, where one can keep them waiting."""
    monkeypatch.setenv("COORD_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COORD_DEMO", "0")
    app = httpx.ASGITransport(Starlette(routes=web.routes()))

    async def asked(method: str, path: str, form: dict[str, str] | None) -> httpx.Response:
        origin = {"Origin": "http://coord.example"}
        async with httpx.AsyncClient(transport=app, base_url=origin["Origin"], headers=origin) as browser:
            return await browser.request(method, path, data=form)

    return lambda method, path, form=None: asyncio.run(asked(method, path, form))


def test_whoever_signs_in_while_the_password_is_changed_is_not_let_in(cast: Cast, ask: Asking) -> None:
    ana, form = cast.ana.person_id or 0, {"email": "ana@casaclara.example", "password": SENTENCE}
    with cast.database.begin() as session:
        accounts.keep_password(session, ana, accounts.hashed(SENTENCE), at=clock.now())
    with ExitStack() as busy, ThreadPoolExecutor(1) as another:
        for _ in range(2):
            busy.enter_context(passwords._TURN)  # nobody's password is looked at meanwhile
        answer = another.submit(ask, "POST", "/sign-in", form)
        while not passwords._TURN._cond._waiters:  # type: ignore[attr-defined]
            assert not answer.done()
            time.sleep(0.01)
        with cast.database.begin() as session:
            accounts.keep_password(session, ana, "another", at=clock.now())
            busy.close()
            wait([answer], 0.5)  # the old password is right, and the new one not kept yet
        assert answer.result().status_code == 403
    with cast.database.read() as session:
        assert accounts.devices(session, ana, at=clock.now()) == []


def test_a_company_that_nobody_administers_yet_begins_at_the_beginning(ask: Asking) -> None:
    answer = ask("GET", "/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/begin")
