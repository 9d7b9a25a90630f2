"""The blocks of Trends: a sentence, its chart, and below it how to read it and its numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from coord import requests, trends
from coord.trends import Ageing, Mix, Route, Unresolved, Waits, Week, frames
from coord.ui import charts, lines, trend_filters, trend_numbers, trend_words
from coord.ui.plain import plain
from coord.ui.trend_numbers import Table
from coord.ui.visit import Visit

BUSIEST, QUARTERS, LISTED, NAMED, IN_TABLE = 5, 5, 10, 5, 30


def headline(here: Visit, whole: Unresolved) -> None:
    """The four figures that matter most."""
    t = here.t
    with st.container(horizontal=True, gap="large", key="headline"):
        st.metric(t("Half are resolved within"), trend_words.days(t, whole.median, whole), width="content")
        st.metric(t("85 in 100 within"), trend_words.days(t, whole.p85, whole), width="content")
        st.metric(t("Requests"), t.number(whole.requests), width="content")
        st.metric(t("Still open"), t.number(whole.open), width="content")


def week(here: Visit, found: Week | None) -> None:
    """This week's sentence, and the requests behind it."""
    if found is None:
        return
    said = trend_words.week(here.t, found)
    if not found.behind:
        st.markdown(said)
        return
    with st.expander(said, key="week"):
        st.caption(here.t("The requests behind it:"))
        named(here, found.behind)


def named(here: Visit, ids: Sequence[int]) -> None:
    """Requests as lines that lead to their stories."""
    with here.read() as session:
        rows = [requests.request(session, request_id) for request_id in ids]
    for row in rows:
        with st.container(gap=None):
            lines.link(row)
            lines.about(here, row, lines.waited(here, row))


def listed(here: Visit, rows: Waits, whole: Unresolved) -> None:
    """Too few for a curve: the requests themselves, the longest first."""
    st.info(trend_words.too_few(here.t, whole), icon=":material/info:")
    order = (-rows.exit).argsort(kind="stable")[:LISTED]
    named(here, rows.ids[order].tolist())


def curve(here: Visit, rows: Waits, whole: Unresolved, compare: str) -> None:
    """How long requests stay unresolved: all together, or groups beside each other."""
    if compare == "all":
        _whole(here, whole)
        return
    t, spheres = here.t, {area.id: area.sphere for area in here.areas.values()}
    groups = trends.grouped(rows, compare, spheres=spheres, calendar=here.calendar)
    names = [_group(here, compare, key) for key in groups.keys]
    found = list(zip(names, trends.unresolved_by(rows, groups), strict=True))
    drawn = [one for one in found if one[1].is_drawn]
    shown = drawn[-QUARTERS:] if compare == "period" else drawn[:BUSIEST]
    if not shown:
        st.info(t("No group has ten resolved requests yet: too few for curves."), icon=":material/info:")
    elif compare == "crossing":
        _two_by_two(here, shown)
    else:
        st.markdown(t("The lower a curve, the sooner the requests of its group are resolved."))
        frame = frames.curve(shown, frames.reach(one.curve for _, one in shown))
        st.altair_chart(
            charts.unresolved_curve(frame, t), alt=t("One curve for each group"), key=f"by-{compare}"
        )
    below(
        here,
        "unresolved",
        _how_curve(here),
        trend_numbers.groups(t, found),
        lambda: trend_numbers.steps(t, found),
    )


def _whole(here: Visit, whole: Unresolved) -> None:
    t = here.t
    said = trend_words.still_unresolved(t, whole)
    st.markdown(f"{said} {trend_words.half_and_85(t, whole)}")
    st.caption(f"{trend_words.counted(t, whole)} {trend_words.rough(t) if whole.is_rough else ''}")
    frame = frames.curve([("", whole)], frames.reach([whole.curve]))
    st.altair_chart(charts.unresolved_curve(frame, t), alt=said, key="curve")
    every = lambda: trend_numbers.steps(t, [(t("All together"), whole)])  # noqa: E731
    below(here, "unresolved", _how_curve(here), trend_numbers.curve(t, whole), every)


def _two_by_two(here: Visit, shown: list[tuple[str, Unresolved]]) -> None:
    until = frames.reach(one.curve for _, one in shown)
    for start in range(0, len(shown), 2):
        for column, (name, one) in zip(st.columns(2), shown[start : start + 2], strict=False):
            said = trend_words.half_and_85(here.t, one)
            chart = charts.unresolved_curve(
                frames.curve([(name, one)], until), here.t, until=until, height=220
            )
            with column:
                st.markdown(f"**{plain(name)}**  \n{said}")
                st.altair_chart(chart, alt=f"{name}: {said}", key=f"crossing-{name}")


