"""Files as people have them: odd, broken, hostile. Each is read, or refused in a sentence."""

import contextlib
import gzip
import io
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import openpyxl
import pytest

from coord import exchange
from coord.exchange import File, Instants, Parsed
from coord.exchange.mapping import List, Log
from coord.refusal import Refused
from tests.bad_inputs_files import archive
from tests.conftest import shared
from tests.test_exchange_logs import xes, xes_case

LIST = List(asked="prazo", title="pedido", to="area", constants={"from": "Vendas"})
LOG = Log(case="case:concept:name", time="time:timestamp", area="org:group")
HEADER = "area;pedido;prazo;horas\r\n"


def read(source: bytes | str, name: str = "list.csv", **facts: Any) -> Parsed:
    data = source.encode() if isinstance(source, str) else source
    return exchange.read(data, name, LOG if "xes" in name else LIST, **facts)


def asked(parsed: Parsed) -> list[tuple[str, str, str]]:
    """(answering area, what, day) of each request."""
    day = partial(datetime.fromtimestamp, tz=UTC)
    return [
        (
            parsed.areas.names[one.life.answering_area_id],
            one.life.what,
            day(one.life.asked_at).strftime("%d/%m/%Y"),
        )
        for one in parsed.told
    ]


def refusal(source: bytes | str, name: str = "list.csv") -> str:
    with pytest.raises(Refused) as refused:
        read(source, name)
    return str(refused.value)


ROW = "Produção;Revisão de preço – “ção”;05/03/2026;1,5\r\n"
ONE = [("Produção", "Revisão de preço – “ção”", "05/03/2026")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_list_is_read_in_every_encoding_that_spreadsheets_write(encoding: str) -> None:
    assert asked(read((HEADER + ROW).encode(encoding))) == ONE


def test_a_file_that_mixes_encodings_is_read_line_by_line() -> None:
    mixed = HEADER.encode() + ROW.encode() + ROW.replace("5", "6").encode("cp1252")
    assert [what for _, what, _ in asked(read(mixed))] == [ONE[0][1]] * 2


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_every_usual_delimiter_is_found(mark: str) -> None:
    text = f"area{mark}pedido{mark}prazo\nA{mark}x y{mark}05/03/2026\nB{mark}z{mark}06/03/2026\n"
    assert asked(read(text)) == [("A", "x y", "05/03/2026"), ("B", "z", "06/03/2026")]


def test_the_line_in_which_excel_says_its_delimiter_is_honoured_and_skipped() -> None:
    assert asked(read("sep=|\r\n" + (HEADER + ROW).replace(";", "|"))) == ONE


def test_blank_lines_and_breaks_inside_quotes_make_no_rows() -> None:
    text = HEADER + '\r\n;;;\r\nA;"linha 1\r\nlinha ""2""; com ;";05/03/2026;1\r\n\r\n'
    assert asked(read(text)) == [("A", 'linha 1 linha "2"; com ;', "05/03/2026")]


def test_a_row_with_too_many_cells_is_rejected_and_one_with_too_few_is_filled_up() -> None:
    parsed = read(HEADER + "A;x;05/03/2026\r\nA;y;05/03/2026;1;EXTRA;EXTRA\r\nA;z;05/03/2026;1;;\r\n")
    assert [what for _, what, _ in asked(parsed)] == ["x", "z"]
    assert [str(left.why) for left in parsed.rejected] == ["Line 3 has 6 cells, and the header 4."]


def test_two_columns_of_one_name_are_told_apart() -> None:
    assert File(b"area;area;pedido\r\nA;B;x\r\n", "x.csv").columns == ["area (1)", "area (2)", "pedido"]
    assert "area (1), area (2)" in refusal("area;area;pedido\r\nA;B;x\r\n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"", "This file is empty."),
        (b"\r\n\r\n", "no rows"),
        (b"A;x;05/03/2026;1\r\n", "header was not found"),
        (b"%PDF-1.7 \x01\x02", "not a text file"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(40)) * 9, "not a text file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Excel file"),
        (b"PK\x03\x04 not a zip at all", "damaged"),
        (gzip.compress(b"area;pedido\r\n" * 500, mtime=0)[:-20], "compressed file is damaged"),
        (b"<html><body>Sign in</body></html>", "no XES log"),
    ],
)
def test_what_is_no_list_at_all_is_refused_in_a_sentence(source: bytes, said: str) -> None:
    assert said in refusal(source)


def test_a_header_alone_gives_no_requests_and_nul_bytes_are_left_out() -> None:
    assert not read(HEADER).told
    assert asked(read(HEADER + "A;x\x00y;05/03/2026;1\r\n")) == [("A", "xy", "05/03/2026")]


def test_a_cell_beyond_all_measure_is_refused_with_its_line() -> None:
    assert "Line 2 has a cell that is too long" in refusal(HEADER + f"A;{'x' * 200_000};05/03/2026;1\r\n")


def test_a_bomb_in_a_packed_file_is_refused_while_it_unpacks() -> None:
    assert "200 times as large" in refusal(gzip.compress(b"<log>" + b" " * 60_000_000))


STEPS = [("A", "2026-03-02T10:00:00Z"), ("B", "2026-03-03T10:00:00Z")]
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (f'<!DOCTYPE l [<!ENTITY l0 "lol">{LAUGHS}]><log>&l9;</log>', "document type or entities"),
        ('<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><log>&x;</log>', "document type or entities"),
        ('<!DOCTYPE l SYSTEM "http://127.0.0.1:9/x.dtd"><log/>', "document type or entities"),
        ("<log>" + "<a>" * 100_000, "nested too deeply"),
        ("<log>\n<trace>\n<event>\n", "breaks off at line 4"),
        ("<log>\n<trace>\n</event></log>", "breaks off at line 3"),
    ],
)
def test_a_hostile_or_broken_log_is_refused_at_once(source: str, said: str) -> None:
    assert said in refusal(source, "a.xes")


