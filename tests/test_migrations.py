"""Migrations: what they make is what the rooms describe, and a newer database is left alone."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, text

from coord import backup, company, migrations, people
from coord.db import Database
from coord.refusal import Refused
from tests.cast import Cast


def test_backups_have_tables_too() -> None:
    """They stand above the migrations, which a restore calls; whoever starts Coord loads them."""
    assert {backup.BackupPlan.__tablename__, backup.BackupGiven.__tablename__} <= set(
        migrations.METADATA.tables
    )


def test_the_migrated_schema_is_the_one_that_the_rooms_describe(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences = compare_metadata(context, migrations.METADATA)
    assert differences == []


def test_every_constraint_is_in_the_schema_by_its_name(database: Database) -> None:
    """What a comparison may overlook: primary and foreign keys, unique constraints."""
    seen = inspect(database.writer)
    for table in migrations.METADATA.tables.values():
        foreign = {key["name"] for key in seen.get_foreign_keys(table.name)}
        unique = {key["name"] for key in seen.get_unique_constraints(table.name)}
        # SQLite knows no name for the key of a table that gives no number twice
        primary = {seen.get_pk_constraint(table.name)["name"] or f"pk_{table.name}"}
        assert {str(constraint.name) for constraint in table.constraints} == foreign | unique | primary


def test_no_number_of_a_person_or_an_area_is_given_twice(cast: Cast) -> None:
    """The record and the list of who was erased know them by nothing else."""
    with cast.database.begin() as session:
        maria = people.welcome(session, people.Profile("Maria"), by=cast.hugo).id
        depot = company.open_area(session, name="Depot", sphere="sales", by=cast.hugo).id
        assert people.strike(session, maria, by=cast.hugo)
        assert company.strike_area(session, depot, by=cast.hugo)
    with cast.database.begin() as session:
        assert people.welcome(session, people.Profile("Zeca"), by=cast.hugo).id > maria
        assert company.open_area(session, name="Kitchen", sphere="sales", by=cast.hugo).id > depot


def test_an_up_to_date_database_is_left_as_it_is(cast: Cast) -> None:
    row = cast.ask()
    migrations.upgrade(cast.database)
    assert cast.look(row).state == "asked"


def test_a_newer_database_is_refused_with_a_sentence_and_left_alone(cast: Cast) -> None:
    with cast.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match="written by a newer Coord"):
        migrations.upgrade(cast.database)
    with cast.database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_migration_leaves_foreign_keys_on(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL never lets go of foreign keys")
    with database.begin() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_an_update_may_take_longer_than_a_page_may(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("about PostgreSQL, which ends what takes too long")
    with database.writer.begin() as connection:
        for statement in (
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public",
            "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM "
            "pg_event_trigger_ddl_commands() WHERE object_identity = 'public.chores') THEN PERFORM pg_sleep(0.5); END IF; "
            "END $$",
            "CREATE EVENT TRIGGER slow ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION slow()",
        ):
            connection.execute(text(statement))
    database.close()

    @event.listens_for(database.writer, "connect")
    def hurry(dbapi: Any, _: Any) -> None:
        dbapi.execute("SET statement_timeout = '300ms'")
        dbapi.commit()

    migrations.upgrade(database)
    with database.read() as session:
        assert migrations.present(session) == migrations.newest()


def test_the_migrations_stand_in_one_line() -> None:
    known = migrations.ScriptDirectory.from_config(migrations._config())
    assert len(known.get_heads()) == 1
    assert len(known.get_bases()) == 1
