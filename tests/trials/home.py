"""A company to try things on, a database of its own for it, and what must be true of it afterwards."""

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, make_url, select, text
from typer.testing import CliRunner

from coord import accounts, cli, clock, company, migrations, people
from coord.db import Database
from coord.people import CONSOLE, Mandate
from coord.requests import EventRow, Request

AREAS = ("Marketing", "Delivery", "Support", "Billing")


@dataclass
class Home:
    """Four areas, their heads by mandate, and the cookies with which they are signed in."""

    url: str
    areas: list[int]
    heads: list[Mandate]
    cookies: list[str]

    def other(self, n: int) -> str:
        """The name of the area that the n-th head asks."""
        return AREAS[(n + 1) % len(AREAS)]


def settled(url: str) -> Home:
    """The company, in an empty database."""
    database, now = Database(url), clock.now()
    migrations.upgrade(database)
    with database.begin() as session:
        company.found(session, company.Settings("Harbour", zone="UTC"), at=now - 90 * 86_400)
        areas = [company.open_area(session, name=name, sphere="sales" if name == "Marketing" else "after_sales",
                                   by=CONSOLE).id for name in AREAS]  # fmt: skip
        heads = [_head(session, n, area) for n, area in enumerate(areas)]
        cookies = [accounts.sign_in(session, head.person_id or 0, at=now) for head in heads]
    database.close()
    return Home(url, areas, heads, [f"coord_session={cookie}" for cookie in cookies])


def _head(session, n: int, area: int) -> Mandate:  # type: ignore[no-untyped-def]
    profile = people.Profile(
        f"Person {n}", f"p{n}@harbour.example", area, "en", "UTC", rights=frozenset({("head", area)})
    )
    return people.mandate(session, people.welcome(session, profile, by=CONSOLE).id)


@contextmanager
def postgresql(server: str, like: str | None = None) -> Iterator[str]:
    """The address of an empty database on a PostgreSQL server, or of a copy of another, for as long as the block lasts."""
    name = f"coord_trial_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {make_url(like).database if like else 'template1'}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def wait_until_alone(url: str) -> None:
    """Wait until what a killed process had begun on PostgreSQL has ended there."""
    if make_url(url).get_backend_name() == "sqlite":
        return
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
    engine, until = create_engine(url, isolation_level="AUTOCOMMIT"), time.monotonic() + 60
    with engine.connect() as connection:
        while connection.scalar(text(others)):
            assert time.monotonic() < until, "what was killed goes on"
            time.sleep(0.01)
    engine.dispose()


def _administer(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _must_be_whole(url: str) -> None:
    database = Database(url)
    with database.read() as session:
        if database.is_sqlite:
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).first() is None
    database.close()


def written(url: str) -> Counter[str]:
    """What was asked and commented, and how often it stands there."""
    database = Database(url)
    with database.read() as session:
        found = Counter(session.scalars(select(Request.what)).all())
        found.update(words for words in session.scalars(select(EventRow.text)).all() if words)
    database.close()
    return found


def must_hold(url: str, acknowledged: Iterable[str]) -> int:
    """Everything that was acknowledged is there, nothing twice, and `coord check` is content; how much was written."""
    found, said = written(url), list(acknowledged)
    lost, doubled = [one for one in said if one not in found], [one for one in found if found[one] > 1]
    assert not lost, f"{len(lost)} of {len(said)} acknowledged moves are lost: {lost[:3]}"
    assert not doubled, f"{len(doubled)} were recorded twice: {doubled[:3]}"
    _must_be_whole(url)
    checked = CliRunner().invoke(cli.app, ["check"], env={"COORD_DATABASE_URL": url})
    assert checked.exit_code == 0, checked.output
    return sum(found.values())
