"""Bad files through both ways in, the command line and the page: read, or refused in a sentence, and never by half."""

import socket
from datetime import date, datetime
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from coord import company, exchange, people, requests
from coord.db import Base, Database
from coord.exchange.mapping import List, Log
from coord.refusal import Refused
from coord.text import LANGUAGES, Words
from tests.bad_inputs_files import BROUGHT, FILES, GOOD, ROWS, archive, entity
from tests.browser import LONG
from tests.cast import DAY, MONDAY, Cast
from tests.conftest import shared
from tests.pages import visit
from tests.test_exchange_commands import Console

pytestmark = LONG

LIST = List(asked="prazo", title="pedido", to="area", constants={"from": "Vendas"})
OF_TWO = List(asked="prazo", title="pedido", to="para", from_="de")
LOG = Log(case="concept:name", time="time:timestamp", area="org:group")
NOW = MONDAY + 5 * DAY


def bring(database: Database, name: str, data: bytes) -> int:
    """The file as the page brings it in, with the mapping that is proposed; how many requests, areas or people."""
    found = exchange.proposal.propose(data, name, "America/Sao_Paulo")
    if found.kind in ("areas", "people"):
        with database.begin() as session:
            return exchange.roster.bring(session, exchange.File(data, name), by=_hugo(session))
    mapping = found.mapping or (None if found.kind == "own" else LOG if ".xes" in name else LIST)
    parsed = exchange.read(data, name, mapping, zone="America/Sao_Paulo", now=NOW)
    for language in LANGUAGES:
        assert exchange.left_out(parsed, [], Words(language)).count(b"\n") >= 1 + len(parsed.rejected)
    parsed.preview()
    with database.begin() as session:
        done = exchange.write(session, parsed, by=_hugo(session), at=NOW, file_name=name, digest=name)
    assert done.requests or done.already or parsed.rejected or parsed.not_a_handoff or not parsed.told
    return done.requests


