"""What browsers are told to protect people by: where a page may take things from, and who may have it."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Scope, Send

from coord.web.addresses import is_secure

# Nothing comes from, or goes to, another address: an image in somebody's words cannot tell anyone that it was looked at.
_NOWHERE_ELSE = {
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Streamlit writes styles into its pages, and we a few lines of script; parts of a page are loaded as blobs, and one of its
# libraries brings numbers along as WebAssembly. No text is ever run as a program: charts interpret their expressions.
_OF_STREAMLIT = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    **_NOWHERE_ELSE,
}


def _handlers() -> str:
    """The few words of script in our forms, by their hashes."""
    pages = "".join(page.read_text("utf-8") for page in sorted(Path(__file__).parent.glob("*.html")))
    said = sorted(set(re.findall(r'\son\w+="([^"]*)"', pages)))
    return " ".join(f"'sha256-{b64encode(sha256(words.encode()).digest()).decode()}'" for words in said)


# The pages before the sign-in are forms, and bring their style along; the first run has a few lines of script.
_OF_FORMS = {
    "default-src": "'none'",
    "script-src-attr": f"'unsafe-hashes' {_handlers()}",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    **_NOWHERE_ELSE,
}
_OF_BEGIN = _OF_FORMS | {"script-src": "'unsafe-inline'"}

_OF_ALL = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}
_OF_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}  # a year without a try over an open line


def secured(scope: Scope, send: Send, path: str, *, is_form: bool = True) -> Send:
    """The same answer with what browsers need, where it doesn't say otherwise itself."""
    policy = _OF_BEGIN if path == "/begin" else _OF_FORMS if is_form else _OF_STREAMLIT
    said = "; ".join(f"{name} {value}" for name, value in policy.items())
    wanted = _OF_ALL | {"Content-Security-Policy": said} | (_OF_HTTPS if is_secure(scope) else {})

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in wanted.items():
                headers.setdefault(name, value)
            if is_secure(scope):
                _close(message)
        await send(message)

    return answer if scope["type"] == "http" else send  # a websocket has no headers to add to


def _close(message: Message) -> None:
    """Streamlit's own cookie doesn't know that it came by HTTPS."""
    message["headers"] = [
        (name, value + b"; Secure")
        if name == b"set-cookie" and b"; secure" not in value.lower()
        else (name, value)
        for name, value in message["headers"]
    ]
