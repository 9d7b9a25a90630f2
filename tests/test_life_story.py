"""The life of a request, told as literal stories: what each move does, and what it must refuse."""

from dataclasses import replace
from datetime import date

import pytest

from coord import requests
from coord.refusal import Changed, Refused
from coord.requests import MOVES, RESOLVED, STATES
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, TODAY, Cast

# The table of the domain, written out once more by hand: verb, by, from, to.
TABLE = """
ask                asking    -                                        asked
question           answering asked                                    questioned
inform             asking    questioned                               asked
answer_by          answering asked                                    same
promise            answering asked,countered                          promised
counter            answering asked                                    countered
agree              asking    countered                                promised
insist             asking    countered                                asked
decline            answering asked,countered,promised                 declined
reroute            answering asked,promised                           asked
renegotiate        answering promised                                 promised
deliver            answering asked,promised                           delivered
confirm            asking    asked,countered,delivered,promised,questioned satisfied
reopen             asking    delivered                                asked
withdraw           asking    asked,countered,delivered,promised,questioned withdrawn
escalate           either    asked,countered,delivered,promised,questioned same
decide             hour      asked,countered,delivered,promised,questioned same
note               anyone    any                                      same
amend              asking    asked                                    same
assign             answering asked,countered,delivered,promised,questioned same
join               administration asked,countered,delivered,promised,questioned same
confirm_by_silence server    delivered                                satisfied
"""


def test_moves_say_what_the_domain_says() -> None:
    told = {verb: (by, sources, to) for verb, by, sources, to in map(str.split, TABLE.strip().splitlines())}
    assert told.keys() == MOVES.keys()
    for verb, move in MOVES.items():
        sources = ",".join(sorted(move.sources)) or "-"
        sources = "any" if move.sources == frozenset(STATES) else sources
        assert (str(move.by), sources, move.to or "same") == told[verb], verb


def test_ana_asks_bruno_promises_delivers_and_ana_confirms(cast: Cast) -> None:
    row = cast.ask("Send the list of trial customers", why="The campaign starts on Friday")
    assert (row.state, row.life().holder) == ("asked", cast.area["product"])
    row = cast.move(
        row, "promise", by="bruno", at=MONDAY + HOUR, day=FRIDAY, text="A sheet with names and dates"
    )
    assert (row.state, row.promised_on, row.first_answer_at) == ("promised", FRIDAY, MONDAY + HOUR)
    row = cast.move(row, "deliver", by="bruno", at=MONDAY + 3 * DAY, text="It is in the shared folder")
    assert (row.state, row.life().holder, row.delivered_at) == (
        "delivered",
        cast.area["sales"],
        MONDAY + 3 * DAY,
    )
    row = cast.move(row, "confirm", by="ana", at=MONDAY + 4 * DAY, text="Thank you!")
    assert (row.state, row.outcome, row.resolved_at, row.silence_at) == (
        "satisfied",
        "satisfied",
        MONDAY + 4 * DAY,
        None,
    )


def test_a_question_goes_back_and_the_reply_returns_it(cast: Cast) -> None:
    row = cast.move(cast.ask(), "question", by="bruno", at=MONDAY + HOUR, text="Which country?")
    assert (row.state, row.life().holder, row.first_reaction_at, row.first_answer_at) == (
        "questioned",
        cast.area["sales"],
        MONDAY + HOUR,
        None,
    )
    row = cast.move(row, "inform", by="ana", at=MONDAY + 2 * HOUR, text="Portugal")
    assert (row.state, row.life().holder, row.held_since_at) == (
        "asked",
        cast.area["product"],
        MONDAY + 2 * HOUR,
    )


def test_bruno_suggests_something_else_and_ana_agrees_to_his_day(cast: Cast) -> None:
    row = cast.move(cast.ask(), "counter", by="bruno", at=MONDAY, text="The ten largest only", day=FRIDAY)
    assert (row.state, row.countered_on) == ("countered", FRIDAY)
    row = cast.move(row, "agree", by="ana", at=MONDAY + HOUR)
    assert (row.state, row.promised_on, row.first_promised_on, row.countered_on) == (
        "promised",
        FRIDAY,
        FRIDAY,
        None,
    )


