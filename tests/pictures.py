"""The pictures of the README, taken on the demo company: `python -m tests.pictures`."""

import tempfile
from pathlib import Path

from tests.browser import Person, chromium, demo

PLACE = Path(__file__).resolve().parents[1] / "data" / "pictures"
SIZE = {"width": 1440, "height": 1150}


def take() -> None:
    PLACE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, demo(Path(data)) as address, chromium() as browser:
        for name, who, path in (
            ("today", "Daniel Okafor", "/"),
            ("trends", "Eleanor Marsh", "/trends?compare=period"),
        ):
            someone = Person(browser, address, who, size=SIZE)
            if path != "/":
                someone.go(path)
            someone.page.wait_for_timeout(4_000)  # charts draw themselves
            someone.page.screenshot(path=PLACE / f"{name}.png")
            print(PLACE / f"{name}.png")


if __name__ == "__main__":
    take()
