"""A first guess at what the columns of a file mean, which a person then corrects."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from coord.exchange import own, roster
from coord.exchange.files import File
from coord.exchange.instants import Instants, order_of
from coord.exchange.mapping import List, Log, Mapping
from coord.refusal import Refused
from coord.text import typed

ROWS = 2_000
SAMPLE = 20

Row = dict[str, str | date]

# Words that column names have in exports and in our three languages, folded; the earlier the better.
_CASE = "case concept name,case id,caseid,ticket number,ticket id,issue key,request id,case,ticket,chamado,protocolo,numero,number,key,id,incident,caso"
_TIME = "time timestamp,timestamp,event time,changed at,instant,momento,data hora,fecha hora,datetime,date time,date,data,fecha,hora,time"
_AREA = "org group,assignment group,area,department,departamento,setor,group,team,equipe,equipo,organization involved,grupo,queue,fila,cola"
_TITLE = "title,short description,summary,subject,titulo,assunto,asunto,pedido,solicitacao,peticion,description,descricao,descripcion,name,what"
_FROM = (
    "from,asking area,requester group,requesting area,de,area solicitante,solicitante,origem,origen,from area"
)
_TO = "to,answering area,assignment group,assigned group,para,area responsavel,responsavel,responsable,destino,area,to area,team,setor"
_ASKED = "asked,asked at,opened at,created,created at,created date,sys created on,aberto em,criado em,data de abertura,data do pedido,abierto,creado,fecha de apertura,opened,pedido em"
_ANSWERED = "first answered,first answered at,first response,first response at,primeira resposta,primera respuesta,responded at"
_PROMISED = (
    "promised,promised on,promise,due date,due,prazo,plazo,prometido,vencimento,vencimiento,fecha limite"
)
_DELIVERED = "delivered,delivered at,entregue,entregue em,entregado,entrega"
_RESOLVED = "resolved,resolved at,closed at,finished date,finished,completed at,case enddate,concluido em,resolvido em,encerrado em,fechado em,cerrado,resuelto,closed,end date,resolution date"
_OUTCOME = "outcome,resultado,resolution,desfecho,status,state,estado,close code"
_CUSTOMER = "customer,cliente,client,account"
_FILLERS = {
    "empty",
    "unknown",
    "none",
    "null",
    "n/a",
    "na",
    "nan",
    "-",
    "?",
    "vazio",
    "vacio",
    "desconhecido",
    "desconocido",
}
_CLOSING = re.compile(
    r"(closed|completed?|resolved|done|fechad[oa]|encerrad[oa]|concluid[oa]|cerrad[oa]|resuelt[oa]|finalizad[oa])"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file seems to be; `mapping` is None for Coord's own files, which need none, and where no guess was good."""

    kind: str  # log, list, own, areas, people, unknown
    mapping: Mapping | None
    columns: list[str]
    sample: list[Row]
    understood: dict[str, str]  # encoding, delimiter, sheet, hidden_sheets, dates …


def propose(source: bytes | Path, name: str, zone: str = "UTC") -> Proposal:
    """What a file is, how it was understood, and which column seems to mean what."""
    file = File(source, name)
    found = [row for _, row in islice(file.rows(), ROWS) if not isinstance(row, Refused)]
    kind, mapping = _guess(file, found, zone)
    understood = {"format": file.kind, **file.understood}
    if mapping is not None:
        understood["dates"] = _order(found, file.columns)
    return Proposal(kind, mapping, file.columns, found[:SAMPLE], understood)


def _guess(file: File, rows: Sequence[Row], zone: str) -> tuple[str, Mapping | None]:
    columns = file.columns
    if own.is_own(columns):
        return "own", None
    if kind := roster.kind(columns):
        return kind, None
    dated = [name for name in columns if _is_dated(rows, name)]
    if file.kind == "xes" or _repeats(rows, columns):
        log = _log(columns, dated, rows, zone)
        if log is not None:
            return "log", log
    found = _list(columns, dated, zone)
    return ("list", found) if found is not None else ("unknown", None)


