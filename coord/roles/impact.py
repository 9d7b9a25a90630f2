"""The impact map: how the work of one area touches the others, as their roles say it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from coord import company
from coord.roles.queries import current
from coord.roles.records import CUSTOMERS, Role


@dataclass(frozen=True, slots=True)
class Flow:
    """What one area delivers to another: as the roles of the one say, and as the roles of the other need it."""

    delivered: list[tuple[Role, str]] = field(default_factory=list)
    needed: list[tuple[Role, str]] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something is needed that no role says it delivers."""
        return bool(self.needed and not self.delivered)


Impact = dict[tuple[int, int], Flow]  # (area that delivers, area that needs or CUSTOMERS) → what goes there


def impact(session: Session) -> Impact:
    """Everything that goes from area to area, between areas in use, by the newest revisions of the roles in use."""
    every = company.areas(session, archived=True)
    in_use, heirs = {CUSTOMERS, *(area.id for area in every if not area.archived_at)}, company.heirs(every)
    found: Impact = {}
    for row, said in current(session):
        for link in said.delivers:
            if (there := heirs.get(link.area_id, link.area_id)) in in_use - {row.area_id}:
                found.setdefault((row.area_id, there), Flow()).delivered.append((row, link.what))
        for link in said.needs:
            if (there := heirs.get(link.area_id, link.area_id)) in in_use - {row.area_id}:
                found.setdefault((there, row.area_id), Flow()).needed.append((row, link.what))
    return found


def unmatched(found: Impact, areas: Iterable[int] | None = None) -> list[tuple[int, int]]:
    """The ways on which something is needed that nobody says they deliver; of some areas, or all."""
    wanted = None if areas is None else set(areas)
    return [way for way, flow in found.items() if flow.is_open and (wanted is None or wanted & set(way))]
