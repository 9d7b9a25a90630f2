"""Every page in a real browser: on a phone, for a screen reader, and in the chosen language."""

from typing import Any

import pytest

from coord.text import Words
from tests.browser import LAPTOP, PHONE, Person

pytestmark = pytest.mark.chromium


def test_the_page_never_scrolls_sideways_on_a_phone(browser: Any, address: str) -> None:
    someone = Person(browser, address, "Sam Porter", size=PHONE)
    for path in ("/", "/ask", "/requests", "/request?id=1", "/trends", "/company", "/history"):
        someone.go(path)
        wide = someone.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= PHONE["width"], path


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
