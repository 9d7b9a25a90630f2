"""The pictures of the README, taken on the demo company: `python -m tests.pictures`."""

import tempfile
from pathlib import Path

from tests.browser import Person, chromium, demo

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
            someone.page.wait_for_timeout(1_000)
            someone.page.screenshot(path=PLACE / f"{name}.png")
            print(PLACE / f"{name}.png")


if __name__ == "__main__":
    take()
