"""Many people at once: nobody's word is lost, nothing is recorded twice, and everyone gets a turn."""

import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from coord import company, db, moving_in, people, requests
from coord.db import Database, Gate
from coord.refusal import Busy, Changed, Refused, Repeated
from coord.requests import EventRow, Request
from tests.cast import DAY, FOUNDER, FRIDAY, MONDAY, Cast

ROOT = Path(__file__).resolve().parents[1]

Act = Callable[[Session], object]


def at_once(people: int, do: Callable[[int], None]) -> None:
    """Let this many people do something, each in a thread, all at the same instant; an error of one is raised."""
    start = threading.Barrier(people)

    def turn(number: int) -> None:
        start.wait()
        do(number)

    with ThreadPoolExecutor(people) as threads:
        for done in [threads.submit(turn, number) for number in range(people)]:
            done.result()


def told(database: Database, request: Request) -> list[EventRow]:
    with database.read() as session:
        return requests.story(session, request.id)


def test_of_eight_people_who_change_one_promise_nobody_is_overwritten_unseen(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    saved: list[str] = []

    def change_the_day(person: int) -> None:
        for turn in range(10):
            seen = cast.look(row).version
            try:
                cast.move(
                    row, "renegotiate", by="bruno", at=MONDAY, day=FRIDAY, text=f"{person}.{turn}", seen=seen
                )
            except Changed:
                continue
            saved.append(f"{person}.{turn}")

    at_once(8, change_the_day)
    story = told(cast.database, row)
    assert Counter(e.text for e in story[2:]) == Counter(saved)
    assert [e.seq for e in story] == list(range(1, len(story) + 1))
    assert cast.look(row).version == len(story)
    assert cast.look(row).life() == requests.replay(e.event() for e in story)
    assert len(saved) >= 10, "somebody always gets through"


def test_comments_of_many_people_are_all_kept(cast: Cast) -> None:
    row = cast.ask()

    def comment(person: int) -> None:
        for turn in range(5):
            cast.move(row, "note", by="iris", at=MONDAY, text=f"{person}.{turn}", seen=1)

    at_once(8, comment)
    assert {e.text for e in told(cast.database, row)[1:]} == {f"{p}.{n}" for p in range(8) for n in range(5)}


def test_of_two_answers_at_once_one_counts_and_the_other_person_is_told(cast: Cast) -> None:
    row, answers = cast.ask(), list[str]()

    def answer(person: int) -> None:
        try:
            verb, who = [("promise", "bruno"), ("decline", "davi")][person]
            facts = {"day": FRIDAY} if verb == "promise" else {"text": "No time"}
            cast.move(row, verb, by=who, at=MONDAY, seen=1, **facts)
            answers.append(verb)
        except Changed:
            answers.append("changed")

    at_once(2, answer)
    assert answers.count("changed") == 1
    assert [e.verb for e in told(cast.database, row)] == ["ask", *(set(answers) - {"changed"})]


def test_a_double_click_records_once(cast: Cast) -> None:
    outcomes: list[str] = []

    def submit(_: int) -> None:
        try:
            with cast.database.begin() as session:
                db.once(session, "one form", MONDAY)
                requests.ask(
                    session,
                    from_area=cast.area["sales"],
                    to_area=cast.area["product"],
                    what="Send the price list",
                    by=cast.ana,
                    at=MONDAY,
                )
            outcomes.append("asked")
        except Repeated:
            outcomes.append("repeated")

    at_once(8, submit)
    assert Counter(outcomes) == {"asked": 1, "repeated": 7}
    with cast.database.read() as session:
        assert session.scalar(select(func.count(Request.id))) == 1


def test_a_refused_form_can_be_sent_again_with_its_key(cast: Cast) -> None:
    row = cast.ask()

    def promise(seen: int) -> None:
        with cast.database.begin() as session:
            db.once(session, "a form", MONDAY)
            requests.move(session, row.id, "promise", by=cast.bruno, at=MONDAY, day=FRIDAY, seen=seen)

    with pytest.raises(Changed):
        promise(seen=0)
    promise(seen=1)
    assert cast.look(row).state == "promised"


CRASH = """
import os, sys
from datetime import date
from coord import db, people, requests
url, request_id, person_id, moment = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with db.Database(url).begin() as session:
    db.once(session, "a form", {at})
    if moment == "between":
        os._exit(9)
    by = people.mandate(session, person_id)
    requests.move(session, request_id, "promise", by=by, at={at}, day=date(2026, 3, 6))
    if moment == "after":
        os._exit(9)
print("saved", flush=True)
os._exit(9)
"""


@pytest.mark.parametrize(("moment", "is_kept"), [("between", False), ("after", False), ("never", True)])
def test_a_crash_leaves_the_whole_of_a_form_or_nothing(
    cast: Cast, url: str, moment: str, is_kept: bool
) -> None:
    row = cast.ask()
    call = [
        sys.executable,
        "-c",
        CRASH.format(at=MONDAY),
        url,
        str(row.id),
        str(cast.bruno.person_id),
        moment,
    ]
    ended = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout.strip()) == (9, "saved" if is_kept else ""), ended.stderr
    assert len(told(cast.database, row)) == (2 if is_kept else 1)
    if is_kept:
        with pytest.raises(Repeated), cast.database.begin() as session:
            db.once(session, "a form", MONDAY)
    else:
        with cast.database.begin() as session:
            db.once(session, "a form", MONDAY)


