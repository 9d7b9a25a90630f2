"""One issue, readable from above: what was expected, what happened, what contributed, and how it ends."""

from collections.abc import Sequence

import streamlit as st

from coord import issues
from coord.issues import FACTORS, OUTCOMES, Issue, IssueOutcome, IssueRevision
from coord.ui import issues_changes, issues_ending, issues_form, issues_lines, panels
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import Visit

_PAIRS = (("expected", "happened"), ("from_had", "to_had"), ("lucky", "usually"))


def draw(here: Visit, row: Issue) -> None:
    """The whole issue, with what this person may do about it."""
    t = here.t
    with here.read() as session:
        first = issues.issue(session, row.again_of_id) if row.again_of_id else row
        again, ended = issues.repeats(session, first.id), issues.outcomes(session, first.id)
        before, changes = issues.revisions(session, row.id), issues.changes(session, issue_id=first.id)
        votes, mine = issues.votes(session, [first.id]), issues.voted(session, here.person.id)
        may_vote = issues.may_write(session, here.mandate)
    st.page_link(issues_lines.PAGE, label=t("All issues"), icon=":material/arrow_back:")
    st.title(plain(row.happened, 120), anchor=False)
    issues_lines.about(here, row)
    issues_lines.vote(here, row, votes.get(first.id, 0), first.id in mine, may_vote)
    if panels.opened(issues_form.KIND, row.id):
        issues_form.complete(here, row)
    else:
        _said(here, row)
    _family(here, row, first, again)
    issues_form.seen_before(here, row)
    st.subheader(t("Outcome"), anchor=False)
    _ended(here, ended)
    issues_changes.draw(here, changes)
    issues_ending.forms(here, first, row)
    _before(here, before)


def _said(here: Visit, row: Issue) -> None:
    said, now = issues_form.labels(here), issues.told(row)
    said |= {
        "from_had": here.t("What {area} had in front of it", area=plain(here.area(row.from_area_id))),
        "to_had": here.t("What {area} had in front of it", area=plain(here.area(row.to_area_id))),
    }
    for pair in _PAIRS:
        _side_by_side(said, now, pair)
        if pair == _PAIRS[0]:
            _side_by_side(said, now, ("effect", "step"))
        if pair == _PAIRS[1] and row.factors:
            st.markdown(f"**{plain(here.t('What contributed'))}**  \n" + " ".join(
                f":violet-badge[{plain(here.t(FACTORS[factor]))}]" for factor in row.factors))  # fmt: skip
    _side_by_side(said, now, ("next_step",))
    _missing(here, row, said, now)


def _side_by_side(said: dict[str, str], now: dict[str, str | None], names: Sequence[str]) -> None:
    """What is written of these facts; what is not takes no room."""
    there = [name for name in names if now[name]]
    for place, name in zip(st.columns(len(there)) if there else (), there, strict=True):
        place.markdown(f"**{said[name]}**  \n{paragraphs(now[name])}")


def _missing(here: Visit, row: Issue, said: dict[str, str], now: dict[str, str | None]) -> None:
    t = here.t
    missing = [
        label for name, label in said.items() if not now[name] and name not in ("step", "customer", "lucky")
    ]
    if missing:
        st.caption(t("Not written yet: {facts}", facts=" · ".join(missing)))
    if issues.may_amend(row, here.mandate, at=here.now):
        st.button(t("Complete or change it"), key=f"complete-{row.id}", icon=":material/edit:",
                  type="primary" if len(missing) > 3 and row.state == issues.OPEN else "secondary",
                  on_click=panels.open_up, args=(issues_form.KIND, row.id, "change"))  # fmt: skip


def _family(here: Visit, row: Issue, first: Issue, again: Sequence[Issue]) -> None:
    """The first of its kind, and how often it came again."""
    if first.id != row.id:
        issues_lines.link(first, here.t("The same as before:") + " ")
        issues_form.unlink(here, row)
    others = [other for other in again if other.id != row.id]
    if others:
        st.markdown(here.t.plural("It came again {n} time:", "It came again {n} times:", len(others)))
    for other in others:
        issues_lines.link(other, f"{here.t.day(here.calendar.day_of(other.written_at), today=here.today)} · ")


def _ended(here: Visit, outcomes: Sequence[IssueOutcome]) -> None:
    """How it ended so far, the last one last; a change tells itself below."""
    t = here.t
    if not outcomes:
        st.markdown(
            t(
                "None yet: it ends when a procedure changes, when we say why not, or when we watch it until a day."
            )
        )
    for row in outcomes:
        said = [
            f"**{plain(t(OUTCOMES[row.outcome]))}**",
            t.day(here.calendar.day_of(row.at), today=here.today),
        ]
        if row.until_on:
            said.append(t("until {day}", day=t.day(row.until_on, today=here.today)))
        if row.on_behalf:
            said.append(t("recorded on behalf of {area}", area=plain(here.area(row.area_id))))
        st.markdown(
            " · ".join(said) + (f"  \n{paragraphs(row.text)}" if row.text and not row.change_id else "")
        )


def _before(here: Visit, revisions: Sequence[IssueRevision]) -> None:
    """What it said before its words were changed."""
    t, said = here.t, issues_form.labels(here)
    words = {name for name, field in issues_form.NAMES.items() if field.startswith("text-")}
    rows = [(row, name, row.before[name]) for row in reversed(revisions) for name in words & row.before.keys() if row.before[name]]  # fmt: skip
    if not rows:
        return
    with st.expander(t("What it said before"), key="issue-before"):
        for row, name, value in rows:
            day = t.day(here.calendar.day_of(row.at), today=here.today)
            st.markdown(
                f":small[{plain(t('until {day}', day=day))}] · **{said[name]}**  \n{paragraphs(str(value))}"
            )
