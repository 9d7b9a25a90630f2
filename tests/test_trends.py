"""How long requests stay unresolved: open ones counted, as of any instant, quickly, on any of our databases."""

import hashlib
import json
import threading
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from coord import company, exchange, survival, trends
from coord.db import Database
from coord.exchange.mapping import Log
from coord.people import CONSOLE
from coord.requests import Request
from coord.trends import Unresolved, Waits, Wanted, frames
from coord.trends.observations import _ALL, _COLUMNS, _UNUSUAL, forget
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.conftest import shared

SPHERES = ("sales", "after_sales")


def live(cast: Cast, days: float, *, at: int = MONDAY, verb: str = "confirm", **facts: Any) -> Request:
    """A request that is resolved after so many days."""
    row = cast.ask(at=at, **facts)
    by = facts.get("by", "ana") if verb in ("confirm", "withdraw") else "bruno"
    said = {"text": "No"} if verb == "decline" else {}
    return cast.move(row, verb, by=by, at=at + int(days * DAY), **said)


def seen(cast: Cast, as_of: int, **wish: Any) -> Waits:
    with cast.database.read() as session:
        spheres = {area.id: area.sphere for area in company.areas(session)}
        return trends.waits(trends.observations(session), as_of=as_of, spheres=spheres, **wish)


def everything(cast: Cast) -> dict[str, list[int]]:
    """All observations by request, in the order of ids."""
    with cast.database.read() as session:
        found = trends.observations(session)
    order = np.argsort(found.ids)
    return {str(place): column[order].tolist() for place, column in enumerate(found.columns)}


def test_open_requests_count_for_as_long_as_they_have_waited(cast: Cast) -> None:
    for days in (2, 4, 6):
        live(cast, days)
    cast.ask()
    cast.ask()
    found = trends.unresolved(seen(cast, MONDAY + 20 * DAY))
    assert (found.requests, found.resolved, found.open) == (5, 3, 2)
    assert (found.median, found.p85) == (6, None)  # of the three resolved alone, the half would lie at four
    assert (found.still(4), found.followed) == (pytest.approx(0.6), 20)


def test_what_was_resolved_later_was_still_open_at_an_earlier_instant(cast: Cast) -> None:
    live(cast, 2)
    live(cast, 9)
    live(cast, 1, at=MONDAY + 6 * DAY)
    rows = seen(cast, MONDAY + 5 * DAY)
    assert rows.ids.size == 2
    assert sorted(zip(rows.exit.tolist(), rows.is_open.tolist(), strict=True)) == [
        (2 * DAY, False),
        (5 * DAY, True),
    ]
    assert seen(cast, MONDAY - 1).ids.size == 0


