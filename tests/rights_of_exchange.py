"""Who may bring in what other tools know, and take it back."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import exchange
from coord.exchange.mapping import List
from coord.people import Mandate
from coord.requests import Import
from tests.cast import DAY, FOUNDER, MONDAY
from tests.stage import NEVER, Nowhere, Rule, Stage, common

LISTED = b"de;para;pedido;prazo\r\nSales;Product;A list;05/03/2026\r\n"
AREAS = b"name,sphere,about\nExport,sales,What leaves the country\n"
PEOPLE = b"name,email,area,language,zone,rights,about\nKarl,karl@x.example,,,,facilitator,Tall\n"


def _write(session: Session, by: Mandate) -> exchange.Written:
    wish = List(asked="prazo", title="pedido", to="para", from_="de")
    parsed = exchange.read(LISTED, "list.csv", wish, zone="UTC", now=MONDAY + 9 * DAY)
    return exchange.write(session, parsed, by=by, at=MONDAY, file_name="list.csv", digest="list")


def _undo(session: Session, on: Stage, by: Mandate, _: str) -> None:
    written = session.scalar(select(Import.id))
    import_id = NEVER if written is None or isinstance(on, Nowhere) else written
    exchange.undo(session, import_id, by=by, at=MONDAY)


def _open_areas(session: Session, _on: Stage, by: Mandate, _: str) -> None:
    row = {"name": "Export", "sphere": "sales", "about": "What leaves the country"}
    exchange.roster.open_areas(session, [row], by=by)


def _welcome(session: Session, _on: Stage, by: Mandate, _: str) -> None:
    row = {"name": "Karl", "email": "karl@x.example", "area": "", "language": "", "zone": "", "rights": "facilitator",
           "about": "Tall"}  # fmt: skip
    exchange.roster.welcome(session, [row], by=by)


def _bring(data: bytes, name: str) -> Rule:
    return common(
        "admin", do=lambda s, _on, by, _: exchange.roster.bring(s, exchange.File(data, name), by=by)
    )


def files() -> Iterator[tuple[str, Rule]]:
    yield "exchange.write", common("admin", do=lambda s, _on, by, _: _write(s, by))
    yield "exchange.undo", common("admin", do=_undo, first=lambda s, _on: _write(s, FOUNDER))
    yield "roster.bring: areas", _bring(AREAS, "areas.csv")
    yield "roster.bring: people", _bring(PEOPLE, "people.csv")
    yield "roster.open_areas", common("admin", do=_open_areas)
    yield "roster.welcome", common("admin", do=_welcome)