def test_dates_that_are_none_spoil_their_case_only_and_inclusions_are_passed_over() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" key="org:group" value="C"/>'
    bad = xes_case("bad", [("A", "2026-02-30T99:00:00+99:00")])
    parsed = read(xes(xes_case("good", STEPS).replace("<event>", f"<event>{include}", 1), bad), "a.xes")
    assert [one.case for one in parsed.told] == ["good"]
    assert "2026-02-30T99:00:00+99:00" in str(parsed.rejected[0].why)


def workbook(rows: list[list[Any]], *more: tuple[str, str, list[list[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    sheets = [("Pedidos", "visible", rows), *more]
    book.remove(book.worksheets[0])
    for title, state, filled in sheets:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in filled:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


NAMES = ["area", "pedido", "prazo"]


def test_an_excel_list_is_read_with_its_dates_and_a_number_is_no_date() -> None:
    rows = [NAMES, ["A", "x", date(2026, 3, 5)], ["A", 12, datetime(2026, 3, 6, 8)], ["A", "y", 45678], []]  # noqa: DTZ001
    parsed = read(workbook(rows), "list.xlsx")
    assert asked(parsed) == [("A", "x", "05/03/2026"), ("A", "12", "06/03/2026")]
    assert "“45678” is not a date" in str(parsed.rejected[0].why)


def test_hidden_sheets_are_named_and_not_read() -> None:
    packed = workbook([], ("Alt", "hidden", [NAMES, ["B", "z", "05/03/2026"]]),
                      ("Neu", "visible", [NAMES, ["A", "x", "05/03/2026"]]), ("Mais", "visible", [["q"]]))  # fmt: skip
    file = File(packed, "list.xlsx")
    assert file.columns == NAMES
    assert file.understood == {"sheet": "Neu", "other_sheets": "Pedidos, Mais", "hidden_sheets": "Alt"}
    assert asked(read(packed, "list.xlsx")) == [("A", "x", "05/03/2026")]


def test_excel_files_are_measured_and_looked_at_before_they_are_opened() -> None:
    assert "1200 parts" in refusal(archive({f"{n}.xml": b"<a/>" for n in range(1_200)}))
    assert "would take" in refusal(archive({"xl/worksheets/sheet1.xml": b" " * 60_000_000}))
    doctype = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'
    assert "document type or entities" in refusal(archive({"xl/workbook.xml": doctype}))
    whole = workbook([NAMES, ["A", "x", "05/03/2026"]])
    assert "damaged" in refusal(whole[:2_000])


def test_every_bad_file_of_the_collection_is_read_or_refused() -> None:
    for path in sorted(shared("bad-inputs", "files").iterdir()):
        mapping = LOG if ".xes" in path.name else LIST
        with contextlib.suppress(Refused):
            exchange.proposal.propose(path, path.name)
            exchange.read(path, path.name, mapping)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-05", "2026-03-05T12:00:00+00:00"),
        ("05/03/2026", "2026-03-05T12:00:00+00:00"),
        ("5.3.26 7:08", "2026-03-05T07:08:00+00:00"),
        ("03/04/2026 01:30 PM", "2026-04-03T13:30:00+00:00"),
        ("29/02/2028", "2028-02-29T12:00:00+00:00"),
        ("2026/3/5 07:08:09", "2026-03-05T07:08:09+00:00"),
        ("2011-10-11 13:45:40.276000+02:00", "2011-10-11T11:45:40+00:00"),
        ("20260305T070809Z", "2026-03-05T07:08:09+00:00"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str, instant: str) -> None:
    assert Instants().read(text).at == datetime.fromisoformat(instant).timestamp()


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-13-01", "0001-01-01", "10000-01-01", "45678", "60", "1e308", "2026-01-01T00:00:00+25:00",
     "٠٥/٠٣/٢٠٢٦x", "31/04/2026", "1999-12-31", "2100-01-01", "yesterday", "NaT", "13:00", "05/03/2026 25:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Instants().read(text)


def test_days_without_an_hour_are_local_noon_and_hours_that_the_clock_skips_move_on() -> None:
    paulo = Instants("America/Sao_Paulo")
    assert paulo.read("2026-03-05").at == Instants().read("2026-03-05T15:00Z").at
    assert paulo.read("2018-11-04T00:30").at == Instants().read("2018-11-04T03:30Z").at
    assert Instants("Europe/Lisbon").read("2026-03-29T01:30").at == Instants().read("2026-03-29T01:30Z").at
    with pytest.raises(Refused, match="Mars/Base"):
        Instants("Mars/Base")


def test_one_date_tells_the_order_of_day_and_month_for_all_and_two_may_contradict_each_other() -> None:
    text = "area,pedido,prazo\nA,x,03/04/2026\nA,y,03/14/2026\n"
    assert [day for _, _, day in asked(read(text))] == ["14/03/2026", "04/03/2026"][::-1]
    assert "contradict" in refusal(text + "A,z,14/03/2026\n")
    form = List(asked="prazo", title="pedido", to="area", constants={"from": "V"}, time_format="%Y-%d-%m")
    parsed = exchange.read(b"area,pedido,prazo\nA,x,2026-04-03\n", "x.csv", form)
    assert asked(parsed) == [("A", "x", "04/03/2026")]
    slip = "area,pedido,prazo\n" + "A,x,14/03/2026\n" * 20 + "A,y,03/14/2026\n"
    assert ["03/14/2026" in str(left.why) for left in read(slip).rejected] == [True]
