"""The great journeys, in a real browser on the demo company: from the command to a promise, and its trends."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coord.text import Words
from tests.browser import LAPTOP, PHONE, PROJECTOR, Person, chromium, demo
from tests.conftest import shared

pytestmark = pytest.mark.chromium

# Who heads Product in each language's demo: the area that is asked most.
HEADS = {"en": "Daniel Okafor", "pt-BR": "Renata Fonseca", "es": "Javier Soler"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[str]:
    with demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.mark.parametrize("language", ["en", "pt-BR", "es"])
def test_from_the_command_to_a_first_promise(language: str, browser: Any, tmp_path: Path) -> None:
    t = Words(language)
    with demo(tmp_path, language) as address:
        for size in (PHONE, PROJECTOR):
            head = Person(browser, address, HEADS[language], size=size, locale=language)
            promise = head.page.get_by_role("button", name=t.inside("move", "Promise"), exact=True)
            before = promise.count()
            promise.first.click()
            head.settle()
            head.page.locator("[class*='st-key-chip0-'] button").click()
            assert head.sees(t("Promised."))
            head.settle()
            assert (
                head.page.get_by_role("button", name=t.inside("move", "Promise"), exact=True).count()
                == before - 1
            )
            assert head.page.evaluate("document.documentElement.lang") == language
            assert head.foreign == []


def test_the_page_never_scrolls_sideways_on_a_phone(browser: Any, address: str) -> None:
    someone = Person(browser, address, "Sam Porter", size=PHONE)
    for path in ("/", "/ask", "/requests", "/request?id=1", "/trends", "/company", "/history"):
        someone.go(path)
        wide = someone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= PHONE["width"], path


def test_a_real_log_is_imported_on_the_page_and_its_curve_stands_in_trends(
    browser: Any, tmp_path: Path
) -> None:
    log = shared("logs", "receipt.xes.gz")
    with demo(tmp_path) as address:
        sam = Person(browser, address, "Sam Porter")
        sam.go("/history")
        sam.page.locator("input[type=file]").set_input_files(log)
        sam.page.get_by_role("button", name="Import 1,246 requests").click(timeout=60_000)
        assert sam.sees("1,246 requests are new.")
        sam.go("/trends")
        assert sam.sees("1,468")  # with the 222 of the demo
        assert sam.page.locator("[data-testid='stVegaLiteChart']").first.is_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious_on_any_page(browser: Any, address: str, dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for who, paths in (("Daniel Okafor", ("/", "/ask", "/requests", "/request?id=3", "/trends")),
                       ("Sam Porter", ("/company", "/history"))):  # fmt: skip
        someone = Person(browser, address, who, size=LAPTOP, dark=dark)
        for path in paths:
            someone.go(path)
            found = axe.run(someone.page).response["violations"]
            serious = [
                (v["id"], [n["html"][:160] for n in v["nodes"]][:3])
                for v in found
                if v["impact"] in ("serious", "critical")
            ]
            assert serious == [], f"{path}: {serious}"


def test_two_heads_at_once_and_a_double_click(browser: Any, address: str) -> None:
    daniel, mei = Person(browser, address, "Daniel Okafor"), Person(browser, address, "Mei Tanaka")
    for someone in (daniel, mei):
        someone.press("Promise")
        someone.page.locator("[class*='st-key-panel'] textarea").first.fill(f"Words of {someone is daniel}")
    daniel.page.locator("[class*='st-key-chip1-'] button").dblclick()
    assert daniel.sees("Promised.")
    mei.page.locator("[class*='st-key-chip0-'] button").click()
    mei.settle()
    assert mei.sees("Somebody else has moved this request")
    assert mei.sees(re.compile(r"Daniel Okafor \(Product\) promised it for"))
    assert mei.page.locator("[class*='st-key-panel'] textarea").first.input_value() == "Words of False"


def test_streamlits_own_words_are_said_in_the_language_that_was_chosen(browser: Any, address: str) -> None:
    t, eleanor = Words("pt-BR"), Person(browser, address, "Eleanor Marsh")
    eleanor.go("/requests")
    eleanor.page.get_by_role("radio", name="PT").click(force=True)
    eleanor.settle()
    area = eleanor.page.locator(".st-key-address-area input").first
    area.click()
    area.press_sequentially("zzzz")
    assert eleanor.sees(t("Nothing is called that"))
    assert not eleanor.page.get_by_text("No results").count()


def test_words_typed_after_signing_out_elsewhere_can_be_taken_along(browser: Any, address: str) -> None:
    grace = Person(browser, address, "Grace Whitfield")
    grace.go("/ask")
    what = grace.page.locator("[class*='st-key-what-'] input").first
    what.fill("Send the *list* of <b>")
    elsewhere = grace.page.context.new_page()
    elsewhere.goto(f"{address}/sign-out")
    what.press("Enter")
    assert grace.sees("Send the *list* of <b>")
    assert grace.sees("You are signed out")
