"""OpenID Connect: what a provider says of itself, where a browser is sent, and whose e-mail comes back.

Authorization code with PKCE, state and nonce. Signature, issuer, audience and expiry are checked; nothing follows a
redirect, and a provider cannot name addresses inside a network that it does not lie in itself.
"""

import secrets
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from coord.refusal import Refused

BACK = "/single-sign-on/back"  # the path that a provider sends people back to
WELL_KNOWN = "/.well-known/openid-configuration"
FRESH, TROUBLED = 3_600, 15  # seconds for which an answer is believed, and a trouble not tried again
WITHIN = 6.0  # seconds that a provider has for each step
SKEW = 60  # seconds that its clock may differ
ALGORITHMS = [
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
]
KEYS = frozenset({"RSA", "EC", "OKP"})


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says of itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """What the provider knows us by, and where it sends people back to."""

    id: str
    secret: str | None
    back: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in on its way; kept by the browser that began it, and by nobody else."""

    next: str
    language: str = ""  # that was chosen before
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))


_known: dict[str, tuple[int, Provider | Refused]] = {}  # address → when it was asked
_sets: dict[str, tuple[int, dict[str, Any]]] = {}  # address of the keys → when they were asked for


def document(address: str) -> str:
    """The address of the discovery document, where perhaps only the issuer was typed. Raises Refused for an open line."""
    whole = address if address.endswith(WELL_KNOWN) else address.rstrip("/") + WELL_KNOWN
    return _secured(whole)


def discovered(address: str, *, at: int, anew: bool = False) -> Provider:
    """What the provider at an address says of itself, asked at most once an hour. Raises Refused."""
    asked_at, found = _known.get(address, (0, None))
    lasts = TROUBLED if isinstance(found, Refused) else FRESH
    if found is None or anew or not 0 <= at - asked_at < lasts:
        try:
            found = _discover(address)
        except Refused as refused:
            found = refused
        _known[address] = at, found
    if isinstance(found, Refused):
        raise found
    return found


def there(provider: Provider, client: Client, attempt: Attempt) -> str:
    """Where the browser goes, to sign in there."""
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    wishes = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.back,
        "scope": "openid email",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization}{'&' if '?' in provider.authorization else '?'}{urlencode(wishes)}"


def email(
    provider: Provider, client: Client, attempt: Attempt, code: str, *, trusts_all: bool, at: int
) -> str:
    """The verified e-mail of whoever has signed in there. Raises Refused."""
    tokens = _exchanged(provider, client, attempt, code)
    claims = _claims(provider, client, attempt, tokens, at)
    if not claims.get("email") and provider.userinfo and tokens.get("access_token"):
        claims = _told(provider, str(tokens["access_token"]), str(claims["sub"]))
    found = claims.get("email")
    if not isinstance(found, str) or "@" not in found:
        raise Refused(
            "The sign-in worked, but no e-mail came with it. Ask an administrator to let it be sent."
        )
    if not trusts_all and claims.get("email_verified") not in (True, "true"):
        raise Refused(
            "Your e-mail {email} is not marked as verified there. Confirm it there, or ask an administrator.",
            email=found,
        )
    return found


def _discover(address: str) -> Provider:
    said = _json(_secured(address))
    issuer = str(said.get("issuer", ""))
    if issuer.rstrip("/") + WELL_KNOWN != address:
        raise Refused(
            "The provider calls itself {issuer}, which is not the address that was entered.",
            issuer=issuer[:200],
        )
    userinfo, methods = said.get("userinfo_endpoint"), said.get("token_endpoint_auth_methods_supported")
    return Provider(
        issuer,
        _secured(said.get("authorization_endpoint")),
        _reachable(said.get("token_endpoint"), address),
        _reachable(said.get("jwks_uri"), address),
        _reachable(userinfo, address) if userinfo else None,
        tuple(map(str, methods)) if isinstance(methods, list) else ("client_secret_basic",),
    )


def _exchanged(provider: Provider, client: Client, attempt: Attempt, code: str) -> dict[str, Any]:
    """The tokens for a code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.back,
        "code_verifier": attempt.verifier,
    }
    if client.secret and "client_secret_basic" in provider.methods:
        return _json(provider.token, form, login=(quote(client.id, ""), quote(client.secret, "")))
    form |= {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
    return _json(provider.token, form)


def _claims(
    provider: Provider, client: Client, attempt: Attempt, tokens: dict[str, Any], at: int
) -> dict[str, Any]:
    """What the ID token says, once everything about it is checked."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import errors

    try:
        token = _decoded(provider, str(tokens.get("id_token", "")), at)
        mine = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": client.id},
        }
        wanted = {"nonce": attempt.nonce, "client_id": client.id, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, mine, wanted)
        claims.validate(now=at, leeway=SKEW)
    except (errors.JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused(
            "What the provider answered can't be trusted ({what}). Begin again; if it stays so, tell an administrator.",
            what=str(error)[:120] or type(error).__name__,
        ) from None
    return dict(claims)


def _decoded(provider: Provider, token: str, at: int) -> Any:
    """The token, its signature checked; a key that nobody knows yet is looked for once more."""
    from joserfc import errors, jwt
    from joserfc.jwk import KeySet

    try:
        return jwt.decode(token, KeySet.import_key_set(_keys(provider, at)), algorithms=ALGORITHMS)
    except errors.InvalidKeyIdError:
        return jwt.decode(token, KeySet.import_key_set(_keys(provider, at, anew=True)), algorithms=ALGORITHMS)


def _keys(provider: Provider, at: int, *, anew: bool = False) -> Any:
    asked_at, found = _sets.get(provider.keys, (0, {}))
    if not found or anew or not 0 <= at - asked_at < FRESH:
        listed = _json(provider.keys).get("keys") or []
        keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
        usable = [key for key in keys if key.get("kty") in KEYS and key.get("use", "sig") == "sig"]
        found = {"keys": usable}
        _sets[provider.keys] = at, found
    return found


def _told(provider: Provider, token: str, subject: str) -> dict[str, Any]:
    """What the provider tells about whoever has signed in, where the ID token doesn't."""
    said = _json(provider.userinfo or "", token=token)
    if said.get("sub") != subject:
        raise Refused("The provider answered about somebody else. Begin again.")
    return said


def _json(
    url: str, form: dict[str, str] | None = None, *, login: tuple[str, str] | None = None, token: str = ""
) -> dict[str, Any]:
    """What lies at an address, or is answered to a form. Raises Refused where it is no JSON object."""
    import httpx

    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    server = urlsplit(url).netloc
    try:
        method = "GET" if form is None else "POST"
        answer = httpx.request(
            method, url, data=form, auth=login, headers=headers, timeout=WITHIN, follow_redirects=False
        )
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
        raise Refused("{server} can't be reached at the moment.", server=server) from None
    try:
        said = answer.json()
    except ValueError:
        said = None
    if answer.status_code != 200 or not isinstance(said, dict):
        raise Refused(
            "{server} answered {status} where its OpenID Connect should be.",
            server=server,
            status=answer.status_code,
        )
    return said


def _secured(address: object) -> str:
    """An address as it may be used: encrypted, but for this very computer. Raises Refused."""
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        parts = urlsplit("")
    is_secured = parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))
    if is_secured and parts.hostname and not parts.username:
        return parts.geturl()
    raise Refused(
        "A provider's addresses begin with https://. This does not: {address}", address=str(address)[:200]
    )


def _reachable(address: object, beside: str) -> str:
    """An address that a provider names and that we call ourselves. Raises Refused for one inside somebody's network."""
    whole = _secured(address)
    parts = urlsplit(whole)
    if parts.hostname != urlsplit(beside).hostname and not _is_public(str(parts.hostname)):
        raise Refused("The provider names an address that is not public: {address}", address=whole[:200])
    return whole


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(host: str) -> bool:
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        return True  # nobody lies there: calling it says so
    return all(ip_address(str(address).partition("%")[0]).is_global for address in found)
