"""The issue log, told as stories: what goes wrong between areas changes a procedure, and nobody is blamed."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import inspect

from coord import company, issues
from coord.db import Database
from coord.exchange import demo, demo_issues, roster
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.issues import Issue, ProcedureChange, Wanted
from coord.people import CONSOLE, Mandate
from coord.proposal import AgendaItem
from coord.refusal import Changed, Refused
from coord.text import Words
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, TODAY, Cast

T = Words("en")
WEEK = timedelta(weeks=1)


def write(
    cast: Cast,
    happened: str = "The start was planned for a module that was not sold",
    *,
    by: str = "ana",
    way: str = "sales product",
    at: int = MONDAY,
    **facts: Any,
) -> Issue:
    from_area, to_area = (cast.area[name] for name in way.split())
    with cast.database.begin() as session:
        return issues.write(session, from_area=from_area, to_area=to_area, happened=happened,
                            by=getattr(cast, by), at=at, **facts)  # fmt: skip


def do(cast: Cast, action: Any, row_id: int, *, by: str | Mandate, at: int = MONDAY, **facts: Any) -> Any:
    mandate = by if isinstance(by, Mandate) else getattr(cast, by)
    with cast.database.begin() as session:
        return action(session, row_id, by=mandate, at=at, **facts)


def change(cast: Cast, row: Issue, *, by: str = "bruno", at: int = MONDAY, **facts: Any) -> ProcedureChange:
    asked: dict[str, Any] = {"what": "The order form lists each module", "procedure": "Handover to the start",
                             "owner_area": cast.area["product"], "first_on": TODAY, "sign": "No start is planned twice"}  # fmt: skip
    made: ProcedureChange = do(cast, issues.change_procedure, row.id, by=by, at=at, **{**asked, **facts})
    return made


def check(cast: Cast, row: ProcedureChange, result: str, *, at: int, by: str = "bruno") -> ProcedureChange:
    checked: ProcedureChange = do(cast, issues.check, row.id, by=by, at=at, result=result)
    return checked


def look(cast: Cast, row: Issue) -> Issue:
    with cast.database.read() as session:
        return issues.issue(session, row.id)


def items(cast: Cast, at: int = MONDAY, today: date = TODAY) -> list[AgendaItem]:
    with cast.database.read() as session:
        return issues.proposals(session, at=at, today=today)


def said(cast: Cast, item: AgendaItem) -> str:
    return item.reason.said(T, {id: name for name, id in cast.area.items()}.__getitem__)


# Writing


def test_one_line_and_a_handoff_are_enough_in_the_hour(cast: Cast) -> None:
    in_the_hour = Mandate(cast.fabio.person_id, on_behalf=frozenset(cast.area.values()), meeting_id=7)
    with cast.database.begin() as session:
        row = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["support"],
                           happened="Nobody told us that the trial ended", by=in_the_hour, at=MONDAY)  # fmt: skip
    assert (row.state, row.factors, row.meeting_id, row.expected) == ("open", [], 7, None)


def test_everything_the_log_asks_for_is_kept(cast: Cast) -> None:
    told = {
        "expected": "Two modules on the order", "effect": "The customer waited nine days", "size": "large",
        "step": "Order to start", "from_had": "The offer of March", "to_had": "The signed form",
        "factors": ["two_versions", "owner_unclear"], "lucky": "The customer called", "usually": "Both look at one list",
        "next_step": "One list", "customer": "Larkfield",
    }  # fmt: skip
    row = write(cast, **told)
    kept = issues.told(look(cast, row))
    assert {name: kept[name] for name in told} == {**told, "factors": ["owner_unclear", "two_versions"]}


def test_no_table_of_the_log_has_a_place_for_a_culprit(cast: Cast) -> None:
    """Persons stand where a right or a vote needs them, and nowhere else."""
    seen = inspect(cast.database.writer)
    named = {
        (table, key["constrained_columns"][0])
        for table in seen.get_table_names()
        if table.startswith(("issue", "procedure_change"))
        for key in seen.get_foreign_keys(table)
        if key["referred_table"] == "people"
    }
    assert named == {("issues", "author_id"), ("issue_votes", "person_id")}
    assert "person" not in " ".join([*issues.FACTORS, *issues.FACTORS.values()]).lower()
    assert len(issues.FACTORS) == 12


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"happened": " \u200b "}, "Say what happened"),
        ({"way": "sales sales"}, "Choose two areas"),
        ({"size": "enormous"}, "small, a medium or a large"),
        ({"factors": ["a_person"]}, "from the list"),
        ({"factors": list(issues.FACTORS)[:5]}, "at most four"),
        ({"step": "x" * 300}, "At most 255 characters"),
    ],
)
def test_what_can_not_be_meant_is_refused_with_a_sentence(
    cast: Cast, facts: dict[str, Any], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        write(cast, **facts)


def test_who_works_in_an_area_may_write_and_who_only_reads_may_not(cast: Cast) -> None:
    assert write(cast, by="iris").id  # Iris works in support, and heads nothing
    assert write(cast, by="gina").id
    with pytest.raises(Refused, match="no area and no right"), cast.database.begin() as session:
        issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="x",
                     by=Mandate(None), at=MONDAY)  # fmt: skip


def test_an_area_out_of_use_hands_nothing_over(cast: Cast) -> None:
    with cast.database.begin() as session:
        row = company.area(session, cast.area["billing"])
        company.archive_area(session, row.id, seen=row.version, by=FOUNDER, at=MONDAY)
    with pytest.raises(Refused, match="no longer in use"):
        write(cast, way="sales billing")


# Completing


def test_either_area_completes_it_and_what_it_said_before_is_kept(cast: Cast) -> None:
    row = write(cast, factors=["tool"])
    do(
        cast,
        issues.amend,
        row.id,
        by="bruno",
        seen=row.version,
        expected="One list",
        factors=["two_versions"],
    )
    now = look(cast, row)
    assert (now.expected, now.factors) == ("One list", ["two_versions"])
    with cast.database.read() as session:
        (before,) = issues.revisions(session, row.id)
    assert before.before == {"expected": None, "factors": ["tool"]}
    assert "person" not in " ".join(column.key for column in inspect(type(before)).columns)


def test_who_wrote_it_completes_it_for_two_weeks(cast: Cast) -> None:
    row = write(cast, by="iris")
    row = do(
        cast,
        issues.amend,
        row.id,
        by="iris",
        seen=row.version,
        at=MONDAY + 14 * DAY,
        usually="We are copied in",
    )
    with pytest.raises(Refused, match="for two weeks"):
        do(cast, issues.amend, row.id, by="iris", seen=row.version, at=MONDAY + 15 * DAY, usually="No")
    with pytest.raises(Refused, match="The two areas"):
        do(cast, issues.amend, row.id, by="elsa", seen=row.version, usually="No")


def test_the_second_of_two_is_told_that_it_changed(cast: Cast) -> None:
    row = write(cast)
    do(cast, issues.amend, row.id, by="bruno", seen=row.version, factors=["tool"])
    with pytest.raises(Changed):
        do(cast, issues.amend, row.id, by="ana", seen=row.version, lucky="The customer called")
    with pytest.raises(Refused, match="Nothing is different"):
        do(cast, issues.amend, row.id, by="ana", seen=look(cast, row).version, factors=["tool"])


# Votes


def test_one_vote_a_person_and_only_their_number_is_told(cast: Cast) -> None:
    row = write(cast)
    for who in ("ana", "iris"):
        do(cast, issues.vote, row.id, by=who)
    with pytest.raises(Refused, match="voted for this issue already"):
        do(cast, issues.vote, row.id, by="ana")
    with cast.database.begin() as session:
        issues.unvote(session, row.id, by=cast.iris)
        assert issues.votes(session, [row.id]) == {row.id: 1}
        assert issues.voted(session, cast.ana.person_id or 0) == {row.id}
    do(cast, issues.wont_change, row.id, by="ana", because="It happens once in ten years")
    with pytest.raises(Refused, match="Votes are for open ones"):
        do(cast, issues.vote, row.id, by="carla")


# How it ends


def test_a_no_needs_its_reason_and_a_watch_its_day(cast: Cast) -> None:
    row = write(cast)
    with pytest.raises(Refused, match="Say why nothing changes"):
        do(cast, issues.wont_change, row.id, by="ana", because=" ")
    with pytest.raises(Refused, match="has passed"):
        do(cast, issues.watch, row.id, by="ana", until=TODAY)
    do(cast, issues.watch, row.id, by="bruno", until=FRIDAY, text="Whether the new form is used")
    assert (look(cast, row).state, look(cast, row).watch_until_on) == ("watching", FRIDAY)
    do(cast, issues.wont_change, row.id, by="ana", because="The module is no longer sold")
    row = look(cast, row)
    assert (row.state, row.watch_until_on, row.because) == (
        "wont_change",
        None,
        "The module is no longer sold",
    )
    with cast.database.read() as session:
        assert [o.outcome for o in issues.outcomes(session, row.id)] == ["watching", "wont_change"]
        assert [o.area_id for o in issues.outcomes(session, row.id)] == [
            cast.area["product"],
            cast.area["sales"],
        ]


def test_only_the_two_areas_end_it_and_an_owner_may_record_a_change(cast: Cast) -> None:
    row = write(cast)
    for who in ("carla", "gina", "iris"):
        with pytest.raises(Refused, match="say how it ends"):
            do(cast, issues.wont_change, row.id, by=who, because="No")
    made = change(cast, row, by="carla", owner_area=cast.area["support"])
    assert made.areas == sorted([cast.area["sales"], cast.area["product"]])


def test_what_the_facilitator_records_for_an_area_is_marked_so(cast: Cast) -> None:
    row = write(cast)
    in_the_hour = Mandate(cast.fabio.person_id, on_behalf=frozenset({cast.area["product"]}), meeting_id=7)
    do(cast, issues.watch, row.id, by=in_the_hour, until=FRIDAY)
    with cast.database.read() as session:
        (outcome,) = issues.outcomes(session, row.id)
    assert (outcome.area_id, outcome.on_behalf, outcome.meeting_id) == (cast.area["product"], True, 7)


@pytest.mark.parametrize(("weeks", "may"), [(3, False), (4, True), (8, True), (9, False)])
def test_a_change_is_checked_four_to_eight_weeks_on(cast: Cast, weeks: int, may: bool) -> None:
    row = write(cast)
    if may:
        assert change(cast, row, check_on=TODAY + weeks * WEEK).check_on == TODAY + weeks * WEEK
    else:
        with pytest.raises(Refused, match="four to eight weeks"):
            change(cast, row, check_on=TODAY + weeks * WEEK)


def test_without_a_day_a_change_is_checked_after_six_weeks(cast: Cast) -> None:
    made = change(cast, write(cast))
    assert made.check_on == TODAY + 6 * WEEK


@pytest.mark.parametrize(
    ("missing", "why"),
    [("what", "what changes"), ("procedure", "Name the procedure"), ("owner_area", "owns the change"),
     ("first_on", "from which it applies"), ("sign", "see that it worked")],
)  # fmt: skip
def test_a_change_says_everything_that_a_check_needs(cast: Cast, missing: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        change(cast, write(cast), **{missing: None})


def test_a_change_held(cast: Cast) -> None:
    row = write(cast)
    made = change(cast, row)
    with pytest.raises(Refused, match="area that owns"):
        check(cast, made, "held", at=MONDAY + 42 * DAY, by="ana")
    assert check(cast, made, "held", at=MONDAY + 42 * DAY).result == "held"
    assert look(cast, row).state == "changed"
    with cast.database.read() as session:
        assert issues.checks_between(session, MONDAY + 42 * DAY, MONDAY + 43 * DAY)[0].id == made.id
        assert issues.due_changes(session, TODAY + 7 * WEEK) == []


def test_a_change_that_did_not_hold_opens_its_issue_again(cast: Cast) -> None:
    row = write(cast)
    first = change(cast, row)
    check(cast, first, "recurred", at=MONDAY + 42 * DAY)
    assert look(cast, row).state == "open"
    second = change(cast, row, at=MONDAY + 43 * DAY, first_on=TODAY + 7 * WEEK)
    assert look(cast, row).state == "changed"
    check(cast, first, "recurred", at=MONDAY + 50 * DAY)  # said once more: the newer change stands
    assert look(cast, row).state == "changed"
    with pytest.raises(Refused, match="does not apply yet"):
        check(cast, second, "held", at=MONDAY + 44 * DAY)


def test_a_change_is_put_right_by_its_owner_until_it_is_checked(cast: Cast) -> None:
    made = change(cast, write(cast))
    with pytest.raises(Refused, match="owns this procedure change"):
        do(cast, issues.amend_change, made.id, by="ana", seen=made.version, sign="Another")
    put_right = do(
        cast,
        issues.amend_change,
        made.id,
        by="davi",
        seen=made.version,
        edition="3",
        areas=[cast.area["support"]],
    )
    assert (put_right.edition, put_right.areas, put_right.what) == ("3", [cast.area["support"]], made.what)
    with pytest.raises(Changed):
        do(cast, issues.amend_change, made.id, by="davi", seen=made.version, sign="Another")
    check(cast, made, "held", at=MONDAY + 42 * DAY)
    with pytest.raises(Refused, match="has been checked"):
        do(cast, issues.amend_change, made.id, by="davi", seen=put_right.version + 1, sign="Another")


# The same again


def test_when_it_comes_again_the_old_one_opens_and_its_change_did_not_hold(cast: Cast) -> None:
    old = write(cast)
    made = change(cast, old)
    new = write(cast, "Again a start without its module", by="bruno", at=MONDAY + 30 * DAY)
    with cast.database.begin() as session:
        issues.link(session, new.id, old.id, by=cast.bruno, at=MONDAY + 30 * DAY)
    with cast.database.read() as session:
        assert issues.issue(session, old.id).state == "open"
        assert issues.change(session, made.id).result == "recurred"
        assert [row.id for row in issues.repeats(session, old.id)] == [new.id]
    assert [said(cast, item) for item in items(cast, MONDAY + 31 * DAY)] == [
        "It came again after its procedure was changed."
    ]


def test_the_first_of_its_kind_is_voted_for_and_ended_for_all(cast: Cast) -> None:
    first, second, third = (write(cast, at=MONDAY + n * HOUR) for n in range(3))
    with cast.database.begin() as session:
        issues.link(session, second.id, first.id, by=cast.ana, at=MONDAY + 3 * HOUR)
        issues.link(session, third.id, second.id, by=cast.ana, at=MONDAY + 3 * HOUR)
        issues.vote(session, third.id, by=cast.carla, at=MONDAY + 3 * HOUR)
        assert issues.votes(session, [first.id]) == {first.id: 1}
    assert [(item.subject, said(cast, item)) for item in items(cast)] == [
        (f"issue:{first.id}", "It came again 2 times.")
    ]
    do(cast, issues.watch, third.id, by="ana", until=FRIDAY)
    assert {look(cast, row).state for row in (first, second, third)} == {"watching"}


def test_a_link_goes_back_in_time_and_can_be_taken_back(cast: Cast) -> None:
    first, second = write(cast), write(cast, at=MONDAY + HOUR)
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="earlier issue"):
            issues.link(session, first.id, second.id, by=cast.ana, at=MONDAY)
        with pytest.raises(Refused, match="earlier issue"):
            issues.link(session, first.id, first.id, by=cast.ana, at=MONDAY)
        with pytest.raises(Refused, match="came again"):
            issues.link(session, second.id, first.id, by=cast.elsa, at=MONDAY)
        issues.link(session, second.id, first.id, by=cast.ana, at=MONDAY)
        with pytest.raises(Refused, match="linked already"):
            issues.link(session, second.id, first.id, by=cast.ana, at=MONDAY)
        issues.unlink(session, second.id, by=cast.ana, at=MONDAY)
        assert issues.repeats(session, first.id) == []


def test_similar_earlier_ones_are_offered_by_handoff_factors_and_words(cast: Cast) -> None:
    same = write(cast, "The start was planned for a module that was not sold", factors=["two_versions"])
    factor = write(cast, "An invoice without its order number", factors=["two_versions"])
    write(cast, "The coffee machine was empty", way="support billing", factors=["two_versions"])
    handoff = write(cast, "Something altogether different")
    new = write(
        cast, "A start was planned for a module nobody had sold", at=MONDAY + HOUR, factors=["two_versions"]
    )
    with cast.database.read() as session:
        found = issues.similar(session, from_area=cast.area["sales"], to_area=cast.area["product"],
                               happened=new.happened, factors=new.factors, apart_from=new.id)  # fmt: skip
        assert [row.id for row in found] == [same.id, factor.id, handoff.id]
        assert (
            issues.similar(
                session, from_area=cast.area["billing"], to_area=cast.area["sales"], happened="Else"
            )
            == []
        )


# Looking for them


def test_open_ones_stand_first_by_votes_and_effect(cast: Cast) -> None:
    small, large, voted, ended = (
        write(cast, str(n), size=size) for n, size in enumerate(("small", "large", None, "large"))
    )
    do(cast, issues.vote, voted.id, by="carla")
    do(cast, issues.wont_change, ended.id, by="ana", because="Once in ten years")
    with cast.database.read() as session:
        assert [row.id for row in issues.issues(session)] == [voted.id, large.id, small.id, ended.id]
        assert issues.count(session) == 4


def test_the_log_is_searched_without_accents_and_filtered(cast: Cast) -> None:
    row = write(
        cast, "A proposta não dizia o módulo", customer="Café Aurora", factors=["tool"], way="sales support"
    )
    write(cast)
    with cast.database.read() as session:
        for wanted in (Wanted(text="MODULO nao"), Wanted(text="aurora cafe"), Wanted(area=cast.area["support"]),
                       Wanted(factor="tool"), Wanted(handoff=(cast.area["sales"], cast.area["support"]))):  # fmt: skip
            assert [found.id for found in issues.issues(session, wanted)] == [row.id]
        assert issues.count(session, Wanted(states=frozenset({"open"}))) == 2
        assert issues.count(session, Wanted(text="100%")) == 0
        assert issues.customers(session) == ["Café Aurora"]


def test_patterns_are_what_is_open_or_recent(cast: Cast) -> None:
    old = write(cast, factors=["tool"], at=MONDAY - 200 * DAY)
    write(cast, factors=["tool", "two_versions"])
    write(cast, factors=["tool"], way="product sales")
    with cast.database.read() as session:
        found = issues.patterns(session, at=MONDAY)
    assert found.handoffs == [((cast.area["sales"], cast.area["product"]), 2)]
    assert found.factors == [("tool", 3)]
    do(cast, issues.wont_change, old.id, by="ana", because="Gone")
    with cast.database.read() as session:
        found = issues.patterns(session, at=MONDAY)
    assert (found.handoffs, found.factors) == ([], [("tool", 2)])


def test_the_minutes_find_what_was_written_and_ended_in_the_hour(cast: Cast) -> None:
    before, row = write(cast, at=MONDAY - 1), write(cast)
    do(cast, issues.watch, before.id, by="ana", until=FRIDAY, at=MONDAY + HOUR - 1)
    do(cast, issues.watch, row.id, by="ana", until=FRIDAY, at=MONDAY + HOUR)
    with cast.database.read() as session:
        assert [i.id for i in issues.written_between(session, MONDAY, MONDAY + HOUR)] == [row.id]
        assert [o.issue_id for o in issues.outcomes_between(session, MONDAY, MONDAY + HOUR)] == [before.id]


# The next hour


def test_open_issues_come_by_effect_votes_and_pattern(cast: Cast) -> None:
    alone = write(cast, "Alone", way="support billing", at=MONDAY - 3 * DAY)
    large = write(cast, "Large", size="large", way="billing support")
    voted = write(cast, "Voted", way="billing sales")
    twin, other = write(cast, "Twin"), write(cast, "Other")
    for who in ("ana", "bruno"):
        do(cast, issues.vote, voted.id, by=who)
    found = items(cast)
    assert [item.subject for item in found] == [
        f"issue:{row.id}" for row in (large, voted, twin, other, alone)
    ]
    assert [said(cast, item) for item in found] == [
        "Large effect.",
        "2 people want to talk about it.",
        "1 more issue at the same handoff in 90 days.",
        "1 more issue at the same handoff in 90 days.",
        "Open for 3 days, without an outcome.",
    ]
    assert {(item.section, item.kind, item.minutes) for item in found} == {("issues", "issue", 5)}
    do(cast, issues.vote, large.id, by="elsa")
    assert said(cast, items(cast)[0]) == "Large effect, and 1 person wants to talk about it."


def test_a_shared_factor_is_a_reason_too(cast: Cast) -> None:
    for way in ("sales product", "product support", "support billing"):
        write(cast, way, way=way, factors=["peak_or_absence"])
    assert {said(cast, item) for item in items(cast)} == {
        "“Peak load, absence or deadline pressure” contributed to 2 more issues in 90 days."
    }


def test_a_change_due_and_a_watch_that_has_passed_come_back_by_themselves(cast: Cast) -> None:
    made = change(cast, write(cast))
    watched = write(cast, way="sales support")
    do(cast, issues.watch, watched.id, by="carla", until=FRIDAY)
    assert items(cast, MONDAY + 3 * DAY, date(2026, 3, 5)) == []
    assert [item.kind for item in items(cast, MONDAY + 4 * DAY, FRIDAY)] == ["issue_watching"]
    first, second = items(cast, MONDAY + 42 * DAY, TODAY + 6 * WEEK)
    assert (first.kind, first.subject, first.minutes) == ("change_check", f"change:{made.id}", 2)
    assert first.areas[0] == made.owner_area_id
    assert said(cast, first) == "It applies since 2 Mar, and was to be checked on 13 Apr: did it hold?"
    assert (second.kind, second.subject) == ("issue_watching", f"issue:{watched.id}")
    assert said(cast, second) == "Watched until 6 Mar: has it come again?"
    assert first.weight > second.weight


# The demo


def lives(folder: Path, name: str, columns: str) -> list[list[str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [[row[column] for column in columns.split()] for row in csv.DictReader(file)]


@pytest.mark.parametrize(
    ("name", "columns"),
    [("issues.csv", "issue size factors again_of outcome until"), ("changes.csv", "issue edition first_on check_on result")],
)  # fmt: skip
def test_the_demo_tells_the_same_issues_in_three_languages(name: str, columns: str) -> None:
    english, *others = (lives(demo.DATA / language, name, columns) for language in demo.COMPANIES)
    assert all(other == english for other in others)


def test_the_demo_has_procedures_that_held_came_again_and_wait_for_their_check(database: Database) -> None:
    at = int(datetime(2026, 11, 20, 18, tzinfo=UTC).timestamp())
    folder = demo.DATA / "en"
    with database.begin() as session:
        company.found(session, demo.COMPANIES["en"], at=at)
        for name in ("areas.csv", "people.csv"):
            roster.bring(session, File(folder / name, name), by=CONSOLE)
        demo_issues.bring(session, folder, Shift(0, ZoneInfo("Europe/London")), at=at)
        opened = issues.issues(session, Wanted(states=frozenset({"open"})))
        found = [item.kind for item in issues.proposals(session, at=at, today=demo.LAST_FRIDAY)]
        results = {row.result for row in issues.changes(session)}
        votes = issues.votes(session, [row.id for row in opened])
    assert len(opened) == 6
    assert sorted(votes.values()) == [2, 3, 3, 4]
    assert results == {"held", "recurred", None}
    assert (found.count("change_check"), found.count("issue_watching")) == (1, 1)
