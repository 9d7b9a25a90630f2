"""What is kept of passwords, invitations and one-time codes: hashes, never the thing itself."""

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord.db import Base
from coord.people import Person
from coord.refusal import Refused


class Password(Base):
    """A person's password, as argon2id keeps it."""

    __tablename__ = "passwords"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(255))
    set_at: Mapped[int]


class Code(Base):
    """An invitation or a reset code that was not used yet; a person has at most one of each."""

    __tablename__ = "codes"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[int]
    until_at: Mapped[int]


def held(session: Session, person_id: int) -> Person:
    """A person whose way in changes: of two who are at it at once the second waits, and then sees what the first has done.

    It is taken first of all locks. Whatever else only points to the person goes on meanwhile.
    """
    query = select(Person).where(Person.id == person_id).with_for_update(key_share=True)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise Refused("There is no such person.")
    return row
