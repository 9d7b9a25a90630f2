"""A real log comes in through the page, in a real browser."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser import Person, demo, journey
from tests.conftest import shared

pytestmark = pytest.mark.chromium


@journey
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
