"""From the command of the README to a promise, in a real browser: in three languages, and two heads at once."""

import re
from pathlib import Path
from typing import Any

import pytest

from coord.text import Words
from tests.browser import PHONE, PROJECTOR, Person, demo, journey

pytestmark = pytest.mark.chromium

# Who heads Product in each language's demo: the area that is asked most.
HEADS = {"en": "Daniel Okafor", "pt-BR": "Renata Fonseca", "es": "Javier Soler"}


def test_from_the_command_to_a_first_promise(browser: Any, tmp_path: Path) -> None:
    promise(browser, tmp_path, "en")


@journey
@pytest.mark.parametrize("language", ["pt-BR", "es"])
def test_the_same_in_the_other_languages(language: str, browser: Any, tmp_path: Path) -> None:
    promise(browser, tmp_path, language)


def promise(browser: Any, tmp_path: Path, language: str) -> None:
    """Somebody who is new heads Product, on a phone and on the projector, and promises what is asked first."""
    t = Words(language)
    with demo(tmp_path, language) as address:
        for size in (PHONE, PROJECTOR):
            head = Person(browser, address, HEADS[language], size=size, locale=language)
            button = head.page.get_by_role("button", name=t.inside("move", "Promise"), exact=True)
            button.first.wait_for()
            before = button.count()
            button.first.click()
            head.settle()
            head.page.locator("[class*='st-key-chip0-'] button").click()
            assert head.sees(t("Promised."))
            assert head.has(before - 1, button)
            assert head.page.evaluate("document.documentElement.lang") == language
            assert not Person.strayed


@journey
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
