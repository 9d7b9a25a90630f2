"""What accounts let go of when it has served its time; nobody is signed out by it who could still come in."""

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from coord.accounts.records import Code
from coord.accounts.sessions import ABSOLUTE, IDLE, SignIn
from coord.accounts.throttle import Failure

KEPT = 30 * 86_400  # for so long after their end


def tidy(session: Session, *, at: int) -> int:
    """Delete sign-ins and codes that ended a month ago, and failures that no longer make anybody wait; how many."""
    past = at - KEPT
    old = (
        delete(SignIn).where(or_(SignIn.used_at < past - IDLE, SignIn.at < past - ABSOLUTE)),
        delete(Code).where(Code.until_at < past),
        delete(Failure).where(Failure.at < past, Failure.until_at < at),
    )
    found = [session.execute(one) for one in old]
    return sum(one.rowcount for one in found)  # type: ignore[attr-defined]
