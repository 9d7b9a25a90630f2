"""Who may set a new company up: its administrators, each step of it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from coord import company, moving_in
from coord.company import Company
from coord.people import Mandate, Person
from tests.cast import MONDAY
from tests.stage import Rule, Stage, common


def _arrange_areas(session: Session, on: Stage, by: Mandate, _: str) -> object:
    wishes = [moving_in.Wish("Law", "sales", on.area("legal"), 1), moving_in.Wish("Export", "sales")]
    return moving_in.arrange_areas(session, wishes, by=by)


def _name_people(session: Session, on: Stage, by: Mandate, _: str) -> object:
    wish = moving_in.Post("head", on.area("legal"), name="Lia", email="lia@casaclara.example")
    seen = moving_in.drawn(moving_in.posts(session, viewer=by.person_id))
    return moving_in.name_people(session, [wish], seen=seen, by=by, at=MONDAY)


def _arrange_hour(session: Session, _on: Stage, by: Mandate, _: str) -> object:
    seen = moving_in.hour_version(session)
    return moving_in.arrange_hour(session, moving_in.Hour(3), seen=seen, by=by, at=MONDAY)


def _look_over(session: Session, _on: Stage, by: Mandate, _: str) -> object:
    seen = company.the(session).version
    return moving_in.look_over(session, company.settings(session), seen=seen, by=by, at=MONDAY)


def _with_address(session: Session, on: Stage) -> Any:
    session.execute(update(Person).where(Person.id == on("jonas")).values(email="jonas@casaclara.example"))


def _still_moving(session: Session, _on: Stage) -> Any:
    session.execute(update(Company).values(moved_in_at=None))


def steps() -> Iterator[tuple[str, Rule]]:
    yield "moving_in.look_over", common("admin", do=_look_over)
    yield "moving_in.arrange_areas", common("admin", do=_arrange_areas)
    yield "moving_in.name_people", common("admin", do=_name_people)
    yield "moving_in.arrange_hour", common("admin", do=_arrange_hour)
    yield (
        "moving_in.invite_all",
        common(
            "admin",
            do=lambda s, on, by, _: moving_in.invite_all(s, [on("jonas")], by=by, at=MONDAY),
            first=_with_address,
        ),
    )
    yield (
        "moving_in.finish",
        common("admin", do=lambda s, on, by, _: moving_in.finish(s, by=by, at=MONDAY), first=_still_moving),
    )
