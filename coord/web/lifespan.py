"""What the server does from start to stop: the schema brought up to date, and the chores."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from anyio import to_thread

from coord import chores, clock, db, migrations, settings

log = logging.getLogger("coord")
EVERY = 60.0


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Hold the database for this server, and do the chores each minute until it stops."""
    database = db.opened(settings.read().database_url)
    with database.held():
        await to_thread.run_sync(migrations.upgrade, database)
        gc.collect()
        gc.freeze()  # what lives as long as the server need not be looked through again
        task = asyncio.create_task(_chores(database))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _chores(database: db.Database) -> None:
    while True:
        try:
            await to_thread.run_sync(chores.do, database, clock.now())
        except Exception:
            log.exception("the chores were not done; they are tried again in a minute")
        gc.collect(1)
        await asyncio.sleep(EVERY)
