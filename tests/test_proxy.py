"""HTTPS and a path of its own: the real server behind a real nginx, with the very words of the README."""

import asyncio
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from coord import accounts, clock, settings
from coord.db import Database
from coord.web.addresses import client_address, is_secure, lies_under, safe_next
from coord.web.uploads import MEGABYTE
from tests.browser import LONG, free_port
from tests.cast import Cast, engage
from tests.conftest import fresh
from tests.test_door import HTML, Server, serving

pytestmark = LONG

PASSWORD = "we meet on mondays"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
ROOT = Path(__file__).parents[1]


@dataclass
class Site:
    """The server as the world sees it."""

    address: str
    trust: ssl.SSLContext
    behind: Server
    home: Cast

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, verify=self.trust, headers=HTML)

    def listen(self, path: str, cookie: str, **wishes: Any) -> ClientConnection:
        address = self.address.replace("https", "wss", 1) + path
        wishes = {"origin": self.address.removesuffix("/coord"), "compression": None, **wishes}
        return connect(address, ssl=self.trust, additional_headers={"Cookie": cookie}, **wishes)


@pytest.fixture(scope="module")
def site(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    with ExitStack() as stack:
        url = stack.enter_context(fresh(template, tmp_path_factory.mktemp("home")))
        database = Database(url)
        home = engage(database)
        hashed = accounts.hashed(PASSWORD)
        with database.begin() as session:
            for who in (home.bruno, home.hugo):
                accounts.keep_password(session, who.person_id or 0, hashed, at=clock.now())
        stack.callback(database.close)
        behind = stack.enter_context(serving(url, folder, base="/coord"))
        _certify(folder)
        _write(folder, port, behind.port)
        call = [NGINX, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(call)
        stack.callback(process.wait, 20)
        stack.callback(process.terminate)
        trust = ssl.create_default_context(cafile=str(folder / "coord.pem"))
        site = Site(f"https://127.0.0.1:{port}/coord", trust, behind, home)
        _wait_for(site, folder)
        yield site


def _certify(folder: Path) -> None:
    """A certificate that this computer has made for itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "coord.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem, no_password = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "coord.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, no_password))


def _write(folder: Path, port: int, behind: int) -> None:
    """The configuration of the README, with this test's ports and files."""
    block = re.search("```nginx\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert block, "the README says how nginx is set up"
    words = block[1].replace("443", f"127.0.0.1:{port}").replace(":8501", f":{behind}")
    (folder / "coord.conf").write_text(words.replace("/etc/ssl", str(folder)))
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; events {{}} http {{ access_log off; {places} include coord.conf; }}"
    )


def _wait_for(site: Site, folder: Path) -> None:
    for _ in range(100):
        try:
            assert site.browser().get("/health").json() == {"status": "ok"}
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((folder / "error.log").read_text())


def signed_in(site: Site, browser: httpx.Client, who: str = "bruno") -> str:
    """Sign in as somebody; the cookie."""
    form = {"email": f"{who}@casaclara.example", "password": PASSWORD, "next": "/coord/requests"}
    answer = browser.post("/sign-in", data=form, headers={"Origin": site.address.removesuffix("/coord")})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/coord/requests")
    return str(answer.headers["Set-Cookie"])


def test_the_sign_in_is_found_under_the_path_and_leads_to_what_was_wanted(site: Site) -> None:
    with site.browser() as browser:
        refused = browser.get("/requests?area=3")
        assert refused.headers["Location"] == "/coord/sign-in?next=/coord/requests%3Farea%3D3"
        page = browser.get(site.address.removesuffix("/coord") + refused.headers["Location"])
        assert page.status_code == 200
        assert 'action="/coord/sign-in"' in page.text
        assert 'name="next" value="/coord/requests?area=3"' in page.text
        assert (
            browser.get(site.address.removesuffix("/coord") + "/coord")
            .headers["Location"]
            .endswith("/coord/")
        )


def test_the_cookie_is_this_hosts_alone_and_never_goes_over_an_open_line(site: Site) -> None:
    with site.browser() as browser:
        name, *facts = signed_in(site, browser).split("; ")
        assert name.startswith("__Host-coord_session=")
        assert {fact.lower() for fact in facts} >= {"httponly", "secure", "samesite=lax", "path=/"}
        assert browser.get("/").status_code == 200
        assert "; Secure" in browser.get("/_stcore/health").headers["Set-Cookie"], "Streamlit's own too"
    plain = {"Cookie": name.removeprefix("__Host-")}
    assert httpx.get(f"{site.address}/", headers=plain, verify=site.trust).status_code == 401


def test_a_page_its_files_and_its_websockets_come_through(site: Site) -> None:
    with site.browser() as browser:
        cookie = signed_in(site, browser).split(";")[0]
        page = browser.get("/requests")
        assert "Strict-Transport-Security" in page.headers
        script = re.search(r'src="\./(static/js/index[^"]+)"', page.text)
        assert script
        assert browser.get(f"/{script[1]}").headers["Content-Type"].endswith("/javascript")
    with site.listen("/live", cookie) as line:
        assert "revision" in line.recv(5)
    for path in ("/live", "/_stcore/stream"):
        for wrong in ({"origin": "https://evil.example"}, {"additional_headers": {}}):
            with pytest.raises(InvalidStatus, match="403"):
                _listen_wrongly(site, path, cookie, wrong)


def _listen_wrongly(site: Site, path: str, cookie: str, wrong: dict[str, Any]) -> None:
    if "origin" in wrong:
        site.listen(path, cookie, **wrong)
    else:
        site.listen(path, "")


def test_a_large_file_comes_through_from_an_administrator_and_from_nobody_else(site: Site) -> None:
    for who, answer in (("hugo", 204), ("bruno", 413)):
        with site.browser() as browser:
            cookie = signed_in(site, browser, who).split(";")[0]
            with site.listen("/_stcore/stream", cookie, subprotocols=["streamlit"], max_size=None) as stream:
                page = begun(stream)
                assert upload(browser, page, 11 * MEGABYTE) == answer


def begun(stream: ClientConnection) -> str:
    """The id of a page that has begun to run."""
    stream.send(BackMsg(rerun_script={"query_string": ""}).SerializeToString())
    while True:
        said = ForwardMsg.FromString(stream.recv(10))  # type: ignore[arg-type]
        if said.WhichOneof("type") == "new_session":
            assert not said.new_session.config.gather_usage_stats
            return said.new_session.initialize.session_id


def upload(browser: httpx.Client, page: str, size: int) -> int:
    """The answer to a file of this many bytes, sent as the page's own uploader does."""
    browser.get("/_stcore/health")
    token = {"X-Xsrftoken": browser.cookies["_streamlit_xsrf"]}
    sent = {"file": ("log.csv", bytes(size), "text/csv")}
    return browser.put(f"/_stcore/upload_file/{page}/1", files=sent, headers=token, timeout=60).status_code


def test_signing_out_leads_back_under_the_path_and_ends_the_cookie(site: Site) -> None:
    with site.browser() as browser:
        signed_in(site, browser)
        left = browser.get("/sign-out")
        assert (left.status_code, left.headers["Location"]) == (303, "/coord/sign-in")
        assert "secure" in left.headers["Set-Cookie"].lower()
        assert browser.get("/", headers={"Accept": "*/*"}).status_code == 401


def test_beside_its_path_the_server_has_nothing(site: Site) -> None:
    assert site.behind.ask("/requests").status == 404
    assert site.behind.ask("/coordinates").status == 404
    assert site.behind.connect("/live") == 403
    assert site.behind.ask("/", headers=HTML).headers["Location"] == "/coord/"


SEEN = [
    ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
    ("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was made up by whoever called
    ("127.0.0.1", "", "127.0.0.1"),
    ("::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),  # all addresses of one customer
    ("127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
    ("203.0.113.9", "127.0.0.1", "203.0.113.9"),  # nobody whom we believe
    ("127.0.0.1", "nonsense", "nonsense"),
]


@pytest.mark.parametrize(("caller", "forwarded", "seen"), SEEN)
def test_the_address_of_a_caller_is_the_one_that_a_believed_proxy_saw(
    caller: str, forwarded: str, seen: str
) -> None:
    found: list[tuple[str, bool]] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        found.append((client_address(scope), is_secure(scope)))

    config = uvicorn.Config(inside, log_config=None)  # as Streamlit starts it, but for what it serves
    config.load()
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope: Any = {"type": "http", "scheme": "http", "client": (caller, 1234), "headers": headers}
    asyncio.run(config.loaded_app(scope, None, None))  # type: ignore[arg-type]
    assert found == [(seen, caller != "203.0.113.9")]


def test_links_begin_with_the_path_whether_or_not_the_address_says_it_too() -> None:
    for address in ("https://coord.example", "https://coord.example/", "https://coord.example/coord/"):
        read = settings.read({"COORD_ADDRESS": address, "COORD_BASE": "coord/"})
        assert (read.address, read.base) == ("https://coord.example/coord", "/coord")
    assert settings.read({"COORD_ADDRESS": "https://coord.example"}).address == "https://coord.example"
    assert settings.read({"COORD_BASE": "/"}).base == ""


@pytest.mark.parametrize(
    "wish",
    ["/", "/requests", "/coordinates", "//coord/x", "https://coord/coord/", "coord", None, "/coord/sign-out"],
)
def test_after_the_sign_in_nobody_is_led_beside_the_path(
    monkeypatch: pytest.MonkeyPatch, wish: str | None
) -> None:
    monkeypatch.setenv("COORD_BASE", "/coord")
    assert safe_next(wish) == "/coord/"
    assert safe_next("/coord/requests?area=3") == "/coord/requests?area=3"


@pytest.mark.parametrize("path", ["/co ord", "/coord?x", "/coord//x", "/ção", "/<b>"])
def test_a_path_that_is_none_ends_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.delenv("COORD_BASE", raising=False)
    with pytest.raises(SystemExit, match="can't lie under"):
        lies_under(path)
    monkeypatch.setenv("COORD_BASE", "/other")
    with pytest.raises(SystemExit, match="COORD_BASE says /other"):
        lies_under("coord")
