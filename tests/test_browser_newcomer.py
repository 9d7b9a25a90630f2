"""A newcomer's ten minutes, in a real browser: from an empty server to the first promise that is kept."""

import re
from pathlib import Path
from typing import Any

import pytest

from coord.text import Words
from tests.browser import PHONE, Person, Server, journey

pytestmark = pytest.mark.chromium

PLACES = {
    "en": ("Europe/London", "GB"),
    "pt-BR": ("America/Sao_Paulo", "BR"),
    "es": ("America/Mexico_City", "MX"),
}
PASSWORD = "the first bread is baked at four"
ASKED = {
    "en": ("Send the delivery dates for December", "Bake a sample of the Easter bread"),
    "pt-BR": ("Enviar as datas de entrega de dezembro", "Assar uma amostra do pão de Páscoa"),
    "es": ("Enviar las fechas de entrega de diciembre", "Hornear una muestra del pan de Pascua"),
}
THURSDAY = 3


class Newcomer(Person):
    """Somebody in a browser that knows nothing yet of Coord, in their own language and zone."""

    def __init__(self, browser: Any, address: str, language: str, **more: Any) -> None:
        super().__init__(browser, address, None, locale=language, timezone_id=PLACES[language][0], **more)
        self.t, self.errors = Words(language), list[str]()
        self.promised, self.other = ASKED[language]
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, said: Any) -> None:
        url = said.location.get("url", "")
        if (
            said.type == "error" and "/_stcore/" not in url
        ):  # Streamlit looks for its server below each page first
            self.errors.append(f"{said.text} {url}")

    def at(self, key: str) -> Any:
        """The one part of a page that bears this key, or one that begins so."""
        return self.page.locator(f".st-key-{key}, [class*='st-key-{key}-']").first

    def click(self, key: str) -> None:
        self.at(key).locator("button").first.click()
        self.settle()

    def write(self, within: Any, words: str) -> None:
        """Type into a field as fingers do, and leave it."""
        within.click()
        within.press("ControlOrMeta+a")
        self.page.keyboard.type(words)
        within.press("Tab")
        self.settle()

    def comes_in(self, **fields: str) -> None:
        """Fill in a plain form, and send it with two clicks, as people do who always click twice."""
        for name, words in fields.items():
            self.page.locator(f"#{name}").press_sequentially(words)
        self.page.locator("form[method=post] button:not([type=button])").last.dblclick()
        self.settle()

    def leaves(self) -> None:
        assert self.errors == []
        self.page.context.close()


@journey
@pytest.mark.parametrize("language", ["en", "pt-BR", "es"])
def test_a_company_moves_in_and_the_first_promise_is_kept(
    language: str, browser: Any, tmp_path: Path
) -> None:
    server = Server(tmp_path, "serve")
    server.start()
    try:
        founds_the_company_and_leaves(browser, server.address, language)
        server.kill()
        server.start()
        rosa = comes_back(browser, server.address, language)
        chooses_areas(rosa)
        names_heads(rosa)
        links = invites(rosa)
        ana = arrives(browser, server.address, language, links["Ana"])
        tells_what_they_wait_for(ana)
        caio = arrives(browser, server.address, language, links["Caio"])
        promises_and_delivers(caio)
        confirms(ana)
        sees_that_it_was_kept(rosa)
        signs_out_and_in(rosa)
        for someone in (rosa, ana, caio):
            someone.leaves()
    finally:
        server.stop()


def founds_the_company_and_leaves(browser: Any, address: str, language: str) -> None:
    """Rosa types the little that can't be guessed, and is called away before the hour is set."""
    rosa, (zone, country) = Newcomer(browser, address, language), PLACES[language]
    rosa.page.goto(address)
    assert rosa.page.url == f"{address}/begin"
    rosa.page.locator("#company").press_sequentially("Aurora Bakery")
    rosa.page.locator(f"button[value={'en' if language == 'es' else 'es'}]").click()
    rosa.page.locator(f"button[value={language}]").click()
    assert rosa.page.locator("#company").input_value() == "Aurora Bakery"
    assert [rosa.page.locator(f"#{field}").input_value() for field in ("zone", "country")] == [zone, country]
    rosa.comes_in(name="Rosa Prado", email="rosa@aurora.example", password=PASSWORD)
    assert rosa.comes(lambda: rosa.page.evaluate("document.documentElement.lang") == language)
    name = rosa.at("setup-company").locator("[class*='st-key-name-'] input")
    assert rosa.comes(lambda: name.input_value() == "Aurora Bakery")
    rosa.click("setup-save")
    rosa.at("setup-first-hours").wait_for()
    rosa.leaves()


def comes_back(browser: Any, address: str, language: str) -> Newcomer:
    """The server was restarted meanwhile; Today leads on to the step that is next."""
    rosa = Newcomer(browser, address, language)
    rosa.page.goto(address)
    rosa.comes_in(email="rosa@aurora.example", password=PASSWORD)
    rosa.at("moving-in").get_by_role("link").click()
    first = rosa.at("setup-first-hours")
    first.wait_for()
    before = first.inner_text()
    rosa.at("setup-hour").locator("[data-testid=stButtonGroup] button").nth(THURSDAY).click()
    assert rosa.comes(lambda: first.inner_text() != before)
    rosa.settle()
    rosa.click("setup-save")
    return rosa


