"""The numbers under the charts of Trends: short tables to read, and all of them as CSV to take along."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coord.exchange.cells import guarded
from coord.text import Words
from coord.trends import DAY, Mix, Route, Unresolved
from coord.ui import trend_words
from coord.ui.plain import plain

BOM = "\ufeff"  # so that Excel reads the accents
DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)

Named = Sequence[tuple[str, Unresolved]]
Table = dict[str, list[str]]  # heading → cells, as Markdown


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """Rows as columns; what people wrote must be escaped already."""
    rows = list(rows)
    return {heading: [row[place] for row in rows] for place, heading in enumerate(headings)}


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as a file for a spreadsheet, in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return (BOM + text.getvalue()).encode()


def curve(t: Words, found: Unresolved) -> Table:
    """The curve at days that people think in."""
    curve, rows = found.curve, []
    for days in (day for day in DAYS if day <= found.followed):
        i = int(curve.times.searchsorted(days * DAY, side="right"))
        if i:
            shares = (curve.survival[i - 1], curve.lower[i - 1], curve.upper[i - 1])
            older = int(curve.at_risk[i]) if i < curve.times.size else 0
            rows.append([t.number(days), *map(t.percent, shares), t.number(older)])
    headings = [t("Days"), t("Still unresolved"), t("At least"), t("At most"), t("Requests that old")]
    return table(headings, rows)


def groups(t: Words, found: Named) -> Table:
    """One line for each group; no figures under ten resolved."""
    headings = [
        t("Group"),
        t("Requests"),
        t("Resolved"),
        t("Still open"),
        t("Half within"),
        t("95 % sure"),
        t("85 in 100 within"),
    ]
    return table(headings, [
        [plain(name), *map(t.number, (one.requests, one.resolved, one.open)), *_times(t, one)]
        for name, one in found if one.requests
    ])  # fmt: skip


def _times(t: Words, found: Unresolved) -> list[str]:
    if not found.is_drawn:
        return ["–"] * 3
    half, p85 = (trend_words.days(t, value, found) for value in (found.median, found.p85))
    return [half, trend_words.interval(t, found), p85]


def steps(t: Words, found: Named) -> bytes:
    """Every step of every curve."""
    headings = [
        t("Group"),
        t("Days"),
        t("Still unresolved"),
        t("At least"),
        t("At most"),
        t("Requests that old"),
    ]
    return as_csv(headings, (
        [name, f"{time / DAY:.5f}", f"{share:.6f}", f"{low:.6f}", f"{high:.6f}", str(n)]
        for name, one in found for time, share, low, high, n in _columns(one)
    ))  # fmt: skip


def _columns(found: Unresolved) -> Iterable[tuple[float, float, float, float, int]]:
    c = found.curve
    return zip(
        *(column.tolist() for column in (c.times, c.survival, c.lower, c.upper, c.at_risk)), strict=True
    )


def mix(t: Words, found: Mix, names: Mapping[str, str]) -> Table:
    """The shares at days that people think in."""
    headings = [t("Days"), *names.values(), t("Still open")]
    rows = []
    for days in (day for day in DAYS if day <= found.followed):
        shares = list(found.by(days).values())
        rows.append([t.number(days), *map(t.percent, shares), t.percent(1 - sum(shares))])
    return table(headings, rows)


def every_share(t: Words, found: Mix, names: Mapping[str, str]) -> bytes:
    """The shares at every instant at which one changes."""
    parts = [row.tolist() for row in found.found.parts]
    rows = zip(found.found.times.tolist(), *parts, found.found.survival.tolist(), strict=True)
    headings = [t("Days"), *names.values(), t("Still open")]
    return as_csv(
        headings, ([f"{time / DAY:.5f}", *(f"{share:.6f}" for share in shares)] for time, *shares in rows)
    )


def routes(t: Words, found: Sequence[Route], names: Mapping[int, str]) -> tuple[list[str], list[list[str]]]:
    """One line for each route, busiest first; no figures under ten resolved."""
    headings = [
        t("From"),
        t("To"),
        t("Days of its first 90"),
        t("Requests"),
        t("Still open"),
        t("Half within"),
    ]
    return headings, [
        [names[one.from_area], names[one.to_area], trend_words.wait(t, one),
         t.number(one.found.requests), t.number(one.found.open),
         trend_words.days(t, one.found.median, one.found) if one.found.is_drawn else ""]
        for one in found
    ]  # fmt: skip


def ages(t: Words, rows: Iterable[Any]) -> tuple[list[str], list[list[str]]]:
    """One line for each open request, as coord.trends.frames.ages gives them."""
    headings = [t("Request"), t("Route"), t("Days"), t("Resolved by this age")]
    return headings, [[row.what, row.route, t.number(int(row.days)), t.percent(row.share)] for row in rows]