def _group(here: Visit, compare: str, key: Any) -> str:
    """A group's name, as typed."""
    if compare == "period":
        return here.t("Q{quarter} {year}", quarter=str((key.month + 2) // 3), year=str(key.year))
    if compare == "crossing":
        return trend_filters.crossing(here, key)
    return f"{here.area(key[0])} → {here.area(key[1])}"


def _how_curve(here: Visit) -> list[str]:
    t = here.t
    return [
        t("The line falls each time a request is resolved: its height is the share still unresolved after so many days."),
        t("Open requests count too, for as long as they have waited; leaving them out would flatter (Kaplan-Meier)."),
        t("The band says how sure this is: the fewer requests are left, the wider. Dots: half, and 85 in 100, are resolved."),
    ]  # fmt: skip


def outcomes(here: Visit, found: Mix) -> None:
    """What requests end in."""
    t = here.t
    names = {way: t(requests.OUTCOMES[way]) for way in found.ways}
    how = [
        t("Each band is an outcome: its height is the share of all requests that had ended so by that day."),
        t("What is left above the bands is still unresolved: together they are all requests."),
        t("Open requests count for as long as they have been seen, so nothing is left out (Aalen-Johansen)."),
    ]
    _shares(here, "outcomes", t("What requests end in"), found, trend_words.mix(t, found), names, how)


def answers(here: Visit, found: Mix) -> None:
    """When requests get a first answer."""
    t = here.t
    names = {"answered": t("First answer"), "without": t("Resolved without an answer")}
    how = [
        t("A first answer is a promise, another offer, a no, or the delivery itself."),
        t("The lower band is the share that had one by that day; the upper one was resolved without any."),
        t("What is left above still waits for an answer, and counts for as long as it has been seen."),
    ]
    _shares(
        here, "answers", t("When the first answer comes"), found, trend_words.answer(t, found), names, how
    )


def _shares(
    here: Visit, name: str, title: str, found: Mix, said: str, names: dict[str, str], how: list[str]
) -> None:
    t = here.t
    st.subheader(title, anchor=False)
    if not found.is_drawn:
        st.info(t("Fewer than ten so far: too few for a chart."), icon=":material/info:")
        return
    st.markdown(said)
    chart = charts.shares_by_day(frames.shares(found, names, frames.reach([found.found])), t)
    st.altair_chart(chart, alt=said, key=f"chart-{name}")
    every = lambda: trend_numbers.every_share(t, found, names)  # noqa: E731
    below(here, name, how, trend_numbers.mix(t, found, names), every)


def ages(here: Visit, found: Ageing) -> None:
    """Open requests beside how long requests like them ever stay unresolved."""
    t, said = here.t, trend_words.ages(here.t, found)
    st.subheader(t("How old open requests are"), anchor=False)
    if not found.ids.size:
        st.success(t("Nothing is open."), icon=":material/check_circle:")
        return
    st.markdown(said)
    with here.read() as session:
        frame = frames.ages(session, found, {area.id: area.name for area in here.areas.values()})
    st.altair_chart(charts.open_ages(frame, t), alt=said, key="chart-ages")
    named(here, found.ids[found.share >= 0.85][:NAMED].tolist())
    how = [
        t("Each dot is an open request; a click opens it. Further right: asked longer ago."),
        t("Further up: more of the requests on its route were resolved by this age (where fewer than ten were, of all)."),
        t("Above the line “older than 85 in 100” it has waited longer than 85 in 100 ever do: ask what it needs."),
    ]  # fmt: skip
    headings = [t("Request"), t("Route"), t("Days"), t("Resolved by this age")]
    cells = [[row.what, row.route, t.number(row.days), t.percent(row.share)] for row in frame.itertuples()]
    ids = frame["id"][:IN_TABLE].tolist()
    linked = [
        [f"[{plain(what, 90)}](/request?id={i})", plain(route), *rest]
        for i, (what, route, *rest) in zip(ids, cells, strict=False)
    ]
    every = lambda: trend_numbers.as_csv(headings, cells)  # noqa: E731
    below(here, "ages", how, trend_numbers.table(headings, linked), every)


def matrix(here: Visit, found: list[Route], whole: Unresolved) -> None:
    """Each route's mean wait."""
    t, names = here.t, {area.id: area.name for area in here.areas.values()}
    st.subheader(t("How long each route waits"), anchor=False)
    st.markdown(trend_words.waits(t, trends.mean_wait(whole)))
    chart = charts.route_matrix(frames.matrix(found, names), t, areas=list(names.values()))
    st.altair_chart(chart, alt=t("Days that requests wait on each route"), key="chart-routes")
    how = [
        t("A cell is a route: the row asks, the column is asked. Its number: days a request waits of its first 90, on average."),
        t("The warmer its colour, the longer. Grey: fewer than ten are resolved, too few to say."),
        t("A long wait belongs to the handoff between two areas, not to one of them: look at it together."),
    ]  # fmt: skip
    headings, rows = trend_numbers.routes(t, found, names)
    escaped = [[plain(source), plain(target), *rest] for source, target, *rest in rows]
    every = lambda: trend_numbers.as_csv(headings, rows)  # noqa: E731
    below(here, "routes", how, trend_numbers.table(headings, escaped), every)


def below(here: Visit, name: str, how: list[str], numbers: Table, every: Callable[[], bytes]) -> None:
    """Three lines on how to read a chart, its numbers, and all of them as a file."""
    t = here.t
    with st.expander(t("How to read this, and the numbers"), key=f"below-{name}"):
        st.markdown("\n".join(f"- {line}" for line in how))
        st.table(numbers, border="horizontal", hide_index=True, alt=t("The numbers of the chart above"))
        st.download_button(
            t("Download as CSV"),
            data=every,
            file_name=f"coord-{name}-{here.today.isoformat()}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=f"csv-{name}",
        )
