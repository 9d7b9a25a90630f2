"""What is over, dropped or under way stays as it was: each action that comes too late, or too early, is refused."""

from datetime import timedelta

import pytest

from coord import company, goals, issues, meetings, people, roles
from coord.meetings import Arrangement, Meeting
from coord.refusal import Changed, Refused
from tests import held_hours
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, TODAY, Cast
from tests.held_hours import Hour


@pytest.fixture
def over(cast: Cast) -> Hour:
    """An hour that has ended, with two topics of Product's; the second was not reached, and no other is planned."""
    found = held_hours.planned(cast)
    for place in range(2):
        found.item(f"Topic {place}", areas=[cast.area["product"]])
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
        meetings.end(session, found.id, by=cast.fabio, at=MONDAY + HOUR)
    return found


def test_the_agenda_of_an_hour_that_is_over_stays_as_it_was(cast: Cast, over: Hour) -> None:
    with cast.database.begin() as session:
        _, row = meetings.items(session, over.id)
        for shape in (
            lambda: meetings.place(session, row.id, position=0, by=cast.fabio),
            lambda: meetings.set_minutes(session, row.id, 5, by=cast.fabio),
            lambda: meetings.drop_item(session, row.id, why="No", seen=row.version, by=cast.fabio),
            lambda: meetings.restore_item(session, row.id, seen=row.version, by=cast.fabio),
            lambda: meetings.put_off(session, over.id, [row.id], by=cast.fabio, at=MONDAY),
            lambda: meetings.add_topic(session, over.id, title="The fair", by=cast.fabio, at=MONDAY),
            lambda: meetings.prepare(session, over.id, cast.area["product"], want="A list", seen=0, by=cast.bruno,
                                     at=MONDAY),
        ):  # fmt: skip
            with pytest.raises(Refused, match="This hour is over"):
                shape()


def test_nothing_is_settled_before_an_hour_that_has_begun(cast: Cast) -> None:
    found = held_hours.planned(cast)
    row = found.item("Topic", areas=[cast.area["product"]])
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
        with pytest.raises(Changed, match="The hour has begun"):
            meetings.mark_settle_before(session, row.id, True, by=cast.bruno)


def test_an_hour_is_moved_and_dropped_while_it_is_planned_and_brought_back_while_it_is_not(
    cast: Cast,
) -> None:
    hour = held_hours.begun(cast)
    later = held_hours.planned(cast, 1)
    with cast.database.begin() as session:
        for refused in (
            lambda: meetings.move(session, hour.id, starts_at=MONDAY + DAY, seen=hour.row().version, by=cast.fabio, at=MONDAY),
            lambda: meetings.drop(session, hour.id, why="Fair", seen=hour.row().version, by=cast.fabio, at=MONDAY),
            lambda: meetings.restore(session, later.id, seen=later.row().version, by=cast.fabio, at=MONDAY),
        ):  # fmt: skip
            with pytest.raises(Refused, match="can no longer be changed like this"):
                refused()


def test_the_hour_before_is_the_last_that_was_held(cast: Cast) -> None:
    first = held_hours.begun(cast, -2).end()
    dropped, now = held_hours.planned(cast, -1), held_hours.planned(cast)
    with cast.database.begin() as session:
        meetings.drop(session, dropped.id, why="Fair", seen=dropped.row().version, by=cast.fabio, at=MONDAY)
    with cast.database.read() as session:
        before = meetings.before(session, meetings.meeting(session, now.id))
    assert before is not None
    assert before.id == first.id


def test_of_two_heads_neither_is_said_to_be_here_by_somebody_else(cast: Cast) -> None:
    hour = held_hours.begun(cast)
    facts = {"area": cast.area["support"], "status": "present", "by": cast.fabio, "at": MONDAY}
    with cast.database.begin() as session:
        assert meetings.mark(session, hour.id, **facts).person_id == cast.carla.person_id
        wish = people.Profile("Nora", rights=frozenset({("head", cast.area["support"])}))
        people.welcome(session, wish, by=FOUNDER)
        assert meetings.mark(session, hour.id, **facts).person_id is None


def test_nobody_records_for_others_in_an_hour_that_was_dropped(cast: Cast) -> None:
    hour = held_hours.planned(cast, 1)
    with cast.database.begin() as session:
        meetings.open_agenda(session, hour.id, by=cast.fabio, at=MONDAY)
    assert hour.mandate("fabio").on_behalf == frozenset(cast.area.values())
    assert hour.mandate("ana").on_behalf == frozenset()
    with cast.database.begin() as session:
        meetings.drop(session, hour.id, why="Fair", seen=hour.row().version, by=cast.fabio, at=MONDAY)
    assert hour.mandate("fabio") == cast.fabio


