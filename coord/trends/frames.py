"""Numbers as tables small enough for a browser to draw: at most 200 points a curve, 1,500 dots."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from coord import survival
from coord.requests import Request
from coord.survival import Curve, Outcomes
from coord.trends.ageing import MARKS, Ageing
from coord.trends.outcomes import Mix
from coord.trends.routes import HORIZON, Route
from coord.trends.unresolved import Unresolved
from coord.trends.waits import DAY

POINTS = 200
DOTS = 1_500
SHORTEST = 14.0


def reach(found: Iterable[Curve | Outcomes]) -> float:
    """Up to which day these are drawn: until 97 in 100 are through, but not over a tail three times the 85's way."""
    return max([SHORTEST, *map(_reach, found)])


def _reach(found: Curve | Outcomes) -> float:
    times, left = found.times, found.survival
    ends = [times[-1:], *(times[left <= level][:1] * stretch for level, stretch in ((0.03, 1), (0.15, 3)))]
    return min((float(end[0]) / DAY for end in ends if end.size), default=0.0)


def curve(named: Sequence[tuple[str, Unresolved]], until: float) -> pd.DataFrame:
    """Curves one below the other: group, days, unresolved, lower, upper, at_risk, and `mark`: 50, 85 or 0.

    `mark` says that half, or 85 in 100, are resolved here.
    """
    parts = [_curve(one, until).assign(group=name) for name, one in named]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _curve(found: Unresolved, until: float) -> pd.DataFrame:
    whole = found.curve
    end = int(np.searchsorted(whole.times, until * DAY, side="right"))
    drawn = survival.thin(whole, POINTS).times
    marks = {q: survival.quantile(whole, q / 100) for q in (50, 85)}
    exact = [time for time in marks.values() if time is not None]
    places = np.unique(np.searchsorted(whole.times[:end], np.append(drawn[drawn <= until * DAY], exact)))
    places = places[places < end]
    columns = {
        name: getattr(whole, name)[places] for name in ("times", "survival", "lower", "upper", "at_risk")
    }
    at = columns["times"]
    last = [columns[name][-1:] if at.size else [1.0] for name in ("survival", "lower", "upper")]
    days = np.concatenate(([0.0], at / DAY, [min(until, found.followed)]))
    values = [
        np.concatenate(([1.0], columns[n], s))
        for n, s in zip(("survival", "lower", "upper"), last, strict=True)
    ]
    mark = np.zeros(days.size, np.int16)
    for q, time in marks.items():
        mark[1:-1][at == time] = q
    risk = np.concatenate(([found.requests], columns["at_risk"], columns["at_risk"][-1:] if at.size else [0]))
    frame = pd.DataFrame(dict(zip(("unresolved", "lower", "upper"), values, strict=True)), dtype=np.float32)
    return frame.assign(days=days.astype(np.float32), at_risk=risk.astype(np.int32), mark=mark)


def shares(mix: Mix, names: Mapping[str, str], until: float) -> pd.DataFrame:
    """The shares day by day, one way below the other: way, place (in their order), days, share."""
    grid = np.linspace(0, until, POINTS)
    i = np.searchsorted(mix.found.times, grid * DAY, side="right")
    parts = np.concatenate((np.zeros((len(mix.ways), 1)), mix.found.parts), axis=1)[:, i]
    return pd.DataFrame(
        {
            "way": pd.Categorical(np.repeat([names[way] for way in mix.ways], POINTS)),
            "place": np.repeat(np.arange(len(mix.ways), dtype=np.int8), POINTS),
            "days": np.tile(grid, len(mix.ways)).astype(np.float32),
            "share": parts.ravel().astype(np.float32),
        }
    )


def ages(session: Session, found: Ageing, names: Mapping[int, str]) -> pd.DataFrame:
    """The open requests as dots: id, days, share (resolved by that age), band, what, route, of_route."""
    ids = found.ids[:DOTS].tolist()
    query = select(Request.id, Request.what, Request.first_asking_area_id, Request.first_answering_area_id)
    told = {row.id: row for start in range(0, len(ids), 500)
            for row in session.execute(query.where(Request.id.in_(ids[start : start + 500])))}  # fmt: skip
    share = found.share[:DOTS]
    return pd.DataFrame(
        {
            "id": ids,
            "days": found.days[:DOTS].astype(np.float32),
            "share": share.astype(np.float32),
            "band": np.searchsorted(MARKS, share, side="right").astype(np.int8),
            "what": [told[i].what for i in ids],
            "route": [
                f"{names[told[i].first_asking_area_id]} → {names[told[i].first_answering_area_id]}"
                for i in ids
            ],
            "of_route": found.of_route[:DOTS],
        }
    )


def matrix(found: Sequence[Route], names: Mapping[int, str]) -> pd.DataFrame:
    """The routes as cells: asking, asked, mean (days of the first ninety; none under ten resolved), n, open, median."""
    return pd.DataFrame(
        {
            "asking": [names[one.from_area] for one in found],
            "asked": [names[one.to_area] for one in found],
            "mean": np.array([one.mean if one.found.is_drawn else np.nan for one in found], np.float32),
            "n": [one.found.requests for one in found],
            "open": [one.found.open for one in found],
            "median": np.array(
                [np.nan if one.found.median is None else one.found.median for one in found], np.float32
            ),
            "horizon": HORIZON,
        }
    )
