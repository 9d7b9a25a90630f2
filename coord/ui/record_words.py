"""An entry of the record in sentences that a person can read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coord.notices import rights
from coord.people import FORMER
from coord.record import ROWS, Entry
from coord.requests import MOVES
from coord.text import N_, NN_, Words

MOST = 4  # sentences about one entry

KINDS = {
    "rights": N_("People and rights"),
    "settings": N_("Areas and settings"),
    "requests": N_("Requests"),
    "meetings": N_("Meetings"),
    "goals": N_("Goals"),
    "issues": N_("Issues"),
    "roles": N_("Roles"),
    "sign-ins": N_("Sign-ins"),
    "imports": N_("Imports"),
    "backups": N_("Backups"),
}
# What each table holds, as the things that are added, changed, removed.
THINGS = {
    "people": N_("Person"),
    "rights": N_("Right"),
    "company": N_("Settings of the company"),
    "closing_days": N_("Closing day"),
    "areas": N_("Area"),
    "notice_sender": N_("How notices are sent"),
    "notice_choices": N_("Choice of notices"),
    "calendar_addresses": N_("Calendar address"),
    "identity_provider": N_("Single sign-on"),
    "server_clock": N_("The server's clock"),
    "imports": N_("Import"),
    "events": N_("Move on a request"),
    "requests": N_("Request"),
    "goals": N_("Goal"),
    "goal_areas": N_("Goal"),
    "goal_changes": N_("Change of a goal"),
    "check_ins": N_("Check-in"),
    "issues": N_("Issue"),
    "issue_factors": N_("Issue"),
    "issue_revisions": N_("Issue"),
    "issue_votes": N_("Vote on an issue"),
    "procedure_changes": N_("Procedure change"),
    "procedure_change_areas": N_("Procedure change"),
    "issue_outcomes": N_("Outcome of an issue"),
    "meetings": N_("Meeting"),
    "recordings": N_("What was recorded in a meeting"),
    "agenda_items": N_("Item of an agenda"),
    "attendances": N_("Who was here"),
    "preparations": N_("Preparation of a meeting"),
    "screens": N_("Screen of a meeting"),
    "series": N_("When the meeting takes place"),
    "series_facilitators": N_("Whose turn it is to run the meeting"),
    "series_areas_left_out": N_("Areas without a seat in the meeting"),
    "roles": N_("Role description"),
    "role_revisions": N_("Revision of a role description"),
    "role_links": N_("Revision of a role description"),
    "role_holders": N_("Holder of a role"),
    "role_acknowledgements": N_("Acknowledgement of a role"),
    "sign_ins": N_("Sign-in"),
    "codes": N_("Invitation or code"),
    "passwords": N_("Password"),
    "backup_plan": N_("Plan of the backups"),
    "backups_given": N_("Copy of a backup"),
    "restores": N_("Backup that was put back"),
}
# The same of many at once; of what is not named here the number says nothing.
MANY = {
    "people": NN_("{n} person", "{n} people"),
    "rights": NN_("{n} right", "{n} rights"),
    "closing_days": NN_("{n} closing day", "{n} closing days"),
    "areas": NN_("{n} area", "{n} areas"),
    "imports": NN_("{n} import", "{n} imports"),
    "events": NN_("{n} move on requests", "{n} moves on requests"),
    "requests": NN_("{n} request", "{n} requests"),
    "goals": NN_("{n} goal", "{n} goals"),
    "goal_areas": NN_("{n} area of a goal", "{n} areas of goals"),
    "goal_changes": NN_("{n} change of a goal", "{n} changes of goals"),
    "check_ins": NN_("{n} check-in", "{n} check-ins"),
    "issues": NN_("{n} issue", "{n} issues"),
    "issue_factors": NN_("{n} factor of an issue", "{n} factors of issues"),
    "issue_revisions": NN_("{n} revision of an issue", "{n} revisions of issues"),
    "issue_votes": NN_("{n} vote on an issue", "{n} votes on issues"),
    "procedure_changes": NN_("{n} procedure change", "{n} procedure changes"),
    "procedure_change_areas": NN_("{n} area of a procedure change", "{n} areas of procedure changes"),
    "issue_outcomes": NN_("{n} outcome of an issue", "{n} outcomes of issues"),
    "meetings": NN_("{n} meeting", "{n} meetings"),
    "recordings": NN_("{n} thing recorded in a meeting", "{n} things recorded in meetings"),
    "agenda_items": NN_("{n} item of an agenda", "{n} items of agendas"),
    "attendances": NN_("{n} person who was here", "{n} people who were here"),
    "preparations": NN_("{n} preparation of a meeting", "{n} preparations of meetings"),
    "roles": NN_("{n} role description", "{n} role descriptions"),
    "role_revisions": NN_("{n} revision of a role description", "{n} revisions of role descriptions"),
    "role_links": NN_("{n} link of a role description", "{n} links of role descriptions"),
    "role_holders": NN_("{n} holder of a role", "{n} holders of roles"),
    "role_acknowledgements": NN_("{n} acknowledgement of a role", "{n} acknowledgements of roles"),
    "sign_ins": NN_("{n} sign-in", "{n} sign-ins"),
    "codes": NN_("{n} invitation or code", "{n} invitations or codes"),
}
# A row of these comes with one that says more.
BESIDE = frozenset({"goal_areas", "issue_factors", "issue_revisions", "procedure_change_areas", "role_links"})
COLUMNS = {
    "name": N_("Name"), "email": N_("E-mail"), "area_id": N_("Area"), "about": N_("What they do"),
    "language": N_("Language"), "zone": N_("Time zone"), "country": N_("Country"), "sphere": N_("Sphere"),
    "subdivision": N_("State or region"), "meeting_weekday": N_("Day of the meeting"),
    "silence_days": N_("Working days until silence confirms"), "archived_at": N_("Archived"), "state": N_("State"),
    "text": N_("Text"), "title": N_("Title"), "facilitator_id": N_("Facilitator"), "is_on": N_("On or off"),
}  # fmt: skip
_DID = {
    "added": N_("{who} added: {what}"),
    "changed": N_("{who} changed: {what}"),
    "removed": N_("{who} removed: {what}"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What ids stand for, fit for where the sentences are shown."""

    t: Words
    people: Mapping[int, str]
    areas: Mapping[int, str]


