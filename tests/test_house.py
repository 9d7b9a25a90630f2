"""The house keeps its directions: what may import what, who may ask the time, how long a module may be."""

import ast
import fnmatch
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From top to bottom: a room may import what stands below it, and what stands beside it unless they are siblings.
LEVELS = [
    {"app", "pages"},
    {"ui", "web", "cli"},
    {
        "chores",
        "exchange",
        "notices",
        "departures",
        "moving_in",
        "migrations",
        "backup",
        "timekeeping",
        "checks",
        "well",
    },
    {"meetings"},
    {"trends"},
    {"requests", "issues", "goals", "roles"},
    {"accounts"},
    {"people"},
    {"company"},
    {"proposal", "record", "db", "trouble"},
    {"settings", "clock", "refusal", "text"},
]
SIBLINGS = {"requests", "issues", "goals", "roles"}
ALONE = {"survival", "worktime", "wording"}  # pure: they import no room, and any room may import them

# A library → the places that may import it; a place is a module and everything in it.
LIBRARIES = {
    "streamlit": {"app", "pages", "coord.ui"},
    "altair": {"coord.ui.charts"},
    "pandas": {"coord.trends", "coord.exchange", "coord.ui.charts"},
    "alembic": {"coord.migrations"},
    "defusedxml": {"coord.exchange"},
    "openpyxl": {"coord.exchange"},
    "typer": {"coord.cli"},
    "typst": {"coord.exchange"},
    "icalendar": {"coord.exchange"},
    "apprise": {"coord.notices"},
    "segno": {"coord.ui"},
    "argon2": {"coord.accounts"},
    "authlib": {"coord.accounts"},
    "httpx": {"coord.accounts"},
    "joserfc": {"coord.accounts", "coord.web"},
}
WITHOUT_SQL = {"app", "pages", "coord.ui", "coord.web", "coord.cli"}  # these may name a Session, no more
COMMITTERS = {"coord.db", "coord.migrations", "coord.backup"}
CLOCK_READERS = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"),
                 ("date", "today")}  # fmt: skip
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"}
TOP = {"app.py", "coord", "pages", "tests", "data", "pyproject.toml", "README.md", "LICENSE"}
LONGEST = {"pages": 120, "coord": 350, "tests": 600}


def module(path: Path) -> str:
    """A file's dotted name: coord/web/door.py is coord.web.door, coord/web/__init__.py is coord.web."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def files(*tops: str) -> list[Path]:
    found = [ROOT / top for top in tops if top.endswith(".py")]
    return sorted([*found, *(path for top in tops for path in (ROOT / top).rglob("*.py"))])


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Every module or name that a file imports, dotted, inside functions too."""
    package = module(path).split(".") if path.name == "__init__.py" else module(path).split(".")[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


def is_in(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def room(name: str) -> str | None:
    """The room that a dotted name lies in; None outside the house."""
    parts = name.split(".")
    if parts[0] != "coord":
        return parts[0] if parts[0] in ("app", "pages") else None
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else None


def level(of: str) -> int:
    return next(place for place, rooms in enumerate(LEVELS) if of in rooms)


def may_import(importer: str, imported: str) -> bool:
    if importer == imported or imported in ALONE:
        return True
    if importer in ALONE or {importer, imported} <= SIBLINGS:
        return False
    return level(importer) <= level(imported)


def dependencies() -> Iterator[tuple[Path, str, str]]:
    """Each import of one room by another: the file, its room, the imported one."""
    for path in files("app.py", "pages", "coord"):
        here = room(module(path))
        for name in imports(path):
            there = room(name)
            if here and there and here != there:
                yield path, here, there


CODE = files("app.py", "pages", "coord")
everywhere = pytest.mark.parametrize("path", CODE, ids=module)


def test_every_room_has_its_place() -> None:
    known = set[str]().union(*LEVELS, ALONE)
    rooms = {room(module(path)) for path in CODE} - {None}
    assert rooms <= known, "a new room needs a level in this file"


def test_imports_go_down_and_never_up_nor_between_siblings() -> None:
    wrong = {
        f"{module(path)} imports {there}"
        for path, here, there in dependencies()
        if not may_import(here, there)
    }
    assert not wrong


def test_no_rooms_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    for _, here, there in dependencies():
        graph.setdefault(here, set()).add(there)
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize(
    ("importer", "imported", "may"),
    [
        ("pages", "requests", True),
        ("web", "chores", True),
        ("trends", "survival", True),
        ("requests", "people", True),
        ("people", "requests", False),
        ("requests", "goals", False),
        ("requests", "trends", False),
        ("worktime", "clock", False),
        ("text", "company", False),
        ("ui", "pages", False),
    ],
)
def test_the_directions_are_those_of_the_architecture(importer: str, imported: str, may: bool) -> None:
    assert may_import(importer, imported) is may


@everywhere
def test_libraries_stay_in_their_places(path: Path) -> None:
    for name in imports(path):
        places = LIBRARIES.get(name.split(".")[0])
        assert places is None or is_in(module(path), places), f"{module(path)} imports {name}"


@everywhere
def test_pages_and_doors_hold_no_sql(path: Path) -> None:
    if is_in(module(path), WITHOUT_SQL):
        assert {n for n in imports(path) if n.startswith("sqlalchemy")} <= {"sqlalchemy.orm.Session"}


@everywhere
def test_only_the_clock_reads_the_time(path: Path) -> None:
    if module(path) == "coord.clock":
        return
    read = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in CLOCK_READERS
    }
    assert not read
    assert "time.time" not in set(imports(path))


@everywhere
def test_actions_never_commit(path: Path) -> None:
    if is_in(module(path), COMMITTERS):
        return
    called = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not called & {"commit", "rollback"}


@everywhere
def test_modules_are_named_after_what_they_are_about(path: Path) -> None:
    assert not set(module(path).lower().split(".")) & NAMELESS


@pytest.mark.parametrize("path", files("app.py", "pages", "coord", "tests"), ids=module)
def test_modules_stay_short_and_finished(path: Path) -> None:
    written = path.read_text("utf-8")
    longest = LONGEST.get(module(path).split(".")[0], 120)
    assert written.count("\n") < longest, f"{module(path)} has to be cut at {longest} lines"
    assert not re.findall(r"\b(?:TO|FIX)" + r"(?:DO|ME)\b", written)


def test_nothing_else_grows_at_the_top() -> None:
    passing = ("*.egg-info", "__pycache__", "build")
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert {name for name in there - TOP if not any(fnmatch.fnmatch(name, rule) for rule in passing)} == set()


def test_every_package_and_every_data_file_is_installed() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert sorted(tool["packages"]) == sorted(
        module(path) for path in files("coord") if path.name == "__init__.py"
    )
    patterns = tool["package-data"]["coord"]
    data = [
        path.relative_to(ROOT / "coord").as_posix()
        for path in (ROOT / "coord").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert [name for name in data if not any(PurePosixPath(name).match(rule) for rule in patterns)] == []
