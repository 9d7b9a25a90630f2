"""The running hour's page, where two things come together: looking around and answering, writing and going on."""

import pytest

from coord import issues, meetings, requests
from coord.people import Mandate
from tests.cast import MONDAY, Cast
from tests.hours import begun, go
from tests.test_hour_page import Look, press


@pytest.fixture
def page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Look:
    return Look(cast, monkeypatch)


def test_bruno_answers_a_request_at_which_he_looks_while_the_hour_is_elsewhere(
    cast: Cast, page: Look
) -> None:
    row = cast.ask()
    hour = begun(cast, request=row.id)
    with cast.database.read() as session:
        item = next(one for one in meetings.course(session, hour) if one.kind == "request_unanswered")
    seen = page(cast.bruno)
    seen.selectbox(key="looked_at").select(item.id).run()
    press(press(seen, f"open-{row.id}-promise"), "chip0")
    with cast.database.read() as session:
        assert requests.story(session, row.id)[-1].verb == "promise"


def test_what_bruno_began_to_write_stays_when_the_hour_goes_on_to_the_next_area(
    cast: Cast, page: Look
) -> None:
    hour = begun(cast)
    go(cast, hour, "wants")
    with cast.database.read() as session:
        row = meetings.meeting(session, hour)
        turns, item = meetings.in_turn(session, row), row.item_id
    product = cast.area["product"]
    with cast.database.begin() as session:
        meetings.meeting(session, hour).turn = turns.index(product)
    seen = page(cast.bruno)
    wish = next(one for one in seen.text_input if (one.key or "").startswith("text-want-"))
    with cast.database.begin() as session:
        meetings.meeting(session, hour).turn = 1 if turns.index(product) == 0 else 0
    seen.session_state["unsent"] = {"parts": f"mine-{item}-{product}"}  # what the browser tells
    wish.input("Answers by Friday")
    press(seen, "send-")
    with cast.database.read() as session:
        [said] = meetings.recordings(session, hour)
    assert (said.now.text, said.now.area_id, said.now.item_id) == ("Answers by Friday", product, item)


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("gina", ["issue", "decision", "message", "thanks", "note", "parked"]),  # a director
        ("bruno", ["request", "issue", "message", "thanks", "note", "parked"]),  # a head
        ("iris", ["issue"]),  # of an area, without a right
    ],
)
def test_nobody_is_offered_to_record_what_would_be_refused(
    cast: Cast, page: Look, who: str, offered: list[str]
) -> None:
    begun(cast)
    person: Mandate = getattr(cast, who)
    kinds = {"request": "Request", "issue": "Issue", "decision": "Decision", "message": "Message", "thanks": "Thanks",
             "note": "Note", "parked": "Parked"}  # fmt: skip
    [pills] = [one for one in page(person).pills if (one.key or "").startswith("kind-")]
    assert list(pills.options) == [kinds[kind] for kind in offered]


def test_a_director_records_a_note_without_an_area(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    seen = page(cast.gina)
    next(one for one in seen.pills if (one.key or "").startswith("kind-")).set_value("note")
    next(one for one in seen.text_input if (one.key or "").startswith("what-")).input("Worth keeping")
    press(press(seen, "check-"), "send-")
    with cast.database.read() as session:
        [said] = meetings.recordings(session, hour)
    assert (said.now.kind, said.now.area_id) == ("note", None)


def test_the_form_that_ends_one_issue_is_not_open_at_the_next(cast: Cast, page: Look) -> None:
    with cast.database.begin() as session:
        first, second = (
            issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened=what, by=cast.ana,
                         at=MONDAY).id
            for what in ("The list came late", "The list came twice")
        )  # fmt: skip
    hour = begun(cast, [("issues", "issue", 4), ("issues", "another", 4)])
    with cast.database.begin() as session:
        for item, issue in zip(meetings.course(session, hour), (first, second), strict=True):
            item.subject = f"issue:{issue}"
    seen = press(page(cast.fabio), f"choose-watching-{first}")
    assert [one for one in seen.date_input if (one.key or "").startswith("until-")]
    press(seen, "step-next")
    assert not [one for one in seen.date_input if (one.key or "").startswith("until-")]


def test_a_line_that_was_begun_when_the_hour_ended_can_still_be_recorded(cast: Cast, page: Look) -> None:
    hour = begun(cast)
    seen = page(cast.bruno)
    seen.session_state["unsent"] = {"parts": "capture"}  # what the browser tells
    seen.run()
    with cast.database.begin() as session:
        meetings.end(session, hour, by=cast.fabio, at=MONDAY)
    seen.run()
    next(one for one in seen.text_input if (one.key or "").startswith("what-")).input(
        "Support: the open list"
    )
    press(press(seen, "check-"), "send-")
    with cast.database.read() as session:
        [row] = requests.every(session, requests.Wanted(), at=MONDAY)
    assert (row.what, row.answering_area_id) == ("the open list", cast.area["support"])
