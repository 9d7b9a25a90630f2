"""Writing what a file told, in one short stroke, and taking it back as a whole."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from coord import company, people
from coord.exchange import mapping as mappings
from coord.exchange.mapping import Mapping
from coord.exchange.told import Parsed, Told
from coord.people import Mandate
from coord.refusal import Refused
from coord.requests import Import, bulk
from coord.text import typed


@dataclass(frozen=True, slots=True)
class Written:
    """What an import added; nothing at all, and no import, where everything was here already."""

    import_id: int | None = None
    requests: int = 0
    events: int = 0
    areas: int = 0
    already: list[str] = field(default_factory=list)  # the cases that were here


def write(session: Session, parsed: Parsed, *, by: Mandate, at: int, file_name: str, digest: str) -> Written:
    """Record what is new in a file, with the areas and people that it needs: all of it, or nothing."""
    by.must_administer()
    company.the(session)
    here = bulk.known(session, [one.rows.reference for one in parsed.told])
    new = [one for one in parsed.told if one.rows.reference not in here]
    already = [one.case for one in parsed.told if one.rows.reference in here]
    if not new:
        return Written(already=already)
    used_areas, used_people = _used(new)
    areas, opened = _areas(session, parsed, used_areas, by)
    persons, welcomed = _people(session, parsed, used_people, by)
    events = sum(len(one.events) for one in new)
    row = Import(
        at=at,
        person_id=by.person_id,
        file_name=_plain_name(file_name),
        digest=digest,
        mapping={
            "kind": parsed.kind,
            "toml": mappings.write(parsed.mapping) if parsed.mapping else None,
            "areas": opened,
            "people": welcomed,
            "silences": sum(event.verb == "confirm_by_silence" for one in new for event in one.events),
        },
        observed_until_at=parsed.observed_until,
        requests=len(new),
        events=events,
    )
    session.add(row)
    session.flush()
    bulk.record(session, [one.rows for one in new], areas=areas, people=persons, import_id=row.id)
    return Written(row.id, len(new), events, len(used_areas), already)


def undo(session: Session, import_id: int, *, by: Mandate, at: int) -> Import:
    """Take an import back as a whole, with the areas and people it brought that nothing else names."""
    by.must_administer()
    row = session.get(Import, import_id)
    if row is None:
        raise Refused("There is no such import.")
    if bulk.built_on(session, import_id):
        raise Refused(
            "Somebody has moved requests of this import, or followed them up. It can no longer be undone as a whole."
        )
    brought = row.mapping
    session.expunge(row)
    bulk.take_back(session, import_id)
    for area_id in brought.get("areas", ()):
        company.strike_area(session, area_id, by=by)
    for person_id in brought.get("people", ()):
        people.strike(session, person_id, by=by)
    return row


def zone_of(session: Session, mapping: Mapping | None) -> str:
    """The zone of instants that name none: the mapping's, else the company's."""
    row = company.company(session)
    return (mapping.time_zone if mapping else None) or (row.zone if row else "UTC")


def make_home(session: Session, zone: str, *, at: int) -> None:
    """Found a company where the database has none, so that history can be read in."""
    if company.company(session) is None:
        company.found(session, company.Settings("Imported history", zone=zone), at=at)


def counts(parsed: Parsed, done: Written) -> dict[str, Any]:
    """What an import did, as `--json` prints it."""
    return {
        "requests": done.requests,
        "events": done.events,
        "areas": done.areas,
        "not_a_handoff": len(parsed.not_a_handoff),
        "rejected": [{"case": left.case, "reason": str(left.why)} for left in parsed.rejected],
    }


def digest(source: bytes | Path, mapping: Mapping | None, as_of: int | None = None) -> str:
    """What tells one import of a file from another: its bytes, its mapping, and as of when it was read."""
    found = hashlib.sha256(mappings.write(mapping).encode() if mapping else b"")
    found.update(str(as_of).encode())
    if isinstance(source, bytes):
        found.update(source)
    else:
        with source.open("rb") as file:
            while step := file.read(1 << 20):
                found.update(step)
    return found.hexdigest()


def _used(new: Iterable[Told]) -> tuple[set[int], set[int]]:
    """The places of the areas and people that these requests name."""
    areas: set[int] = set()
    persons: set[int | None] = set()
    for one in new:
        for event in one.events:
            areas |= {event.from_area_id, event.to_area_id}
            persons |= {event.person_id, event.more.get("handler")}
            if event.area_id is not None:
                areas.add(event.area_id)
    return areas, {place for place in persons if place is not None}


def _areas(session: Session, parsed: Parsed, used: set[int], by: Mandate) -> tuple[Sequence[int], list[int]]:
    """The id of each place's area (0 for unused places), and those that were opened for it."""
    there = {row.folded: row.id for row in company.areas(session, archived=True)}
    ids, opened = [0] * len(parsed.areas.names), []
    for place in sorted(used):
        name = parsed.areas.names[place]
        known = there.get(typed.fold(name))
        if known is None:
            sphere = mappings.sphere_of(parsed.mapping, name)
            known = company.open_area(session, name=name, sphere=sphere, by=by).id
            opened.append(known)
        ids[place] = known
    return ids, opened


def _people(session: Session, parsed: Parsed, used: set[int], by: Mandate) -> tuple[Sequence[int], list[int]]:
    """The id of each place's person, and those who were added: without rights, so that nothing is lost."""
    there: dict[str, int] = {}
    for row in people.people(session, archived=True):
        there.setdefault(typed.fold(row.name), row.id)
    for row in people.people(session, archived=True):
        if row.email_folded:
            there[row.email_folded] = row.id
    ids, welcomed = [0] * len(parsed.people.names), []
    for place in sorted(used):
        name = parsed.people.names[place]
        known = there.get(typed.fold(name))
        if known is None:
            profile = people.Profile(name, name if "@" in name else None)
            known = people.welcome(session, profile, by=by).id
            welcomed.append(known)
        ids[place] = known
    return ids, welcomed


def _plain_name(file_name: str) -> str:
    """The name of a file without its path, as it can be shown."""
    bare = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    return typed.line(bare[-typed.LINE :]) or "…"
