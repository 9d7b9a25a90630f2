"""The sentences over the charts, each one whole; what is not reached takes more than was ever seen."""

from coord.text import Words
from coord.trends import FEWEST, HORIZON, Ageing, Mix, Route, Unresolved, Week

DAY = 30  # "after 30 days", or the last whole day that anything was followed to


def half_and_85(t: Words, found: Unresolved) -> str:
    """Half are resolved within m days, 85 in 100 within p."""
    if found.median is None:
        return t(
            "Half take more than {x} days: that is as long as any was followed.", x=t.days(found.followed)
        )
    if found.p85 is None:
        return t("Half are resolved within {m} days; 85 in 100 take more than {x}.",
                 m=t.days(found.median), x=t.days(found.followed))  # fmt: skip
    return t(
        "Half are resolved within {m} days, 85 in 100 within {p}.",
        m=t.days(found.median),
        p=t.days(found.p85),
    )


def still_unresolved(t: Words, found: Unresolved) -> str:
    """After 30 days, x % are still unresolved."""
    days = min(DAY, int(found.followed))
    share = t.percent(found.still(days))
    return t.plural("After {n} day, {share} are still unresolved.", "After {n} days, {share} are still unresolved.",
                    days, share=share)  # fmt: skip


def counted(t: Words, found: Unresolved) -> str:
    """How many, and how sure."""
    low, high = found.median_interval
    facts = {
        "n": t.number(found.requests),
        "resolved": t.number(found.resolved),
        "open": t.number(found.open),
    }
    if found.median is None or low is None:
        return t("{n} requests, {resolved} of them resolved, {open} still open.", **facts)
    if high is None:
        return t("{n} requests, {resolved} of them resolved, {open} still open. The half lies at {low} days or more (95 % sure).",
                 low=t.days(low), **facts)  # fmt: skip
    return t("{n} requests, {resolved} of them resolved, {open} still open. The half lies between {low} and {high} days (95 % sure).",
             low=t.days(low), high=t.days(high), **facts)  # fmt: skip


def rough(t: Words) -> str:
    return t("Fewer than 30 are resolved: the band is rough, read it with care.")


def too_few(t: Words, found: Unresolved) -> str:
    """Why there is no curve yet, and from when on there is one."""
    if found.resolved >= FEWEST:
        return t("What came before Coord has waited longer than anything new was followed so far: too early for a curve. "
                 "These are the requests.")  # fmt: skip
    if not found.resolved:
        return t(
            "None is resolved so far. From {many} on, a curve stands here; until then, the requests.",
            many=t.number(FEWEST),
        )
    return t.plural("Only {n} is resolved so far. From {many} on, a curve stands here; until then, the requests.",
                    "Only {n} are resolved so far. From {many} on, a curve stands here; until then, the requests.",
                    found.resolved, many=t.number(FEWEST))  # fmt: skip


def week(t: Words, found: Week) -> str:
    """Last week 12 days, now 14: what was resolved, what grew older."""
    before, now = found.before.median or 0, found.now.median or 0
    facts = {
        "before": t.days(before),
        "now": t.days(now),
        "resolved": t.number(found.resolved),
        "older": t.number(found.older),
    }
    if facts["before"] == facts["now"]:
        return t(
            "Half within {now} days, as a week ago. Resolved in between: {resolved}; still open and a week older: {older}.",
            **facts,
        )
    return t("Half within {before} days a week ago, {now} now. Resolved in between: {resolved}; still open and a week older: {older}.",
             **facts)  # fmt: skip


def mix(t: Words, found: Mix) -> str:
    """By day 30, what became of them."""
    days = min(DAY, int(found.followed))
    by = {way: t.percent(share) for way, share in found.by(days).items()}
    return t("By day {n}, {satisfied} are confirmed, {silence} by silence, {declined} answered with a no, {withdrawn} withdrawn.",
             n=t.number(days), **by)  # fmt: skip


def answer(t: Words, found: Mix) -> str:
    """Half get an answer within m days."""
    half = found.reached("answered", 0.5)
    if half is None:
        return t("Fewer than half got an answer within {x} days.", x=t.days(found.followed))
    return t("Half get an answer within {m} days.", m=t.days(half))


def ages(t: Words, found: Ageing) -> str:
    """How many are older than 85 in 100 ever get."""
    older = found.older_than(0.85)
    if not older:
        return t("No open request is older than 85 in 100 ever get.")
    return t.plural("{n} open request is older than 85 in 100 ever get.",
                    "{n} open requests are older than 85 in 100 ever get.", older)  # fmt: skip


def waits(t: Words, mean: tuple[float, float] | None) -> str:
    if mean is None:
        return ""
    return t(
        "Over all routes, a request waits {r} of its first {n} days.", r=t.days(mean[0]), n=t.number(HORIZON)
    )


def wait(t: Words, route: Route) -> str:
    """One route's mean; nothing under ten resolved."""
    if route.mean is None or not route.found.is_drawn:
        return ""
    return t("at most {n}", n=t.days(route.mean)) if route.is_at_most else t.days(route.mean)


def days(t: Words, value: float | None, found: Unresolved) -> str:
    """A number of days, or more than was followed."""
    if value is not None:
        return t("{n} days", n=t.days(value))
    return t("more than {n} days", n=t.days(found.followed)) if found.requests else "–"


def interval(t: Words, found: Unresolved) -> str:
    """Between which days the half lies."""
    low, high = found.median_interval
    if low is None:
        return "–"
    if high is None:
        return t("{low} days or more", low=t.days(low))
    return t("{low} to {high} days", low=t.days(low), high=t.days(high))
