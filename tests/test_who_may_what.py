"""Who may do what with a request, for which area it is recorded, and what a rule refuses."""

from datetime import date, timedelta
from typing import Any

import pytest

from coord import company, people, requests
from coord.people import SERVER, Mandate
from coord.refusal import Refused
from coord.requests import UNRESOLVED, EventRow, Request, Side
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, TODAY, Cast

NEVER_ASKED = 999_999


def last(cast: Cast, row: Request) -> EventRow:
    with cast.database.read() as session:
        return requests.story(session, row.id)[-1]


def sides(cast: Cast, row: Request) -> tuple[str | None, str, str]:
    """For which area the last move was made, from which to which."""
    names = {number: name for name, number in cast.area.items()}
    event = last(cast, row)
    return names.get(event.area_id or 0), names[event.from_area_id], names[event.to_area_id]


def ask_for(cast: Cast, by: Mandate, from_area: str, to: str = "product", **facts: Any) -> Request:
    with cast.database.begin() as session:
        return requests.ask(
            session,
            from_area=cast.area[from_area],
            to_area=cast.area[to],
            by=by,
            at=MONDAY,
            **{"what": "Send the list", **facts},
        )


def in_state(cast: Cast, state: str) -> Request:
    """A request of Ana's to Bruno that stands there."""
    row = cast.ask()
    way: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
        "questioned": (("question", "bruno", {"text": "Which?"}),),
        "countered": (("counter", "bruno", {"text": "Half of it", "day": FRIDAY}),),
        "promised": (("promise", "bruno", {"day": FRIDAY}),),
        "delivered": (("deliver", "bruno", {}),),
    }
    for verb, who, facts in way.get(state, ()):
        row = cast.move(row, verb, by=who, at=MONDAY, **facts)
    return row


# Asking


@pytest.mark.parametrize("who", ["bruno", "davi", "hugo", "fabio", "gina", "iris"])
def test_nobody_asks_for_an_area_that_is_not_theirs(cast: Cast, who: str) -> None:
    with pytest.raises(Refused, match="You don't speak for this area"):
        ask_for(cast, getattr(cast, who), "sales", "support")


def test_a_deputy_asks_for_the_area(cast: Cast) -> None:
    row = ask_for(cast, cast.davi, "product", "support")
    assert (sides(cast, row), last(cast, row).person_id) == (
        ("product", "product", "support"),
        cast.davi.person_id,
    )


def test_whoever_records_on_behalf_of_an_area_is_marked_so(cast: Cast) -> None:
    scribe = Mandate(cast.fabio.person_id, on_behalf=frozenset({cast.area["sales"], cast.area["product"]}))
    row = ask_for(cast, scribe, "sales")
    assert (last(cast, row).on_behalf, last(cast, row).person_id) == (True, cast.fabio.person_id)
    with cast.database.begin() as session:
        requests.move(session, row.id, "promise", by=scribe, at=MONDAY, day=FRIDAY)
    assert (last(cast, row).on_behalf, sides(cast, row)) == (True, ("product", "product", "sales"))
    assert not last(cast, cast.ask()).on_behalf


def test_who_records_for_others_still_speaks_first_for_their_own_area(cast: Cast) -> None:
    head = Mandate(
        cast.bruno.person_id,
        areas=frozenset({cast.area["product"]}),
        on_behalf=frozenset({cast.area["sales"]}),
    )
    row = cast.ask()
    with cast.database.begin() as session:
        requests.move(session, row.id, "escalate", by=head, at=MONDAY, text="Who decides?")
    assert (last(cast, row).on_behalf, sides(cast, row)[0]) == (False, "product")


def test_an_area_does_not_ask_itself(cast: Cast) -> None:
    with pytest.raises(Refused, match="from one area to another"):
        ask_for(cast, cast.ana, "sales", "sales")


@pytest.mark.parametrize("gone", ["sales", "product"])
def test_nothing_is_asked_of_or_for_an_area_out_of_use(cast: Cast, gone: str) -> None:
    with cast.database.begin() as session:
        company.archive_area(session, cast.area[gone], seen=1, by=cast.hugo, at=MONDAY)
    with pytest.raises(Refused, match="no longer in use"):
        ask_for(cast, cast.ana, "sales")


