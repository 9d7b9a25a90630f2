"""A request list as requests: one row is one life, told by the instants that the list keeps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from coord.exchange import logs
from coord.exchange.instants import Instant, Instants, order_of
from coord.exchange.mapping import List
from coord.exchange.told import Left, Parsed, ask_facts, reference_of, short, until
from coord.refusal import Refused
from coord.requests import Event
from coord.text import N_, typed

Row = dict[str, str | date]

# What an outcome column says, in the words of the three languages and of common trackers.
OUTCOMES = {
    "confirm": "satisfied done confirmed fulfilled closed resolved complete completed concluida concluido atendida "
    "atendido recebida cumplida cumplido hecha hecho resuelta resuelto cerrada cerrado",
    "decline": "declined rejected refused no denied wontfix recusada recusado negada negado nao rechazada rechazado",
    "withdraw": "withdrawn cancelled canceled retirada retirado cancelada cancelado anulada anulado",
    "confirm_by_silence": "silence silencio",
}
_VERBS = {word: verb for verb, words in OUTCOMES.items() for word in words.split()}
_PHRASES = {
    "answered: no": "decline", "a no": "decline", "respondida: nao": "decline", "respondida: no": "decline",
    "won't do": "decline", "won't fix": "decline", "by silence": "confirm_by_silence", "por silencio": "confirm_by_silence",
    "no longer needed": "withdraw",
}  # fmt: skip

ONE_AREA = N_("It does not go from one area to another.")


@dataclass(slots=True)
class Reading:
    """One list being read: what holds for all of its rows."""

    mapping: List
    parsed: Parsed
    instants: Instants
    as_of: int | None
    observed_until: int | None = None
    recording_began: int | None = None


@dataclass(slots=True)
class Milestones:
    """The instants of a row, in the order in which they have to come."""

    asked: int
    answered: int | None
    promised_on: date | None
    delivered: int | None
    resolved: int | None

    def until(self, as_of: int | None) -> "Milestones":
        """As it was at that instant: whatever came later is unseen."""
        if as_of is None:
            return self
        seen = (
            at if at is not None and at <= as_of else None
            for at in (self.answered, self.delivered, self.resolved)
        )
        answered, delivered, resolved = seen
        promised_on = self.promised_on if answered is not None or self.answered is None else None
        return Milestones(self.asked, answered, promised_on, delivered, resolved)


def read(rows: Iterable[tuple[str, Row | Refused]], mapping: List, zone: str, as_of: int | None) -> Parsed:
    """The requests of a list as it stood at `as_of` (or at its end)."""
    parsed = Parsed("list", mapping)
    missing = set(mapping.missing) | {""}
    kept: list[tuple[str, Row]] = []
    for place, row in rows:
        if isinstance(row, Refused):
            parsed.rejected.append(Left(place, row))
        else:
            kept.append((place, {name: value for name, value in row.items() if value not in missing}))
    times = (mapping.asked, mapping.first_answered, mapping.promised, mapping.delivered, mapping.resolved)
    order = order_of(row[name] for _, row in kept for name in times if name and name in row)
    reading = Reading(mapping, parsed, Instants(zone, mapping.time_format, order or "dmy"), as_of)
    if mapping.recording_began:
        reading.recording_began = reading.instants.read(mapping.recording_began).at
    said = until(reading.instants, mapping.observed_until, as_of)
    parsed.observed_until = reading.observed_until = _last(kept, reading) if said is None else said
    seen: Counter[str] = Counter()
    for place, row in kept:
        _tell(place, row, reading, seen)
    return parsed.in_order()


def _last(kept: list[tuple[str, Row]], reading: Reading) -> int | None:
    """The last instant that the list keeps: it was observed at least until then."""
    found = []
    mapping = reading.mapping
    for name in (mapping.asked, mapping.first_answered, mapping.delivered, mapping.resolved):
        for _, row in kept if name else ():
            try:
                instant = _instant(row, name, reading)
            except Refused:
                continue
            if instant is not None:
                found.append(instant.at)
    return max(found, default=None)


def _tell(place: str, row: Row, reading: Reading, seen: Counter[str]) -> None:
    """Add the row to what the list tells, or say why not."""
    mapping, parsed = reading.mapping, reading.parsed
    case = str(_said(row, mapping.case, None) or place)
    try:
        asking, answering = (_area(row, side, reading) for side in ("from", "to"))
        times = _milestones(row, reading)
        if reading.as_of is not None and times.asked > reading.as_of:
            return
        if asking is None or answering is None or asking == answering:
            parsed.not_a_handoff.append(Left(case, Refused(ONE_AREA)))
            return
        names = parsed.areas.names
        key = case if mapping.case else _row_key(row, mapping)
        reference = reference_of(key, times.asked, names[asking], names[answering])
        seen[reference] += 1
        if seen[reference] > 1:
            if mapping.case:
                raise Refused("This request stands in the list twice.")
            reference = reference_of(
                f"{key}\x1f{seen[reference]}", times.asked, names[asking], names[answering]
            )
        parsed.tell(case, reference, _life(row, times, asking, answering, case, reading))
    except Refused as refused:
        parsed.rejected.append(Left(case, refused))


def _row_key(row: Row, mapping: List) -> str:
    """What tells rows apart where they have no number: what was known when they were asked."""
    return "\x1f".join(str(_said(row, name, None) or "") for name in (mapping.title, mapping.customer))


def _said(row: Row, column: str | None, constant: str | None) -> str | date | None:
    value = row.get(column) if column else None
    return constant if value is None else value


def _area(row: Row, side: str, reading: Reading) -> int | None:
    mapping = reading.mapping
    name = _said(row, mapping.from_ if side == "from" else mapping.to, mapping.constants.get(side))
    ignored = name is not None and typed.fold(str(name)) in map(typed.fold, mapping.ignore_areas)
    return None if name is None or ignored else reading.parsed.areas.place(str(name))


def _instant(row: Row, column: str | None, reading: Reading) -> Instant | None:
    value = row.get(column) if column else None
    return None if value is None else reading.instants.read(value)


def _milestones(row: Row, reading: Reading) -> Milestones:
    """The row's instants. Raises Refused where one comes before what it follows."""
    mapping = reading.mapping
    asked = _instant(row, mapping.asked, reading)
    if asked is None:
        raise Refused("The list does not say when this was asked.")
    columns = (mapping.first_answered, mapping.delivered, mapping.resolved)
    answered, delivered, resolved = (_instant(row, column, reading) for column in columns)
    promised = _instant(row, mapping.promised, reading)
    if asked.is_day:  # only its day is known: not later than what happened on that day
        same = [i for i in (answered, delivered, resolved) if i is not None and i.day == asked.day]
        asked = min([asked, *same])
    at, found = asked, []
    for instant, before in (
        (answered, N_("It was answered before it was asked.")),
        (delivered, N_("It was delivered before it was asked or answered.")),
        (resolved, N_("It was resolved before it was asked, answered or delivered.")),
    ):
        if instant is not None:
            at = _after(at, instant, before)
        found.append(instant and at.at)
    return Milestones(asked.at, found[0], promised and promised.day, found[1], found[2])


