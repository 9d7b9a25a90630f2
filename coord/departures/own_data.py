"""What is kept about one person, as tables that a human can open: for themselves, or handed over by an administrator."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from coord import company, people
from coord.db import Base
from coord.departures.erasure import NAMELESS, naming
from coord.exchange import cells
from coord.people import Mandate
from coord.record import Entry
from coord.refusal import Refused
from coord.text import N_, Words

TITLES = {
    "people": N_("Profile"),
    "rights": N_("Rights"),
    "sign_ins": N_("Devices that are signed in"),
    "codes": N_("Invitations and codes"),
    "passwords": N_("Password"),
    "calendar_addresses": N_("Calendar address"),
    "notice_choices": N_("Notices"),
    "letters": N_("Letters to me"),
    "notices": N_("Occasions of letters"),
    "events": N_("Moves on requests"),
    "requests": N_("Requests that I handle"),
    "imports": N_("Imports"),
    "goals": N_("Goals that I set"),
    "goal_changes": N_("Changes of goals"),
    "check_ins": N_("Check-ins"),
    "issues": N_("Issues that I wrote"),
    "issue_votes": N_("My votes on issues"),
    "meetings": N_("Meetings that I ran"),
    "series_facilitators": N_("My turn to run the meeting"),
    "agenda_items": N_("Topics that I added"),
    "attendances": N_("Attendance"),
    "preparations": N_("Preparation"),
    "recordings": N_("What I recorded in meetings"),
    "roles": N_("Roles that I reviewed"),
    "role_revisions": N_("Role descriptions that I wrote"),
    "role_holders": N_("Roles that I hold"),
    "role_acknowledgements": N_("Roles that I acknowledged"),
    "backups_given": N_("Backups that I was given"),
    "checks": N_("Checks that I asked for"),
    "server_clock": N_("The clock, when I said that it is right"),
    "record": N_("What the record says that I did"),
}
LABELS = {
    "at": N_("When"), "name": N_("Name"), "email": N_("E-mail"), "area_id": N_("Area"), "about": N_("What they do"),
    "language": N_("Language"), "zone": N_("Time zone"), "right": N_("Right"), "text": N_("Text"), "what": N_("What"),
    "day": N_("Day"), "subject": N_("Subject"), "from_area_id": N_("From"), "to_area_id": N_("To"), "why": N_("Why"),
    "request": N_("Request"), "title": N_("Title"), "verb": N_("Move"), "device": N_("Device"),
    "person_id": N_("Person"), "meeting_id": N_("Meeting"), "goal_id": N_("Goal"), "role_id": N_("Role"),
    "issue_id": N_("Issue"), "state": N_("State"), "status": N_("Status"), "value": N_("Value"), "kind": N_("Kind"),
    "step": N_("Step"), "customer": N_("Customer"), "effect": N_("Effect"), "expected": N_("What we expected"),
    "happened": N_("What happened"), "on_behalf": N_("On behalf"), "archived_at": N_("Archived"),
    "outcome": N_("Outcome"), "purpose": N_("Purpose"), "measure": N_("Measure"), "unit": N_("Unit"),
    "target": N_("Target"), "baseline": N_("Baseline"), "file_name": N_("File"), "used_at": N_("Last used"),
    "link": N_("Link"), "minutes": N_("Minutes"), "section": N_("Section"), "who": N_("Who"), "goal": N_("Goal"),
    "role": N_("Role"), "asked_at": N_("Asked"), "needed_on": N_("Needed on"), "promised_on": N_("Promised"),
    "delivered_at": N_("Delivered"), "resolved_at": N_("Resolved"), "due_on": N_("Due on"), "ended_at": N_("Ended"),
    "starts_at": N_("Day"), "line": N_("Text"), "lucky": N_("Where we were lucky"), "next_step": N_("What next"),
    "usually": N_("How it usually goes right"), "responsibilities": N_("Responsibilities"),
    "decides_alone": N_("Decides alone"), "technical_skills": N_("Technical skills"),
    "behavioural_skills": N_("Behavioural skills"), "measures": N_("Measures"), "written_at": N_("When"),
    "made_at": N_("When"), "set_at": N_("When"), "prepared_at": N_("When"),
}  # fmt: skip
# Keys that open something, what only serves the program, and what is kept about others.
LEFT_OUT = frozenset({"seq", "hash", "token_hash", "secret", "version", "search", "email_folded", "screen_hash", "html", "previous",
                      "message_id", "reason", "weight", "digest", "mapping"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of one's own data."""

    name: str
    title: str
    names: list[str]  # of its columns, for programs
    rows: list[list[str]]
    head: dict[int, str]  # the columns that people read, by their place


