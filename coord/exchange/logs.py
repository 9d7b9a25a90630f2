"""An event log as requests: the rows of a case, in the order of time, become one life."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from coord.exchange.instants import Instant, Instants, order_of
from coord.exchange.mapping import Log, Mapping, Table
from coord.exchange.told import Left, Parsed, ask_facts, reference_of, short, until
from coord.refusal import Refused
from coord.requests import Event
from coord.text import N_, typed

Row = dict[str, str | date]
ACTIVITY = "concept:name"  # what XES calls the thing that was done; a note says it

NO_CASE = N_("This row names no case.")
NO_HANDOFF = N_("Fewer than two areas took part until it was resolved.")


@dataclass(slots=True)
class Case:
    """What a log says about one case; the first row that can't be read spoils it."""

    name: str
    rows: list[Row] = field(default_factory=list)


class Step(NamedTuple):
    """An event of the log: when, in which area's hands, and the row that says so."""

    instant: Instant
    place: int | None
    row: Row


class Holding(NamedTuple):
    """A run of events in one area's hands."""

    place: int
    at: int
    row: Row


class End(NamedTuple):
    """How a case was resolved, and how many of its steps belong to its life."""

    verb: str
    at: int
    steps: int


@dataclass(slots=True)
class Reading:
    """One log being read: what holds for all of its cases."""

    mapping: Log
    parsed: Parsed
    instants: Instants
    as_of: int | None
    ignored: frozenset[str]
    recording_began: int | None = None

    def instant(self, row: Row, column: str | None) -> Instant | None:
        value = row.get(column, "") if column else ""
        return self.instants.read(value) if value != "" else None


def read(rows: Iterable[tuple[str, Row | Refused]], mapping: Log, zone: str, as_of: int | None) -> Parsed:
    """The requests of a log as it stood at `as_of` (or at its end)."""
    parsed = Parsed("log", mapping)
    cases = _cases(rows, mapping, parsed)
    times = [
        name for name in (mapping.time, mapping.asked_at, mapping.resolved_at, mapping.promised_on) if name
    ]
    order = order_of(row[name] for case in cases for row in case.rows for name in times if name in row)
    instants = Instants(zone, mapping.time_format, order or "dmy")
    began = instants.read(mapping.recording_began).at if mapping.recording_began else None
    ignored = frozenset(map(typed.fold, mapping.ignore_areas))
    reading = Reading(mapping, parsed, instants, as_of, ignored, began)
    steps = [(case, _steps(case, reading)) for case in cases]
    last = max((step.instant.at for _, found in steps for step in found), default=None)
    said = until(instants, mapping.observed_until, as_of)
    parsed.observed_until = last if said is None else said
    for case, found in steps:
        if found:
            _tell(case.name, found, reading)
    return parsed.in_order()


def _cases(rows: Iterable[tuple[str, Row | Refused]], mapping: Log, parsed: Parsed) -> list[Case]:
    """The rows of each case, with nothing but the columns that are needed, in the order of the file."""
    wanted = {*mapping.columns(), ACTIVITY}
    missing = set(mapping.missing) | {""}
    cases: dict[str, Case] = {}
    seen: dict[str, None] = {}
    for place, row in rows:
        if isinstance(row, Refused):
            parsed.rejected.append(Left(place, row))
            continue
        seen |= dict.fromkeys(row)
        name = row.get(mapping.case, "")
        if name in missing:
            parsed.rejected.append(Left(place, _unnamed(row, mapping)))
            continue
        kept = {key: value for key, value in row.items() if key in wanted and value not in missing}
        cases.setdefault(str(name), Case(str(name))).rows.append(kept)
    if cases:
        must_have(seen, mapping)
    return list(cases.values())


def must_have(columns: Collection[str], mapping: Mapping) -> None:
    """All mapped columns have to be there. Raises Refused with those that are."""
    for name in mapping.columns():
        if name not in columns:
            raise Refused(
                "There is no column “{name}” in this file. It has: {columns}.",
                name=name,
                columns=", ".join(list(columns)[:60]),
            )


def _unnamed(row: Row, mapping: Log) -> Refused:
    """Why a row without a case can't be used; an instant that can't be read says more."""
    try:
        Instants(time_format=mapping.time_format).read(row.get(mapping.time) or "2000-01-01")
    except Refused as refused:
        return refused
    return Refused(NO_CASE)


def _steps(case: Case, reading: Reading) -> list[Step]:
    """The case's events that can be seen, in order of time; none of a case that can't be read."""
    found = []
    try:
        for row in case.rows:
            instant = reading.instant(row, reading.mapping.time)
            if instant is None:
                raise Refused("An event of this case has no instant.")
            found.append(Step(instant, _place(row, reading), row))
    except Refused as refused:
        reading.parsed.rejected.append(Left(case.name, refused))
        return []
    found.sort(key=lambda step: step.instant.micros)
    return [step for step in found if reading.as_of is None or step.instant.at <= reading.as_of]


def _place(row: Row, reading: Reading) -> int | None:
    """The area's place; None where none is named, or one that is left out."""
    name = row.get(reading.mapping.area)
    if name is None or typed.fold(str(name)) in reading.ignored:
        return None
    return reading.parsed.areas.place(str(name))


