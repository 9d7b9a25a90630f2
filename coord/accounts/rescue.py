"""When no administrator can come in any more: whoever has the server's command line helps."""

from typing import NoReturn

from sqlalchemy.orm import Session

from coord import company, people
from coord.accounts.codes import reset_code
from coord.people import Mandate, Person, Profile
from coord.refusal import Refused


def rescue(session: Session, email: str | None, *, make: bool, by: Mandate, at: int) -> tuple[Person, str]:
    """The administrator with this address (the only one, where none is given), and a code for a new password.

    With `make`, somebody is given that right, where nobody who could come in has it any more.
    """
    by.must_administer()
    able = [one for one in people.administrators(session) if one.email]  # with it one signs in
    if make:
        row = _made(session, email, able, by)
    elif not able:
        raise Refused(
            "No administrator can sign in. Give somebody that right: coord reset-admin --make E-MAIL"
        )
    elif email is None and len(able) == 1:
        (row,) = able
    else:
        row = next((one for one in able if email and one == people.by_email(session, email)), None) or _which(
            able
        )
    return row, reset_code(session, row.id, by=by, at=at)


def _made(session: Session, email: str | None, able: list[Person], by: Mandate) -> Person:
    if able:
        _which(able)
    row = people.by_email(session, email) if email else None
    if row is None and email and not any(one.email for one in people.people(session)):
        return _welcomed(session, email, by)
    if row is None or row.archived_at is not None:
        raise Refused("Nobody here has the e-mail address “{email}”.", email=email or "")
    held = frozenset(people.rights(session).get(row.id, ()))
    wish = Profile(
        row.name, row.email, row.area_id, row.language, row.zone, row.about, held | {("admin", None)}
    )
    return people.change(session, row.id, wish, seen=row.version, by=by)


def _welcomed(session: Session, email: str, by: Mandate) -> Person:
    """Somebody new, where nobody is left who could be given the right: a restore may have erased whoever there was."""
    company.the(session)
    name = email.partition("@")[0]
    return people.welcome(session, Profile(name, email, rights=frozenset({("admin", None)})), by=by)


def _which(able: list[Person]) -> NoReturn:
    names = ", ".join(f"{one.name} <{one.email}>" for one in able)
    raise Refused("Name one of the administrators: {names}", names=names)
