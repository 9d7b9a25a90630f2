"""Bringing real history in: a file, what it means, what would become of it, and the imports so far."""

import hashlib
from itertools import islice
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import backup, exchange
from coord.exchange.mapping import Mapping
from coord.refusal import Refused
from coord.requests import OUTCOMES, STATES
from coord.text import N_
from coord.ui import mapping_form, visit
from coord.ui.plain import plain
from coord.ui.visit import Visit

FORM = "import"
UNDERSTOOD = {
    "format": N_("File"),
    "encoding": N_("Encoding"),
    "delimiter": N_("Separator"),
    "sheet": N_("Sheet"),
    "hidden_sheets": N_("Hidden sheets, not read"),
    "dates": N_("Order of day and month"),
}
ROSTER = {"areas": N_("This is a list of areas."), "people": N_("This is a list of people.")}


def upload(here: Visit) -> None:
    """The whole way of one file: chosen, understood, mapped, previewed, imported."""
    t = here.t
    here.refusal(FORM)
    if done := st.session_state.pop("imported", None):
        st.success(done, icon=":material/check_circle:")
    file = st.file_uploader(t("An event log (XES or CSV, also .gz), a list of requests (CSV or XLSX), or Coord's own files"),
                            type=["csv", "xes", "gz", "xlsx", "txt"], key=f"file-{visit.nonce(FORM)}")  # fmt: skip
    if file is None:
        return
    source, name = file.getvalue(), file.name
    try:
        with st.spinner(t("Looking at the file…")):
            found = _proposal(hashlib.sha256(source).hexdigest(), source, name, here.company.zone)
        _understood(here, found)
        if found.kind in ROSTER:
            _roster(here, found.kind, source, name)
        elif found.kind == "own":
            _parsed(here, source, name, None)
        else:
            _mapped(here, found, source, name)
    except Refused as refused:
        st.error(refused.said(t), icon=":material/info:")


def imports(here: Visit) -> None:
    """The imports so far; each can be undone while nothing was built on it."""
    t = here.t
    with here.read() as session:
        rows = exchange.imports(session)
    if not rows:
        return
    st.subheader(t("Imports so far"), anchor=False)
    for row in rows:
        here.refusal(f"undo-{row.id}")
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            st.markdown(
                t(
                    "**{file}** · {when} · {requests} · {events}",
                    file=plain(row.file_name, 80),
                    when=t.instant(row.at),
                    requests=t.plural("{n} request", "{n} requests", row.requests),
                    events=t.plural("{n} event", "{n} events", row.events),
                )
            )
            with st.popover(t("Undo"), icon=":material/undo:"):
                st.markdown(
                    t(
                        "All its requests go, as if the file had never been imported. This can't be undone, but the file can be imported again."
                    )
                )
                st.button(t("Undo this import"), key=f"undo-{row.id}-{visit.nonce(f'undo-{row.id}')}", type="primary",
                          on_click=_undo, args=(row.id,))  # fmt: skip


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _proposal(_digest: str, source: bytes, name: str, zone: str) -> exchange.proposal.Proposal:
    return exchange.proposal.propose(source, name, zone)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def _values(_digest: str, source: bytes, name: str) -> dict[str, list[str]]:
    """The values of each column that has few of them, so that they can be chosen instead of typed."""
    found: dict[str, dict[str, None]] = {}
    for _, row in islice(exchange.File(source, name).rows(), 20_000):
        for column, value in row.items() if not isinstance(row, Refused) else ():
            if len(found.setdefault(column, {})) <= 300:
                found[column][str(value)] = None
    return {column: sorted(values) for column, values in found.items() if len(values) <= 300}


def _understood(here: Visit, found: exchange.proposal.Proposal) -> None:
    t = here.t
    said = {
        t(UNDERSTOOD[name]): plain(value)
        for name, value in found.understood.items()
        if value and name in UNDERSTOOD
    }
    st.caption(" · ".join(f"{name}: **{value}**" for name, value in said.items()))
    with st.expander(t("The first rows of the file, as they were read")):
        st.dataframe([{name: str(value) for name, value in row.items()} for row in found.sample], hide_index=True,
                     alt=t("The first rows of the file, as they were read"))  # fmt: skip


def _mapped(here: Visit, found: exchange.proposal.Proposal, source: bytes, name: str) -> None:
    t, key = here.t, hashlib.sha256(source).hexdigest()[:12]
    base = _chosen_base(here, found, key)
    turn = st.session_state.get(f"turn-{key}", 0)
    mapping = mapping_form.edited(here, found, base, _values(key, source, name), f"{key}-{turn}")
    with st.expander(t("Keep this mapping, or write it as text")):
        changed = mapping_form.as_text(here, mapping, key)
    if changed is not None:
        st.session_state[f"base-{key}"], st.session_state[f"turn-{key}"] = changed, turn + 1
        st.rerun()
    _parsed(here, source, name, mapping)


