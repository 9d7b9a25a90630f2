"""Every page in a real browser: on a phone, for a screen reader, and in the chosen language."""

from itertools import cycle
from typing import Any

import pytest

from coord.text import Words
from tests.browser import LAPTOP, LONG, PHONE, Person

pytestmark = [pytest.mark.chromium, *LONG]


RUTH = ("/", "/ask", "/requests", "/request?id=100", "/meeting", "/preparation", "/minutes", "/minutes?meeting=23",
        "/goals", "/goals?goal=11", "/issues", "/issues?issue=1", "/roles", "/roles?role=13", "/trends", "/notices", "/account")  # fmt: skip
SAM = ("/company", "/company?part=sign-ins", "/history", "/well")
FITS = "document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth"
CHARTS = """(charts => charts.length > 0 && charts.every(chart => chart.querySelector('canvas, svg')))(
    [...document.querySelectorAll('[data-testid=stVegaLiteChart]')])"""
IS_DRAWN_IN = (
    "scheme => getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme.includes(scheme)"
)
# Dark is another set of colours and nothing else, so that nothing else is looked at again.
SERIOUS = """only => axe.run({resultTypes: ['violations'], ...(only && {runOnly: {type: 'rule', values: [only]}})}).then(
    found => found.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(
        one => [one.id, ...one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]))"""


@pytest.mark.parametrize(
    ("who", "size", "paths"),
    [
        ("Ruth Adeyemi", PHONE, RUTH),
        ("Sam Porter", PHONE, SAM),
        ("Daniel Okafor", LAPTOP, ("/", "/trends")),
    ],
)
def test_axe_finds_nothing_serious_on_any_page_and_none_scrolls_sideways(
    browser: Any, address: str, who: str, size: dict[str, int], paths: tuple[str, ...]
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    someone = Person(browser, address, who, size=size)
    someone.page.evaluate(axe.axe_script)
    colours = cycle(["dark", "light"])  # one change a page, not there and back
    for path, other in zip(paths, colours, strict=False):
        someone.go(path)
        assert someone.page.evaluate(FITS), path
        if path == "/trends":
            assert someone.comes(lambda: someone.page.evaluate(CHARTS)), "charts are drawn under the policy"
        assert someone.page.evaluate(SERIOUS) == [], path
        someone.page.emulate_media(color_scheme=other)
        someone.page.wait_for_function(IS_DRAWN_IN, arg=other)
        assert someone.page.evaluate(SERIOUS, "color-contrast") == [], f"{path}, {other}"
    assert not Person.strayed


def test_a_goal_that_is_opened_from_the_list_can_be_sent_reloaded_and_left_again(
    browser: Any, address: str
) -> None:
    eleanor = Person(browser, address, "Eleanor Marsh")
    eleanor.go("/goals")
    eleanor.page.get_by_role("link", name="Quieter nights").click()
    assert eleanor.comes(lambda: "/goals?goal=" in eleanor.page.url)
    eleanor.page.reload()
    assert eleanor.sees("moved since it was set")
    assert eleanor.page.get_by_role("heading", name="Quieter nights").count()
    eleanor.page.go_back()
    assert eleanor.comes(lambda: bool(eleanor.page.get_by_role("heading", name="Off track").count()))
    eleanor.page.go_forward()
    assert eleanor.sees("moved since it was set")
    eleanor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Goals").click()
    assert eleanor.comes(lambda: eleanor.page.url.endswith("/goals"))
    assert eleanor.comes(lambda: bool(eleanor.page.get_by_role("heading", name="Off track").count()))


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