def test_a_topic_of_a_later_hour_that_is_dropped_does_not_come_to_an_earlier_one(cast: Cast) -> None:
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=MONDAY)
        first, second, third = meetings.upcoming(session, at=MONDAY)[:3]
        meetings.add_topic(session, second.id, title="The fair", by=cast.fabio, at=MONDAY)
        meetings.drop(session, second.id, why="Fair", seen=second.version, by=cast.fabio, at=MONDAY)

    def topics(row: Meeting) -> list[str]:
        with cast.database.begin() as session:
            meetings.collect(session, row.id, at=MONDAY)
            return [one.title for one in meetings.items(session, row.id) if one.kind == "topic"]

    assert (topics(first), topics(third)) == ([], ["The fair"])


def test_an_area_that_does_not_take_part_brings_nothing_of_its_own_to_the_agenda(cast: Cast) -> None:
    own, others = cast.ask(to="billing", by="bruno"), cast.ask(to="billing", by="ana")
    out = frozenset({cast.area["billing"], cast.area["product"]})
    with cast.database.begin() as session:
        for week in range(1, 5):  # the first hours have agendas of their own
            session.add(
                Meeting(
                    planned_on=TODAY - timedelta(weeks=week),
                    starts_at=MONDAY - week * 7 * DAY,
                    state="closed",
                )
            )
        meetings.arrange(session, Arrangement(left_out=out), seen=0, by=cast.hugo, at=MONDAY)
        row = meetings.upcoming(session, at=MONDAY)[1]
        meetings.collect(session, row.id, at=MONDAY + 9 * DAY)
        subjects = {one.subject for one in meetings.items(session, row.id)}
    assert f"request:{others.id}" in subjects, "Sales takes part"
    assert f"request:{own.id}" not in subjects


def test_whoever_parks_an_item_goes_on_to_the_next_that_is_not_done(cast: Cast) -> None:
    found = held_hours.planned(cast)
    items = [found.item(f"Topic {place}") for place in range(3)]
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
        for item in (items[1], items[0]):
            meetings.go(session, found.id, item.id, by=cast.fabio, at=MONDAY)
            if item is items[1]:
                meetings.step(session, found.id, 1, item=item.id, turn=0, by=cast.fabio, at=MONDAY)
        row = meetings.park(session, found.id, item=items[0].id, text="", by=cast.fabio, at=MONDAY)
        assert row.item_id == items[2].id
        with pytest.raises(Refused, match="This is the last item"):
            meetings.park(session, found.id, item=items[2].id, text="", by=cast.fabio, at=MONDAY)


def test_only_an_hour_that_is_planned_is_told_afterwards(cast: Cast, over: Hour) -> None:
    told = meetings.Told(cast.fabio.person_id or 0, MONDAY, MONDAY + HOUR, [], {})
    with cast.database.begin() as session, pytest.raises(Refused, match="can no longer be changed like this"):
        meetings.hold(session, over.id, told, by=cast.fabio)
    assert over.row().facilitator_id == cast.fabio.person_id


def test_an_issue_that_has_its_procedure_change_is_not_ended_another_way(cast: Cast) -> None:
    facts = {"what": "A list", "procedure": "Handover", "first_on": TODAY, "sign": "No call"}
    with cast.database.begin() as session:
        row = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="It came late",
                           by=cast.ana, at=MONDAY)  # fmt: skip
        change = issues.change_procedure(
            session, row.id, owner_area=cast.area["product"], by=cast.ana, at=MONDAY, **facts
        )
        for refused in (
            lambda: issues.wont_change(session, row.id, because="It is rare", by=cast.bruno, at=MONDAY),
            lambda: issues.watch(session, row.id, until=FRIDAY, by=cast.bruno, at=MONDAY),
            lambda: issues.change_procedure(session, row.id, owner_area=cast.area["product"], by=cast.ana, at=MONDAY, **facts),
        ):  # fmt: skip
            with pytest.raises(Refused, match="has its procedure change"):
                refused()
        issues.check(session, change.id, result="recurred", by=cast.bruno, at=MONDAY)
        assert issues.watch(session, row.id, until=FRIDAY, by=cast.bruno, at=MONDAY).state == "watching"


