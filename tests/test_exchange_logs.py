"""An event log becomes requests: small logs told by hand, and two real ones against an independent program."""

import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from coord import exchange
from coord.exchange import Parsed
from coord.exchange.mapping import Log
from coord.refusal import Refused
from tests.conftest import shared

HEADER = "case,area,time,state"
PLAIN = Log(case="case", area="area", time="time", resolved_when={"state": ("closed",)})


def at(text: str) -> int:
    return exchange.Instants().read(text).at


def told(*lines: str, header: str = HEADER, as_of: str | None = None, **mapping: Any) -> Parsed:
    """What a small CSV log tells; times are written as day and hour of March 2026."""
    rows = [",".join(_stamped(cell) for cell in line.split(",")) for line in lines]
    wish = {f: getattr(PLAIN, f) for f in PLAIN.__slots__} | mapping
    source = "\n".join([header, *rows]).encode()
    return exchange.read(source, "log.csv", Log(**wish), as_of=at(_stamped(as_of)) if as_of else None)


def _stamped(cell: str) -> str:
    day, colon, hour = cell.partition("d")
    return f"2026-03-{int(day):02}T{hour or '00:00'}:00Z" if colon and day.isdigit() else cell


def moves(parsed: Parsed, place: int = 0) -> list[str]:
    """The moves of one request: "reroute B→C 3d"."""
    names = parsed.areas.names
    return [
        f"{e.verb} {names[e.from_area_id]}→{names[e.to_area_id]} {(e.at - at('2026-03-01T00:00Z')) // 86_400 + 1}d"
        for e in parsed.told[place].events
    ]


def reasons(parsed: Parsed) -> dict[str, str]:
    return {left.case: str(left.why) for left in parsed.rejected}


def test_the_first_area_asks_the_next_one_and_the_closing_event_confirms() -> None:
    parsed = told("7,Sales,2d,open", "7,Sales,3d,open", "7,Support,4d,open", "7,Support,9d,closed")
    assert moves(parsed) == ["ask Sales→Support 2d", "confirm Sales→Support 9d"]
    life = parsed.told[0].life
    assert (life.what, life.state, life.resolved_at) == ("7", "satisfied", at("2026-03-09T00:00Z"))


def test_going_on_is_a_reroute_and_going_back_a_question_with_its_answer() -> None:
    parsed = told("7,A,2d,", "7,B,3d,", "7,C,4d,", "7,A,5d,", "7,C,6d,", "7,A,7d,", "7,D,8d,")
    assert moves(parsed) == [
        "ask A→B 2d",
        "reroute B→C 4d",
        "question C→A 5d",
        "inform A→C 6d",
        "question C→A 7d",
        "inform A→C 8d",
        "reroute C→D 8d",
    ]
    assert parsed.told[0].life.state == "asked"


def test_ignored_empty_and_missing_areas_are_left_out_and_accents_make_no_second_area() -> None:
    parsed = told(
        "7,EMPTY,1d,", "7,Suporte Técnico,2d,", "7,,3d,", "7,n/a,4d,", "7,suporte tecnico,5d,", "7,B,6d,",
        ignore_areas=("empty",), missing=("n/a",),
    )  # fmt: skip
    assert moves(parsed) == ["ask Suporte Técnico→B 1d"]  # it was asked when the case began


def test_events_stand_in_order_of_time_ties_in_order_of_the_file_and_instants_are_cut() -> None:
    parsed = told("7,B,2026-03-02T10:00:00.900Z,", "7,A,2026-03-02T10:00:00.100Z,", "7,C,3d,", "7,D,3d,")
    assert [(e.verb, e.at) for e in parsed.told[0].events] == [
        ("ask", at("2026-03-02T10:00:00Z")),
        ("reroute", at("2026-03-03T00:00:00Z")),
        ("reroute", at("2026-03-03T00:00:00Z")),
    ]
    life, names = parsed.told[0].life, parsed.areas.names
    assert [
        names[life.asking_area_id],
        names[life.first_answering_area_id],
        names[life.answering_area_id],
    ] == ["A", "B", "D"]


def test_what_comes_after_the_resolution_becomes_notes() -> None:
    parsed = told("7,A,2d,", "7,B,3d,", "7,B,4d,closed", "7,C,5d,", "7,A,6d,closed")
    assert moves(parsed) == ["ask A→B 2d", "confirm A→B 4d", "note A→B 5d", "note A→B 6d"]
    assert parsed.told[0].life.resolved_at == at("2026-03-04T00:00Z")


def test_fewer_than_two_areas_up_to_the_resolution_are_no_handoff() -> None:
    parsed = told("7,A,2d,", "7,A,3d,closed", "7,B,4d,", "8,A,2d,", "9,,2d,")
    assert not parsed.told
    assert [left.case for left in parsed.not_a_handoff] == ["7", "8", "9"]


