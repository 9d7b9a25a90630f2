"""Coord's own files: written and read without loss, formulas kept from running, rows held against their story."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from coord import company, exchange, migrations, people, requests
from coord.db import Database
from coord.exchange import cells, roster
from coord.people import CONSOLE
from coord.refusal import Refused
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(1,1)", "-2", "+55 11 99999-0000", "'=cmd|'/c x'!A1", "'quoted'", "''",
            "'", "plain", "1,5", "don't", '"=1+1"']  # fmt: skip


def exported(database: Database) -> str:
    with database.read() as session:
        return "".join(exchange.own.export(session))


def imported(
    database: Database, source: str | bytes, at: int = MONDAY + 90 * DAY, **facts: Any
) -> exchange.Written:
    data = source.encode() if isinstance(source, str) else source
    parsed = exchange.read(data, "events.csv", None, **facts)
    assert not parsed.rejected, parsed.rejected
    with database.begin() as session:
        exchange.make_home(session, "UTC", at=at)
        return exchange.write(session, parsed, by=CONSOLE, at=at, file_name="events.csv", digest="d")


def a_full_life(cast: Cast) -> None:
    """Requests with every fact that an event can carry."""
    first = cast.ask("Name the customers", why="line 1\nline “2”; with, signs", customer="Aurora", needed_on=FRIDAY,
                     link="https://example.com/?q=1", role="Seller", goal="More", done_when="=done")  # fmt: skip
    first = cast.move(
        first,
        "amend",
        by="ana",
        at=MONDAY + 1,
        what="@Name two customers",
        customer="",
        link="",
        needed_on=None,
    )
    first = cast.move(first, "assign", by="bruno", at=MONDAY + 2, handler=cast.iris.person_id)
    first = cast.move(first, "promise", by="iris", at=MONDAY + HOUR, day=FRIDAY, text="'Two names")
    first = cast.move(first, "assign", by="bruno", at=MONDAY + HOUR, handler=None)
    first = cast.move(
        first, "deliver", by="bruno", at=MONDAY + DAY, text="Here", link="https://example.com/list"
    )
    first = cast.move(first, "confirm", by="ana", at=MONDAY + 2 * DAY)
    cast.move(first, "note", by="iris", at=MONDAY + 3 * DAY, text="-thanks")
    old = cast.ask("Old one", by="carla", since_on=date(2026, 1, 12))
    cast.move(old, "reroute", by="bruno", at=MONDAY + HOUR, to_area=cast.area["billing"], text="Theirs")
    cast.ask("Again", by="ana", to="support", follows=first.reference, at=MONDAY + 4 * DAY)
    late = cast.move(cast.ask("Silence"), "deliver", by="bruno", at=MONDAY + DAY)
    cast.move(late, "note", by="ana", at=MONDAY + 60 * DAY, text="Late")


def test_what_is_exported_and_imported_elsewhere_is_exported_the_same(
    cast: Cast, tmp_path: Path, elsewhere: Database
) -> None:
    a_full_life(cast)
    before = exported(cast.database)
    assert before.splitlines()[0] == ",".join(exchange.own.COLUMNS)
    done = imported(elsewhere, before)
    assert (done.requests, done.events, done.areas) == (4, 15, 4)
    assert exported(elsewhere) == before
    with elsewhere.read() as session:
        assert exchange.own.check(session) == (4, [])
        known = requests.by_reference(session, next(csv.DictReader(io.StringIO(before)))["request"])
        assert known is not None
        assert (known.what, known.customer, known.needed_on, known.link) == (
            "@Name two customers",
            None,
            None,
            None,
        )


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """Another database, in which nobody is."""
    database = Database(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    migrations.upgrade(database)
    yield database
    database.close()


def test_a_file_brings_nothing_back_to_where_it_came_from(cast: Cast) -> None:
    a_full_life(cast)
    before = exported(cast.database)
    done = imported(cast.database, before)
    assert (done.import_id, done.requests, len(done.already)) == (None, 0, 4)
    assert exported(cast.database) == before


def test_people_areas_and_rights_go_along_in_files_of_their_own(
    cast: Cast, tmp_path: Path, elsewhere: Database
) -> None:
    with cast.database.begin() as session:
        rights = frozenset(
            {("head", cast.area["sales"]), ("deputy", cast.area["billing"]), ("facilitator", None)}
        )
        profile = people.Profile(
            "=Zoe", "zoe@casaclara.example", cast.area["sales"], "es", "Europe/Madrid", "@home", rights
        )
        people.welcome(session, profile, by=CONSOLE)
    places = [tmp_path / "first", tmp_path / "second"]
    for place, database in zip(places, (cast.database, elsewhere), strict=True):
        place.mkdir()
        with database.begin() as session:
            exchange.make_home(session, "UTC", at=MONDAY)
            for name in ("areas.csv", "people.csv") if database is elsewhere else ():
                assert roster.bring(session, exchange.File(places[0] / name, name), by=CONSOLE) > 0
                assert roster.bring(session, exchange.File(places[0] / name, name), by=CONSOLE) == 0
        with database.read() as session:
            exchange.export(session, place)
    for name in ("areas.csv", "people.csv"):
        assert (places[0] / name).read_bytes() == (places[1] / name).read_bytes()
    assert "deputy:Billing;facilitator;head" in (places[1] / "people.csv").read_text()


@pytest.mark.parametrize("value", FORMULAS)
def test_no_cell_runs_as_a_formula_and_every_one_comes_back(value: str) -> None:
    guarded = cells.guarded(value)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells.bare(guarded) == value


def test_texts_that_look_like_formulas_survive_the_way_out_and_in(cast: Cast, elsewhere: Database) -> None:
    for n, what in enumerate(FORMULAS):
        row = cast.ask(what, at=MONDAY + n)
        cast.move(row, "note", by="iris", at=MONDAY + DAY, text=what)
    sent = exported(cast.database)
    imported(elsewhere, sent)
    assert exported(elsewhere) == sent
    with elsewhere.read() as session:
        assert {row.what for row in requests.every(session, requests.Wanted(), at=MONDAY)} == set(FORMULAS)
    for row in csv.DictReader(io.StringIO(sent)):
        assert not (row["text"] + row["what"]).startswith(("=", "+", "-", "@"))


ROWS = """request,at,verb,person,area,from,to,text,day
R1,2026-03-02T09:00:00Z,ask,ana@x.example,Sales,Sales,Product,,
"""


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            "R1,2026-03-02T09:00:00Z,promise,,Product,Product,Sales,,2026-03-06\n",
            "begins with what was asked",
        ),
        ("R1,2026-03-02T09:00:00Z,ask,,Sales,Sales,Product,,\n", "Say what you ask for"),
        ("R1,2026-03-02T09:00:00Z,conquer,,Sales,Sales,Product,,\n", "no move “conquer”"),
        ("R1,2026-03-02T09:00:00Z,ask,,Sales,Sales,sales,,\n", "from one area to another"),
        ("R1,yesterday,ask,,Sales,Sales,Product,,\n", "“yesterday” is not a date"),
        (",2026-03-02T09:00:00Z,ask,,Sales,Sales,Product,,\n", "names no request"),
    ],
)
def test_a_story_that_can_not_be_is_rejected_with_its_reason(rows: str, reason: str) -> None:
    parsed = exchange.read((ROWS.splitlines()[0] + "\n" + rows).encode(), "events.csv", None)
    assert not parsed.told
    assert reason in str(parsed.rejected[0].why)


def test_nothing_resolved_moves_in_a_file_either() -> None:
    header = ROWS.splitlines()[0] + ",what\n"
    line = "R1,2026-03-0{n}T09:00:00Z,{verb},,Sales,Sales,Product,,,{what}\n"
    rows = [
        line.format(n=n, verb=verb, what="x" if verb == "ask" else "")
        for n, verb in enumerate(("ask", "withdraw", "confirm"), 2)
    ]
    parsed = exchange.read((header + "".join(rows)).encode(), "events.csv", None)
    assert [str(left.why) for left in parsed.rejected] == [
        "“Confirm” is not possible now: the request is “Withdrawn”."
    ]


def test_without_a_mapping_only_our_own_files_are_read() -> None:
    with pytest.raises(Refused, match="say in a mapping"):
        exchange.read(b"case,area\n1,A\n", "x.csv", None)


def test_check_finds_the_row_that_its_story_does_not_tell(cast: Cast) -> None:
    good, bad = cast.ask("One"), cast.ask("Two")
    with cast.database.begin() as session:
        assert exchange.own.check(session) == (2, [])
        session.execute(text("UPDATE requests SET what = 'Three' WHERE id = :id"), {"id": bad.id})
    with cast.database.read() as session:
        assert exchange.own.check(session) == (2, [f"{bad.reference}: what"])
        assert good.reference != bad.reference


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("day = '2026-03-07' WHERE verb = 'promise'", "promised_on, first_promised_on"),
        ("at = at + 60 WHERE verb = 'deliver'", "last_at, held_since_at, delivered_at"),
        ("at = at - 60 WHERE verb = 'deliver'", "This lies before the last move of the request."),
        (
            "at = at - 60 WHERE verb = 'confirm_by_silence'",
            "Silence confirms this delivery at another instant.",
        ),
        ("verb = 'conquer' WHERE verb = 'promise'", "There is no such move."),
        ("verb = 'decline' WHERE verb = 'promise'", "“Delivered” is not possible now"),
        ("verb = 'note' WHERE verb = 'ask'", "The story of a request begins with what was asked."),
        ("seq = 9 WHERE verb = 'deliver'", "seq"),
        ("to_area_id = from_area_id WHERE verb = 'ask'", "answering_area_id, first_answering_area_id"),
        ("more = '{\"what\": \"Less\"}' WHERE verb = 'ask'", "what"),
        ('more = \'{"what": "Two", "needed_on": "someday"}\' WHERE verb = \'ask\'', "someday"),
    ],
)
def test_check_finds_the_event_that_was_changed(cast: Cast, change: str, says: str) -> None:
    cast.ask("One")
    bad = cast.move(cast.ask("Two"), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    bad = cast.move(bad, "deliver", by="bruno", at=MONDAY)
    if "silence" in change:
        with cast.database.begin() as session:
            requests.settle_all(session, MONDAY + 90 * DAY)
    with cast.database.begin() as session:
        assert exchange.own.check(session) == (2, [])
        session.execute(text(f"UPDATE events SET {change} AND request_id = :id"), {"id": bad.id})
    with cast.database.read() as session:
        examined, differing = exchange.own.check(session)
    assert (examined, len(differing)) == (2, 1)
    assert differing[0].startswith(f"{bad.reference}: ")
    assert says in differing[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE events SET day = 'someday'", "someday"),
        ("UPDATE events SET more = '{'", "line 1"),
        ("UPDATE events SET more = '[]'", "list"),
        ("UPDATE events SET more = '7'", "int"),
        ("UPDATE requests SET promised_on = 'someday'", "someday"),
    ],
)
def test_check_names_what_can_not_be_read_and_goes_on(cast: Cast, change: str, says: str) -> None:
    if not cast.database.is_sqlite and "[]" not in change:
        pytest.skip("PostgreSQL keeps no such value")
    rows = [
        cast.move(cast.ask(), "promise", by="bruno", at=MONDAY + n * HOUR, day=FRIDAY) for n in range(1, 6)
    ]
    sound, unreadable, *_, other = rows
    where = "id" if "requests" in change else "request_id"
    with cast.database.begin() as session:
        session.execute(text(f"{change} WHERE {where} = :id"), {"id": unreadable.id})
        session.execute(text("UPDATE requests SET what = 'Three' WHERE id = :id"), {"id": other.id})
    with cast.database.read() as session:
        examined, differing = exchange.own.check(session)
    assert examined == 5
    assert [line.split(": ")[0] for line in differing] == [unreadable.reference, other.reference]
    assert says in differing[0]
    assert differing[1] == f"{other.reference}: what"
    assert sound.reference not in str(differing)


def test_check_finds_events_that_are_gone(cast: Cast) -> None:
    rows = [cast.move(cast.ask(), "note", by="iris", at=MONDAY, text="Hm") for _ in range(3)]
    with cast.database.begin() as session:
        for row, gone in zip(rows, ("seq = 1", "seq = 2", "seq > 0"), strict=True):
            session.execute(text(f"DELETE FROM events WHERE {gone} AND request_id = :id"), {"id": row.id})
    with cast.database.read() as session:
        assert [line.split(":")[0] for line in exchange.own.check(session)[1]] == [r.reference for r in rows]


def test_what_silence_confirms_after_an_import_does_not_hold_up_its_undoing(
    cast: Cast, elsewhere: Database
) -> None:
    a_full_life(cast)
    cast.move(cast.ask("Still to confirm"), "deliver", by="bruno", at=MONDAY)
    done = imported(elsewhere, exported(cast.database), at=MONDAY + DAY)
    with elsewhere.begin() as session:
        assert requests.settle_all(session, MONDAY + 90 * DAY) == 1
        assert exchange.own.check(session) == (5, [])
    with elsewhere.begin() as session:
        exchange.undo(session, done.import_id or 0, by=CONSOLE, at=MONDAY + 91 * DAY)
        assert requests.count(session, requests.Wanted(), at=MONDAY) == 0


def test_what_was_watched_up_to_a_day_is_watched_again_once_somebody_moves_it(
    cast: Cast, elsewhere: Database
) -> None:
    row = cast.ask()
    imported(elsewhere, exported(cast.database), as_of=MONDAY + DAY)
    for at, until in ((MONDAY + DAY, MONDAY + DAY), (MONDAY + DAY + 1, None)):
        with elsewhere.begin() as session:
            known = requests.by_reference(session, row.reference)
            assert known is not None
            assert known.observed_until_at == MONDAY + DAY
            by = people.mandate(session, people.people(session)[0].id)
            moved = requests.move(session, known.id, "note", by=by, at=at, text="Still open")
            assert moved.observed_until_at == until
            assert exchange.own.check(session) == (1, [])


def test_a_file_in_which_somebody_speaks_after_silence_is_rejected() -> None:
    rows = ROWS.replace(",day\n", ",day,what,silence_at\n").replace("Product,,\n", "Product,,,x,\n")
    rows += "R1,2026-03-02T10:00:00Z,deliver,,Product,Product,Sales,,,,2026-03-17T00:00:00Z\n"
    rows += "R1,2026-03-18T10:00:00Z,note,,Product,Product,Sales,Late,,,\n"
    parsed = exchange.read(rows.encode(), "events.csv", None)
    assert [str(left.why) for left in parsed.rejected] == [
        "Silence confirms this delivery at another instant."
    ]


def test_areas_and_people_that_a_file_names_are_added_without_rights(elsewhere: Database) -> None:
    imported(elsewhere, ROWS.replace(",day\n", ",day,what\n").replace("Product,,\n", "Product,,,x\n"))
    with elsewhere.read() as session:
        assert [(area.name, area.sphere) for area in company.areas(session)] == [
            ("Product", "after_sales"),
            ("Sales", "after_sales"),
        ]
        assert [row.name for row in people.people(session)] == ["ana@x.example"]
        assert people.rights(session) == {}