def test_of_settings_saved_from_the_same_page_only_the_first_are_kept(database: Database, cast: Cast) -> None:
    saved: list[int] = []

    def save(person: int) -> None:
        for turn in range(5):
            with database.read() as session:
                seen = company.the(session).version
            try:
                with database.begin() as session:
                    wish = company.Settings(f"Casa {person}.{turn}")
                    company.change(session, wish, seen=seen, by=FOUNDER)
            except Changed:
                continue
            saved.append(seen)

    at_once(8, save)
    assert len(saved) >= 5
    assert len(saved) == len(set(saved))


def test_silence_is_confirmed_once_by_however_many(cast: Cast) -> None:
    row = cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    done: list[int] = []

    def settle(_: int) -> None:
        try:
            with cast.database.begin() as session:
                done.append(requests.settle_all(session, MONDAY + 40 * DAY))
        except Changed:
            done.append(0)

    at_once(4, settle)
    assert sum(done) == 1
    assert [e.verb for e in told(cast.database, row)] == ["ask", "deliver", "confirm_by_silence"]


def test_whoever_looks_sees_one_state_while_others_write(cast: Cast) -> None:
    row = cast.ask()
    with cast.database.read() as session:
        assert requests.request(session, row.id).state == "asked"
        cast.move(row, "promise", by="bruno", at=MONDAY, day=FRIDAY)
        session.expire_all()
        assert requests.request(session, row.id).state == "asked"
    assert cast.look(row).state == "promised"


def test_who_only_looks_cannot_write(cast: Cast) -> None:
    with cast.database.read() as session:
        company.the(session).name = "Casa Escura"
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session.flush()


# Two who write the same for the first time, which PostgreSQL lets both begin


def overlapping(cast: Cast, first: Act, second: Act) -> None:
    """The second begins when the first has acted and not yet ended; what the second is refused is raised."""
    acted = threading.Event()

    def begin() -> None:
        with cast.database.begin() as session:
            first(session)
            acted.set()
            time.sleep(0.2)

    with ThreadPoolExecutor(1) as thread:
        begun = thread.submit(begin)
        assert acted.wait(10)
        try:
            with cast.database.begin() as session:
                second(session)
        finally:
            begun.result()


def open_credit(session: Session) -> None:
    company.open_area(session, name="Credit", sphere="sales", by=FOUNDER)


def list_credit(session: Session) -> None:
    moving_in.arrange_areas(session, [moving_in.Wish("CREDIT", "sales")], by=FOUNDER)