def _tell(name: str, steps: list[Step], reading: Reading) -> None:
    """Add the case to what the log tells, or say why not."""
    parsed = reading.parsed
    try:
        asked_at = _asked_at(steps, reading)
        end = _end(steps, reading)
        if end is not None and end.at < asked_at:
            raise Refused("It was resolved before it was asked.")
        holdings = _holdings(steps[: end.steps if end else None])
        if len(holdings) < 2:
            parsed.not_a_handoff.append(Left(name, Refused(NO_HANDOFF)))
            return
        first, second = (parsed.areas.names[holding.place] for holding in holdings[:2])
        events = _life(name, asked_at, steps, holdings, end, reading)
        parsed.tell(name, reference_of(name, asked_at, first, second), events)
    except Refused as refused:
        parsed.rejected.append(Left(name, refused))


def _asked_at(steps: list[Step], reading: Reading) -> int:
    """The first event's instant, or an earlier one that the mapped column says."""
    said = (reading.instant(step.row, reading.mapping.asked_at) for step in steps)
    column = next((instant.at for instant in said if instant is not None), None)
    first = steps[0].instant.at
    return first if column is None else min(column, first)


def _end(steps: list[Step], reading: Reading) -> End | None:
    """How the case ended, as far as it can be seen: by the instant its column says, else by a closing event."""
    mapping = reading.mapping
    said = [reading.instant(step.row, mapping.resolved_at) for step in steps] if mapping.resolved_at else []
    instant = next((found for found in reversed(said) if found is not None), None)
    if instant is not None:
        if reading.as_of is not None and instant.at > reading.as_of:
            return None
        alive = sum(step.instant.at <= instant.at for step in steps)
        closing = (_verb(step.row, mapping) for step in steps[:alive])
        return End(
            next((verb for verb in closing if verb in ("decline", "withdraw")), "confirm"), instant.at, alive
        )
    for n, step in enumerate(steps, 1):
        if verb := _verb(step.row, mapping):
            return End(verb, step.instant.at, n)
    return None


def _verb(row: Row, mapping: Log) -> str | None:
    """The move that a row with a closing value is."""
    tables = (
        ("decline", mapping.declined_when),
        ("withdraw", mapping.withdrawn_when),
        ("confirm", mapping.resolved_when),
    )
    return next((verb for verb, table in tables if matches(row, table)), None)


def matches(row: Row, table: Table) -> bool:
    """Whether a row has one of the values of one of the columns."""
    return any(str(row.get(column, "")) in values for column, values in table.items())


def _holdings(steps: list[Step]) -> list[Holding]:
    found: list[Holding] = []
    for step in steps:
        if step.place is not None and (not found or found[-1].place != step.place):
            found.append(Holding(step.place, step.instant.at, step.row))
    return found


def _life(
    name: str, asked_at: int, steps: list[Step], holdings: list[Holding], end: End | None, reading: Reading
) -> list[Event]:
    """The moves of a case that went through at least two areas."""
    asking, answering = holdings[0].place, holdings[1].place
    title = next(
        (str(step.row[reading.mapping.title]) for step in steps if reading.mapping.title in step.row), None
    )
    more = ask_facts(short(title, name), asked_at, reading.parsed.observed_until, reading.recording_began)
    told = _Story(asking, answering, [Event("ask", asked_at, asking, answering, asking, more=more)])
    told.promise(holdings[1], _promised_on(steps, reading))
    for holding in holdings[2:]:
        told.pass_on(holding)
    if end is not None:
        told.close(end)
        taking_part = {holding.place for holding in holdings}
        for step in steps[end.steps :]:
            told.note(
                max(step.instant.at, end.at), step.place if step.place in taking_part else None, _said(step)
            )
    return told.events


def _promised_on(steps: list[Step], reading: Reading) -> date | None:
    said = (reading.instant(step.row, reading.mapping.promised_on) for step in steps)
    return next((instant.day for instant in said if instant is not None), None)


def _said(step: Step) -> str | None:
    return typed.prose(str(step.row.get(ACTIVITY, "")) or None)


@dataclass(slots=True)
class _Story:
    """The moves so far, who asks, who is to answer, and whose move it is."""

    asking: int
    answering: int
    events: list[Event]
    questioned: bool = False
    promised: bool = False

    def promise(self, holding: Holding, day: date | None) -> None:
        if day is not None:
            self._answers("promise", holding.at, day=day)
            self.promised = True

    def pass_on(self, holding: Holding) -> None:
        """Another area has it now: a question back, its answer, or a third area's turn."""
        if holding.place == self.asking:
            if self.promised:  # a promised request can't be questioned: that it went back is said, no more
                self._answers("note", holding.at)
            else:
                self._answers("question", holding.at)
                self.questioned = True
            return
        if self.questioned:
            self._asks("inform", holding.at)
            self.questioned = False
        if holding.place != self.answering:
            self.events.append(Event("reroute", holding.at, self.answering, holding.place, self.answering))
            self.answering, self.promised = holding.place, False

    def close(self, end: End) -> None:
        if end.verb != "decline":
            self._asks(end.verb, end.at)
            return
        if self.questioned:  # a no is said by whoever is asked: what they asked back counts as answered
            self._asks("inform", end.at)
        self._answers("decline", end.at)

    def note(self, at: int, place: int | None, text: str | None) -> None:
        here = self.asking if place is None else place
        there = self.asking if here == self.answering else self.answering
        self.events.append(Event("note", at, here, there, place, text=text))

    def _asks(self, verb: str, at: int) -> None:
        self.events.append(Event(verb, at, self.asking, self.answering, self.asking))

    def _answers(self, verb: str, at: int, **facts: Any) -> None:
        self.events.append(Event(verb, at, self.answering, self.asking, self.answering, **facts))
