"""An identity provider that checks who asks, and does one thing wrong: which, stands in the path that it lies under."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from coord import clock

WELL_KNOWN = "/.well-known/openid-configuration"
CLIENT, SECRET = "coord", "s3cret:with/signs"


class Provider(ThreadingHTTPServer):
    """`told` is what the next ID token says of whoever signs in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.told: dict[str, Any] = {}
        self.asked: dict[str, dict[str, str]] = {}  # code → what the browser brought
        self.paths: list[str] = []
        self.turn_keys()

    def turn_keys(self) -> None:
        self.key = RSAKey.generate_key(2048, auto_kid=True)

    def issuer(self, wrong: str = "nothing") -> str:
        return f"http://127.0.0.1:{self.server_port}/{wrong}"


class Answers(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.paths.append(parts.path)
        wrong, _, what = parts.path[1:].partition("/")
        asked = dict(parse_qsl(parts.query))
        if what == WELL_KNOWN[1:]:
            self._discovery(wrong)
        elif what == "authorize":
            code = f"code-{len(self.server.asked)}"
            self.server.asked[code] = asked
            back = {"code": code, "state": asked["state"]}
            self._redirect(f"{asked['redirect_uri']}?{urlencode(back)}")
        elif what == "keys" and wrong == "strange":
            self._say({"keys": ["x", 5, {"kty": "RSA"}, {}]})
        elif what == "keys":
            self._say(KeySet([self.server.key]).as_dict(private=False))
        elif what == "userinfo":
            self._say({"sub": "2" if wrong == "another-subject" else "1", **self.server.told})
        else:
            self._say({}, 404)

    def do_POST(self) -> None:
        wrong = self.path[1:].partition("/")[0]
        form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        asked = self.server.asked.pop(form["code"], None)  # good for once
        login = base64.b64encode(
            f"{CLIENT}:{SECRET.replace(':', '%3A').replace('/', '%2F')}".encode()
        ).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(
            b"="
        )
        if (
            asked is None
            or self.headers["Authorization"] != f"Basic {login}"
            or asked["code_challenge"] != challenge.decode()
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            self._say({"error": "invalid_grant"}, 400)
            return
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": self._token(wrong, asked)})

    def _token(self, wrong: str, asked: dict[str, str]) -> str:
        now, key = clock.now(), self.server.key
        claims: dict[str, Any] = {"iss": self.server.issuer(wrong), "sub": "1", "aud": CLIENT, "iat": now,
                                  "exp": now + 300, "nonce": asked["nonce"]}  # fmt: skip
        claims |= {} if wrong in ("userinfo", "another-subject") else self.server.told
        claims |= {
            "nonce": {"nonce": "another"},
            "audience": {"aud": "another"},
            "audiences": {"aud": [CLIENT, "another"]},
            "expired": {"exp": now - 120, "iat": now - 600},
            "skewed": {"exp": now - 30, "iat": now - 600},
            "issuer": {"iss": self.server.issuer("nothing")},
        }.get(wrong, {})
        header = {"alg": "RS256", "kid": key.kid}
        if wrong == "signature":
            key = RSAKey.generate_key(2048)
        if wrong == "unsigned":
            said = ({"alg": "none"}, claims)
            return (
                ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in said) + "."
            )
        return jwt.encode(header, claims, key)

    def _discovery(self, wrong: str) -> None:
        issuer = self.server.issuer(wrong)
        if wrong == "moved":
            self._redirect(self.server.issuer() + WELL_KNOWN)
            return
        if wrong == "page":
            self._write(200, b"<html>Welcome</html>")
            return
        keys = "http://169.254.169.254/keys" if wrong == "inside" else f"{issuer}/keys"
        keys = "https://10.0.0.1/keys" if wrong == "network" else keys
        told = {"issuer": issuer + ("/else" if wrong == "named" else ""), "jwks_uri": keys,
                "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo"}  # fmt: skip
        told |= (
            {"token_endpoint_auth_methods_supported": 5, "scopes_supported": None}
            if wrong == "strange"
            else {}
        )
        self._say(told)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _say(self, what: dict[str, Any] | Any, status: int = 200) -> None:
        self._write(status, json.dumps(what).encode())

    def _write(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing: the tests look at what comes of it."""


@contextmanager
def providing() -> Iterator[Provider]:
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()
