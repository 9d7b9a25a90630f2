"""How long requests stay unresolved, as plain values: what `coord report unresolved` prints."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from coord import company
from coord.survival import Curve
from coord.trends.observations import observations
from coord.trends.unresolved import Unresolved, grouped, unresolved, unresolved_by
from coord.trends.waits import DAY, Waits, by_route, waits


def report(session: Session, *, as_of: int, by: str | None = None, working: bool = False) -> dict[str, Any]:
    """All requests as of an instant, and with `by` (route, crossing or period) each group of them."""
    calendar = company.calendar(session)
    areas = {area.id: area for area in company.areas(session, archived=True)}
    names, spheres = ({i: getattr(a, what) for i, a in areas.items()} for what in ("name", "sphere"))
    rows = waits(observations(session, whole=False), as_of=as_of, calendar=calendar if working else None)
    found = {
        "as_of": datetime.fromtimestamp(as_of, UTC).isoformat().replace("+00:00", "Z"),
        "time": "working" if working else "elapsed",
        **_told(rows, names),
    }
    if by is not None:
        groups = grouped(rows, by, spheres=spheres, calendar=calendar)
        found["groups"] = [
            {**_named(key, names), **_told(rows.where(groups.codes == place), names)}
            for place, key in enumerate(groups.keys)
        ]
    return found


def _told(rows: Waits, names: Mapping[int, str]) -> dict[str, Any]:
    """Figures, every step of the curve, and the routes, busiest first."""
    whole, groups = unresolved(rows), by_route(rows)
    routes = zip(groups.keys, unresolved_by(rows, groups), strict=True)
    return {
        **_figures(whole),
        "curve": [] if whole.is_broken_off else _steps(whole.curve),
        "routes": [{**_ends(key, names), **_figures(route)} for key, route in routes],
    }


def _named(key: Any, names: Mapping[int, str]) -> dict[str, str]:
    """A group's name, and where it is a route or a crossing its two ends."""
    if isinstance(key, date):
        return {"group": f"{key.year}-Q{(key.month + 2) // 3}"}
    ends = _ends(key, names)
    return {"group": f"{ends['from']} → {ends['to']}", **ends}


def _ends(key: Any, names: Mapping[int, str]) -> dict[str, str]:
    return {side: names.get(end, end) for side, end in zip(("from", "to"), key, strict=True)}


def _figures(found: Unresolved) -> dict[str, Any]:
    """Counts, and in days the median with its interval and the 85th percentile; none of a curve that breaks off."""
    counts = {"requests": found.requests, "resolved": found.resolved, "open": found.open}
    if found.is_broken_off:
        return counts | {"median_days": None, "median_ci_days": [None, None], "p85_days": None}
    return counts | {
        "median_days": found.median,
        "median_ci_days": list(found.median_interval),
        "p85_days": found.p85,
    }


def _steps(curve: Curve) -> list[dict[str, float]]:
    columns = {
        "days": curve.times / DAY,
        "unresolved": curve.survival,
        "lower": curve.lower,
        "upper": curve.upper,
        "at_risk": curve.at_risk,
    }
    values = [column.tolist() for column in columns.values()]
    return [dict(zip(columns, step, strict=True)) for step in zip(*values, strict=True)]
