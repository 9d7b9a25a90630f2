"""The commands of whoever keeps the server: is everything well, backups, a way back in for an administrator."""

from pathlib import Path
from typing import Annotated

import typer

from coord import accounts, backup, clock, db, exchange, people, record, settings, well
from coord.cli.root import app, found, opened
from coord.people import CONSOLE
from coord.refusal import Refused
from coord.text import Words


@app.command()
def check() -> None:
    """Replay every request and follow the record's chain; exit status 1 when one differs, the chain is broken, or an entry
    is missing with which a backup ends."""
    database = opened()
    with database.read() as session:
        examined, differing = exchange.own.check(session)
        (entries, broken), head = record.check(session), record.head(session)
    cut = backup.missing(database)
    for line in differing:
        print(line)
    print(f"{examined} requests replayed, {len(differing)} differ.")
    holds = "the chain holds" if broken is None else f"the chain is broken at entry {broken}"
    print(f"{entries} entries in the record, {holds}; its head is {head.hash}.")
    if cut is not None:
        print(
            f"The last entry of the backup {cut.file} does not stand here: entries were taken away or changed."
        )
    raise typer.Exit(1 if differing or broken is not None or cut is not None else 0)


@app.command(name="well")
def is_well() -> None:
    """Is everything well? Print what the page of that name says; exit status 1 when something wants a look."""
    lines = well.look(found(), Words(), at=clock.now())
    for line in lines:
        print(f"{'  ' if line.is_well else '! '}{line.title}: {line.said}")
        if line.small:
            print(f"    {line.small}")
        if line.do:
            print(f"    {line.do}")
    raise typer.Exit(0 if all(line.is_well for line in lines) else 1)


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
    """List the backups of databases that are called so, the newest first."""
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
            f"{backup.place() / made.file}  {_size(made.bytes)}  {made.facts.company or '-'}  "
            f"{backup.WHY.get(made.why, made.why)}  {said}".rstrip()
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
    with db.Database(settings.read().database_url).read() as session:
        if not any(one.email for one in people.administrators(session)):
            print("No administrator can sign in. Give somebody that right: coord reset-admin --make E-MAIL")
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
