"""The weekly series: its meetings come up by themselves, and stay where a person put them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from coord import company, meetings, people
from coord.meetings import Arrangement, Meeting
from coord.refusal import Changed, Refused
from tests.cast import DAY, FOUNDER, HOUR, MONDAY, Cast

TUESDAY = date(2026, 3, 3)


def arrange(cast: Cast, *, at: int = MONDAY, **facts: Any) -> None:
    with cast.database.begin() as session:
        there = meetings.the_series(session)
        facts = {"facilitators": (cast.fabio.person_id,), **facts}
        meetings.arrange(
            session, Arrangement(**facts), seen=there.version if there else 0, by=cast.hugo, at=at
        )


def close_on(cast: Cast, *days: date, weekday: int = 1) -> None:
    with cast.database.begin() as session:
        row = company.the(session)
        wish = company.Settings(row.name, zone=row.zone, meeting_weekday=weekday, closing_days=days)
        company.change(session, wish, seen=row.version, by=FOUNDER)


def plan(cast: Cast, at: int = MONDAY) -> int:
    with cast.database.begin() as session:
        return meetings.plan(session, at=at)


def coming(cast: Cast, at: int = MONDAY) -> list[Meeting]:
    with cast.database.read() as session:
        return meetings.upcoming(session, at=at)


def held(cast: Cast, row: Meeting) -> None:
    with cast.database.begin() as session:
        found = meetings.meeting(session, row.id)
        found.state, found.started_at, found.ended_at = "closed", found.starts_at, found.starts_at + HOUR


def days(rows: list[Meeting]) -> list[str]:
    return [datetime.fromtimestamp(row.starts_at, UTC).strftime("%a %d %b %H:%M") for row in rows]


def test_the_next_six_weeks_have_their_meetings_and_a_second_look_adds_none(cast: Cast) -> None:
    assert plan(cast) == 0  # nothing is arranged yet
    arrange(cast)
    assert days(coming(cast))[:3] == ["Tue 03 Mar 10:00", "Tue 10 Mar 10:00", "Tue 17 Mar 10:00"]
    assert len(coming(cast)) == 7
    assert plan(cast) == 0
    assert plan(cast, MONDAY + 7 * DAY) == 1


def test_a_holiday_is_skipped_unless_the_facilitator_says_so(cast: Cast) -> None:
    close_on(cast, TUESDAY)
    arrange(cast)
    (skipped, *_), fabio = coming(cast), cast.fabio
    assert (skipped.state, skipped.why) == ("dropped", None)
    with cast.database.begin() as session:
        meetings.restore(session, skipped.id, seen=skipped.version, by=fabio, at=MONDAY)
    plan(cast)
    first = coming(cast)[0]
    assert (first.state, first.facilitator_id) == ("planned", fabio.person_id)


@pytest.mark.parametrize(
    ("rule", "day"), [("next_working_day", "Wed 04 Mar 10:00"), ("keep", "Tue 03 Mar 10:00")]
)
def test_the_series_says_what_a_holiday_does(cast: Cast, rule: str, day: str) -> None:
    close_on(cast, TUESDAY)
    arrange(cast, holiday_rule=rule)
    first = coming(cast)[0]
    assert (days([first])[0], first.state, first.planned_on) == (day, "planned", TUESDAY)


def test_untouched_meetings_follow_the_series_and_a_moved_one_stays(cast: Cast) -> None:
    arrange(cast)
    first, second, third, *_ = coming(cast)
    with cast.database.begin() as session:
        meetings.move(session, second.id, starts_at=second.starts_at + DAY, why="The hall is taken", seen=second.version,
                      by=cast.fabio, at=MONDAY)  # fmt: skip
        meetings.drop(
            session, third.id, why="Everybody is at the fair", seen=third.version, by=cast.hugo, at=MONDAY
        )
    arrange(cast, starts_minute=14 * 60)
    close_on(cast, weekday=3)
    plan(cast)
    assert days(coming(cast))[:4] == [
        "Thu 05 Mar 14:00",
        "Wed 11 Mar 10:00",
        "Tue 17 Mar 10:00",
        "Thu 26 Mar 14:00",
    ]
    assert [row.state for row in coming(cast)][:4] == ["planned", "planned", "dropped", "planned"]
    assert coming(cast)[0].id == first.id


def test_the_hour_is_told_by_the_series_own_clock_also_when_it_is_changed(cast: Cast) -> None:
    arrange(cast, zone="Europe/Lisbon")  # clocks go forward on 29 March
    assert days(coming(cast))[3:5] == ["Tue 24 Mar 10:00", "Tue 31 Mar 09:00"]


def test_facilitators_take_turns_and_whoever_has_left_is_passed_over(cast: Cast) -> None:
    with cast.database.begin() as session:
        profile = people.Profile("Jonas", rights=frozenset({("facilitator", None)}))
        jonas = people.welcome(session, profile, by=FOUNDER).id
    fabio = cast.fabio.person_id
    arrange(cast, facilitators=(jonas, fabio))
    assert [row.facilitator_id for row in coming(cast)][:4] == [jonas, fabio, jonas, fabio]
    held(cast, coming(cast)[0])
    plan(cast, MONDAY + 3 * DAY)
    assert [row.facilitator_id for row in coming(cast, MONDAY + 3 * DAY)][:2] == [fabio, jonas]
    with cast.database.begin() as session:
        people.archive(session, jonas, seen=1, by=FOUNDER, at=MONDAY)
        meetings.plan(session, at=MONDAY + 3 * DAY)
    assert {row.facilitator_id for row in coming(cast, MONDAY + 3 * DAY)} == {fabio}


def test_who_may_arrange_and_what_is_refused(cast: Cast) -> None:
    arrange(cast)
    first = coming(cast)[0]
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="Only a facilitator or an administrator"):
            meetings.arrange(session, Arrangement(), seen=2, by=cast.ana, at=MONDAY)
        with pytest.raises(Changed):
            meetings.arrange(session, Arrangement(), seen=7, by=cast.hugo, at=MONDAY)
        with pytest.raises(Refused, match="Ana doesn't have the right"):
            meetings.arrange(
                session, Arrangement(facilitators=(cast.ana.person_id or 0,)), seen=2, by=cast.hugo, at=MONDAY
            )
        with pytest.raises(Refused, match="Say why"):
            meetings.drop(session, first.id, why=" ", seen=first.version, by=cast.fabio, at=MONDAY)
        with pytest.raises(Refused, match="has passed"):
            meetings.move(session, first.id, starts_at=MONDAY, seen=first.version, by=cast.fabio, at=MONDAY)
        with pytest.raises(Changed):
            meetings.drop(session, first.id, why="Fair", seen=first.version + 1, by=cast.fabio, at=MONDAY)


def test_the_current_meeting_is_the_live_one_then_the_one_just_ended_then_the_next(cast: Cast) -> None:
    arrange(cast)
    first, second, *_ = coming(cast)

    def current(at: int) -> int:
        with cast.database.read() as session:
            found = meetings.current(session, at=at)
            return found.id if found else 0

    assert current(MONDAY) == first.id
    assert current(first.starts_at + HOUR) == first.id  # nobody has begun it yet
    with cast.database.begin() as session:
        row = meetings.meeting(session, first.id)
        row.state, row.started_at, row.ended_at = "ended", first.starts_at, first.starts_at + HOUR
    assert current(first.starts_at + 12 * HOUR) == first.id
    assert current(first.starts_at + 13 * HOUR) == second.id
    with cast.database.read() as session:
        assert meetings.next_on(session, at=MONDAY) == TUESDAY.replace(day=10)
        before = meetings.before(session, second)
        assert before is not None
        assert before.id == first.id
        assert [meetings.number(session, row) for row in (first, second)] == [1, 2]


def test_an_hour_that_nobody_began_was_not_held(cast: Cast) -> None:
    arrange(cast)
    first, second, *_ = coming(cast)
    with cast.database.begin() as session:
        assert meetings.let_go(session, at=first.starts_at + 5 * HOUR) == 0
        assert meetings.let_go(session, at=first.starts_at + 6 * HOUR) == 1
        assert meetings.number(session, meetings.meeting(session, second.id)) == 1


def test_each_week_another_area_begins_and_all_take_part_but_those_left_out(cast: Cast) -> None:
    arrange(cast, left_out=frozenset({cast.area["billing"]}))
    with cast.database.read() as session:
        orders = [meetings.in_turn(session, row) for row in coming(cast)[:4]]
        assert set(orders[0]) == set(cast.area.values()) - {cast.area["billing"]}
    assert len({order[0] for order in orders[:3]}) == 3
    assert orders[0] == orders[3]


def test_a_facilitator_records_for_all_from_the_opened_agenda_to_the_closed_minutes(cast: Cast) -> None:
    arrange(cast)
    first = coming(cast)[0]
    product = cast.area["product"]

    def may(who: str) -> tuple[bool, int | None]:
        with cast.database.read() as session:
            found = meetings.mandate(session, getattr(cast, who), meetings.meeting(session, first.id))
            return found.is_on_behalf(product), found.meeting_id

    assert may("fabio") == (False, None)
    with cast.database.begin() as session:
        meetings.open_agenda(session, first.id, by=cast.fabio, at=MONDAY)
    assert (may("fabio"), may("ana")) == ((True, first.id), (False, None))
    with cast.database.begin() as session:
        row = meetings.meeting(session, first.id)
        row.state, row.started_at = "live", first.starts_at
    assert (may("ana"), may("bruno")) == ((False, first.id), (False, first.id))
    held(cast, first)
    with cast.database.begin() as session:
        meetings.meeting(session, first.id).closed_at = first.starts_at + 2 * HOUR
    assert may("fabio") == (False, None)
