"""Archiving an area: nothing that is open may be left with nobody."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coord import company, departures, goals, issues, meetings, requests, roles
from coord.meetings import Arrangement, Item
from coord.people import Mandate
from coord.refusal import Changed, Refused
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, TODAY, Cast

LATER = MONDAY + HOUR


def archive(cast: Cast, area: str = "product", *, by: str = "hugo", at: int = LATER, **facts: Any) -> None:
    heirs = [cast.area[heir] for heir in facts.pop("heirs", ())]
    with cast.database.begin() as session:
        seen = facts.pop("seen", company.area(session, cast.area[area]).version)
        departures.archive_area(session, cast.area[area], seen=seen, by=getattr(cast, by), at=at, heirs=heirs,
                                **facts)  # fmt: skip


def in_use(cast: Cast, area: str = "product") -> bool:
    with cast.database.read() as session:
        return company.area(session, cast.area[area]).archived_at is None


def test_an_area_that_owes_nothing_is_archived_at_once(cast: Cast) -> None:
    row = cast.move(cast.ask(), "decline", by="bruno", at=MONDAY, text="Not ours")
    archive(cast)
    assert not in_use(cast)
    assert cast.look(row).answering_area_id == cast.area["product"]


def test_what_it_has_to_answer_must_be_handed_on(cast: Cast) -> None:
    cast.ask()
    with pytest.raises(Refused, match="Requests that Product has to answer: 1"):
        archive(cast, reason="It joins Support")
    assert in_use(cast)


def test_what_it_has_to_answer_goes_to_its_heir_and_the_past_stays(cast: Cast) -> None:
    asked = cast.ask("Send the list")
    promised = cast.move(cast.ask("Check the terms"), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    archive(cast, heirs=["support"], reason="It joins Support")
    for row in (asked, promised):
        row = cast.look(row)
        assert (row.state, row.answering_area_id) == ("asked", cast.area["support"])
    with cast.database.read() as session:
        told = requests.story(session, promised.id)
        assert [(e.verb, e.area_id, e.on_behalf, e.person_id) for e in told] == [
            ("ask", cast.area["sales"], False, cast.ana.person_id),
            ("promise", cast.area["product"], False, cast.bruno.person_id),
            ("reroute", cast.area["product"], True, cast.hugo.person_id),
        ]
        assert told[-1].text == "It joins Support"
        assert requests.replay(e.event() for e in told) == requests.request(session, promised.id).life()


def test_what_it_asked_is_withdrawn_with_the_reason(cast: Cast) -> None:
    row = cast.ask(by="bruno", to="sales")
    with pytest.raises(Refused, match="Say why Product ends"):
        archive(cast, reason="  ")
    archive(cast, reason="It joins Support")
    assert cast.look(row).state == "withdrawn"
    with cast.database.read() as session:
        last = requests.story(session, row.id)[-1]
    assert (last.verb, last.text, last.area_id, last.on_behalf) == (
        "withdraw",
        "It joins Support",
        cast.area["product"],
        True,
    )


def test_an_heir_does_not_answer_what_it_asked_itself(cast: Cast) -> None:
    own = cast.ask("Export the tickets", by="carla")
    others = cast.ask("Send the list", by="ana")
    with pytest.raises(Refused, match="asked for some of these itself"):
        archive(cast, heirs=["support"], reason="It joins Support")
    archive(cast, heirs=["support", "billing"], reason="It joins Support")
    assert cast.look(others).answering_area_id == cast.area["support"]
    assert cast.look(own).answering_area_id == cast.area["billing"]


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("question", {"text": "Which month?"}),
        ("counter", {"text": "Only the summary", "day": FRIDAY}),
        ("deliver", {"text": "In the folder"}),
    ],
)
def test_it_cannot_go_while_others_have_the_next_move_on_what_it_was_asked(
    cast: Cast, verb: str, facts: dict[str, Any]
) -> None:
    row = cast.move(cast.ask(), verb, by="bruno", at=MONDAY, **facts)
    with pytest.raises(Refused, match="Others have the next move on requests to Product: 1"):
        archive(cast, heirs=["support"], reason="It joins Support")
    cast.move(row, "confirm", by="ana", at=MONDAY)
    archive(cast)
    assert not in_use(cast)


def test_a_delivery_that_silence_has_confirmed_holds_nobody_up(cast: Cast) -> None:
    cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    archive(cast, at=MONDAY + 20 * DAY)
    assert not in_use(cast)


def test_a_refusal_in_the_middle_leaves_everything_as_it_was(cast: Cast) -> None:
    first, second = cast.ask("Send the list", by="ana"), cast.ask("Export the tickets", by="carla")
    with pytest.raises(Refused):
        archive(cast, heirs=["support"], reason="It joins Support")  # Support asked the second one
    assert [cast.look(row).answering_area_id for row in (first, second)] == [cast.area["product"]] * 2
    assert in_use(cast)


def test_an_heir_must_be_in_use_and_another_area(cast: Cast) -> None:
    cast.ask()
    with pytest.raises(Refused, match="Choose a third area"):
        archive(cast, heirs=["product"], reason="It ends")
    archive(cast, "billing")
    with pytest.raises(Refused, match="Billing is no longer in use"):
        archive(cast, heirs=["billing"], reason="It ends")


def test_only_an_administrator_archives_and_only_what_they_saw(cast: Cast) -> None:
    with pytest.raises(Refused, match="Only an administrator"):
        archive(cast, by="bruno")
    with pytest.raises(Changed):
        archive(cast, seen=7)


def test_an_archived_area_comes_back_as_it_was(cast: Cast) -> None:
    archive(cast)
    with cast.database.begin() as session:
        row = company.area(session, cast.area["product"])
        with pytest.raises(Refused, match="“Product” is archived"):
            company.open_area(session, name="PRODÚCT", sphere="sales", by=cast.hugo)
        with pytest.raises(Refused, match="Only an administrator"):
            company.restore_area(session, row.id, seen=row.version, by=cast.bruno)
        company.restore_area(session, row.id, seen=row.version, by=cast.hugo)
    cast.ask()
    assert in_use(cast)


# What else an area holds


def a_goal(cast: Cast) -> int:
    with cast.database.begin() as session:
        row = goals.set_goal(session, area=cast.area["product"], what="Faster", measure="days", baseline=9, target=3,
                             direction="down", due_on=FRIDAY, by=cast.bruno, at=MONDAY)  # fmt: skip
        goals.check_in(session, row.id, value=9, status="off_track", line="No list", by=cast.bruno, at=MONDAY)
        return row.id


def an_issue(cast: Cast, other: str = "sales") -> int:
    with cast.database.begin() as session:
        return issues.write(session, from_area=cast.area[other], to_area=cast.area["product"], happened="The list came late",
                            by=cast.bruno, at=MONDAY).id  # fmt: skip


def a_change(cast: Cast, *areas: str) -> int:
    """A procedure change of Product's that is to be checked now."""
    issue = an_issue(cast)
    with cast.database.begin() as session:
        return issues.change_procedure(
            session, issue, what="A list", procedure="Handover", owner_area=cast.area["product"], sign="No call",
            areas=[cast.area[area] for area in areas], first_on=TODAY - timedelta(weeks=8), check_on=TODAY, by=cast.bruno,
            at=MONDAY).id  # fmt: skip


