"""How long requests stay unresolved, counting those that still are.

Every estimator takes one row per request: `exit`, the time at which it was resolved or last seen unresolved;
what happened there; and `entry`, the time it had already waited when recording began (0 for most). Times are
plain numbers of one unit, whole seconds as a rule, counted from the ask.

A request with an entry above 0 is at risk at t only where entry < t <= exit (left truncation). An entry of 0
means that it was seen from the start: it is at risk at time 0 too, so that a request resolved in the very
second of its ask counts. One whose exit is not after an entry above 0 was never seen waiting: it is left out.

All raise ValueError where rows don't match in length, a time is below 0 or not a number, or a group or cause
lies outside its range.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[Any]  # int64 or float64, as they came
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

Z95 = 1.959963984540054
TOLERANCE = 1e-9  # a product of fractions that should be exactly 1 - q may lie a little above it
FEWEST_AT_RISK = 20


@dataclass(frozen=True, eq=False)
class Curve:
    """The share still unresolved after each time, and its pointwise 95 % band.

    All arrays have one value per distinct time at which a request is resolved, last seen or (entry above 0)
    first seen; before the first time the share is 1. `at_risk` counts those waiting just before the time,
    `events` those resolved at it. `n` is the number of requests, `resolved` how many of them are.
    """

    times: Times
    survival: Floats
    lower: Floats
    upper: Floats
    at_risk: Ints
    events: Ints
    n: int
    resolved: int


@dataclass(frozen=True, eq=False)
class Outcomes:
    """The share resolved by each time through each cause.

    `times` and `survival` have one value per distinct time, `parts` is causes x times (row 0 is cause 1).
    At every time the parts and the survival sum to 1.
    """

    times: Times
    parts: Floats
    survival: Floats


def kaplan_meier(exit: npt.ArrayLike, event: npt.ArrayLike, entry: npt.ArrayLike | None = None) -> Curve:
    """The Kaplan-Meier curve of all rows; `event` is true where the request was resolved at its exit.

    S(t) = product over times up to t of (1 - d / Y), after Kaplan and Meier (1958).
    """
    return kaplan_meier_by(np.zeros(np.shape(exit), np.int64), exit, event, entry, 1)[0]


def kaplan_meier_by(
    group: npt.ArrayLike,
    exit: npt.ArrayLike,
    event: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    groups: int | None = None,
) -> list[Curve]:
    """One Kaplan-Meier curve per group 0 … groups - 1, in that order, from one sort of all rows.

    `groups` is by default one more than the highest group present; a group without rows has an empty curve.
    """
    steps = _steps(group, exit, np.asarray(event).astype(bool), entry, causes=1, groups=groups)
    return [
        _curve(steps.times[a:b], steps.at_risk[a:b], steps.resolved[0, a:b], int(n))
        for (a, b), n in zip(pairwise(steps.bounds), steps.sizes, strict=True)
    ]


def aalen_johansen(
    exit: npt.ArrayLike, cause: npt.ArrayLike, causes: int, entry: npt.ArrayLike | None = None
) -> Outcomes:
    """The share resolved through each of the causes 1 … causes; cause 0 is still unresolved.

    F_j(t) = sum over times up to t of S(t-) d_j / Y, after Aalen and Johansen (1978).
    """
    steps = _steps(np.zeros(np.shape(exit), np.int64), exit, cause, entry, causes=causes, groups=1)
    survival = _product_limit(steps.at_risk, steps.resolved.sum(axis=0))
    before = np.concatenate(([1.0], survival[:-1]))[: survival.size]
    parts = np.cumsum(before * steps.resolved / np.maximum(steps.at_risk, 1), axis=1)
    return Outcomes(steps.times, parts, survival)


def quantile(curve: Curve, share_resolved: float) -> float | None:
    """The first time by which that share is resolved (0.5 for the median), or None where it isn't reached.

    Where the curve lies at exactly 1 - share for a while this is the left end of that stretch; R's survival
    package gives its middle.
    """
    return _first_at_most(curve.times, curve.survival, 1 - share_resolved)


def quantile_interval(curve: Curve, share_resolved: float) -> tuple[float | None, float | None]:
    """The 95 % interval of a quantile: where the band's two edges reach it, each None where its edge doesn't.

    After Brookmeyer and Crowley (1982), with the log-log band.
    """
    left = 1 - share_resolved
    return _first_at_most(curve.times, curve.lower, left), _first_at_most(curve.times, curve.upper, left)


def survival_at(curve: Curve, time: float) -> float:
    """The share still unresolved after `time`: 1 before the first step, the last value after the last one."""
    i = int(np.searchsorted(curve.times, time, side="right"))
    return float(curve.survival[i - 1]) if i else 1.0


def resolved_within(curve: Curve, age: float, horizon: float) -> float | None:
    """Of requests unresolved at this age, the share resolved within the horizon after it.

    1 - S(age + horizon) / S(age). None where fewer than 20 were at risk at this age, and where nobody was
    followed up to age + horizon though some were still unresolved: what came of them isn't known.
    """
    i = int(np.searchsorted(curve.times, age, side="left"))
    if i == curve.times.size or curve.at_risk[i] < FEWEST_AT_RISK:
        return None
    now, then = survival_at(curve, age), survival_at(curve, age + horizon)
    if now == 0 or (then > 0 and age + horizon > curve.times[-1]):
        return None
    return 1 - then / now


def restricted_mean(curve: Curve, horizon: float) -> tuple[float, float] | None:
    """How long a request waits of its first `horizon`, on average, and the standard error of that mean.

    The mean is the area under S from 0 to the horizon; the variance is the sum over resolution times t of
    (area from t to the horizon)^2 d / (Y (Y - d)), after Irwin (1949) and Greenwood. Beyond the last time S
    is held, so that a horizon nobody was followed up to gives an upper bound. None without any request.
    """
    if not curve.n:
        return None
    within = int(np.searchsorted(curve.times, horizon, side="left"))
    edges = np.concatenate(([0.0], curve.times[:within], [horizon]))
    areas = np.diff(edges) * np.concatenate(([1.0], curve.survival[:within]))
    left = np.cumsum(areas[::-1])[::-1]  # left[i]: area from edge i to the horizon
    variance = np.sum(left[1:] ** 2 * _greenwood(curve.at_risk[:within], curve.events[:within]))
    return float(left[0]), float(np.sqrt(variance))


def thin(curve: Curve, points: int = 200) -> Curve:
    """The same curve with at most `points` (2 or more) of its times, first and last among them, for drawing.

    The times kept are evenly spread along the drawn line, by its run and its fall alike; drawn as steps, the
    thinned curve is nowhere further than 2 / (points - 1) from the whole one. Not for reading numbers off.
    """
    if curve.times.size <= points:
        return curve
    run = (curve.times - curve.times[0]) / (curve.times[-1] - curve.times[0])
    fall = curve.survival[0] - curve.survival
    way = run + fall / (fall[-1] or 1.0)
    kept = np.unique(np.searchsorted(way, np.linspace(0, way[-1], points)))
    arrays = ("times", "survival", "lower", "upper", "at_risk", "events")
    return replace(curve, **{name: getattr(curve, name)[kept] for name in arrays})


def _first_at_most(times: Times, values: Floats, level: float) -> float | None:
    reached = values <= level + TOLERANCE
    return times[reached.argmax()].item() if reached.any() else None


def _curve(times: Times, at_risk: Ints, events: Ints, n: int) -> Curve:
    """One group's curve from its distinct times."""
    survival = _product_limit(at_risk, events)
    lower, upper = _band(survival, np.cumsum(_greenwood(at_risk, events)))
    return Curve(times, survival, lower, upper, at_risk, events, n, int(events.sum()))