def test_silence_that_is_due_counts_with_its_instant_though_nobody_has_written_it_yet(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    assert row.silence_at is not None
    before, after = (seen(cast, row.silence_at + hours * HOUR) for hours in (-1, 48))
    assert before.is_open.tolist() == [True]
    assert (after.exit.tolist(), after.cause.tolist()) == ([row.silence_at - MONDAY], [2])
    cast.move(row, "reopen", by="ana", at=MONDAY + DAY, text="The second sheet")
    assert seen(cast, row.silence_at + 48 * HOUR).is_open.tolist() == [True]


def test_what_is_older_than_coord_counts_from_the_day_recording_began(cast: Cast) -> None:
    row = live(cast, 3, since_on=date(2026, 2, 20))
    rows = seen(cast, MONDAY + 10 * DAY)
    assert rows.entry is not None
    assert (rows.entry.tolist(), rows.exit.tolist()) == (
        [MONDAY - row.asked_at],
        [MONDAY + 3 * DAY - row.asked_at],
    )
    assert seen(cast, MONDAY - HOUR).ids.size == 0  # before recording began nobody saw it
    with cast.database.read() as session:
        forget()
        lean = trends.observations(session, whole=False)
    assert lean.observed.tolist() == [MONDAY]


def test_in_working_time_a_weekend_does_not_count(cast: Cast) -> None:
    friday = MONDAY + 4 * DAY
    live(cast, 3, at=friday)
    with cast.database.read() as session:
        calendar = company.calendar(session)
    assert seen(cast, MONDAY + 30 * DAY).exit.tolist() == [3 * DAY]
    assert seen(cast, MONDAY + 30 * DAY, calendar=calendar).exit.tolist() == [DAY]


def test_filters_leave_what_is_wanted(cast: Cast) -> None:
    live(cast, 1, at=MONDAY - 40 * DAY)
    live(cast, 1, to="support")
    live(cast, 1, by="carla", to="product")
    as_of = MONDAY + 9 * DAY
    assert seen(cast, as_of, wanted=Wanted(asked_since=MONDAY)).ids.size == 2
    assert seen(cast, as_of, wanted=Wanted(areas=frozenset({cast.area["support"]}))).ids.size == 2
    assert seen(cast, as_of, wanted=Wanted(crossing=("sales", "after_sales"))).ids.size == 2
    assert seen(cast, as_of, wanted=Wanted(crossing=("after_sales", "sales"))).ids.size == 0


def test_what_is_kept_in_memory_is_what_would_be_read_anew(cast: Cast) -> None:
    rows = [live(cast, days, at=MONDAY - 30 * DAY) for days in (1, 2)]
    everything(cast)
    rows += [cast.ask(at=MONDAY), cast.ask(at=MONDAY, to="billing")]
    cast.move(rows[2], "promise", by="bruno", at=MONDAY + HOUR, day=company_day(MONDAY + DAY))
    kept = everything(cast)
    forget()
    assert kept == everything(cast)
    cast.move(rows[2], "deliver", by="bruno", at=MONDAY + 2 * HOUR)
    cast.move(rows[3], "withdraw", by="ana", at=MONDAY + 2 * HOUR)
    kept = everything(cast)
    forget()
    assert kept == everything(cast)
    assert [len(column) for column in kept.values()] == [4] * 9


def company_day(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def test_nothing_new_is_not_read_again_and_what_readers_hold_stays_as_it_was(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.read() as session:
        first, again = trends.observations(session), trends.observations(session)
    assert again is first
    cast.move(row, "withdraw", by="ana", at=MONDAY + DAY)
    with cast.database.read() as session:
        later = trends.observations(session)
    assert later.revision != first.revision
    assert (first.cause.tolist(), later.cause.tolist()) == ([0], [4])


def test_a_look_that_left_things_out_is_made_whole_when_they_are_needed(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.read() as session:
        assert not trends.observations(session, whole=False).whole
        assert trends.observations(session).ids.tolist() == [row.id]
        forget()
        trends.observations(session, whole=False)
    cast.ask()
    assert [len(column) for column in everything(cast).values()] == [2] * 9


LOG = "case,area,time,state\n" + "".join(
    f"{n},Sales,2026-01-{n:02}T10:00Z,\n{n},Lab,2026-01-{n:02}T11:00Z,\n{n},Lab,2026-02-{n:02}T10:00Z,closed\n"
    for n in range(1, 13)
)


def bring(database: Database, source: bytes, log: Log, as_of: int | None = None) -> int:
    told = exchange.read(source, "log.csv", log, as_of=as_of)
    with database.begin() as session:
        done = exchange.write(
            session,
            told,
            by=CONSOLE,
            at=MONDAY,
            file_name="log.csv",
            digest=hashlib.sha256(source).hexdigest(),
        )
    assert done.import_id is not None
    return done.import_id


def test_an_import_that_is_undone_is_gone_from_memory_too(cast: Cast) -> None:
    cast.ask()
    log = Log(
        case="case", area="area", time="time", resolved_when={"state": ("closed",)}, spheres={"all": "sales"}
    )
    first = bring(cast.database, LOG.encode(), log)
    assert seen(cast, MONDAY).ids.size == 13
    with cast.database.begin() as session:
        exchange.undo(session, first, by=CONSOLE, at=MONDAY)
    bring(cast.database, LOG.replace("10:00Z", "10:30Z").encode(), log)  # the same numbers are given again
    kept = everything(cast)
    forget()
    assert kept == everything(cast)
    assert seen(cast, MONDAY).ids.size == 13


def test_an_import_knows_nothing_after_it_was_observed(cast: Cast) -> None:
    log = Log(
        case="case", area="area", time="time", resolved_when={"state": ("closed",)}, spheres={"all": "sales"}
    )
    until = exchange.Instants().read("2026-01-20T00:00Z").at
    bring(cast.database, LOG.encode(), log, as_of=until)
    rows = seen(cast, MONDAY)
    assert rows.is_open.all()
    assert (rows.asked + rows.exit == until).all()


def test_many_threads_see_the_same(cast: Cast) -> None:
    for _ in range(3):
        cast.ask()
    found: list[list[int]] = []

    def look() -> None:
        found.append(everything(cast)["0"])

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({tuple(ids) for ids in found}) == 1


def test_reading_everything_touches_only_the_index(cast: Cast) -> None:
    if not cast.database.is_sqlite:
        pytest.skip("the plan is read as SQLite tells it")
    columns = ", ".join(f"group_concat({column})" for column in _COLUMNS.values())
    with cast.database.read() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {_ALL.format(columns)}")).all()
        unusual = session.execute(text(f"EXPLAIN QUERY PLAN {_UNUSUAL}")).all()
    assert [row[-1] for row in plan] == ["SCAN requests USING COVERING INDEX ix_requests_waits"]
    assert "ix_requests_unusual" in unusual[0][-1]


def test_routes_go_from_who_asks_to_who_was_asked_first_busiest_first(cast: Cast) -> None:
    for _ in range(2):
        live(cast, 1)
    moved = live(cast, 1, to="support")
    row = cast.ask(to="support")
    cast.move(row, "reroute", by="carla", at=MONDAY + HOUR, to_area=cast.area["billing"], text="Theirs")
    live(cast, 2, to="support")
    groups = trends.by_route(seen(cast, MONDAY + 5 * DAY))
    sales, product, support = (cast.area[name] for name in ("sales", "product", "support"))
    assert groups.keys == [(sales, support), (sales, product)]
    assert groups.sizes.tolist() == [3, 2]
    assert moved.first_answering_area_id == support


def test_crossings_are_told_apart_by_the_spheres_of_both_ends(cast: Cast) -> None:
    live(cast, 1)
    live(cast, 2, by="carla", to="product")
    live(cast, 3, by="carla", to="sales")
    rows = seen(cast, MONDAY + 9 * DAY)
    with cast.database.read() as session:
        spheres = {area.id: area.sphere for area in company.areas(session)}
        groups = trends.grouped(rows, "crossing", spheres=spheres, calendar=company.calendar(session))
    assert groups.keys == [(a, b) for a in SPHERES for b in SPHERES]
    assert [one.median for one in trends.unresolved_by(rows, groups)] == [None, 1, 3, 2]


def test_quarters_begin_where_the_company_is(cast: Cast) -> None:
    with cast.database.begin() as session:
        wish = company.Settings("Casa Clara", zone="America/Sao_Paulo")
        company.change(session, wish, seen=company.the(session).version, by=cast.hugo)
    first = exchange.Instants("America/Sao_Paulo").read("2026-04-01 00:00").at
    live(cast, 1, at=first - 1)
    live(cast, 2, at=first)
    with cast.database.read() as session:
        calendar = company.calendar(session)
    groups = trends.grouped(seen(cast, first + 9 * DAY), "period", spheres={}, calendar=calendar)
    assert ([str(day) for day in groups.keys], groups.sizes.tolist()) == (
        ["2026-01-01", "2026-04-01"],
        [1, 1],
    )


def test_outcomes_and_what_is_open_are_all_requests(cast: Cast) -> None:
    for days, verb in ((1, "confirm"), (2, "decline"), (3, "withdraw"), (4, "confirm")):
        live(cast, days, verb=verb)
    cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    found = trends.outcome_mix(seen(cast, MONDAY + 30 * DAY))
    assert found.by(30) == pytest.approx(
        {"satisfied": 0.4, "silence": 0.2, "declined": 0.2, "withdrawn": 0.2}
    )
    assert found.by(0.5) == dict.fromkeys(found.ways, 0)
    assert np.allclose(found.found.parts.sum(axis=0) + found.found.survival, 1)


def test_half_get_an_answer_within_so_many_days(cast: Cast) -> None:
    for days in (1, 2, 3):
        cast.move(
            cast.ask(), "promise", by="bruno", at=MONDAY + days * DAY, day=company_day(MONDAY + 9 * DAY)
        )
    live(cast, 5, verb="withdraw")  # never answered, and never will be
    cast.ask()
    found = trends.first_answer(seen(cast, MONDAY + 20 * DAY))
    assert found.reached("answered", 0.5) == 3
    assert found.reached("answered", 0.7) is None
    assert found.by(6) == {"answered": pytest.approx(0.6), "without": pytest.approx(0.2)}
    assert trends.first_answer(seen(cast, MONDAY + int(2.5 * DAY))).by(2.5)["answered"] == pytest.approx(0.4)


def test_an_open_request_is_measured_by_its_route_where_that_has_ten_else_by_all(cast: Cast) -> None:
    for days in range(1, 11):
        live(cast, days)
    live(cast, 40, to="support")
    usual, alone = cast.ask(at=MONDAY + 20 * DAY), cast.ask(at=MONDAY + 25 * DAY, to="support")
    rows = seen(cast, MONDAY + 30 * DAY)
    found = trends.ageing(rows, trends.unresolved(rows))
    told = dict(
        zip(found.ids.tolist(), zip(found.days, found.share, found.of_route, strict=True), strict=True)
    )
    assert told[usual.id][0] == 10
    assert told[usual.id][2]
    assert told[usual.id][1] > 0.85
    assert not told[alone.id][2]
    assert found.older_than(0.85) == 1
    assert found.ids[0] == usual.id  # the least usual stands first


def test_a_request_waits_part_of_its_first_ninety_days(cast: Cast) -> None:
    for _ in range(10):
        live(cast, 9)
    live(cast, 400, to="support")
    here = trends.routes(seen(cast, MONDAY + 500 * DAY))
    assert [(one.found.requests, one.mean, one.is_at_most) for one in here] == [
        (10, 9, False),
        (1, 90, False),
    ]
    young = trends.routes(seen(cast, MONDAY + 30 * DAY))[1]
    assert (young.mean, young.is_at_most) == (90, True)


def test_this_week_is_told_as_of_two_mondays(cast: Cast) -> None:
    for days in (2, 3, 4) * 4:
        live(cast, days, at=MONDAY - 30 * DAY)
    late = [cast.ask(at=MONDAY - 10 * DAY) for _ in range(16)]
    gone = {live(cast, 20, at=MONDAY - 24 * DAY).id for _ in range(4)}
    with cast.database.read() as session:
        found = trends.this_week(
            trends.observations(session), at=MONDAY + 2 * DAY, company=company.calendar(session)
        )
    assert found is not None
    assert (found.before.median, found.now.median) == (4, 20)
    assert (found.resolved, found.older) == (4, 16)
    assert found.behind == [row.id for row in late][:5]
    assert not gone & set(found.behind)


def test_a_week_is_not_told_from_a_handful(cast: Cast) -> None:
    for days in (2, 3, 4):
        live(cast, days, at=MONDAY - 30 * DAY)
    cast.ask(at=MONDAY - 10 * DAY)
    with cast.database.read() as session:
        found, calendar = trends.observations(session), company.calendar(session)
    assert trends.this_week(found, at=MONDAY + 2 * DAY, company=calendar) is None


def test_a_week_without_anything_open_is_not_told(cast: Cast) -> None:
    live(cast, 2, at=MONDAY - 90 * DAY)
    with cast.database.read() as session:
        found, calendar = trends.observations(session), company.calendar(session)
    assert trends.this_week(found, at=MONDAY, company=calendar) is None


def test_a_drawn_curve_begins_at_all_is_thin_and_keeps_its_marks() -> None:
    random = np.random.default_rng(20260302)
    wait = random.exponential(10 * DAY, 5_000).astype(np.int64)
    found = Unresolved(survival.kaplan_meier(wait, random.random(5_000) < 0.9))
    frame = frames.curve([("all", found)], frames.reach([found.curve]))
    assert len(frame) <= 205
    assert frame.iloc[0][["days", "unresolved"]].tolist() == [0, 1]
    marks = frame[frame["mark"] > 0].set_index("mark")["days"]
    assert marks[50] == pytest.approx(found.median, rel=1e-6)
    assert marks[85] == pytest.approx(found.p85, rel=1e-6)
    assert frame["days"].is_monotonic_increasing
    assert {str(kind) for kind in frame[["days", "unresolved", "lower", "upper"]].dtypes} == {"float32"}


def test_the_report_says_null_where_a_figure_is_not_reached(cast: Cast) -> None:
    live(cast, 2)
    cast.ask()
    cast.ask()
    with cast.database.read() as session:
        found = trends.report(session, as_of=MONDAY + 4 * DAY)
    assert (found["requests"], found["resolved"], found["open"]) == (3, 1, 2)
    assert (found["median_days"], found["median_ci_days"], found["p85_days"]) == (None, [2, None], None)
    assert [step["days"] for step in found["curve"]] == [2, 4]
    assert found["curve"][0]["unresolved"] == pytest.approx(2 / 3)
    assert found["curve"][0]["at_risk"] == 3
    assert [(r["from"], r["to"], r["requests"]) for r in found["routes"]] == [("Sales", "Product", 3)]
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(("by", "names"), [
    ("route", ["Sales → Product", "Support → Product"]),
    ("crossing", ["sales → sales", "sales → after_sales", "after_sales → sales", "after_sales → after_sales"]),
    ("period", ["2025-Q4", "2026-Q1"]),
])  # fmt: skip
def test_the_report_tells_each_group(cast: Cast, by: str, names: list[str]) -> None:
    live(cast, 2, at=MONDAY - 70 * DAY)
    live(cast, 3)
    live(cast, 4, by="carla")
    with cast.database.read() as session:
        found = trends.report(session, as_of=MONDAY + 9 * DAY, by=by)
    assert [group["group"] for group in found["groups"]] == names
    assert sum(group["requests"] for group in found["groups"]) == found["requests"] == 3
    assert all({"curve", "routes", "median_ci_days"} <= group.keys() for group in found["groups"])


EXPECTED = [
    "receipt@2012-01-27T00:00:00Z",
    "receipt@2011-06-01T00:00:00Z",
    "bpic2013-closed-problems@2012-06-01",
]


@pytest.mark.parametrize("name", EXPECTED)
def test_real_logs_give_what_an_independent_program_got(database: Database, name: str) -> None:
    told = json.loads(shared("logs", "expected.json").read_text())[name]
    wish, expected = told["mapping"], told["expected"]
    closed = {column: tuple(values) for column, values in wish.get("resolved_when", {}).items()}
    log = Log(case=wish["case"], time=wish["time"], area=wish["area"], ignore_areas=tuple(wish.get("ignore_areas", ())),
              resolved_at=wish.get("resolved_at"), resolved_when=closed, spheres={"all": "sales"})  # fmt: skip
    source = shared("logs", wish["file"].split(" or ")[0])
    parsed = exchange.read(source, source.name, log, as_of=exchange.Instants().read(wish["as_of"]).at)
    with database.begin() as session:
        company.found(session, company.Settings("A log", zone="UTC"), at=MONDAY)
        exchange.write(session, parsed, by=CONSOLE, at=MONDAY, file_name=source.name, digest="d" * 64)
    with database.read() as session:
        found = trends.report(session, as_of=MONDAY)
    assert [found[what] for what in ("requests", "resolved", "open")] == [
        expected[what] for what in ("requests", "resolved", "open")
    ]
    assert found["median_days"] == pytest.approx(expected["median_days"], abs=1e-3)
    assert found["median_ci_days"] == pytest.approx(expected["median_ci"], abs=1e-3)
    assert found["p85_days"] == pytest.approx(expected["p85_days"], abs=1e-3)
    for days, share in expected["curve_days"].items():
        reached = [step["unresolved"] for step in found["curve"] if step["days"] <= float(days)]
        assert reached[-1] == pytest.approx(share, abs=1e-6)
    largest = [{key: route[key] for key in ("from", "to", "requests")} for route in found["routes"]]
    assert largest[: len(expected["largest_routes"])] == expected["largest_routes"]


def test_only_the_busiest_areas_stand_in_the_matrix(cast: Cast) -> None:
    for _ in range(3):
        live(cast, 1)
    live(cast, 1, by="carla", to="billing")
    found = trends.routes(seen(cast, MONDAY + 9 * DAY))
    assert len(trends.busiest(found, 4)) == 2
    assert [(r.from_area, r.to_area) for r in trends.busiest(found, 2)] == [
        (cast.area["sales"], cast.area["product"])
    ]
