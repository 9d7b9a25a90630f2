"""A backup of a SQLite database: written by SQLite itself beside whoever is at work, and looked through."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from coord.backup.facts import facts
from coord.backup.records import Facts
from coord.db import Database, sqlite_module
from coord.refusal import Refused

CHECKS = ("quick_check", "foreign_key_check", "counts", "sha256")


def size(database: Database) -> int:
    """The bytes that a backup needs at most."""
    with closing(_connected(database)) as connection:
        (pages,), (page,) = (
            connection.execute(f"PRAGMA {n}").fetchone() for n in ("page_count", "page_size")
        )
    return int(pages * page)


def write(database: Database, file: Path) -> None:
    """Write the database as it stands at this instant; nobody who saves has to wait."""
    with closing(_connected(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(file),))


def look(file: Path) -> Facts:
    """What is in a backup. Raises Refused where it is damaged, with what was found."""
    try:
        with closing(sealed(file)) as connection:
            found = connection.execute("PRAGMA quick_check(3)").fetchall()
            lost = connection.execute("PRAGMA foreign_key_check").fetchmany(3)
        if found != [("ok",)]:
            raise damaged(file, str(found[0][0]))
        if lost:
            raise damaged(file, f"{lost[0][0]} → {lost[0][2]}")
        with session(file) as reading:
            return facts(reading)
    except sqlite_module().DatabaseError as error:
        raise damaged(file, str(error)) from None


def seen_from_outside(file: Path) -> str:
    """What is wrong with a file before SQLite opens it, which could already write to it; nothing for a whole one.

    Only before this process has any connection to it: closing the file would drop their locks.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        head = opened.read(100)
    if size == 0:
        return "0 bytes"
    if not head.startswith(b"SQLite format 3\0"):
        return "not a database"
    page = int.from_bytes(head[16:18], "big")
    return "cut off" if size % (page if page != 1 else 65_536) else ""


@contextmanager
def session(file: Path) -> Iterator[Session]:
    """A look into a backup that leaves nothing beside it."""
    engine = create_engine("sqlite://", module=sqlite_module(), creator=lambda: sealed(file))
    try:
        with Session(engine) as reading:
            yield reading
    finally:
        engine.dispose()


def sealed(file: Path) -> Any:
    """A connection to a file that nobody writes to."""
    address = f"file:{quote(str(file.resolve()))}?immutable=1"
    return sqlite_module().connect(address, uri=True, isolation_level=None, check_same_thread=False)


def damaged(file: Path, found: str) -> Refused:
    return Refused("“{file}” is damaged ({found}). Take another backup.", file=file.name, found=found[:200])


def _connected(database: Database) -> Any:
    """A connection of our own, by the same library as all others in this process."""
    address = f"file:{quote(str(Path(database.url.database or '').resolve()))}?mode=ro"
    connection = sqlite_module().connect(address, uri=True, isolation_level=None)
    connection.execute("PRAGMA busy_timeout=15000")
    return connection