def chooses_areas(rosa: Newcomer) -> None:
    """A ready list, of which one is renamed and one left out; and one of their own."""
    rosa.at("setup-areas").locator("[data-testid=stButtonGroup] button").nth(1).click()
    rosa.at("setup-after_sales-6").wait_for()
    rosa.at("setup-sales-2").locator("[data-testid=stCheckbox] label").click()
    rosa.write(rosa.at("setup-after_sales-2").locator("input[type=text]"), "Silo")
    rosa.write(rosa.at("setup-after_sales-6").locator("input[type=text]"), "Café")


def names_heads(rosa: Newcomer) -> None:
    """A list that is pasted; a line that is typed, for somebody who heads two areas."""
    t, rows = rosa.t, rosa.page.locator("[class*='st-key-setup-row-head-']")
    rosa.at("setup-save").locator("button").dblclick(delay=20)  # as people do who always click twice
    rosa.settle()
    assert rosa.has(9, rows)
    rosa.at("setup-paste").locator("summary").click()
    pasted = f"{t('Sales')}; Ana Reis; ana@aurora.example\n{t('Delivery')}\tCaio Luz\tcaio@aurora.example"
    rosa.write(rosa.at("setup-paste").locator("textarea"), pasted)
    rosa.click("setup-fill")
    marketing = rows.filter(has_text=t("Marketing")).locator("input[type=text]")
    for place, words in enumerate(("Ana Reis", "ana@aurora.example")):
        rosa.write(marketing.nth(place), words)
    rosa.click("setup-save")


def invites(rosa: Newcomer) -> dict[str, str]:
    """The links as they stand in the texts to be sent."""
    rosa.click("setup-invite-all")
    texts = rosa.page.locator("[class*='st-key-guest-'] code")
    assert rosa.has(2, texts)
    found = {}
    for text in texts.all_inner_texts():
        [link] = re.findall(r"http\S+/invitation/\S+", text)
        found["Ana" if "Ana" in text else "Caio"] = link
    rosa.click("setup-finish")
    rosa.at("next-steps").wait_for()
    return found


def arrives(browser: Any, address: str, language: str, link: str) -> Newcomer:
    """A head opens the link on their phone, chooses a password, and is here."""
    head = Newcomer(browser, address, language, size=PHONE, is_mobile=True, has_touch=True)
    head.page.goto(link)
    assert head.page.locator("#email").input_value().endswith("@aurora.example")
    head.comes_in(password=f"{PASSWORD}, {link[-5:]}")
    assert head.comes(lambda: head.page.evaluate("document.documentElement.lang") == language)
    return head


def tells_what_they_wait_for(ana: Newcomer) -> None:
    """Marketing waits for two things; sales, which Ana heads too, for nothing."""
    form = ana.page.locator("[data-testid=stForm]")
    asked = ana.page.locator("[class*='st-key-waits-']").filter(has=form)
    for area, what, ago in (("Delivery", ana.promised, 14), ("Production", ana.other, 30)):
        asked.get_by_role("radio", name=ana.t(area), exact=True).click()
        ana.write(asked.locator("[class*='st-key-what-'] input"), what)
        asked.locator(f"[class*='st-key-ago{ago}-'] button").click()
        asked.get_by_role("link", name=what).wait_for()
        ana.settle()
    for many in (1, 2):
        asked.locator("[class*='st-key-all-'] button").click()
        assert ana.has(many, ana.page.locator("[class*='st-key-waits-told-']"))
        ana.settle()
    first = ana.at("first-hour").inner_text()
    assert "Ana Reis" in first
    assert "Caio Luz" in first


def promises_and_delivers(caio: Newcomer) -> None:
    """What Ana entered is on Caio's first Today; a promise for this day, kept a minute later."""
    caio.line(caio.promised).locator("[class*='-promise'] button").click()
    caio.settle()
    caio.line(caio.promised).locator("[class*='st-key-chip0-'] button").click()
    caio.line(caio.promised).locator("[class*='-deliver'] button").click()
    caio.settle()
    caio.line(caio.promised).locator("[class*='st-key-send-'] button").click()
    assert caio.sees(caio.t("Delivered. The other area confirms."))


def confirms(ana: Newcomer) -> None:
    """The first promise is kept."""
    ana.page.reload()
    ana.settle()
    ana.line(ana.promised).locator("[class*='-confirm'] button").click()
    ana.settle()
    ana.line(ana.promised).locator("[class*='st-key-send-'] button").click()
    assert ana.sees(ana.t("Confirmed: done."))


def sees_that_it_was_kept(rosa: Newcomer) -> None:
    """In the first days Trends shows the requests themselves; the promise was kept on its day."""
    rosa.go("/trends")
    rosa.page.get_by_role("link", name=rosa.promised).click()
    assert rosa.sees(rosa.t("Done"))
    rosa.settle()


def signs_out_and_in(rosa: Newcomer) -> None:
    """The password that was chosen in the first minute still opens the door."""
    assert rosa.errors == []
    rosa.page.get_by_role("link", name=rosa.t("Sign out"), exact=True).click()
    rosa.page.wait_for_url("**/sign-in*")
    rosa.errors.clear()  # what the page that was left still fetched, the door refused: that is right
    rosa.comes_in(email="rosa@aurora.example", password=PASSWORD)
    rosa.at("next-steps").wait_for()
