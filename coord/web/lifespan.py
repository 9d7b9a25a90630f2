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

from coord import chores, clock, db, migrations, settings
from coord.refusal import Refused
from coord.web import begin
from coord.web.live import listeners

log = logging.getLogger("coord")
EVERY = 60.0


@asynccontextmanager
async def lifespan(_app: Any, *, port: int = 8501) -> AsyncIterator[None]:
    """Hold the database for this server, and do the chores each minute until it stops."""
    database = db.opened(settings.read().database_url)
    with ExitStack() as held:
        try:
            held.enter_context(database.held())
            await to_thread.run_sync(migrations.upgrade, database)
        except Refused as refused:
            _stop(refused)
        await to_thread.run_sync(begin.announce, database, port)
        gc.collect()
        gc.freeze()  # what lives as long as the server need not be looked through again
        tasks = [asyncio.create_task(_chores(database)), asyncio.create_task(listeners.watch())]
        try:
            yield
        finally:
            listeners.close()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


def _stop(refused: Refused) -> NoReturn:
    """End the server with a sentence; raised from here, it would stand at the end of a long traceback."""
    sys.stderr.write(f"{refused}\n")
    sys.stderr.flush()
    os._exit(2)


async def _chores(database: db.Database) -> None:
    while True:
        try:
            await to_thread.run_sync(chores.do, database, clock.now())
        except Exception:
            log.exception("the chores were not done; they are tried again in a minute")
        gc.collect(1)
        await asyncio.sleep(EVERY)
