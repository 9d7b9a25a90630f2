"""What waits for this person: requests by what has to be done with them, most urgent first, each answered in place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import streamlit as st

from coord import requests
from coord.requests import EventRow, Inbox, Request
from coord.ui import lines, moves
from coord.ui.moves import Choice
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

MOST = 40


def draw(here: Visit, inbox: Inbox, *, apart: Collection[int] = ()) -> None:
    """Every list that has something in it; what stands apart from them already is not repeated as waited for."""
    t, open_move = here.t, moves.choice()
    lists = _lists(here, inbox, open_move)
    writing_in = open_move.request_id if open_move else 0
    waiting = [row for row in inbox.waiting if row.id not in apart or row.id == writing_in]
    with here.read() as session:
        opened = requests.there(session, writing_in)
    shown = {
        row.id for row in (*inbox.answer, *inbox.keep, *inbox.offered, *inbox.tell, *inbox.confirm, *waiting)
    }
    if opened is not None and opened.id not in shown:
        lists.section(t("You were writing here"), [opened])
    lists.section(t("Answer these"), inbox.answer)
    _kept_promises(here, inbox.keep, lists)
    lists.section(t("They offered something else"), inbox.offered)
    lists.section(t("Tell them what they need to know"), inbox.tell)
    lists.section(t("Confirm these deliveries"), inbox.confirm)
    lists.section(t("What your area waits for"), waiting)


@dataclass(frozen=True)
class _Lists:
    """What every line needs: what was last said on it, and whether its form is open."""

    here: Visit
    words: Mapping[int, EventRow]
    open_move: Choice | None

    def section(self, title: str, rows: Sequence[Request], *, most: int = 8) -> None:
        """A heading with its lines; a long list shows its most urgent ones first."""
        t = self.here.t
        if not rows:
            return
        st.subheader(f"{title} :gray-badge[{t.number(len(rows))}]", anchor=False)
        for row in rows[:most]:
            self._line(row)
        if rest := rows[most:]:
            writing = self.open_move is not None and self.open_move.request_id in {row.id for row in rest}
            label = t.plural("{n} more", "{n} more", len(rest))
            with st.expander(label, expanded=writing, key=f"rest-{title}", on_change="rerun") as more:
                if more.open:  # hundreds of lines are drawn only for whoever wants to see them
                    self._rest(rest)

    def _rest(self, rest: Sequence[Request]) -> None:
        for row in rest[:MOST]:
            self._line(row)
        if rest[MOST:]:
            st.page_link(PAGES / "requests.py", label=self.here.t("See all requests"))

    def _line(self, row: Request) -> None:
        here, t = self.here, self.here.t
        with st.container(border=True, key=f"line-{row.id}", gap="xsmall"):
            left, right = st.columns([11, 9], vertical_alignment="center")
            with left:
                lines.link(row)
                lines.about(here, row, lines.waited(here, row))
                if (said := self.words.get(row.id)) and said.text:
                    offered = (
                        f" · {t('for {day}', day=t.day(said.day, today=here.today))}" if said.day else ""
                    )
                    st.caption(f"“{plain(said.text, 220)}”{offered}")
            with right:
                moves.buttons(here, row)
            moves.panel(here, row)


def _lists(here: Visit, inbox: Inbox, open_move: Choice | None) -> _Lists:
    ids = [row.id for row in (*inbox.offered, *inbox.tell, *inbox.confirm)]
    with here.read() as session:
        return _Lists(here, requests.last_words(session, ids, ["counter", "question", "deliver"]), open_move)


def _kept_promises(here: Visit, rows: Sequence[Request], lists: _Lists) -> None:
    """Promises by how near their day is."""
    t, week = here.t, here.today + timedelta(days=7)
    past = [r for r in rows if r.promised_on and r.promised_on < here.today]
    today = [r for r in rows if r.promised_on == here.today]
    soon = [r for r in rows if r.promised_on and here.today < r.promised_on <= week]
    later = [r for r in rows if not r.promised_on or r.promised_on > week]
    lists.section(t("Past their day: keep them, or say a new day"), past)
    lists.section(t("Promised for today"), today)
    lists.section(t("Promised for the next seven days"), soon)
    lists.section(t("Promised for later"), later, most=3)
