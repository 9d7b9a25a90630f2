"""A whole weekly hour in five browsers: facilitator, three heads, screen; a browser and the server are killed in it."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coord.text import Words
from tests.browser import LAPTOP, PHONE, PROJECTOR, Demo, Person, journey

pytestmark = pytest.mark.chromium

# Who facilitates, and three heads: of Product, of Onboarding, of Account care.
CAST = {
    "en": ("Ruth Adeyemi", "Daniel Okafor", "Siobhan Kelly", "Ines Carvalho"),
    "pt-BR": ("Helena Prado", "Renata Fonseca", "Patrícia Moura", "Inês Carvalho"),
    "es": ("Carmen Ibáñez", "Javier Soler", "Marcos Herrero", "Inés Carrasco"),
}
PROMISE = {
    "en": "I will look at the figures myself",
    "pt-BR": "Eu mesma olho os números",
    "es": "Miro yo las cifras",
}

LINE = {
    "en": "The list of open releases",
    "pt-BR": "A lista de versões abertas",
    "es": "La lista de versiones abiertas",
}


@pytest.fixture(params=CAST)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(tmp_path: Path, language: str, browser: Any) -> Iterator[Demo]:
    served = Demo(tmp_path, language)
    served.start()
    yield served
    served.stop()


@journey
def test_a_whole_hour(language: str, served: Demo, browser: Any, tmp_path: Path) -> None:
    t = Words(language)
    names = CAST[language]
    ruth = Person(browser, served.address, names[0], size=LAPTOP, locale=language)
    daniel = Person(browser, served.address, names[1], size=PHONE, locale=language)
    siobhan = Person(browser, served.address, names[2], size=PHONE, locale=language, dark=True)
    ines = Person(browser, served.address, names[3], size=LAPTOP, locale=language)
    heads = (daniel, siobhan, ines)

    # before: a head prepares on the phone; the facilitator moves an item by keys
    daniel.go("/preparation")
    daniel.press(t("I'm prepared"))
    ruth.go("/meeting")
    rows = ruth.page.locator("#agenda ol#requests li .title")
    last = rows.last.inner_text()
    ruth.page.locator("#agenda ol#requests li .grip").last.focus()
    ruth.page.keyboard.press("ArrowUp")
    assert ruth.comes(lambda: rows.nth(rows.count() - 2).inner_text() == last)
    ruth.page.wait_for_timeout(1_000)

    # the hour begins; the screen comes by its own link; everybody follows
    ruth.press(t("Begin the hour"))
    screen = _screen(browser, ruth, t)
    for head in heads:
        head.go("/meeting")
        assert head.sees(t("You follow {name}", name=names[0]))
    _take_up(ruth, ".st-key-all-here")
    ruth.press(t("All here"))
    item = _take_up(ruth, "[class*='st-key-open-'][class*='-promise']")
    for head in heads:
        assert head.comes(lambda head=head: _title(head, "followed") == item)
    assert screen.comes(lambda: screen.page.locator(".title").first.inner_text() == item)
    assert abs(_seconds(daniel) - _seconds(ruth)) <= 1

    # a head types while the facilitator promises on behalf of the area: nothing moves under the fingers
    ines.page.locator(".st-key-capture input").first.fill("half a sent")
    ruth.press(t.inside("move", "Promise"))
    ruth.page.locator("[class*='st-key-panel'] textarea").first.fill(PROMISE[language])
    ruth.page.locator("[class*='st-key-chip1-'] button").click()
    for someone in (*heads, screen):
        assert someone.sees(t("Just recorded"))
    assert ines.page.locator(".st-key-capture input").first.input_value() == "half a sent"

    # two devices at once: the facilitator goes on, Daniel records a line of his own
    daniel.page.locator(".st-key-capture input").first.fill(LINE[language])
    daniel.press(t("Check"))
    daniel.page.locator("[class*='st-key-to-'] input").click()
    daniel.page.keyboard.press("ArrowDown")
    daniel.page.keyboard.press("Enter")
    ruth.page.locator(".st-key-step-next button").click()
    daniel.press(t("Record it"))
    for someone in (daniel, ruth):
        assert someone.sees(re.compile(re.escape(LINE[language])))

    # a browser is killed and comes back; the server is killed and comes back
    ines.page.context.close()
    ines = Person(browser, served.address, names[3], size=LAPTOP, locale=language)
    ines.go("/meeting")
    assert ines.sees(t("You follow {name}", name=names[0]))
    siobhan.page.locator(".st-key-capture input").first.fill("typed before the crash")
    before, at = _seconds(ruth), time.monotonic()
    served.kill()
    served.start()
    item = _title(ruth, "item")
    assert ruth.comes(lambda: _goes_on(ruth, item))
    for head in (daniel, siobhan, ines):
        assert head.comes(lambda head=head: _title(head, "followed") == _title(ruth, "item")), head.name
    assert siobhan.page.locator(".st-key-capture input").first.input_value() == "typed before the crash"
    for someone in (ruth, siobhan):
        assert abs((before - _seconds(someone)) - (time.monotonic() - at)) <= 2

    # the end, the close, what was carried, and the minutes read back
    ruth.page.locator(".st-key-drive").get_by_role("button", name=t("More"), exact=True).click()
    ruth.page.locator(".st-key-end button").click()
    ruth.page.get_by_role("button", name=t("Press again to end the hour")).click()
    assert ruth.sees(t("Read the promises back"))
    for head in (daniel, siobhan, ines):
        assert head.sees(t("How was this hour?"))
    assert screen.sees(t("Thank you for this hour."))
    daniel.page.locator("[class*='st-key-heard-'] button").nth(4).click()
    daniel.page.locator("[class*='st-key-worth-'] button").nth(3).click()
    daniel.press(t("Send"))
    ruth.press(t("Close the minutes"))
    assert ruth.comes(lambda: ruth.page.locator("#agenda ol#requests li").count() > 1)  # what was carried
    ruth.go("/minutes")
    ruth.page.locator("[class*='st-key-hour-'] a").first.click()
    ruth.settle()
    with ruth.page.expect_download() as saved:
        ruth.page.get_by_role("button", name="Markdown").click()
    told = Path(saved.value.path()).read_text("utf-8")
    assert PROMISE[language] in told
    assert names[0] in told
    with ruth.page.expect_download() as saved:
        ruth.page.get_by_role("button", name="PDF").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
    assert not Person.strayed


def _screen(browser: Any, ruth: Person, t: Words) -> Person:
    """The projector's browser, which comes by the link that the facilitator makes."""
    more = ruth.page.locator(".st-key-drive").get_by_role("button", name=t("More"), exact=True)
    more.click()
    ruth.page.locator(".st-key-make-screen button").click()
    link = ruth.page.get_by_text(re.compile("/screen/")).first
    link.wait_for()
    screen = Person(browser, ruth.address, None, size=PROJECTOR)
    screen.page.goto(ruth.address + "/screen/" + link.inner_text().strip().rsplit("/", 1)[-1])
    ruth.page.keyboard.press("Escape")
    return screen


def _take_up(ruth: Person, offer: str) -> str:
    """Go on until an item offers this; its title."""
    for _ in range(60):
        if ruth.page.locator(".st-key-item").locator(offer).count():
            return _title(ruth, "item")
        before = ruth.page.locator(".st-key-item").inner_text()
        ruth.page.locator(".st-key-step-next button").click()
        ruth.comes(lambda before=before: ruth.page.locator(".st-key-item").inner_text() != before)
        ruth.settle()
    raise AssertionError("no item offers it")


def _goes_on(ruth: Person, item: str) -> bool:
    """Press "next", as somebody does again whose click was lost while the server was away."""
    ruth.page.locator(".st-key-step-next button").click()
    return ruth.comes(lambda: _title(ruth, "item") != item, 4)


def _title(someone: Person, where: str) -> str:
    found = someone.page.locator(f".st-key-{where} h1")
    return str(found.first.inner_text()) if found.count() else ""


def _seconds(someone: Person) -> int:
    """What the clock of the hour says is left; over the end, below zero."""
    said = someone.page.locator("#timers .time").last.inner_text()
    minutes, seconds = said.lstrip("+").split(":")
    return (-1 if said.startswith("+") else 1) * (60 * int(minutes) + int(seconds))
