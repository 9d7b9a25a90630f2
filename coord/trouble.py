"""What is wrong with the database, told as a sentence: a full disk, a lost connection, a damaged file."""

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from coord.refusal import Busy, Refused, Trouble
from coord.text import N_

BUSY = N_("The database is busy. Nothing was saved; please try again.")
LOST = N_("The database does not answer at this moment. Nothing was saved; please try again.")
CUT = N_(
    "It is not certain whether this was saved: the database was cut off. Press again; it is never recorded twice."
)
FULL = N_("The disk of the server is full. Nothing was saved. Tell your administrator.")
READ_ONLY = N_("The server may only read its database. Nothing was saved. Tell your administrator.")
FAILING = N_("The disk of the server does not work as it should. Nothing was saved. Tell your administrator.")
UNOPENED = N_("The server can't open its database. Nothing was saved. Tell your administrator.")
DAMAGED = N_(
    "The database is damaged, and nothing more is saved in it. Tell your administrator: it needs a backup."
)
REPLACED = N_(
    "The file of the database was moved or changed while Coord was running, and nothing is saved in it now. "
    "Tell your administrator: Coord has to be started again."
)
AWAY = N_("The database does not answer at this moment. This page comes back by itself when it does.")
UNREADABLE = N_("The database can't be read now. Tell your administrator.")
UNKEEPABLE = N_(
    "A number is too large to be kept here, or a text has characters that are none. Nothing was saved."
)

# What SQLite says, as it stands in its messages; what PostgreSQL says, by the beginning of its codes.
SQLITE = {
    "locked": BUSY,
    "disk is full": FULL,
    "readonly database": READ_ONLY,
    "disk I/O error": FAILING,
    "unable to open database": UNOPENED,
    "malformed": DAMAGED,
    "not a database": DAMAGED,
}
POSTGRESQL = {
    "55P03": BUSY,  # a lock that did not come in time
    "57014": BUSY,  # a statement that took too long
    "40": BUSY,  # deadlocks, and transactions that got in each other's way
    "53300": BUSY,  # too many connections
    "53100": FULL,
    "25006": READ_ONLY,
    "58030": FAILING,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "08": LOST,
    "57P": LOST,  # it is being stopped, has crashed, or is starting
    "25P03": LOST,
}

RACES = {"23503", "23505"}  # what a row names is gone; what may be there once is there

# What the drivers say to a value that no column holds: SQLite's to a number or a text, PostgreSQL's to either.
NO_VALUE = (OverflowError, UnicodeEncodeError, DataError)

# What whoever only looked is told: something else may have been saved just before.
LOOKING = {BUSY: AWAY, LOST: AWAY, DAMAGED: DAMAGED}


def told(error: Exception, *, looked: bool = False, cut: bool = False) -> Refused | None:
    """What a failure of the database means for whoever was at work; None for one that is the program's own fault.

    `cut`: it came while the transaction was being committed, so that it may be saved all the same.
    """
    if isinstance(error, NO_VALUE):
        return Refused(UNKEEPABLE)
    sentence = (
        BUSY if isinstance(error, PoolTimeout) else next(filter(None, map(_meaning, _behind(error))), None)
    )
    if sentence is None:
        return None
    if looked:
        return Trouble(LOOKING.get(sentence, UNREADABLE))
    if sentence in (LOST, FAILING) and cut:
        return Trouble(CUT)
    return Busy(sentence) if sentence == BUSY else Trouble(sentence)


def hindered(error: IntegrityError) -> str:
    """The rule of the tables that two at once ran into, each by itself within it; "" where it was the program's fault.

    One has written first what the other wrote too, or removed what the other named. On SQLite only one writes at a
    time, and whoever comes second sees what the first has done.
    """
    said = getattr(error.orig, "diag", None)
    return (said.constraint_name or "") if said is not None and said.sqlstate in RACES else ""


def _behind(error: BaseException | None) -> Iterator[DBAPIError]:
    """The error and those in whose handling it came: a savepoint can't be left once the disk is full."""
    while error is not None:
        if isinstance(error, DBAPIError):
            yield error
        error = error.__context__


def _meaning(error: DBAPIError) -> str | None:
    code, said = getattr(error.orig, "sqlstate", None), str(error.orig)
    if code is not None:
        return next((sentence for sign, sentence in POSTGRESQL.items() if code.startswith(sign)), None)
    if error.connection_invalidated or type(error.orig).__module__.startswith("psycopg"):
        return LOST if isinstance(error, OperationalError) or error.connection_invalidated else None
    return next((sentence for sign, sentence in SQLITE.items() if sign in said), None)


class File:
    """The file of a SQLite database, as this process has opened it.

    SQLite goes on with a file that was deleted or replaced, and with one that lost its end, until it is too late. With
    a write-ahead log the file `grows` only; without one, what is taken back makes it shorter again.
    """

    def __init__(self, path: str | None, *, grows: bool = True) -> None:
        self._path = Path(path) if path and path != ":memory:" else None
        self._known: tuple[int, int] | None = None
        self._size, self._grows = 0, grows
        self.is_damaged = False

    def opened(self) -> None:
        """A connection is there: from the first one on it has to stay this file."""
        if self._path is not None and self._known is None:
            found = os.stat(self._path)
            self._known, self._size = (found.st_dev, found.st_ino), found.st_size if self._grows else 0

    def must_be_the_same(self) -> None:
        """Raises Trouble where there is another file now, a shorter one, or none."""
        if self._path is None or self._known is None:
            return
        size = self._size  # before the look: meanwhile another thread may see the file grow, and keep that
        try:
            found = os.stat(self._path)
        except OSError:
            raise Trouble(REPLACED) from None
        if (found.st_dev, found.st_ino) != self._known or found.st_size < size:
            raise Trouble(REPLACED)
        self._size = found.st_size if self._grows else 0

    def must_be_sound(self) -> None:
        """Raises Trouble once damage was seen: what is written on top of it would only be lost with it."""
        self.must_be_the_same()
        if self.is_damaged:
            raise Trouble(DAMAGED)