def test_nothing_is_handed_on_to_an_area_out_of_use(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.begin() as session:
        company.archive_area(session, cast.area["billing"], seen=1, by=cast.hugo, at=MONDAY)
    with pytest.raises(Refused, match="no longer in use"):
        cast.move(row, "reroute", by="bruno", at=MONDAY, to_area=cast.area["billing"], text="Theirs")


@pytest.mark.parametrize("heir", ["sales", "product"])
def test_a_request_is_handed_on_to_a_third_area_only(cast: Cast, heir: str) -> None:
    with pytest.raises(Refused, match="a third area"):
        cast.move(cast.ask(), "reroute", by="bruno", at=MONDAY, to_area=cast.area[heir], text="Theirs")


def test_what_is_needed_by_a_day_that_has_passed_was_not_asked_today(cast: Cast) -> None:
    with pytest.raises(Refused, match="This day has passed"):
        cast.ask(needed_on=TODAY - timedelta(days=1))
    cast.ask(needed_on=TODAY)
    old = cast.ask(needed_on=date(2026, 2, 2), since_on=date(2026, 1, 12))
    assert old.needed_on == date(2026, 2, 2), "an old request may be past its day"
    cast.move(old, "amend", by="ana", at=MONDAY, needed_on=date(2026, 2, 3))


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2100, 1, 2), date.max])
def test_no_old_request_is_needed_on_a_day_beyond_all_reason(cast: Cast, day: date) -> None:
    with pytest.raises(Refused, match="lies too far away"):
        cast.ask(needed_on=day, since_on=date(2026, 1, 12))


def test_a_day_in_the_past_is_not_amended_in(cast: Cast) -> None:
    row = cast.ask(needed_on=FRIDAY)
    with pytest.raises(Refused, match="This day has passed"):
        cast.move(row, "amend", by="ana", at=MONDAY, needed_on=TODAY - timedelta(days=1))
    assert cast.move(row, "amend", by="ana", at=MONDAY, needed_on=None).needed_on is None


def test_an_amendment_changes_something_and_keeps_a_line(cast: Cast) -> None:
    row = cast.ask("Send the list", customer="Aurora")
    with pytest.raises(Refused, match="Nothing is different"):
        cast.move(row, "amend", by="ana", at=MONDAY, what=" Send  the list", customer="Aurora")
    with pytest.raises(Refused, match="Say what you ask for"):
        cast.move(row, "amend", by="ana", at=MONDAY, what=" ", customer="Boreal")
    cast.move(row, "amend", by="ana", at=MONDAY, what="Send the list", customer="Boreal")
    assert last(cast, row).more == {"customer": "Boreal"}


def test_a_follow_up_names_a_request_that_is_there(cast: Cast) -> None:
    with pytest.raises(Refused, match="There is no such request"):
        cast.ask(follows="nowhere")
    row = cast.move(cast.ask(), "confirm", by="ana", at=MONDAY)
    again = cast.ask("The new list too", follows=row.reference)
    with cast.database.read() as session:
        assert [r.id for r in requests.following(session, row.reference)] == [again.id]


def test_what_waits_since_this_afternoon_waits_since_now(cast: Cast) -> None:
    assert cast.ask(since_on=TODAY).asked_at == MONDAY, "noon is still to come"
    for day in (TODAY + timedelta(days=1), date(1999, 12, 31), date.min):
        with pytest.raises(Refused):
            cast.ask(since_on=day)


# Moves


