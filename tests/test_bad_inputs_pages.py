"""Bad input on the pages: what was typed stays where it was refused, and no address breaks a page."""

import os
from typing import Any

import pytest
from streamlit.runtime.state.query_params_proxy import QueryParamsProxy
from streamlit.testing.v1 import AppTest

from coord import goals, issues, meetings, roles
from tests.bad_inputs import TEXTS
from tests.bad_inputs_addresses import NEAR, VIEWS, names_read
from tests.cast import FRIDAY, MONDAY, Cast
from tests.hours import begun, go
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
SHORT = ("a request", "trends", "company")
STRANGE = ("<script>alert(1)</script>", "999999999", "-1", "9" * 300, "'; DROP TABLE x; --", "\x00", "1,1,asked,asked", "../..",
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


def test_every_name_in_an_address_is_tried_in_some_view() -> None:
    assert {name for view in VIEWS.values() for name in view.names} == names_read()


@pytest.mark.parametrize("view", VIEWS if IS_LONG else SHORT)
def test_nothing_in_an_address_breaks_a_page(busy: Cast, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    """Each name alone, beside a good address: what is not there is said so, and what is none of a list is its first."""
    who, page, good, names, finds = VIEWS[view]
    read: set[str] = set()
    for method in ("get", "__getitem__", "__contains__"):
        monkeypatch.setattr(QueryParamsProxy, method, noted(getattr(QueryParamsProxy, method), read))
    hold(busy, page)
    seen = visit(monkeypatch, busy.database, getattr(busy, who), page, **good)
    assert not seen.warning
    first = {name: chosen(seen, page, name) for name in names if chosen(seen, page, name) is not None}
    for nr, name in enumerate(names):
        for strange in (STRANGE[0], NEAR.get(name) or STRANGE[1 + nr % (len(STRANGE) - 1)]):
            show(seen, good | {name: strange})
            assert "<script>" not in words(seen)
            if nr == 0:
                assert finds in words(seen), (name, strange)
            if name in first and name != "text":  # any words can be searched for
                assert (chosen(seen, page, name), name in seen.query_params) == (first[name], False), strange
    assert read >= set(names)


def hold(cast: Cast, page: str) -> None:
    """An hour for the pages that are about one: in its second item, or over."""
    if page in ("meeting", "minutes"):
        hour = begun(cast)
        go(cast, hour, "wants")
        if page == "minutes":
            with cast.database.begin() as session:
                meetings.end(session, hour, by=cast.fabio, at=MONDAY)


def show(seen: AppTest, address: dict[str, str]) -> None:
    seen.query_params.clear()
    seen.query_params.update(address)
    seen.run()
    assert not seen.exception, (address, seen.exception)
    assert not [error for error in seen.error if "went wrong" in error.value], address


def noted(method: Any, read: set[str]) -> Any:
    """The same, and what it is asked for is noted."""

    def asked(self: Any, name: str, *more: Any) -> Any:
        read.add(name)
        return method(self, name, *more)

    return asked


def chosen(seen: AppTest, page: str, name: str) -> Any:
    """What is chosen in the widget or the tabs whose value stands in the address under this name."""
    keys = (f"address-{name}", f"{page}-{name}")
    return next((seen.session_state[key] for key in keys if key in seen.session_state), None)
