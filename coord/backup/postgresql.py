"""A backup of a PostgreSQL database: by PostgreSQL's own programs, in the same snapshot as what is counted."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from coord.backup.facts import facts
from coord.backup.records import Facts
from coord.db import Database
from coord.refusal import Refused

CHECKS = ("pg_restore --list", "counts in the same snapshot", "sha256")
INSTALLED = Path("/usr/lib/postgresql")


def size(database: Database) -> int:
    """About as many bytes as a backup needs: it is packed, and holds no indexes."""
    with database.read() as session:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0) // 3


def write(database: Database, file: Path) -> Facts:
    """Dump the database, and count it in the very state that is dumped."""
    program = tool("pg_dump", _version(database))
    with Session(database.reader) as session:
        session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
        found = facts(session)
        ordered = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={file}",
        ]
        run(database, program, ordered)
    return found


def look(database: Database, file: Path) -> None:
    """Read a dump's table of contents. Raises Refused where it is none, or cut off."""
    listed = run(database, tool("pg_restore", 0), ["--list", str(file)], connected=False)
    if " TABLE DATA public alembic_version" not in listed:
        raise Refused("“{file}” is no backup of Coord.", file=file.name)
    script(database, file, Path(os.devnull))  # unpacks all of it


def script(database: Database, file: Path, to: Path) -> None:
    """Write a dump as SQL."""
    ordered = ["--no-owner", "--no-privileges", f"--file={to}", str(file)]
    run(database, tool("pg_restore", 0), ordered, connected=False)


def first_row(prepared: Path, table: str) -> dict[str, str]:
    """The first row of a table by its columns, as a dump that was written as SQL has it; empty where there is none."""
    head = f"COPY public.{table} ("
    with prepared.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            if line.startswith(head):
                names, row = line[len(head) :].partition(")")[0].split(", "), next(lines, "").rstrip("\n")
                return {} if row == "\\." else dict(zip(names, row.split("\t"), strict=True))
    return {}


def put_back(database: Database, files: Sequence[Path]) -> None:
    """Run these files of SQL in one transaction: all of them, or nothing."""
    wanted = [f"--file={file}" for file in files]
    ordered = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *wanted]
    run(database, tool("psql", 0), ordered)


def tool(name: str, version: int) -> str:
    """Where one of PostgreSQL's programs is, not older than the server: an older one refuses to work."""
    beside = sorted(INSTALLED.glob(f"*/bin/{name}"), key=lambda path: _number(path.parts[-3]), reverse=True)
    found = [path for path in (shutil.which(name), *map(str, beside)) if path]
    for path in found:
        if version == 0 or _version_of(path) >= version:
            return path
    if found:
        raise Refused("{program} is older than the server: install PostgreSQL's programs of version {version}.",
                      program=name, version=version)  # fmt: skip
    raise Refused("{program} is not installed here. Install PostgreSQL's client programs (postgresql-client).",
                  program=name)  # fmt: skip


def run(database: Database, program: str, ordered: Sequence[str], *, connected: bool = True) -> str:
    """What a program says. Raises Refused with its last words; the password stands in no list of processes."""
    surroundings = {
        **os.environ,
        **(_login(database) if connected else {}),
        "LC_ALL": "C",
        "PGAPPNAME": "coord backup",
    }
    done = subprocess.run([program, *ordered], env=surroundings, capture_output=True, text=True, errors="replace",
                          stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.strip() or str(done.returncode)).splitlines()[-1]
        raise Refused("{program} did not succeed: {reason}", program=Path(program).name, reason=last[:300])
    return done.stdout


def tables(database: Database) -> list[str]:
    """All tables there are: the database is Coord's own."""
    with database.read() as session:
        return sorted(inspect(session.connection()).get_table_names())


def others(database: Database) -> int:
    """How many others are connected to the database; who has just left is given a moment to be gone."""
    for _ in range(10):
        if (there := _others(database)) == 0:
            break
        time.sleep(0.2)
    return there


def _others(database: Database) -> int:
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    with database.writer.connect() as connection:
        return int(connection.scalar(text(count)) or 0)


def _login(database: Database) -> dict[str, str]:
    url = database.url
    wanted = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
        "PGSSLROOTCERT": url.query.get("sslrootcert"),
    }
    return {name: str(value) for name, value in wanted.items() if value}


def _version(database: Database) -> int:
    with database.read() as session:
        return int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000


def _version_of(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return _number(said.rpartition(") ")[2] or said.rpartition(" ")[2])


def _number(said: str) -> int:
    found = re.match(r"\d+", said)
    return int(found.group()) if found else 0
