"""What all commands share: the programme they are commands of, and the database."""

from pathlib import Path

import typer
from sqlalchemy import make_url

from coord import backup, clock, company, db, settings
from coord.refusal import Refused

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def opened(*, begins: bool = False) -> db.Database:
    """The database of the settings, brought up to date. Raises Refused where there is no company, unless one `begins`."""
    database = db.Database(settings.read().database_url) if begins else found()
    backup.make_ready(database, at=clock.now())
    if not begins:
        with database.read() as session:
            company.the(session)
    return database


def found() -> db.Database:
    """The database of the settings as it is. Raises Refused where there is none, and makes none."""
    url = make_url(settings.read().database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Refused(
            "There is no database at {file} yet. Start Coord there once, or give this command the variables of the server.",
            file=str(url.database),
        )
    return db.Database(settings.read().database_url)
