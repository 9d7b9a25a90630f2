"""Whether the record still leads through where each backup ends: what is cut off at its end breaks nothing before it."""

from sqlalchemy import select

from coord import company, record
from coord.backup import folder
from coord.backup.records import Manifest, Restore
from coord.db import Database


def missing(database: Database) -> Manifest | None:
    """The oldest backup whose last entry does not stand in the record. After a restore only that backup counts, and those
    that were made since: what others hold was left behind."""
    # before the look: what is saved after it is in no backup of these
    made = folder.made(folder.place(), database)
    with database.read() as session:
        founded_at = company.the(session).founded_at
        last = session.scalars(select(Restore).order_by(Restore.id.desc()).limit(1)).first()
        counting = [
            one
            for one in reversed(made)
            if one.facts.founded_at == founded_at
            and (last is None or one.at > last.at or one.file == last.file)
        ]
        return next((one for one in counting if not record.leads_through(session, _end(one))), None)


def missing_entry(database: Database) -> int | None:
    """The number of the entry that is missing, as a check tells it."""
    found = missing(database)
    return _end(found).n if found is not None else None


def _end(one: Manifest) -> record.Head:
    return (
        record.Head(**one.facts.record) if one.facts.record is not None else record.Head(0, record.BEGINNING)
    )
