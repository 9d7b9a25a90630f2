"""The command line: `coord serve`, `coord demo`, `coord import`, `coord export`, `coord report`, `coord check`."""

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from coord import accounts, backup, clock, company, db, exchange, record, settings, trends, well
from coord.people import CONSOLE
from coord.refusal import Refused
from coord.text import LANGUAGES, Words

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
reports = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Print what the trends say.")
app.add_typer(reports, name="report")


def opened() -> db.Database:
    """The database of the settings, brought up to date."""
    database = db.Database(settings.read().database_url)
    backup.make_ready(database, at=clock.now())
    return database


@app.command()
def demo(
    language: Annotated[str, typer.Option(help="en, pt-BR or es.")] = "en",
    port: Annotated[int, typer.Option(help="The port on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    fresh: Annotated[bool, typer.Option(help="Begin anew: forget what was changed in the demo.")] = False,
) -> None:
    """Open Coord with the demo company: no password, choose who you are among its people."""
    if language not in LANGUAGES:
        raise Refused("Choose one of the languages.")
    now = clock.now()
    path = settings.read().data / f"demo-{language}-{exchange.demo.week(now)}.db"
    if fresh or not path.exists():
        for old in path.parent.glob(f"demo-{language}-*"):
            old.unlink()
        making = path.with_suffix(".making")  # so that one who is stopped halfway leaves no half demo
        exchange.demo.load(f"sqlite:///{making}", language, at=now)
        making.rename(path)
    os.environ["COORD_DEMO"] = "1"
    _serve(f"sqlite:///{path}", port, browser)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    base_path: Annotated[str, typer.Option(help="What every path begins with behind a proxy: /coord")] = "",
) -> None:
    """Open Coord for your company; on an empty database its first page sets the company up."""
    os.environ.pop("COORD_DEMO", None)
    if base_path:
        os.environ["COORD_BASE"] = base_path
    _serve(settings.read().database_url, port, browser)


def _serve(url: str, port: int, browser: bool) -> None:
    """Become the server, on this computer only; a path that was relative stays where it was."""
    kind, file, path = url.partition("sqlite:///")
    os.environ |= {
        "COORD_DATABASE_URL": f"{file}{Path(path).resolve()}" if file else kind,
        "COORD_DATA": str(settings.read().data.resolve()),
    }
    os.chdir(settings.ROOT)
    wishes = [f"--server.port={port}", f"--server.headless={str(not browser).lower()}",
              f"--server.baseUrlPath={settings.read().base}"]  # fmt: skip
    os.execv(
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(settings.ROOT / "app.py"), *wishes]
    )


@app.command()
def check() -> None:
    """Replay every request and follow the record's chain; exit status 1 when one differs or the chain is broken."""
    with opened().read() as session:
        examined, differing = exchange.own.check(session)
        (entries, broken), head = record.check(session), record.head(session)
    for line in differing:
        print(line)
    print(f"{examined} requests replayed, {len(differing)} differ.")
    holds = "the chain holds" if broken is None else f"the chain is broken at entry {broken}"
    print(f"{entries} entries in the record, {holds}; its head is {head.hash}.")
    raise typer.Exit(1 if differing or broken is not None else 0)


@app.command(name="well")
def is_well() -> None:
    """Is everything well? Print what the page of that name says; exit status 1 when something wants a look."""
    lines = well.look(db.Database(settings.read().database_url), Words(), at=clock.now())
    for line in lines:
        print(f"{'  ' if line.is_well else '! '}{line.title}: {line.said}")
        if line.do:
            print(f"    {line.do}")
    raise typer.Exit(0 if all(line.is_well for line in lines) else 1)


class By(StrEnum):
    ROUTE = "route"
    CROSSING = "crossing"
    PERIOD = "period"


class Time(StrEnum):
    ELAPSED = "elapsed"
    WORKING = "working"


@reports.command()
def unresolved(
    as_of: Annotated[
        str | None, typer.Option(help="As things stood at this instant; a day alone is its noon.")
    ] = None,
    by: Annotated[
        By | None, typer.Option(help="Also for each route, crossing of spheres or quarter.")
    ] = None,
    time: Annotated[Time, typer.Option(help="All seconds, or only those of working days.")] = Time.ELAPSED,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with every step of the curve.")
    ] = False,
) -> None:
    """How long requests stay unresolved, counting those that still are.

    JSON: {"requests", "resolved", "open", "median_days", "median_ci_days": [low, high], "p85_days", "curve":
    [{"days", "unresolved", "lower", "upper", "at_risk"}, …], "routes": [{"from", "to", "requests", …}, …]}; null where
    a figure is not reached. With --by, "groups" beside these holds one such object a group, with its "group" (its
    name) and, of a route or a crossing, "from" and "to".
    """
    with opened().read() as session:
        at = clock.now()
        if as_of is not None:
            at = min(at, exchange.Instants(company.the(session).zone).read(as_of).at)
        found = trends.report(session, as_of=at, by=by, working=time is Time.WORKING)
    print(json.dumps(found, ensure_ascii=False) if as_json else _table(found))


