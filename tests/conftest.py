"""A real database for every test, and the cast: the people whom the tests are about."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from coord import migrations
from coord.db import Database
from tests.browser import Person, chromium, demo
from tests.cast import Cast, engage

POSTGRESQL = os.environ.get("COORD_TEST_POSTGRESQL")  # an address of a server where databases may be made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A real browser on a busy machine may miss its moment: it gets a second one, and fails when it misses that too.

    On PostgreSQL only those run that have a database to run on: the others would tell nothing new.
    """
    for item in items:
        if item.get_closest_marker("chromium"):
            item.add_marker(pytest.mark.flaky(reruns=1))
    if POSTGRESQL:
        without = [item for item in items if "template" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if item not in set(without)]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database with the newest schema, copied for each test."""
    if POSTGRESQL:
        name = f"coord_template_{uuid.uuid4().hex[:12]}"
        _administer(f"CREATE DATABASE {name}")
        url = make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
        _upgrade(url)
        yield url
        _administer(f"DROP DATABASE {name} WITH (FORCE)")
    else:
        path = tmp_path_factory.mktemp("template") / "template.db"
        _upgrade(f"sqlite:///{path}")
        yield str(path)


@contextmanager
def fresh(template: str, folder: Path) -> Iterator[str]:
    """The address of a database of its own with an empty schema, for as long as the block lasts."""
    if not POSTGRESQL:
        shutil.copy(template, folder / "coord.db")
        yield f"sqlite:///{folder / 'coord.db'}"
        return
    name = f"coord_test_{uuid.uuid4().hex[:12]}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
    yield make_url(template).set(database=name).render_as_string(hide_password=False)
    _administer(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def url(request: pytest.FixtureRequest, template: str, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with an empty schema; on PostgreSQL, of one with the cast where a test asks for it."""
    if POSTGRESQL and "cast" in request.fixturenames:
        template = request.getfixturevalue("company").database.url.render_as_string(hide_password=False)
    with fresh(template, tmp_path) as url:
        yield url


def left_in_the_files(database: Database, words: str) -> int:
    """How often words stand in the bytes of a database's files, also where no row is any more."""
    if not database.is_sqlite:
        pytest.skip("about the files of SQLite")
    database.empty_log()
    file = Path(str(database.url.database))
    return sum(path.read_bytes().count(words.encode()) for path in file.parent.glob(f"{file.name}*"))


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def company(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The cast, hired once: each test is given a copy of its company."""
    with fresh(template, tmp_path_factory.mktemp("company")) as url:
        database = Database(url)
        hired = engage(database)
        database.close()
        yield hired


@pytest.fixture
def cast(database: Database, company: Cast) -> Cast:
    """A small company on its fixed Monday."""
    if not POSTGRESQL:
        assert company.database.url.database
        assert database.url.database
        shutil.copy(company.database.url.database, database.url.database)
    return replace(company, database=database)


@pytest.fixture(scope="module")
def home(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The small company in a database of a file's own, for a server to run on."""
    with fresh(template, tmp_path_factory.mktemp("home")) as url:
        database = Database(url)
        yield engage(database)
        database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium; whoever asks for it is skipped where there is none. Closed with its file, since as long as it is open
    nobody else in the process can run an event loop."""
    Person.strayed.clear()
    with chromium() as browser:
        yield browser
    assert not Person.strayed, "a page asked another host, or tried what the content policy forbids"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[str]:
    """The address of a demo of this file's own."""
    with demo(tmp_path_factory.mktemp("demo")) as address:
        yield address


def shared(*parts: str) -> Path:
    """A file of the collection of real data beside the project; the test is skipped where it is missing."""
    path = Path(__file__).resolve().parents[2].joinpath("shared", "data", *parts)
    if not path.exists():
        pytest.skip(f"shared/data/{'/'.join(parts)} is not here")
    return path


def _upgrade(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database)
    database.close()


def _administer(statement: str) -> None:
    assert POSTGRESQL
    engine = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