def subjects(cast: Cast) -> dict[str, tuple[int, ...]]:
    """What the rooms propose to an hour, and for which areas."""
    with cast.database.read() as session:
        found = [one for propose in meetings.PROPOSERS for one in propose(session, at=LATER, today=TODAY)]
    return {one.subject: one.areas for one in found}


def test_its_goals_end_with_the_reason_and_leave_the_agenda(cast: Cast) -> None:
    goal = a_goal(cast)
    assert f"goal:{goal}" in subjects(cast)
    with pytest.raises(Refused, match="Say why Product ends"):
        archive(cast)
    archive(cast, reason="It joins  Support\n" + "x" * 300)
    with cast.database.read() as session:
        row = goals.goal(session, goal)
        (told,) = goals.changes(session, goal)
    assert (row.outcome, row.ended_at, (row.ended_line or "")[:17]) == ("dropped", LATER, "It joins Support ")
    assert (told.on_behalf, told.person_id) == (True, cast.hugo.person_id)
    assert subjects(cast) == {}


def test_an_issue_stays_with_the_other_area_until_that_is_gone_too(cast: Cast) -> None:
    issue, watched = an_issue(cast), an_issue(cast)
    with cast.database.begin() as session:
        issues.watch(session, watched, until=FRIDAY, by=cast.ana, at=MONDAY)
    archive(cast, "sales")
    assert f"issue:{issue}" in subjects(cast)
    with pytest.raises(Refused, match="Say why Product ends"):
        archive(cast)
    archive(cast, reason="It joins Support")
    with cast.database.read() as session:
        for row in (issues.issue(session, issue), issues.issue(session, watched)):
            assert (row.state, row.because) == ("wont_change", "It joins Support")
    assert subjects(cast) == {}


