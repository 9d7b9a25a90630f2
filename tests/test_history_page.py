"""Import history, as the administrator uses it: a file, what becomes of it, and taking it back."""

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from coord.requests import Request
from tests.cast import DAY, MONDAY, Cast
from tests.pages import visit, words

LOG = b"""ticket,when,team,step
T1,2026-01-05T09:00:00Z,Sales,open
T1,2026-01-06T09:00:00Z,Support,work
T1,2026-01-09T09:00:00Z,Support,closed
T2,2026-01-05T10:00:00Z,Sales,open
T2,2026-01-07T10:00:00Z,Billing,work
T3,2026-01-07T10:00:00Z,Sales,open
"""


def button(seen: AppTest, label: str) -> AppTest:
    (found,) = [b for b in seen.button if b.label == label]
    found.click().run()
    assert not seen.exception, seen.exception
    return seen


def opened(cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> AppTest:
    seen = visit(monkeypatch, cast.database, cast.hugo, "history")
    seen.file_uploader[0].upload(name, content).run()
    assert not seen.exception, seen.exception
    return seen


def count(cast: Cast) -> int:
    with cast.database.read() as session:
        return session.scalar(select(func.count(Request.id))) or 0


def figures(seen: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in seen.metric}


def test_hugo_sees_what_becomes_of_a_log_before_he_imports_it_and_can_take_it_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = opened(cast, monkeypatch, "log.csv", LOG)
    assert figures(seen) == {
        "Requests": "2",
        "Events": "3",
        "Areas": "3",
        "Left out: no handoff": "1",
        "Rejected": "0",
    }
    assert count(cast) == 0
    button(seen, "Import 2 requests")
    assert "2 requests are new." in seen.success[0].value
    assert count(cast) == 2
    button(seen, "Undo this import")
    assert count(cast) == 0


def test_what_was_guessed_can_be_changed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = opened(cast, monkeypatch, "log.csv", LOG)
    ends = [box for box in seen.selectbox if box.label == "Resolved when"]
    assert ends[0].value == "step"
    values = next(box for box in seen.multiselect if box.label == "has one of these values")
    assert values.value == ["closed"]
    values.set_value([]).run()
    assert figures(seen)["Events"] == "2"  # nothing says any more that T1 was closed
    text = next(area for area in seen.text_area if area.label == "The same as text")
    text.set_value(text.value + '\n[log.declined_when]\nstep = ["closed"]\n')
    button(seen, "Use this text")
    assert figures(seen)["Events"] == "3"


def test_the_same_file_twice_changes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    button(opened(cast, monkeypatch, "log.csv", LOG), "Import 2 requests")
    seen = button(opened(cast, monkeypatch, "log.csv", LOG), "Import 2 requests")
    assert "0 requests are new. 2 were here already." in seen.success[0].value
    assert count(cast) == 2


def test_an_import_that_something_was_built_on_stays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    button(opened(cast, monkeypatch, "log.csv", LOG), "Import 2 requests")
    with cast.database.read() as session:
        row = session.scalars(select(Request).where(Request.state == "asked")).one()
    cast.move(row, "note", by="iris", at=MONDAY + DAY, text="We found it")
    seen = button(visit(monkeypatch, cast.database, cast.hugo, "history"), "Undo this import")
    assert "can no longer be undone" in seen.error[0].value
    assert count(cast) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "This file is empty."),
        ("picture.csv", bytes(range(256)) * 40, ""),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "xlsx"),
        ("bad.toml.csv", b"a,b\n1,2\n", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, said: str
) -> None:
    seen = opened(cast, monkeypatch, name, content)
    assert said in words(seen)
    assert not [b for b in seen.button if b.label.startswith("Import ")]


def test_who_is_no_administrator_is_told_so_and_the_room_refuses_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "history")
    assert "Only an administrator can import" in seen.info[0].value
    assert not seen.get("file_uploader")
