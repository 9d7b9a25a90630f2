"""The command line: `coord demo`, `coord import`, `coord report`, `coord check`."""

import sys

import typer

from coord import db, exchange, migrations, settings
from coord.refusal import Refused

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def opened() -> db.Database:
    """The database of the settings, brought up to date."""
    database = db.Database(settings.read().database_url)
    migrations.upgrade(database)
    return database


@app.command()
def check() -> None:
    """Replay every request and compare it with its row; exit status 1 when one differs."""
    with opened().read() as session:
        examined, differing = exchange.own.check(session)
    for line in differing:
        print(line)
    print(f"{examined} requests replayed, {len(differing)} differ.")
    raise typer.Exit(1 if differing else 0)


def main() -> None:
    """Run a command; a refusal is a sentence on the error stream and exit status 2."""
    try:
        app()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)
