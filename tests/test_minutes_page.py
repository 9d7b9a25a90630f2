"""Minutes on their page and at the close, as the people of the hour use them."""

import hashlib

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from coord import meetings
from coord.db import Submission
from coord.meetings import pulse
from tests.cast import DAY, FRIDAY, Cast
from tests.held_hours import MINUTE, Hour, begun
from tests.pages import visit, words


@pytest.fixture
def hour(cast: Cast) -> Hour:
    """An hour that has ended: Bruno promised a list, Billing was not there."""
    found = begun(cast)
    found.move(
        cast.ask("Send the list", at=found.starts_at - DAY),
        "promise",
        by="bruno",
        day=FRIDAY,
        text="All of May",
    )
    found.record("decision", "We freeze <b>prices</b>", decided_by="Gina")
    found.record("thanks", "For the quick help", by="carla", to_area="product")
    return found.end()


def look(
    monkeypatch: pytest.MonkeyPatch, hour: Hour, who: str, page: str = "minutes", **query: str
) -> AppTest:
    by, at = getattr(hour.cast, who), hour.starts_at + 58 * MINUTE
    return visit(monkeypatch, hour.cast.database, by, page, at=at, **query)


def sheet(monkeypatch: pytest.MonkeyPatch, hour: Hour, who: str) -> AppTest:
    return look(monkeypatch, hour, who, meeting=str(hour.id))


def press(seen: AppTest, prefix: str) -> None:
    (button,) = [one for one in seen.button if str(one.key).startswith(prefix)]
    button.click().run()
    assert not seen.exception, seen.exception


def write(seen: AppTest, key: str, text: str) -> None:
    (field,) = [one for one in (*seen.text_input, *seen.text_area) if one.key == key]
    field.set_value(text)


def test_the_list_leads_to_each_hour_and_the_search_finds_words(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = look(monkeypatch, hour, "iris")
    assert "**Weekly hour 1** · 2 March 2026" in words(seen)
    assert "1 promise · 0 new requests · 1 decision" in words(seen)
    seen = look(monkeypatch, hour, "iris", text="FREEZE")
    assert r"Decision: We freeze \<b\>prices\<\/b\>" in words(seen)
    assert "Nothing like this" in words(look(monkeypatch, hour, "iris", text="elephants"))


def test_minutes_read_like_a_page_and_people_s_words_are_shown_as_typed(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = words(sheet(monkeypatch, hour, "iris"))
    assert r"We freeze \<b\>prices\<\/b\>" in said
    assert "Decided by Gina" in said
    assert "**6 Mar** · Send the list" in said
    assert "There is no such meeting" in words(look(monkeypatch, hour, "iris", meeting="99"))


def test_bruno_finds_what_he_promised_and_ana_what_she_waits_for(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who, heading in (("bruno", "What you promised"), ("ana", "What you wait for")):
        seen = sheet(monkeypatch, hour, who)
        assert heading in [one.value for one in seen.subheader]
        assert "6 Mar · **Send the list**" in words(seen)


def test_fabio_closes_the_minutes_and_amends_them_later(hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = sheet(monkeypatch, hour, "ana")
    assert not [one for one in seen.button if str(one.key).startswith("close-")]
    seen = sheet(monkeypatch, hour, "fabio")
    press(seen, "close-")
    assert hour.row().state == "closed"
    key = seen.session_state[f"nonce:add-{hour.id}"]
    write(seen, f"text-{key}", "We also freeze wages")
    write(seen, f"decided_by-{key}", "Gina")
    monkeypatch.setattr("coord.clock.now", lambda: hour.starts_at + 90 * MINUTE)
    press(seen, f"send-{key}")
    assert "Decision: added by Fabio, 2 Mar 2026, 10:30" in words(seen).replace("\\", "")


def test_what_was_typed_stays_when_a_rule_says_no(hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = sheet(monkeypatch, hour, "fabio")
    key = seen.session_state[f"nonce:add-{hour.id}"]
    write(seen, f"text-{key}", "We also freeze wages")
    press(seen, f"send-{key}")
    assert seen.error[0].value == "Say who decided."
    assert [one.value for one in seen.text_area if one.key == f"text-{key}"] == ["We also freeze wages"]


def test_ana_says_how_the_hour_was_and_her_answer_is_in_no_key(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = sheet(monkeypatch, hour, "ana")
    key = seen.session_state["nonce:pulse"]
    press(seen, f"send-{key}")
    assert seen.error[0].value == "Choose a number from 1 to 5 in both rows."
    for question, option in (("heard", 5), ("worth", 2)):
        (row,) = [one for one in seen.segmented_control if one.key == f"{question}-{key}"]
        row.set_value(option)
    write(seen, f"text-{key}", "Start on time")
    press(seen, f"send-{key}")
    assert "You have answered" in words(seen)
    with hour.cast.database.read() as session:
        assert pulse.has_answered(session, hour.id, hour.cast.ana.person_id)
        told = hashlib.sha256(f"{hour.cast.ana.person_id} {key} None".encode()).hexdigest()
        assert session.scalars(select(Submission.key)).all() == [told]


def test_the_close_shows_each_their_promises_and_the_facilitator_everybody_s(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = look(monkeypatch, hour, "bruno", "meeting")
    assert "What you promised" in [one.value for one in seen.subheader]
    assert "For the quick help" in words(seen)
    seen = look(monkeypatch, hour, "fabio", "meeting")
    assert "Read the promises back" in [one.value for one in seen.subheader]
    key = seen.session_state[f"nonce:message-{hour.id}"]
    write(seen, f"text-{key}", "The freeze holds")
    press(seen, f"send-{key}")
    with hour.cast.database.read() as session:
        (said,) = [one for one in meetings.recordings(session, hour.id) if one.now.kind == "message"]
    assert said.now.to_area_id in hour.cast.area.values()


def test_a_request_says_what_was_said_about_it_in_the_hour(
    hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    (promise,) = hour.minutes().promises
    hour.record("note", "They need it on paper", subject=f"request:{promise.request.id}")
    seen = look(monkeypatch, hour, "iris", "request", id=str(promise.request.id))
    assert "In the weekly hour" in [one.value for one in seen.subheader]
    assert "Note: They need it on paper" in words(seen)
