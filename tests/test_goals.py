"""Goals, told as stories of the heads who keep them: set, checked in every week, changed in sight, ended."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from coord import company, goals, people
from coord.company import Settings
from coord.db import Database
from coord.exchange import demo, demo_goals, roster
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.goals import CheckIn, Goal
from coord.people import Mandate
from coord.proposal import AgendaItem
from coord.refusal import Changed, Refused
from coord.text import Words
from tests.cast import DAY, FOUNDER, HOUR, MONDAY, TODAY, Cast

WEEK = 7 * DAY
JUNE = date(2026, 6, 30)

Do = Callable[..., Any]


def save(cast: Cast, do: Callable[[Session], Any]) -> Any:
    with cast.database.begin() as session:
        return do(session)


def look(cast: Cast, query: Callable[..., Any], *args: Any, **facts: Any) -> Any:
    with cast.database.read() as session:
        return query(session, *args, **facts)


def aim(cast: Cast, area: str = "support", *, by: str = "carla", at: int = MONDAY, **facts: Any) -> Goal:
    """Carla's goal: the first answer to a ticket within 4 hours, from 10."""
    wish = {"what": "Answer tickets sooner", "measure": "Hours until the first answer", "unit": "h",
            "direction": "down", "baseline": 10, "target": 4, "due_on": JUNE}  # fmt: skip
    found: Goal = save(
        cast,
        lambda s: goals.set_goal(s, area=cast.area[area], by=getattr(cast, by), at=at, **(wish | facts)),
    )
    return found


def say(cast: Cast, row: Goal, value: float, status: str = "on_track", line: str | None = None, *, by: str = "carla",
        at: int = MONDAY, **facts: Any) -> CheckIn:  # fmt: skip
    found: CheckIn = save(
        cast,
        lambda s: goals.check_in(
            s, row.id, value=value, status=status, line=line, by=getattr(cast, by), at=at, **facts
        ),
    )
    return found


def end(cast: Cast, row: Goal, outcome: str, line: str | None = None, *, at: int = MONDAY) -> Goal:
    found: Goal = save(cast, lambda s: goals.end(s, row.id, outcome=outcome, line=line, by=cast.carla, at=at))
    return found


