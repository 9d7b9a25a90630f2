"""The company's identity provider: where people may sign in instead of typing a password, and whom it means."""

from dataclasses import dataclass

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from coord import company, people
from coord.accounts import openid
from coord.db import Base
from coord.people import Mandate, Person
from coord.refusal import Refused, changed
from coord.text import typed


class IdentityProvider(Base):
    """The company's one row, once somebody has entered it."""

    __tablename__ = "identity_provider"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    version: Mapped[int] = mapped_column(default=1)
    is_on: Mapped[bool]
    label: Mapped[str] = mapped_column(String(255))  # what people call it
    address: Mapped[str] = mapped_column(Text)  # of its discovery document
    client_id: Mapped[str] = mapped_column(String(255))
    client_secret: Mapped[str | None] = mapped_column(Text)  # shown to nobody
    trusts_emails: Mapped[bool]  # also those of which it doesn't say that they are verified

    __mapper_args__ = {"version_id_col": version}


@dataclass(frozen=True, slots=True)
class ProviderWish:
    """How the provider is reached, as typed; without a secret the one that is kept stays."""

    is_on: bool
    label: str | None
    address: str | None
    client_id: str | None
    client_secret: str | None = None
    trusts_emails: bool = False


def provider(session: Session) -> IdentityProvider | None:
    return session.get(IdentityProvider, 1)


def keep_provider(session: Session, wish: ProviderWish, *, seen: int, by: Mandate) -> IdentityProvider:
    """Say where people may sign in without a password, and turn that on or off."""
    by.must_administer()
    company.one_at_a_time(session)
    row = provider(session)
    if (row.version if row else 0) != seen:
        raise changed()
    row = row or IdentityProvider(version=1)
    _apply(row, wish)
    session.add(row)
    session.flush()
    return row


def whose(session: Session, email: str) -> Person | None:
    """Who has this e-mail, letter by letter, and is not archived.

    Searching folds accents; here José's address must not open what is Jose's.
    """
    person = people.by_email(session, email)
    if person is None or person.archived_at is not None or not _is_same(person.email or "", email):
        return None
    return person


def _is_same(one: str, other: str) -> bool:
    return one == other or (one.isascii() and other.isascii() and one.lower() == other.lower())


def _apply(row: IdentityProvider, wish: ProviderWish) -> None:
    label, client_id, address = typed.line(wish.label), typed.line(wish.client_id), typed.link(wish.address)
    if label is None or client_id is None or address is None:
        raise Refused("Fill in the name, the address and the client ID.")
    address, secret = openid.document(address), typed.line(wish.client_secret, 1_000)
    if row.client_secret and secret is None and address != row.address:
        raise Refused(
            "The address is another one: type the client secret again, so that it goes to nobody else."
        )
    row.is_on, row.trusts_emails = wish.is_on, wish.trusts_emails
    row.label, row.client_id, row.address = label, client_id, address
    row.client_secret = secret or row.client_secret