def test_an_archived_role_does_not_come_back_beside_another_of_its_name(cast: Cast) -> None:
    wish = roles.Description("Planner", "For order")
    with cast.database.begin() as session:
        old = roles.describe(session, area_id=cast.area["product"], wish=wish, by=cast.bruno, at=MONDAY)
        roles.archive(session, old.id, seen=old.version, by=cast.bruno, at=MONDAY)
        new = roles.describe(session, area_id=cast.area["product"], wish=wish, by=cast.bruno, at=MONDAY)
        with pytest.raises(Refused, match="already has a role called"):
            roles.restore(session, old.id, seen=old.version, by=cast.bruno)
        roles.archive(session, new.id, seen=new.version, by=cast.bruno, at=MONDAY)
        roles.restore(session, old.id, seen=old.version, by=cast.bruno)


def test_what_was_parked_comes_to_the_next_hour(cast: Cast) -> None:
    found, following = held_hours.planned(cast), held_hours.planned(cast, 1)
    first, _ = found.item("The fair"), found.item("The list")
    with cast.database.begin() as session:
        meetings.start(session, found.id, by=cast.fabio, at=MONDAY)
        meetings.park(session, found.id, item=first.id, text="Without figures", by=cast.fabio, at=MONDAY)
        meetings.end(session, found.id, by=cast.fabio, at=MONDAY + HOUR)
        assert meetings.carry(session, found.id, at=MONDAY + HOUR) == 1
        assert [one.title for one in meetings.items(session, following.id)] == ["The fair"]


def test_an_item_that_has_left_the_agenda_is_not_split(cast: Cast) -> None:
    row = held_hours.planned(cast).item("The fair")
    with cast.database.begin() as session:
        row = meetings.drop_item(session, row.id, why="No", seen=row.version, by=cast.fabio)
        with pytest.raises(Changed):
            meetings.split(session, row.id, ["A", "B"], seen=row.version, by=cast.fabio)


def test_what_an_area_brought_that_is_over_or_off_the_agenda_stays_as_it_was(cast: Cast, over: Hour) -> None:
    later = held_hours.planned(cast, 1)
    with cast.database.begin() as session:
        product = cast.area["product"]
        for row in meetings.items(session, over.id):
            row.added_by_id = cast.bruno.person_id
        gone = meetings.add_topic(session, later.id, title="The fair", area=product, by=cast.bruno, at=MONDAY)
        meetings.drop_item(session, gone.id, why="No", seen=gone.version, by=cast.fabio)
        assert meetings.hand_on(session, product, to_area=cast.area["sales"], by=cast.hugo) == 0
        assert [one.areas for one in [*meetings.items(session, over.id), gone]] == [[product]] * 3


def test_what_was_carried_to_an_hour_that_is_dropped_goes_on_to_the_next(cast: Cast, over: Hour) -> None:
    second, third = held_hours.planned(cast, 1), held_hours.planned(cast, 2)
    with cast.database.begin() as session:
        assert meetings.carry(session, over.id, at=MONDAY + HOUR) == 1
        row = meetings.meeting(session, second.id)
        meetings.drop(session, second.id, why="Fair", seen=row.version, by=cast.fabio, at=MONDAY + HOUR)
        meetings.collect(session, third.id, at=MONDAY + HOUR)
        found = [one for one in meetings.items(session, third.id) if one.kind == "topic"]
        assert [(one.title, one.times_carried) for one in found] == [("Topic 1", 2)]


def test_the_clock_stands_once_and_runs_once(cast: Cast) -> None:
    hour = held_hours.begun(cast)
    with cast.database.begin() as session:
        with pytest.raises(Changed, match="runs already"):
            meetings.resume(session, hour.id, by=cast.fabio, at=MONDAY)
        meetings.pause(session, hour.id, by=cast.fabio, at=MONDAY)
        with pytest.raises(Changed, match="stands already"):
            meetings.pause(session, hour.id, by=cast.fabio, at=MONDAY + 60)
        assert meetings.resume(session, hour.id, by=cast.fabio, at=MONDAY + 90).paused_seconds == 90


def test_whoever_opens_an_agenda_does_not_take_the_hour_from_the_one_whose_turn_it_is(cast: Cast) -> None:
    hour, free = held_hours.planned(cast), held_hours.planned(cast, 1)
    with cast.database.begin() as session:
        wish = people.Profile("Nora", rights=frozenset({("facilitator", None)}))
        nora = people.welcome(session, wish, by=FOUNDER)
        meetings.meeting(session, hour.id).facilitator_id = nora.id
        assert meetings.open_agenda(session, hour.id, by=cast.fabio, at=MONDAY).facilitator_id == nora.id
        fabio = meetings.open_agenda(session, free.id, by=cast.fabio, at=MONDAY).facilitator_id
    assert fabio == cast.fabio.person_id


