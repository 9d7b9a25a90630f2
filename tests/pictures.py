"""The pictures of the README, taken on the demo company: `python -m tests.pictures`."""

import re
import tempfile
from pathlib import Path
from typing import Any

from tests import test_browser_newcomer as newcomer
from tests.browser import PHONE, PROJECTOR, Person, Server, chromium, demo

PLACE = Path(__file__).resolve().parents[1] / "data" / "pictures"
PICTURES = (
    ("today", "Daniel Okafor", "/", "Today"),
    ("trends", "Eleanor Marsh", "/trends?compare=period", "Trends"),
    ("waiting", "Eleanor Marsh", "/trends", "How old open requests are"),
)
SIZE = {"width": 1440, "height": 1150}


def take() -> None:
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, demo(Path(data)) as address, chromium() as browser:
        for name, who, path, top in PICTURES:
            someone = Person(browser, address, who, size=SIZE)
            someone.go(path)
            someone.page.wait_for_timeout(4_000)  # charts draw themselves
            someone.page.get_by_role("heading", name=top).first.evaluate(
                "heading => heading.scrollIntoView()"
            )
            _keep(someone, name)
        _the_hour(browser, address)
    with tempfile.TemporaryDirectory() as data, chromium() as browser:
        _moving_in(browser, Path(data))


def _the_hour(browser: Any, address: str) -> None:
    """The agenda, and then the three views of the running hour, at a request of the head who looks on a phone."""
    ruth = Person(browser, address, "Ruth Adeyemi", size={"width": 1440, "height": 900})
    ruth.go("/meeting")
    _keep(ruth, "agenda")
    ruth.press("Begin the hour")
    ruth.page.locator(".st-key-drive").get_by_role("button", name="More").click()
    ruth.page.locator(".st-key-make-screen button").click()
    link = ruth.page.get_by_text(re.compile("/screen/")).first
    link.wait_for()
    screen = Person(browser, address, None, size=PROJECTOR)
    screen.page.goto(f"{address}/screen/{link.inner_text().strip().rsplit('/', 1)[-1]}")
    ruth.page.keyboard.press("Escape")
    nadia = Person(browser, address, "Nadia Rahman", size=PHONE)
    nadia.go("/meeting")
    for name in ("The one thing that each area wants", "Say who of you comes to the next fair"):
        ruth.page.locator(".st-key-next-course").get_by_role("button", name=re.compile(name)).click()
        ruth.settle()
        if "one thing" in name:
            ruth.page.locator("[class*='text-want'] input").fill(
                "A yes or a no to every open question by Thursday"
            )
            ruth.press("Record it")
    for someone, picture in ((ruth, "facilitator"), (nadia, "participant"), (screen, "screen")):
        _keep(someone, picture)


def _moving_in(browser: Any, data: Path) -> None:
    """The areas of a new company as they are chosen, and what its first head sees on a phone."""
    server = Server(data, "serve")
    try:
        server.start()
        newcomer.founds_the_company_and_leaves(browser, server.address, "en")
        rosa = newcomer.comes_back(browser, server.address, "en")
        newcomer.chooses_areas(rosa)
        rosa.page.set_viewport_size(SIZE)
        rosa.page.wait_for_timeout(4_000)  # what was said goes
        rosa.at("setup-steps").evaluate("steps => steps.scrollIntoView({block: 'end'})")
        _keep(rosa, "moving-in")
        newcomer.names_heads(rosa)
        ana = newcomer.arrives(browser, server.address, "en", newcomer.invites(rosa)["Ana"])
        _keep(ana, "newcomer")
    finally:
        server.stop()


def _keep(someone: Person, name: str) -> None:
    someone.page.wait_for_timeout(1_500)
    someone.page.screenshot(path=PLACE / f"{name}.png")
    print(PLACE / f"{name}.png")


if __name__ == "__main__":
    take()
