"""An import is written as a whole, once, by an administrator, quickly; and can be taken back as a whole."""

import csv
import io
import threading
from typing import Any

import pytest
from sqlalchemy import func, select, text

from coord import company, exchange, requests
from coord.db import Base
from coord.exchange import Parsed, Written
from coord.exchange.mapping import Log
from coord.people import CONSOLE
from coord.refusal import Refused
from coord.requests import EventRow, Import, Request
from coord.text import Words
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast

LOG = Log(case="case", area="area", time="time", title="title", resolved_when={"state": ("closed",)},
          spheres={"all": "sales", "lab": "after_sales"})  # fmt: skip
ROWS = """7,Sales,2026-01-02T10:00Z,Paint it,
7,Workshop,2026-01-03T10:00Z,,
7,Lab,2026-01-04T10:00Z,,
7,Lab,2026-01-09T10:00Z,,closed
8,Workshop,2026-01-05T10:00Z,Weigh it,
8,Sales,2026-01-06T10:00Z,,
9,Workshop,2026-01-06T10:00Z,Alone,
"""


def parsed(rows: str = ROWS, **facts: Any) -> Parsed:
    return exchange.read(f"case,area,time,title,state\n{rows}".encode(), "log.csv", LOG, **facts)


def write(cast: Cast, told: Parsed, name: str = "log.csv") -> Written:
    with cast.database.begin() as session:
        return exchange.write(session, told, by=cast.hugo, at=MONDAY, file_name=name, digest="d" * 64)


