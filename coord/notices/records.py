"""The notices' tables: how the company sends, what each person chose, each letter, and the occasions it is for."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from coord.db import Base
from coord.text import N_

KINDS = {
    "before": N_("Before the meeting: what will be asked of my areas"),
    "after": N_("After the meeting: what we promised, messages to us, what we wait for"),
    "due": N_("Before a promise is due"),
}


class Sender(Base):
    """The company's one row: its mail server, and since when notices are sent (None: they are not)."""

    __tablename__ = "notice_sender"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    on_since_at: Mapped[int | None]
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int] = mapped_column(Integer)
    security: Mapped[str] = mapped_column(String(16))
    user: Mapped[str | None] = mapped_column(String(255))
    password: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(String(255))  # that letters come from
    link: Mapped[str] = mapped_column(Text)  # what links to this server begin with
    servers: Mapped[list[str]] = mapped_column(JSON, default=list)  # of chat, that channels may lie on

    __mapper_args__ = {"version_id_col": version}


class Choice(Base):
    """What one person wants to be told, and where; without a row it is every kind, by e-mail."""

    __tablename__ = "notice_choices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    by_channel: Mapped[bool] = mapped_column(default=False)
    channel: Mapped[str | None] = mapped_column(Text)  # an address of Apprise; shown to nobody

    __mapper_args__ = {"version_id_col": version}


class Letter(Base):
    """One message to one person: waiting, being sent, sent, or given up. Its text goes when it is sent.

    One that is being sent when its turn comes again was left by a server that stopped in the middle.
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    message_id: Mapped[str] = mapped_column(String(255), unique=True)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    written_at: Mapped[int]
    next_at: Mapped[int]  # when it is its turn, again
    useful_until_at: Mapped[int]
    settled_at: Mapped[int | None]
    tries: Mapped[int] = mapped_column(Integer, default=0)
    was_interrupted: Mapped[bool] = mapped_column(default=False)
    trouble: Mapped[dict[str, Any] | None]  # why it was not sent yet: a refusal's sentence and its facts


class Notice(Base):
    """An occasion for which a person is written to: once, whatever happens."""

    __tablename__ = "notices"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    occasion: Mapped[str] = mapped_column(String(64), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
