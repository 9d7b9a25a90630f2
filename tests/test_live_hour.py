"""Fabio runs the hour: item by item, with a clock that leaves pauses out, handed over and taken over, and ended."""

from dataclasses import replace

import pytest

from coord import meetings, people
from coord.meetings import Item, Meeting
from coord.people import Mandate
from coord.refusal import Changed, Refused
from tests import hours
from tests.cast import FOUNDER, MONDAY, Cast

MINUTE = 60


@pytest.fixture
def hour(cast: Cast) -> int:
    """An hour with four items, one of them a round."""
    return hours.planned(cast)


@pytest.fixture
def begun(cast: Cast) -> int:
    return hours.begun(cast)


def look(cast: Cast, hour: int) -> tuple[Meeting, list[Item]]:
    with cast.database.read() as session:
        return meetings.meeting(session, hour), meetings.course(session, hour)


def step(cast: Cast, hour: int, way: int, at: int, by: Mandate | None = None) -> None:
    row, _ = look(cast, hour)
    with cast.database.begin() as session:
        meetings.step(session, hour, way, item=row.item_id, turn=row.turn, by=by or cast.fabio, at=at)


def clock(cast: Cast, hour: int, at: int) -> meetings.Clock:
    row, items = look(cast, hour)
    return meetings.clock(row, items, at)


def test_whoever_begins_the_hour_runs_it(cast: Cast, begun: int) -> None:
    row, _ = look(cast, begun)
    assert (row.state, row.started_at, row.facilitator_id) == ("live", MONDAY, cast.fabio.person_id)
    assert hours.at_item(cast, begun) == "here"


@pytest.mark.parametrize("name", ["ana", "gina", "hugo", "iris"])
def test_nobody_but_a_facilitator_begins_it(cast: Cast, hour: int, name: str) -> None:
    with cast.database.begin() as session, pytest.raises(Refused, match="Only a facilitator"):
        meetings.start(session, hour, by=getattr(cast, name), at=MONDAY)


def test_it_begins_once(cast: Cast, begun: int) -> None:
    with cast.database.begin() as session, pytest.raises(Changed):
        meetings.start(session, begun, by=cast.fabio, at=MONDAY + 1)


def test_in_a_round_every_area_has_its_turn_before_the_next_item(cast: Cast, begun: int) -> None:
    step(cast, begun, 1, MONDAY + 60)
    seen = []
    for second in range(4):
        row, items = look(cast, begun)
        with cast.database.read() as session:
            turns = meetings.turn_areas(session, row, items[1])
        assert hours.at_item(cast, begun) == "wants"
        seen.append(turns[row.turn])
        step(cast, begun, 1, MONDAY + 61 + second)
    assert sorted(seen) == sorted(cast.area.values())
    assert hours.at_item(cast, begun) == "request_unanswered"


def test_back_from_an_item_leads_to_the_last_turn_of_the_round(cast: Cast, begun: int) -> None:
    for second in range(5):
        step(cast, begun, 1, MONDAY + second)
    step(cast, begun, -1, MONDAY + 10)
    row, _ = look(cast, begun)
    assert (hours.at_item(cast, begun), row.turn) == ("wants", 3)


def test_the_clock_counts_an_items_time_over_several_visits(cast: Cast, begun: int) -> None:
    step(cast, begun, 1, MONDAY + 90)
    step(cast, begun, -1, MONDAY + 100)
    now = clock(cast, begun, MONDAY + 130)
    assert (now.item, now.section, now.hour) == (120, 120, 130)
    assert (now.item_planned, now.hour_planned) == (2 * MINUTE, 55 * MINUTE)


def test_a_section_counts_all_its_items(cast: Cast, begun: int) -> None:
    for second in range(5):
        step(cast, begun, 1, MONDAY + 10 * (second + 1))
    now = clock(cast, begun, MONDAY + 70)
    assert (now.item, now.section, now.section_planned) == (20, 60, 3 * MINUTE)


def test_what_was_paused_counts_nowhere(cast: Cast, begun: int) -> None:
    with cast.database.begin() as session:
        meetings.pause(session, begun, by=cast.fabio, at=MONDAY + 30)
    assert clock(cast, begun, MONDAY + 500).hour == 30
    assert clock(cast, begun, MONDAY + 500).is_paused
    step(cast, begun, 1, MONDAY + 600)
    assert clock(cast, begun, MONDAY + 700).item == 0
    with cast.database.begin() as session:
        meetings.resume(session, begun, by=cast.fabio, at=MONDAY + 1_000)
    now = clock(cast, begun, MONDAY + 1_020)
    assert (now.item, now.hour, now.is_paused) == (20, 50, False)
    step(cast, begun, -1, MONDAY + 1_030)
    assert clock(cast, begun, MONDAY + 1_030).item == 30


