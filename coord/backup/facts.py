"""What a database holds, counted in one consistent state, whatever its schema."""

from sqlalchemy import func, inspect, select, table, text
from sqlalchemy.orm import Session

from coord import record
from coord.backup.records import Facts


def facts(session: Session) -> Facts:
    """Whose it is, its schema, its rows by table, and where its record stands."""
    names = sorted(inspect(session.connection()).get_table_names())
    counts = {name: session.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
    return Facts(
        company=session.scalar(text("SELECT name FROM company")) if "company" in names else None,
        schema=session.scalar(text("SELECT version_num FROM alembic_version"))
        if "alembic_version" in names
        else None,
        counts=counts,
        record=record.head(session)._asdict() if "record" in names else None,
        founded_at=session.scalar(text("SELECT founded_at FROM company")) if "company" in names else None,
    )


def has_tables(session: Session) -> bool:
    """Whether Coord has ever used this database."""
    return inspect(session.connection()).has_table("alembic_version")


def has_company(session: Session) -> bool:
    """Whether there is something to lose."""
    names = inspect(session.connection())
    return names.has_table("company") and session.scalar(text("SELECT count(*) FROM company")) == 1
