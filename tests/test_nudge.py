"""The wording nudge at the form of an issue: it asks once, blocks nothing, and is nobody else's business."""

import pytest
from sqlalchemy import inspect
from streamlit.testing.v1 import AppTest

from coord import issues
from tests.cast import MONDAY, Cast
from tests.pages import visit, words

BLAMES = "Support never reads the note, it is their fault."
QUESTION = "What conditions came together?"
PLAIN = "The note lay in a folder that Support can't open."


def button(seen: AppTest, begins: str) -> list[object]:
    return [b for b in seen.button if str(b.key).startswith(begins)]


def write(seen: AppTest, cast: Cast, text: str) -> AppTest:
    """Fill the one line and the handoff, and press Save."""
    field = next(f for f in seen.text_input if str(f.key).startswith("text-happened-"))
    field.set_value(text)
    for name, area in (("from-", "sales"), ("to-", "support")):
        next(s for s in seen.selectbox if str(s.key).startswith(name)).set_value(cast.area[area])
    return press(seen, "send-")


def press(seen: AppTest, begins: str) -> AppTest:
    seen.button(next(str(b.key) for b in seen.button if str(b.key).startswith(begins))).click().run()
    assert not seen.exception, seen.exception
    return seen


def kept(cast: Cast) -> list[str]:
    with cast.database.read() as session:
        return [row.happened for row in issues.issues(session)]


def test_ana_is_asked_once_and_keeps_it_as_written(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    seen = write(visit(monkeypatch, cast.database, cast.ana, "issues"), cast, BLAMES)
    assert QUESTION in words(seen)
    assert kept(cast) == []
    press(seen, "keep-")
    assert kept(cast) == [BLAMES]
    assert "Would other words" not in words(seen)


def test_changing_the_words_and_saving_needs_no_answer(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    seen = write(visit(monkeypatch, cast.database, cast.ana, "issues"), cast, BLAMES)
    write(seen, cast, PLAIN)
    assert kept(cast) == [PLAIN]


def test_pressing_save_again_saves_whatever_stands_there(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    seen = write(visit(monkeypatch, cast.database, cast.ana, "issues"), cast, BLAMES)
    press(seen, "send-")
    assert kept(cast) == [BLAMES]


def test_plain_words_are_saved_at_once_and_nothing_is_said_about_them(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    seen = write(visit(monkeypatch, cast.database, cast.ana, "issues"), cast, PLAIN)
    assert kept(cast) == [PLAIN]
    assert not button(seen, "keep-")
    assert "blame" not in words(seen).lower().replace("nobody is blamed", "")


def test_a_question_that_is_not_useful_is_not_asked_again_in_this_visit(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    seen = write(visit(monkeypatch, cast.database, cast.ana, "issues"), cast, "It is their fault.")
    press(seen, "useless-0-")
    assert not button(seen, "keep-")
    press(seen, "send-")
    write(seen, cast, "Again it was their fault.")
    assert sorted(kept(cast)) == ["Again it was their fault.", "It is their fault."]


def test_words_that_were_kept_before_are_not_asked_about_again(
    monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    with cast.database.begin() as session:
        row = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["support"], happened=BLAMES,
                           by=cast.carla, at=MONDAY)  # fmt: skip
    seen = press(visit(monkeypatch, cast.database, cast.ana, "issues", issue=str(row.id)), "complete-")
    next(f for f in seen.text_area if str(f.key).startswith("text-expected-")).set_value(
        "The note is read."
    ).run()
    press(seen, "save-")
    with cast.database.read() as session:
        assert issues.issue(session, row.id).expected == "The note is read."
    press(seen, "complete-")
    next(f for f in seen.text_area if str(f.key).startswith("text-lucky-")).set_value(
        "It was his fault, we were lucky."
    ).run()
    press(seen, "save-")
    assert button(seen, "keep-")
    press(seen, "keep-")
    with cast.database.read() as session:
        assert issues.issue(session, row.id).lucky == "It was his fault, we were lucky."


def test_nothing_about_wording_is_kept_in_the_database(cast: Cast) -> None:
    tables = inspect(cast.database.writer).get_table_names()
    assert not [name for name in tables if "nudge" in name or "wording" in name or "useless" in name]
