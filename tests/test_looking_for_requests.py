"""What people find when they look: their inbox in its order, what is new, lists by what is wanted."""

from datetime import date
from typing import Any

import pytest

from coord import requests
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests import Inbox, Request, Wanted
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, TODAY, Cast


def inbox(cast: Cast, who: str) -> Inbox:
    by: Mandate = getattr(cast, who)
    with cast.database.read() as session:
        return requests.inbox(session, areas=by.areas, person_id=by.person_id)


def found(cast: Cast, at: int = MONDAY + 10 * DAY, **wish: Any) -> list[str]:
    with cast.database.read() as session:
        rows = requests.found(session, Wanted(**wish), at=at)
        assert requests.count(session, Wanted(**wish), at=at) == len(rows)
        assert {r.id for r in requests.every(session, Wanted(**wish), at=at)} == {r.id for r in rows}
    return [row.what for row in rows]


def news(cast: Cast, who: str, since: int = MONDAY - 1) -> list[tuple[int, str]]:
    by: Mandate = getattr(cast, who)
    assert by.person_id
    with cast.database.read() as session:
        found = requests.news(session, areas=by.areas, person_id=by.person_id, since=since)
    return [(event.request_id, event.verb) for event in found]


def whats(rows: Any) -> list[str]:
    return [row.what for row in rows]


def test_what_waits_longest_stands_first_to_be_answered(cast: Cast) -> None:
    for hours in (2, 5, 1):
        cast.ask(f"{hours} hours ago", at=MONDAY - hours * HOUR)
    assert whats(inbox(cast, "bruno").answer) == ["5 hours ago", "2 hours ago", "1 hours ago"]
    assert whats(inbox(cast, "ana").waiting) == ["5 hours ago", "2 hours ago", "1 hours ago"]
    assert inbox(cast, "carla") == Inbox([], [], [], [], [], [])


def test_promises_stand_by_their_day_and_deliveries_by_when_they_came(cast: Cast) -> None:
    days = {"late": date(2026, 3, 9), "soon": FRIDAY, "first": TODAY}
    rows = {
        name: cast.move(cast.ask(name), "promise", by="bruno", at=MONDAY, day=day)
        for name, day in days.items()
    }
    assert whats(inbox(cast, "davi").keep) == ["first", "soon", "late"]
    for hours, name in enumerate(("soon", "late", "first")):
        cast.move(rows[name], "deliver", by="bruno", at=MONDAY + hours * HOUR)
    assert whats(inbox(cast, "ana").confirm) == ["soon", "late", "first"]
    assert (inbox(cast, "ana").mine, inbox(cast, "bruno").mine) == (3, 0)


def test_who_handles_a_request_finds_it_among_their_own(cast: Cast) -> None:
    cast.ask("Not hers")
    row = cast.move(cast.ask("Hers"), "assign", by="bruno", at=MONDAY, handler=cast.iris.person_id)
    assert whats(inbox(cast, "iris").answer) == ["Hers"]
    cast.move(row, "promise", by="iris", at=MONDAY, day=FRIDAY)
    assert (whats(inbox(cast, "iris").answer), whats(inbox(cast, "iris").keep)) == ([], ["Hers"])


def test_what_is_resolved_waits_for_nobody(cast: Cast) -> None:
    cast.move(cast.ask(), "withdraw", by="ana", at=MONDAY)
    assert inbox(cast, "ana") == inbox(cast, "bruno") == Inbox([], [], [], [], [], [])


def test_news_are_the_last_things_that_others_did_here_newest_first(cast: Cast) -> None:
    first, second = cast.ask("One"), cast.ask("Two")
    strange = cast.ask("Three", by="carla", to="billing")
    cast.move(first, "question", by="bruno", at=MONDAY + 3, text="Which?")
    cast.move(second, "promise", by="bruno", at=MONDAY + 1, day=FRIDAY)
    cast.move(second, "note", by="iris", at=MONDAY + 2, text="Good")
    assert news(cast, "ana") == [(first.id, "question"), (second.id, "note")]
    assert news(cast, "ana", since=MONDAY + 2) == [(first.id, "question")]
    assert news(cast, "elsa") == [(strange.id, "ask")]
    assert news(cast, "bruno") == [(second.id, "note"), (first.id, "ask")]


