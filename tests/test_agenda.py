"""The agenda: proposed from what is going on, shaped by the facilitator, and what was not reached is carried."""

from datetime import date, timedelta
from typing import Any

import pytest

from coord import goals, meetings, requests
from coord.company import open_area
from coord.meetings import Item, Meeting
from coord.refusal import Changed, Refused
from coord.text import Words
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, TODAY, Cast
from tests.hours import behind

WORDS = Words("en", "UTC")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast, four hours on: the next one has the usual agenda."""
    behind(cast, 4)
    return cast


def next_one(cast: Cast, at: int = MONDAY) -> Meeting:
    with cast.database.read() as session:
        found = meetings.following(session, at=at)
        assert found is not None
        return found


def collect(cast: Cast, at: int = MONDAY, meeting: Meeting | None = None) -> list[Item]:
    """The agenda of the next meeting, brought up to date."""
    with cast.database.begin() as session:
        meeting = meeting or meetings.following(session, at=at)
        assert meeting is not None
        meetings.collect(session, meeting.id, at=at)
        return meetings.items(session, meeting.id)


def do(cast: Cast, action: str, *args: Any, by: str = "fabio", **facts: Any) -> Any:
    with cast.database.begin() as session:
        return getattr(meetings, action)(session, *args, by=getattr(cast, by), **facts)


def about(items: list[Item], subject: str) -> Item:
    return next(one for one in items if one.subject == subject)


def why(cast: Cast, item: Item) -> str:
    names = {number: name.capitalize() for name, number in cast.area.items()}
    return " ".join(reason.said(WORDS, names.__getitem__) for reason in meetings.reasons(item))


def standing(items: list[Item], section: str) -> list[str]:
    return [one.title for one in meetings.standing(items) if one.section == section]


def test_the_usual_hour_has_its_sections_and_their_minutes(cast: Cast) -> None:
    items = collect(cast)
    assert [one.kind for one in items] == ["here", "read", "wants", "read_back", "messages", "rating"]
    assert meetings.LIMIT == 55
    assert meetings.load(items).minutes == 12


def test_requests_say_why_they_are_there(cast: Cast) -> None:
    at, weeks = MONDAY, 7 * DAY
    cast.ask("Send the list", at=at - 12 * DAY)
    promised = cast.ask("Export the tickets", to="support", at=at - weeks)
    cast.move(promised, "promise", by="carla", at=at - weeks, day=TODAY - timedelta(days=3))
    due = cast.ask("Correct the invoice", to="billing", at=at - weeks)
    cast.move(due, "promise", by="elsa", at=at - weeks, day=TODAY + timedelta(days=1))
    later = cast.ask("Plan the training", to="support", at=at - weeks)
    cast.move(later, "promise", by="carla", at=at - weeks, day=FRIDAY)
    done = cast.ask("Write the offer", at=at - weeks)
    cast.move(done, "deliver", by="bruno", at=at - 3 * DAY)
    raised = cast.ask("Decide the price", at=at - weeks)
    cast.move(raised, "escalate", by="ana", at=at - 2 * DAY, text="Who pays?")
    said = {
        one.title: (one.section, one.kind, why(cast, one))
        for one in collect(cast)
        if one.kind.partition("_")[1]
    }
    assert "Plan the training" not in said
    assert said["Send the list"] == (
        "requests", "request_unanswered", "Sales has waited 12 days for an answer from Product.")  # fmt: skip
    assert said["Export the tickets"] == (
        "promises",
        "promise_past",
        "Support promised it to Sales for 27 Feb; that day has passed.",
    )
    assert said["Correct the invoice"][:2] == ("promises", "promise_due")
    assert said["Write the offer"][1:] == (
        "request_to_confirm", "Product delivered it 3 days ago; Sales has not confirmed it yet.")  # fmt: skip
    assert said["Decide the price"][1] == "request_decision"
    assert standing(collect(cast), "requests")[1] == "Decide the price"


def test_a_long_wait_says_how_unusual_it_is_on_its_route(cast: Cast) -> None:
    for n in range(19):  # answered after 1, 2, … 19 days
        row = cast.ask(f"Send part {n}", at=MONDAY - 60 * DAY)
        cast.move(row, "decline", by="bruno", at=MONDAY - (59 - n) * DAY, text="No")
    waits = cast.ask("Send the list", at=MONDAY - 15 * DAY)
    fresh = cast.ask("Send the map", at=MONDAY - 2 * DAY)
    items = collect(cast)
    assert why(cast, about(items, f"request:{waits.id}")) == (
        "Sales has waited 15 days for an answer from Product, longer than 74 in 100 on this route."
    )
    assert "in 100" not in why(cast, about(items, f"request:{fresh.id}"))


def test_what_is_settled_before_the_hour_leaves_with_a_note_and_comes_back_if_it_must(cast: Cast) -> None:
    row = cast.ask("Send the list")
    subject = f"request:{row.id}"
    assert about(collect(cast), subject).state == "open"
    row = cast.move(row, "promise", by="bruno", at=MONDAY + 1, day=FRIDAY)
    settled = about(collect(cast, MONDAY + 2), subject)
    assert (settled.state, settled.why) == ("settled", "Answered before the hour.")
    cast.move(row, "deliver", by="bruno", at=MONDAY + 3)
    again = about(collect(cast, MONDAY + 4), subject)
    assert (again.state, again.kind, again.why) == ("open", "request_to_confirm", None)


def test_collecting_again_changes_nothing_and_no_form_is_stale_for_it(cast: Cast) -> None:
    cast.ask("Send the list", at=MONDAY - 3 * DAY)
    before = [(one.id, one.version, one.place) for one in collect(cast)]
    later = collect(cast, MONDAY + DAY)
    assert [(one.id, one.version, one.place) for one in later] == before
    assert "4 days" in why(cast, later[3])
    with cast.database.begin() as session:
        assert meetings.collect(session, next_one(cast).id, at=MONDAY + DAY) == 0


def test_rounds_go_area_by_area_in_the_order_of_the_week(cast: Cast) -> None:
    for to in ("support", "billing", "product"):
        cast.ask(f"Ask {to}", to=to, at=MONDAY - DAY)
    cast.ask("Ask product first", to="product", at=MONDAY - 9 * DAY)
    titles = standing(collect(cast), "requests")[1:]
    with cast.database.read() as session:
        order = meetings.in_turn(session, next_one(cast))
    names = {number: name for name, number in cast.area.items()}
    expected = [title for area in order for title in
                {"product": ["Ask product first", "Ask product"]}.get(names[area], [f"Ask {names[area]}"])
                if names[area] != "sales"]  # fmt: skip
    assert titles == expected


def test_last_weeks_improvement_opens_the_hour_as_it_was_put_right(cast: Cast) -> None:
    with cast.database.begin() as session:
        last = meetings.before(session, next_one(cast))
        assert last is not None
        first = meetings.Recording(meeting_id=last.id, at=MONDAY, kind="improvement", text="Start late")
        session.add(first)
        session.flush()
        session.add(
            meetings.Recording(
                meeting_id=last.id, at=MONDAY, kind="improvement", text="Start in time", corrects_id=first.id
            )
        )
    opening = collect(cast)[0]
    assert (opening.kind, why(cast, opening)) == ("improvement", "Said last time: Start in time")


def test_the_first_three_hours_have_agendas_of_their_own(cast: Cast) -> None:
    cast.ask("Send the list", at=MONDAY - DAY)
    with cast.database.begin() as session:
        goals.set_goal(session, area=cast.area["sales"], what="Win back customers", measure="Customers", direction="up",
                       baseline=1, target=5, due_on=TODAY - timedelta(days=0), by=cast.ana, at=MONDAY)  # fmt: skip
        for row in meetings.every(session):
            if row.state == "closed":
                session.delete(row)
        open_area(session, name="Training", sphere="after_sales", by=FOUNDER)  # without a head so far
        first, second, third, *_ = meetings.upcoming(session, at=MONDAY)
        kinds = []
        for row in (first, second, third):
            meetings.collect(session, row.id, at=MONDAY)
            kinds.append(
                [one.kind for one in meetings.items(session, row.id) if one.section not in ("open", "close")]
            )
        offers = next(one for one in meetings.items(session, first.id) if one.kind == "offers")
    assert kinds[0] == ["offers"]
    assert offers.minutes == 20  # four for each of the five areas
    assert kinds[1] == ["read", "wants", "request_unanswered", "first_issue"]
    assert kinds[2][:2] == ["read", "first_goals"]
    assert {"wants", "request_unanswered"} < set(kinds[2])


def test_the_facilitator_orders_and_what_is_placed_stays(cast: Cast) -> None:
    for n in range(3):
        cast.ask(f"Part {n}", at=MONDAY - n * DAY)
    items = collect(cast)
    assert standing(items, "requests")[1:] == ["Part 2", "Part 1", "Part 0"]
    last = next(one for one in items if one.title == "Part 0")
    do(cast, "place", last.id, position=0, seen=last.version)
    assert standing(collect(cast), "requests")[::3] == ["Part 0", "Part 1"]
    moved = about(collect(cast), last.subject or "")
    do(cast, "place", moved.id, section="issues", position=0, seen=moved.version)
    cast.ask("Part 9", at=MONDAY - 9 * DAY)
    assert standing(collect(cast), "issues") == ["Part 0"]
    with pytest.raises(Changed):
        do(cast, "place", moved.id, position=1, seen=moved.version)
    with pytest.raises(Refused, match="Only a facilitator"):
        do(cast, "place", moved.id, position=1, seen=moved.version + 1, by="ana")


def test_a_dropped_item_says_why_and_stays_dropped(cast: Cast) -> None:
    row = cast.ask("Send the list")
    item = about(collect(cast), f"request:{row.id}")
    with pytest.raises(Refused, match="Say why"):
        do(cast, "drop_item", item.id, why="", seen=item.version)
    do(cast, "drop_item", item.id, why="They spoke on Friday", seen=item.version)
    item = about(collect(cast), f"request:{row.id}")
    assert (item.state, item.why) == ("dropped", "They spoke on Friday")
    do(cast, "restore_item", item.id, seen=item.version)
    assert about(collect(cast), f"request:{row.id}").state == "open"


def test_whoever_holds_a_right_adds_topics_and_they_stay(cast: Cast) -> None:
    meeting = next_one(cast)
    topic = do(
        cast,
        "add_topic",
        meeting.id,
        title="Prices for 2027",
        area=cast.area["sales"],
        section="issues",
        by="ana",
        at=MONDAY,
    )
    assert why(cast, topic) == "Brought by Sales."
    assert standing(collect(cast), "issues") == ["Prices for 2027"]
    for who, area, refusal in (
        ("iris", None, "Ask one of them"),
        ("ana", "product", "don't speak"),
        ("ana", None, "one line"),
    ):
        with pytest.raises(Refused, match=refusal):
            do(cast, "add_topic", meeting.id, title="" if refusal == "one line" else "x",
               area=cast.area[area] if area else None, by=who, at=MONDAY)  # fmt: skip


def test_only_an_area_that_it_concerns_says_that_it_settles_something_before(cast: Cast) -> None:
    row = cast.ask("Send the list")
    item = about(collect(cast), f"request:{row.id}")
    assert do(cast, "mark_settle_before", item.id, True, by="bruno").settle_before
    with pytest.raises(Refused, match="concerns"):
        do(cast, "mark_settle_before", item.id, True, by="elsa")


def test_what_is_too_much_is_shown_with_what_to_carry_and_carried_in_one_click(cast: Cast) -> None:
    for n in range(24):
        cast.ask(f"Part {n}", at=MONDAY - n * DAY, to=("product", "support", "billing")[n % 3])
    raised = cast.ask("Decide", at=MONDAY - 1)
    cast.move(raised, "escalate", by="ana", at=MONDAY, text="Who?")
    meeting = next_one(cast)
    for title in ("Prices", "Hiring", "The new office"):
        do(cast, "add_topic", meeting.id, title=title, section="issues", minutes=8, by="ana", at=MONDAY)
    items = collect(cast)
    load = meetings.load(items)
    assert (load.minutes, load.over) == (62, 7)
    named = {one.id: one for one in items}
    assert [named[i].title for i in load.carry] == ["Part 12", "The new office"]
    assert do(cast, "put_off", meeting.id, load.carry, at=MONDAY) == 2
    assert meetings.load(collect(cast)).over == 0
    after = collect(cast, meeting=next_one(cast, meeting.starts_at + 7 * HOUR))
    assert next(why(cast, one) for one in after if one.title == "Part 12").endswith("Carried once.")


def test_a_decision_is_never_proposed_to_be_carried(cast: Cast) -> None:
    for n in range(30):
        row = cast.ask(f"Decide {n}", at=MONDAY - DAY)
        cast.move(row, "escalate", by="ana", at=MONDAY, text="Who?")
    load = meetings.load(collect(cast))
    assert load.over > 0
    assert load.carry == ()


def test_a_section_takes_so_many_and_leaves_no_area_out(cast: Cast) -> None:
    for n in range(40):
        cast.ask(f"Old {n}", at=MONDAY - 50 * DAY)
    cast.ask("New", to="billing", at=MONDAY - 1)
    titles = standing(collect(cast), "requests")
    assert len(titles) == 14  # with the round of wants
    assert "New" in titles


def ended(cast: Cast, meeting: Meeting) -> None:
    with cast.database.begin() as session:
        row = meetings.meeting(session, meeting.id)
        row.state, row.started_at, row.ended_at = "ended", row.starts_at, row.starts_at + HOUR


def carry(cast: Cast, meeting: Meeting) -> int:
    with cast.database.begin() as session:
        return meetings.carry(session, meeting.id, at=meeting.starts_at + HOUR)


def test_what_was_not_reached_is_carried_once_also_to_an_agenda_that_is_there_already(cast: Cast) -> None:
    row = cast.ask("Send the list")
    meeting = next_one(cast)
    do(cast, "add_topic", meeting.id, title="Prices", by="ana", at=MONDAY)
    first = about(collect(cast), f"request:{row.id}")
    ended(cast, meeting)
    after = next_one(cast, meeting.starts_at + HOUR)
    early = about(collect(cast, meeting=after), f"request:{row.id}")  # the next agenda knows of it already
    assert (carry(cast, meeting), carry(cast, meeting)) == (2, 0)
    items = collect(cast, meeting.starts_at + HOUR, after)
    again = about(items, f"request:{row.id}")
    assert (again.id, again.carried_from_id, again.times_carried) == (early.id, first.id, 1)
    assert [one.times_carried for one in items if one.title == "Prices"] == [1]
    assert not [one for one in items if one.kind == "wants" and one.times_carried]


def test_an_item_carried_three_times_asks_to_be_settled_and_can_be_split(cast: Cast) -> None:
    meeting = next_one(cast)
    do(cast, "add_topic", meeting.id, title="Prices", minutes=9, by="ana", at=MONDAY)
    for _ in range(3):
        ended(cast, meeting)
        assert carry(cast, meeting) == 1
        meeting = next_one(cast, meeting.starts_at + 2 * HOUR)
    (item,) = [one for one in collect(cast, meeting.starts_at - DAY, meeting) if one.title == "Prices"]
    assert why(cast, item) == "Carried 3 times: settle it, split it or drop it."
    with pytest.raises(Refused, match="two parts"):
        do(cast, "split", item.id, ["Only one", " "], seen=item.version)
    parts = do(cast, "split", item.id, ["Old customers", "New customers"], seen=item.version)
    assert [(one.title, one.minutes, why(cast, one)) for one in parts] == [
        ("Old customers", 5, "A part of: Prices"), ("New customers", 5, "A part of: Prices")]  # fmt: skip
    assert "Prices" not in standing(collect(cast, meeting.starts_at - DAY, meeting), "requests")


def test_topics_of_an_hour_that_is_not_held_go_to_the_next(cast: Cast) -> None:
    cast.ask("Send the list")
    meeting = next_one(cast)
    collect(cast)
    do(cast, "add_topic", meeting.id, title="Prices", by="ana", at=MONDAY)
    seen = next_one(cast).version
    do(cast, "drop", meeting.id, why="Everybody is at the fair", seen=seen, at=MONDAY)
    titles = standing(collect(cast), "requests")
    assert titles[1:] == ["Send the list", "Prices"]


def test_from_its_start_on_the_agenda_is_left_as_it_is(cast: Cast) -> None:
    meeting = next_one(cast)
    collect(cast)
    with cast.database.begin() as session:
        meetings.meeting(session, meeting.id).state = "live"
        cast_before = len(meetings.items(session, meeting.id))
    cast.ask("Send the list")
    assert len(collect(cast, meeting=meeting)) == cast_before


def test_a_promise_whose_day_is_not_over_is_due_and_not_past(cast: Cast) -> None:
    row = cast.ask("Send the list")
    cast.move(row, "promise", by="bruno", at=MONDAY, day=TODAY)
    with cast.database.read() as session:
        (item,) = requests.proposals(session, at=MONDAY + HOUR, today=date(2026, 3, 3))
        assert item.kind == "promise_due"
        (item,) = requests.proposals(session, at=MONDAY + DAY, today=date(2026, 3, 3))
    assert (item.kind, item.minutes, item.areas[0]) == ("promise_past", 1, cast.area["product"])
