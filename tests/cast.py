"""The cast: a small company of four areas, and the people who speak for them, on one fixed Monday."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update

from coord import backup, company, people, requests
from coord.db import Database
from coord.people import Mandate
from coord.requests import Request

MONDAY = 1_772_442_000  # Monday 2 March 2026, 09:00 UTC
HOUR = 3_600
DAY = 24 * HOUR
TODAY = date(2026, 3, 2)
FRIDAY = date(2026, 3, 6)

FOUNDER = Mandate(person_id=None, rights=frozenset({"admin"}))


@dataclass
class Cast:
    """Areas by id, people by mandate: Ana heads sales, Bruno product, Carla support, Davi is Bruno's deputy,
    Elsa billing; Fabio facilitates, Gina directs, Hugo administers, Iris has no rights."""

    database: Database
    area: dict[str, int]
    ana: Mandate
    bruno: Mandate
    carla: Mandate
    davi: Mandate
    elsa: Mandate
    fabio: Mandate
    gina: Mandate
    hugo: Mandate
    iris: Mandate

    def ask(
        self,
        what: str = "Send the list of trial customers",
        *,
        by: str = "ana",
        to: str = "product",
        at: int = MONDAY,
        **facts: Any,
    ) -> Request:
        mandate: Mandate = getattr(self, by)
        with self.database.begin() as session:
            return requests.ask(
                session,
                from_area=min(mandate.areas),
                to_area=self.area[to],
                what=what,
                by=mandate,
                at=at,
                **facts,
            )

    def move(self, row: Request, verb: str, *, by: str, at: int, **facts: Any) -> Request:
        with self.database.begin() as session:
            return requests.move(session, row.id, verb, by=getattr(self, by), at=at, **facts)

    def look(self, row: Request) -> Request:
        with self.database.read() as session:
            return requests.request(session, row.id)


def engage(database: Database) -> Cast:
    """Found the company and hire the cast."""
    with database.begin() as session:
        company.found(session, company.Settings("Casa Clara", zone="UTC"), at=MONDAY - 100 * DAY)
        session.execute(update(company.Company).values(moved_in_at=MONDAY - 100 * DAY))  # the version stays 1
        spheres = {
            "sales": "sales",
            "product": "after_sales",
            "support": "after_sales",
            "billing": "after_sales",
        }
        area = {
            name: company.open_area(session, name=name.capitalize(), sphere=sphere, by=FOUNDER).id
            for name, sphere in spheres.items()
        }
        for area_id in area.values():  # they have long told what they were waiting for before
            spoken = Mandate(person_id=None, areas=frozenset({area_id}))
            requests.tell_waits(session, area_id, by=spoken, at=MONDAY - 99 * DAY)
        roles = {
            "hugo": (None, "admin"),
            "ana": ("sales", "head"),
            "bruno": ("product", "head"),
            "carla": ("support", "head"),
            "davi": ("product", "deputy"),
            "elsa": ("billing", "head"),
            "fabio": (None, "facilitator"),
            "gina": (None, "director"),
            "iris": ("support", None),
        }
        backup.change_plan(
            session, backup.PlanWish(is_on=False), seen=0, by=FOUNDER
        )  # but where a test wants it
        mandates = {
            name: _hire(session, name, area.get(where) if where else None, right)
            for name, (where, right) in roles.items()
        }
    return Cast(database, area, **mandates)


def _hire(session: Any, name: str, area_id: int | None, right: str | None) -> Mandate:
    held = {(right, area_id if right in people.BY_AREA else None)} if right else set()
    row = people.welcome(
        session,
        people.Profile(
            name.capitalize(), f"{name}@casaclara.example", area_id, "en", "UTC", rights=frozenset(held)
        ),
        by=FOUNDER,
    )
    return people.mandate(session, row.id)