def sentences(known: Known, entry: Entry) -> list[str]:
    """What an entry tells, the most telling first; of many, so many and how many more."""
    found = list(dict.fromkeys(_all(known, entry)))
    if len(found) > MOST:
        more = known.t.plural("and {n} more", "and {n} more", len(found) - MOST + 1)
        found = [*found[: MOST - 1], more]
    return found


def requests_of(entry: Entry) -> list[int]:
    """The requests that an entry moved."""
    ids = [one["set"]["request_id"] for one in entry.changes if one["table"] == "events" and "set" in one]
    return list(dict.fromkeys(ids))


def _all(known: Known, entry: Entry) -> Iterator[str]:
    t, by = known.t, rights.who(known.t, entry, known.people)
    told = {one["table"] for one in entry.changes}
    is_made = any((one["table"], one["did"]) == ("codes", "added") for one in entry.changes)
    for one in _grouped(entry):
        if one["table"] in BESIDE and told - BESIDE:
            continue
        if (one["table"], one["did"]) == ("codes", "removed") and ("passwords" in told or is_made):
            continue  # it was used, or another one stands in its place
        about = rights.said(t, by, one, entry, known.people, known.areas)
        yield about or _move(t, by, one) or _session(t, by, one, entry, known) or _thing(known, by, one)


def _grouped(entry: Entry) -> list[dict[str, Any]]:
    """The changes, with those of one kind counted where there are many; of rights and moves, where there are very many."""
    n = Counter[tuple[str, str]]()
    for one in entry.changes:
        n[one["table"], one["did"]] += one.get("rows", 1)
    most = {"rights": 2 * MOST, "events": 2 * MOST, "sign_ins": ROWS}  # of one person these are one sentence
    many = {key for key, count in n.items() if count > most.get(key[0], MOST)}
    few = [one for one in entry.changes if (one["table"], one["did"]) not in many]
    return few + [{"table": table, "did": did, "rows": n[table, did]} for table, did in sorted(many)]


def _move(t: Words, by: str, one: Mapping[str, Any]) -> str:
    verb = one.get("set", {}).get("verb")
    if one["table"] != "events" or verb not in MOVES:
        return ""
    if verb == "confirm_by_silence":
        return t("{who} confirmed a request by silence", who=by)
    return t("{who}: {what}", who=by, what=t.inside("move", MOVES[verb].label).removesuffix("…"))


def _session(t: Words, by: str, one: Mapping[str, Any], entry: Entry, known: Known) -> str:
    if "set" not in one:
        return ""  # it was done by a statement, which does not say whose they were
    name = known.people.get(one["set"].get("person_id") or 0, t(FORMER))
    match one["table"], one["did"]:
        case "sign_ins", "added":
            return t("{name} signed in", name=name)
        case "sign_ins", "removed":
            return t("{name} was signed out", name=name)
        case "passwords", "added" | "changed":
            return t("{name} chose a password", name=name)
    return ""


def _thing(known: Known, by: str, one: Mapping[str, Any]) -> str:
    t, table, did = known.t, one["table"], one["did"]
    what = t(THINGS.get(table, table))
    if (n := one.get("rows", 1)) > 1:
        what = t.plural(*MANY[table], n) if table in MANY else what
        return t(_DID[did], who=by, what=what)
    if table == "people" and one.get("id"):
        what = t("{thing} {name}", thing=what, name=known.people.get(one["id"], ""))
    if table == "areas" and one.get("id"):
        what = t("{thing} {name}", thing=what, name=known.areas.get(one["id"], ""))
    columns = [t(COLUMNS[name]) for name in one.get("columns", ()) if name in COLUMNS]
    if columns:
        return t("{who} changed: {what} ({details})", who=by, what=what, details=t.list(columns))
    return t(_DID[did], who=by, what=what)