def _after(before: Instant, instant: Instant, refusal: str) -> Instant:
    """The instant, where it does not come before the other; a day without an hour may be the same day."""
    if instant.at >= before.at:
        return instant
    if instant.is_day and instant.day == before.day:
        return before
    raise Refused(refusal)


def _life(
    row: Row, times: Milestones, asking: int, answering: int, case: str, reading: Reading
) -> list[Event]:
    """The moves of a row.

    A first answer is a promise, with the promised day or, where the list has none, without a day: the answer's
    instant is known, and no day is made up. A day without the instant of an answer was promised when it was asked.
    """
    mapping = reading.mapping
    seen = times.until(reading.as_of)
    verb = _verb(row, mapping)
    title = _said(row, mapping.title, mapping.constants.get("title"))
    more = ask_facts(short(None if title is None else str(title), case), times.asked, reading.observed_until,
                     reading.recording_began)  # fmt: skip
    if customer := _said(row, mapping.customer, mapping.constants.get("customer")):
        more["customer"] = typed.line(str(customer))
    events = [Event("ask", times.asked, asking, answering, asking, more=more)]

    def add(move: str, at: int, **facts: Any) -> None:
        here, there = (
            (answering, asking) if move in ("promise", "deliver", "decline") else (asking, answering)
        )
        events.append(Event(move, at, here, there, None if move == "confirm_by_silence" else here, **facts))

    resolved = _resolved_at(verb, times, seen)
    first = seen.answered if seen.answered is not None else seen.asked if seen.promised_on else None
    told_by_another = first == seen.delivered or (verb == "decline" and first == resolved)
    if first is not None and (seen.promised_on or not told_by_another):
        add("promise", first, day=seen.promised_on)
    if seen.delivered is not None and (verb != "decline" or resolved is None):
        add("deliver", seen.delivered)
    if resolved is not None:
        silent = verb == "confirm_by_silence" and seen.delivered is None
        add("confirm" if verb is None or silent else verb, resolved)
    return events


def _resolved_at(verb: str | None, times: Milestones, seen: Milestones) -> int | None:
    """When it was resolved, as far as can be seen; an outcome without an instant ended with the last one known."""
    if times.resolved is not None or verb is None:
        return seen.resolved
    if times.delivered is not None or times.answered is not None:
        return seen.delivered if times.delivered is not None else seen.answered
    raise Refused("It has an outcome, and the list does not say since when.")


def _verb(row: Row, mapping: List) -> str | None:
    """The move that the row's outcome is; None where it has none, or one that is not known."""
    for verb, table in (("decline", mapping.declined_when), ("withdraw", mapping.withdrawn_when)):
        if logs.matches(row, table):
            return verb
    said = typed.fold(str(_said(row, mapping.outcome, None) or ""))
    return _PHRASES.get(said) or _VERBS.get(said)
