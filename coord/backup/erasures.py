"""Who was erased since a backup was made, so that a restore does not bring them back."""

import logging
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from coord import company
from coord.backup import folder, sqlite
from coord.backup.facts import has_company
from coord.db import Database
from coord.departures import erasure
from coord.refusal import Refused

log = logging.getLogger("coord")


def since(database: Database, founded_at: int, file: Path) -> set[int]:
    """Who was erased in the company that a backup is of: the database that is there knows it, and the ledgers among the
    backups and beside this file, which may lie elsewhere. When it was founded says which company it is."""
    found = _known(database).get(founded_at, set())
    for where in (folder.place(), file.parent):
        found |= {one for one, _ in erasure.remembered(where, founded_at)}
    return found


def _known(database: Database) -> dict[int, set[int]]:
    """Of which company the database that is there is, and who was erased in it. Empty where it can't be read, or there
    is none."""
    there = Path(database.url.database or "")
    if database.is_sqlite and (not there.exists() or sqlite.seen_from_outside(there)):
        return {}
    with suppress(DBAPIError, Refused, OSError), database.read() as session:
        if has_company(session):
            return {company.the(session).founded_at: {one for one, _ in erasure.erased(session)}}
    return {}


def keep(database: Database, where: Path) -> None:
    """Write who was erased beside the backups, as far as the database that is there can tell."""
    try:
        with suppress(DBAPIError), database.read() as session:
            if has_company(session):
                erasure.remember(session, where)
    except (Refused, OSError) as error:
        log.error("who was erased could not be written beside the backups: %s", error)
