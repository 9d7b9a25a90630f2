"""Random lives: whatever people do in whatever order, a request stays what a much simpler model says it is."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coord import requests
from coord.refusal import Changed, Refused
from tests.cast import DAY, HOUR, MONDAY, Cast

ASKING, ANSWERING = {"ana"}, {"bruno", "carla", "davi", "elsa"}
AREA = {"ana": "sales", "bruno": "product", "davi": "product", "carla": "support", "elsa": "billing"}
OPEN = {"asked", "questioned", "countered", "promised", "delivered"}
HELD_BY_ASKING = {"questioned", "countered", "delivered"}

# verb: who (answering area, asking area, both, everyone), from, to (None: stays), what it needs
RULES: dict[str, tuple[str, set[str], str | None, tuple[str, ...]]] = {
    "question": ("answering", {"asked"}, "questioned", ("text",)),
    "inform": ("asking", {"questioned"}, "asked", ("text",)),
    "answer_by": ("answering", {"asked"}, None, ("day",)),
    "promise": ("answering", {"asked", "countered"}, "promised", ("day",)),
    "counter": ("answering", {"asked"}, "countered", ("text", "day")),
    "agree": ("asking", {"countered"}, "promised", ()),
    "insist": ("asking", {"countered"}, "asked", ()),
    "decline": ("answering", {"asked", "countered", "promised"}, "declined", ("text",)),
    "reroute": ("answering", {"asked", "promised"}, "asked", ("text", "to_area")),
    "renegotiate": ("answering", {"promised"}, "promised", ("day",)),
    "deliver": ("answering", {"asked", "promised"}, "delivered", ()),
    "confirm": ("asking", OPEN, "satisfied", ()),
    "reopen": ("asking", {"delivered"}, "asked", ("text",)),
    "withdraw": ("asking", OPEN, "withdrawn", ()),
    "escalate": ("both", OPEN, None, ("text",)),
    "note": ("everyone", OPEN | {"satisfied", "declined", "withdrawn"}, None, ("text",)),
}


@dataclass
class Model:
    """What one request should be: nothing here is taken from the program."""

    answering: str = "product"
    state: str = "asked"
    asked_at: int = 0
    at: int = 0
    ended_at: int | None = None
    outcome: str | None = None
    promised: date | None = None
    first_promised: date | None = None
    offered: date | None = None
    silence_at: int | None = None
    moves: int = 1
    held_since: int = 0
    held: Counter[str] = field(default_factory=Counter)

    @property
    def holder(self) -> str | None:
        if self.state not in OPEN:
            return None
        return "sales" if self.state in HELD_BY_ASKING else self.answering

    def waited_until(self, at: int) -> None:
        """Time goes on for whoever has the next move."""
        if self.holder:
            self.held[self.holder] += at - self.at
        self.at = at

    def is_silent(self, at: int) -> bool:
        return self.state == "delivered" and self.silence_at is not None and self.silence_at <= at

    def fall_silent(self) -> None:
        assert self.silence_at is not None
        at = self.silence_at
        self.waited_until(at)
        self.state, self.outcome, self.ended_at, self.silence_at = "satisfied", "silence", at, None
        self.held_since = at
        self.moves += 1

    def refuses(self, verb: str, who: str, facts: dict[str, Any], at: int) -> bool:
        side, sources, _, needed = RULES[verb]
        may = {
            "answering": AREA.get(who) == self.answering,
            "asking": who == "ana",
            "both": AREA.get(who) in (self.answering, "sales"),
            "everyone": True,
        }
        state = "satisfied" if self.is_silent(at) else self.state
        day = self.offered if verb == "agree" else facts.get("day")
        passed = day is not None and day < day_of(at)
        taken = verb == "reroute" and facts.get("to_area") in (None, "sales", self.answering)
        return (
            not may[side] or state not in sources or any(not facts.get(n) for n in needed) or passed or taken
        )

    def move(self, verb: str, facts: dict[str, Any], at: int) -> None:
        if self.is_silent(at):
            self.fall_silent()
        self.waited_until(at)
        self.moves += 1
        holder = self.holder
        self.state = RULES[verb][2] or self.state
        if verb in ("promise", "agree", "renegotiate"):
            self.promised = self.offered if verb == "agree" else facts["day"]
            self.first_promised = self.first_promised or self.promised
        if verb in ("reroute", "reopen"):
            self.promised = None
        if verb != "note" and self.state not in OPEN:
            self.ended_at, self.outcome, self.silence_at = at, self.state, None
        if verb == "reroute":
            self.answering = facts["to_area"]
        if verb in ("promise", "agree", "insist", "deliver"):
            self.offered = None
        if verb == "counter":
            self.offered = facts["day"]
        if verb in ("deliver", "reopen"):
            self.silence_at = tenth_working_day(at) if verb == "deliver" else None
        self.held_since = self.held_since if self.holder == holder else at


RARE = {"confirm", "withdraw", "decline", "note", "escalate"}  # these end a life, or change little


def day_of(at: int) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def tenth_working_day(at: int) -> int:
    """The midnight after the tenth Monday to Friday that follows this instant's day, counted one by one."""
    day, left = day_of(at), 10
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + DAY


