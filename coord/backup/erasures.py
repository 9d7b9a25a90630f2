"""Who was erased since a backup was made, so that a restore does not bring them back."""

from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from coord import company
from coord.backup import folder, sqlite
from coord.backup.facts import has_company
from coord.db import Database
from coord.departures import erasure
from coord.refusal import Refused

Known = dict[int, set[int]]  # when a company was founded, which says which it is → who was erased in it


def known(database: Database) -> Known:
    """Who was erased, as the database that is there says. Empty where it can't be read, or there is none."""
    there = Path(database.url.database or "")
    if database.is_sqlite and (not there.exists() or sqlite.seen_from_outside(there)):
        return {}
    with suppress(DBAPIError, Refused, OSError), database.read() as session:
        if has_company(session):
            return {company.the(session).founded_at: {one for one, _ in erasure.erased(session)}}
    return {}


def again(session: Session, erased: Known, at: int) -> int:
    """Erase them again, and those of whom only the ledger beside the backups knows; how many."""
    founded_at = company.the(session).founded_at
    ledger = {one for one, _ in erasure.remembered(folder.place(), founded_at)}
    return erasure.erase_again(session, ledger | erased.get(founded_at, set()), at)


def keep(database: Database, where: Path) -> None:
    """Write who was erased beside the backups, as far as the database that is there can tell."""
    with suppress(DBAPIError, Refused, OSError), database.read() as session:
        if has_company(session):
            erasure.remember(session, where)