def test_the_server_alone_confirms_by_silence_and_asking_is_no_move(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    for verb in ("confirm_by_silence", "ask", "conquer"):
        with pytest.raises(Refused, match="There is no such move"):
            cast.move(row, verb, by="ana", at=MONDAY)
    with pytest.raises(Refused, match="There is no such request"), cast.database.begin() as session:
        requests.move(session, NEVER_ASKED, "note", by=cast.ana, at=MONDAY, text="?")


@pytest.mark.parametrize("verb", ["confirm", "withdraw"])
@pytest.mark.parametrize("state", sorted(UNRESOLVED))
def test_who_asked_can_end_it_whatever_it_waits_for_and_nobody_else(
    cast: Cast, state: str, verb: str
) -> None:
    row = in_state(cast, state)
    for who in ("bruno", "carla", "hugo", "iris"):
        with pytest.raises(Refused, match="Only the area that asked"):
            cast.move(row, verb, by=who, at=MONDAY)
    assert cast.move(row, verb, by="ana", at=MONDAY).resolved_at == MONDAY


def test_who_heads_both_areas_says_for_which_one_they_speak(cast: Cast) -> None:
    both = Mandate(cast.ana.person_id, areas=frozenset({cast.area["sales"], cast.area["product"]}))
    row = cast.ask()
    for area in ("product", "sales"):
        with cast.database.begin() as session:
            requests.move(
                session, row.id, "escalate", by=both, at=MONDAY, area=cast.area[area], text="Who decides?"
            )
        assert sides(cast, row)[:2] == (area, area)
    with cast.database.begin() as session:
        assert requests.move(session, row.id, "promise", by=both, at=MONDAY, day=FRIDAY).state == "promised"
        assert requests.move(session, row.id, "confirm", by=both, at=MONDAY).state == "satisfied"


def test_nobody_chooses_to_speak_for_an_area_that_is_not_theirs(cast: Cast) -> None:
    row = cast.ask()
    with pytest.raises(Refused, match="Only the two areas"), cast.database.begin() as session:
        requests.move(
            session,
            row.id,
            "escalate",
            by=cast.ana,
            at=MONDAY,
            area=cast.area["product"],
            text="Who decides?",
        )


def test_who_handles_it_answers_and_does_not_ask(cast: Cast) -> None:
    row = cast.move(cast.ask(), "assign", by="davi", at=MONDAY, handler=cast.iris.person_id)
    for verb in ("confirm", "withdraw", "amend"):
        with pytest.raises(Refused, match="Only the area that asked"):
            cast.move(row, verb, by="iris", at=MONDAY)
    cast.move(row, "escalate", by="iris", at=MONDAY, text="Who decides?")
    assert (sides(cast, row), last(cast, row).on_behalf) == (("product", "product", "sales"), False)
    row = cast.move(row, "assign", by="bruno", at=MONDAY, handler=None)
    with pytest.raises(Refused, match="Only the area that was asked"):
        cast.move(row, "promise", by="iris", at=MONDAY, day=FRIDAY)


def test_who_handled_it_does_so_no_longer_once_another_area_answers(cast: Cast) -> None:
    row = cast.move(cast.ask(), "assign", by="bruno", at=MONDAY, handler=cast.iris.person_id)
    row = cast.move(row, "answer_by", by="iris", at=MONDAY, day=FRIDAY)
    row = cast.move(row, "reroute", by="iris", at=MONDAY, to_area=cast.area["billing"], text="Theirs")
    assert (row.handler_id, row.answer_by_on) == (None, None)
    with pytest.raises(Refused):
        cast.move(row, "promise", by="iris", at=MONDAY, day=FRIDAY)


def test_who_heads_an_asking_area_may_also_handle_what_it_asked(cast: Cast) -> None:
    row = cast.move(cast.ask(), "assign", by="bruno", at=MONDAY, handler=cast.ana.person_id)
    row = cast.move(row, "deliver", by="ana", at=MONDAY)
    assert sides(cast, row)[0] == "product"
    row = cast.move(row, "confirm", by="ana", at=MONDAY)
    assert (sides(cast, row)[0], row.outcome) == ("sales", "satisfied")


def test_a_promise_does_not_bind_the_area_that_a_request_is_handed_on_to(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    row = cast.move(row, "reroute", by="bruno", at=MONDAY, to_area=cast.area["billing"], text="Theirs")
    assert (row.state, row.promised_on, row.first_promised_on) == ("asked", None, FRIDAY)
    assert sides(cast, row) == ("product", "product", "billing")


def test_nobody_archived_is_named_to_handle_a_request(cast: Cast) -> None:
    row = cast.ask()
    assert cast.iris.person_id
    with cast.database.begin() as session:
        people.archive(session, cast.iris.person_id, seen=1, by=cast.hugo, at=MONDAY)
    for handler in (cast.iris.person_id, NEVER_ASKED):
        with pytest.raises(Refused):
            cast.move(row, "assign", by="bruno", at=MONDAY, handler=handler)


def test_a_comment_says_for_which_area_it_was_made(cast: Cast) -> None:
    row = cast.ask()
    told = {}
    for who in ("ana", "bruno", "carla", "iris"):
        cast.move(row, "note", by=who, at=MONDAY, text="Hm")
        told[who] = sides(cast, row)
    assert told == {
        "ana": ("sales", "sales", "product"),
        "bruno": ("product", "product", "sales"),
        "carla": ("support", "support", "product"),
        "iris": (None, "sales", "product"),
    }
    with pytest.raises(Refused), cast.database.begin() as session:
        requests.move(session, row.id, "note", by=SERVER, at=MONDAY, text="Nobody's")


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(2100, 1, 2), date.max, date.min])
@pytest.mark.parametrize("verb", ["promise", "counter", "answer_by"])
def test_a_day_is_ahead_and_not_beyond_all_reason(cast: Cast, verb: str, day: date) -> None:
    facts = {"text": "Half of it"} if verb == "counter" else {}
    with pytest.raises(Refused, match=r"This day (has passed|lies too far)"):
        cast.move(cast.ask(), verb, by="bruno", at=MONDAY, day=day, **facts)


