"""Backups: whether the last one is good, all of them, when they are made, and how one is put back."""

from datetime import time
from pathlib import Path

import streamlit as st
from sqlalchemy.orm import Session

from coord import backup, company, settings
from coord.backup import WHY, BackupPlan, Manifest, PlanWish
from coord.refusal import Refused
from coord.ui import drafts, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "backup-plan"
FIELDS = ("is_on", "hour", "daily", "weekly", "monthly")
PAGE = 10
LATE = 30 * 3_600  # seconds after which the last backup is too old to be calm about
_COLOURS = {"night": "gray", "asked": "green"}


def draw(here: Visit) -> None:
    """The last one and the list; beside it the plan."""
    with here.read() as session:
        row, founded_at = backup.plan(session), company.the(session).founded_at
    left, right = st.columns([3, 2], gap="large")
    with left:
        now = _now(here)
        made = backup.made(backup.place(), here.database, founded_at=founded_at)
        with now:
            _standing(here, row, made)
        _list(here, made)
    with right:
        with st.container(border=True):
            _plan(here, row)
        _elsewhere(here)
        _restoring(here, made)


def _now(here: Visit) -> st.delta_generator.DeltaGenerator:
    """The button that makes one now; whoever else is at work does not notice."""
    t, place = here.t, st.container()
    if st.button(t("Make a backup now"), key="backup-now", type="primary", icon=":material/save:"):
        try:
            with st.spinner(t("A backup is being made and verified. Everybody goes on working.")):
                here.mandate.must_administer()
                backup.take(here.database, at=here.now)
            st.toast(t("The backup is there, and verified."), icon=":material/check:")
        except Refused as refused:
            st.error(refused.said(t, plain), icon=":material/info:")
    return place


def _standing(here: Visit, row: BackupPlan, made: list[Manifest]) -> None:
    """In a line, whether one can be calm."""
    t = here.t
    if row.trouble is not None and row.is_on:
        why = Refused(row.trouble["message"], **row.trouble["facts"]).said(t, plain)
        st.error(t("The last backup by plan was not made. {why}", why=why), icon=":material/warning:")
    if not made:
        st.warning(t("There is no backup yet."), icon=":material/warning:")
        return
    last = made[0]
    said = t("Last backup: {when}, {size}, verified.", when=t.instant(last.at), size=_size(here, last))
    if here.now - last.at > LATE:
        st.warning(said, icon=":material/schedule:")
    else:
        st.success(said, icon=":material/verified:")


def _list(here: Visit, made: list[Manifest]) -> None:
    t = here.t
    pages = max(-(-len(made) // PAGE), 1)
    page = min(int(st.session_state.get("page-backups", 1)), pages)
    with st.container(gap="xsmall"):
        for one in made[(page - 1) * PAGE : page * PAGE]:
            _line(here, one)
    if pages > 1:
        st.pagination(pages, key="page-backups")
    if made:
        st.caption(
            t("A backup holds everything that was ever written here. Who downloads one stands in the record.")
        )


def _line(here: Visit, one: Manifest) -> None:
    t, counts = here.t, one.facts.counts
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"backup-{one.file}", gap="small"
    ):
        with st.container(gap=None, width="stretch"):
            colour = _COLOURS.get(one.why, "orange")
            st.markdown(
                f"**{t.instant(one.at)}** :{colour}-badge[{t(WHY[one.why]) if one.why in WHY else plain(one.why)}]"
            )
            people = t.plural("{n} person", "{n} people", counts.get("people", 0))
            requests = t.plural("{n} request", "{n} requests", counts.get("requests", 0))
            st.caption(f"{_size(here, one)} · {people} · {requests}")
        address = f"{settings.read().base}/backup/{one.file}"
        st.html(
            f'<a href="{address}" download style="color: inherit; font-size: 0.875rem">{t("Download")}</a>',
            width="content",
        )


def _plan(here: Visit, row: BackupPlan) -> None:
    t = here.t
    st.header(t("Each night"), anchor=False)
    fields = {
        "is_on": Field(t("Make a backup each night"), row.is_on, t("yes") if row.is_on else t("no")),
        "hour": Field(t("At"), row.hour, _hour(row.hour)),
        "daily": Field(t("Days kept"), row.daily),
        "weekly": Field(t("Weeks kept"), row.weekly),
        "monthly": Field(t("Months kept"), row.monthly),
    }
    key = drafts.fill(here, FORM, row.version, fields)
    st.toggle(fields["is_on"].label, key=f"is_on-{key}", persist_state="session")
    st.selectbox(fields["hour"].label, range(24), format_func=_hour, key=f"hour-{key}", persist_state="session",
                 help=t("By the company's clock. After a night when the server was off, as soon as it is on again."))  # fmt: skip
    columns = st.columns(3)
    for column, name, least in zip(columns, ("daily", "weekly", "monthly"), (1, 0, 0), strict=True):
        column.number_input(fields[name].label, least, 400, key=f"{name}-{key}", persist_state="session")
    st.caption(
        t(
            "Of each day, week and month the newest stays. What is made by hand or before a restore stays until somebody deletes its file."
        )
    )
    st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(key,))


def _elsewhere(here: Visit) -> None:
    """Where they lie, and how to have them in a second place."""
    t, place = here.t, backup.place()
    st.markdown(t("They lie on the server, in this folder:"))
    st.code(str(place.absolute()), language=None, wrap_lines=True)
    if backup.shares_disk(here.database):
        st.caption(t("This is the disk of the database too: if it breaks, both are lost. Copy the folder to another machine as "
                     "well, for example each morning:"))  # fmt: skip
    else:
        st.caption(t("Copy the folder to another machine as well, for example each morning:"))
    st.code(f"rsync -a {place.absolute()}/ backup@other-machine:coord/", language=None, wrap_lines=True)


def _restoring(here: Visit, made: list[Manifest]) -> None:
    t = here.t
    newest = backup.place().absolute() / made[0].file if made else Path("FILE")
    with st.expander(t("How to put one back"), icon=":material/settings_backup_restore:", key="restoring"):
        st.markdown(t("It replaces everything, so it is done on the server itself. Stop Coord, then:"))
        st.code(f"coord restore {newest}", language=None, wrap_lines=True)
        st.markdown(t("The backup is looked through before anything is touched, what was there is kept beside it, and whoever was "
                      "erased since is erased again. Then start Coord again; everybody signs in anew."))  # fmt: skip


def _hour(hour: int) -> str:
    return f"{time(hour):%H:%M}"


def _size(here: Visit, one: Manifest) -> str:
    return here.t("{n} MB", n=here.t.number(one.bytes / 1_000_000, 1))


def _save(key: str) -> None:
    if not drafts.is_drawn(FORM, key):
        return
    here, typed = visit.begin(), drafts.typed(FORM, *FIELDS)

    def change(session: Session) -> None:
        backup.change_plan(session, PlanWish(**typed), seen=drafts.seen(FORM), by=here.mandate)

    here.act(FORM, change, here.t("Saved."), typed=typed)