def everything(cast: Cast) -> dict[str, list[Any]]:
    """All rows of all tables, but for the record: it tells also of what was taken back."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "record"]
    with cast.database.read() as session:
        return {table.name: session.execute(select(table)).all() for table in tables}


def test_hugo_imports_a_log_and_its_requests_stand_as_if_they_had_been_made_here(cast: Cast) -> None:
    done = write(cast, parsed(), "C:\\Users\\hugo\\log.csv")
    assert (done.requests, done.events, done.areas, done.already) == (2, 4, 3, [])
    with cast.database.read() as session:
        assert exchange.own.check(session) == (2, [])
        rows = requests.every(session, requests.Wanted(text="paint"), at=MONDAY)
        assert [(row.what, row.state, row.reroutes, row.import_id) for row in rows] == [
            ("Paint it", "satisfied", 1, done.import_id)
        ]
        areas = {area.name: (area.id, area.sphere) for area in company.areas(session)}
        assert areas["Sales"][0] == cast.area["sales"]  # the one that was here
        assert (areas["Workshop"][1], areas["Lab"][1]) == ("sales", "after_sales")
        kept = session.get_one(Import, done.import_id)
        assert (kept.file_name, kept.person_id, kept.requests, kept.events) == (
            "log.csv",
            cast.hugo.person_id,
            2,
            4,
        )
        assert kept.observed_until_at == exchange.Instants().read("2026-01-09T10:00Z").at
        assert exchange.mapping.read(kept.mapping["toml"]) == LOG


def test_the_same_file_twice_changes_nothing(cast: Cast) -> None:
    write(cast, parsed())
    before = everything(cast)
    again = write(cast, parsed())
    assert (again.import_id, again.requests, again.events, again.areas, again.already) == (
        None,
        0,
        0,
        0,
        ["7", "8"],
    )
    assert everything(cast) == before


def test_a_newer_export_adds_what_is_new_and_people_go_on_with_what_was_imported(cast: Cast) -> None:
    write(cast, parsed())
    more = "10,Workshop,2026-02-02T10:00Z,New,\n10,Sales,2026-02-03T10:00Z,,\n"
    later = write(cast, parsed(ROWS + more))
    assert (later.requests, later.areas, later.already) == (1, 2, ["7", "8"])
    with cast.database.read() as session:
        row = requests.every(session, requests.Wanted(text="weigh"), at=MONDAY)[0]
    assert row.observed_until_at is not None
    row = cast.move(row, "promise", by="ana", at=MONDAY, day=FRIDAY)
    assert (row.state, row.observed_until_at) == ("promised", None)  # it is observed again
    assert cast.ask(at=MONDAY).id > row.id  # the database goes on counting where the import stopped


def test_an_import_is_undone_as_a_whole_with_the_areas_it_brought(cast: Cast) -> None:
    cast.ask()
    before = everything(cast)
    done = write(cast, parsed())
    assert done.import_id is not None
    with cast.database.begin() as session:
        undone = exchange.undo(session, done.import_id, by=cast.hugo, at=MONDAY + DAY)
        assert undone.file_name == "log.csv"
    assert everything(cast) == before
    with cast.database.begin() as session, pytest.raises(Refused, match="no such import"):
        exchange.undo(session, done.import_id, by=cast.hugo, at=MONDAY + DAY)


def test_an_area_that_somebody_uses_meanwhile_stays_when_the_import_goes(cast: Cast) -> None:
    done = write(cast, parsed())
    with cast.database.read() as session:
        lab = company.area_named(session, "Lab")
        assert lab is not None
    with cast.database.begin() as session:
        requests.ask(session, from_area=cast.area["sales"], to_area=lab.id, what="x", by=cast.ana, at=MONDAY)
        exchange.undo(session, done.import_id or 0, by=cast.hugo, at=MONDAY)
        assert company.area_named(session, "Lab") is not None
        assert company.area_named(session, "Workshop") is None


@pytest.mark.parametrize("built", ["a move", "a follow-up"])
def test_what_something_was_built_on_can_not_be_undone(cast: Cast, built: str) -> None:
    done = write(cast, parsed())
    with cast.database.read() as session:
        row = requests.every(session, requests.Wanted(text="weigh"), at=MONDAY)[0]
        old = requests.every(session, requests.Wanted(text="paint"), at=MONDAY)[0]
    if built == "a move":
        cast.move(row, "promise", by="ana", at=MONDAY + HOUR, day=FRIDAY)
    else:
        cast.ask("Paint it again", follows=old.reference)
    with cast.database.begin() as session, pytest.raises(Refused, match="no longer be undone"):
        exchange.undo(session, done.import_id or 0, by=cast.hugo, at=MONDAY + DAY)


@pytest.mark.parametrize("who", ["ana", "fabio", "gina", "iris"])
def test_only_an_administrator_imports_and_undoes(cast: Cast, who: str) -> None:
    before = everything(cast)
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="administrator"):
            exchange.write(session, parsed(), by=getattr(cast, who), at=MONDAY, file_name="x", digest="d")
        with pytest.raises(Refused, match="administrator"):
            exchange.undo(session, 1, by=getattr(cast, who), at=MONDAY)
    assert everything(cast) == before


def test_an_import_that_breaks_off_leaves_nothing(cast: Cast) -> None:
    before = everything(cast)
    told = parsed()
    events = told.told[1].rows.events
    events[0] = events[0]._replace(values=(events[0].values[0], None, *events[0].values[2:]))
    with pytest.raises(Exception, match=r"(?i)null"):
        write(cast, told)
    assert everything(cast) == before


def test_what_was_left_out_can_be_downloaded_with_its_reasons_in_three_languages(cast: Cast) -> None:
    write(cast, parsed())
    told = parsed(ROWS + "=11,Sales,never,,\n")
    done = write(cast, told)
    for language in ("en", "pt-BR", "es"):
        data = exchange.left_out(told, done.already, Words(language))
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert [row[0] for row in rows[1:]] == ["'=11", "9", "7", "8"]
        assert "never" in rows[1][1]


def test_the_first_requests_are_shown_as_they_would_become() -> None:
    shown = parsed().preview(1)
    assert shown == [
        {"case": "7", "what": "Paint it", "from": "Sales", "to": "Workshop", "state": "satisfied", "outcome": "satisfied",
         "asked_at": shown[0]["asked_at"], "resolved_at": shown[0]["asked_at"] + 7 * DAY,
         "moves": [("ask", shown[0]["asked_at"]), ("reroute", shown[0]["asked_at"] + 2 * DAY),
                   ("confirm", shown[0]["asked_at"] + 7 * DAY)]}
    ]  # fmt: skip


def test_others_write_while_a_large_import_is_written(cast: Cast) -> None:
    rows = "".join(
        f"C{n},A{n % 20},2025-01-01T{n % 24:02}:00Z,Matter {n},\nC{n},B{n % 17},2025-02-01T10:00Z,,\n"
        f"C{n},A{(n + 1) % 20},2025-03-01T10:00Z,,closed\n"
        for n in range(2_000)
    )
    told = parsed(rows)
    assert told.events == 6_000
    held = threading.Event()

    def ask() -> None:
        held.wait(10)
        cast.ask("Meanwhile")

    other = threading.Thread(target=ask)
    other.start()
    with cast.database.begin() as session:
        held.set()
        exchange.write(session, told, by=CONSOLE, at=MONDAY, file_name="big.csv", digest="d")
    other.join()
    with cast.database.read() as session:
        assert session.scalar(select(func.count(Request.id))) == 2_001
        assert session.scalar(select(func.count(EventRow.id))) == 6_001
        assert session.scalar(text("SELECT count(*) FROM requests WHERE search LIKE 'matter%'")) == 2_000
