"""What an agenda's item says: its reason, its marks, where it leads."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from coord import meetings
from coord.meetings import Item, Meeting
from coord.ui.plain import plain
from coord.ui.visit import PAGES, Visit

# what a subject is about → its page, and how that page's address names it
_PLACES = {"request": ("request", "id"), "goal": ("goals", "goal"), "issue": ("issues", "issue"),
           "change": ("issues", "change"), "role": ("roles", "role")}  # fmt: skip


def why(here: Visit, item: Item, shown: Callable[[str], str] = plain) -> str:
    """The reasons for which an item is there, one sentence after the other."""
    return " ".join(reason.said(here.t, here.area, shown) for reason in meetings.reasons(item))


def marks(here: Visit, item: Item) -> list[str]:
    """What is to be seen at a glance."""
    t = here.t
    kinds = {"request_decision": t("Needs a decision"), "topic": t("Topic"), "change_check": t("Procedure to check"),
             "role_overdue": t("Role"), "role_unacknowledged": t("Role")}  # fmt: skip
    found = [kinds[item.kind]] if item.kind in kinds else []
    return found + ([t("Can be settled before")] if item.settle_before else [])


def place(item: Item) -> tuple[Path, dict[str, str]] | None:
    """The page of what an item is about, and its address there; none for what has no page."""
    kind, _, number = (item.subject or "").partition(":")
    if kind not in _PLACES:
        return None
    page, name = _PLACES[kind]
    return PAGES / f"{page}.py", {name: number}


def address(item: Item) -> str:
    """The same as a link beside this page."""
    found = place(item)
    return f"{found[0].stem}?{urlencode(found[1])}" if found else ""


def day(here: Visit, row: Meeting, *, inside: bool = False) -> str:
    """A meeting's day and hour where the reader is, alone or inside a sentence."""
    t = here.t
    weekday = t.weekday(datetime.fromtimestamp(row.starts_at, t.zone).date())
    return f"{weekday if inside else weekday.capitalize()} {t.instant(row.starts_at)}"