def test_insisting_keeps_the_request_as_asked_and_raises_it(cast: Cast) -> None:
    row = cast.move(cast.ask(), "counter", by="bruno", at=MONDAY, text="Next month", day=FRIDAY)
    row = cast.move(row, "insist", by="ana", at=MONDAY + HOUR)
    assert (row.state, row.raised_at, row.life().holder) == ("asked", MONDAY + HOUR, cast.area["product"])


def test_a_promise_to_answer_by_a_day_changes_no_state(cast: Cast) -> None:
    row = cast.move(cast.ask(), "answer_by", by="bruno", at=MONDAY + HOUR, day=FRIDAY)
    assert (row.state, row.answer_by_on, row.first_reaction_at, row.first_answer_at) == (
        "asked",
        FRIDAY,
        MONDAY + HOUR,
        None,
    )


def test_a_second_reroute_raises_the_request(cast: Cast) -> None:
    row = cast.move(cast.ask(), "reroute", by="bruno", at=MONDAY, to_area=cast.area["support"], text="Theirs")
    assert (row.answering_area_id, row.first_answering_area_id, row.raised_at) == (
        cast.area["support"],
        cast.area["product"],
        None,
    )
    row = cast.move(
        row, "reroute", by="carla", at=MONDAY + HOUR, to_area=cast.area["billing"], text="Billing has it"
    )
    assert (row.answering_area_id, row.reroutes, row.raised_at) == (cast.area["billing"], 2, MONDAY + HOUR)


def test_a_new_day_keeps_the_first_promise_in_sight(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="bruno", at=MONDAY, day=TODAY)
    row = cast.move(
        row, "renegotiate", by="bruno", at=MONDAY + HOUR, day=FRIDAY, text="The export took longer"
    )
    assert (row.promised_on, row.first_promised_on, row.renegotiations) == (FRIDAY, TODAY, 1)