def proposed(cast: Cast, *, at: int = MONDAY, today: date | None = None) -> list[AgendaItem]:
    found: list[AgendaItem] = look(
        cast, goals.proposals, at=at, today=today or TODAY + timedelta(days=(at - MONDAY) // DAY)
    )
    return found


def reason(cast: Cast, item: AgendaItem) -> str:
    names = {area_id: name.capitalize() for name, area_id in cast.area.items()}
    return item.reason.said(Words("en"), lambda area_id: names[area_id])


# Setting a goal


def test_carla_sets_a_goal_that_everybody_reads(cast: Cast) -> None:
    row = aim(cast, why="  Callers wait  ", depends_on=[cast.area["product"], cast.area["support"]])
    row = look(cast, goals.goal, row.id)
    assert (row.what, row.why, row.starts_on, row.due_on) == (
        "Answer tickets sooner",
        "Callers wait",
        TODAY,
        JUNE,
    )
    assert row.depends_on == (cast.area["product"],), "an area does not depend on itself"
    assert (row.person_id, row.on_behalf) == (cast.carla.person_id, False)
    assert [g.id for g in look(cast, goals.goals)] == [row.id]
    assert look(cast, goals.goals, areas=[cast.area["sales"]]) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"what": " \u200b "}, "what the goal is"),
        ({"measure": ""}, "what is measured"),
        ({"direction": "sideways"}, "more or less is better"),
        ({"target": 11}, "wrong side"),
        ({"direction": "up"}, "wrong side"),
        ({"target": float("nan")}, "too large"),
        ({"baseline": 1e12}, "too large"),
        ({"due_on": None}, "Choose the day"),
        ({"due_on": TODAY - timedelta(days=1)}, "due after it starts"),
        ({"due_on": TODAY - timedelta(days=1), "starts_on": TODAY - timedelta(days=9)}, "has passed"),
        ({"due_on": date(2190, 1, 1)}, "within this century"),
        ({"unit": "h" * 33}, "At most 32"),
        ({"depends_on": [99]}, "no such area"),
    ],
)
def test_what_makes_no_goal_is_refused_with_a_sentence(cast: Cast, facts: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        aim(cast, **facts)
    assert look(cast, goals.goals) == []


def test_only_who_speaks_for_the_area_keeps_its_goals(cast: Cast) -> None:
    row = aim(cast)
    for nobody in ("ana", "davi", "gina", "hugo", "iris", "fabio"):
        with pytest.raises(Refused, match="don't speak for this area"):
            aim(cast, by=nobody)
        with pytest.raises(Refused, match="don't speak for this area"):
            say(cast, row, 9, by=nobody)
        mandate = getattr(cast, nobody)
        with pytest.raises(Refused, match="don't speak for this area"):
            save(cast, lambda s, by=mandate: goals.change(s, row.id, seen=1, target=5, by=by, at=MONDAY))
        with pytest.raises(Refused, match="don't speak for this area"):
            save(cast, lambda s, by=mandate: goals.end(s, row.id, outcome="reached", by=by, at=MONDAY))
    assert aim(cast, "product", by="davi").area_id == cast.area["product"], "a deputy does as the head does"


def test_what_fabio_records_in_the_hour_is_marked_as_on_behalf(cast: Cast) -> None:
    row = aim(cast)
    fabio = replace(cast.fabio, on_behalf=frozenset({cast.area["support"]}), meeting_id=7)
    cast = replace(cast, fabio=fabio)
    said = say(cast, row, 9, by="fabio")
    assert (said.person_id, said.on_behalf, said.meeting_id) == (cast.fabio.person_id, True, 7)


# Checking in


def test_a_second_check_in_of_a_week_corrects_the_first_which_stays_readable(cast: Cast) -> None:
    row = aim(cast)
    say(cast, row, 9, at=MONDAY)
    say(cast, row, 8, "caution", "Two of us are ill", at=MONDAY + 6 * DAY)
    say(cast, row, 7, at=MONDAY + WEEK)
    assert [c.value for c in look(cast, goals.check_ins, row.id)] == [7, 8, 9]
    assert [c.value for c in look(cast, goals.weekly, [row.id])[row.id]] == [8, 7]
    assert look(cast, goals.latest, [row.id])[row.id].value == 7


def test_a_week_begins_on_the_monday_of_the_company(cast: Cast) -> None:
    def move(session: Session) -> None:
        wish = Settings("Casa Clara", zone="America/Sao_Paulo")
        company.change(session, wish, seen=company.the(session).version, by=FOUNDER)

    save(cast, move)
    row = aim(cast)
    midnight = MONDAY - 9 * HOUR  # Monday 00:00 UTC is Sunday evening in São Paulo
    assert say(cast, row, 9, at=midnight).week_on == TODAY - timedelta(days=7)
    assert say(cast, row, 9, at=midnight + 3 * HOUR).week_on == TODAY


def test_a_clock_set_back_leaves_the_weeks_in_order(cast: Cast) -> None:
    row = aim(cast)
    say(cast, row, 9, at=MONDAY + WEEK)
    assert say(cast, row, 8, at=MONDAY).at == MONDAY + WEEK
    assert look(cast, goals.latest, [row.id])[row.id].value == 8


def test_caution_and_off_track_say_what_stands_in_the_way(cast: Cast) -> None:
    row = aim(cast)
    for status in ("caution", "off_track"):
        with pytest.raises(Refused, match="what stands in the way"):
            say(cast, row, 9, status, " ")
    with pytest.raises(Refused, match="Choose how it stands"):
        say(cast, row, 9, "great")


def test_the_second_of_two_who_check_in_at_once_is_told_so(cast: Cast) -> None:
    row = aim(cast)
    first = say(cast, row, 9, seen=0)
    with pytest.raises(Changed, match="Somebody else has checked in"):
        say(cast, row, 8, seen=0)
    assert say(cast, row, 8, seen=first.id).value == 8


def test_what_is_missing_this_week_is_what_my_areas_have_not_said(cast: Cast) -> None:
    said, silent = aim(cast), aim(cast, what="Fewer calls at night")
    aim(cast, "product", by="bruno")
    aim(cast, what="Starts later", starts_on=TODAY + timedelta(days=9))
    end(cast, aim(cast, what="Over"), "reached")
    say(cast, said, 9, at=MONDAY)
    mine = [cast.area["support"]]
    assert [g.id for g in look(cast, goals.missing, areas=mine, today=TODAY + timedelta(days=6))] == [
        silent.id
    ]
    next_week = look(cast, goals.missing, areas=mine, today=TODAY + timedelta(days=7))
    assert {g.id for g in next_week} == {said.id, silent.id}


# How far it is


@pytest.mark.parametrize(
    ("direction", "baseline", "target", "value", "share", "met"),
    [
        ("down", 10, 4, 10, 0, False),
        ("down", 10, 4, 7, 0.5, False),
        ("down", 10, 4, 1, 1.5, True),
        ("down", 10, 4, 13, -0.5, False),
        ("up", 40, 60, 55, 0.75, False),
        ("up", 40, 60, 65, 1.25, True),
        ("up", -10, 10, 0, 0.5, False),
        ("up", 95, 95, 96, None, True),
        ("down", 3, 3, 4, None, False),
    ],
)
def test_progress_is_the_share_of_the_way_in_the_direction_of_the_goal(
    direction: str, baseline: float, target: float, value: float, share: float | None, met: bool
) -> None:
    row = Goal(direction=direction, baseline=baseline, target=target)
    assert goals.progress(row, value) == share
    assert goals.is_met(row, value) is met


@pytest.mark.parametrize(
    ("language", "typed", "value"),
    [
        ("pt-BR", "1.234,5", 1234.5),
        ("es", "1.234,5", 1234.5),
        ("en", "1,234.5", 1234.5),
        ("pt-BR", "1.234", 1234),
        ("en", "1.234", 1.234),
        ("es", " 85 % ", 85),
        ("en", "−3", -3),
        ("en", "12.50", 12.5),
        ("pt-BR", "0,12345", 0.1235),
    ],
)
def test_a_number_is_read_as_its_reader_writes_it(language: str, typed: str, value: float) -> None:
    assert goals.number(typed, Words(language)) == value


@pytest.mark.parametrize(
    ("language", "typed"),
    [("pt-BR", "12.5"), ("pt-BR", "1,234.5"), ("en", "1.234,5"), ("en", "12,5"), ("en", ""), ("en", "%"), ("es", None),
     ("en", "NaN"), ("en", "1e5"), ("en", "1_000"), ("en", "٣"), ("en", "Infinity"), ("en", "ten"), ("es", "5 6"),
     ("en", "9" * 400), ("en", "1.2.3"), ("en", "<b>4</b>")],
)  # fmt: skip
def test_a_number_that_can_be_read_in_two_ways_or_not_at_all_is_refused(
    language: str, typed: str | None
) -> None:
    with pytest.raises(Refused):
        goals.number(typed, Words(language))


# Changing and ending


def test_a_target_that_moves_is_seen(cast: Cast) -> None:
    row = aim(cast)
    assert look(cast, goals.moved, [row.id]) == set()
    later = JUNE + timedelta(days=90)
    wish = {"target": 6, "due_on": later, "depends_on": [cast.area["billing"]]}
    save(
        cast,
        lambda s: goals.change(s, row.id, seen=1, line="Two have left", by=cast.carla, at=MONDAY, **wish),
    )
    row = look(cast, goals.goal, row.id)
    assert (row.target, row.due_on, row.depends_on, row.version) == (6, later, (cast.area["billing"],), 2)
    (change,) = look(cast, goals.changes, row.id)
    assert (change.line, change.person_id) == ("Two have left", cast.carla.person_id)
    assert change.facts == {
        "target": [4, 6],
        "due_on": ["2026-06-30", later.isoformat()],
        "depends_on": [[], [cast.area["billing"]]],
    }
    assert look(cast, goals.moved, [row.id]) == {row.id}


def test_another_wording_moves_no_target(cast: Cast) -> None:
    row = aim(cast)
    save(cast, lambda s: goals.change(s, row.id, seen=1, what="Answer sooner", by=cast.carla, at=MONDAY))
    assert look(cast, goals.moved, [row.id]) == set()
    with pytest.raises(Refused, match="Nothing is different"):
        save(cast, lambda s: goals.change(s, row.id, seen=2, what="Answer sooner", by=cast.carla, at=MONDAY))


def test_whoever_changes_a_goal_that_was_changed_since_is_told(cast: Cast) -> None:
    row = aim(cast)
    save(
        cast,
        lambda s: goals.change(s, row.id, seen=1, depends_on=[cast.area["sales"]], by=cast.carla, at=MONDAY),
    )
    with pytest.raises(Changed):
        save(cast, lambda s: goals.change(s, row.id, seen=1, target=3, by=cast.carla, at=MONDAY))
    with pytest.raises(Changed):
        save(cast, lambda s: goals.end(s, row.id, outcome="reached", by=cast.carla, at=MONDAY, seen=1))


def test_a_goal_ends_reached_or_with_a_line_and_can_be_taken_up_again(cast: Cast) -> None:
    row = aim(cast)
    for outcome in ("not_reached", "dropped"):
        with pytest.raises(Refused, match="Say in one line why"):
            end(cast, row, outcome)
    with pytest.raises(Refused, match="Choose how it ended"):
        end(cast, row, "forgotten", "So it goes")
    end(cast, row, "dropped", "Nobody needs it any more", at=MONDAY + HOUR)
    assert look(cast, goals.goals) == []
    assert [g.outcome for g in look(cast, goals.goals, ended=True)] == ["dropped"]
    with pytest.raises(Refused, match="has ended"):
        say(cast, row, 5)
    assert [g.id for g in look(cast, goals.ended_between, MONDAY, MONDAY + DAY)] == [row.id]
    assert look(cast, goals.ended_between, MONDAY, MONDAY + HOUR) == []
    save(cast, lambda s: goals.reopen(s, row.id, by=cast.carla, at=MONDAY + DAY))
    assert [c.facts for c in look(cast, goals.changes, row.id)] == [
        {"outcome": ["dropped", None]}, {"outcome": [None, "dropped"]},
    ]  # fmt: skip
    assert say(cast, row, 5, at=MONDAY + DAY).value == 5
    with pytest.raises(Refused, match="has not ended"):
        save(cast, lambda s: goals.reopen(s, row.id, by=cast.carla, at=MONDAY + DAY))


def test_minutes_find_what_was_said_and_set_between_two_hours(cast: Cast) -> None:
    row = aim(cast)
    say(cast, row, 9, at=MONDAY)
    say(cast, row, 8, at=MONDAY + WEEK)
    assert [c.value for c in look(cast, goals.checked_in_between, MONDAY, MONDAY + WEEK)] == [9]
    assert [g.id for g in look(cast, goals.set_between, MONDAY, MONDAY + 1)] == [row.id]
    assert look(cast, goals.set_between, MONDAY + 1, MONDAY + WEEK) == []


# What comes to the hour by itself


def test_off_track_comes_before_caution_and_says_why(cast: Cast) -> None:
    calm, careful, off = (
        aim(cast),
        aim(cast, what="Fewer calls"),
        aim(cast, what="Night duty", depends_on=[cast.area["product"]]),
    )
    say(cast, calm, 9)
    say(cast, careful, 9, "caution", "Two of us are ill")
    say(cast, off, 10, "off_track", "The export is missing")
    first, second = proposed(cast)
    assert (first.kind, first.subject, first.section, first.minutes) == (
        "goal_off_track",
        f"goal:{off.id}",
        "goals",
        2,
    )
    assert first.areas == (cast.area["support"], cast.area["product"])
    assert reason(cast, first) == "Support says off track: The export is missing"
    assert (second.kind, second.title, second.minutes) == ("goal_caution", "Fewer calls", 1)
    assert reason(cast, second) == "Support says caution: Two of us are ill"


def test_a_goal_that_stays_off_track_says_for_how_long(cast: Cast) -> None:
    row = aim(cast)
    say(cast, row, 9, "caution", "Two are ill", at=MONDAY)
    say(cast, row, 9, "off_track", "Three are ill", at=MONDAY + WEEK)
    say(cast, row, 9, "off_track", "No one new yet", at=MONDAY + 2 * WEEK)
    (item,) = proposed(cast, at=MONDAY + 3 * WEEK)
    assert reason(cast, item) == "Off track for 14 days. Support says: No one new yet"
    say(cast, row, 8, "caution", "One is new", at=MONDAY + 3 * WEEK)
    (item,) = proposed(cast, at=MONDAY + 4 * WEEK)
    assert reason(cast, item) == "Caution for 7 days. Support says: One is new"


def test_a_goal_of_which_nothing_is_heard_comes_after_two_weeks(cast: Cast) -> None:
    row = aim(cast)
    assert proposed(cast, at=MONDAY + 14 * DAY) == []
    (item,) = proposed(cast, at=MONDAY + 15 * DAY)
    assert (item.kind, reason(cast, item)) == ("goal_silent", "No check-in from Support for 15 days.")
    say(cast, row, 9, "caution", "Slow", at=MONDAY + 15 * DAY)
    (item,) = proposed(cast, at=MONDAY + 29 * DAY)
    assert item.kind == "goal_caution"
    (item,) = proposed(cast, at=MONDAY + 30 * DAY)
    assert item.kind == "goal_silent"


def test_a_goal_past_its_day_asks_whether_it_was_reached(cast: Cast) -> None:
    row = aim(cast, due_on=TODAY + timedelta(days=3))
    say(cast, row, 5)
    assert proposed(cast, at=MONDAY + 3 * DAY) == []
    (item,) = proposed(cast, at=MONDAY + 4 * DAY)
    assert (item.kind, reason(cast, item)) == (
        "goal_due",
        "Due on 5 Mar: Support has not said yet whether it was reached.",
    )
    end(cast, row, "reached", at=MONDAY + 4 * DAY)
    assert proposed(cast, at=MONDAY + 4 * DAY) == []


def test_each_goal_stands_once_and_the_weightiest_kind_comes_first(cast: Cast) -> None:
    for what, status in (("A", "caution"), ("B", "off_track"), ("C", "caution")):
        say(
            cast,
            aim(cast, what=what, due_on=TODAY + timedelta(days=60 if what != "C" else 1)),
            9,
            status,
            "Slow",
        )
    aim(cast, what="D", at=MONDAY - 20 * DAY, due_on=JUNE)
    found = proposed(cast, at=MONDAY + 2 * DAY)
    assert [item.title for item in found] == ["B", "C", "D", "A"]
    assert len({item.subject for item in found}) == len(found)


def test_an_archived_area_proposes_nothing(cast: Cast) -> None:
    mine = aim(cast, "billing", by="elsa")
    say(cast, mine, 9, "off_track", "Slow", by="elsa")
    theirs = aim(cast, depends_on=[cast.area["billing"]])
    say(cast, theirs, 9, "off_track", "Slow")

    def archive(session: Session) -> None:
        seen = company.area(session, cast.area["billing"]).version
        company.archive_area(session, cast.area["billing"], seen=seen, by=FOUNDER, at=MONDAY)

    save(cast, archive)
    (item,) = proposed(cast)
    assert (item.subject, item.areas) == (f"goal:{theirs.id}", (cast.area["support"],))
    elsa: Mandate = look(cast, people.mandate, cast.elsa.person_id)
    with pytest.raises(Refused, match="don't speak"):
        save(cast, lambda s: goals.check_in(s, mine.id, value=1, status="on_track", by=elsa, at=MONDAY))
    save(cast, lambda s: goals.change(s, theirs.id, seen=1, target=3, by=cast.carla, at=MONDAY))
    with pytest.raises(Refused, match="no longer in use"):
        aim(cast, what="New", depends_on=[cast.area["billing"]])


# The demo's goals

FACTS = (
    "goal",
    "direction",
    "baseline",
    "target",
    "starts_on",
    "due_on",
    "new_target",
    "new_due_on",
    "outcome",
)
SAID = ("goal", "value", "status")


def written(language: str, name: str) -> list[dict[str, str]]:
    with (demo.DATA / language / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_demo_tells_the_same_goals_in_three_languages() -> None:
    told, said = (
        {
            language: [tuple(row[fact] for fact in facts) for row in written(language, name)]
            for language in demo.COMPANIES
        }
        for name, facts in (("goals.csv", FACTS), ("checkins.csv", SAID))
    )
    assert told["en"] == told["pt-BR"] == told["es"]
    assert sorted(said["en"]) == sorted(said["pt-BR"]) == sorted(said["es"])


def test_the_demo_has_goals_of_every_kind_and_none_that_lies_ahead(database: Database) -> None:
    folder, last = demo.DATA / "pt-BR", date(2026, 11, 20)
    at = int(datetime(2026, 11, 10, 12, tzinfo=UTC).timestamp())  # the last week is not yet there
    with database.begin() as session:
        company.found(session, demo.COMPANIES["pt-BR"], at=MONDAY)
        for name in ("areas.csv", "people.csv"):
            roster.bring(session, File(folder / name, name), by=FOUNDER)
        demo_goals.bring(session, folder, Shift(0, ZoneInfo("America/Sao_Paulo")), at=at)
        assert max(one.at for one in goals.checked_in_between(session, 0, 2**40)) <= at
        kinds = [item.kind for item in goals.proposals(session, at=at, today=last)]
        assert set(kinds) == {"goal_off_track", "goal_caution", "goal_silent", "goal_due"}
        ended = [row.outcome for row in goals.goals(session, ended=True) if row.ended_at]
        assert sorted(map(str, ended)) == ["dropped", "not_reached", "reached", "reached"]
        assert len({row.area_id for row in goals.goals(session)}) == 9
