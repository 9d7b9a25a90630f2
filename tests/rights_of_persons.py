"""Who may erase a person."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from coord import departures, people
from coord.people import Mandate
from tests.cast import MONDAY
from tests.stage import Rule, Stage, common


def _erase(session: Session, on: Stage, by: Mandate, _: str) -> None:
    departures.erase(session, on("jonas"), name="Jonas", by=by, at=MONDAY)


def erasure() -> Iterator[tuple[str, Rule]]:
    yield "departures.erase", common("admin", do=_erase)
    yield (
        "people.erase",
        common("admin", do=lambda s, on, by, _: people.erase(s, on("jonas"), by=by, at=MONDAY)),
    )
