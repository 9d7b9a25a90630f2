"""The page of the next hour, before it begins: its agenda, the series, and my preparation."""

import pytest
from streamlit.testing.v1 import AppTest

from coord import meetings
from coord.meetings import Item, Meeting
from coord.ui import agenda_order, agenda_view
from tests.cast import DAY, MONDAY, Cast
from tests.hours import behind
from tests.pages import press, visit, words


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """Tomorrow's meeting, the fourth of the company."""
    agenda_view._COLLECTED.clear()
    behind(cast, 3)
    with cast.database.read() as session:
        found = meetings.following(session, at=MONDAY)
    assert found is not None
    return found


def write(seen: AppTest, prefix: str, text: str) -> None:
    (field,) = [f for f in (*seen.text_input, *seen.text_area) if str(f.key).startswith(prefix)]
    field.set_value(text)


def items(cast: Cast, meeting: Meeting) -> list[Item]:
    with cast.database.read() as session:
        return meetings.items(session, meeting.id)


def test_a_head_sees_the_agenda_as_it_grows_with_what_concerns_her_area(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask("Send the list", at=MONDAY - 12 * DAY)
    cast.ask("Export the tickets", to="support", by="elsa", at=MONDAY - DAY)
    seen = visit(monkeypatch, cast.database, cast.bruno, "meeting")
    said = words(seen)
    assert "Sales has waited 12 days for an answer from Product" in said
    assert said.count("Your area") == 1
    assert "16 of 55 minutes" in seen.get("progress")[0].proto.text
    press(seen, "before-")
    assert [one.title for one in items(cast, meeting) if one.settle_before] == ["Send the list"]
    write(seen, "what-", "Prices for *next* year")
    press(seen, "send-")
    assert [one.areas for one in items(cast, meeting) if one.kind == "topic"] == [[cast.area["product"]]]
    assert r"Prices for \*next\* year" in words(seen)
    seen.segmented_control(key="agenda-shown").set_value("mine").run()
    assert "Export the tickets" not in words(seen)


def test_the_facilitator_carries_what_is_too_much_in_one_click(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.begin() as session:
        for title in ("Prices", "Hiring", "The office"):
            meetings.add_topic(session, meeting.id, title=title, minutes=20, by=cast.ana, at=MONDAY)
    seen = visit(monkeypatch, cast.database, cast.fabio, "meeting")
    assert "17 minutes too many" in seen.get("progress")[0].proto.text
    press(seen, "put-off")
    assert [one.title for one in items(cast, meeting) if one.state == "carried"] == ["The office"]


def test_what_is_moved_in_the_list_is_saved_once_however_often_it_is_sent(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2):
        cast.ask(f"Part {n}", at=MONDAY - n * DAY)
    seen = visit(monkeypatch, cast.database, cast.fabio, "meeting")
    assert not seen.exception
    last = [one for one in items(cast, meeting) if one.section == "requests"][-1]
    sent = [{"n": 1, "what": "place", "item": last.id, "section": "requests", "position": 0},
            {"n": 2, "what": "minutes", "item": last.id, "minutes": 7}]  # fmt: skip
    for change in sent:
        with cast.database.begin() as session:
            agenda_order.apply(session, change, by=cast.fabio)
    requests = [one for one in items(cast, meeting) if one.section == "requests"]
    assert (requests[0].id, requests[0].minutes, requests[0].version) == (last.id, 7, 3)
    assert [change["n"] for change in agenda_order.new(sent, done=1)] == [2]


def test_an_item_leaves_the_agenda_with_a_reason_and_comes_back(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask("Send the list")
    seen = visit(monkeypatch, cast.database, cast.fabio, "meeting")
    item = next(one for one in items(cast, meeting) if one.title == "Send the list")
    seen.session_state[agenda_order.CHOSEN] = item.id
    seen.run()
    write(seen, "text-", "")
    press(seen, f"send-{seen.session_state[f'nonce:leaving-{item.id}']}")
    assert "Say why" in seen.error[0].value
    write(seen, "text-", "They spoke on Friday")
    press(seen, f"send-{seen.session_state[f'nonce:leaving-{item.id}']}")
    assert "They spoke on Friday" in words(seen)
    press(seen, f"back-{item.id}")
    assert next(one for one in items(cast, meeting) if one.id == item.id).state == "open"


def test_the_facilitator_opens_the_agenda_and_drops_a_meeting(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.fabio, "meeting")
    press(seen, "open-agenda")
    seen.session_state["ahead"] = "Coming meetings"
    seen.run()
    with cast.database.read() as session:
        second = meetings.upcoming(session, at=MONDAY)[1]
    press(seen, f"drop-date-{second.id}")
    write(seen, "why-", "Everybody is at the fair")
    press(seen, f"send-{seen.session_state[f'nonce:drop-meeting-{second.id}']}")
    assert "Everybody is at the fair" in words(seen)
    press(seen, f"restore-{second.id}")
    with cast.database.read() as session:
        assert meetings.meeting(session, second.id).state == "planned"
        assert meetings.meeting(session, meeting.id).opened_at == MONDAY


def test_an_administrator_begins_the_series(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.hugo, "meeting")
    assert "No meeting is planned yet" in words(seen)
    seen.session_state["ahead"] = "The series"
    seen.run()
    press(seen, "save-")
    with cast.database.read() as session:
        assert len(meetings.upcoming(session, at=MONDAY)) == 7


def test_bruno_prepares_in_a_few_minutes(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask("Send the list", at=MONDAY - 3 * DAY)
    seen = visit(monkeypatch, cast.database, cast.bruno, "preparation")
    assert "Sales has waited 3 days for an answer from Product." in words(seen)
    assert [b.key for b in seen.button if str(b.key).startswith(f"open-{row.id}-")]
    key = seen.session_state[f"nonce:prepare-{meeting.id}-{cast.area['product']}"]
    write(seen, f"what-{key}", "Fewer urgent calls")
    press(seen, f"send-{key}")
    assert "You can still change it" in words(seen)
    with cast.database.read() as session:
        prepared = meetings.prepared(session, meeting.id)[cast.area["product"]]
    assert prepared is not None
    assert prepared.want == "Fewer urgent calls"


def test_the_facilitator_sees_who_is_prepared_and_enters_for_the_others(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.fabio, "preparation")
    assert "0 of 4 areas are prepared" in words(seen)
    assert "once the agenda is open" in words(seen)
    with cast.database.begin() as session:
        meetings.open_agenda(session, meeting.id, by=cast.fabio, at=MONDAY)
    seen = visit(monkeypatch, cast.database, cast.fabio, "preparation")
    area = seen.selectbox(key="prepare-for").value
    press(seen, f"send-{seen.session_state[f'nonce:prepare-{meeting.id}-{area}']}")
    assert "by the facilitator, on the area's behalf" in words(seen)
    assert "1 of 4 areas are prepared" in words(seen)


def test_who_speaks_for_no_area_has_nothing_to_prepare(
    cast: Cast, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.iris, "preparation")
    assert "nothing to prepare" in words(seen)
