"""The database: engines set up so that nothing is lost, one writer at a time, and keys against double submits."""

import fcntl
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, BigInteger, Engine, Integer, MetaData, String, create_engine, event, make_url
from sqlalchemy.engine import Connection, ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from coord import clock, trouble
from coord.refusal import Busy, Refused, Repeated, Trouble, changed

log = logging.getLogger("coord")

WAIT = 10.0  # seconds that a writer waits for its turn
POOL = 20  # connections to PostgreSQL at most
LOGGED = 60.0  # seconds between two lines in the log about the same trouble

# SQLite before these versions corrupts WAL files when several processes write (the WAL-reset bug).
_WAL_SAFE = [(3, 51, 3), (3, 50, 7), (3, 44, 6)]

Whole = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All rooms' tables. Instants are integer seconds since 1970 (UTC)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: Whole, dict[str, Any]: JSON}


class Submission(Base):
    """A form's idempotency key, written with what the form did: a double click finds it taken."""

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[int]


def once(session: Session, key: str, at: int) -> None:
    """Claim a submission's key in this transaction. Raises Repeated when it was claimed before."""
    try:
        with session.begin_nested():
            session.add(Submission(key=key, at=at))
    except IntegrityError:
        raise Repeated("This was already saved; nothing was recorded twice.") from None


def is_known(session: Session, key: str) -> bool:
    """Whether a submission's key was claimed."""
    return session.get(Submission, key) is not None


def removed(session: Session, row: Base) -> bool:
    """Delete a row that no other points to; False where one does, and nothing is changed."""
    try:
        with session.begin_nested():
            session.delete(row)
    except IntegrityError:
        return False
    return True


class Gate:
    """First come, first served: without it, one of many writing threads can wait for ever."""

    def __init__(self, places: int = 1) -> None:
        self._places = places
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()  # whoever is in, and behind them whoever waits

    @contextmanager
    def turn(self, seconds: float = WAIT) -> Iterator[None]:
        mine = threading.Event()
        with self._lock:
            self._queue.append(mine)
            self._let_in()
        try:
            if not mine.wait(seconds):
                raise Busy("Many people are saving at this moment. Nothing was saved; please try again.")
            yield
        finally:
            with self._lock:
                self._queue.remove(mine)
                self._let_in()

    def _let_in(self) -> None:
        for first in islice(self._queue, self._places):
            first.set()


class Stage(threading.local):
    """How far the transaction of this thread has come."""

    is_commit = False


class Transaction(Session):
    """The session of one `begin`; its `info` says who does it (`by`), when (`at`) and through what (`source`)."""