def test_only_what_was_dropped_is_brought_back_and_no_topic_stands_where_the_hour_itself_is(
    cast: Cast,
) -> None:
    hour = held_hours.planned(cast)
    row = hour.item("The fair")
    with cast.database.begin() as session:
        with pytest.raises(Changed):
            meetings.restore_item(session, row.id, seen=row.version, by=cast.fabio)
        for section in ("close", "read", "nowhere"):
            with pytest.raises(Refused, match="Choose the part of the hour"):
                meetings.add_topic(
                    session, hour.id, title="The list", section=section, by=cast.fabio, at=MONDAY
                )


def test_a_decision_about_a_request_that_is_resolved_stands_in_the_minutes_alone(cast: Cast) -> None:
    hour, request = held_hours.begun(cast), cast.ask()
    cast.move(request, "decline", by="bruno", at=MONDAY, text="Not ours")
    said = hour.record("decision", "It stays so", decided_by="Gina", subject=f"request:{request.id}")
    assert said.text == "It stays so"
    assert cast.look(request).version == 2


def test_nobody_archived_is_given_a_turn_to_facilitate(cast: Cast) -> None:
    fabio = cast.fabio.person_id or 0
    with cast.database.begin() as session:
        people.archive(session, fabio, seen=1, by=FOUNDER, at=MONDAY)
        with pytest.raises(Refused, match="Fabio doesn't have the right"):
            meetings.arrange(session, Arrangement(facilitators=(fabio,)), seen=0, by=cast.hugo, at=MONDAY)


def test_a_form_of_an_issue_that_somebody_has_changed_since_ends_nothing(cast: Cast) -> None:
    with cast.database.begin() as session:
        row = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="It came late",
                           by=cast.ana, at=MONDAY)  # fmt: skip
        seen = row.version
        issues.amend(session, row.id, lucky="Nobody noticed", seen=seen, by=cast.ana, at=MONDAY)
        with pytest.raises(Changed):
            issues.wont_change(session, row.id, because="It is rare", seen=seen, by=cast.bruno, at=MONDAY)
        company.archive_area(session, cast.area["billing"], seen=1, by=cast.hugo, at=MONDAY)
        with pytest.raises(Refused, match="Billing is no longer in use"):
            issues.amend(
                session, row.id, to_area=cast.area["billing"], seen=row.version, by=cast.ana, at=MONDAY
            )


def test_no_goal_is_put_off_to_a_day_that_has_passed_and_no_hour_lies_in_a_zone_that_is_none(
    cast: Cast,
) -> None:
    with cast.database.begin() as session:
        row = goals.set_goal(session, area=cast.area["product"], what="Faster", measure="days", baseline=1, target=2,
                             starts_on=TODAY - timedelta(days=9), due_on=FRIDAY, by=cast.bruno, at=MONDAY)  # fmt: skip
        with pytest.raises(Refused, match="This day has passed"):
            goals.change(
                session, row.id, due_on=TODAY - timedelta(days=1), seen=row.version, by=cast.bruno, at=MONDAY
            )
        with pytest.raises(Refused, match="Choose a day"):
            goals.change(session, row.id, starts_on=None, seen=row.version, by=cast.bruno, at=MONDAY)
        with pytest.raises(Refused, match="There is no time zone"):
            meetings.arrange(session, Arrangement(zone="Europe/Nowhere"), seen=0, by=cast.hugo, at=MONDAY)


def test_whoever_holds_a_role_until_a_later_day_is_not_named_again_before_it(cast: Cast) -> None:
    iris, by = cast.iris.person_id or 0, cast.bruno
    with cast.database.begin() as session:
        wish = roles.Description("Planner", "For order")
        row = roles.describe(session, area_id=cast.area["product"], wish=wish, by=by, at=MONDAY)
        holder = roles.appoint(session, row.id, person_id=iris, by=by, at=MONDAY)
        roles.end_holding(session, holder.id, until_on=FRIDAY, by=by, at=MONDAY)
        with pytest.raises(Refused, match="holds this role then already"):
            roles.appoint(session, row.id, person_id=iris, from_on=FRIDAY, by=by, at=MONDAY)
        roles.appoint(session, row.id, person_id=iris, from_on=FRIDAY + timedelta(days=1), by=by, at=MONDAY)
