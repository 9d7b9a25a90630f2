"""What a file tells: lives ready to be written, and what was left out, with the reason."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from coord.exchange import cells
from coord.exchange.instants import Instants
from coord.exchange.mapping import Mapping
from coord.refusal import Reader, Refused
from coord.requests import Event, Life, bulk, replay
from coord.text import DAY, N_, typed

AHEAD = N_(
    "Something in this case lies ahead: {day}. Check the dates, and whether the day or the month comes first."
)

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Left:
    """A case that did not become a request, and why."""

    case: str
    why: Refused


@dataclass(frozen=True, slots=True)
class Told:
    """A case that became a request. Areas and people are places in the lists of its `Parsed`."""

    case: str
    life: Life
    events: tuple[Event, ...]
    rows: bulk.Prepared


class Names:
    """Names in the order in which they first occur; accents and case make no second one."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._places: dict[str, int] = {}
        self._known: dict[str, int | None] = {}

    def place(self, name: str | None) -> int | None:
        """The place of a name; None where nothing readable stands."""
        if name is None:
            return None
        if name not in self._known:
            line = typed.line(name)
            if line is None:
                self._known[name] = None
            else:
                place = self._places.setdefault(typed.fold(line), len(self.names))
                if place == len(self.names):
                    self.names.append(line)
                self._known[name] = place
        return self._known[name]


@dataclass
class Parsed:
    """A file, read and checked; nothing is written yet."""

    kind: str  # log, list, own
    mapping: Mapping | None = None
    told: list[Told] = field(default_factory=list)
    rejected: list[Left] = field(default_factory=list)
    not_a_handoff: list[Left] = field(default_factory=list)
    areas: Names = field(default_factory=Names)
    people: Names = field(default_factory=Names)
    observed_until: int | None = None

    @property
    def events(self) -> int:
        """How many events the requests have."""
        return sum(len(one.events) for one in self.told)

    def tell(self, case: str, reference: str, events: Sequence[Event]) -> None:
        """Add a request. Raises Refused where MOVES does not allow its story."""
        life = replay(events)
        self.told.append(Told(case, life, tuple(events), bulk.prepare(reference, life, events)))

    def known_by(self, now: int) -> "Parsed":
        """The same, but what would only happen after tomorrow is rejected: nobody could make a move on it before."""
        for one in self.told:
            if one.life.last_at > now + DAY:
                late = datetime.fromtimestamp(one.life.last_at, UTC).date().isoformat()
                self.rejected.append(Left(one.case, Refused(AHEAD, day=late)))
        self.told = [one for one in self.told if one.life.last_at <= now + DAY]
        return self

    def in_order(self) -> "Parsed":
        """The same, its requests in the order in which they were asked."""
        self.told.sort(key=lambda one: one.life.asked_at)
        return self

    def preview(self, most: int = 20) -> list[dict[str, Any]]:
        """The first requests as they would become: what a page shows before anything is written."""
        names = self.areas.names
        return [
            {
                "case": one.case,
                "what": one.life.what,
                "from": names[one.life.first_asking_area_id],
                "to": names[one.life.first_answering_area_id],
                "asked_at": one.life.asked_at,
                "state": one.life.state,
                "outcome": one.life.outcome,
                "resolved_at": one.life.resolved_at,
                "moves": [(event.verb, event.at) for event in one.events],
            }
            for one in self.told[:most]
        ]


ALREADY = N_(
    "It is here already. To take over what happened since, undo the import that brought it, then import again."
)


def left_out(parsed: Parsed, already: Iterable[str], t: Reader) -> bytes:
    """What was rejected, is no handoff, or was here already, with its reason: a CSV file in the reader's language."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([t("Case"), t("Reason")])
    here = [Left(case, Refused(ALREADY)) for case in already]
    for left in (*parsed.rejected, *parsed.not_a_handoff, *here):
        table.writerow([cells.guarded(left.case), cells.guarded(left.why.said(t))])
    return text.getvalue().encode("utf-8-sig")


def reference_of(case: str, asked_at: int, asking: str, answering: str) -> str:
    """The reference that a case has in every export of its system."""
    said = "\x1f".join((case, str(asked_at), typed.fold(asking), typed.fold(answering)))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).hexdigest()


def short(value: str | None, fallback: str) -> str:
    """What a request asks for, in one line; a longer one is cut with a mark."""
    line = typed.line((value or "")[: 4 * typed.LINE], 4 * typed.LINE) or typed.line(fallback) or "…"
    return line if len(line) <= typed.LINE else line[: typed.LINE - 1] + "…"


def until(instants: Instants, observed: str | None, as_of: int | None) -> int | None:
    """Until when what is unresolved was watched, as far as that was said: the earlier of the two."""
    said = [at for at in (as_of, instants.read(observed).at if observed else None) if at is not None]
    return min(said, default=None)


def ask_facts(
    what: str, asked_at: int, observed_until: int | None, recording_began: int | None
) -> dict[str, Any]:
    """What an `ask` of an import carries besides its areas."""
    more: dict[str, Any] = {"what": what}
    if recording_began is not None and recording_began > asked_at:
        more["observed_from"] = recording_began
    if observed_until is not None:
        more["observed_until"] = max(observed_until, asked_at)
    return more
