"""What all commands share: the programme they are commands of, and the database."""

import typer

from coord import backup, clock, company, db, settings

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
    backup.must_be_there(settings.read().database_url)
    return db.Database(settings.read().database_url)
