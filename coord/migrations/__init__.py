"""The schema, brought up to date at start; a newer one than this program knows is refused."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from coord import (
    accounts,
    checks,
    company,
    goals,
    issues,
    meetings,
    notices,
    people,
    record,
    requests,
    roles,
    timekeeping,
)
from coord.db import Base, Database
from coord.refusal import Refused

# importing them registers all tables
ROOMS = (
    accounts,
    company,
    people,
    record,
    requests,
    roles,
    goals,
    issues,
    meetings,
    notices,
    checks,
    timekeeping,
)
METADATA = Base.metadata


def upgrade(database: Database, *, first: Callable[[], None] | None = None) -> None:
    """Bring the schema up to date: complete, or unchanged. `first` is done before one that is in use is touched."""
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with database.writer.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == newest:
        return
    if current is not None:
        must_know(current)
    if first is not None and current is not None:
        first()
    if database.is_sqlite:
        _without_foreign_keys(database, config)
    else:
        with database.writer.begin() as connection:
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                # a large table takes longer than a page may
                connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def must_know(schema: str) -> None:
    """Raises Refused for a schema that a newer program has written."""
    if not is_known(schema):
        raise Refused(
            "This database was written by a newer Coord. Start that version, or restore an older backup."
        )


def _without_foreign_keys(database: Database, config: Config) -> None:
    """SQLite rebuilds tables to change them; with foreign keys on, that would delete the children."""
    with database.writer.connect() as connection:
        dbapi = connection.connection.dbapi_connection
        assert dbapi is not None
        dbapi.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():  # one transaction around all migrations: what is killed midway never was
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise Refused(
                        "The update of the database was stopped: rows would point to nothing. Nothing was changed."
                    )
        finally:
            dbapi.execute("PRAGMA foreign_keys=ON")


def newest() -> str:
    """The schema that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def present(session: Session) -> str | None:
    """The schema that a database has; None where it has none yet."""
    return MigrationContext.configure(session.connection()).get_current_revision()


def is_known(schema: str) -> bool:
    """Whether it is one that this program can bring up to date."""
    return schema in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
