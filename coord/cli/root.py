"""What all commands share: the programme they are commands of, and the database."""

import typer

from coord import backup, clock, db, settings

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


def opened() -> db.Database:
    """The database of the settings, brought up to date."""
    database = db.Database(settings.read().database_url)
    backup.make_ready(database, at=clock.now())
    return database
