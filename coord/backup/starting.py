"""Before Coord works with a database: is it whole, and is a restore or an update to be finished first?"""

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from coord import migrations
from coord.backup import folder, restoring, sqlite
from coord.backup.facts import has_company
from coord.backup.taking import take
from coord.db import Database, sqlite_module
from coord.refusal import Refused

log = logging.getLogger("coord")

LONGEST = 5.0  # seconds that a start may spend on looking through the file


def must_be_there(address: str) -> None:
    """Raises Refused where there is no file yet: SQLite would make one as soon as it is looked at."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Refused(
            "There is no database at {file} yet. Start Coord there once, or give this command the variables of the server.",
            file=str(url.database),
        )


def make_ready(database: Database, *, at: int, serving: bool = False) -> None:
    """Finish a restore that was killed, see that the database is sound, and bring its schema up to date.

    Raises Refused with what is wrong and what to do. `serving`: for a server that holds the database; it takes the
    time to look through the file.
    """
    with plainly(database):
        if restoring.is_unfinished(database):
            with nullcontext() if serving else database.held():
                restoring.finish(database)
            log.warning("a restore that had been stopped was finished")
        if database.is_sqlite:
            _look(Path(database.url.database or ""), database, thorough=serving)
        migrations.upgrade(database, first=lambda: before_update(database, at))


def before_update(database: Database, at: int) -> None:
    """A backup before the schema changes, where there is something to lose. Raises Refused, and nothing has begun."""
    with database.read() as session:
        if not has_company(session):
            return
    try:
        made = take(database, at=at, why="before-update")
    except Refused as refused:
        raise Refused("The update of the database was not begun, since no backup could be made first. {reason}",
                      reason=str(refused)) from refused  # fmt: skip
    log.warning("the database is being updated; a backup was made before: %s", folder.place() / made.file)


@contextmanager
def plainly(database: Database) -> Iterator[None]:
    """Say in sentences what keeps a database from being opened."""
    try:
        yield
    except (DBAPIError, OSError, sqlite_module().Error) as error:
        raise _meaning(error, database) from error


def _meaning(error: Exception, database: Database) -> Refused:
    said, file = str(getattr(error, "orig", error)), str(database.url.database)
    if not database.is_sqlite:
        return Refused("The database does not answer: {reason}", reason=" ".join(said.split())[:300])
    if "is full" in said or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return Refused(
            "The disk is full: Coord can't write beside {file}. Make room, then start it again.", file=file
        )
    if "readonly" in said or "unable to open" in said or isinstance(error, PermissionError | OSError):
        return cant_write(database)
    if "malformed" in said or "not a database" in said:
        return damaged(database, said)
    return Refused("The database {file} can't be opened: {reason}", file=file, reason=said[:300])


def cant_write(database: Database) -> Refused:
    return Refused("Coord can't write to its database {file}, or into the folder that it lies in. Give the user who starts "
                   "Coord the right to write there, then start it again.", file=str(database.url.database))  # fmt: skip


def damaged(database: Database, found: str) -> Refused:
    """What to do with a damaged file: the newest good backup, by its name."""
    rows = folder.made(folder.place(), database)
    facts = {"file": str(database.url.database), "found": found[:200], "folder": str(folder.place())}
    if not rows:
        return Refused("The database {file} is damaged ({found}). Nothing was changed. There is no backup of it in {folder}.",
                       **facts)  # fmt: skip
    return Refused("The database {file} is damaged ({found}). Nothing was changed. The newest backup under that "
                   "name, of {company} and made {when}, takes its place with: coord restore {backup}", **facts,
                   when=folder.told(rows[0].at), company=rows[0].facts.company or "?",
                   backup=str(folder.place() / rows[0].file))  # fmt: skip


def _look(file: Path, database: Database, *, thorough: bool) -> None:
    """Raises Refused for a file that is none, is cut off, or is damaged inside."""
    if not file.exists():
        return
    found = sqlite.seen_from_outside(file)
    if found and (
        file.stat().st_size or folder.made(folder.place(), database)
    ):  # an empty one may be a first start
        raise damaged(database, found)
    if thorough:
        if not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK | os.X_OK)):
            raise cant_write(database)
        _look_through(file, database)


def _look_through(file: Path, database: Database) -> None:
    """As much of the file as can be read in a few seconds."""
    until = time.monotonic() + LONGEST
    address = f"file:{quote(str(file.resolve()))}?mode=rw"
    with closing(sqlite_module().connect(address, uri=True, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        try:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite_module().OperationalError as error:
            if "interrupted" not in str(error):
                raise
            log.info("the database is large: at this start only a part of it was looked through")
            return
    if found != ("ok",):
        raise damaged(database, str(found[0]))