def _chosen_base(here: Visit, found: exchange.proposal.Proposal, key: str) -> Mapping | None:
    """The mapping to begin with: the text that was used last, an earlier import's, or the proposal."""
    t = here.t
    with here.read() as session:
        earlier = {row.id: row for row in exchange.imports(session) if row.mapping.get("toml")}
    if earlier:
        chosen = st.selectbox(t("Begin with the mapping of an earlier import"), list(earlier), index=None,
                              format_func=lambda i: earlier[i].file_name, key=f"earlier-{key}",
                              placeholder=t("No, as proposed"))  # fmt: skip
        if chosen is not None and st.session_state.get(f"earlier-used-{key}") != chosen:
            st.session_state[f"earlier-used-{key}"] = chosen
            st.session_state[f"base-{key}"] = exchange.mapping.read(earlier[chosen].mapping["toml"])
            st.session_state[f"turn-{key}"] = st.session_state.get(f"turn-{key}", 0) + 1
    base: Mapping | None = st.session_state.get(f"base-{key}", found.mapping)
    return base


def _parsed(here: Visit, source: bytes, name: str, mapping: Mapping | None) -> None:
    """Read the file with its mapping, show what would become of it, and offer to import it."""
    t = here.t
    digest = exchange.digest(source, mapping, None)
    if st.session_state.get("parsed", ("",))[0] != digest:
        bar = st.progress(0.0, t("Reading…"))

        def grow(share: float) -> None:
            bar.progress(min(share, 1.0), t("Reading…"))

        found = exchange.read(source, name, mapping, zone=here.company.zone, now=here.now, progress=grow)
        bar.empty()
        st.session_state["parsed"] = (digest, found)
    parsed: exchange.Parsed = st.session_state["parsed"][1]
    _preview(here, parsed)
    if parsed.told:
        st.button(
            t.plural("Import {n} request", "Import {n} requests", len(parsed.told)),
            key=f"go-{visit.nonce(FORM)}", type="primary", icon=":material/upload:", on_click=_import, args=(name, digest),
        )  # fmt: skip


def _preview(here: Visit, parsed: exchange.Parsed) -> None:
    t = here.t
    with st.container(horizontal=True):
        st.metric(t("Requests"), t.number(len(parsed.told)))
        st.metric(t("Events"), t.number(parsed.events))
        st.metric(t("Areas"), t.number(len(parsed.areas.names)))
        st.metric(t("Left out: no handoff"), t.number(len(parsed.not_a_handoff)))
        st.metric(t("Rejected"), t.number(len(parsed.rejected)))
    if parsed.rejected or parsed.not_a_handoff:
        st.download_button(t("What is left out, with the reason"), exchange.left_out(parsed, [], t), "left-out.csv", "text/csv",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
        st.caption(
            "  \n".join(f"{plain(left.case, 60)}: {plain(left.why.said(t))}" for left in parsed.rejected[:5])
        )
    if parsed.told:
        st.markdown(t("The first requests, as they would become:"))
        st.dataframe(
            [_row(here, told) for told in parsed.preview(20)],
            hide_index=True,
            alt=t("The first requests, as they would become:"),
        )


def _row(here: Visit, told: dict[str, Any]) -> dict[str, str]:
    t = here.t
    ended = t(OUTCOMES[told["outcome"]]) if told["outcome"] else t(STATES[told["state"]].label)
    resolved = t.instant(told["resolved_at"]) if told["resolved_at"] is not None else ""
    return {t("Request"): told["what"], t("From"): told["from"], t("To"): told["to"], t("Asked"): t.instant(told["asked_at"]),
            t("State"): ended, t("Resolved"): resolved, t("Moves"): str(len(told["moves"]))}  # fmt: skip


def _roster(here: Visit, kind: str, source: bytes, name: str) -> None:
    st.info(here.t(ROSTER[kind]))
    st.button(here.t("Add those who are not here yet"), key=f"go-{visit.nonce(FORM)}", type="primary", on_click=_bring,
              args=(source, name))  # fmt: skip


def _import(name: str, digest: str) -> None:
    here = visit.begin()
    parsed: exchange.Parsed = st.session_state["parsed"][1]
    done: list[exchange.Written] = []
    try:
        here.mandate.must_administer()
        before = backup.before_import(here.database, len(parsed.told), at=here.now)
    except Refused as refused:
        st.session_state[f"refused:{FORM}"] = refused.said(here.t, plain)
        return

    def write(session: Session) -> None:
        done.append(
            exchange.write(session, parsed, by=here.mandate, at=here.now, file_name=name, digest=digest)
        )

    if here.act(FORM, write) and done:
        t, written = here.t, done[0]
        said = t.plural("{n} request is new.", "{n} requests are new.", written.requests)
        here_already = t.plural("{n} was here already.", "{n} were here already.", len(written.already))
        saved = t("A backup was made before it: {file}", file=plain(before.file)) if before else ""
        st.session_state["imported"] = f"{said} {here_already} {saved}".rstrip()
        st.session_state.pop("parsed", None)


def _bring(source: bytes, name: str) -> None:
    here = visit.begin()
    brought: list[int] = []

    def bring(session: Session) -> None:
        brought.append(exchange.roster.bring(session, exchange.File(source, name), by=here.mandate))

    if here.act(FORM, bring) and brought:
        st.session_state["imported"] = here.t.plural("{n} was added.", "{n} were added.", brought[0])


def _undo(import_id: int) -> None:
    here = visit.begin()
    here.act(f"undo-{import_id}", lambda session: exchange.undo(session, import_id, by=here.mandate, at=here.now),
             here.t("The import is undone."))  # fmt: skip
