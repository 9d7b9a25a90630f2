"""Chromium as the people of the demo use it, on a server that the command of the README starts."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

CHROMIUM = Path(os.environ.get("COORD_TEST_CHROMIUM", "/usr/bin/chromium"))
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
QUIET_NOW = """() => {
    const app = document.querySelector('[data-testid=stApp]')
    const is_drawn = app?.dataset.testScriptState === 'notRunning' && document.querySelector('[data-testid=stMain] h1')
    window.quiet_since = is_drawn ? (window.quiet_since ?? performance.now()) : null
    return is_drawn && performance.now() - window.quiet_since > 350
}"""
GO = "path => { history.pushState({}, '', path); window.dispatchEvent(new PopStateEvent('popstate')) }"
FORBADE = """document.addEventListener("securitypolicyviolation", event => window.forbade(
    `${event.violatedDirective} ${event.blockedURI} on ${location.pathname}: ${event.sample}`))"""
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}
PROJECTOR = {"width": 1920, "height": 1080}


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


LONG = [
    pytest.mark.journey,
    pytest.mark.skipif(
        os.environ.get("COORD_TEST_JOURNEYS") != "all",
        reason="long: it runs with COORD_TEST_JOURNEYS=all, as .ci/run does",
    ),
]


def journey(function: Any) -> Any:
    """Marks what takes long."""
    for mark in LONG:
        function = mark(function)
    return function


class Server:
    """A command that serves, with data of its own; it can be killed in the middle of things, and started again."""

    def __init__(self, data: Path, *command: str) -> None:
        self.port, self.data = free_port(), data
        self.address = f"http://127.0.0.1:{self.port}"
        self.command = [sys.executable, "-c", "from coord.cli import main; main()", *command,
                        "--port", str(self.port), "--no-browser"]  # fmt: skip

    def start(self) -> None:
        with (self.data / "server.log").open("a") as log:
            self.server = subprocess.Popen(self.command, env=os.environ | {"COORD_DATA": str(self.data)}, stdout=log,
                                           stderr=log)  # fmt: skip
        _await(f"{self.address}/health", self.server, self.data / "server.log")

    def kill(self) -> None:
        """SIGKILL: no goodbye to anybody."""
        self.server.kill()
        self.server.wait(20)

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(20)


class Demo(Server):
    """`coord demo`."""

    def __init__(self, data: Path, language: str = "en") -> None:
        super().__init__(data, "demo", "--language", language)


@contextmanager
def demo(data: Path, language: str = "en") -> Iterator[str]:
    """The address of a demo for as long as the block lasts."""
    served = Demo(data, language)
    try:
        served.start()
        yield served.address
    finally:
        served.stop()


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise AssertionError(log.read_text())
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server did not answer within a minute")


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; the test is skipped where Chromium or Playwright is missing."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


class Person:
    """Somebody at a browser of their own.

    Of everybody it is noted what their pages asked another host for, and what they tried against the content policy: the
    `browser` of a file fails in the end where there is anything.
    """

    strayed: ClassVar[list[str]] = []

    def __init__(self, browser: Any, address: str, name: str | None, *, size: dict[str, int] = LAPTOP, dark: bool = False,
                 locale: str = "en-GB", **more: Any) -> None:  # fmt: skip
        context = browser.new_context(
            viewport=size, color_scheme="dark" if dark else "light", locale=locale, **more
        )
        self.page, self.address = context.new_page(), address
        context.expose_binding("forbade", lambda _source, what: Person.strayed.append(what))
        context.add_init_script(FORBADE)
        self.page.on("websocket", lambda line: self._note(line.url.replace("ws", "http", 1)))
        self.page.on("request", lambda asked: self._note(asked.url))
        self.name = name
        if name is None:
            return
        self.page.goto(f"{address}/sign-in")
        self.page.get_by_role("button", name=re.compile(name)).first.click()
        self.settle()

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            Person.strayed.append(url)

    def settle(self) -> None:
        """Wait until the page has been drawn, and nothing has moved for a moment."""
        self.page.wait_for_function(QUIET_NOW, timeout=30_000, polling=50)

    def has(self, many: int, found: Any) -> bool:
        """Whether there are, or come to be, this many of something."""
        for _ in range(250):
            if found.count() == many:
                return True
            self.page.wait_for_timeout(100)
        return False

    def go(self, path: str) -> None:
        """To another page as the browser's own back and forward buttons go: without loading everything anew."""
        self.page.evaluate(GO, path)
        self.page.wait_for_timeout(100)
        self.settle()

    def press(self, name: str | re.Pattern[str], within: Any = None) -> None:
        (within or self.page).get_by_role("button", name=name).first.click()
        self.settle()

    def sees(self, words: str | re.Pattern[str]) -> bool:
        """Whether these words are, or come, in sight."""
        try:
            self.page.get_by_text(words).first.wait_for(timeout=25_000)
        except Exception:
            return False
        return True

    def comes(self, true: Callable[[], bool], seconds: float = 20) -> bool:
        """Whether something is so, or comes to be so."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if true():
                return True
            self.page.wait_for_timeout(100)
        return False

    def line(self, words: str) -> Any:
        """The line of a list that says this."""
        return self.page.locator("[class*='st-key-line-']").filter(has_text=words).first
