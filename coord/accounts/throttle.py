"""What holds guessing up: a wait that doubles with each failure, never a lock for ever."""

import hashlib
from typing import NamedTuple

from sqlalchemy import String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord.db import Base
from coord.text import typed

FORGOTTEN = 86_400  # seconds after the first failure


class Limit(NamedTuple):
    """How many failures cost nothing, and the longest wait in seconds."""

    free: int
    longest: int


# Somebody who guesses from one place meets the first limit, and those who are called so and come from elsewhere don't
# feel it; many places together meet the second, to which each adds no more than it has for nothing. An address may be a
# whole office's.
PAIR, NAME, ADDRESS = Limit(4, 900), Limit(20, 900), Limit(50, 60)


class Failure(Base):
    """How often something failed since `at`, by a name, an address, or both; of these only a hash is kept."""

    __tablename__ = "failures"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    n: Mapped[int]
    at: Mapped[int] = mapped_column(index=True)
    until_at: Mapped[int]


def attempt(session: Session, name: str, address: str, *, at: int) -> int:
    """Count a try before it is made, so that many at once don't slip through; the seconds to wait where it may not be made.

    Whoever succeeds calls `forgive`. A try that has to wait isn't counted: waiting ends the wait.
    """
    session.execute(delete(Failure).where(Failure.at < at - FORGOTTEN))
    limits = _limits(name, address)
    rows = {key: _row(session, key, at) for key in sorted(limits)}
    wait = max(row.until_at - at for row in rows.values())
    if wait > 0:
        return wait
    pair = rows[next(iter(limits))]  # it comes first
    for key, limit in limits.items():
        if limit is NAME and pair.n > PAIR.free:
            continue  # whoever is held up by this already doesn't hold up the name for others
        row = rows[key]
        row.n += 1
        row.until_at = at + _delay(row.n, limit)
    session.flush()
    return 0


def forgive(session: Session, name: str, address: str) -> None:
    """Forget the failures of this name, after a success; those of the address stay, but for this one."""
    limits = _limits(name, address)
    for key, limit in sorted(limits.items()):
        row = session.get(Failure, key, with_for_update=True)
        if row is None:
            continue
        if limit is ADDRESS and row.n > 1:
            row.n, row.until_at = row.n - 1, row.at  # what this try would have made others wait
        else:
            session.delete(row)
    session.flush()


def _limits(name: str, address: str) -> dict[str, Limit]:
    folded = typed.fold(name[:1_000])
    return {
        _key("pair", folded, address): PAIR,
        _key("name", folded): NAME,
        _key("address", address): ADDRESS,
    }


def _delay(n: int, limit: Limit) -> int:
    over = n - limit.free
    return min(2 ** min(over, 20), limit.longest) if over > 0 else 0


def _row(session: Session, key: str, at: int) -> Failure:
    """The row of a key, made where there is none, and kept from others until the end of this transaction."""
    row = session.get(Failure, key, with_for_update=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            session.add(Failure(key=key, n=0, at=at, until_at=at))
    except IntegrityError:
        pass  # somebody else made it at this moment
    return session.get_one(Failure, key, with_for_update=True, populate_existing=True)


def _key(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
