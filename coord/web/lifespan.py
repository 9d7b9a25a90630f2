"""What the server does from start to stop: the schema brought up to date, and the chores."""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from typing import Any, NoReturn

from anyio import to_thread

from coord import backup, checks, chores, clock, db, settings, timekeeping, well
from coord.refusal import Refused
from coord.web import begin
from coord.web.live import listeners

log = logging.getLogger("coord")
EVERY = 60.0
LOOKED = 3.0  # seconds after which it is seen that somebody wants a check


@asynccontextmanager
async def lifespan(_app: Any, *, port: int = 8501) -> AsyncIterator[None]:
    """Hold the database for this server, and do the chores each minute until it stops."""
    database = db.opened(settings.read().database_url)
    with ExitStack() as held:
        try:
            with backup.plainly(database):
                held.enter_context(database.held())
            await to_thread.run_sync(_make_ready, database)
        except Refused as refused:
            _stop(refused)
        well.begins(clock.now())
        await to_thread.run_sync(begin.announce, database, port)
        with suppress(Refused):  # a database that can't be written is said by whatever writes
            await to_thread.run_sync(_begin, database)
        gc.collect()
        gc.freeze()  # what lives as long as the server need not be looked through again
        running = (_chores(database), _checks(database), listeners.watch())
        tasks = [asyncio.create_task(one) for one in running]
        try:
            yield
        finally:
            listeners.close()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


def _make_ready(database: db.Database) -> None:
    backup.make_ready(database, at=clock.now(), serving=True)


def _stop(refused: Refused) -> NoReturn:
    """End the server with a sentence; raised from here, it would stand at the end of a long traceback."""
    sys.stderr.write(f"{refused}\n")
    sys.stderr.flush()
    os._exit(2)


def _begin(database: db.Database) -> None:
    """Before anybody comes in: what they do is written with an instant that is believed, and nothing goes on that was
    stopped."""
    with database.begin() as session:
        timekeeping.look(session)
        if database.is_sqlite:  # a PostgreSQL database may have other servers, whose checks go on
            checks.begin_again(session)


async def _chores(database: db.Database) -> None:
    while True:
        try:
            await to_thread.run_sync(chores.go, database)
        except Exception:
            log.exception("the chores were not done; they are tried again in a minute")
        gc.collect(1)
        await asyncio.sleep(EVERY)


async def _checks(database: db.Database) -> None:
    """Beside the chores, since a check of many requests takes longer than a minute's chores may wait."""
    while True:
        try:
            # a server that stops does not wait for it: the next one looks again
            await to_thread.run_sync(
                checks.go, database, clock.now(), backup.missing_entry, abandon_on_cancel=True
            )
        except Exception:
            log.exception("the check was not made; it is tried again")
        await asyncio.sleep(LOOKED)
