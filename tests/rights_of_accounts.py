"""Who may let others in, and who may sign whom out."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from coord import accounts, people
from coord.people import Mandate, Profile
from tests.cast import FOUNDER, MONDAY
from tests.stage import NEVER, Nowhere, Rule, Stage, common


def _give_address(session: Session, on: Stage) -> None:
    wish = Profile("Jonas", "jonas@casaclara.example")
    row = people.person(session, on("jonas"))
    people.change(session, row.id, wish, seen=row.version, by=FOUNDER)


def _iris(on: Stage) -> int:
    return NEVER if isinstance(on, Nowhere) else on.cast.iris.person_id or 0


def _rescue(session: Session, on: Stage, by: Mandate, _: str) -> None:
    email = "nowhere@casaclara.example" if isinstance(on, Nowhere) else "hugo@casaclara.example"
    accounts.rescue(session, email, make=False, by=by, at=MONDAY)


def _signs_in(session: Session, on: Stage) -> None:
    accounts.sign_in(session, _iris(on), at=MONDAY)


def _sign_out_device(session: Session, on: Stage, by: Mandate, _: str) -> None:
    found = accounts.devices(session, _iris(on), at=MONDAY)
    accounts.sign_out_device(session, found[0].id if found else "unknown", by=by)


def _present(session: Session, on: Stage, by: Mandate, _: str) -> None:
    person_id = NEVER if isinstance(on, Nowhere) else by.person_id or NEVER
    seen = people.person(session, by.person_id).version if by.person_id else 1
    people.present_oneself(
        session, person_id, name="Me", about=None, language="es", zone="UTC", seen=seen, by=by
    )


def _keep_provider(session: Session, _on: Stage, by: Mandate, _: str) -> None:
    wish = accounts.ProviderWish(True, "Casa Clara", "https://accounts.example", "coord")
    accounts.keep_provider(session, wish, seen=0, by=by)


def accounts_of_people() -> Iterator[tuple[str, Rule]]:
    yield (
        "accounts.invite",
        common(
            "admin",
            do=lambda s, on, by, _: accounts.invite(s, on("jonas"), by=by, at=MONDAY),
            first=_give_address,
        ),
    )
    yield (
        "accounts.reset_code",
        common(
            "admin",
            do=lambda s, on, by, _: accounts.reset_code(s, on("jonas"), by=by, at=MONDAY),
            first=_give_address,
        ),
    )
    yield (
        "accounts.rescue",
        common("admin", do=_rescue),
    )
    yield "accounts.sign_out_device", common("member", do=_sign_out_device, first=_signs_in)
    yield (
        "accounts.sign_out_everywhere",
        common(
            "admin",
            "member",
            do=lambda s, on, by, _: accounts.sign_out_everywhere(s, _iris(on), by=by),
            first=_signs_in,
        ),
    )
    yield "accounts.keep_provider", common("admin", do=_keep_provider)
    yield "people.present_oneself", common("a person", do=_present)
