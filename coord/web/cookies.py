"""The cookies: what they are called, and who may have them.

Under HTTPS the name begins with `__Host-`: then a browser takes it from this very host only, never from a neighbour or
over an open line.
"""

from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from coord.web.addresses import here, is_secure

SESSION, SCREEN = "coord_session", "coord_screen"


def named(scope: Scope, name: str) -> str:
    return f"__Host-{name}" if is_secure(scope) else name


def read(request: HTTPConnection, name: str = SESSION) -> str | None:
    """The secret in a request's cookie."""
    return cookie_parser(request.headers.get("cookie", "")).get(named(request.scope, name)) or None


def keep(response: Response, request: HTTPConnection, secret: str, *, age: int, name: str = SESSION) -> None:
    """Give a browser a secret for some seconds."""
    kept, secure = named(request.scope, name), is_secure(request.scope)
    response.set_cookie(
        kept, secret, max_age=age, path=_path(request), httponly=True, samesite="lax", secure=secure
    )


def drop(response: Response, request: HTTPConnection, name: str = SESSION) -> None:
    """Have a browser forget a secret."""
    kept, secure = named(request.scope, name), is_secure(request.scope)
    response.delete_cookie(kept, path=_path(request), httponly=True, samesite="lax", secure=secure)


def _path(request: HTTPConnection) -> str:
    """`__Host-` wants the whole host; otherwise what lies beside this server need not see its cookies."""
    return "/" if is_secure(request.scope) else here("") or "/"
