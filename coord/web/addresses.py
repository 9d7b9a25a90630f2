"""Where this server lies and who calls it: its own addresses, and those of the people in front of a proxy."""

import os
import re
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import Scope

from coord import settings

_BASE = re.compile("(/[A-Za-z0-9._~-]+)*")


def lies_under(path: str) -> None:
    """Take over the path that Streamlit was told, as `--server.baseUrlPath`; ends the program where COORD_BASE differs."""
    told, base = settings.read().base, "/" + path.strip("/") if path.strip("/") else ""
    if not _BASE.fullmatch(base):
        raise SystemExit(
            f"Coord can't lie under “{base}”: use letters, digits, and - . _ ~ between the slashes."
        )
    if told and told != base:
        raise SystemExit(
            f"COORD_BASE says {told}, Streamlit's baseUrlPath {base or 'nothing'}. "
            f"Start with `coord serve --base-path {told}`, or say the same twice."
        )
    os.environ["COORD_BASE"] = base


def here(path: str) -> str:
    """A path of this server as a browser asks for it."""
    return settings.read().base + path


def inside(scope: Scope) -> str | None:
    """The path that is asked for without what this server lies under; None for what lies beside it."""
    base, path = settings.read().base, str(scope["path"])
    if path == base:
        return "/"
    return path[len(base) :] if path.startswith(f"{base}/") else None


def own(request: HTTPConnection) -> str:
    """What links to this server begin with."""
    said = settings.read().address
    return said or f"{'https' if is_secure(request.scope) else 'http'}://{request.url.netloc}{here('')}"


def safe_next(wish: str | None) -> str:
    """An address of this server, or Today: never another site's, and nothing that lies beside this one."""
    return wish if wish and _leads_in(wish) else here("/")


def is_own(request: HTTPConnection) -> bool:
    """Whether a form or a websocket comes from a page of this server; browsers say where from."""
    return request.headers.get("origin", "").partition("://")[2] == request.headers.get("host")


def is_secure(scope: Scope) -> bool:
    """Whether the browser came by HTTPS. The server believes X-Forwarded-Proto of the proxies that it was told about
    (FORWARDED_ALLOW_IPS, otherwise only of this computer), before anything of ours is asked."""
    return scope.get("scheme") in ("https", "wss")


def client_address(scope: Scope) -> str:
    """From where somebody calls: the last address of X-Forwarded-For that is not a proxy's that we believe.

    Of IPv6 it is the network of which a single customer has all addresses. Empty where it is not known.
    """
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host)
    except ValueError:
        return str(host)[:64]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network(f"{address}/64", strict=False).network_address)
    return str(address)


def _leads_in(wish: str) -> bool:
    try:
        parts = urlsplit(wish)
    except ValueError:  # a browser may read more in it than we do
        return False
    if parts.scheme or parts.netloc or wish.startswith("//") or "\\" in wish:
        return False
    # whoever was signed out already, and signs in again, stays in
    signs_out = parts.path == here("/sign-out")
    return f"{parts.path}/".startswith(f"{settings.read().base}/") and not signs_out
