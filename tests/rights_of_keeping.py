"""Who may let one area become part of another, or give it another head."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from coord import checks, company, departures, goals, issues, meetings, people, requests, roles, timekeeping
from coord.people import Mandate
from tests.cast import MONDAY
from tests.stage import Rule, Stage, after_the_hour, common

WHY = "The two share one desk"


def _merge(session: Session, on: Stage, by: Mandate, _: str) -> None:
    departures.merge_areas(
        session, on.area("legal"), into=on.area("support"), reason=WHY, seen=1, by=by, at=MONDAY
    )


def _join_areas(session: Session, on: Stage, by: Mandate, _: str) -> None:
    company.join_areas(session, on.area("legal"), into=on.area("support"), seen=1, by=by, at=MONDAY)


def _join_request(session: Session, on: Stage, by: Mandate, area: str) -> None:
    requests.join(session, on("asked asked", area), area=on.area(area), into=on.area("support"), why=WHY, by=by,
                  at=MONDAY)  # fmt: skip


def _hand_over(session: Session, on: Stage, by: Mandate, _: str) -> None:
    bruno = on.cast.bruno.person_id or 0
    people.hand_over_headship(
        session, on.area("product"), to=on("jonas"), heads=[bruno], instead_of=[bruno], by=by
    )


def areas() -> Iterator[tuple[str, Rule]]:
    yield "departures.merge_areas", common("admin", do=_merge, first=after_the_hour)
    yield "company.join_areas", common("admin", do=_join_areas)
    yield "requests.join", common("admin", do=_join_request)
    yield "people.hand_over_headship", common("admin", do=_hand_over)
    yield "people.join", common("admin", do=lambda s, on, by, area: people.join(
        s, on.area(area), into=on.area("support"), as_deputies=True, by=by))  # fmt: skip
    yield "goals.join", common("admin", do=lambda s, on, by, area: goals.join(
        s, on.area(area), into=on.area("support"), line=WHY, by=by, at=MONDAY))  # fmt: skip
    yield "issues.join", common("admin", do=lambda s, on, by, area: issues.join(
        s, on.area(area), into=on.area("support"), by=by, at=MONDAY))  # fmt: skip
    yield "roles.join", common("admin", do=lambda s, on, by, area: roles.join(
        s, on.area(area), into=on.area("support"), by=by))  # fmt: skip
    yield "meetings.join", common("admin", do=lambda s, on, by, area: meetings.join(
        s, on.area(area), into=on.area("support"), by=by, at=MONDAY))  # fmt: skip


def _doubt(session: Session, _: Stage) -> None:
    session.add(
        timekeeping.ServerClock(
            id=1, round_at=MONDAY, doubted_at=MONDAY, expected_at=MONDAY, said_at=0, trusted=0
        )
    )


def well() -> Iterator[tuple[str, Rule]]:
    yield (
        "timekeeping.trust",
        common("admin", do=lambda s, on, by, _: timekeeping.trust(s, by=by, at=MONDAY), first=_doubt),
    )
    yield "checks.want", common("admin", do=lambda s, on, by, _: checks.want(s, by=by, at=MONDAY))