def _log(columns: list[str], dated: list[str], rows: Sequence[Row], zone: str) -> Log | None:
    case, area = _named(columns, _CASE), _named(columns, _AREA)
    timed = [name for name in dated if not name.startswith("case:")] or dated
    time = _named(timed, _TIME) or next(iter(timed), None)
    if case is None or time is None or area is None:
        return None
    closing = _closing(columns, rows)
    resolved = _named([name for name in dated if name != time], _RESOLVED)
    return Log(
        case=case,
        time=time,
        area=area,
        time_zone=zone,
        title=_named([name for name in columns if name not in (case, area, "concept:name")], _TITLE),
        resolved_at=resolved,
        resolved_when={} if resolved else closing,
        ignore_areas=tuple(sorted({str(row[area]) for row in rows if _is_filler(row.get(area))})),
    )


def _is_filler(value: str | date | None) -> bool:
    """Whether a value stands where there is none."""
    return isinstance(value, str) and typed.fold(value) in _FILLERS


def _closing(columns: list[str], rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """A column of few values of which some say that a case is closed."""
    for name in columns:
        values = {str(row[name]) for row in rows if row.get(name)}
        closing = tuple(sorted(value for value in values if _CLOSING.fullmatch(typed.fold(value))))
        if closing and 1 < len(values) <= 30 and not {typed.fold(v) for v in values} <= {"complete", "start"}:
            return {name: closing}
    return {}


def _list(columns: list[str], dated: list[str], zone: str) -> List | None:
    asked = _named(dated, _ASKED) or (dated[0] if dated else None)
    if asked is None:
        return None
    free = [name for name in columns if name not in dated]
    source = _named(free, _FROM)
    target = _named([name for name in free if name != source], _TO)
    constants = {
        side: side.capitalize() for side, column in (("from", source), ("to", target)) if column is None
    }
    rest = [name for name in dated if name != asked]
    return List(
        asked=asked,
        case=_named(free, _CASE),
        title=_named([name for name in free if name not in (source, target)], _TITLE),
        from_=source,
        to=target,
        first_answered=_named(rest, _ANSWERED),
        promised=_named(rest, _PROMISED),
        delivered=_named(rest, _DELIVERED),
        resolved=_named(rest, _RESOLVED),
        outcome=_named(free, _OUTCOME),
        customer=_named(free, _CUSTOMER),
        constants=constants,
        time_zone=zone,
    )


def _named(columns: Iterable[str], words: str) -> str | None:
    """The column whose name is the earliest of these words, or holds it as a word."""
    plain = {name: re.sub(r"[\W_]+", " ", typed.fold(name)).strip() for name in columns}
    wanted = words.split(",")
    for word in wanted:
        for name, said in plain.items():
            if said == word:
                return name
    for word in wanted:
        for name, said in plain.items():
            if len(word) > 3 and f" {word} " in f" {said} ":
                return name
    return None


def _is_dated(rows: Sequence[Row], name: str) -> bool:
    """Whether nearly all of a column's values are dates."""
    values = [row[name] for row in rows if row.get(name)][:200]
    reader, good = Instants(), 0
    for value in values:
        try:
            reader.read(value)
        except Refused:
            continue
        good += 1
    return bool(values) and good >= 0.9 * len(values)


def _repeats(rows: Sequence[Row], columns: list[str]) -> bool:
    """Whether a column that could name cases has values that come again: then a row is an event."""
    case = _named(columns, _CASE)
    values = [str(row[case]) for row in rows if case and row.get(case)]
    return len(values) > 1 and len(set(values)) <= 0.8 * len(values)


def _order(rows: Sequence[Row], columns: list[str]) -> str:
    """How dates are written: the order of day and month where they tell it."""
    try:
        order = order_of(row[name] for row in rows for name in columns if name in row)
    except Refused:
        return "mixed"
    return order or ""
