"""A request list becomes requests: one row, one life, told by the instants that the list keeps."""

from typing import Any

import pytest

from coord import exchange
from coord.exchange import Parsed, mapping
from coord.exchange.mapping import List
from coord.refusal import Refused
from tests.conftest import shared
from tests.test_exchange_logs import at, moves, reasons

HEADER = "no,title,from,to,asked,answered,promised,delivered,resolved,outcome"
FULL = List(asked="asked", case="no", title="title", from_="from", to="to", first_answered="answered",
            promised="promised", delivered="delivered", resolved="resolved", outcome="outcome")  # fmt: skip


def told(*lines: str, wish: List = FULL, header: str = HEADER, **facts: Any) -> Parsed:
    return exchange.read("\n".join([header, *lines]).encode(), "list.csv", wish, **facts)


def day(n: int) -> str:
    return f"2026-03-{n:02}T10:00Z"


def row(no: str, **cells: str) -> str:
    named = {"no": no, "title": "x", "from": "A", "to": "B", "asked": day(2)} | cells
    return ",".join(named.get(name, "") for name in HEADER.split(","))


def test_a_whole_row_tells_ask_promise_deliver_and_confirm() -> None:
    parsed = told(
        row("1", title="Send it", answered=day(3), promised="2026-03-20", delivered=day(5), resolved=day(6))
    )
    assert moves(parsed) == ["ask A→B 2d", "promise B→A 3d", "deliver B→A 5d", "confirm A→B 6d"]
    life = parsed.told[0].life
    assert (life.what, str(life.first_promised_on), life.first_answer_at) == (
        "Send it",
        "2026-03-20",
        at(day(3)),
    )


def test_a_first_answer_without_a_day_is_a_promise_without_one_and_no_day_is_made_up() -> None:
    life = told(row("1", answered=day(3))).told[0].life
    assert (life.state, life.first_answer_at, life.promised_on) == ("promised", at(day(3)), None)


def test_a_delivery_or_a_no_that_is_itself_the_first_answer_needs_no_promise() -> None:
    parsed = told(
        row("1", answered=day(3), delivered=day(3)),
        row("2", answered=day(3), resolved=day(3), outcome="declined"),
    )
    assert moves(parsed) == ["ask A→B 2d", "deliver B→A 3d"]
    assert moves(parsed, 1) == ["ask A→B 2d", "decline B→A 3d"]


@pytest.mark.parametrize(
    ("outcome", "last", "ended"),
    [
        ("Recusada", "decline", "declined"),
        ("respondida: não", "decline", "declined"),
        ("Cancelled", "withdraw", "withdrawn"),
        ("Concluída", "confirm", "satisfied"),
        ("silence", "confirm_by_silence", "silence"),
        ("anything else", "confirm", "satisfied"),
    ],
)
def test_the_outcome_column_says_how_it_ended(outcome: str, last: str, ended: str) -> None:
    life = told(row("1", delivered=day(4), resolved=day(6), outcome=outcome)).told[0]
    assert (life.events[-1].verb, life.life.outcome) == (last, ended)


def test_values_of_other_columns_may_say_that_it_was_a_no() -> None:
    wish = List(
        asked="asked", from_="from", to="to", resolved="resolved", declined_when={"title": ("not ours",)}
    )
    assert told(row("1", title="not ours", resolved=day(3)), wish=wish).told[0].life.outcome == "declined"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"resolved": day(1)}, "resolved before it was asked"),
        ({"answered": day(1)}, "answered before it was asked"),
        ({"delivered": day(4), "resolved": day(3)}, "resolved before it was asked, answered or delivered"),
        ({"asked": ""}, "does not say when this was asked"),
        ({"outcome": "declined"}, "does not say since when"),
        ({"promised": "soon"}, "“soon” is not a date"),
    ],
)
def test_a_row_that_contradicts_itself_is_rejected_with_its_reason(
    cells: dict[str, str], reason: str
) -> None:
    parsed = told(row("1", **cells), row("2"))
    assert reason in reasons(parsed)["1"]
    assert [one.case for one in parsed.told] == ["2"]