def test_resolved_before_it_was_asked_is_rejected_and_the_rest_is_read() -> None:
    header = "case,area,time,end"
    parsed = told("7,A,2d,1d", "7,B,3d,1d", "8,A,2d,2d12:00", "8,B,2d12:00,2d12:00", header=header,
                  resolved_at="end", resolved_when={})  # fmt: skip
    assert reasons(parsed) == {"7": "It was resolved before it was asked."}
    assert moves(parsed) == ["ask A→B 2d", "confirm A→B 2d"]


@pytest.mark.parametrize(
    ("state", "moved", "outcome"),
    [
        ("refused", ["question B→A 4d", "inform A→B 5d", "decline B→A 5d"], "declined"),
        ("cancelled", ["question B→A 4d", "withdraw A→B 5d"], "withdrawn"),
        ("closed", ["question B→A 4d", "confirm A→B 5d"], "satisfied"),
    ],
)
def test_a_no_and_a_withdrawal_end_it_from_whatever_state_they_find(
    state: str, moved: list[str], outcome: str
) -> None:
    parsed = told("7,A,2d,", "7,B,3d,", "7,A,4d,", f"7,A,5d,{state}",
                  declined_when={"state": ("refused",)}, withdrawn_when={"state": ("cancelled",)})  # fmt: skip
    assert moves(parsed) == ["ask A→B 2d", *moved]
    assert parsed.told[0].life.outcome == outcome


def test_as_of_an_instant_later_things_are_unseen_and_the_open_ones_watched_until_then() -> None:
    lines = ("7,A,2d,", "7,B,3d,", "7,C,5d,", "7,C,9d,closed", "8,A,6d,", "8,B,7d,")
    parsed = told(*lines, as_of="5d")
    assert [moves(parsed, n) for n in range(len(parsed.told))] == [["ask A→B 2d", "reroute B→C 5d"]]
    assert (parsed.told[0].life.resolved_at, parsed.told[0].life.observed_until_at) == (
        None,
        at("2026-03-05T00:00Z"),
    )
    assert not parsed.not_a_handoff  # case 8 had not begun


def test_a_log_was_observed_until_it_says_or_until_its_last_instant() -> None:
    lines = ("7,A,2d,", "7,B,3d,", "8,A,4d,", "8,B,6d,")
    assert told(*lines).told[0].life.observed_until_at == at("2026-03-06T00:00Z")
    said = told(*lines, observed_until="2026-03-20T08:00:00Z")
    assert said.told[0].life.observed_until_at == at("2026-03-20T08:00Z")
    earlier = told(*lines, observed_until="2026-03-20T08:00:00Z", as_of="5d")
    assert earlier.told[0].life.observed_until_at == at("2026-03-05T00:00Z")


def test_what_was_asked_before_recording_began_counts_from_then() -> None:
    parsed = told("7,A,2d,", "7,B,3d,", "8,A,5d,", "8,B,6d,", recording_began="2026-03-04T00:00:00Z")
    assert [one.life.observed_from_at for one in parsed.told] == [
        at("2026-03-04T00:00Z"),
        at("2026-03-05T00:00Z"),
    ]


def test_a_promised_day_is_promised_when_the_first_answering_area_takes_it() -> None:
    header = "case,area,time,due"
    parsed = told("7,A,2d,2026-03-20", "7,B,3d,", "7,A,4d,", "7,C,5d,", header=header, promised_on="due",
                  resolved_when={})  # fmt: skip
    assert moves(parsed) == ["ask A→B 2d", "promise B→A 3d", "note B→A 4d", "reroute B→C 5d"]
    life = parsed.told[0].life
    assert (str(life.first_promised_on), life.promised_on) == ("2026-03-20", None)


def test_a_title_and_an_instant_of_asking_may_come_from_columns() -> None:
    header = "case,area,time,subject,opened"
    parsed = told(f"7,A,2d,{'x' * 400},1d", "7,B,3d,,", header=header, title="subject", asked_at="opened",
                  resolved_when={})  # fmt: skip
    life = parsed.told[0].life
    assert (life.asked_at, len(life.what), life.what[-1]) == (at("2026-03-01T00:00Z"), 255, "…")


def test_a_case_with_a_date_that_is_none_is_rejected_and_says_which() -> None:
    parsed = told("7,A,2026-02-30,", "7,B,3d,", "8,A,2d,", "8,B,3d,", ",A,2d,")
    assert len(parsed.told) == 1
    assert "2026-02-30" in reasons(parsed)["7"]
    assert reasons(parsed)["6"] == "This row names no case."


def test_a_mapped_column_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"“assigned”.*case, area, time, state"):
        told("7,A,2d,", area="assigned")


def xes(*cases: str) -> bytes:
    return f'<?xml version="1.0"?><log xmlns="http://www.xes-standard.org/">{"".join(cases)}</log>'.encode()


def xes_case(name: str, events: list[tuple[str, str]], end: str = "") -> str:
    done = f'<date key="enddate" value="{end}"/>' if end else ""
    told = "".join(
        f'<event><string key="org:group" value="{area}"><string key="org:group" value="nested"/></string>'
        f'<date key="time:timestamp" value="{time}"/><string key="concept:name" value="T&amp;1"/></event>'
        for area, time in events
    )
    return f'<trace><string key="concept:name" value="{name}"/>{done}{told}</trace>'


