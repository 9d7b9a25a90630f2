"""Bad input at every field of every action of every room: kept clean or refused in a sentence, never an error."""

import os
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coord.db import Database
from tests import bad_inputs_rooms as rooms
from tests.bad_inputs import CLEANED, KEPT, NOTHING, NUMBERS, TEXTS, TOO_LONG, WHOLES
from tests.bad_inputs_rooms import DAY, NUMBER, TEXT, WHOLE, Ledger
from tests.browser import journey
from tests.cast import engage
from tests.conftest import fresh
from tests.rights import RULES
from tests.stage import Stage, stage

DAYS = (date.min, date.max, date(1999, 12, 31), date(2100, 1, 2))
WORDS = (
    "Words (7)"  # a field that keeps them takes any text; the others take one of a list, a link or an address
)
ENDLESS = "a" * 50_000
EVERYTHING = "\ufeff \x00a\x1b[31m\x0b\x0c\u200b\U000e0041\ud800e\u0301 \r\n\u2028two\u202e\u2066{0}"
HARD: dict[str, tuple[Any, ...]] = {
    TEXT: (EVERYTHING, "\u200b\ud800", ENDLESS),
    WHOLE: WHOLES,
    NUMBER: NUMBERS,
    DAY: DAYS,
}
MANY = 600 if os.environ.get("COORD_TEST_JOURNEYS") == "all" else 60
ACTIONS = [name for name, rule in RULES.items() if rule.may]


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
    wrong = []
    with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
        free = [field for field in call.fields() if field.kind == TEXT
                and rooms.came(session, call, {field: WORDS}, ledger) == "done" and ledger.keeps(WORDS)]  # fmt: skip
        for case, (becomes, typed) in TEXTS.items() if free else ():
            came = rooms.came(session, call, dict.fromkeys(free, typed), ledger)
            if not _is_right(came, becomes, typed, ledger):
                wrong.append(f"{case}: {came}")
    assert not wrong


def _is_right(came: str, becomes: str, typed: str, ledger: Ledger) -> bool:
    if becomes == TOO_LONG:
        return (came.startswith("refused") and "characters fit here" in came) or (
            len(typed) < 300 and came == "done"
        )
    if becomes == NOTHING:
        return came == "done" or came.startswith("refused")
    if came.startswith("refused"):  # some fields are shorter than a line
        return becomes not in (KEPT, CLEANED) or "characters fit here" in came
    return came == "done" and (becomes != KEPT or ledger.keeps(typed))


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
    TEXT: st.text(st.characters(exclude_categories=()), max_size=300) | st.sampled_from([typed for _, typed in TEXTS.values()]),
    WHOLE: st.integers(),
    NUMBER: st.floats(),
    DAY: st.dates(),
}  # fmt: skip


@given(data=st.data())
@settings(max_examples=MANY, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip
def test_whatever_value_comes_to_whatever_field(scene: Stage, ledger: Ledger, data: st.DataObject) -> None:
    action = data.draw(st.sampled_from(ACTIONS))
    with Session(scene.cast.database.writer) as session, rooms.prepared(session, scene, action) as call:
        fields = call.fields()
        chosen = (
            data.draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique=True))
            if fields
            else []
        )
        values = {field: data.draw(ANY[field.kind]) for field in chosen}
        came = rooms.came(session, call, values, ledger)
    assert came == "done" or came.startswith("refused"), came
