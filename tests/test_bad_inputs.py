"""Bad input at every field of every action of every room: kept clean or refused in a sentence, never an error."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coord import issues
from coord.db import Database
from coord.requests import ASK_FACTS
from tests import bad_inputs_rooms as rooms
from tests.bad_inputs import NUMBERS, TEXTS, WHOLES
from tests.bad_inputs_rooms import DAY, NUMBER, TEXT, WHOLE, Ledger
from tests.bad_inputs_typed import Form
from tests.browser import journey
from tests.cast import engage
from tests.conftest import fresh
from tests.rights import RULES
from tests.stage import Stage, stage

DAYS = (date.min, date.max, date(1999, 12, 31), date(2100, 1, 2))
ENDLESS = "a" * 50_000
EVERYTHING = "\ufeff \x00a\x1b[31m\x0b\x0c\u200b\U000e0041\ud800e\u0301 \r\n\u2028two\u202e\u2066{0}"
HARD: dict[str, tuple[Any, ...]] = {
    TEXT: (EVERYTHING, "\u200b\ud800", ENDLESS),
    WHOLE: WHOLES,
    NUMBER: NUMBERS,
    DAY: DAYS,
}
ACTIONS = [name for name, rule in RULES.items() if rule.may]
IS_LONG = os.environ.get("COORD_TEST_JOURNEYS") == "all"


@pytest.fixture(scope="module")
def scene(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One company for all of it; whatever is done in it is taken back."""
    with fresh(template, tmp_path_factory.mktemp("bad")) as url:
        database = Database(url)
        yield stage(engage(database))
        database.close()


@pytest.fixture(scope="module")
def ledger(scene: Stage) -> Ledger:
    return Ledger(scene.cast.database.writer)


@journey
@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_typed_into_an_action_is_kept_clean_or_refused_in_a_sentence(
    scene: Stage, ledger: Ledger, action: str
) -> None:
    with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
        form = Form(session, call, ledger)
        assert not list(form.lost())
        for turn, (case, typed) in enumerate(TEXTS.items() if form.fields else ()):
            assert not list(form.wrong(typed, turn)), case


@journey
@pytest.mark.parametrize("action", ACTIONS)
def test_no_field_of_an_action_breaks_it(scene: Stage, ledger: Ledger, action: str) -> None:
    wrong = []
    with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
        for field in call.fields():
            for value in HARD[field.kind]:
                came = rooms.came(session, call, {field: value}, ledger)
                if came != "done" and not came.startswith("refused"):
                    wrong.append(f"{field.name} {field.inner} {value!r:.40}: {came}")
    assert not wrong


ANY = {
    TEXT: st.text(st.characters(exclude_categories=()), max_size=300) | st.sampled_from([typed.text for typed in TEXTS.values()]),
    WHOLE: st.integers(),
    NUMBER: st.floats(),
    DAY: st.dates(),
}  # fmt: skip


@pytest.mark.parametrize("action", ACTIONS if IS_LONG else ACTIONS[::6])
@given(data=st.data())
@settings(max_examples=2, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
def test_whatever_value_comes_to_whatever_field(
    scene: Stage, ledger: Ledger, action: str, data: st.DataObject
) -> None:
    with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
        for field in call.fields():  # each of them, and one at a time: no other's value is refused before it
            came = rooms.came(session, call, {field: data.draw(ANY[field.kind])}, ledger)
            assert came == "done" or came.startswith("refused"), (field, came)


@journey
def test_no_field_is_left_out(scene: Stage) -> None:
    """Whatever an action takes can be typed or sent, but for what the program makes itself, and for a yes or a no."""
    found: Counter[str] = Counter()
    named: dict[str, set[str]] = {}
    for action in ACTIONS:
        with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
            fields = call.fields()
            found.update(field.kind for field in fields)
            named[action] = {field.name for field in fields}
            assert not call.taken() - named[action], action
    assert named["issues.write"] >= set(issues.FACTS)
    assert named["requests.ask"] >= set(ASK_FACTS)
    assert found[TEXT] > 200
    assert found.total() > 500
