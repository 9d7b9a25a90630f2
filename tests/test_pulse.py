"""How the hour was: asked once, shown late and together, and kept so that no answer can be tied to a person."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import Session

from coord import db
from coord.meetings import pulse
from coord.people import Mandate
from coord.refusal import Changed, Refused
from tests.cast import Cast
from tests.conftest import left_in_the_files
from tests.held_hours import Hour, begun

ANSWERS = {
    "ana": (5, 4, "Start on time"),
    "bruno": (2, 2, "Fewer items"),
    "carla": (4, 5, None),
    "elsa": (3, 3, "Listen longer"),
    "gina": (5, 5, "A break"),
    "davi": (1, 4, None),
}


@pytest.fixture
def hour(cast: Cast) -> Hour:
    """An hour that has just ended."""
    return begun(cast).end()


def answer(
    hour: Hour, who: str | Mandate, heard: int = 4, worth: int = 4, improvement: str | None = None
) -> None:
    by = getattr(hour.cast, who) if isinstance(who, str) else who
    with hour.cast.database.begin() as session:
        pulse.answer(session, hour.id, heard=heard, worth=worth, improvement=improvement, by=by)


def shown(hour: Hour) -> pulse.Answers | None:
    with hour.cast.database.read() as session:
        return pulse.shown(session, hour.id)


def test_nothing_is_shown_before_the_close_nor_from_fewer_than_five(cast: Cast, hour: Hour) -> None:
    for who in ("ana", "bruno", "carla", "elsa"):
        answer(hour, who)
    assert shown(hour) is None
    hour.close()
    assert shown(hour) is None
    other = begun(cast, week=1).end()
    for who, (heard, worth, line) in ANSWERS.items():
        answer(other, who, heard, worth, line)
    assert shown(other) is None
    other.close()
    found = shown(other)
    assert found is not None
    assert found.counts["heard"] == {1: 1, 2: 1, 3: 1, 4: 1, 5: 2}
    assert (found.answered, round(found.mean("worth"), 2)) == (6, 3.83)
    assert sorted(found.improvements) == ["A break", "Fewer items", "Listen longer", "Start on time"]


def test_what_stood_there_before_the_last_answer_is_not_left_in_the_files(cast: Cast, hour: Hour) -> None:
    answer(hour, "ana", improvement="Start on time")
    answer(hour, "bruno", improvement="Fewer items")
    assert left_in_the_files(cast.database, "Start on time") == 1


def test_everybody_answers_once_after_the_end_until_the_close(cast: Cast) -> None:
    hour = begun(cast)
    with pytest.raises(Refused, match="from the end of the hour"):
        answer(hour, "ana")
    hour.end()
    answer(hour, "ana")
    with pytest.raises(Changed, match="answered already"):
        answer(hour, "ana", 1, 1)
    with pytest.raises(Refused, match="take part"):
        answer(hour, "iris")
    hour.close()
    with pytest.raises(Refused, match="from the end of the hour"):
        answer(hour, "bruno")


@pytest.mark.parametrize(("heard", "worth"), [(0, 3), (3, 6), (5, 0)])
def test_both_rows_want_a_number(hour: Hour, heard: int, worth: int) -> None:
    with pytest.raises(Refused, match="in both rows"):
        answer(hour, "ana", heard, worth)
    with hour.cast.database.read() as session:
        assert pulse.how_many(session, hour.id) == 0


def test_who_has_answered_is_known_but_not_what(hour: Hour) -> None:
    answer(hour, "ana")
    with hour.cast.database.read() as session:
        assert pulse.has_answered(session, hour.id, hour.cast.ana.person_id)
        assert not pulse.has_answered(session, hour.id, hour.cast.bruno.person_id)


def test_all_who_answer_at_once_are_counted(hour: Hour) -> None:
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(answer, hour, who, *told) for who, told in ANSWERS.items()]:
            done.result()
    hour.close()
    found = shown(hour)
    assert found is not None
    assert (found.answered, sum(found.counts["heard"].values()), len(found.improvements)) == (6, 6, 4)


def test_the_order_of_answers_leaves_no_trace_in_the_database(cast: Cast, hour: Hour) -> None:
    """Whatever the order: all tables hold the same, but for the keys of submissions, which name nobody."""
    found = set()
    for place, order in enumerate([list(ANSWERS), sorted(ANSWERS), sorted(ANSWERS, reverse=True)]):
        with Session(
            cast.database.writer
        ) as session:  # never committed: the next turn starts from the same database
            for n, who in enumerate(order):
                _submit(session, hour, who, f"{place} {n}")
            found.add(_kept(session))
    assert len(found) == 1


def test_an_answer_could_be_anybodys(cast: Cast, hour: Hour) -> None:
    """The same answers given by other people, in any turn, leave the same database: none can be tied to one of them."""
    people, answers = (
        ["ana", "bruno", "carla"],
        [(5, 4, "Start on time"), (2, 2, "Fewer items"), (4, 5, None)],
    )
    found = set()
    for turn in permutations(answers):
        with Session(
            cast.database.writer
        ) as session:  # never committed: the next turn starts from the same database
            for who, (heard, worth, line) in zip(people, turn, strict=True):
                pulse.answer(
                    session, hour.id, heard=heard, worth=worth, improvement=line, by=getattr(cast, who)
                )
            found.add(_kept(session))
    assert len(found) == 1


def _submit(session: Session, hour: Hour, who: str, nonce: str) -> None:
    """As a page does it: the key of the submission with its instant, then the answer."""
    heard, worth, line = ANSWERS[who]
    person = getattr(hour.cast, who)
    db.once(session, hashlib.sha256(f"{person.person_id} {nonce} None".encode()).hexdigest(), hour.said_at)
    pulse.answer(session, hour.id, heard=heard, worth=worth, improvement=line, by=person)


def _kept(session: Session) -> str:
    """All tables as they are inside this transaction, submissions left out."""
    metadata = MetaData()
    metadata.reflect(session.connection())
    rows = {
        name: [list(row) for row in session.execute(select(table))]
        for name, table in sorted(metadata.tables.items())
        if name != "submissions"
    }
    return json.dumps(rows, default=str)