def test_an_issue_that_came_again_ends_once(cast: Cast) -> None:
    first, again = an_issue(cast), an_issue(cast)
    with cast.database.begin() as session:
        issues.link(session, again, first, by=cast.ana, at=MONDAY)
    archive(cast, "sales")
    archive(cast, reason="It joins Support")
    with cast.database.read() as session:
        assert [one.text for one in issues.outcomes(session, first)] == ["It joins Support"]
        assert issues.outcomes(session, again) == []
        assert issues.issue(session, again).state == "wont_change"


def test_its_procedure_changes_are_checked_by_its_heir(cast: Cast) -> None:
    change = a_change(cast)
    cast.ask()
    archive(cast, heirs=["support"], reason="It joins Support")
    with cast.database.begin() as session:
        row = issues.change(session, change)
        assert (row.owner_area_id, row.areas) == (
            cast.area["support"],
            [cast.area["sales"], cast.area["support"]],
        )
        assert issues.check(session, change, result="held", by=cast.carla, at=LATER).result == "held"


def test_without_an_heir_they_are_checked_by_those_whom_they_bind(cast: Cast) -> None:
    change = a_change(cast, "sales", "product")
    archive(cast)
    assert subjects(cast)[f"change:{change}"] == (cast.area["sales"],)
    with cast.database.begin() as session:
        row = issues.change(session, change)
        issues.amend_change(
            session, change, owner_area=cast.area["sales"], seen=row.version, by=cast.ana, at=LATER
        )
        assert row.areas == [cast.area["sales"], cast.area["product"]]
        with pytest.raises(Refused, match="Only the area that owns"):
            issues.check(session, change, result="held", by=cast.carla, at=LATER)
    archive(cast, "sales", reason="It ends")
    assert subjects(cast) == {}, "nobody is left who could check it"


def test_its_roles_go_and_come_back_with_it(cast: Cast) -> None:
    with cast.database.begin() as session:
        role = roles.describe(session, area_id=cast.area["product"], wish=roles.Description("Planner", "For order"),
                              by=cast.bruno, at=MONDAY - 300 * DAY)  # fmt: skip
        roles.appoint(
            session, role.id, person_id=cast.iris.person_id or 0, by=cast.bruno, at=MONDAY - 300 * DAY
        )

    def shown() -> tuple[int, int, int]:
        with cast.database.read() as session:
            mine = roles.of_person(session, cast.iris.person_id or 0, today=TODAY)
            return (
                len(mine),
                len(roles.overdue(session, today=TODAY)),
                len(roles.waiting(session, today=TODAY)),
            )

    assert (shown(), list(subjects(cast))) == ((1, 1, 1), [f"role:{role.id}"])
    archive(cast)
    assert (shown(), subjects(cast)) == ((0, 0, 0), {})
    with cast.database.begin() as session:
        stale = Mandate(cast.bruno.person_id, areas=frozenset({cast.area["product"]}))
        with pytest.raises(Refused, match="Product is archived"):
            roles.review(session, role.id, seen=1, by=stale, at=LATER)
        with pytest.raises(Refused, match="Product is no longer in use"):
            goals.set_goal(session, area=cast.area["product"], what="Faster", measure="days", baseline=1, target=2,
                           due_on=FRIDAY, by=stale, at=LATER)  # fmt: skip
        company.restore_area(session, cast.area["product"], seen=2, by=cast.hugo)
    assert shown() == (1, 1, 1)


@pytest.fixture
def hour(cast: Cast) -> int:
    """The next hour, for whose agenda Bruno has brought a topic of Product's, and Fabio one of two areas."""
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=MONDAY)
        row = meetings.following(session, at=MONDAY)
        assert row is not None
        meetings.add_topic(
            session, row.id, title="The fair", area=cast.area["product"], by=cast.bruno, at=MONDAY
        )
        both = meetings.add_topic(
            session, row.id, title="The list", area=cast.area["product"], by=cast.bruno, at=MONDAY
        )
        both.areas = [cast.area["product"], cast.area["sales"]]
        return row.id


def topics(cast: Cast, hour: int) -> dict[str, Item]:
    with cast.database.begin() as session:
        meetings.collect(session, hour, at=LATER)
        return {one.title: one for one in meetings.items(session, hour) if one.added_by_id}


def test_what_it_brought_to_the_next_hour_goes_to_its_heir(cast: Cast, hour: int) -> None:
    cast.ask()
    archive(cast, heirs=["support"], reason="It joins Support")
    found = topics(cast, hour)
    assert [found[title].areas for title in ("The fair", "The list")] == [
        [cast.area["support"]],
        [cast.area["support"], cast.area["sales"]],
    ]