def test_what_is_missing_reopens_a_delivery(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    row = cast.move(row, "reopen", by="ana", at=MONDAY + HOUR, text="The phone numbers")
    assert (row.state, row.reopenings, row.silence_at, row.delivered_at) == ("asked", 1, None, MONDAY)


def test_bruno_says_no_with_a_reason(cast: Cast) -> None:
    row = cast.move(cast.ask(), "decline", by="bruno", at=MONDAY + HOUR, text="We may not share it")
    assert (row.state, row.outcome, row.first_answer_at) == ("declined", "declined", MONDAY + HOUR)


def test_ana_needs_it_no_longer(cast: Cast) -> None:
    row = cast.move(cast.ask(), "withdraw", by="ana", at=MONDAY + HOUR)
    assert (row.state, row.outcome) == ("withdrawn", "withdrawn")


def test_either_area_can_ask_for_a_decision(cast: Cast) -> None:
    assert cast.move(cast.ask(), "escalate", by="ana", at=MONDAY, text="Who may see it?").raised_at == MONDAY
    assert (
        cast.move(cast.ask(), "escalate", by="bruno", at=MONDAY, text="Who may see it?").raised_at == MONDAY
    )


def test_a_decision_is_recorded_in_the_hour_with_who_decided(cast: Cast) -> None:
    row = cast.move(cast.ask(), "escalate", by="ana", at=MONDAY, text="Who may see it?")
    said = {"text": "Sales sees it", "decided_by": "Gina"}
    for who in ("ana", "bruno", "gina", "fabio"):  # outside of the hour Fabio doesn't either
        with pytest.raises(Refused, match="in the weekly hour"):
            cast.move(row, "decide", by=who, at=MONDAY, **said)
    cast.fabio = replace(cast.fabio, meeting_id=1)
    with pytest.raises(Refused, match="who decided"):
        cast.move(row, "decide", by="fabio", at=MONDAY, text="Sales sees it")
    row = cast.move(row, "decide", by="fabio", at=MONDAY + HOUR, **said)
    assert (row.raised_at, row.state, row.life().holder) == (None, "asked", cast.area["product"])


def test_ana_changes_what_she_asked_while_it_is_unanswered(cast: Cast) -> None:
    row = cast.move(
        cast.ask(customer="Aurora"),
        "amend",
        by="ana",
        at=MONDAY + HOUR,
        what="Send last month's list",
        customer="",
    )
    assert (row.what, row.customer) == ("Send last month's list", None)
    row = cast.move(row, "promise", by="bruno", at=MONDAY + HOUR, day=FRIDAY)
    with pytest.raises(Refused):
        cast.move(row, "amend", by="ana", at=MONDAY + 2 * HOUR, what="Something else")


def test_bruno_names_who_handles_it_and_she_may_answer(cast: Cast) -> None:
    row = cast.ask()
    with pytest.raises(Refused):
        cast.move(row, "promise", by="iris", at=MONDAY, day=FRIDAY)
    row = cast.move(row, "assign", by="bruno", at=MONDAY, handler=cast.iris.person_id)
    row = cast.move(row, "promise", by="iris", at=MONDAY, day=FRIDAY)
    assert row.state == "promised"


def test_anyone_signed_in_can_comment_also_after_the_end(cast: Cast) -> None:
    row = cast.move(cast.ask(), "withdraw", by="ana", at=MONDAY)
    row = cast.move(row, "note", by="iris", at=MONDAY + HOUR, text="We still have the old list")
    assert row.state == "withdrawn"


def test_nothing_resolved_moves(cast: Cast) -> None:
    row = cast.move(cast.ask(), "confirm", by="ana", at=MONDAY)
    for verb, move in MOVES.items():
        if verb not in ("ask", "note", "confirm_by_silence", "decide"):
            by = "bruno" if str(move.by) == "answering" else "ana"
            with pytest.raises(Refused):
                cast.move(row, verb, by=by, at=MONDAY + HOUR)


def test_only_the_side_whose_move_it_is_may_make_it(cast: Cast) -> None:
    row = cast.ask()
    for verb, who in (
        ("promise", "ana"),
        ("promise", "carla"),
        ("withdraw", "bruno"),
        ("escalate", "carla"),
        ("promise", "hugo"),
        ("promise", "gina"),
    ):
        with pytest.raises(Refused):
            cast.move(
                row, verb, by=who, at=MONDAY, **({"day": FRIDAY} if verb == "promise" else {"text": "So"})
            )


def test_a_delivery_that_nobody_confirms_is_confirmed_by_silence_also_when_seen_late(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    tenth_working_day_ends = MONDAY - 9 * HOUR + 15 * DAY  # Monday 16 March is the tenth; it ends at midnight
    assert row.silence_at == tenth_working_day_ends
    with cast.database.begin() as session:
        assert requests.settle_all(session, tenth_working_day_ends - 1) == 0
        assert requests.settle_all(session, tenth_working_day_ends + 40 * DAY) == 1
    row = cast.look(row)
    assert (row.state, row.outcome, row.resolved_at) == ("satisfied", "silence", tenth_working_day_ends)


def test_a_move_settles_a_silence_that_is_due_first(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    with pytest.raises(Refused):
        cast.move(row, "reopen", by="ana", at=row.silence_at, text="The phone numbers")  # type: ignore[arg-type]
    row = cast.move(row, "note", by="ana", at=MONDAY + 40 * DAY, text="Late, but good")
    assert (row.outcome, row.resolved_at) == ("silence", MONDAY - 9 * HOUR + 15 * DAY)


def test_an_old_request_counts_from_the_day_recording_began(cast: Cast) -> None:
    row = cast.ask(since_on=date(2026, 1, 12))
    assert (row.asked_at, row.observed_from_at) == (MONDAY - 49 * DAY + 3 * HOUR, MONDAY)
    with pytest.raises(Refused):
        cast.ask(since_on=FRIDAY)


def test_the_second_of_two_people_sees_that_the_first_was_there(cast: Cast) -> None:
    row = cast.ask()
    cast.move(row, "promise", by="bruno", at=MONDAY, day=FRIDAY, seen=1)
    with pytest.raises(Changed):
        cast.move(row, "decline", by="davi", at=MONDAY, text="No time", seen=1)


def test_a_day_in_the_past_is_no_promise(cast: Cast) -> None:
    with pytest.raises(Refused):
        cast.move(cast.ask(), "promise", by="bruno", at=MONDAY, day=date(2026, 3, 1))


def test_every_state_but_the_resolved_ones_is_held_by_a_side() -> None:
    assert {name for name, state in STATES.items() if state.holder is None} == RESOLVED


def test_an_offer_whose_day_has_passed_can_no_longer_be_agreed_to(cast: Cast) -> None:
    row = cast.move(cast.ask(), "counter", by="bruno", at=MONDAY, text="Only the largest", day=TODAY)
    with pytest.raises(Refused, match="has passed"):
        cast.move(row, "agree", by="ana", at=MONDAY + DAY)
    assert cast.move(row, "insist", by="ana", at=MONDAY + DAY).state == "asked"
