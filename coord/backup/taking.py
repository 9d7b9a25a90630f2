"""Taking a backup: written beside whoever is at work, verified, and only then there under its name."""

import errno
import logging
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import DBAPIError

import coord
from coord.backup import erasures, folder, postgresql, sqlite
from coord.backup.records import Facts, Manifest
from coord.db import Database, sqlite_module
from coord.refusal import Refused

LARGE = 1_000  # requests of an import before which a backup is made
log = logging.getLogger("coord")


def take(database: Database, *, at: int, why: str = "asked", to: Path | None = None) -> Manifest:
    """Make a backup, verified, in the folder of backups or as the file `to`; one that fails leaves nothing.

    It takes no transaction that others would wait for. Raises Refused with what is in the way.
    """
    if database.is_sqlite and not Path(database.url.database or "").exists():
        raise Refused("There is no database yet: {file}.", file=str(database.url.database))
    where = to.parent if to else folder.place()
    folder.opened(where)
    there = to or folder.free_name(where, database, at, why)
    if there.exists() or folder.manifest_of(there) == there or folder.manifest_of(there).exists():
        raise Refused("There is already a file “{file}”. Choose another name.", file=str(there))
    needed = 0
    try:
        needed = sqlite.size(database) if database.is_sqlite else postgresql.size(database)
        folder.must_have_room(where, needed)
        made = _made(database, there, at, why)
    except (OSError, DBAPIError, sqlite_module().Error) as error:
        raise _why(error, where, needed) from error
    erasures.keep(database, where)
    return made


def before_import(database: Database, requests: int, *, at: int) -> Manifest | None:
    """A backup before many requests are read in; a small import can be undone without one."""
    return take(database, at=at, why="before-import") if requests >= LARGE else None


def _made(database: Database, there: Path, at: int, why: str) -> Manifest:
    began = time.monotonic()
    with folder.being_made(there) as making:
        found = _written(database, making)
        manifest = Manifest(
            file=there.name,
            at=at,
            why=why,
            source=folder.source(database),
            kind="sqlite" if database.is_sqlite else "postgresql",
            program=coord.__version__,
            bytes=making.stat().st_size,
            sha256=folder.digest(making),
            milliseconds=0,
            facts=found,
            checks=sqlite.CHECKS if database.is_sqlite else postgresql.CHECKS,
        )
    manifest = replace(manifest, milliseconds=round((time.monotonic() - began) * 1000))
    try:
        folder.write(there.parent, manifest)
    except BaseException:
        there.unlink(missing_ok=True)
        raise
    log.info("backup made: %s, %d bytes, record %s", there, manifest.bytes, found.record)
    return manifest


def _written(database: Database, making: Path) -> Facts:
    if database.is_sqlite:
        sqlite.write(database, making)
        return sqlite.look(making)
    found = postgresql.write(database, making)
    postgresql.look(database, making)
    return found


def _why(error: Exception, where: Path, needed: int) -> Refused:
    """What stopped a backup, in a sentence."""
    is_full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "is full" in str(error)
    with suppress(OSError):
        free = shutil.disk_usage(where).free
        if is_full:
            return folder.no_room(where, needed + folder.SPARE, free)
    return Refused("The backup was not made: {reason}", reason=str(getattr(error, "orig", error))[:300])


def check(file: Path, database: Database) -> Manifest | None:
    """Look a backup through again, and compare it with its manifest, which is returned where there is one."""
    if not file.is_file():
        raise Refused("There is no file “{file}”.", file=str(file))
    manifest = folder.read(folder.manifest_of(file))
    if manifest is not None and folder.digest(file) != manifest.sha256:
        raise Refused(
            "“{file}” is not as it was made: it has changed since. Take another backup.", file=file.name
        )
    if is_dump(file):
        postgresql.look(database, file)
    else:
        found = sqlite.look(file)
        if manifest is not None and found.counts != manifest.facts.counts:
            raise Refused(
                "“{file}” does not hold what its manifest says. Take another backup.", file=file.name
            )
    return manifest


def is_dump(file: Path) -> bool:
    """Whether a file is PostgreSQL's, by how it begins."""
    with file.open("rb") as opened:
        return opened.read(5) == b"PGDMP"
