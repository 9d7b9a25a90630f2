"""What can go wrong in an hour: two at once, a clock set back, somebody gone, something archived meanwhile."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import accounts, company, departures, meetings, notices, people, requests, roles
from coord.meetings import Arrangement, Item, Meeting, pulse
from coord.people import Mandate
from coord.refusal import Changed, Refused
from coord.text import typed
from tests import held_hours
from tests.cast import DAY, FOUNDER, HOUR, MONDAY, Cast
from tests.held_hours import Hour
from tests.test_many_at_once import at_once

NEVER = 999_999
STRANGE = "\x00\u202e<script>alert(1)</script>\u200b"


@pytest.fixture
def hour(cast: Cast) -> Hour:
    """An hour that has begun, with three topics; the next one is planned for a week later."""
    found = held_hours.planned(cast)
    held_hours.planned(cast, 1)
    for place in range(3):
        found.item(f"Topic {place}", areas=[cast.area["product"]])
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
    return found


def topics(cast: Cast, meeting_id: int) -> list[Item]:
    with cast.database.read() as session:
        return meetings.items(session, meeting_id)


def next_id(cast: Cast) -> int:
    with cast.database.read() as session:
        return session.scalars(select(Meeting.id).where(Meeting.starts_at > MONDAY)).one()


def facilitator(cast: Cast, name: str = "Nora") -> Mandate:
    with cast.database.begin() as session:
        row = people.welcome(
            session, people.Profile(name, rights=frozenset({("facilitator", None)})), by=FOUNDER
        )
        return people.mandate(session, row.id)


def results(people: int, do: Callable[[int], object]) -> list[str]:
    """What came of it for each of some people who do it at the same instant; only a refusal is caught."""
    found: list[str] = []

    def turn(number: int) -> None:
        try:
            do(number)
        except Refused as refused:
            found.append(type(refused).__name__)
        else:
            found.append("done")

    at_once(people, turn)
    return sorted(found)


# Two at once


def test_an_hour_that_two_people_end_at_once_ends_once_and_carries_once(cast: Cast, hour: Hour) -> None:
    def end(_: int) -> None:
        with cast.database.begin() as session:
            meetings.end(session, hour.id, by=cast.fabio, at=MONDAY + HOUR)
            meetings.carry(session, hour.id, at=MONDAY + HOUR)

    assert results(6, end) == ["Changed"] * 5 + ["done"]
    assert [one.state for one in topics(cast, hour.id)] == ["done", "carried", "carried"]
    assert [one.times_carried for one in topics(cast, next_id(cast))] == [1, 1]


def test_what_an_hour_left_is_carried_once_by_many_at_once(cast: Cast, hour: Hour) -> None:
    hour.end()

    def carry(_: int) -> None:
        with cast.database.begin() as session:
            meetings.carry(session, hour.id, at=MONDAY + HOUR)

    assert results(6, carry) == ["done"] * 6
    assert len(topics(cast, next_id(cast))) == 2


def test_items_are_put_off_once_by_many_at_once(cast: Cast, hour: Hour) -> None:
    ids = [one.id for one in topics(cast, hour.id)[1:]]

    def put_off(_: int) -> None:
        with cast.database.begin() as session:
            meetings.put_off(session, hour.id, ids, by=cast.fabio, at=MONDAY)

    assert results(6, put_off) == ["Changed"] * 5 + ["done"]
    assert len(topics(cast, next_id(cast))) == 2


def test_an_agenda_that_is_collected_by_many_at_once_has_everything_once(cast: Cast) -> None:
    for what in ("List", "Terms", "Prices"):
        cast.ask(what, at=MONDAY - 20 * DAY)
    for week in (-4, -3, -2, -1):
        held_hours.begun(cast, week).end()
    found = held_hours.planned(cast, 1)

    def collect(_: int) -> None:
        with cast.database.begin() as session:
            meetings.collect(session, found.id, at=MONDAY)

    assert results(6, collect) == ["done"] * 6
    subjects = [one.subject for one in topics(cast, found.id)]
    assert len(subjects) == len(set(subjects)) > 5


def test_a_series_that_is_arranged_by_many_at_once_has_each_week_once(cast: Cast) -> None:
    def arrange(_: int) -> None:
        with cast.database.begin() as session:
            meetings.arrange(session, Arrangement(), seen=seen, by=cast.hugo, at=MONDAY)

    with cast.database.begin() as session:
        seen = meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=MONDAY).version
    assert results(6, arrange) == ["Changed"] * 5 + ["done"]

    def plan(_: int) -> None:
        with cast.database.begin() as session:
            meetings.plan(session, at=MONDAY + 40 * DAY)

    assert results(6, plan) == ["done"] * 6
    with cast.database.read() as session:
        days = [row.planned_on for row in meetings.every(session)]
    assert len(days) == len(set(days)) > 6


def test_who_prepares_answers_or_closes_at_once_is_told_of_the_other(cast: Cast, hour: Hour) -> None:
    def prepare(n: int) -> None:
        with cast.database.begin() as session:
            meetings.prepare(
                session, hour.id, cast.area["product"], want=f"{n}", seen=0, by=cast.bruno, at=MONDAY
            )

    assert results(4, prepare) == ["Changed"] * 3 + ["done"]
    hour.end()
    seen = hour.row().version

    def answer(_: int) -> None:
        with cast.database.begin() as session:
            pulse.answer(session, hour.id, heard=3, worth=3, by=cast.ana)

    def close(_: int) -> None:
        with cast.database.begin() as session:
            meetings.close(session, hour.id, seen=seen, by=cast.fabio, at=MONDAY + HOUR)

    assert results(4, answer) == ["Changed"] * 3 + ["done"]
    assert results(4, close) == ["Changed"] * 3 + ["done"]


def test_of_those_who_do_something_for_the_first_time_at_once_one_does_it(cast: Cast) -> None:
    iris = cast.iris.person_id or 0
    with cast.database.begin() as session:
        wish = roles.Description("Planner", "For order")
        role = roles.describe(session, area_id=cast.area["product"], wish=wish, by=cast.bruno, at=MONDAY)
        holder = roles.appoint(session, role.id, person_id=iris, by=cast.bruno, at=MONDAY)
    sender = notices.SetUp(True, "smtp.example.com", 587, "starttls", None, None, "coord@example.com",
                           "https://coord.example.com")  # fmt: skip
    firsts: dict[str, Callable[[Session], object]] = {
        "arrange": lambda s: meetings.arrange(s, Arrangement(), seen=0, by=cast.hugo, at=MONDAY),
        "choose": lambda s: notices.choose(s, notices.Wish(), seen=0, by=cast.iris),
        "set up": lambda s: notices.set_up(s, sender, seen=0, by=cast.hugo, at=MONDAY),
        "acknowledge": lambda s: roles.acknowledge(s, role.id, revision=1, by=cast.iris, at=MONDAY),
        "end holding": lambda s: roles.end_holding(s, holder.id, by=cast.bruno, at=MONDAY),
        "describe": lambda s: roles.describe(
            s, area_id=cast.area["sales"], wish=wish, by=cast.ana, at=MONDAY
        ),
    }
    for name, first in firsts.items():

        def do(_: int, first: Callable[[Session], object] = first) -> None:
            with cast.database.begin() as session:
                first(session)

        assert results(4, do).count("done") == 1, name

    def renew(_: int) -> None:
        with cast.database.begin() as session:
            accounts.renew_calendar_address(session, iris, MONDAY)

    assert results(4, renew) == ["done"] * 4


def test_two_people_begin_one_hour_once(cast: Cast) -> None:
    found, nora = held_hours.planned(cast), facilitator(cast)

    def start(n: int) -> None:
        with cast.database.begin() as session:
            meetings.start(session, found.id, by=(cast.fabio, nora)[n], at=MONDAY)

    assert results(2, start) == ["Changed", "done"]


def test_of_two_hours_begun_at_once_one_runs(cast: Cast) -> None:
    hours, nora = [held_hours.planned(cast, week) for week in range(2)], facilitator(cast)

    def start(n: int) -> None:
        with cast.database.begin() as session:
            meetings.start(session, hours[n].id, by=(cast.fabio, nora)[n], at=MONDAY)

    assert results(2, start) == ["Refused", "done"]
    assert sorted(found.row().state for found in hours) == ["live", "planned"]


def test_of_two_who_put_one_recording_right_the_second_is_told(cast: Cast, hour: Hour) -> None:
    said = hour.record("note", "One list")

    def correct(n: int) -> None:
        hour.correct(said, f"{n} lists")

    assert results(4, correct) == ["Changed"] * 3 + ["done"]


# The clock


def test_a_clock_set_back_gives_no_hour_less_than_nothing(cast: Cast, hour: Hour) -> None:
    with cast.database.begin() as session:
        row = meetings.meeting(session, hour.id)
        meetings.step(session, hour.id, 1, item=row.item_id, turn=0, by=cast.fabio, at=MONDAY - HOUR)
        meetings.pause(session, hour.id, by=cast.fabio, at=MONDAY - HOUR)
        meetings.resume(session, hour.id, by=cast.fabio, at=MONDAY - 2 * HOUR)
        meetings.end(session, hour.id, by=cast.fabio, at=MONDAY - HOUR)
    row = hour.row()
    assert (row.ended_at, row.paused_seconds) == (MONDAY, 0)
    assert [one.used for one in topics(cast, hour.id)] == [0, 0, 0]
    assert hour.minutes().seconds == 0


def test_an_hour_begun_long_before_its_time_ends_itself_too(cast: Cast) -> None:
    found = held_hours.planned(cast, 3)
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
    with cast.database.begin() as session:
        assert meetings.end_forgotten(session, at=MONDAY + 6 * HOUR - 1) == 0
        assert meetings.end_forgotten(session, at=MONDAY + 7 * HOUR) == 1
    row = found.row()
    assert (row.state, row.ended_at, row.ended_by_itself) == ("ended", MONDAY + 6 * HOUR, True)


def test_an_hour_is_not_moved_beyond_all_reason(cast: Cast) -> None:
    found = held_hours.planned(cast, 1)
    for starts_at, said in ((10**12, "too far ahead"), (10**18, "too far ahead"), (MONDAY, "has passed")):
        with cast.database.begin() as session, pytest.raises(Refused, match=said):
            meetings.move(session, found.id, starts_at=starts_at, seen=1, by=cast.fabio, at=MONDAY)


# Whoever is gone


def test_whoever_loses_the_right_in_mid_hour_drives_no_longer_and_another_takes_over(
    cast: Cast, hour: Hour
) -> None:
    nora, fabio = facilitator(cast), cast.fabio.person_id or 0
    with cast.database.begin() as session:
        row = people.person(session, fabio)
        people.change(
            session, fabio, people.Profile("Fabio", "fabio@casaclara.example"), seen=row.version, by=FOUNDER
        )
        by = meetings.mandate(session, people.mandate(session, fabio), meetings.meeting(session, hour.id))
    assert by.on_behalf == frozenset()
    for action in (meetings.pause, meetings.take_over, meetings.end):
        with cast.database.begin() as session, pytest.raises(Refused, match="Only a facilitator"):
            action(session, hour.id, by=by, at=MONDAY + 60)
    with cast.database.begin() as session:
        meetings.take_over(session, hour.id, by=nora, at=MONDAY + 60)
        meetings.end(session, hour.id, by=nora, at=MONDAY + 90)
    assert hour.row().state == "ended"


def test_an_hour_whose_facilitator_is_archived_goes_on_with_another(cast: Cast, hour: Hour) -> None:
    nora, fabio = facilitator(cast), cast.fabio.person_id or 0
    with cast.database.begin() as session:
        people.archive(session, fabio, seen=1, by=FOUNDER, at=MONDAY)
        with pytest.raises(Refused, match="Fabio runs this hour"):
            meetings.pause(session, hour.id, by=nora, at=MONDAY)
        meetings.take_over(session, hour.id, by=nora, at=MONDAY)
        with pytest.raises(Refused, match="Fabio is not a facilitator"):
            meetings.hand_over(session, hour.id, fabio, by=nora, at=MONDAY)
        with pytest.raises(Changed, match="Nora runs this hour already"):
            meetings.take_over(session, hour.id, by=nora, at=MONDAY)
    assert hour.row().facilitator_id == nora.person_id


def test_while_an_hour_runs_no_area_loses_its_turn_by_being_archived(cast: Cast, hour: Hour) -> None:
    def archive() -> None:
        with cast.database.begin() as session:
            departures.archive_area(session, cast.area["sales"], seen=1, by=cast.hugo, at=MONDAY)

    with pytest.raises(Refused, match="An hour is running"):
        archive()
    hour.end()
    archive()


def test_nobody_archived_is_said_to_be_here(cast: Cast, hour: Hour) -> None:
    iris = cast.iris.person_id or 0
    with cast.database.begin() as session:
        people.archive(session, iris, seen=1, by=FOUNDER, at=MONDAY)
        for who in ({"area": cast.area["support"], "speaker": iris}, {"person": iris}):
            with pytest.raises(Refused, match="no longer active"):
                meetings.mark(session, hour.id, status="present", by=cast.fabio, at=MONDAY, **who)


def test_what_a_facilitator_puts_right_for_an_area_is_marked_so(cast: Cast, hour: Hour) -> None:
    said = hour.record("want", "A list", by="ana", area="sales")
    theirs = hour.correct(said, "Two lists", by="fabio")
    own = hour.correct(theirs, "Three lists", by="ana")
    assert [(row.area_id, row.on_behalf) for row in (said, theirs, own)] == [
        (cast.area["sales"], False),
        (cast.area["sales"], True),
        (cast.area["sales"], False),
    ]


# What is not there, or is elsewhere


def test_the_item_that_the_hour_is_at_stays_on_its_agenda(cast: Cast, hour: Hour) -> None:
    row = topics(cast, hour.id)[0]
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="The hour is at this item"):
            meetings.drop_item(session, row.id, why="No", seen=row.version, by=cast.fabio)
        with pytest.raises(Refused, match="The hour is at this item"):
            meetings.split(session, row.id, ["A", "B"], seen=row.version, by=cast.fabio)
        other = topics(cast, hour.id)[1]
        meetings.drop_item(session, other.id, why="No", seen=other.version, by=cast.fabio)


def test_an_item_of_an_hour_that_is_over_is_not_split(cast: Cast, hour: Hour) -> None:
    hour.end()
    row = topics(cast, hour.id)[1]
    with cast.database.begin() as session, pytest.raises(Refused, match="This hour is over"):
        meetings.split(session, row.id, ["A", "B"], seen=row.version, by=cast.fabio)


def test_what_belongs_to_every_hour_is_neither_carried_nor_split(cast: Cast) -> None:
    found = held_hours.planned(cast)
    held_hours.planned(cast, 1)
    row = found.item("Who is here", subject="fixed:here")
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="belongs to every hour"):
            meetings.split(session, row.id, ["A", "B"], seen=row.version, by=cast.fabio)
        with pytest.raises(Refused, match="belongs to every hour"):
            meetings.put_off(session, found.id, [row.id], by=cast.fabio, at=MONDAY)


def test_no_topic_is_brought_by_an_area_that_is_not_in_use(cast: Cast, hour: Hour) -> None:
    with cast.database.begin() as session:
        company.archive_area(session, cast.area["billing"], seen=1, by=cast.hugo, at=MONDAY)
        for area, said in ((NEVER, "no such area"), (cast.area["billing"], "no longer in use")):
            with pytest.raises(Refused, match=said):
                meetings.add_topic(session, hour.id, title="The fair", area=area, by=cast.fabio, at=MONDAY)


def test_what_is_elsewhere_or_nowhere_is_refused(cast: Cast, hour: Hour) -> None:
    elsewhere = held_hours.planned(cast, 2).item("Elsewhere")
    by = hour.mandate("fabio")
    with cast.database.begin() as session:
        for about in (
            lambda item: meetings.go(session, hour.id, item, by=by, at=MONDAY),
            lambda item: meetings.put_off(session, hour.id, [item], by=by, at=MONDAY),
            lambda item: meetings.record(session, hour.id, "note", text="Words", item=item, by=by, at=MONDAY),
            lambda item: meetings.park(session, hour.id, item=item, text="", by=by, at=MONDAY),
            lambda item: meetings.add_minute(session, hour.id, item=item, by=by, at=MONDAY),
        ):
            for item in (elsewhere.id, NEVER):
                with pytest.raises(Refused):
                    about(item)
        for refused in (
            lambda: meetings.start(session, NEVER, by=by, at=MONDAY),
            lambda: meetings.collect(session, NEVER, at=MONDAY),
            lambda: meetings.correct(session, NEVER, text="Words", by=by, at=MONDAY),
            lambda: meetings.close(session, NEVER, seen=1, by=by, at=MONDAY),
            lambda: meetings.hand_over(session, hour.id, NEVER, by=by, at=MONDAY),
            lambda: meetings.mark(session, hour.id, area=NEVER, status="present", by=by, at=MONDAY),
            lambda: meetings.mark(session, hour.id, person=NEVER, status="present", by=by, at=MONDAY),
            lambda: meetings.record(
                session, hour.id, "thanks", text="Words", to_area=NEVER, by=by, at=MONDAY
            ),
            lambda: meetings.record(session, hour.id, "want", text="Words", area=NEVER, by=by, at=MONDAY),
            lambda: meetings.prepare(session, hour.id, NEVER, want=None, seen=0, by=by, at=MONDAY),
            lambda: meetings.prepare(
                session, NEVER, cast.area["product"], want=None, seen=0, by=by, at=MONDAY
            ),
            lambda: pulse.answer(session, NEVER, heard=3, worth=3, by=by),
        ):
            with pytest.raises(Refused):
                refused()


# Whatever is typed


@pytest.mark.parametrize("text", [STRANGE, "x" * 10_001, "\u202e" * 300])
def test_whatever_is_typed_in_an_hour_is_kept_clean_or_refused(cast: Cast, hour: Hour, text: str) -> None:
    by = hour.mandate("fabio")
    row = topics(cast, hour.id)[0]
    for action in (
        lambda s: meetings.park(s, hour.id, item=row.id, text=text, by=by, at=MONDAY).id,
        lambda s: meetings.record(s, hour.id, "note", text=text, by=by, at=MONDAY).id,
        lambda s: meetings.add_topic(s, hour.id, title=text, by=by, at=MONDAY).id,
        lambda s: (
            meetings.prepare(s, hour.id, cast.area["sales"], want=text, seen=0, by=by, at=MONDAY).area_id
        ),
        lambda s: (
            meetings.mark(
                s, hour.id, area=cast.area["sales"], status="excused", text=text, by=by, at=MONDAY
            ).at
        ),
    ):
        try:
            with cast.database.begin() as session:
                action(session)
        except Refused:
            continue
    with cast.database.read() as session:
        rows = [*session.scalars(select(Item.why)), *session.scalars(select(Item.title)),
                *session.scalars(select(meetings.Recording.text)), *session.scalars(select(meetings.Preparation.want)),
                *session.scalars(select(meetings.Attendance.text))]  # fmt: skip
    assert all(kept == typed.prose(kept) for kept in rows if kept is not None)


def test_a_decision_that_is_put_right_stands_so_in_the_requests_story(cast: Cast, hour: Hour) -> None:
    request = cast.ask()
    said = hour.record("decision", "Product does it", decided_by="Gina", subject=f"request:{request.id}")
    said = hour.correct(said, "Support does it")
    hour.correct(said, None)
    with cast.database.read() as session:
        told = [event.text for event in requests.story(session, request.id) if event.verb == "decide"]
    assert told == ["Product does it", "Support does it"]


def test_a_recording_about_something_that_has_no_number_is_kept_all_the_same(cast: Cast, hour: Hour) -> None:
    for subject in ("request:", "request:x", "request:²"):
        assert hour.record("decision", "We do it", decided_by="Gina", subject=subject).subject == subject


def test_an_amendment_of_an_amendment_says_both(cast: Cast, hour: Hour) -> None:
    said = hour.record("note", "One")
    hour.end().close()
    second = hour.correct(said, "Two", at=MONDAY + 2 * HOUR)
    third = hour.correct(second, "Three", at=MONDAY + 2 * HOUR - 90)
    assert third.at == second.at, "a clock set back does not disorder what was said"
    with pytest.raises(Changed):
        hour.correct(second, "Four")
    (found,) = hour.minutes().amendments
    assert (found.now.id, [one.text for one in found.before]) == (third.id, ["One", "Two"])
    with pytest.raises(Refused, match="minutes are closed"):
        hour.correct(third, "Five", by="ana")
