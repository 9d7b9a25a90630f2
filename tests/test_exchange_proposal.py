"""What a file seems to be, guessed from its columns; and the demo company, read by the same importer."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coord import company, exchange, people, requests
from coord.db import Database
from coord.exchange import demo, mapping, proposal
from coord.exchange.mapping import List, Log
from coord.refusal import Refused
from coord.settings import ROOT
from tests.conftest import shared
from tests.test_exchange_logs import at

EVENTS = """Chamado,Equipe,Data,Situação,Título
1,Vendas,02/01/2026 10:00,Aberto,Pintar
1,Oficina,13/01/2026 10:00,Aberto,
1,Oficina,14/01/2026 10:00,Fechado,
2,Vendas,05/01/2026 10:00,Aberto,Pesar
2,Oficina,06/01/2026 10:00,Aberto,
"""
REQUESTS = """Número;Assunto;Solicitante;Responsável;Aberto em;Prazo;Concluído em;Status
1;Pintar;Vendas;Oficina;02/01/2026;20/01/2026;14/01/2026;Concluído
2;Pesar;Vendas;Oficina;05/01/2026;;;Aberto
"""


def test_an_event_log_is_recognised_with_its_columns() -> None:
    found = proposal.propose(EVENTS.encode("cp1252"), "log.csv", "America/Sao_Paulo")
    assert found.kind == "log"
    assert found.mapping == Log(
        case="Chamado",
        time="Data",
        area="Equipe",
        title="Título",
        time_zone="America/Sao_Paulo",
        resolved_when={"Situação": ("Fechado",)},
    )
    assert found.understood == {"format": "csv", "encoding": "windows-1252", "delimiter": ",", "dates": "dmy"}
    assert found.sample[0]["Título"] == "Pintar"
    parsed = exchange.read(EVENTS.encode("cp1252"), "log.csv", found.mapping)
    assert [one["what"] for one in parsed.preview()] == ["Pintar", "Pesar"]


def test_a_request_list_is_recognised_with_its_columns() -> None:
    found = proposal.propose(REQUESTS.encode("cp1252"), "list.csv")
    assert isinstance(found.mapping, List)
    guessed = {name: getattr(found.mapping, name) for name in ("case", "title", "from_", "to", "asked", "promised", "resolved", "outcome")}  # fmt: skip
    assert list(guessed.values()) == ["Número", "Assunto", "Solicitante", "Responsável", "Aberto em", "Prazo", "Concluído em", "Status"]  # fmt: skip
    parsed = exchange.read(REQUESTS.encode("cp1252"), "list.csv", found.mapping)
    assert [one.life.state for one in parsed.told] == ["satisfied", "asked"]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("request,at,verb,person,area,from,to\n", "own"),
        ("name,sphere,about\n", "areas"),
        ("name,email,area,rights\n", "people"),
        ("colour,shape\nred,round\n", "unknown"),
    ],
)
def test_our_own_files_need_no_mapping_and_some_files_get_none(source: str, kind: str) -> None:
    found = proposal.propose(source.encode(), "x.csv")
    assert (found.kind, found.mapping) == (kind, None)


@pytest.mark.parametrize(
    ("parts", "kind", "wanted"),
    [
        (("logs", "receipt.xes.gz"), "log", {"case": "case:concept:name", "area": "org:group", "resolved_at": "case:enddate"}),
        (("logs", "receipt.csv.gz"), "log", {"case": "case:concept:name", "time": "time:timestamp"}),
        (("logs", "bpic2013-closed-problems.xes.gz"), "log", {"time": "time:timestamp", "area": "org:group"}),
        (("tracker-exports", "servicenow-incidents.csv"), "list", {"case": "number", "asked": "opened_at", "to": "assignment_group"}),
        (("tracker-exports", "agile-project-dataset.csv"), "list", {"asked": "created_date", "resolved": "finished_date"}),
    ],
)  # fmt: skip
def test_real_exports_are_recognised(parts: tuple[str, ...], kind: str, wanted: dict[str, str]) -> None:
    path = shared(*parts)
    found = proposal.propose(path, path.name)
    assert found.kind == kind
    assert {name: getattr(found.mapping, name) for name in wanted} == wanted
    assert found.mapping is not None
    assert mapping.read(mapping.write(found.mapping)) == found.mapping


SUNDAY = at("2026-11-22T09:00Z")


@pytest.fixture(params=demo.COMPANIES)
def language(request: Any) -> str:
    if not (demo.DATA / request.param / "events.csv").exists():
        pytest.skip("the demo's data is not here")
    return str(request.param)


def test_the_demo_ends_today_in_each_language_and_its_stories_hold(database: Database, language: str) -> None:
    with database.begin() as session:
        done = demo.settle(session, language, at=SUNDAY)
    assert done.requests > 150
    with database.read() as session:
        assert exchange.own.check(session) == (done.requests, [])
        assert (company.the(session).language, len(company.areas(session))) == (language, 9)
        rows = requests.every(session, requests.Wanted(), at=SUNDAY)
        assert SUNDAY - 7 * 86_400 < max(row.last_at for row in rows) <= SUNDAY
        rights = {right for held in people.rights(session).values() for right, _ in held}
        assert rights == set(people.RIGHTS)
        assert all(row.about for row in people.people(session))


def test_the_demo_moves_by_whole_weeks_and_keeps_weekday_and_hour_across_the_change_of_clocks(
    tmp_path: Path,
) -> None:
    header = "request,at,verb,area,from,to,day,what,needed_on,silence_at\n"
    rows = (
        "R1,2026-11-16T10:00:00Z,ask,A,A,B,,x,2026-11-27,\n"
        "R1,2026-11-17T10:00:00Z,promise,B,B,A,2026-11-19,,,\n"
        "R1,2026-11-20T10:00:00Z,deliver,B,B,A,,,,2026-12-04T23:00:00Z\n"
    )
    place = tmp_path / "events.csv"
    place.write_text(header + rows)
    for now, weeks in (
        ("2027-07-02T15:00Z", 32),
        ("2027-07-02T08:00Z", 31),
        ("2027-06-30T15:00Z", 31),
        ("2026-06-06T15:00Z", -24),
    ):
        life = demo.read(place, "Europe/Madrid", at=at(now))[0].told[0].life
        zone = ZoneInfo("Europe/Madrid")
        delivered, silence = (
            datetime.fromtimestamp(i or 0, UTC).astimezone(zone) for i in (life.delivered_at, life.silence_at)
        )
        assert (delivered.weekday(), delivered.hour, silence.hour) == (4, 11, 0)
        assert (delivered.date() - date(2026, 11, 20)).days == 7 * weeks
        assert life.needed_on is not None
        assert (life.needed_on - date(2026, 11, 27)).days == 7 * weeks


def test_a_demo_is_made_in_a_database_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    demo.load(url, "en", at=SUNDAY)
    database = Database(url)
    with database.read() as session, pytest.raises(Refused, match="already"):
        company.found(session, demo.COMPANIES["en"], at=SUNDAY)
    database.close()
    assert demo.week(SUNDAY) == date(2026, 11, 20)
    assert ROOT in demo.DATA.parents
