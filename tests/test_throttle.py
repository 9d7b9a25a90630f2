"""Whoever guesses waits longer and longer; nobody else does, and nobody for ever."""

from threading import Thread

from coord import accounts
from coord.db import Database
from tests.cast import DAY, MONDAY

ANA, HERE, THERE = "ana@casaclara.example", "203.0.113.7", "198.51.100.4"


def attempt(database: Database, name: str = ANA, address: str = HERE, at: int = MONDAY) -> int:
    with database.begin() as session:
        return accounts.attempt(session, name, address, at=at)


def test_four_slips_cost_nothing_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour(
    database: Database,
) -> None:
    at, waits = MONDAY, []
    for _ in range(16):
        assert attempt(database, at=at) == 0
        wait = attempt(database, at=at)
        if wait == 0:  # that was a try too
            continue
        assert (
            attempt(database, at=at + wait - 1) == 1
        )  # waiting ends the wait, asking again doesn't prolong it
        waits.append(wait)
        at += wait
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900]


def test_the_wait_is_of_whoever_guesses_and_not_of_others(database: Database) -> None:
    for _ in range(5):
        attempt(database)
    assert attempt(database, "ANA@CasaClara.example") > 0  # the same name
    assert attempt(database, "bruno@casaclara.example") == 0  # from the same address
    assert attempt(database, address=THERE) == 0  # Ana herself, from where she is


def test_many_places_that_guess_the_same_name_wait_too(database: Database) -> None:
    waits = [attempt(database, address=f"203.0.113.{n}") for n in range(40)]
    assert waits[:21] == [0] * 21
    assert all(waits[21:])


def test_one_place_that_guesses_for_ever_keeps_nobody_else_out(database: Database) -> None:
    at = MONDAY
    for _ in range(60):
        at += attempt(database, at=at)
    attempt(database, at=at)
    assert attempt(database, address=THERE, at=at) == 0


def test_one_place_that_tries_many_names_waits_but_never_long(database: Database) -> None:
    at, waits = MONDAY, []
    for n in range(70):
        waits.append(attempt(database, f"somebody{n}@casaclara.example", at=at))
        at += waits[-1]
    assert waits[:51] == [0] * 51
    assert max(waits) == 60  # it may be the address of a whole office


def test_an_office_in_which_much_was_mistyped_does_not_wait_for_those_who_get_it_right(
    database: Database,
) -> None:
    at = MONDAY
    for n in range(60):
        at += attempt(database, f"somebody{n}@casaclara.example", at=at)
    at += 61
    for n in range(3):
        assert attempt(database, f"colleague{n}@casaclara.example", at=at) == 0
        with database.begin() as session:
            accounts.forgive(session, f"colleague{n}@casaclara.example", HERE)
    late = MONDAY + DAY + 1  # those who come in each day don't keep the failures of one from being forgotten
    assert [attempt(database, f"late{n}@casaclara.example", at=late) for n in range(5)] == [0] * 5


def test_a_success_forgets_the_failures_of_the_name_and_a_day_forgets_all(database: Database) -> None:
    for _ in range(5):
        attempt(database)
    with database.begin() as session:
        accounts.forgive(session, ANA, HERE)
    assert [attempt(database) for _ in range(5)] == [0] * 5
    assert attempt(database) > 0
    assert [attempt(database, at=MONDAY + DAY + 1) for _ in range(5)] == [0] * 5


def test_tries_at_the_same_instant_are_counted_before_any_of_them_is_made(database: Database) -> None:
    waits: list[int] = []
    tries = [Thread(target=lambda: waits.append(attempt(database))) for _ in range(24)]
    for one in tries:
        one.start()
    for one in tries:
        one.join()
    assert waits.count(0) == 5
    assert len(waits) == 24
