"""The list of requests as a table to take along, in the reader's language."""

import csv
import io

from coord import company, requests
from coord.db import Database
from coord.exchange.cells import guarded
from coord.requests import OUTCOMES, STATES, Request, Wanted
from coord.text import Words

BOM = "\ufeff"  # so that Excel reads the accents


def csv_of(database: Database, wanted: Wanted, t: Words, *, at: int) -> bytes:
    """Every request that is wanted, a row each, as CSV in UTF-8."""
    with database.read() as session:
        areas = {area.id: area.name for area in company.areas(session, archived=True)}
        rows = requests.every(session, wanted, at=at)
    headings = [t("Request"), t("From"), t("To"), t("State"), t("Asked"), t("Promised for"), t("First answer"),
                t("Delivered on"), t("Resolved"), t("Outcome"), t("Days unresolved"), t("Customer"), t("Done when…"),
                t("Why it matters")]  # fmt: skip
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows(map(guarded, _row(row, areas, t, at)) for row in rows)
    return (BOM + text.getvalue()).encode()


def _row(row: Request, areas: dict[int, str], t: Words, at: int) -> list[str]:
    until = row.resolved_at if row.resolved_at is not None else at
    return [
        row.what, areas[row.asking_area_id], areas[row.answering_area_id], t(STATES[row.state].label),
        t.iso(row.asked_at), row.promised_on.isoformat() if row.promised_on else "", t.iso(row.first_answer_at),
        t.iso(row.delivered_at), t.iso(row.resolved_at), t(OUTCOMES[row.outcome]) if row.outcome else "",
        f"{(until - row.asked_at) / 86_400:.1f}", row.customer or "", row.done_when or "", row.why or "",
    ]  # fmt: skip
