"""What a file seems to be, guessed from its columns; and the demo company, read by the same importer."""

import pytest

from coord import exchange
from coord.exchange import mapping, proposal
from coord.exchange.mapping import List, Log
from tests.conftest import shared

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
