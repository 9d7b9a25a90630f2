"""The record as administrators read it: who did what when, newest first, and whether its chain holds."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import streamlit as st

from coord import backup, people, record, requests
from coord.exchange import cells
from coord.record import Checked, Entry, Head, Wanted
from coord.ui import address, lines, record_words
from coord.ui.plain import plain
from coord.ui.record_words import KINDS, Known
from coord.ui.visit import Visit

PAGE = 25
STEP = 1_000  # entries that are read at once for a file


def draw(here: Visit) -> None:
    """Whether the chain holds, what one wants to see, and the entries."""
    _chain(here)
    _backup(here)
    wish = _wanted(here)
    with here.read() as session:
        n = record.how_many(session, wish, by=here.mandate)
        pages = max(-(-n // PAGE), 1)
        page = min(int(st.session_state.get("page-record", 1)), pages)
        found = record.entries(session, wish, by=here.mandate, first=(page - 1) * PAGE, most=PAGE)
        moved = {one for entry in found for one in record_words.requests_of(entry)}
        rows = {one: row for one in moved if (row := requests.there(session, one)) is not None}
        known = Known(
            here.t, _shown(people.names(session, here.t)), _shown({a.id: a.name for a in here.areas.values()})
        )
    if not found:
        st.info(here.t("Nothing stands in the record for this choice."))
        return
    _days(here, found, known, rows)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if pages > 1:
            st.pagination(pages, key="page-record")
        st.download_button(here.t("Download as CSV"), data=lambda: _csv(here, wish), file_name="record.csv", mime="text/csv",
                           key="record-csv", type="tertiary", icon=":material/download:", on_click="ignore")  # fmt: skip


def _shown(names: dict[int, str]) -> dict[int, str]:
    return {one: plain(name, 60) for one, name in names.items()}


def _chain(here: Visit) -> None:
    """Followed from its beginning when somebody comes, and whenever they ask for it."""
    t = here.t
    with st.container(horizontal=True, vertical_alignment="center"):
        again = st.session_state.pop("record-again", False)
        if again or "record-checked" not in st.session_state:
            with here.read() as session:
                st.session_state["record-checked"] = (record.check(session), record.head(session), here.now)
        found: tuple[Checked, Head, int] = st.session_state["record-checked"]
        checked, head, at = found
        facts = {"n": t.number(checked.entries), "hour": plain(t.instant(at))}
        if checked.broken is None:
            st.markdown(
                ":green[:material/link:] "
                + t("All is as it was written: {n} entries checked on {hour}.", **facts)
            )
        else:
            st.error(
                t("Entry {n} was changed past Coord: what stands in the record from there on can't be trusted. Compare it with a backup.",
                  n=t.number(checked.broken)), icon=":material/link_off:")  # fmt: skip
        st.button(t("Check again"), key="record-check", type="tertiary", on_click=_check_again)
    st.caption(
        t(
            "Who did what, and when, without what people typed. Each entry is sealed together with the one before it; the newest seal is {head}.",
            head=head.hash[:12],
        )
    )


def _backup(here: Visit) -> None:
    """Whether the chain still leads through where the backups end: what is cut off at its end breaks nothing before it."""
    found = backup.missing(here.database)
    if found is not None and found.facts.record is not None:
        st.warning(
            here.t("The backup of {instant} ends with entry {n}, which does not stand here: entries were taken away or changed. Compare it with that backup.",
                   instant=plain(here.t.instant(found.at)), n=here.t.number(found.facts.record["n"])),
            icon=":material/link_off:")  # fmt: skip


def _check_again() -> None:
    st.session_state["record-again"] = True


def _wanted(here: Visit) -> Wanted:
    t = here.t
    with here.read() as session:
        names = {
            str(p.id): people.name_of(p, t)
            for p in people.people(session, archived=True)
            if p.erased_at is None
        }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = address.choice(t("What"), {"": t("Everything"), **{k: t(said) for k, said in KINDS.items()}}, "kind",
                              on_change=_first_page)  # fmt: skip
        who = address.choice(t("Who"), {"": t("Anybody"), **names}, "who", on_change=_first_page)
        day = st.date_input(
            t("Day"), value=None, key="record-day", format="DD/MM/YYYY", width=160, on_change=_first_page
        )
    since = _begins(here, day) if isinstance(day, date) else None
    until = _begins(here, day + timedelta(days=1)) if isinstance(day, date) else None
    return Wanted((kind,) if kind else (), int(who) if who else None, since, until)


def _begins(here: Visit, day: date) -> int:
    return int(datetime.combine(day, time(), here.t.zone).timestamp())


def _first_page() -> None:
    st.session_state.pop("page-record", None)


def _days(here: Visit, found: Sequence[Entry], known: Known, rows: dict[int, requests.Request]) -> None:
    """The entries under their days."""
    t, last = here.t, None
    for entry in found:
        day = datetime.fromtimestamp(entry.at, t.zone).date()
        if day != last:
            st.header(f"{t.weekday(day)} {t.day(day, today=here.today)}", anchor=False)
            last = day
        with st.container(horizontal=True, key=f"entry-{entry.id}", gap="small", vertical_alignment="top"):
            st.markdown(f":gray[:small[{t.hour(entry.at)}]]", width=48)
            with st.container(gap=None, width="stretch"):
                kind = f" :gray-badge[{t(KINDS.get(entry.kind, ''))}]"
                for i, sentence in enumerate(record_words.sentences(known, entry)):
                    st.markdown(sentence if i else sentence + kind)
                for one in record_words.requests_of(entry)[:3]:
                    if one in rows:
                        lines.link(rows[one])


def _csv(here: Visit, wish: Wanted) -> bytes:
    """Every entry of the choice, as a spreadsheet opens it."""
    t, written = here.t, io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([t("Entry"), t("When"), t("What"), t("Said"), t("Request"), "hash"])
    for entry, said in _told(here, wish):
        moved = " ".join(map(str, record_words.requests_of(entry)))
        row = [str(entry.id), t.iso(entry.at), t(KINDS.get(entry.kind, "")), said, moved, entry.hash]
        table.writerow([cells.guarded(cell) for cell in row])
    return written.getvalue().encode("utf-8-sig")


def _told(here: Visit, wish: Wanted) -> Iterator[tuple[Entry, str]]:
    with here.read() as session:
        known = Known(here.t, people.names(session, here.t), {a.id: a.name for a in here.areas.values()})
        # as it is now: the page may stand there for hours
        by, first = people.mandate(session, here.person.id), 0
        while found := record.entries(session, wish, by=by, first=first, most=STEP):
            first += len(found)
            for entry in found:
                yield entry, "\n".join(record_words.sentences(known, entry))