class Database:
    """One database, opened for a process: `begin()` to write in one transaction, `read()` to look."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.writer, self.reader = _sqlite(url, writer=True), _sqlite(url, writer=False)
        else:
            self.writer = _postgresql(url)
            self.reader = self.writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._gate = Gate(1 if self.is_sqlite else POOL // 2)  # the other half is for whoever only looks
        wal = self.is_sqlite and _wal_is_safe(sqlite_module().sqlite_version_info)
        self._file = trouble.File(self.url.database if self.is_sqlite else None, grows=wal)
        self._stage = Stage()
        self._logged: dict[str, float] = {}
        for engine in {self.writer, self.reader} if self.is_sqlite else ():
            event.listen(engine, "connect", lambda *_: self._file.opened())
        event.listen(self.writer, "commit", lambda _: setattr(self._stage, "is_commit", True))

    @contextmanager
    def begin(
        self, *, by: int | None = None, at: int | None = None, source: str = "server"
    ) -> Iterator[Session]:
        """A transaction that is committed at the end, or leaves nothing. Raises Busy, Changed or Trouble.

        `by` is the person whose doing it is; without one it is the server's own, or the command line's (`source`).
        """
        info = {"by": by, "at": clock.now() if at is None else at, "source": source}
        self._stage.is_commit = False
        with (
            self._gate.turn(),
            self._answering(),
            Transaction(self.writer, expire_on_commit=False, info=info) as session,
            session.begin(),
        ):
            self._file.must_be_sound()
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A look at one consistent state; what is read stays usable after it. Raises Trouble."""
        with (
            self._answering(looked=True),
            Session(self.reader, expire_on_commit=False, autoflush=False) as session,
        ):
            self._file.must_be_the_same()
            yield session

    @contextmanager
    def _answering(self, *, looked: bool = False) -> Iterator[None]:
        """Say in a sentence what is wrong with the database; the cause goes into the log, once a minute."""
        try:
            yield
        except StaleDataError:
            raise changed() from None
        except IntegrityError as error:
            if not (hindered := trouble.hindered(error)):
                raise
            log.warning("Two at once: %s", hindered)
            raise changed() from None
        except (DBAPIError, PoolTimeout, *trouble.NO_VALUE) as error:
            refused = trouble.told(error, looked=looked, cut=not looked and self._stage.is_commit)
            if refused is None:
                raise
            self._file.is_damaged |= self.is_sqlite and refused.message == trouble.DAMAGED
            self._log(refused, error)
            raise refused from error
        except Trouble as refused:
            self._log(refused, None)
            raise

    def _log(self, refused: Refused, cause: Exception | None) -> None:
        now = time.monotonic()
        if now - self._logged.get(refused.message, -LOGGED) >= LOGGED:
            self._logged[refused.message] = now
            log.error("%s", refused, exc_info=cause)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep a second server off the same SQLite file while this one runs."""
        if not self.is_sqlite or not self.url.database:
            yield
            return
        with Path(f"{self.url.database}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Refused(
                    "Another Coord server already uses {file}. Stop it first.", file=self.url.database
                ) from None
            yield

    def empty_log(self) -> None:
        """Take what was overwritten out of the write-ahead log too; not while somebody reads, so that nobody waits."""
        if not self.is_sqlite:
            return
        with self._gate.turn(), closing(self.writer.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                cursor.execute("PRAGMA busy_timeout=15000")

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


@cache
def opened(url: str) -> Database:
    """The one Database of this process at an address."""
    return Database(url)


def sqlite_module() -> Any:
    """The newer of the standard SQLite module and the one from PyPI."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def _wal_is_safe(version: tuple[int, ...]) -> bool:
    return version >= _WAL_SAFE[0] or any(version[:2] == safe[:2] and version >= safe for safe in _WAL_SAFE)


def _sqlite(url: str, *, writer: bool) -> Engine:
    module = sqlite_module()
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pool = {"pool_size": 1, "max_overflow": 0} if writer else {"pool_size": 8, "max_overflow": 24}
    engine = create_engine(url, module=module, pool_timeout=WAIT, hide_parameters=True, **pool)
    wal = _wal_is_safe(module.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def prepare(dbapi: Any, _record: Any) -> None:
        if path and Path(path).exists() and Path(path).stat().st_size == 0:
            Path(path).chmod(0o600)  # a new one is nobody else's on this computer; its log takes after it
        dbapi.isolation_level = None  # transactions are begun by the hook below, before the first read
        pragmas = [
            "busy_timeout=15000",
            f"journal_mode={'WAL' if wal else 'DELETE'}",
            f"synchronous={'FULL' if wal else 'EXTRA'}",
            "foreign_keys=ON",
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "journal_size_limit=67108864",
            "mmap_size=0",
            "secure_delete=ON",  # who was erased, and what was answered before, are not left in the file's free space
        ]
        pragmas += [] if writer else ["query_only=ON", "wal_autocheckpoint=0"]
        for pragma in pragmas:
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    wishes = "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
    # a server that is gone without a word is noticed after seconds, not after a quarter of an hour
    alive = {
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=POOL // 2,
        max_overflow=POOL // 2,
        pool_timeout=WAIT,
        pool_recycle=1800,
        hide_parameters=True,  # what people typed is not in the log when something goes wrong
        connect_args={"options": wishes, **alive},
    )

    @event.listens_for(engine, "handle_error")
    def hide(context: ExceptionContext) -> None:
        # nor is the row or the key that PostgreSQL quotes below its first line
        first = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
        if first is None:
            return
        whole, context.original_exception.args = str(context.original_exception), (first,)
        if context.sqlalchemy_exception is not None:
            told = context.sqlalchemy_exception.args[0].replace(whole, first)
            context.sqlalchemy_exception.args = (told, *context.sqlalchemy_exception.args[1:])

    return engine
