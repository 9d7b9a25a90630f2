"""The blocks of Trends: a sentence, its chart, and below it how to read it and its numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from coord import requests, trends
from coord.requests import Request
from coord.trends import Mix, Unresolved, Waits, frames
from coord.ui import charts, lines, trend_filters, trend_numbers, trend_words
from coord.ui.plain import plain
from coord.ui.trend_numbers import Named, Table
from coord.ui.trend_view import View, kept
from coord.ui.visit import Visit

BUSIEST, QUARTERS, LISTED, NAMED, IN_TABLE, AREAS = 5, 5, 10, 5, 30, 14


@kept
def headline(view: View) -> tuple[int, bool]:
    """The figures that matter most; how many requests there are, and whether enough are resolved for curves."""
    t, whole = view.here.t, view.whole
    if whole.requests:
        with st.container(horizontal=True, gap="medium"):
            if whole.is_drawn:  # one that is resolved says nothing of half of all
                half, most = (trend_words.days(t, value, whole) for value in (whole.median, whole.p85))
                st.metric(t("Half are resolved within"), half, width="content")
                st.metric(t("85 in 100 within"), most, width="content")
            st.metric(t("Requests"), t.number(whole.requests), width="content")
            st.metric(t("Still open"), t.number(whole.open), width="content")
    return whole.requests, whole.is_drawn


def week(view: View) -> None:
    """This week's sentence, and the requests behind it."""
    said, behind = _week(view)
    if behind:
        with st.expander(said, key="week"):
            named(view.here, behind)
    elif said:
        st.markdown(said)


@kept
def _week(view: View) -> tuple[str, list[int]]:
    here, chosen = view.here, view.chosen
    found = trends.this_week(view.found, at=here.now, company=here.calendar, calendar=chosen.calendar,
                             wanted=chosen.wanted, spheres=view.spheres)  # fmt: skip
    return (trend_words.week(here.t, found), found.behind) if found else ("", [])


def named(here: Visit, ids: Sequence[int]) -> None:
    """Requests as lines that lead to their stories."""
    with here.read() as session:
        rows = [requests.request(session, request_id) for request_id in ids]
    for row in rows:
        with st.container(gap=None):
            lines.link(row)
            lines.about(here, row, _waited(here, row))


def _waited(here: Visit, row: Request) -> str:
    if row.observed_until_at is None or row.resolved_at is not None:
        return lines.waited(here, row)
    return here.t("open for {span} when last seen", span=here.t.span(row.observed_until_at - row.asked_at))


def listed(view: View) -> None:
    """Too few for a curve: the requests themselves, the longest first."""
    st.info(trend_words.too_few(view.here.t, view.whole), icon=":material/info:")
    order = (-view.rows.exit).argsort(kind="stable")[:LISTED]
    named(view.here, view.rows.ids[order].tolist())


def curve(view: View, compare: str) -> None:
    """How long requests stay unresolved: all together, or groups beside each other."""
    t = view.here.t

    def every() -> bytes:
        return trend_numbers.steps(t, _groups(view, compare) or [(t("All together"), view.whole)])

    if compare == "all":
        _whole(view)
    else:
        _compared(view, compare)
    below(view, "unresolved", lambda: _curve_numbers(view, compare), every)


@kept
def _whole(view: View) -> None:
    t, whole = view.here.t, view.whole
    said = trend_words.still_unresolved(t, whole)
    st.markdown(f"{said} {trend_words.half_and_85(t, whole)}")
    working = t("Counted in working days.") if view.chosen.calendar else ""
    st.caption(f"{trend_words.counted(t, whole)} {working} {trend_words.rough(t) if whole.is_rough else ''}")
    frame = frames.curve([("", whole)], frames.reach([whole.curve]))
    st.altair_chart(charts.unresolved_curve(frame, t), alt=said)


@kept
def _compared(view: View, compare: str) -> None:
    t, found = view.here.t, _groups(view, compare)
    drawn = [one for one in found if one[1].is_drawn]
    shown = drawn[-QUARTERS:] if compare == "period" else drawn[:BUSIEST]
    if not shown:
        st.info(t("No group has ten resolved requests yet: too few for curves."), icon=":material/info:")
    elif compare == "crossing":
        _two_by_two(view, shown)
    else:
        st.markdown(
            "\n".join(f"- **{plain(name)}** · {trend_words.half_and_85(t, one)}" for name, one in shown)
        )
        frame = frames.curve(shown, frames.reach(one.curve for _, one in shown))
        st.altair_chart(charts.unresolved_curve(frame, t), alt=t("One curve for each group"))