def _table(found: dict[str, Any]) -> str:
    """A line for all, and one for each group (without groups, for each route)."""
    lines = [f"As of {found['as_of']}, in {found['time']} days; “-”: not reached so far.", ""]
    shape = "{:<44} {:>9} {:>6} {:>8} {:>19} {:>8}"
    lines.append(shape.format("", "requests", "open", "median", "95 % interval", "85 in 100"))
    for row in (found, *found.get("groups", found["routes"])):
        name = row.get("group") or (f"{row['from']} → {row['to']}" if "from" in row else "All")
        low, high = map(_day, row["median_ci_days"])
        median, p85 = _day(row["median_days"]), _day(row["p85_days"])
        lines.append(shape.format(name[:44], row["requests"], row["open"], median, f"{low} to {high}", p85))
    return "\n".join(lines)


def _day(days: float | None) -> str:
    return "-" if days is None else f"{days:.1f}"


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
    database = opened()
    meaning = exchange.mapping.read(_text(mapping)) if mapping else None
    source = _there(file)
    if meaning is None and exchange.roster.kind(exchange.File(source, file.name).columns):
        return _bring(database, source)
    with database.read() as session:
        zone = exchange.zone_of(session, meaning)
    instant = exchange.Instants(zone).read(as_of).at if as_of else None
    parsed = exchange.read(source, file.name, meaning, zone=zone, as_of=instant, progress=_progress(as_json))
    digest = exchange.digest(source, meaning, instant)
    before = backup.before_import(database, len(parsed.told), at=clock.now())
    with database.begin(source="command") as session:
        exchange.make_home(session, zone, at=clock.now())
        done = exchange.write(session, parsed, by=CONSOLE, at=clock.now(), file_name=file.name, digest=digest)
    if left_out is not None:
        left_out.write_bytes(exchange.left_out(parsed, done.already, Words()))
    if before is not None and not as_json:
        print(f"A backup was made before: {backup.place() / before.file}")
    print(json.dumps(exchange.counts(parsed, done)) if as_json else _told(parsed, done))


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write; a directory also gets areas and people.")],
) -> None:
    """Write every event of every request as CSV, which `coord import` reads without loss."""
    with opened().read() as session:
        try:
            written = exchange.export(session, file)
        except OSError as error:
            raise Refused("This file can't be written: {reason}.", reason=error.strerror) from None
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


@app.command(name="backup")
def take_backup(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write; without it, one in the folder of backups.")
    ] = None,
) -> None:
    """Make a verified backup of everything, while everybody works."""
    database = db.Database(settings.read().database_url)
    with backup.plainly(database):
        made = backup.take(database, at=clock.now(), to=file and file.absolute())
    print(f"{file or backup.place() / made.file}: {_size(made.bytes)}, sha256 {made.sha256}")
    print(_held(made.facts))


@app.command(name="backups")
def list_backups(
    check: Annotated[
        bool, typer.Option("--check", help="Look each through again; status 1 if one is bad.")
    ] = False,
) -> None:
    """List the backups of this database, the newest first."""
    database = db.Database(settings.read().database_url)
    bad = 0
    for made in backup.made(backup.place(), database):
        said = ""
        try:
            if check:
                backup.check(backup.place() / made.file, database)
                said = "sound"
        except Refused as refused:
            bad, said = bad + 1, str(refused)
        print(
            f"{backup.place() / made.file}  {_size(made.bytes)}  {backup.WHY.get(made.why, made.why)}  {said}".rstrip()
        )
    raise typer.Exit(1 if bad else 0)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup, as `coord backups` lists them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask for the company's name.")] = False,
) -> None:
    """Put a backup in the place of the database, which is kept; the server has to be stopped first."""
    database, at = db.Database(settings.read().database_url), clock.now()
    with backup.plainly(database), database.held(), backup.ready(database, file, at=at) as found:
        print(f"{found.facts.company or file.name}{f', {Words().instant(found.at)} UTC' if found.at else ''}")
        print(_held(found.facts))
        wanted = found.facts.company or file.name
        if (
            not yes
            and typer.prompt(f"To put it in the place of what is there, type “{wanted}”").strip() != wanted
        ):
            raise Refused("That is another name. Nothing was changed.")
        done = backup.put_in_place(database, found, at=at)
    print("Restored. Everybody signs in again; invitations and codes have to be made anew.")
    if done.erased:
        print(f"Erased again: {done.erased} who had been erased since.")
    if done.kept is not None:
        print(f"What was there is kept as {done.kept}")
    for line in done.differing:
        print(f"Not as its events say: {line}")
    raise typer.Exit(1 if done.differing else 0)


@app.command(name="reset-admin")
def reset_admin(
    email: Annotated[str | None, typer.Argument(help="Whose; needed where several administer.")] = None,
    make: Annotated[bool, typer.Option("--make", help="Give them that right: where nobody has it.")] = False,
) -> None:
    """Print a code with which an administrator chooses a new password."""
    with opened().begin(source="command") as session:
        row, code = accounts.rescue(session, email, make=make, by=CONSOLE, at=clock.now())
    print(
        f"{row.name} <{row.email}> chooses a new password at {settings.read().address or 'http://localhost:8501' + settings.read().base}/reset"
    )
    print(f"with the code {code}, once, within 24 hours.")


def _held(facts: backup.Facts) -> str:
    """What a backup holds, in a line, with the head of its record, against which `coord check` can be held."""
    counts = ", ".join(
        f"{facts.counts.get(name, 0)} {name}" for name in ("areas", "people", "requests", "events")
    )
    last = f"; record {facts.record['n']} {facts.record['hash']}" if facts.record else ""
    return f"{counts}; schema {facts.schema}{last}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


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


def main() -> None:
    """Run a command; a refusal is a sentence on the error stream and exit status 2."""
    try:
        app()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)