def _hugo(session: Any) -> people.Mandate:
    row = people.by_email(session, "hugo@casaclara.example")
    assert row is not None
    return people.mandate(session, row.id)


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has, but for the record of who did what."""
    with database.read() as session:
        tables = [table for name, table in Base.metadata.tables.items() if not name.startswith("record")]
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def file_of(case: str) -> tuple[str, bytes, str | int]:
    if case in FILES:
        return FILES[case]
    name, becomes = BROUGHT[case]
    return name, shared("bad-inputs", "files", name).read_bytes(), becomes


@pytest.mark.parametrize("case", [*FILES, *BROUGHT])
def test_a_bad_file_is_read_or_refused_and_never_by_half(cast: Cast, case: str) -> None:
    name, data, becomes = file_of(case)
    before = counts(cast.database)
    try:
        came: str | int = bring(cast.database, name, data)
    except Refused as refused:
        came = str(refused)
    if isinstance(becomes, int):
        assert came == becomes
    else:
        assert isinstance(came, str)
        assert becomes in came
    if not came or isinstance(came, str):
        assert counts(cast.database) == before


def test_what_a_brazilian_excel_writes_is_read_right(cast: Cast) -> None:
    name, data, _ = file_of("B133")
    (row,) = (row for _, row in exchange.File(data, name).rows())
    told = {"area": "Produção", "pedido": "Revisão de preço – “ção”", "prazo": "05/03/2026", "horas": "1,5"}
    assert row == told
    bring(cast.database, name, data)
    with cast.database.read() as session:
        (asked,) = requests.every(session, requests.Wanted(), at=NOW)
        assert company.area(session, asked.answering_area_id).name == told["area"]
    assert asked.what == told["pedido"]
    assert datetime.fromtimestamp(asked.asked_at, ZoneInfo("America/Sao_Paulo")).date() == date(2026, 3, 5)


def test_a_file_that_comes_twice_brings_nothing_new(cast: Cast) -> None:
    name, data, _ = file_of("B153")
    assert [bring(cast.database, name, data) for _ in range(2)] == [1, 0]
    with cast.database.read() as session:
        assert len(requests.every(session, requests.Wanted(), at=NOW)) == 1


@pytest.mark.parametrize("case", ["B155", "B169"])
def test_an_entity_that_stands_elsewhere_is_not_fetched(cast: Cast, case: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        log = entity(f"http://127.0.0.1:{elsewhere.getsockname()[1]}/x")
        name, data = ("x.xes", log) if case == "B155" else ("x.xlsx", archive({"xl/workbook.xml": log}))
        with pytest.raises(Refused, match="document type or entities"):
            bring(cast.database, name, data)
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_what_would_grow_without_end_is_refused_at_once(cast: Cast) -> None:
    name, data, _ = file_of("B157")
    began = process_time()
    with pytest.raises(Refused, match="document type or entities"):
        bring(cast.database, name, data)
    assert process_time() - began < 0.1


# One of each kind goes the whole way too: from the command line, and on the page.
WHOLE_WAY = ("B137", "B139", "B145", "B149", "B155", "B161", "B167", "B171", "B173", "a title row", "an unknown encoding",
             "areas without names", "an ask taken away", "next year")  # fmt: skip


@pytest.fixture
def console(cast: Cast, tmp_path: Path, capsys: Any, monkeypatch: Any) -> Console:
    return Console(cast.database.url.render_as_string(hide_password=False), tmp_path, capsys, monkeypatch)


@pytest.mark.parametrize("case", WHOLE_WAY)
def test_the_command_line_says_it_in_a_sentence_and_leaves_nothing_by_half(
    cast: Cast, console: Console, case: str
) -> None:
    name, data, becomes = file_of(case)
    before = counts(cast.database)
    (console.place / name).write_bytes(data)
    mapping = (
        [] if "own" in name or "areas" in name else ["--mapping", console.file("m.toml", _toml(case, name))]
    )
    status, out, err = console.coord("import", str(console.place / name), *mapping)
    assert "Traceback" not in out + err
    if isinstance(becomes, str):
        assert (status, out, counts(cast.database)) == (2, "", before)
        assert err.strip()
    else:
        assert status == 0
        assert out.strip()


def _toml(case: str, name: str) -> str:
    mine = LOG if ".xes" in name else LIST if case in BROUGHT else OF_TWO
    return exchange.mapping.write(mine)


def test_the_page_says_it_in_a_sentence_for_one_file_after_the_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.hugo, "history", at=NOW)
    before = counts(cast.database)
    for case in dict.fromkeys((*WHOLE_WAY, *BROUGHT)):
        name, data, becomes = file_of(case)
        for again in range(2 if case == "B153" else 1):
            upload(seen, name, data, _toml(case, name))
            said = go(seen) if isinstance(becomes, int) and becomes else ""
            if isinstance(becomes, str):  # some can only be seen when it is written
                go(seen)
                assert seen.error, case
            elif becomes:
                assert said.startswith("0 requests are new. 1 was" if again else f"{becomes} request"), (
                    case,
                    said,
                )
            else:
                assert seen.metric, case
                assert not buttons(seen, "go-"), case
        take_back(cast)
        assert counts(cast.database) | {"sign_ins": 0, "submissions": 0} == before | {
            "sign_ins": 0,
            "submissions": 0,
        }, case


def upload(seen: AppTest, name: str, data: bytes, mapping: str) -> None:
    """Choose a file on the page, and say what its columns mean."""
    seen.file_uploader[0].upload(name, data).run()
    assert not seen.exception, (name, seen.exception)
    for text in [one for one in seen.text_area if str(one.key).startswith("text-")]:  # where it is asked
        text.input(mapping)
        buttons(seen, "use-")[0].click().run()
        assert not seen.exception, (name, seen.exception)


def go(seen: AppTest) -> str:
    """Import it, where that is offered; what is said then."""
    for button in buttons(seen, "go-"):
        button.click().run()
    assert not seen.exception, seen.exception
    return " ".join(str(one.value) for one in seen.success)


def buttons(seen: AppTest, begins: str) -> list[Any]:
    return [button for button in seen.button if str(button.key).startswith(begins)]


def take_back(cast: Cast) -> None:
    """Undo every import, so that each file comes to the same company."""
    with cast.database.begin() as session:
        for row in exchange.imports(session):
            exchange.undo(session, row.id, by=cast.hugo, at=NOW)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs/path.csv", "a" * 300 + ".csv", "x\r\nSet-Cookie: a=b.csv", ".htaccess",
                                  "report.xlsx.exe", "C:\\x.csv", "", "\u202evsc.exe", "%00.csv", "\x00"])  # fmt: skip
def test_a_name_of_a_file_is_only_ever_shown(cast: Cast, name: str) -> None:
    parsed = exchange.read((ROWS + GOOD).encode(), name, OF_TWO)
    with cast.database.begin() as session:
        exchange.write(session, parsed, by=cast.hugo, at=NOW, file_name=name, digest="d")
    with cast.database.read() as session:
        kept = exchange.imports(session)[0].file_name
    assert 0 < len(kept) <= 255
    assert kept.isprintable()
    assert not set(kept) & set("/\\\r\n\x00")
