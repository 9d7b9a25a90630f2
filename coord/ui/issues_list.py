"""The log as a list: its filters, kept in the address so that a search can be sent, and what comes again."""

import streamlit as st

from coord import issues
from coord.issues import FACTORS, OPEN, PAGE, STATES, Patterns, Wanted
from coord.ui import address, issues_form, issues_lines
from coord.ui.plain import plain
from coord.ui.visit import Visit, number

ANY = ""
_MORE = ("area", "factor", "handoff")


def draw(here: Visit) -> None:
    """Writing first, then what comes again, then everything, open ones first."""
    t = here.t
    with here.read() as session:
        may_write = issues.may_write(session, here.mandate)
        comes_again = issues.patterns(session, at=here.now)
    if may_write:
        issues_form.written(here)
        issues_form.new(here)
    wanted = _filters(here, comes_again)
    _patterns(here, comes_again)
    with here.read() as session:
        total = issues.count(session, wanted)
        page = min(int(st.session_state.get("issues-page", 1)), max(-(-total // PAGE), 1))
        rows = issues.issues(session, wanted, page=page)
        votes = issues.votes(session, [row.again_of_id or row.id for row in rows])
        mine = issues.voted(session, here.person.id)
    opened, ended = [row for row in rows if row.state == OPEN], [row for row in rows if row.state != OPEN]
    st.markdown(t.plural("**{n}** issue", "**{n}** issues", total))
    if not rows:
        is_filtered = wanted != Wanted()
        st.info(
            t("No issue is like this. Take a filter away, or search with fewer words.")
            if is_filtered
            else t("No issue is written yet.")
        )
    for title, part in ((t("Still open"), opened), (t("With an outcome"), ended)):
        if part and opened and ended:
            st.subheader(title, anchor=False)
        for row in part:
            issues_lines.line(here, row, votes, mine, may_vote=may_write)
    if total > PAGE:
        st.pagination(-(-total // PAGE), key="issues-page")


def _filters(here: Visit, comes_again: Patterns) -> Wanted:
    t = here.t
    names = {str(area.id): area.name for area in here.areas.values()}
    pairs = [pair for pair, _ in comes_again.handoffs]
    if (sent := _pair(st.query_params.get("handoff", ""))) and here.areas.keys() >= set(sent):
        pairs.append(sent)  # a link that was sent may name one that no longer comes again
    handoffs = {_way(*pair): _named(here, pair) for pair in pairs}
    with st.container(horizontal=True, vertical_alignment="bottom", key="issue-filters"):
        text = address.words(t("Search"), "text", placeholder=t("Any words"), on_change=_first_page)
        state = _choice(
            t("State"), {ANY: t("All states"), **{name: t(said) for name, said in STATES.items()}}, "state"
        )
    more = st.expander(t("More filters"), expanded=address.has(*_MORE), key="more-issue-filters")
    with more, st.container(horizontal=True, vertical_alignment="bottom"):
        area = _choice(t("Area"), {ANY: t("All areas"), **names}, "area")
        factor = _choice(
            t("What contributed"), {ANY: t("Any factor"), **{n: t(f) for n, f in FACTORS.items()}}, "factor"
        )
        handoff = _choice(t("Handoff"), {ANY: t("Any handoff"), **handoffs}, "handoff")
    return Wanted(text=text, area=number(area) or None, handoff=_pair(handoff), factor=factor,
                  states=frozenset({state}) if state else frozenset())  # fmt: skip


def _patterns(here: Visit, found: Patterns) -> None:
    """The handoffs and factors that come again, each a way to its issues."""
    t = here.t
    if not found.handoffs and not found.factors:
        return
    with st.expander(t("What comes again"), icon=":material/replay:", key="issue-patterns"):
        st.caption(t("Open issues, and those of the last 90 days."))
        left, right = st.columns(2)
        with left, st.container(gap=None):
            for pair, n in found.handoffs[:6]:
                st.page_link(issues_lines.PAGE, label=f"{plain(_named(here, pair))} · **{t.number(n)}**",
                             query_params={"handoff": _way(*pair)})  # fmt: skip
        with right, st.container(gap=None):
            for factor, n in found.factors[:6]:
                st.page_link(issues_lines.PAGE, label=f"{plain(t(FACTORS[factor]))} · **{t.number(n)}**",
                             query_params={"factor": factor})  # fmt: skip


def _choice(label: str, options: dict[str, str], name: str) -> str:
    return address.choice(label, options, name, on_change=_first_page)


def _first_page() -> None:
    st.session_state.pop("issues-page", None)


def _way(from_area: int, to_area: int) -> str:
    return f"{from_area}-{to_area}"


def _pair(way: str) -> tuple[int, int] | None:
    from_area, _, to_area = way.partition("-")
    return (number(from_area), number(to_area)) if way else None


def _named(here: Visit, pair: tuple[int, int]) -> str:
    return f"{here.area(pair[0])} → {here.area(pair[1])}"