def test_without_an_heir_it_leaves_the_agenda_unless_it_concerns_others(cast: Cast, hour: int) -> None:
    archive(cast)
    found = topics(cast, hour)
    assert (found["The fair"].state, found["The fair"].why) == ("settled", "Its area is no longer in use.")
    assert (found["The list"].state, found["The list"].areas) == ("open", [cast.area["sales"]])


def test_no_heir_is_out_of_use_even_where_it_gets_a_topic_only(cast: Cast, hour: int) -> None:
    archive(cast, "billing")
    with pytest.raises(Refused, match="Billing is no longer in use"):
        archive(cast, heirs=["billing"])
    archive(cast, heirs=["product"])
    assert topics(cast, hour)["The fair"].state == "settled", "it is no heir of its own"


def test_its_seat_in_the_hour_goes_and_stays_in_those_that_were_held(cast: Cast, hour: int) -> None:
    def seats(meeting_id: int) -> list[int | None]:
        with cast.database.read() as session:
            return [seat.area_id for seat in meetings.attendance(session, meeting_id)]

    with cast.database.begin() as session:
        following = [row.id for row in meetings.upcoming(session, at=MONDAY)][1]
        meetings.mark(
            session,
            following,
            area=cast.area["product"],
            status="excused",
            text="Fair",
            by=cast.bruno,
            at=MONDAY,
        )
        meetings.mark(
            session, hour, area=cast.area["product"], status="excused", text="Fair", by=cast.bruno, at=MONDAY
        )
        meetings.start(session, hour, by=cast.fabio, at=MONDAY)
        meetings.end(session, hour, by=cast.fabio, at=MONDAY + 60)
    archive(cast)
    assert cast.area["product"] in seats(hour)
    assert cast.area["product"] not in seats(following)
    with cast.database.begin() as session:
        assert cast.area["product"] not in meetings.taking_part(session)
        meetings.start(session, following, by=cast.fabio, at=LATER + 7 * DAY)
    assert cast.area["product"] not in seats(following)


# What others do at the same instant


def ask_billing(session: Session, cast: Cast) -> None:
    requests.ask(session, from_area=cast.area["sales"], to_area=cast.area["billing"], what="Send the bill", by=cast.ana,
                 at=MONDAY)  # fmt: skip


def pass_on_to_billing(session: Session, cast: Cast) -> None:
    row = requests.every(session, requests.Wanted(area=cast.area["product"]), at=MONDAY)[0]
    requests.move(
        session, row.id, "reroute", to_area=cast.area["billing"], text="Theirs", by=cast.bruno, at=MONDAY
    )


def aim(session: Session, cast: Cast) -> None:
    goals.set_goal(session, area=cast.area["billing"], what="Fewer late bills", measure="Late bills", baseline=0,
                   target=9, due_on=FRIDAY, by=cast.elsa, at=MONDAY)  # fmt: skip


def own_a_change(session: Session, cast: Cast) -> None:
    found = issues.issues(session, issues.Wanted(area=cast.area["product"]))[0]
    issues.change_procedure(session, found.id, what="Bill at once", procedure="Billing", sign="No late bill",
                            owner_area=cast.area["billing"], first_on=FRIDAY, by=cast.ana, at=MONDAY)  # fmt: skip


def archive_billing(session: Session, cast: Cast) -> None:
    departures.archive_area(session, cast.area["billing"], seen=1, by=cast.hugo, at=LATER)


def at_one_instant(cast: Cast, *two: Callable[[Session, Cast], None]) -> None:
    """Both begin at one time, and the first is not committed when the second would begin to write."""
    cast.ask()
    with cast.database.begin() as session:
        issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="It was late",
                     by=cast.ana, at=MONDAY)  # fmt: skip

    def do(one: Callable[[Session, Cast], None], seconds: float) -> None:
        with cast.database.begin() as session:
            one(session, cast)
            time.sleep(seconds)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(do, two[0], 0.2)
        time.sleep(0.1)
        do(two[1], 0)
        first.result()


@pytest.mark.parametrize("give", [ask_billing, pass_on_to_billing, aim])
def test_an_area_that_is_given_something_at_this_instant_is_not_archived_past_it(
    cast: Cast, give: Callable[[Session, Cast], None]
) -> None:
    with pytest.raises(Refused, match=r"Requests that Billing has|Say why Billing ends"):
        at_one_instant(cast, give, archive_billing)
    assert in_use(cast, "billing")


@pytest.mark.parametrize("give", [ask_billing, pass_on_to_billing, aim, own_a_change])
def test_an_area_that_is_archived_at_this_instant_is_given_nothing(
    cast: Cast, give: Callable[[Session, Cast], None]
) -> None:
    with pytest.raises(Refused, match="no longer in use"):
        at_one_instant(cast, archive_billing, give)
    assert not in_use(cast, "billing")
