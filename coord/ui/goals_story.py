"""One goal: how far it is, its values on their way to the target, what was said each week, what was changed."""

from collections.abc import Sequence

import streamlit as st

from coord import goals, people
from coord.goals import DIRECTIONS, STATUSES, CheckIn, Goal, GoalChange
from coord.ui import charts, goals_checks, goals_form, goals_words
from coord.ui.charts import Point
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit

SHOWN = 6  # check-ins in sight before the others are opened


def draw(here: Visit, goal_id: int) -> None:
    """All about a goal, for everybody; and what its area can do. Raises Refused for one that isn't there."""
    with here.read() as session:
        row = goals.goal(session, goal_id)
        said = goals.check_ins(session, row.id)
        weeks = goals.weekly(session, [row.id]).get(row.id, [])
        changes = goals.changes(session, row.id)
        is_moved = row.id in goals.moved(session, [row.id])
        names = people.names(session, here.t)
    t, last = here.t, weeks[-1] if weeks else None
    st.page_link(goals_words.PAGE, label=t("All goals"), icon=":material/arrow_back:")
    st.title(plain(row.what), anchor=False)
    _head(here, row, last, is_moved)
    is_due = goals_words.name(here, row, last) == "due"
    is_mine = here.mandate.speaks_for(row.area_id)
    if is_mine and is_due:
        goals_form.end(here, row, is_due=True)
    if is_mine and row.ended_at is None:
        st.subheader(t("This week's check-in"), anchor=False)
        goals_checks.form(here, row, last)
    _values(here, row, weeks)
    _said(here, row, said, {one.id for one in weeks}, names)
    _changes(here, changes, names)
    if is_mine and row.ended_at is not None:
        goals_form.reopen(here, row)
    elif is_mine:
        goals_form.change(here, row)
        if not is_due:
            goals_form.end(here, row)


def _head(here: Visit, row: Goal, last: CheckIn | None, is_moved: bool) -> None:
    t = here.t
    ended = row.ended_at and t.day(here.calendar.day_of(row.ended_at), today=here.today)
    parts = [goals_words.badge(here, goals_words.name(here, row, last)), plain(here.area(row.area_id)),
             t("ended {day}", day=ended) if ended else goals_words.due(here, row)]  # fmt: skip
    if is_moved:
        parts.append(t("moved since it was set"))
    if row.depends_on:
        parts.append(t("depends on {areas}", areas=plain(t.list(map(here.area, row.depends_on)))))
    st.markdown(" · ".join(parts))
    if row.ended_line:
        st.markdown(f"“{plain(row.ended_line)}”")
    if row.why:
        st.markdown(paragraphs(row.why))
    st.markdown(f"**{plain(row.measure)}** :small[({t(DIRECTIONS[row.direction])})]")
    with st.container(width=720):
        if last is not None:
            st.metric(t("Now"), goals_words.bare(here, row, last.value), width="content")
        goals_words.bar(here, row, last)


def _values(here: Visit, row: Goal, weeks: Sequence[CheckIn]) -> None:
    """The chart, and its numbers."""
    t = here.t
    st.subheader(t("On the way"), anchor=False)
    if not weeks:
        st.caption(t("The first check-in begins the line."))
        return
    points = [
        Point(one.week_on, one.value, one.status, _day(here, one),
              goals_words.bare(here, row, one.value), t(STATUSES[one.status]))
        for one in weeks
    ]  # fmt: skip
    said = t("Values of {measure}, week by week, and the straight way to {target}", measure=row.measure,
             target=goals_words.bare(here, row, row.target))  # fmt: skip
    drawn = charts.goal_values(points, t, begun_on=row.starts_on, baseline=row.baseline, target=row.target,
                               due_on=row.due_on)  # fmt: skip
    st.altair_chart(drawn, alt=said)
    with st.expander(t("How to read this, and the numbers"), key=f"numbers-{row.id}"):
        st.markdown(t("Dashed: the straight way from where it started to the target. Dots: check-ins; a triangle says caution, a square off track."))  # fmt: skip
        shares = [goals.progress(row, one.value) for one in weeks]
        table = {
            t("Day"): [point.day for point in points],
            t("Value"): [goals_words.amount(here, row, one.value) for one in weeks],
            t("Share of the way"): [t.percent(share) if share is not None else "–" for share in shares],
            t("How it stands"): [point.label for point in points],
        }
        st.table(table, border="horizontal", hide_index=True, alt=t("The numbers of the chart above"))


def _said(here: Visit, row: Goal, said: Sequence[CheckIn], counting: set[int], names: dict[int, str]) -> None:
    if not said:
        return
    t = here.t
    st.subheader(f"{t('Check-ins')} :gray-badge[{t.number(len(said))}]", anchor=False)
    for one in said[:SHOWN]:
        _line(here, row, one, one.id in counting, names)
    if rest := said[SHOWN:]:
        with st.expander(t.plural("{n} more", "{n} more", len(rest)), key=f"earlier-{row.id}"):
            for one in rest:
                _line(here, row, one, one.id in counting, names)


def _line(here: Visit, row: Goal, one: CheckIn, counts: bool, names: dict[int, str]) -> None:
    t, value = here.t, goals_words.amount(here, row, one.value)
    head = f"{goals_words.badge(here, one.status)} **{value}**" if counts else f"~~{value}~~ {t('corrected')}"
    said = f" “{plain(one.line)}”" if one.line else ""
    st.markdown(f"{head}{said}  \n:small[{_who(here, one, names)}]")


def _changes(here: Visit, changes: Sequence[GoalChange], names: dict[int, str]) -> None:
    if not changes:
        return
    st.subheader(here.t("What was changed"), anchor=False)
    labels = goals_form.labels(here)
    for one in changes:
        facts = [
            f"{labels[name]}: ~~{plain(goals_form.shown(here, name, before))}~~ → **{plain(goals_form.shown(here, name, after))}**"
            for name, (before, after) in one.facts.items()
        ]
        said = f" “{plain(one.line)}”" if one.line else ""
        st.markdown(f"{' · '.join(facts)}{said}  \n:small[{_who(here, one, names)}]")


def _who(here: Visit, one: CheckIn | GoalChange, names: dict[int, str]) -> str:
    """When, and by whom; said on the area's behalf where it was."""
    t, person = here.t, plain(names.get(one.person_id or 0, ""))
    who = t("{person}, on the area's behalf", person=person) if one.on_behalf else person
    return f"{t.instant(one.at)} · {who}"


def _day(here: Visit, one: CheckIn) -> str:
    return here.t.day(here.calendar.day_of(one.at), today=here.today)
