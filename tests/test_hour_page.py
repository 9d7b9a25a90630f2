"""The running hour as its people see it: Fabio runs it, Bruno and Ana follow and act on what concerns them."""

from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from coord import meetings, requests
from coord.people import Mandate
from tests.cast import MONDAY, Cast
from tests.hours import at_item, begun, go, planned
from tests.pages import visit, words


@pytest.fixture
def page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> "Look":
    return Look(cast, monkeypatch)


class Look:
    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.monkeypatch = cast, monkeypatch

    def __call__(self, who: Mandate, at: int = MONDAY + 60) -> AppTest:
        return visit(self.monkeypatch, self.cast.database, who, "meeting", at=at)


def press(seen: AppTest, key: str) -> AppTest:
    """Press the button whose key begins like this."""
    button = next(one for one in seen.button if (one.key or "").startswith(key))
    button.click()
    seen.run()
    assert not seen.exception, seen.exception
    return seen


def test_fabio_goes_on_and_back(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    seen = press(page(cast.fabio), "step-next")
    assert at_item(cast, hour) == "wants"
    press(seen, "step-back")
    assert at_item(cast, hour) == "here"


def test_bruno_follows_and_has_no_controls(cast: Cast, page: Look) -> None:
    begun(cast)
    seen = page(cast.bruno)
    assert "You follow Fabio" in words(seen)
    assert not [one for one in seen.button if (one.key or "").startswith(("step-", "pause", "go-", "end"))]


def test_fabio_records_for_every_area_on_its_behalf(cast: Cast, page: Look) -> None:
    row = cast.ask()
    hour = begun(cast, request=row.id)
    go(cast, hour, "request_unanswered")
    seen = press(page(cast.fabio), f"open-{row.id}-promise")
    press(seen, "chip0")
    with cast.database.read() as session:
        event = requests.story(session, row.id)[-1]
    assert (event.verb, event.on_behalf, event.meeting_id) == ("promise", True, hour)
    assert (event.person_id, event.area_id) == (cast.fabio.person_id, cast.area["product"])


def test_bruno_promises_on_his_own_device_and_it_is_recorded_in_the_hour(cast: Cast, page: Look) -> None:
    row = cast.ask()
    hour = begun(cast, request=row.id)
    go(cast, hour, "request_unanswered")
    seen = press(page(cast.bruno), f"open-{row.id}-promise")
    press(seen, "chip0")
    with cast.database.read() as session:
        event = requests.story(session, row.id)[-1]
    assert (event.verb, event.on_behalf, event.meeting_id) == ("promise", False, hour)


def test_one_line_is_read_checked_and_only_then_asked(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    seen = page(cast.ana)
    next(one for one in seen.text_input if (one.key or "").startswith("what-")).input(
        "Support: open tickets by Friday"
    )
    seen = press(seen, "check-")
    with cast.database.read() as session:
        assert requests.count(session, requests.Wanted(), at=MONDAY) == 0
    seen = press(seen, "send-")
    with cast.database.read() as session:
        [row] = requests.every(session, requests.Wanted(), at=MONDAY)
        event = requests.story(session, row.id)[0]
    assert (row.what, row.asking_area_id, row.answering_area_id) == (
        "open tickets",
        cast.area["sales"],
        cast.area["support"],
    )
    assert (row.needed_on, event.meeting_id) == (date(2026, 3, 6), hour)


def test_an_area_that_was_misread_is_asked_for_and_the_line_stays(cast: Cast, page: Look) -> None:
    begun(cast)
    seen = page(cast.ana)
    next(one for one in seen.text_input if (one.key or "").startswith("what-")).input("Warehouse: ten boxes")
    seen = press(press(seen, "check-"), "send-")
    assert "Choose both areas." in words(seen)
    assert [one.value for one in seen.text_area if (one.key or "").startswith("text-")] == [
        "Warehouse: ten boxes"
    ]


def test_in_the_round_a_click_records_and_goes_on_to_the_next_area(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    go(cast, hour, "wants")
    seen = page(cast.fabio)
    next(one for one in seen.text_input if (one.key or "").startswith("text-want-")).input(
        "Answers by Friday"
    )
    press(seen, "next-")
    with cast.database.read() as session:
        row = meetings.meeting(session, hour)
        turns = meetings.in_turn(session, row)
        [said] = meetings.recordings(session, hour)
    assert (row.turn, said.now.kind, said.now.area_id, said.now.text) == (
        1,
        "want",
        turns[0],
        "Answers by Friday",
    )
    assert said.now.on_behalf


def test_an_area_without_a_word_is_passed_and_nothing_is_recorded(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    go(cast, hour, "wants")
    press(page(cast.fabio), "next-")
    with cast.database.read() as session:
        assert meetings.meeting(session, hour).turn == 1
        assert meetings.recordings(session, hour) == []


def test_the_end_takes_two_presses_within_three_seconds(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    seen = press(page(cast.fabio), "end")
    with cast.database.read() as session:
        assert meetings.meeting(session, hour).state == "live"
    press(seen, "end")
    with cast.database.read() as session:
        assert meetings.meeting(session, hour).state == "ended"


def test_two_presses_four_seconds_apart_end_nothing(
    cast: Cast, page: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = begun(cast)
    seen = press(page(cast.fabio), "end")
    monkeypatch.setattr("coord.clock.now", lambda: MONDAY + 64)
    press(seen, "end")
    with cast.database.read() as session:
        assert meetings.meeting(session, hour).state == "live"


def test_all_are_here_with_one_click(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    press(page(cast.fabio), "all-here")
    with cast.database.read() as session:
        assert {seat.status for seat in meetings.attendance(session, hour)} == {"present"}


def test_a_decision_is_recorded_with_who_decided_and_is_asked_for_no_longer(cast: Cast, page: Look) -> None:
    row = cast.move(cast.ask(), "escalate", by="ana", at=MONDAY, text="Who decides?")
    hour = begun(cast, [("requests", "request_decision", 2)], request=row.id)
    seen = page(cast.fabio)
    next(one for one in seen.text_input if (one.key or "").startswith("what-")).input("Sales gets it")
    seen = press(seen, "check-")
    next(one for one in seen.selectbox if (one.key or "").startswith("decided_by-")).select("Gina")
    press(seen, "send-")
    with cast.database.read() as session:
        [said] = meetings.recordings(session, hour)
        assert requests.request(session, row.id).raised_at is None
    assert (said.now.kind, said.now.text, said.now.decided_by) == ("decision", "Sales gets it", "Gina")


def test_what_was_recorded_wrongly_is_put_right_and_stays_in_the_story(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    by = replace(cast.fabio, on_behalf=frozenset(cast.area.values()), meeting_id=hour)
    with cast.database.begin() as session:
        meetings.record(
            session, hour, "thanks", text="For the figurs", area=cast.area["sales"], by=by, at=MONDAY
        )
    seen = page(cast.fabio)
    next(one for one in seen.text_area if (one.key or "").startswith("text-")).input("For the figures")
    press(seen, "send-")
    with cast.database.read() as session:
        [said] = meetings.recordings(session, hour)
    assert (said.now.text, [one.text for one in said.before]) == ("For the figures", ["For the figurs"])


def test_today_leads_to_the_hour_before_in_and_after_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    hour = planned(cast)

    def today() -> str:
        return words(visit(monkeypatch, cast.database, cast.bruno, at=MONDAY - 3_600))

    assert "Prepare it in five minutes" in today()
    with cast.database.begin() as session:
        meetings.prepare(
            session, hour, cast.area["product"], want=None, seen=0, by=cast.bruno, at=MONDAY - 7_200
        )
    assert "The weekly hour is on" not in today()
    with cast.database.begin() as session:
        meetings.start(session, hour, by=cast.fabio, at=MONDAY - 5_000)
    assert "under way" in today()
    with cast.database.begin() as session:
        meetings.end(session, hour, by=cast.fabio, at=MONDAY - 4_000)
    assert "Say in two taps how it was" in today()
    with cast.database.begin() as session:
        meetings.pulse.answer(session, hour, heard=4, worth=5, by=cast.bruno)
    assert "The weekly hour is over" not in today()
