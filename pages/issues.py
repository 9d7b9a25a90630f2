"""Issues: what happened between areas, without a culprit, and the procedures that changed because of it."""

import streamlit as st

from coord import issues
from coord.refusal import Refused
from coord.ui import issues_changes, issues_lines, issues_list, issues_reading, visit

here = visit.begin()
t = here.t
if wanted := st.query_params.get("issue"):
    try:
        with here.read() as session:
            row = issues.issue(session, visit.number(wanted))
    except Refused as refused:
        st.warning(refused.said(t))
        st.page_link(issues_lines.PAGE, label=t("All issues"))
        st.stop()
    with st.container(width=960):
        issues_reading.draw(here, row)
    st.stop()

st.title(t("Issues"), anchor=False)
st.markdown(
    t("What went wrong between areas, so that a procedure changes: nobody is named, nobody is blamed.")
)
with here.read() as session:
    due = len(issues.due_changes(session, here.today))
waiting = f" :orange-badge[{t.number(due)}]" if due else ""
first, second = st.tabs([t("Log"), t("Procedure changes") + waiting], key="issues-part", on_change="rerun")
with first, st.container(width=960):
    if first.open:
        issues_list.draw(here)
with second, st.container(width=960):
    if second.open:
        with here.read() as session:
            rows = issues.changes(session)
        if not rows:
            st.info(t("No procedure has changed yet. A change is how an issue ends best."))
        issues_changes.draw(here, rows, with_issue=True)
