"""What the trends say, printed: `coord report`."""

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from coord import clock, company, exchange, trends
from coord.cli.root import app, opened

reports = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Print what the trends say.")
app.add_typer(reports, name="report")


class By(StrEnum):
    ROUTE = "route"
    CROSSING = "crossing"
    PERIOD = "period"


class Time(StrEnum):
    ELAPSED = "elapsed"
    WORKING = "working"


@reports.command()
def unresolved(
    as_of: Annotated[
        str | None, typer.Option(help="As things stood at this instant; a day alone is its noon.")
    ] = None,
    by: Annotated[
        By | None, typer.Option(help="Also for each route, crossing of spheres or quarter.")
    ] = None,
    time: Annotated[Time, typer.Option(help="All seconds, or only those of working days.")] = Time.ELAPSED,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, with every step of the curve.")
    ] = False,
) -> None:
    """How long requests stay unresolved, counting those that still are.

    JSON: {"requests", "resolved", "open", "median_days", "median_ci_days": [low, high], "p85_days", "curve":
    [{"days", "unresolved", "lower", "upper", "at_risk"}, …], "routes": [{"from", "to", "requests", …}, …]}; null where
    a figure is not reached, or where what came before Coord has waited longer than anything new was followed (no curve then). With --by, "groups" beside these holds one such object a group, with its "group" (its
    name) and, of a route or a crossing, "from" and "to".
    """
    with opened().read() as session:
        at = clock.now()
        if as_of is not None:
            at = min(at, exchange.Instants(company.the(session).zone).read(as_of).at)
        found = trends.report(session, as_of=at, by=by, working=time is Time.WORKING)
    print(json.dumps(found, ensure_ascii=False) if as_json else _table(found))


def _table(found: dict[str, Any]) -> str:
    """A line for all, and one for each group (without groups, for each route)."""
    lines = [f"As of {found['as_of']}, in {found['time']} days; “-”: not reached, or not known, so far.", ""]
    shape = "{:<44} {:>9} {:>6} {:>8} {:>19} {:>8}"
    lines.append(shape.format("", "requests", "open", "median", "95 % interval", "85 in 100"))
    for row in (found, *found.get("groups", found["routes"])):
        name = row.get("group") or (f"{row['from']} → {row['to']}" if "from" in row else "All")
        low, high = map(_day, row["median_ci_days"])
        median, p85 = _day(row["median_days"]), _day(row["p85_days"])
        lines.append(shape.format(name[:44], row["requests"], row["open"], median, f"{low} to {high}", p85))
    return "\n".join(lines)


def _day(days: float | None) -> str:
    return "-" if days is None else f"{days:.1f}"