def test_a_day_without_an_hour_does_not_come_before_an_hour_of_the_same_day() -> None:
    parsed = told(
        row("1", asked="2026-03-02T15:00Z", resolved="2026-03-02"),
        row("2", asked="2026-03-02", resolved=day(2)),
    )
    assert not parsed.rejected
    assert [one.life.resolved_at for one in parsed.told] == [at(day(2)), at("2026-03-02T15:00Z")]


def test_one_area_only_is_no_handoff_and_a_number_stands_once() -> None:
    parsed = told(row("1", to="A"), row("2", to=""), row("3"), row("3"))
    assert [left.case for left in parsed.not_a_handoff] == ["1", "2"]
    assert reasons(parsed) == {"3": "This request stands in the list twice."}


def test_rows_without_numbers_are_told_apart_and_stay_the_same_in_the_next_export() -> None:
    wish = List(asked="asked", title="title", from_="from", to="to", resolved="resolved")
    first = told(row("", resolved=""), row(""), row("", title="y"), wish=wish)
    later = told(row("", resolved=day(9)), row(""), row("", title="y"), row("", title="z"), wish=wish)
    keys = [[one.rows.reference for one in parsed.told] for parsed in (first, later)]
    assert len(set(keys[1])) == 4
    assert keys[0] == keys[1][:3]


def test_as_of_an_instant_a_list_shows_what_was_known_then() -> None:
    parsed = told(row("1", answered=day(3), promised="2026-03-09", resolved=day(8), outcome="declined"), row("2", asked=day(6)),
                  as_of=at(day(5)))  # fmt: skip
    assert moves(parsed) == ["ask A→B 2d", "promise B→A 3d"]
    assert len(parsed.told) == 1
    assert parsed.told[0].life.observed_until_at == at(day(5))


def test_a_mapping_is_written_and_read_back_and_says_what_is_wrong_in_it() -> None:
    text = """
[list]
asked_at = "opened"
to = "group"
recording_began = 2026-01-05
[list.constants]
from = "Callers \\"all\\""
[list.declined_when]
"close code" = ["No", "Never"]
[spheres]
all = "sales"
"Área 1" = "after_sales"
"""
    found = mapping.read(text)
    assert mapping.read(mapping.write(found)) == found
    assert [mapping.sphere_of(found, area) for area in ("area 1", "B")] == ["after_sales", "sales"]
    for wrong, said in (
        (text.replace("opened", "opened\nx"), "not valid TOML"),
        (text.replace("asked_at", "askd"), "“askd”"),
        (text.replace('asked_at = "opened"', ""), "“asked”"),
        (text.replace('to = "group"', ""), "“to”"),
        (text.replace('"sales"', '"nowhere"'), "“nowhere”"),
        ("[log]\n[list]\n", "one section"),
        ("[log]\ncase='c'\ntime='t'\n", "“area”"),
    ):
        with pytest.raises(Refused, match=said):
            mapping.read(wrong)


def test_an_agile_tracker_gives_its_tasks_and_says_which_finished_before_they_began() -> None:
    path = shared("tracker-exports", "agile-project-dataset.csv")
    wish = List(
        asked="created_date",
        case="id",
        resolved="finished_date",
        constants={"from": "Customers", "to": "Team"},
    )
    parsed = exchange.read(path, path.name, wish)
    assert (len(parsed.told), len(parsed.rejected)) == (4_123 - 1_662, 1_662)
    assert {str(left.why) for left in parsed.rejected} == {
        "It was resolved before it was asked, answered or delivered."
    }


def test_an_incident_tool_gives_its_incidents_the_open_ones_too() -> None:
    path = shared("tracker-exports", "servicenow-incidents.csv")
    wish = mapping.read(
        '[list]\ncase="number"\ntitle="short_description"\nto="assignment_group"\nasked="opened_at"\n'
        'resolved="closed_at"\n[list.constants]\nfrom="Callers"\nto="Service desk"\n'
    )
    parsed = exchange.read(path, path.name, wish)
    rejected = len(parsed.rejected)
    assert len(parsed.told) + rejected == 67
    assert sum(one.life.resolved_at is None for one in parsed.told) == 32
    assert {str(left.why) for left in parsed.rejected} <= {
        "It was resolved before it was asked, answered or delivered."
    }