def test_a_comment_on_an_old_page_is_taken_and_a_move_is_not(cast: Cast) -> None:
    row = cast.ask()
    cast.move(row, "note", by="iris", at=MONDAY, text="One")
    cast.move(row, "note", by="iris", at=MONDAY, text="Two", seen=1)
    assert cast.look(row).version == 3


def test_a_clock_that_is_set_back_does_not_disorder_a_story(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="bruno", at=MONDAY - HOUR, day=FRIDAY)
    assert (last(cast, row).at, row.last_at) == (MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("state", "side", "buttons"),
    [
        ("asked", "answering", "promise question decline"),
        ("asked", "asking", "confirm"),
        ("questioned", "asking", "inform confirm"),
        ("countered", "asking", "agree insist confirm"),
        ("promised", "answering", "deliver renegotiate decline"),
        ("delivered", "asking", "confirm reopen"),
        ("declined", "asking", ""),
    ],
)
def test_the_way_forward_stands_first_of_at_most_three_buttons(state: str, side: str, buttons: str) -> None:
    shown, more = requests.open_to(state, frozenset({Side(side), Side.EITHER, Side.ANYONE}))
    assert shown == buttons.split()
    assert "note" in more


def test_who_heads_both_areas_has_three_buttons_too() -> None:
    for state in UNRESOLVED:
        nobodys = {Side.SERVER, Side.ADMINISTRATION}
        shown, more = requests.open_to(state, frozenset(Side) - nobodys)
        possible = {v for v, m in requests.MOVES.items() if state in m.sources and m.by not in nobodys}
        assert len(shown) <= 3
        assert (set(shown) | set(more), len(shown) + len(more)) == (possible, len(possible))


# Times


def test_a_comment_is_no_reaction_and_a_question_is_no_answer(cast: Cast) -> None:
    row = cast.move(cast.ask(), "note", by="bruno", at=MONDAY + 1, text="Hm")
    row = cast.move(row, "escalate", by="ana", at=MONDAY + 2, text="Who decides?")
    assert (row.first_reaction_at, row.first_answer_at) == (None, None)
    row = cast.move(row, "question", by="bruno", at=MONDAY + 3, text="Which?")
    row = cast.move(row, "inform", by="ana", at=MONDAY + 4, text="All")
    assert (row.first_reaction_at, row.first_answer_at) == (MONDAY + 3, None)
    row = cast.move(row, "promise", by="bruno", at=MONDAY + 5, day=FRIDAY)
    row = cast.move(row, "deliver", by="bruno", at=MONDAY + 6)
    assert (row.first_reaction_at, row.first_answer_at) == (MONDAY + 3, MONDAY + 5)


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("promise", {"day": FRIDAY}),
        ("counter", {"text": "Half", "day": FRIDAY}),
        ("decline", {"text": "No"}),
        ("deliver", {}),
    ],
)
def test_a_promise_another_offer_a_no_and_a_delivery_are_answers(
    cast: Cast, verb: str, facts: dict[str, Any]
) -> None:
    row = cast.move(cast.ask(), verb, by="bruno", at=MONDAY + HOUR, **facts)
    assert (row.first_reaction_at, row.first_answer_at) == (MONDAY + HOUR, MONDAY + HOUR)


