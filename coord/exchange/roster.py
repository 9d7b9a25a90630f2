"""Who is here: areas.csv and people.csv, and the export of everything into a directory."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from coord import company, people
from coord.exchange import cells, own
from coord.exchange.files import File
from coord.people import BY_AREA, Mandate
from coord.refusal import Refused

AREAS = ("name", "sphere", "about")
PEOPLE = ("name", "email", "area", "language", "zone", "rights", "about")

Row = dict[str, str]


def kind(columns: Sequence[str]) -> str | None:
    """Whether these are the columns of an areas.csv or of a people.csv."""
    found = {AREAS[:2]: "areas", ("name", "email", "rights"): "people"}
    return next((said for names, said in found.items() if set(names) <= set(columns)), None)


def bring(session: Session, file: File, *, by: Mandate) -> int:
    """Add the areas of an areas.csv, or the people of a people.csv, who are not here yet; how many."""
    rows = []
    for _, row in file.rows():
        if isinstance(row, Refused):
            raise row
        rows.append({name: str(cell) for name, cell in row.items()})
    return (open_areas if kind(file.columns) == "areas" else welcome)(session, rows, by=by)


def export(session: Session, place: Path) -> list[Path]:
    """Write Coord's own CSV: events into a file, or events, areas and people into a directory."""
    if not place.is_dir():
        _write(place, own.export(session))
        return [place]
    files = {"areas.csv": areas(session), "people.csv": persons(session), "events.csv": own.export(session)}
    for name, lines in files.items():
        _write(place / name, lines)
    return [place / name for name in files]


def areas(session: Session) -> Iterator[str]:
    """The areas in use, as CSV."""
    rows = [(row.name, row.sphere, row.about or "") for row in company.areas(session)]
    yield _table(AREAS, rows)


def persons(session: Session) -> Iterator[str]:
    """The people in use with their rights, as CSV; a right for another area than one's own names it."""
    names = {row.id: row.name for row in company.areas(session, archived=True)}
    held = people.rights(session)
    rows = []
    for row in people.people(session):
        rights = [
            right if area in (None, row.area_id) else f"{right}:{names[area]}"
            for right, area in sorted(held.get(row.id, ()), key=str)
        ]
        own_area = names[row.area_id] if row.area_id is not None else ""
        rows.append((row.name, row.email or "", own_area, row.language or "", row.zone or "", ";".join(rights), row.about or ""))  # fmt: skip
    yield _table(PEOPLE, rows)


def open_areas(session: Session, rows: Iterable[Row], *, by: Mandate) -> int:
    """Open the areas of an areas.csv that are not here yet; how many."""
    opened = 0
    for row in rows:
        name = row.get("name", "")
        if company.area_named(session, name) is None:
            about, sphere = row.get("about") or None, row.get("sphere", "")
            company.open_area(session, name=name, sphere=sphere, about=about, by=by)
            opened += 1
    return opened


def welcome(session: Session, rows: Iterable[Row], *, by: Mandate) -> int:
    """Add the people of a people.csv who are not here yet, with their rights; how many."""
    added = 0
    for row in rows:
        email = row.get("email") or None
        if email and people.by_email(session, email) is not None:
            continue
        area = _area(session, row.get("area") or None)
        profile = people.Profile(
            row.get("name", ""),
            email,
            area,
            row.get("language") or None,
            row.get("zone") or None,
            row.get("about") or None,
            frozenset(
                _right(session, one, area) for one in (row.get("rights") or "").split(";") if one.strip()
            ),
        )
        people.welcome(session, profile, by=by)
        added += 1
    return added


def _right(session: Session, said: str, own_area: int | None) -> tuple[str, int | None]:
    right, _, named = (part.strip() for part in said.partition(":"))
    if right not in BY_AREA:
        return right, None
    return right, _area(session, named) if named else own_area


def _area(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    row = company.area_named(session, name)
    if row is None:
        raise Refused("There is no area “{name}”.", name=name[:80])
    return row.id


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(names)
    table.writerows([cells.guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def _write(place: Path, lines: Iterable[str]) -> None:
    with place.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
