"""A server's clock that jumps: nothing is confirmed, ended, sent or deleted by it until somebody says that it is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coord import accounts, backup, chores, clock, requests, timekeeping
from coord.db import Database
from coord.refusal import Refused
from coord.timekeeping import Doubt
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.pages import visit, words

YEARS = 730 * DAY


@dataclass
class Machine:
    """The computer under the server: a clock that somebody can set, and one that only goes on."""

    set_to: float = MONDAY
    up: float = 1_000.0
    CLOCK_MONOTONIC = 1

    def time(self) -> float:
        return self.set_to

    def clock_gettime(self, _which: int) -> float:
        return self.up

    def wait(self, seconds: int) -> None:
        self.set_to, self.up = self.set_to + seconds, self.up + seconds

    def jump(self, seconds: int) -> None:
        self.set_to += seconds

    def start_again(self, after: int = 0) -> None:
        """The server stops, and is on again; what goes on begins at nothing."""
        self.set_to, self.up = self.set_to + after, 0.0
        timekeeping.begin_anew()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    found = Machine()
    timekeeping.begin_anew()
    monkeypatch.setattr(clock, "time", found)
    yield found
    timekeeping.begin_anew()


def doubt(cast: Cast) -> Doubt | None:
    with cast.database.read() as session:
        return timekeeping.doubt(session)


def trust(cast: Cast) -> None:
    with cast.database.begin() as session:
        timekeeping.trust(session, by=cast.hugo, at=clock.now())


def delivered(cast: Cast) -> int:
    row = cast.ask()
    return cast.move(row, "deliver", by="bruno", at=MONDAY + HOUR).id


def outcome(cast: Cast, request_id: int) -> str | None:
    with cast.database.read() as session:
        return requests.request(session, request_id).outcome


def test_a_clock_that_goes_on_as_it_should_is_believed(cast: Cast, machine: Machine) -> None:
    for seconds in (60, 60, 8 * HOUR):  # a laptop that slept: both clocks have gone on
        chores.go(cast.database)
        machine.wait(seconds)
    machine.jump(300)  # put right by a time server
    chores.go(cast.database)
    assert doubt(cast) is None
    assert clock.now() == machine.set_to


@pytest.mark.parametrize("jump", [YEARS, -3 * HOUR])
def test_while_it_is_doubted_time_goes_on_as_before_and_the_chores_wait(
    cast: Cast, machine: Machine, jump: int
) -> None:
    request = delivered(cast)
    with cast.database.begin() as session:
        secret = accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY)
    chores.go(cast.database)
    machine.jump(jump)
    machine.wait(90)
    assert clock.now() == MONDAY + 90, "also before the next round"
    assert clock.milliseconds() == (MONDAY + 90) * 1000
    chores.go(cast.database)
    assert doubt(cast) == Doubt(MONDAY + 90, MONDAY + 90 + jump, MONDAY + 90)
    assert outcome(cast, request) is None
    with cast.database.read() as session:
        assert accounts.signed_in(session, secret, at=clock.now())


def test_it_ends_by_itself_when_the_clock_is_where_it_should_be(cast: Cast, machine: Machine) -> None:
    chores.go(cast.database)
    machine.jump(YEARS)
    chores.go(cast.database)
    machine.wait(HOUR)
    machine.jump(200 - YEARS)
    chores.go(cast.database)
    assert doubt(cast) is None
    assert clock.now() == MONDAY + HOUR + 200


def test_hugo_says_that_it_is_right_and_what_waited_goes_on(cast: Cast, machine: Machine) -> None:
    request = delivered(cast)
    chores.go(cast.database)
    machine.jump(30 * DAY)
    chores.go(cast.database)
    with pytest.raises(Refused, match="Only an administrator"), cast.database.begin() as session:
        timekeeping.trust(session, by=cast.gina, at=clock.now())
    trust(cast)
    chores.go(cast.database)
    assert (doubt(cast), outcome(cast, request)) == (None, "silence")
    assert clock.now() == MONDAY + 30 * DAY
    with cast.database.read() as session:
        row = timekeeping.told(session)
    assert row is not None
    assert (row.trusted_by_id, row.trusted_at) == (cast.hugo.person_id, MONDAY)
    with pytest.raises(Refused, match="right again by itself"):
        trust(cast)


@pytest.mark.parametrize(
    ("off", "doubted"), [(59 * DAY, False), (61 * DAY, True), (-300, False), (-HOUR, True)]
)
def test_at_the_start_it_is_compared_with_the_last_round(
    cast: Cast, machine: Machine, off: int, doubted: bool
) -> None:
    request = delivered(cast)
    chores.go(cast.database)
    machine.start_again(after=off)
    chores.go(cast.database)
    assert (doubt(cast) is not None) == doubted
    assert (outcome(cast, request) == "silence") == (off == 59 * DAY)
    assert clock.now() == MONDAY + (0 if doubted else off)


def test_a_doubt_outlives_a_restart_and_so_does_the_answer(cast: Cast, machine: Machine) -> None:
    chores.go(cast.database)
    machine.jump(20 * DAY)
    chores.go(cast.database)
    machine.start_again(after=30)
    chores.go(cast.database)
    assert doubt(cast) is not None, "twenty days alone would not be doubted at a start"
    trust(cast)
    machine.start_again(after=30)
    chores.go(cast.database)
    assert doubt(cast) is None
    assert clock.now() == MONDAY + 20 * DAY + 60


def test_a_backup_of_last_year_does_not_put_the_clock_in_doubt(
    cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not cast.database.is_sqlite:
        pytest.skip("there the restore is the same, and needs a server of its own")
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    chores.go(cast.database)
    made = backup.take(cast.database, at=MONDAY)
    with backup.ready(cast.database, backup.the(cast.database, made.file), at=MONDAY + 400 * DAY) as found:
        restored = Database(f"sqlite:///{found.prepared}")
        machine.start_again(after=400 * DAY)
        chores.go(restored)
        restored.close()
    assert clock.now() == MONDAY + 400 * DAY


def test_what_another_server_doubts_makes_this_one_wait_and_is_not_its_to_take_back(
    cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = delivered(cast)
    chores.go(cast.database)
    machine.jump(YEARS)
    chores.go(cast.database)
    machine.jump(-YEARS)
    machine.wait(20 * DAY)
    monkeypatch.setattr(timekeeping, "MINE", "another")
    chores.go(cast.database)
    assert doubt(cast) is not None
    assert outcome(cast, request) is None


def test_hugo_is_asked_on_today_and_nobody_else(
    cast: Cast, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    chores.go(cast.database)
    machine.jump(YEARS)
    chores.go(cast.database)
    assert "clock" not in words(visit(monkeypatch, cast.database, cast.ana))
    seen: AppTest = visit(monkeypatch, cast.database, cast.hugo)
    assert "The server's clock jumped" in words(seen)
    next(one for one in seen.button if one.key.startswith("trust-clock")).click()
    assert "The server's clock jumped" not in words(seen.run())
    assert doubt(cast) is None
