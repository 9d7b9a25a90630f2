"""Giving a backup to an administrator: it holds everything that the company has written."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import company
from coord.backup import folder
from coord.backup.records import BackupGiven
from coord.db import Database
from coord.people import Mandate
from coord.refusal import Refused


def give(session: Session, name: str, *, by: Mandate, at: int) -> None:
    """Note who takes a backup out of the house. Raises Refused for whoever is no administrator."""
    by.must_administer()
    session.add(BackupGiven(at=at, person_id=by.person_id, file=name[:255]))
    session.flush()


def was_given(session: Session) -> bool:
    """Whether a backup was ever taken out of the house: until then all of them may go with this computer."""
    return session.scalar(select(BackupGiven.id).limit(1)) is not None


def the(database: Database, name: str) -> Path:
    """A backup of this company by its name. Raises Refused where there is none, or none any more."""
    with database.read() as session:
        founded_at = company.the(session).founded_at
    if name not in {one.file for one in folder.made(folder.place(), database, founded_at=founded_at)}:
        raise Refused("There is no such backup any more.")
    return folder.place() / name