def welcome_joana(session: Session) -> None:
    people.welcome(session, people.Profile("Joana", "joana@casaclara.example"), by=FOUNDER)


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (open_credit, open_credit, "already an area called “Credit”"),
        (list_credit, open_credit, "already an area called “CREDIT”"),
        (welcome_joana, welcome_joana, "Joana already has this e-mail address"),
    ],
)
def test_of_two_who_add_the_same_at_once_the_second_is_told_that_it_is_there(
    cast: Cast, first: Act, second: Act, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        overlapping(cast, first, second)


def test_an_area_that_another_has_just_opened_is_not_opened_again_by_the_list_of_areas(cast: Cast) -> None:
    overlapping(cast, open_credit, list_credit)
    with cast.database.read() as session:
        assert [area.name for area in company.areas(session)].count("Credit") == 1


def test_two_who_close_the_company_on_overlapping_days_have_both_closed_it(cast: Cast) -> None:
    day = timedelta(days=1)
    overlapping(
        cast,
        lambda session: company.add_closing_days(session, FRIDAY - day, FRIDAY, by=FOUNDER),
        lambda session: company.add_closing_days(session, FRIDAY, FRIDAY + day, by=FOUNDER),
    )
    with cast.database.read() as session:
        assert company.closing_days(session) == (FRIDAY - day, FRIDAY, FRIDAY + day)


def test_a_deputy_who_is_named_twice_at_once_is_one(cast: Cast) -> None:
    iris, support = cast.iris.person_id or 0, cast.area["support"]

    def appoint(session: Session) -> None:
        people.appoint(session, iris, support, by=cast.carla)

    overlapping(cast, appoint, appoint)
    with cast.database.read() as session:
        assert people.rights(session)[iris] == {("deputy", support)}
        assert people.person(session, iris).version == 2


def test_whoever_names_an_area_that_another_is_removing_is_refused_in_a_sentence(cast: Cast) -> None:
    with cast.database.begin() as session:
        area_id = company.open_area(session, name="Credit", sphere="sales", by=FOUNDER).id
    joana = people.Profile("Joana", area_id=area_id)
    with pytest.raises(Refused):
        overlapping(
            cast,
            lambda session: company.strike_area(session, area_id, by=FOUNDER),
            lambda session: people.welcome(session, joana, by=FOUNDER),
        )


def test_what_two_have_written_at_once_where_nobody_waited_is_a_change_of_the_other(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    def write(session: Session) -> None:
        session.add(company.Area(name="Credit", folded="credit", sphere="sales"))
        session.flush()

    # SQLite lets nobody write at once: there it can only be the program's own fault, and is not passed over
    with pytest.raises(IntegrityError if cast.database.is_sqlite else Changed):
        overlapping(cast, write, write)
    assert ("uq_areas_folded" in caplog.text) is not cast.database.is_sqlite
    assert "credit" not in caplog.text, "what people type is not in the log"


# The gate


def test_the_gate_serves_in_the_order_of_coming() -> None:
    gate, served = Gate(), list[int]()

    def pass_through(number: int) -> None:
        with gate.turn():
            served.append(number)

    threads = [threading.Thread(target=pass_through, args=(number,)) for number in range(20)]
    with gate.turn():
        for number, thread in enumerate(threads, 2):
            thread.start()
            while len(gate._queue) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(5)
    assert served == list(range(20))


def test_a_gate_with_two_places_lets_two_in_and_the_third_when_one_has_left() -> None:
    gate = Gate(2)
    with ExitStack() as inside, gate.turn(0):
        inside.enter_context(gate.turn(0))
        with pytest.raises(Busy), gate.turn(0.05):
            pass
        inside.close()
        with gate.turn(0):
            pass


def test_the_gate_says_busy_when_the_turn_does_not_come_and_lets_the_others_pass() -> None:
    gate = Gate()
    with gate.turn():
        began = time.monotonic()
        with pytest.raises(Busy), gate.turn(0.1):
            pass
        assert time.monotonic() - began >= 0.1
    with gate.turn(0.1):
        pass


def test_a_save_that_gets_no_turn_says_that_nothing_was_saved(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not cast.database.is_sqlite:
        pytest.skip("only SQLite has one writer at a time")
    row = cast.ask()
    turn = Gate.turn
    monkeypatch.setattr(Gate, "turn", lambda gate: turn(gate, 0.1))
    with cast.database.begin(), ThreadPoolExecutor(1) as other:
        late = other.submit(cast.move, row, "note", by="ana", at=MONDAY, text="Too late")
        with pytest.raises(Busy, match="Nothing was saved"):
            late.result()
    assert len(told(cast.database, row)) == 1