@pytest.fixture
def five(cast: Cast) -> dict[str, Request]:
    """One request in each of five states, an hour apart."""
    rows = {
        name: cast.ask(name, at=MONDAY + n * HOUR, customer="Aurora" if n % 2 else "Boreal")
        for n, name in enumerate(("asked", "questioned", "promised", "delivered", "satisfied"))
    }
    later = MONDAY + DAY
    cast.move(rows["questioned"], "question", by="bruno", at=later, text="Which?")
    cast.move(rows["promised"], "promise", by="bruno", at=later + 1, day=FRIDAY)
    cast.move(rows["delivered"], "deliver", by="bruno", at=later + 2)
    cast.move(rows["satisfied"], "confirm", by="ana", at=MONDAY + 5 * HOUR)
    return rows


def test_requests_are_found_by_whose_move_it_is(cast: Cast, five: dict[str, Request]) -> None:
    assert found(cast, holder=cast.area["product"]) == ["asked", "promised"]
    assert found(cast, holder=cast.area["sales"]) == ["questioned", "delivered"]
    assert found(cast, holder=cast.area["billing"]) == []


def test_requests_are_found_by_area_age_customer_and_route(cast: Cast, five: dict[str, Request]) -> None:
    sales, product = cast.area["sales"], cast.area["product"]
    everything = list(five)
    assert found(cast, area=sales) == found(cast, area=sales, side="asking") == everything
    assert found(cast, area=sales, side="answering") == []
    assert found(cast, area=product, side="answering") == everything
    assert found(cast, asking=frozenset({sales}), answering=frozenset({product})) == everything
    assert found(cast, answering=frozenset({sales})) == found(cast, asking=frozenset({product})) == []
    assert found(cast, customer="Aurora") == ["questioned", "delivered"]
    assert found(cast, at=MONDAY + DAY + HOUR, older_than=1) == ["asked", "questioned"]


def test_lists_stand_in_the_order_that_was_chosen(cast: Cast, five: dict[str, Request]) -> None:
    cast.move(five["asked"], "note", by="iris", at=MONDAY + 2 * DAY, text="Hm")
    assert found(cast, sort="newest") == ["satisfied", "delivered", "promised", "questioned", "asked"]
    assert found(cast, sort="moved") == ["asked", "delivered", "promised", "questioned", "satisfied"]
    assert found(cast, sort="promised") == ["promised", "asked", "questioned", "delivered", "satisfied"]
    assert found(cast, sort="held") == ["asked", "promised", "questioned", "delivered", "satisfied"]


@pytest.mark.parametrize(
    "typed",
    ["'; DROP TABLE requests; --", "1); ATTACH DATABASE './x' AS y; --", "'a\"b`c[d]'", "\\x27 or 1=1", "100%",
     "a_b", "%s %d {0} {user.password}", "C:\\temp", "نعم", "<img src=x onerror=alert(1)>", "None", "NaT"],
)  # fmt: skip
def test_whatever_was_typed_is_found_by_the_same_words_and_by_no_others(cast: Cast, typed: str) -> None:
    cast.ask("Send the list of 1000 aXb")
    cast.ask(typed, customer=typed)
    assert found(cast, text=typed) == found(cast, customer=typed) == [typed]


@pytest.mark.parametrize("words", ["%", "_", "\\", "'"])
def test_signs_that_databases_read_as_any_sign_find_only_themselves(cast: Cast, words: str) -> None:
    cast.ask("Send the list")
    assert found(cast, text=words) == []


def test_only_an_open_request_on_the_same_route_with_mostly_the_same_words_is_alike(cast: Cast) -> None:
    row = cast.ask("Send the list of trial customers")

    def alike(what: str, to: str = "product") -> int | None:
        with cast.database.read() as session:
            seen = requests.alike(session, from_area=cast.area["sales"], to_area=cast.area[to], what=what)
        return seen and seen.id

    assert alike("SEND a list of the triál customers") == row.id
    assert alike("Send the invoice to Aurora") is None
    assert alike("Send the list of trial customers", to="support") is None
    cast.move(row, "confirm", by="ana", at=MONDAY)
    assert alike("Send the list of trial customers") is None


def test_what_is_not_there_is_said_to_be_so(cast: Cast) -> None:
    with cast.database.read() as session:
        assert requests.there(session, 999_999) is None
        assert requests.by_reference(session, "nothing") is None
        with pytest.raises(Refused, match="There is no such request"):
            requests.request(session, 999_999)