def told_of(session: Session, person_id: int, t: Words, *, by: Mandate, at: int) -> bytes:
    """Everything that is kept about a person, as a ZIP of CSV files and one of JSON, in words of `t`.

    For the person, or for an administrator who hands it over; then without what only its author may know to be theirs.
    """
    row = people.person(session, person_id)
    if by.person_id != person_id and not by.administers:
        raise Refused("Only the person themselves or an administrator can have this.")
    is_own, home = by.person_id == person_id, company.the(session).name
    found = list(sheets(session, person_id, t, own=is_own))
    said = [
        t("What Coord keeps about {name} at {company}, as of {instant}.", name=row.name, company=home, instant=t.instant(at)),
        t("Each file opens in a spreadsheet; data.json holds the same for programs, with what only they need."),
        t("Of passwords, codes and links only a scrambled form is kept, which is left out here. Answers about how an hour was are kept as counts and can't be told apart."),
    ]  # fmt: skip
    if not is_own:
        said.append(
            t("Issues and votes are left out: only whoever wrote them gets them, from their own account.")
        )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(f"{t('Read me')}.txt", "\n\n".join(said) + "\n")
        for n, sheet in enumerate((sheet for sheet in found if sheet.head), 1):
            files.writestr(f"{n:02} {sheet.title}.csv", _csv(sheet))
        raw = {
            sheet.name: [dict(zip(sheet.names, line, strict=True)) for line in sheet.rows] for sheet in found
        }
        files.writestr("data.json", json.dumps(raw, ensure_ascii=False, indent=1))
    return packed.getvalue()


def sheets(session: Session, person_id: int, t: Words, *, own: bool) -> Iterator[Sheet]:
    """A table for each that names the person and has something about them; their profile first."""
    areas = {row.id: row.name for row in company.areas(session, archived=True)}
    person: Table = Base.metadata.tables["people"]
    yield _sheet(session, person, person.c.id == person_id, t, areas)
    named = naming()
    for table in sorted(
        named, key=lambda one: list(TITLES).index(one.name) if one.name in TITLES else len(TITLES)
    ):
        if table.name == "people" or (table.name in NAMELESS and not own):
            continue
        mine = or_(*(table.c[name] == person_id for name in named[table]))
        sheet = _sheet(session, table, mine, t, areas)
        if sheet.rows:
            yield sheet
    done = _sheet(session, Base.metadata.tables["record"], Entry.person_id == person_id, t, areas)
    if done.rows:
        yield done


def _sheet(session: Session, table: Table, mine: Any, t: Words, areas: Mapping[int, str]) -> Sheet:
    names = [column.name for column in table.columns if column.name not in LEFT_OUT]
    columns = [table.c[name] for name in names]
    query = select(*columns).where(mine).order_by(*table.primary_key.columns)
    if table.name == "events":  # a move is nothing without what it is about
        asked = Base.metadata.tables["requests"]
        query = query.add_columns(asked.c.what).join(asked, asked.c.id == table.c.request_id)
        names = [*names, "request"]
    head = {place: t(LABELS[name]) for place, name in enumerate(names) if name in LABELS}
    rows = [[_cell(name, value, t, areas) for name, value in zip(names, row, strict=True)]
            for row in session.execute(query)]  # fmt: skip
    return Sheet(table.name, t(TITLES.get(table.name, table.name)), names, rows, head)


def _cell(name: str, value: Any, t: Words, areas: Mapping[int, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return t("Yes") if value else t("No")
    if name == "at" or name.endswith("_at"):
        return t.iso(value)
    if name.endswith("area_id"):
        return areas.get(value, str(value))
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _csv(sheet: Sheet) -> bytes:
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow(sheet.head.values())
    table.writerows([cells.guarded(line[place]) for place in sheet.head] for line in sheet.rows)
    return written.getvalue().encode("utf-8-sig")