@pytest.fixture
def machine(cast: Cast) -> type[RuleBasedStateMachine]:
    """Random lives in this company; each life is a new request."""

    class Lives(RuleBasedStateMachine):
        @initialize()
        def ask(self) -> None:
            self.now = MONDAY
            self.request = cast.ask()
            self.model = Model(asked_at=MONDAY, at=MONDAY, held_since=MONDAY)

        @rule(days=st.sampled_from([0, 15]))
        def the_chores_are_done(self, days: int) -> None:
            self.now += days * DAY
            with cast.database.begin() as session:
                settled = requests.settle_all(session, self.now)
            assert settled == self.model.is_silent(self.now)
            if settled:
                self.model.fall_silent()

        @precondition(lambda self: self.model.state in OPEN)
        @rule(data=st.data(), pauses=st.lists(st.integers(-5, 80) | st.just(400), min_size=2, max_size=8))
        def people_make_fitting_moves(self, data: st.DataObject, pauses: list[int]) -> None:
            for hours in pauses:
                self.now += hours * HOUR + hours % 7  # at times the clock is set back
                possible = [verb for verb in RULES if self.model.state in RULES[verb][1]]
                fitting = [verb for verb in possible if verb not in RARE or hours % 9 == 0]
                verb = data.draw(st.sampled_from(fitting or ["note"]))
                who = self.head() if RULES[verb][0] == "answering" else "ana"
                self.attempt(verb, who, data.draw(facts_of(verb, day_of(self.now), likely=True)))
                self.the_row_is_what_its_story_tells()

        @rule(
            verb=st.sampled_from(sorted(RULES)), who=st.sampled_from([*AREA, "iris", "gina"]), data=st.data()
        )
        def anybody_tries_anything(self, verb: str, who: str, data: st.DataObject) -> None:
            self.attempt(verb, who, data.draw(facts_of(verb, day_of(self.now))))

        @rule(verb=st.sampled_from(sorted(RULES)), late=st.integers(1, 3))
        def somebody_moves_on_an_old_page(self, verb: str, late: int) -> None:
            who = self.head() if RULES[verb][0] == "answering" else "ana"
            if verb != "note":
                with pytest.raises(Changed):
                    self.do(verb, who, {"text": "So", "day": day_of(self.now)}, seen=self.model.moves - late)

        @invariant()
        def the_row_is_what_its_story_tells(self) -> None:
            with cast.database.read() as session:
                row = requests.request(session, self.request.id)
                told = [e.event() for e in requests.story(session, row.id)]
            assert row.life() == requests.replay(told)
            assert row.version == len(told) == self.model.moves
            model, names = self.model, {number: name for name, number in cast.area.items()}
            assert (row.state, names[row.answering_area_id]) == (model.state, model.answering)
            assert (row.promised_on, row.first_promised_on) == (model.promised, model.first_promised)
            assert (row.resolved_at, row.outcome) == (model.ended_at, model.outcome)
            assert (row.countered_on, row.silence_at) == (model.offered, model.silence_at)
            assert (names.get(row.life().holder or 0), row.held_since_at) == (model.holder, model.held_since)

        @invariant()
        def holding_times_are_the_whole_unresolved_time(self) -> None:
            with cast.database.read() as session:
                told = [e.event() for e in requests.story(session, self.request.id)]
            now = max(self.now, self.model.at)
            spans = requests.holdings(told, now)
            assert sum(seconds for *_, seconds in spans) == (self.model.ended_at or now) - self.model.asked_at
            expected = replace(self.model, held=Counter(self.model.held))
            expected.waited_until(now)
            held: Counter[str] = Counter()
            for area_id, _, _, seconds in spans:
                held[next(name for name, number in cast.area.items() if number == area_id)] += seconds
            assert +held == +expected.held

        def teardown(self) -> None:
            with cast.database.begin() as session:
                requests.settle_all(session, self.now + 1_000 * DAY)  # the next life is alone

        def head(self) -> str:
            return next(who for who in AREA if AREA[who] == self.model.answering)

        def attempt(self, verb: str, who: str, facts: dict[str, Any]) -> None:
            at = max(self.now, self.model.at)
            if self.model.refuses(verb, who, facts, at):
                with pytest.raises(Refused):
                    self.do(verb, who, facts)
            else:
                self.do(verb, who, facts)
                self.model.move(verb, facts, at)

        def do(self, verb: str, who: str, facts: dict[str, Any], seen: int | None = None) -> None:
            told = {name: facts[name] for name in requests.MOVES[verb].facts if name in facts}
            if "to_area" in told:
                told["to_area"] = cast.area.get(told["to_area"])
            cast.move(self.request, verb, by=who, at=self.now, seen=seen, **told)

    return Lives


def facts_of(verb: str, today: date, *, likely: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """What somebody types and chooses: what is needed, or (not likely) something that won't do."""
    wrong: list[Any] = [] if likely else [None]
    values: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(["So", *wrong]),
        "day": st.sampled_from([*(today + timedelta(days=n) for n in (0, 1, 5, 20)), *wrong]),
        "to_area": st.sampled_from(["support", "billing", "product", *(["sales"] if wrong else []), *wrong]),
    }
    if not likely:
        values["text"] = st.sampled_from(["So", "", None])
        values["day"] |= st.just(today - timedelta(days=1))
    return st.fixed_dictionaries({name: values[name] for name in RULES[verb][3]})


def test_random_lives_are_what_a_simple_model_says(machine: type[RuleBasedStateMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
