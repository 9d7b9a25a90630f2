"""Where backups lie, what they are called, and how a file gets there so that it is whole or not there."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from coord import settings
from coord.backup.records import Facts, Manifest
from coord.db import Database
from coord.refusal import Refused

SPARE = 16 << 20  # bytes that stay free beside a backup


def place() -> Path:
    """The folder of the backups."""
    return settings.read().backups


def source(database: Database) -> str:
    """What the backups of a database begin with."""
    return re.sub(r"[^\w.-]", "-", Path(database.url.database or "coord").stem)


def stamp(at: int) -> str:
    """An instant as it stands in names: 2026-11-22T030000Z."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H%M%SZ")


def free_name(folder: Path, database: Database, at: int, why: str) -> Path:
    """A name that no backup has: what it is of, when it was made and, where that matters, why."""
    reason = "" if why in ("night", "asked") else f"-{why}"
    ending = ".db" if database.is_sqlite else ".dump"
    base = f"{source(database)}-{stamp(at)}{reason}"
    names = (folder / f"{base}{f'-{n}' if n > 1 else ''}{ending}" for n in range(1, 1_000))
    return next(name for name in names if not name.exists() and not manifest_of(name).exists())


def manifest_of(file: Path) -> Path:
    return file.with_suffix(".json")


def made(folder: Path, database: Database | None = None, *, founded_at: int | None = None) -> list[Manifest]:
    """The backups in a folder (of databases that are called so, and of the company that was founded at this instant), the
    newest first; files that Coord did not make are not there."""
    found = [read(file) for file in folder.glob("*.json")] if folder.is_dir() else []
    mine = None if database is None else (source(database), "sqlite" if database.is_sqlite else "postgresql")
    kept = [
        one
        for one in found
        if one is not None
        and (folder / one.file).is_file()
        and mine in (None, (one.source, one.kind))
        # older ones don't say whose they are
        and (founded_at is None or one.facts.founded_at in (None, founded_at))
    ]
    return sorted(kept, key=lambda one: (one.at, one.file), reverse=True)


def read(manifest: Path) -> Manifest | None:
    """A manifest, or None for a file that is none."""
    try:
        kept = json.loads(manifest.read_text("utf-8"))
        kept.pop("made", None)
        found = Manifest(**{**kept, "facts": Facts(**kept["facts"]), "checks": tuple(kept["checks"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    is_beside = manifest_of(manifest.with_name(Path(found.file).name)) == manifest
    return found if is_beside and Path(found.file).name == found.file and isinstance(found.at, int) else None


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest beside its backup, safe from a loss of power."""
    facts = {"made": told(manifest.at), **asdict(manifest)}
    there = manifest_of(folder / manifest.file)
    with being_made(there) as making:
        making.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", "utf-8")
    synced(folder)  # then the names in it are written down too


@contextmanager
def being_made(there: Path) -> Iterator[Path]:
    """A file that only its owner may read, under a name of its own until it is whole; otherwise it is gone."""
    making = there.with_name(f".{there.name}.making")
    making.unlink(missing_ok=True)
    try:
        os.close(os.open(making, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield making
        synced(making)
        making.rename(there)
    finally:
        for left in (making, making.with_name(making.name + "-journal")):
            left.unlink(missing_ok=True)


def opened(folder: Path) -> None:
    """Make the folder, for its owner only. Raises Refused where that can't be."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=0o700, parents=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as error:
        raise Refused("Nothing can be written into the folder of backups, {folder}: {reason}.", folder=str(folder),
                      reason=error.strerror or str(error)) from None  # fmt: skip


def shares_disk(database: Database) -> bool:
    """Whether the backups lie on the disk of the database: when it breaks, both are lost."""
    try:
        there = next(path for path in (place().absolute(), *place().absolute().parents) if path.exists())
        return database.is_sqlite and there.stat().st_dev == Path(database.url.database or "").stat().st_dev
    except OSError:
        return False


def must_have_room(folder: Path, needed: int) -> None:
    """Raises Refused where the disk has less room than a backup needs."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise no_room(folder, needed + SPARE, free)


def no_room(folder: Path, needed: int, free: int) -> Refused:
    return Refused("There is no room for a backup in {folder}: it needs {needed} MB, and {free} MB are free.",
                   folder=str(folder), needed=-(-needed // 1_000_000), free=free // 1_000_000)  # fmt: skip


def digest(file: Path) -> str:
    """The sha256 of a backup. Never of a database in use: opening it would drop SQLite's locks."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def synced(file: Path) -> None:
    """Have a file on the disk, not only in the memory of the computer."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def told(at: int) -> str:
    """An instant as people and programs read it."""
    return datetime.fromtimestamp(at, UTC).isoformat()