def test_a_promise_ends_what_was_announced_and_what_was_raised(cast: Cast) -> None:
    row = cast.move(cast.ask(), "answer_by", by="bruno", at=MONDAY, day=FRIDAY)
    row = cast.move(row, "escalate", by="ana", at=MONDAY, text="Who decides?")
    row = cast.move(row, "promise", by="bruno", at=MONDAY, day=FRIDAY)
    assert (row.answer_by_on, row.raised_at) == (None, None)
    row = cast.move(row, "escalate", by="ana", at=MONDAY + 1, text="Who decides?")
    row = cast.move(row, "renegotiate", by="bruno", at=MONDAY + 2, day=FRIDAY + timedelta(days=3))
    assert row.raised_at == MONDAY + 1
    assert cast.move(row, "decline", by="bruno", at=MONDAY + 3, text="No").raised_at is None


def test_another_offer_is_the_answer_that_was_announced(cast: Cast) -> None:
    row = cast.move(cast.ask(), "answer_by", by="bruno", at=MONDAY, day=FRIDAY)
    row = cast.move(row, "counter", by="bruno", at=MONDAY, text="Half of it", day=FRIDAY)
    assert row.answer_by_on is None
    row = cast.move(row, "insist", by="ana", at=MONDAY)
    assert (row.state, row.answer_by_on) == ("asked", None)


def test_a_delivery_that_was_not_all_is_promised_anew(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="bruno", at=MONDAY, day=TODAY)
    row = cast.move(row, "deliver", by="bruno", at=MONDAY + HOUR)
    row = cast.move(row, "reopen", by="ana", at=MONDAY + 2 * HOUR, text="The names")
    assert (row.state, row.promised_on, row.first_promised_on) == ("asked", None, TODAY)
    row = cast.move(row, "promise", by="bruno", at=MONDAY + 3 * HOUR, day=FRIDAY)
    row = cast.move(row, "deliver", by="bruno", at=MONDAY + DAY)
    assert (row.first_promised_at, row.first_promised_on, row.promised_on, row.delivered_at) == (
        MONDAY,
        TODAY,
        FRIDAY,
        MONDAY + DAY,
    )


def test_how_long_each_side_held_it_is_the_whole_time_up_to_any_instant(cast: Cast) -> None:
    row = cast.ask(since_on=date(2026, 2, 27))
    asked = row.asked_at
    cast.move(row, "question", by="bruno", at=MONDAY + HOUR, text="Which?")
    cast.move(row, "note", by="iris", at=MONDAY + 2 * HOUR, text="Hm")
    cast.move(row, "inform", by="ana", at=MONDAY + 3 * HOUR, text="All")
    with cast.database.read() as session:
        told = [event.event() for event in requests.story(session, row.id)]
    sales, product = cast.area["sales"], cast.area["product"]

    def held(until: int) -> list[tuple[int, int]]:
        return [(area, seconds) for area, _, _, seconds in requests.holdings(told, until)]

    waited = MONDAY + HOUR - asked
    assert held(asked - 1) == []
    assert held(asked + 5) == [(product, 5)]
    assert held(MONDAY + 90 * 60) == [(product, waited), (sales, HOUR // 2)]
    assert held(MONDAY + 4 * HOUR) == [(product, waited), (sales, HOUR), (sales, HOUR), (product, HOUR)]


# Silence


def test_silence_stays_fixed_at_delivery_whatever_the_calendar_becomes(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    fixed = row.silence_at
    with cast.database.begin() as session:
        company.add_closing_days(session, TODAY, FRIDAY, by=cast.hugo)
    later = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    assert later.silence_at == MONDAY - 9 * HOUR + 19 * DAY, "its own days are the new ones"
    with cast.database.begin() as session:
        assert requests.settle_all(session, fixed or 0) == 1
    assert (cast.look(row).outcome, cast.look(row).resolved_at) == ("silence", fixed)
    assert (last(cast, row).person_id, last(cast, row).area_id) == (None, None)


def test_a_word_in_the_last_second_comes_before_silence(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    assert row.silence_at
    row = cast.move(row, "note", by="bruno", at=MONDAY + DAY, text="Have you seen it?")
    row = cast.move(row, "reopen", by="ana", at=row.silence_at - 1, text="The names")
    assert row.state == "asked"
    with cast.database.begin() as session:
        assert requests.settle_all(session, MONDAY + 100 * DAY) == 0


def test_a_second_delivery_gets_days_of_its_own(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    row = cast.move(row, "reopen", by="ana", at=MONDAY + HOUR, text="The names")
    row = cast.move(row, "deliver", by="bruno", at=MONDAY + DAY)
    assert row.silence_at == MONDAY - 9 * HOUR + 16 * DAY