def _two_by_two(view: View, shown: Named) -> None:
    t, until = view.here.t, frames.reach(one.curve for _, one in shown)
    for start in range(0, len(shown), 2):
        for column, (name, one) in zip(st.columns(2), shown[start : start + 2], strict=False):
            said = trend_words.half_and_85(t, one)
            chart = charts.unresolved_curve(frames.curve([(name, one)], until), t, until=until, height=220)
            with column:
                st.markdown(f"**{plain(name)}**  \n{said}")
                st.altair_chart(chart, alt=f"{name}: {said}")


def _groups(view: View, compare: str) -> list[tuple[str, Unresolved]]:
    """Each group's name, as typed, and its curve; none where all are looked at together."""
    if compare == "all":
        return []
    groups = trends.grouped(view.rows, compare, spheres=view.spheres, calendar=view.here.calendar)
    curves = trends.unresolved_by(view.rows, groups)
    return [(_group(view, compare, key), one) for key, one in zip(groups.keys, curves, strict=True)]


def _group(view: View, compare: str, key: Any) -> str:
    if compare == "period":
        return view.here.t("Q{quarter} {year}", quarter=str((key.month + 2) // 3), year=str(key.year))
    if compare == "crossing":
        return trend_filters.crossing(view.here, key)
    return f"{view.names[key[0]]} → {view.names[key[1]]}"


@kept
def _curve_numbers(view: View, compare: str) -> None:
    t = view.here.t
    _how(
        t("The line falls each time a request is resolved: its height is the share still unresolved after so many days."),
        t("Open requests count too, for as long as they have waited; leaving them out would flatter (Kaplan-Meier)."),
        t("The band says how sure this is: the fewer requests are left, the wider. Dots: half, and 85 in 100, are resolved."),
    )  # fmt: skip
    groups = _groups(view, compare)
    numbers = trend_numbers.groups(t, groups[:IN_TABLE]) if groups else trend_numbers.curve(t, view.whole)
    _table(view, numbers)


def outcomes(view: View) -> None:
    """What requests end in."""
    t = view.here.t
    names = {way: t(label) for way, label in requests.OUTCOMES.items()}
    how = (
        t("Each band is an outcome: its height is the share of all requests that had ended so by that day."),
        t("What is left above the bands is still unresolved: together they are all requests."),
        t("Open requests count for as long as they have been seen, so nothing is left out (Aalen-Johansen)."),
    )
    if _outcomes(view, names):
        _below_shares(view, "outcomes", names, how, trends.outcome_mix)


@kept
def _outcomes(view: View, names: dict[str, str]) -> bool:
    found = trends.outcome_mix(view.rows)
    return _shares(view, view.here.t("What requests end in"), found, trend_words.mix, names)


def answers(view: View) -> None:
    """When requests get a first answer."""
    t = view.here.t
    names = {"answered": t("First answer"), "without": t("Resolved without an answer")}
    how = (
        t("A first answer is a promise, another offer, a no, or the delivery itself."),
        t("The lower band is the share that had one by that day; the upper one was resolved without any."),
        t("What is left above still waits for an answer, and counts for as long as it has been seen."),
    )
    if _answers(view, names):
        _below_shares(view, "answers", names, how, trends.first_answer)


@kept
def _answers(view: View, names: dict[str, str]) -> bool:
    t, found = view.here.t, trends.first_answer(view.rows)
    if found.has("answered"):
        return _shares(view, t("When the first answer comes"), found, trend_words.answer, names)
    st.subheader(t("When the first answer comes"), anchor=False)
    st.info(t("Of these requests no first answer is recorded."), icon=":material/info:")
    return False


def _shares(view: View, title: str, found: Mix, words: Callable[..., str], names: dict[str, str]) -> bool:
    t = view.here.t
    st.subheader(title, anchor=False)
    if found.is_drawn:
        said = words(t, found)
        st.markdown(said)
        frame = frames.shares(found, names, frames.reach([found.found]))
        st.altair_chart(charts.shares_by_day(frame, t), alt=said)
    else:
        st.info(t("Fewer than ten so far: too few for a chart."), icon=":material/info:")
    return found.is_drawn


def _below_shares(
    view: View, name: str, names: dict[str, str], how: tuple[str, ...], mix: Callable[[Waits], Mix]
) -> None:
    def every() -> bytes:
        return trend_numbers.every_share(view.here.t, mix(view.rows), names)

    below(view, name, lambda: _share_numbers(view, name, names, how, mix), every)


@kept
def _share_numbers(
    view: View, name: str, names: dict[str, str], how: tuple[str, ...], _mix: Callable[[Waits], Mix]
) -> None:
    _how(*how)
    _table(view, trend_numbers.mix(view.here.t, _mix(view.rows), names))


def ages(view: View) -> None:
    """Open requests beside how long requests like them ever stay unresolved."""
    st.subheader(view.here.t("How old open requests are"), anchor=False)
    oldest, is_any = _ages(view)
    named(view.here, oldest)
    if is_any:
        below(view, "ages", lambda: _age_numbers(view), lambda: _every_age(view))


@kept
def _ages(view: View) -> tuple[list[int], bool]:
    t, found = view.here.t, trends.ageing(view.rows, view.whole)
    if not found.ids.size:
        st.success(t("Nothing is open."), icon=":material/check_circle:")
        return [], False
    said = trend_words.ages(t, found)
    st.markdown(said)
    with view.here.read() as session:
        frame = frames.ages(session, found, view.names)
    st.altair_chart(charts.open_ages(frame, t), alt=said)
    return found.ids[found.share >= 0.85][:NAMED].tolist(), True


@kept
def _age_numbers(view: View) -> None:
    t = view.here.t
    _how(
        t("Each dot is an open request; a click opens it. Further right: asked longer ago."),
        t("Further up: more of the requests on its route were resolved by this age (where fewer than ten were, of all)."),
        t("Above the line of 85 % it has waited longer than 85 in 100 ever do: ask what it needs."),
    )  # fmt: skip
    with view.here.read() as session:
        frame = frames.ages(session, trends.ageing(view.rows, view.whole), view.names)
    headings, rows = trend_numbers.ages(t, frame[:IN_TABLE].itertuples())
    linked = [
        [f"[{plain(what, 90)}](request?id={i})", plain(route), *rest]
        for i, (what, route, *rest) in zip(frame["id"], rows, strict=False)
    ]
    _table(view, trend_numbers.table(headings, linked))


def _every_age(view: View) -> bytes:
    with view.here.read() as session:
        frame = frames.ages(session, trends.ageing(view.rows, view.whole), view.names)
    return trend_numbers.as_csv(*trend_numbers.ages(view.here.t, frame.itertuples()))


def matrix(view: View) -> None:
    """Each route's mean wait."""

    def every() -> bytes:
        found = trends.routes(view.rows)
        return trend_numbers.as_csv(*trend_numbers.routes(view.here.t, found, view.names))

    _matrix(view)
    below(view, "routes", lambda: _route_numbers(view), every)


@kept
def _matrix(view: View) -> None:
    t = view.here.t
    st.subheader(t("How long each route waits"), anchor=False)
    st.markdown(trend_words.waits(t, trends.mean_wait(view.whole)))
    found = trends.routes(view.rows)
    shown = trends.busiest(found, AREAS)
    if len(shown) < len(found):
        st.caption(t("Shown: the {n} busiest areas. The file below has every route.", n=t.number(AREAS)))
    frame = frames.matrix(shown, view.names)
    chart = charts.route_matrix(frame, t, areas=list(view.names.values()))
    st.altair_chart(chart, alt=t("Days that requests wait on each route"))


@kept
def _route_numbers(view: View) -> None:
    t = view.here.t
    _how(
        t("A cell is a route: the row asks, the column is asked. Its number: days a request waits of its first 90, on average."),
        t("The warmer its colour, the longer. Grey: fewer than ten are resolved, too few to say."),
        t("A long wait belongs to the handoff between two areas, not to one of them: look at it together."),
    )  # fmt: skip
    headings, rows = trend_numbers.routes(t, trends.routes(view.rows), view.names)
    escaped = [[plain(source), plain(target), *rest] for source, target, *rest in rows[:IN_TABLE]]
    _table(view, trend_numbers.table(headings, escaped))


def _table(view: View, numbers: Table) -> None:
    alt = view.here.t("The numbers of the chart above")
    st.table(numbers, border="horizontal", hide_index=True, alt=alt)


def _how(*said: str) -> None:
    st.markdown("\n".join(f"- {line}" for line in said))


def below(view: View, name: str, numbers: Callable[[], None], every: Callable[[], bytes]) -> None:
    """Three lines on how to read a chart, its numbers, and all of them as a file."""
    t = view.here.t
    with st.expander(t("How to read this, and the numbers"), key=f"below-{name}"):
        numbers()
        st.download_button(
            t("Download as CSV"),
            data=every,
            file_name=f"coord-{name}-{view.here.today.isoformat()}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
            key=f"csv-{name}",
        )