RECEIPT = Log(
    case="case:concept:name",
    time="time:timestamp",
    area="org:group",
    ignore_areas=("EMPTY",),
    resolved_at="case:enddate",
)


def test_the_same_log_as_xes_and_as_csv_packed_or_not_tells_the_same() -> None:
    steps = [("Group 1", "2011-10-11T13:45:40.276+02:00"), ("EMPTY", "2011-10-11T14:00:00+02:00"),
             ("Group 4", "2011-10-12T08:26:25.398+02:00"), ("Group 1", "2011-11-24T15:36:51.302+01:00")]  # fmt: skip
    end = "2011-12-06T13:41:31.788+01:00"
    as_xes = xes(xes_case("case-1", steps, end), xes_case("case-2", steps[:3]))
    rows = [f"case-1,{end},{area},{time},T&1" for area, time in steps] + [
        f"case-2,,{area},{time},T&1" for area, time in steps[:3]
    ]
    header = "case:concept:name,case:enddate,org:group,time:timestamp,concept:name"
    as_csv = "\n".join([header, *rows]).encode()
    files = {
        "a.xes": as_xes,
        "a.xes.gz": gzip.compress(as_xes),
        "a.csv": as_csv,
        "a.csv.gz": gzip.compress(as_csv),
    }
    read = [exchange.read(source, name, RECEIPT) for name, source in files.items()]
    assert moves_without_days(read[0]) == [["ask", "question", "confirm"], ["ask"]]
    for other in read[1:]:
        assert [one.rows for one in other.told] == [one.rows for one in read[0].told]


def moves_without_days(parsed: Parsed) -> list[list[str]]:
    return [[event.verb for event in one.events] for one in parsed.told]


def test_reading_a_long_file_says_how_far_it_is() -> None:
    steps = [("A", "2026-03-02T10:00:00Z"), ("B", "2026-03-03T10:00:00Z")]
    source = gzip.compress(xes(*(xes_case(str(n), steps) for n in range(2_000))))
    heard: list[float] = []
    log = Log(case="case:concept:name", time="time:timestamp", area="org:group")
    parsed = exchange.read(source, "a.xes.gz", log, progress=heard.append)
    assert len(parsed.told) == 2_000
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def expected() -> dict[str, Any]:
    path = Path(__file__).resolve().parents[2] / "shared" / "data" / "logs" / "expected.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def real(mapping: dict[str, Any]) -> list[Path]:
    """The files of a real log; the test is skipped where they are not here."""
    return [shared("logs", name) for name in mapping["file"].split(" or ")]


@pytest.mark.parametrize("name", expected() or ["receipt@2012-01-27T00:00:00Z"])
def test_real_logs_give_what_an_independent_program_got(name: str) -> None:
    shared("logs", "expected.json")
    mapping, wanted = expected()[name]["mapping"], expected()[name]["expected"]
    as_of = at(mapping["as_of"])
    known = {key: mapping[key] for key in ("case", "time", "area", "resolved_at") if key in mapping}
    closing = {column: tuple(values) for column, values in mapping.get("resolved_when", {}).items()}
    log = Log(**known, ignore_areas=tuple(mapping.get("ignore_areas", ())), resolved_when=closing)
    for path in real(mapping):
        parsed = exchange.read(path, path.name, log, as_of=as_of)
        assert figures(parsed, as_of) == {key: wanted[key] for key in figures(parsed, as_of)}
        for route in wanted["largest_routes"]:
            assert routes(parsed)[route["from"], route["to"]] == route["requests"]


def figures(parsed: Parsed, as_of: int) -> dict[str, int]:
    lives = [one.life for one in parsed.told]
    return {
        "requests": len(lives),
        "resolved": sum(life.resolved_at is not None for life in lives),
        "open": sum(life.resolved_at is None for life in lives),
        "not_a_handoff": len(parsed.not_a_handoff),
        "rejected_resolved_before_asked": len(parsed.rejected),
        "total_unresolved_seconds": sum((life.resolved_at or as_of) - life.asked_at for life in lives),
        "handoffs_after_first": sum(map(handoffs, (one.events for one in parsed.told))),
    }


def handoffs(events: Any) -> int:
    """Changes of hands after the first; an inform that goes straight on to a third area is one with its reroute."""
    passed = [(e.verb, e.at) for e in events if e.verb in ("question", "inform", "reroute")]
    one_with = sum(a[0] == "inform" and b == ("reroute", a[1]) for a, b in pairwise(passed))
    return len(passed) - one_with


def routes(parsed: Parsed) -> Counter[tuple[str, str]]:
    names = parsed.areas.names
    return Counter(
        (names[one.life.asking_area_id], names[one.life.first_answering_area_id]) for one in parsed.told
    )