def _product_limit(at_risk: Ints, events: Ints) -> Floats:
    kept: Floats = 1 - events / np.maximum(at_risk, 1)
    return np.cumprod(kept, out=kept)


def _greenwood(at_risk: Ints, events: Ints) -> Floats:
    """Each time's d / (Y (Y - d)), after Greenwood (1926); 0 where everyone at risk is resolved."""
    product = at_risk * np.maximum(at_risk - events, 0)
    return np.where(product > 0, events / np.maximum(product, 1), 0.0)


def _band(survival: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """The log-log band S ** exp(±z se / log S) with se² = spread, after Kalbfleisch and Prentice (1980).

    It isn't defined where S is 1 (given as 1 to 1) nor where S is 0. There the lower edge is 0 and the upper
    one stays where it last was: no upper limit is claimed for a quantile that only this point would reach. (R
    gives none there; lifelines gives 0 to 0.)
    """
    certain, positive = np.count_nonzero(survival == 1), np.count_nonzero(survival)
    lower, upper = np.ones_like(survival), np.ones_like(survival)
    inner = slice(certain, positive)
    log = np.log(survival[inner])
    stretch = np.exp(-Z95 * np.sqrt(spread[inner]) / log)
    lower[inner], upper[inner] = np.exp(log * stretch), np.exp(log / stretch)
    lower[positive:] = 0.0
    upper[positive:] = upper[positive - 1] if positive else 1.0
    return lower, upper


@dataclass(frozen=True, eq=False)
class _Steps:
    """Distinct times of all groups, one group after the other; group g has bounds[g] to bounds[g + 1].

    `resolved` is causes x times; `sizes` is the number of requests of each group.
    """

    times: Times
    at_risk: Ints
    resolved: Ints
    bounds: Ints
    sizes: Ints


def _steps(
    group: npt.ArrayLike,
    exit: npt.ArrayLike,
    cause: npt.ArrayLike,
    entry: npt.ArrayLike | None,
    *,
    causes: int,
    groups: int | None,
) -> _Steps:
    """Who was at risk and what happened, at each distinct time of each group.

    Each row leaves at its exit; one with an entry above 0 also comes in, as a row of its own that sorts after
    the exits of the same time. Over a whole group comings and goings balance, so that one running number
    serves all groups.
    """
    groups, group, time, kind = _rows(group, exit, cause, entry, causes, groups)
    moment, kind, time_bits, values = _sorted(group, time, kind, groups)
    starts = np.flatnonzero(_differs_from_the_last(moment))
    moment = moment[starts]
    bounds = np.searchsorted(moment, np.arange(groups + 1) << time_bits)
    stops = np.append(starts, kind.size)
    ends, steps = stops[bounds], np.diff(bounds)
    at_risk, sizes = np.repeat(ends[1:], steps) - starts, np.diff(ends)
    if (kind > causes).any():
        came = _running(kind > causes)
        at_risk -= 2 * (np.repeat(came[ends[1:]], steps) - came[starts])
        sizes -= np.diff(came[ends])
    resolved = np.stack([np.diff(_running(kind == j)[stops]) for j in range(1, causes + 1)])
    moment &= (1 << time_bits) - 1
    return _Steps(moment if values is None else values[moment], at_risk, resolved, bounds, sizes)


def _rows(
    group: npt.ArrayLike,
    exit: npt.ArrayLike,
    cause: npt.ArrayLike,
    entry: npt.ArrayLike | None,
    causes: int,
    groups: int | None,
) -> tuple[int, Ints, Times, Ints]:
    """The number of groups and checked columns group, time, kind (the cause, or causes + 1 to come in)."""
    group, exit, cause = np.asarray(group), np.asarray(exit), np.asarray(cause)
    if not group.shape == exit.shape == cause.shape == (exit.size,):
        raise ValueError("Each request needs one group, one exit, and one event or cause.")
    groups = int(group.max(initial=-1)) + 1 if groups is None else groups
    _check("group", group, groups - 1)
    _check("event or cause", cause, causes)
    _check("exit", exit, np.inf)
    if entry is None:
        return groups, group, exit, cause
    entry = np.asarray(entry)
    if entry.shape != exit.shape:
        raise ValueError("Each request needs one entry where any has one.")
    _check("entry", entry, np.inf)
    seen, late = (entry == 0) | (entry < exit), (entry > 0) & (entry < exit)
    came = np.full(np.count_nonzero(late), causes + 1)
    return (
        groups,
        np.concatenate((group[seen], group[late])),
        np.concatenate((exit[seen], entry[late])),
        np.concatenate((cause[seen], came)),
    )


def _check(name: str, values: Times, highest: float) -> None:
    if values.size and not (values.min() >= 0 and values.max() <= highest):
        raise ValueError(f"Each {name} must lie between 0 and {highest}.")


def _sorted(group: Ints, time: Times, kind: Ints, groups: int) -> tuple[Ints, Ints, int, Times | None]:
    """Group and time packed in one integer, and kind, in that order; the bits of the time in it; its values.

    Whole times go in as they are (values is None) where 63 bits hold all three, others as their rank.
    """
    kind_bits, group_bits = int(kind.max(initial=0)).bit_length(), groups.bit_length()
    values, time_bits = None, int(time.max(initial=0)).bit_length()
    if time.dtype.kind not in "iu" or time_bits + kind_bits + group_bits > 63:
        values, time = np.unique(time, return_inverse=True)
        time_bits = values.size.bit_length()
    key = group.astype(np.int64) << time_bits
    key |= time.astype(np.int64, copy=False)
    key <<= kind_bits
    key |= kind.astype(np.int64, copy=False)
    key.sort()
    return key >> kind_bits, key & ((1 << kind_bits) - 1), time_bits, values


def _differs_from_the_last(values: Ints) -> npt.NDArray[np.bool_]:
    differs = np.ones(values.size, bool)
    np.not_equal(values[1:], values[:-1], out=differs[1:])
    return differs


def _running(flags: npt.NDArray[np.bool_]) -> Ints:
    """How many are true before each place, and (last) in all."""
    running = np.zeros(flags.size + 1, np.int64)
    np.cumsum(flags, out=running[1:])
    return running
