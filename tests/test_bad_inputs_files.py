"""Bad files through both ways in, the command line and the page: read, or refused in a sentence, and never by half."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from coord import exchange, people
from coord.db import Base, Database
from coord.exchange.mapping import List, Log
from coord.refusal import Refused
from coord.text import LANGUAGES, Words
from tests.bad_inputs_files import BROUGHT, FILES, GOOD, ROWS
from tests.browser import LONG
from tests.cast import DAY, MONDAY, Cast
from tests.conftest import shared
from tests.pages import visit, words
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
    assert done.requests or parsed.rejected or parsed.not_a_handoff or not parsed.told
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
    before = counts(cast.database)
    seen = visit(monkeypatch, cast.database, cast.hugo, "history")
    for case in WHOLE_WAY:
        name, data, becomes = file_of(case)
        seen.file_uploader[0].upload(name, data).run()
        assert not seen.exception, (case, seen.exception)
        for go in [button for button in seen.button if str(button.key).startswith("go-")]:
            if isinstance(becomes, str):  # what could only be seen when it is written
                go.click().run()
                assert not seen.exception, (case, seen.exception)
                assert seen.error, case
        assert seen.error or seen.metric or "column" in words(seen), case
    after = counts(cast.database)
    assert {name: n for name, n in after.items() if n != before[name]}.keys() <= {"sign_ins", "submissions"}


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
