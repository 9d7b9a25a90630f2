"""An update of the schema that is killed midway: the database is as it was, or complete, and nothing in it is lost."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine, inspect, select, text

from coord import backup, clock, exchange, migrations
from coord.db import Database
from tests.trials._killing import done, killed, tally
from tests.trials.home import postgresql, wait_until_alone
from tests.trials.postmaster import served

FIRST = "0007"  # the schema of the first companies
Copied = Callable[[], Any]  # a context manager that gives the address of a fresh copy


def killed_updates_on_sqlite(small: bool, folder: Path) -> str:
    """An update from the first schema to the newest, killed with SIGKILL at random moments (SQLite)."""
    first = folder / "first.db"
    settled_at_first(f"sqlite:///{first}", folder)

    @contextmanager
    def copied() -> Iterator[str]:
        there = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(first, there)
        yield f"sqlite:///{there}"

    return killed_updates(copied, 5 if small else 20)


def killed_updates_on_postgresql(small: bool, folder: Path) -> str:
    """An update from the first schema to the newest, killed with SIGKILL at random moments (PostgreSQL)."""
    with served() as server, postgresql(server) as first:
        settled_at_first(first, folder)
        return killed_updates(lambda: postgresql(server, first), 5 if small else 20)


def killed_updates(copied: Copied, kills: int) -> str:
    """Kill so many updates, each at another moment of the time that one takes undisturbed."""
    with copied() as url:
        before, took = seen(url), done(_update, url)
        after = seen(url)

    def attempt(moment: float) -> tuple[bool, str]:
        with copied() as url:
            was_killed = killed(_update, url, after=moment)
            wait_until_alone(url)
            found = seen(url)
            must_be(found, before if was_killed and found["schema"] == FIRST else after)  # never half of it
            done(_update, url)
            must_be(seen(url), after)
        return was_killed, found["schema"]

    left, late = tally(kills, took, attempt)
    return (f"{kills} kills within {took * 1000:.0f} ms: {left[FIRST]} as before, {left[after['schema']]} complete, 0 between; "
            f"each was then updated (another {late} had ended before they were killed)")  # fmt: skip


def settled_at_first(url: str, folder: Path) -> None:
    """The demo company in the first schema: all that the tables of then can hold of it."""
    newest = f"sqlite:///{folder / 'newest.db'}"
    exchange.demo.load(newest, "en", at=clock.now())
    to = Database(url)
    with to.writer.begin() as connection:
        config = migrations._config()
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
    old, tables = create_engine(newest), MetaData()
    tables.reflect(to.writer)
    whole = MetaData()
    whole.reflect(old)
    with old.connect() as reading, to.writer.begin() as writing:
        for table in tables.sorted_tables:
            if table.name == "alembic_version":
                continue
            there = whole.tables[table.name]
            columns = [there.c[c.name] for c in table.c if c.name in there.c]
            if rows := [dict(row) for row in reading.execute(select(*columns)).mappings()]:
                writing.execute(table.insert(), rows)
    old.dispose()
    to.close()


def seen(url: str) -> dict[str, Any]:
    """The schema's number, the tables with their columns, and how many rows each has."""
    database = Database(url)
    with database.writer.connect() as connection:
        looked = inspect(connection)
        columns = {
            name: sorted(c["name"] for c in looked.get_columns(name)) for name in looked.get_table_names()
        }
        rows = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in columns}
        schema = connection.scalar(text("SELECT version_num FROM alembic_version"))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differing = [] if schema == FIRST else compare_metadata(context, migrations.METADATA)
    database.close()
    return {"schema": schema, "columns": columns, "rows": rows, "differing": differing}


def must_be(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert found["differing"] == [], found["differing"]
    assert found == wanted, {
        name: (found[name], wanted[name]) for name in found if found[name] != wanted[name]
    }


def _update(url: str) -> None:
    assert backup.BackupPlan.__table__ is not None  # all tables are known
    migrations.upgrade(Database(url))


TRIALS = [killed_updates_on_sqlite, killed_updates_on_postgresql]
