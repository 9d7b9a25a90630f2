"""What is kept of passwords, invitations and one-time codes: hashes, never the thing itself."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base


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
