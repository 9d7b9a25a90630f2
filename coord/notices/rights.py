"""What the other administrators are told: whose rights were changed, who was invited, given a code or erased, by whom."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from coord import company, people, record
from coord.people import BY_AREA, CONSOLE, RIGHTS
from coord.record import Entry, Wanted
from coord.text import Words

PAGE = 200  # entries that are read at once


class Told(NamedTuple):
    """One sentence about one change, from the entry of the record that it stands in."""

    entry_id: int
    at: int
    sentence: str


def changes_of_rights(
    session: Session, t: Words, *, since: int, but: int | None, shown: Callable[[str], str] = str
) -> list[Told]:
    """What others than this person did to anybody's rights, newest first; what the server did alone is nobody's news."""
    found = [
        entry
        for entry in _since(session, since)
        if entry.source != "server" and (entry.person_id is None or entry.person_id != but)
    ]
    if not found:
        return []
    names = {person_id: shown(name) for person_id, name in people.names(session, t).items()}
    areas = {area.id: shown(area.name) for area in company.areas(session, archived=True)}
    return [
        Told(entry.id, entry.at, sentence)
        for entry in found
        for one in entry.changes
        if (sentence := said(t, who(t, entry, names), one, entry, names, areas))
    ]


def _since(session: Session, since: int) -> Iterator[Entry]:
    """Every entry about people and rights since then: those that are nobody's news take no other's place."""
    first, wish = 0, Wanted(("rights",), since=since)
    while some := record.entries(session, wish, by=CONSOLE, first=first, most=PAGE):
        first += len(some)
        yield from some


def who(t: Words, entry: Entry, names: Mapping[int, str]) -> str:
    """Whose doing an entry is."""
    if entry.person_id is not None:
        return names.get(entry.person_id, t(people.FORMER))
    sources = {"command": t("The server's command line"), "server": t("The server"), "page": t("Somebody")}
    return sources.get(entry.source, "")


def said(
    t: Words,
    by: str,
    one: Mapping[str, Any],
    entry: Entry,
    names: Mapping[int, str],
    areas: Mapping[int, str],
) -> str:
    """The sentence about one change, where it is about somebody's rights; else nothing."""
    facts, did = one.get("set", {}), one["did"]
    if one["table"] == "rights" and "rows" in one:
        return t("{who} changed the rights of many at once", who=by)
    name = names.get(facts.get("person_id", 0) or 0, t(people.FORMER))
    match one["table"], did:
        case "rights", "added" | "removed":
            return _right(t, by, facts, did, name, areas)
        case "codes", "added" if facts.get("person_id") != entry.person_id:
            if facts.get("kind") == "invitation":
                return t("{who} invited {name}", who=by, name=name)
            return t("{who} made {name} a code for a new password", who=by, name=name)
        case "people", "changed" if facts.get("erased_at"):
            return t("{who} erased a person", who=by)
        case "people", "changed" if "archived_at" in facts:
            name = names.get(one["id"], t(people.FORMER))
            if facts["archived_at"] is None:
                return t("{who} brought {name} back, with the rights they had", who=by, name=name)
            return t("{who} archived {name}", who=by, name=name)
    return ""


def _right(t: Words, by: str, facts: Mapping[str, Any], did: str, name: str, areas: Mapping[int, str]) -> str:
    right = t(RIGHTS.get(facts.get("right", ""), ""))
    if facts.get("right") in BY_AREA:
        area = areas.get(facts.get("area_id") or 0, "")
        if did == "added":
            return t(
                "{who} gave {name} the right {right} for {area}", who=by, name=name, right=right, area=area
            )
        return t(
            "{who} took from {name} the right {right} for {area}", who=by, name=name, right=right, area=area
        )
    if did == "added":
        return t("{who} gave {name} the right {right}", who=by, name=name, right=right)
    return t("{who} took from {name} the right {right}", who=by, name=name, right=right)
