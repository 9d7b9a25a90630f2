"""Bad input on the pages: what was typed stays where it was refused, and no address breaks a page."""

import os
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import goals, issues, roles
from tests.bad_inputs import TEXTS
from tests.cast import FRIDAY, MONDAY, Cast
from tests.pages import visit, words
from tests.test_bad_inputs_files import counts

IS_LONG = os.environ.get("COORD_TEST_JOURNEYS") == "all"
TOO_LONG = "a" * 10_001
# who, page, what its address says, what has to be pressed first, what saves
FORMS: dict[str, tuple[str, str, dict[str, str], str, str]] = {
    "an issue": ("ana", "issues", {}, "", "send-"),
    "a person": ("hugo", "company", {"part": "people"}, "", "add-"),
    "a move": ("bruno", "request", {"id": "1"}, "open-1-question", "send-"),
}
MORE = {
    "a request": ("ana", "ask", {}, "", "send-"),
    "the company": ("hugo", "company", {"part": "company"}, "", "save-"),
    "an area": ("hugo", "company", {"part": "areas"}, "", "add-"),
    "oneself": ("ana", "account", {}, "", "save-"),
    "a role": ("ana", "roles", {}, "describe-", "save-"),
    "a role again": ("ana", "roles", {"role": "1"}, "change-", "save-"),
    "a check-in": ("ana", "goals", {}, "", "off_track-"),
    "an outcome": ("ana", "issues", {"issue": "1"}, "choose-wont_change", "send-"),
}
PAGES = ("request", "issues", "trends", "company")
NAMES = ("id", "goal", "issue", "role", "revision", "meeting", "part", "step", "move", "draft", "record", "outcome", "handoff",
         "factor", "text", "state", "area", "sort", "page", "tab", "customer")  # fmt: skip
STRANGE = ("<script>alert(1)</script>", "-1", "999999999", "9" * 300, "'; DROP TABLE x; --", "\x00", "1,1,asked,asked", "../..",
           "promise-1-2", "\u0661")  # fmt: skip


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A request, a goal, a role and an issue, each the first of its kind."""
    cast.ask()
    with cast.database.begin() as session:
        sales, by = cast.area["sales"], cast.ana
        goals.set_goal(
            session,
            area=sales,
            what="Faster",
            measure="days",
            baseline=1,
            target=2,
            due_on=FRIDAY,
            by=by,
            at=MONDAY,
        )
        roles.describe(session, area_id=sales, wish=roles.Description("Seller", "To sell"), by=by, at=MONDAY)
        issues.write(
            session, from_area=sales, to_area=cast.area["product"], happened="It came late", by=by, at=MONDAY
        )
    return cast


def press(seen: AppTest, begins: str) -> None:
    found = [button for button in seen.button if str(button.key).startswith(begins)]
    assert found, (begins, [button.key for button in seen.button])
    found[0].click().run()
    assert not seen.exception, seen.exception


def fields(seen: AppTest) -> list[Any]:
    every = [*seen.text_input, *seen.text_area]
    return [
        one
        for one in every
        if not one.disabled and not str(one.key).startswith(("address-", "search", "link-setup"))
    ]


@pytest.mark.parametrize("form", [*FORMS, *(MORE if IS_LONG else ())])
def test_what_was_typed_stays_where_it_was_refused(
    busy: Cast, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    who, page, query, opens, saves = (FORMS | MORE)[form]
    seen = visit(monkeypatch, busy.database, getattr(busy, who), page, **query)
    if opens:
        press(seen, opens)
    before = counts(busy.database)
    for typed in (TEXTS["B003"].text, TOO_LONG):
        for field in fields(seen):
            field.set_value(typed)
        press(seen, saves)
        assert seen.error, words(seen)
        assert [field.value for field in fields(seen)] == [typed] * len(fields(seen))
        assert fields(seen)
    assert counts(busy.database) == before


@pytest.mark.parametrize(
    "page", sorted(p.stem for p in Path("pages").glob("*.py") if p.stem != "screen") if IS_LONG else PAGES
)
def test_nothing_in_an_address_breaks_a_page(busy: Cast, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    who = busy.hugo if page in ("company", "history", "setup", "well") else busy.ana
    seen = visit(monkeypatch, busy.database, who, page)
    for strange in STRANGE if IS_LONG else STRANGE[::4]:
        for name in NAMES:
            seen.query_params[name] = strange
        seen.run()
        assert not seen.exception, (strange, seen.exception)
        assert not [error for error in seen.error if "went wrong" in error.value], strange
        assert "<script>" not in words(seen)
