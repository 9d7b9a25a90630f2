"""History in and out: `coord import`, `coord undo-import`, `coord export`."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from coord import backup, clock, db, exchange
from coord.cli.root import app, opened
from coord.people import CONSOLE
from coord.refusal import Refused
from coord.text import Words


@app.command(name="import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="An event log, a request list, or a file that Coord has written.")
    ],
    mapping: Annotated[Path | None, typer.Option(help="What its columns mean: MAPPING.toml.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Read it as it stood at this instant.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print counts and what was rejected as JSON.")
    ] = False,
    left_out: Annotated[Path | None, typer.Option(help="Write what was left out, and why, as CSV.")] = None,
) -> None:
    """Import real history: what is new in the file is added, all of it or nothing."""
    database = opened(begins=True)
    meaning = exchange.mapping.read(_text(mapping)) if mapping else None
    source = _there(file)
    with _writing():
        # before anything is imported: afterwards nobody could be told what was left out
        if left_out is not None:
            left_out.open("ab").close()
    if meaning is None and exchange.roster.kind(exchange.File(source, file.name).columns):
        return _bring(database, source)
    with database.read() as session:
        zone = exchange.zone_of(session, meaning)
    instant = exchange.Instants(zone).read(as_of).at if as_of else None
    parsed = exchange.read(
        source, file.name, meaning, zone=zone, as_of=instant, now=clock.now(), progress=_progress(as_json)
    )
    digest = exchange.digest(source, meaning, instant)
    before = backup.before_import(database, len(parsed.told), at=clock.now())
    with database.begin(source="command") as session:
        exchange.make_home(session, zone, at=clock.now())
        done = exchange.write(session, parsed, by=CONSOLE, at=clock.now(), file_name=file.name, digest=digest)
    if before is not None and not as_json:
        print(f"A backup was made before: {backup.place() / before.file}")
    print(json.dumps(exchange.counts(parsed, done)) if as_json else _told(parsed, done))
    if left_out is not None:
        with _writing():
            left_out.write_bytes(exchange.left_out(parsed, done.already, Words()))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write; a directory also gets areas and people.")],
) -> None:
    """Write every event of every request as CSV, which `coord import` reads without loss."""
    with opened().read() as session, _writing():
        written = exchange.export(session, file)
    print(f"Written: {', '.join(map(str, written))}")


@app.command(name="undo-import")
def undo_import(
    number: Annotated[
        int | None, typer.Argument(help="The number of the import; without it, all are listed.")
    ] = None,
) -> None:
    """Take an import back as a whole, while nothing was built on it."""
    database = opened()
    if number is None:
        with database.read() as session:
            for row in exchange.imports(session):
                print(f"{row.id}: {row.file_name}, {Words().instant(row.at)}, {row.requests} requests")
        return
    with database.begin(source="command") as session:
        row = exchange.undo(session, number, by=CONSOLE, at=clock.now())
    print(f"Undone: {row.file_name}, {row.requests} requests.")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused("This file can't be written: {reason}.", reason=error.strerror) from None


def _bring(database: db.Database, file: Path) -> None:
    """Import areas.csv or people.csv."""
    with database.begin(source="command") as session:
        exchange.make_home(session, "UTC", at=clock.now())
        added = exchange.roster.bring(session, exchange.File(file, file.name), by=CONSOLE)
    print(f"{added} added.")


def _there(file: Path) -> Path:
    if not file.is_file():
        raise Refused("There is no file “{file}”.", file=str(file))
    return file


def _text(file: Path) -> str:
    try:
        return _there(file).read_text("utf-8")
    except UnicodeDecodeError:
        raise Refused("The mapping is not valid TOML: {error}.", error="UTF-8") from None


def _progress(silent: bool) -> exchange.Progress | None:
    """A line that counts up, where somebody sits before the screen."""
    if silent or not sys.stderr.isatty():
        return None
    return lambda share: print(f"\r{share:4.0%}", end="\n" if share >= 1 else "", file=sys.stderr)


def _told(parsed: exchange.Parsed, done: exchange.Written) -> str:
    lines = [f"{done.requests} requests with {done.events} events from {done.areas} areas."]
    if done.import_id is not None:
        lines.append(f"This is import {done.import_id}: `coord undo-import {done.import_id}` takes it back.")
    lines.append(
        f"{len(done.already)} were here already, {len(parsed.not_a_handoff)} are no handoff, "
        f"{len(parsed.rejected)} were rejected."
    )
    if not (parsed.told or parsed.not_a_handoff or parsed.rejected):
        lines.append("The file holds no rows below its header.")
    return "\n".join(lines + [f"  {left.case}: {left.why}" for left in parsed.rejected[:20]])
