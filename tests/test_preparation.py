"""My preparation: what will be asked of an area, what is still missing, and the one thing it wants."""

from datetime import timedelta
from typing import Any

import pytest

from coord import goals, meetings
from coord.meetings import Meeting, Preparation
from coord.refusal import Changed, Refused
from tests.cast import DAY, MONDAY, TODAY, Cast
from tests.hours import behind


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """The next meeting, the fourth of the company, with its agenda collected."""
    behind(cast, 3)
    with cast.database.read() as session:
        found = meetings.following(session, at=MONDAY)
    assert found is not None
    return found


def prepare(
    cast: Cast, meeting: Meeting, area: str, *, by: str, seen: int = 0, want: str | None = None
) -> Preparation:
    with cast.database.begin() as session:
        mandate = meetings.mandate(session, getattr(cast, by), meetings.meeting(session, meeting.id))
        return meetings.prepare(
            session, meeting.id, cast.area[area], want=want, seen=seen, by=mandate, at=MONDAY
        )


def test_each_area_sees_what_will_be_asked_of_it_first_what_waits_for_it(
    cast: Cast, meeting: Meeting
) -> None:
    cast.ask("Send the list")
    cast.ask("Show the plan", by="bruno", to="sales")
    cast.ask("Export the tickets", to="support")
    with cast.database.begin() as session:
        meetings.collect(session, meeting.id, at=MONDAY)
        found = {who: [item.title for item in meetings.asked_of(session, meeting.id, area)]
                 for who, area in cast.area.items()}  # fmt: skip
    assert found["product"] == ["Send the list", "Show the plan"]
    assert found["support"] == ["Export the tickets"]
    assert found["billing"] == []


def test_what_is_missing_are_check_ins_answers_and_promises_past_their_day(cast: Cast) -> None:
    late = cast.ask("Correct the invoice", at=MONDAY - 9 * DAY)
    cast.move(late, "promise", by="bruno", at=MONDAY - 9 * DAY, day=TODAY - timedelta(days=2))
    cast.ask("Send the list")
    with cast.database.begin() as session:
        goal = goals.set_goal(session, area=cast.area["product"], what="Fewer nights on call", measure="Nights", baseline=9,
                              target=2, direction="down", due_on=TODAY + timedelta(days=60), by=cast.bruno, at=MONDAY)  # fmt: skip

    def missing() -> Any:
        with cast.database.read() as session:
            return meetings.missing(
                session, areas=cast.bruno.areas, person_id=cast.bruno.person_id or 0, at=MONDAY
            )

    found = missing()
    assert [row.what for row in found.check_ins] == ["Fewer nights on call"]
    assert [row.what for row in found.answers] == ["Send the list"]
    assert [row.what for row in found.past] == ["Correct the invoice"]
    assert found.count == 3
    with cast.database.begin() as session:
        goals.check_in(session, goal.id, value=8, status="on_track", line=None, by=cast.bruno, at=MONDAY)
    assert missing().check_ins == []


def test_an_area_is_prepared_once_its_head_says_so_and_may_change_its_want(
    cast: Cast, meeting: Meeting
) -> None:
    first = prepare(cast, meeting, "product", by="bruno", want="  Fewer urgent calls ")
    assert (first.want, first.on_behalf) == ("Fewer urgent calls", False)
    with pytest.raises(Changed):  # the deputy had the page open
        prepare(cast, meeting, "product", by="davi", want="A quiet week")
    prepare(cast, meeting, "product", by="davi", seen=first.version, want="A quiet week")
    with cast.database.read() as session:
        found = meetings.prepared(session, meeting.id)
    assert {area: row.want if row else None for area, row in found.items()} == {
        cast.area["sales"]: None, cast.area["billing"]: None, cast.area["support"]: None,
        cast.area["product"]: "A quiet week"}  # fmt: skip


def test_the_facilitator_prepares_for_an_area_once_the_agenda_is_open_marked_so(
    cast: Cast, meeting: Meeting
) -> None:
    with pytest.raises(Refused, match="once the agenda is open"):
        prepare(cast, meeting, "billing", by="fabio")
    with cast.database.begin() as session:
        meetings.open_agenda(session, meeting.id, by=cast.fabio, at=MONDAY)
    assert prepare(cast, meeting, "billing", by="fabio", want="An order number on each order").on_behalf
    with pytest.raises(Refused):
        prepare(cast, meeting, "billing", by="ana")


def test_an_hour_that_is_over_is_not_prepared(cast: Cast, meeting: Meeting) -> None:
    with cast.database.begin() as session:
        meetings.meeting(session, meeting.id).state = "ended"
    with pytest.raises(Refused, match="over"):
        prepare(cast, meeting, "product", by="bruno")
