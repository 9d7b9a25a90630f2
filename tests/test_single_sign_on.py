"""Single sign-on: sent to a real identity provider, come back, in by the same cookie; and everything that must not work."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from coord import accounts, clock, people
from coord.accounts import ProviderWish, openid
from coord.refusal import Changed, Refused
from tests.browser import LONG, free_port
from tests.cast import FOUNDER, Cast
from tests.pages import visit, words
from tests.provider import CLIENT, SECRET, WELL_KNOWN, Provider, providing
from tests.test_door import Server, serving
from tests.test_notices_page import press, widget

pytestmark = LONG


@pytest.fixture(scope="module")
def server(home: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = home.database.url.render_as_string(hide_password=False)
    with serving(url, tmp_path_factory.mktemp("server"), demo=False) as server:
        yield server


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing() as provider:
        yield provider


def use(home: Cast, address: str, **wishes: object) -> None:
    """Have an administrator enter this provider."""
    wish = {"is_on": True, "label": "Casa Clara", "client_id": CLIENT, "client_secret": SECRET, **wishes}
    with home.database.begin() as session:
        row = accounts.provider(session)
        seen = row.version if row else 0
        accounts.keep_provider(session, ProviderWish(address=address, **wish), seen=seen, by=FOUNDER)  # type: ignore[arg-type]


def as_bruno(provider: Provider, **also: object) -> None:
    provider.told = {"email": "bruno@casaclara.example", "email_verified": True, **also}


def browser(server: Server) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers={"Accept": "text/html"})


def journey(someone: httpx.Client, next: str = "/requests", language: str = "") -> httpx.Response:
    """From the sign-in page to the provider and back."""
    page = someone.get("/sign-in", params={"next": next, "language": language})
    leads = re.search('href="([^"]*/single-sign-on[^"]*)"', page.text)
    assert leads, "the page offers it"
    away = someone.get(unescape(leads[1]))
    assert away.status_code == 303
    back = httpx.get(away.headers["Location"])
    return someone.get(back.headers["Location"])


def said(answer: httpx.Response) -> str:
    """Why somebody was not let in; the page to sign in is still there."""
    assert answer.status_code == 403
    assert "coord_session" not in answer.headers.get("Set-Cookie", "")
    assert 'type="password"' in answer.text
    sentence = re.search('<p class="said"[^>]*>(.*?)</p>', answer.text)
    assert sentence
    return sentence[1]


def test_a_person_signs_in_at_a_provider_of_the_shelf(server: Server, home: Cast, tmp_path: Path) -> None:
    port = free_port()
    claims = {"sub": "7", "email": "Bruno@CasaClara.example", "email_verified": True}
    call = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([*call, "--user-claims", json.dumps(claims)], stdout=log, stderr=log)
    try:
        issuer = f"http://127.0.0.1:{port}"
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as patient:
            patient.get(issuer + WELL_KNOWN)
        use(home, issuer)
        with browser(server) as bruno:
            away = bruno.get("/single-sign-on?next=/requests").headers["Location"]
            asked = parse_qs(urlsplit(away).query)
            assert asked["code_challenge_method"] == ["S256"]
            assert {"nonce", "state", "code_challenge"} <= set(asked)
            back = httpx.post(away, data={"sub": "7"}).headers["Location"]
            came = bruno.get(back)
            assert (came.status_code, came.headers["Location"]) == (303, "/requests")
            assert bruno.get("/requests").status_code == 200
            assert bruno.get("/sign-out").status_code == 303
            assert bruno.get("/requests").headers["Location"].startswith("/sign-in")
    finally:
        process.terminate()
        process.wait(20)


def test_it_ends_in_the_same_cookie_and_device_as_a_password(
    server: Server, home: Cast, provider: Provider
) -> None:
    use(home, provider.issuer())
    as_bruno(provider)
    with browser(server) as bruno:
        came = journey(bruno, "/requests?area=3&text=a%26b")
        assert came.headers["Location"] == "/requests?area=3&text=a%26b"
        assert "HttpOnly" in came.headers["Set-Cookie"]
        secret = bruno.cookies["coord_session"]
        assert "coord_sign_on" not in bruno.cookies
    with home.database.read() as session:
        person = accounts.signed_in(session, secret, at=clock.now())
        assert person is not None
        assert person.id == home.bruno.person_id


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_leads_to_no_other_site(
    server: Server, home: Cast, provider: Provider, wish: str
) -> None:
    use(home, provider.issuer())
    as_bruno(provider)
    with browser(server) as bruno:
        away = bruno.get("/single-sign-on", params={"next": wish})
        back = httpx.get(away.headers["Location"]).headers["Location"]
        assert bruno.get(back).headers["Location"] == "/"


WRONG = {
    "nonce": "can&#39;t be trusted",
    "audience": "can&#39;t be trusted",
    "audiences": "can&#39;t be trusted",
    "expired": "can&#39;t be trusted",
    "issuer": "can&#39;t be trusted",
    "signature": "can&#39;t be trusted",
    "unsigned": "can&#39;t be trusted",
    "strange": "can&#39;t be trusted",
    "another-subject": "about somebody else",
}


@pytest.mark.parametrize(("wrong", "sentence"), WRONG.items())
def test_an_answer_with_anything_wrong_lets_nobody_in(
    server: Server, home: Cast, provider: Provider, wrong: str, sentence: str
) -> None:
    use(home, provider.issuer(wrong))
    as_bruno(provider)
    with browser(server) as bruno:
        assert sentence in said(journey(bruno))
        assert bruno.get("/requests").status_code == 303


@pytest.mark.parametrize("fine", ["skewed", "userinfo"])
def test_a_clock_half_a_minute_off_is_forgiven_and_an_email_may_be_told_later(
    server: Server, home: Cast, provider: Provider, fine: str
) -> None:
    use(home, provider.issuer(fine))
    as_bruno(provider)
    with browser(server) as bruno:
        assert journey(bruno).headers["Location"] == "/requests"


def test_new_keys_of_the_provider_are_looked_for_once(server: Server, home: Cast, provider: Provider) -> None:
    use(home, provider.issuer("turned"))
    as_bruno(provider)
    for turn in range(3):
        with browser(server) as bruno:
            assert journey(bruno).headers["Location"] == "/requests"
        if turn == 1:
            provider.turn_keys()
    assert provider.paths.count("/turned/keys") == 2
    assert provider.paths.count("/turned" + WELL_KNOWN) == 1


@pytest.mark.parametrize("unverified", [{"email_verified": False}, {"email_verified": None}])
def test_an_unverified_email_counts_only_where_an_administrator_said_so(
    server: Server, home: Cast, provider: Provider, unverified: dict[str, bool | None]
) -> None:
    as_bruno(provider, **unverified)
    use(home, provider.issuer())
    with browser(server) as bruno:
        assert "not marked as verified" in said(journey(bruno))
    use(home, provider.issuer(), trusts_emails=True)
    with browser(server) as bruno:
        assert journey(bruno).status_code == 303


@pytest.mark.parametrize(
    "email", ["nobody@elsewhere.example", "brúno@casaclara.example", "iris@casaclara.example"]
)
def test_whoever_is_not_or_no_longer_here_is_told_so_in_one_sentence(
    server: Server, home: Cast, provider: Provider, email: str
) -> None:
    with home.database.begin() as session:
        iris = people.person(session, home.iris.person_id or 0)
        if iris.archived_at is None:
            people.archive(session, iris.id, seen=iris.version, by=FOUNDER, at=clock.now())
    use(home, provider.issuer())
    as_bruno(provider, email=email)
    with browser(server) as someone:
        assert (
            said(journey(someone))
            == f"Nobody here signs in with {email}. Ask an administrator to add you with it."
        )


def test_an_attempt_is_one_browsers_and_counts_once(server: Server, home: Cast, provider: Provider) -> None:
    use(home, provider.issuer())
    as_bruno(provider)
    with browser(server) as bruno, browser(server) as other:
        away = bruno.get("/single-sign-on").headers["Location"]
        kept = bruno.cookies["coord_sign_on"]
        back = httpx.get(away).headers["Location"]
        assert "begun in another browser" in said(other.get(back))
        other.cookies["coord_sign_on"] = kept[:-4] + "AAAA"
        assert "begun in another browser" in said(other.get(back)), "it is signed"
        assert "begun in another browser" in said(bruno.get(back.replace("state=", "state=x")))
        bruno.cookies["coord_sign_on"] = kept
        assert bruno.get(back).status_code == 303
        bruno.cookies["coord_sign_on"] = kept
        assert "begun in another browser" in said(bruno.get(back))


def test_a_language_that_was_chosen_before_stays_with_whoever_comes_back_and_with_whoever_is_refused(
    server: Server, home: Cast, provider: Provider
) -> None:
    use(home, provider.issuer())
    for email, came in (("nobody@elsewhere.example", 403), ("bruno@casaclara.example", 303)):
        as_bruno(provider, email=email)
        with browser(server) as someone:
            answer = journey(someone, language="es")
        assert answer.status_code == came
        if came == 403:
            assert '<html lang="es">' in answer.text
            leads = re.findall('href="([^"?]*)[?][^"]*language=', answer.text)
            assert sorted(set(leads)) == ["/reset", "/sign-in", "/single-sign-on"]
    with home.database.read() as session:
        assert people.person(session, home.bruno.person_id or 0).language == "es"


def test_who_says_no_at_the_provider_can_still_use_a_password(
    server: Server, home: Cast, provider: Provider
) -> None:
    use(home, provider.issuer())
    with browser(server) as bruno:
        state = parse_qs(urlsplit(bruno.get("/single-sign-on").headers["Location"]).query)["state"][0]
        denied = bruno.get("/single-sign-on/back", params={"error": "access_denied", "state": state})
        assert "Casa Clara has not let you in" in said(denied)


def test_a_provider_that_is_down_or_turned_off_leaves_the_password(server: Server, home: Cast) -> None:
    use(home, f"http://127.0.0.1:{free_port()}")
    with browser(server) as bruno:
        assert "can&#39;t be reached" in said(bruno.get("/single-sign-on"))
        use(home, "https://accounts.example", is_on=False)
        assert "single-sign-on" not in bruno.get("/sign-in").text
        assert "no other way" in said(bruno.get("/single-sign-on"))


TROUBLES = {
    "moved": "answered 302",
    "page": "answered 200 where its OpenID Connect should be",
    "named": "calls itself",
    "inside": "begin with https://",
    "network": "not public",
}


@pytest.mark.parametrize(("wrong", "sentence"), TROUBLES.items())
def test_trying_a_provider_out_says_what_is_wrong_and_follows_no_lead_into_a_network(
    provider: Provider, wrong: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        openid.discovered(openid.document(provider.issuer(wrong)), at=clock.now())


def test_what_is_typed_is_an_address_of_a_provider_or_refused(home: Cast) -> None:
    for address in (
        "http://accounts.example",
        "ftp://accounts.example",
        "https://user:pass@accounts.example",
        "https://[accounts.example",
        "",
        None,
    ):
        with pytest.raises(Refused):
            use(home, address)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Fill in"):
        use(home, "https://accounts.example", client_id=" ")


def test_the_secret_stays_until_another_is_typed_and_goes_to_nobody_else(home: Cast) -> None:
    use(home, "https://accounts.example")
    use(home, "https://accounts.example/", client_secret=None, label="Accounts")
    with home.database.read() as session:
        row = accounts.provider(session)
        assert row is not None
        assert (row.client_secret, row.label) == (SECRET, "Accounts")
    with pytest.raises(Refused, match="type the client secret again"):
        use(home, "https://evil.example", client_secret=" ")


def test_only_an_administrator_who_has_seen_the_newest_enters_a_provider(home: Cast) -> None:
    wish = ProviderWish(True, "Casa Clara", "https://accounts.example", CLIENT)
    with home.database.begin() as session, pytest.raises(Refused, match="Only an administrator"):
        accounts.keep_provider(session, wish, seen=0, by=home.ana)
    with home.database.begin() as session, pytest.raises(Changed):
        accounts.keep_provider(session, wish, seen=999, by=FOUNDER)


def test_hugo_enters_a_provider_tries_it_and_turns_it_on(
    cast: Cast, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.hugo, "company")
    seen.session_state["company-part"] = "Sign-ins"
    seen.run()
    assert any(code.value.endswith("/single-sign-on/back") for code in seen.code)
    press(seen, "save-")
    assert "Fill in the name" in words(seen)
    widget(seen, "label-").input("Casa Clara")
    widget(seen, "address-").input("http://accounts.example")
    widget(seen, "client_id-").input(CLIENT)
    widget(seen, "client_secret-").input(SECRET)
    widget(seen, "is_on-").set_value(True)
    press(seen, "try-")
    assert "begin with https" in words(seen)
    widget(seen, "address-").input(provider.issuer())
    press(seen, "try-")
    assert "It answers" in words(seen)
    press(seen, "save-")
    with cast.database.read() as session:
        row = accounts.provider(session)
    assert row is not None
    assert (row.is_on, row.client_secret, row.trusts_emails) == (True, SECRET, False)
    assert SECRET not in words(seen)
    widget(seen, "trusts_emails-").set_value(True)
    press(seen, "save-")
    assert "they would come in here as that person" in words(seen)