def test_a_minute_more_is_for_this_item_alone(cast: Cast, begun: int) -> None:
    row, _ = look(cast, begun)
    with cast.database.begin() as session:
        meetings.add_minute(session, begun, item=row.item_id, by=cast.fabio, at=MONDAY + 5)
    now = clock(cast, begun, MONDAY + 5)
    assert (now.item_planned, now.hour_planned) == (3 * MINUTE, 55 * MINUTE)


def test_two_clicks_on_next_go_on_once(cast: Cast, begun: int) -> None:
    row, _ = look(cast, begun)
    step(cast, begun, 1, MONDAY + 5)
    with cast.database.begin() as session, pytest.raises(Changed, match="moved on"):
        meetings.step(session, begun, 1, item=row.item_id, turn=row.turn, by=cast.fabio, at=MONDAY + 5)


def test_the_first_and_the_last_item_are_ends(cast: Cast, begun: int) -> None:
    with pytest.raises(Refused, match="first item"):
        step(cast, begun, -1, MONDAY + 5)
    for second in range(6):
        step(cast, begun, 1, MONDAY + second)
    with pytest.raises(Refused, match="last item"):
        step(cast, begun, 1, MONDAY + 9)


def test_an_item_left_for_another_stays_open_and_one_passed_is_done(cast: Cast, begun: int) -> None:
    _, items = look(cast, begun)
    with cast.database.begin() as session:
        meetings.go(session, begun, items[2].id, by=cast.fabio, at=MONDAY + 5)
    step(cast, begun, 1, MONDAY + 20)
    _, items = look(cast, begun)
    assert [one.state for one in items] == ["open", "open", "done", "open"]


def test_what_is_parked_waits_for_the_next_hour(cast: Cast, begun: int) -> None:
    _, items = look(cast, begun)
    with cast.database.begin() as session:
        meetings.go(session, begun, items[2].id, by=cast.fabio, at=MONDAY)
        meetings.park(
            session, begun, item=items[2].id, text="Without the figures", by=cast.fabio, at=MONDAY + 5
        )
    _, items = look(cast, begun)
    assert (items[2].state, items[2].why, hours.at_item(cast, begun)) == (
        "parked",
        "Without the figures",
        "read_back",
    )


def test_only_whoever_runs_it_drives(cast: Cast, begun: int) -> None:
    other = _second_facilitator(cast)
    row, _ = look(cast, begun)
    for by, said in ((other, "Take over first"), (cast.ana, "Only a facilitator")):
        with cast.database.begin() as session, pytest.raises(Refused, match=said):
            meetings.step(session, begun, 1, item=row.item_id, turn=0, by=by, at=MONDAY + 5)


def test_an_hour_is_handed_over_and_taken_over_without_losing_a_second(cast: Cast, begun: int) -> None:
    other = _second_facilitator(cast)
    assert other.person_id
    with cast.database.begin() as session:
        meetings.hand_over(session, begun, other.person_id, by=cast.fabio, at=MONDAY + 10)
    assert look(cast, begun)[0].facilitator_id == other.person_id
    with cast.database.begin() as session:
        meetings.take_over(session, begun, by=cast.fabio, at=MONDAY + 20)
    assert look(cast, begun)[0].facilitator_id == cast.fabio.person_id
    assert clock(cast, begun, MONDAY + 30).hour == 30
    with cast.database.read() as session:
        told = [one.now.text for one in meetings.recordings(session, begun) if one.now.kind == "handover"]
    assert told == ["Nora", "Fabio"]


def test_it_is_not_handed_to_somebody_who_may_not_run_it(cast: Cast, begun: int) -> None:
    assert cast.ana.person_id
    with cast.database.begin() as session, pytest.raises(Refused, match="Ana is not a facilitator"):
        meetings.hand_over(session, begun, cast.ana.person_id, by=cast.fabio, at=MONDAY + 10)
    with cast.database.begin() as session, pytest.raises(Refused, match="Only a facilitator"):
        meetings.take_over(session, begun, by=replace(cast.ana), at=MONDAY + 10)


def test_after_the_end_the_clock_stands_and_nothing_moves(cast: Cast, begun: int) -> None:
    with cast.database.begin() as session:
        meetings.pause(session, begun, by=cast.fabio, at=MONDAY + 100)
        meetings.end(session, begun, by=cast.fabio, at=MONDAY + 400)
    row, items = look(cast, begun)
    assert (row.state, row.ended_at, items[0].state, items[0].used) == ("ended", MONDAY + 400, "done", 100)
    assert clock(cast, begun, MONDAY + 9_000).hour == 100
    with pytest.raises(Changed, match="not running"):
        step(cast, begun, 1, MONDAY + 500)


def _second_facilitator(cast: Cast) -> Mandate:
    with cast.database.begin() as session:
        wish = people.Profile("Nora", "nora@casaclara.example", rights=frozenset({("facilitator", None)}))
        return people.mandate(session, people.welcome(session, wish, by=FOUNDER).id)
