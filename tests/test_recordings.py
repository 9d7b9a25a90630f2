"""What is said in the hour: recorded by whoever may, put right by another recording, found again; and who is here."""

import pytest

from coord import meetings
from coord.meetings import Said
from coord.refusal import Changed, Refused
from tests.cast import DAY, FRIDAY, Cast
from tests.held_hours import MINUTE, Hour, begun, planned


@pytest.fixture
def hour(cast: Cast) -> Hour:
    return begun(cast)


def said(hour: Hour) -> list[Said]:
    with hour.cast.database.read() as session:
        return meetings.recordings(session, hour.id)


def mark(hour: Hour, *, by: str, area: str | None = None, **facts: object) -> None:
    with hour.cast.database.begin() as session:
        meetings.mark(session, hour.id, area=hour.cast.area[area] if area else None, by=getattr(hour.cast, by),
                      at=hour.said_at, **facts)  # type: ignore[arg-type]  # fmt: skip


def seats(hour: Hour) -> dict[int | None, meetings.Seat]:
    with hour.cast.database.read() as session:
        return {seat.area_id: seat for seat in meetings.attendance(session, hour.id)}


def test_ana_says_what_sales_wants_and_fabio_says_it_for_support(hour: Hour) -> None:
    own = hour.record("want", "Two more trial accounts", by="ana", area="sales")
    other = hour.record("want", "Nothing new before Friday", area="support")
    assert (own.on_behalf, other.on_behalf) == (False, True)
    assert (other.area_id, other.person_id) == (hour.cast.area["support"], hour.cast.fabio.person_id)


def test_who_may_record(hour: Hour) -> None:
    with pytest.raises(Refused, match="don't speak for this area"):
        hour.record("want", "Less work", by="ana", area="support")
    with pytest.raises(Refused, match="Only those who speak"):
        hour.record("thanks", "To everybody", by="iris")
    assert hour.record("thanks", "To everybody", by="ana").area_id == hour.cast.area["sales"]
    assert hour.record("decision", "We freeze prices", by="gina", decided_by="Gina").area_id is None


def test_a_decision_says_who_decided_and_nothing_is_recorded_without_words(hour: Hour) -> None:
    with pytest.raises(Refused, match="Say who decided"):
        hour.record("decision", "We freeze prices")
    with pytest.raises(Refused, match="Write a sentence"):
        hour.record("thanks", "  ​ ")
    with pytest.raises(Refused, match="Choose what is recorded"):
        hour.record("gossip", "Psst")
    assert said(hour) == []


def test_nothing_is_recorded_before_the_hour_and_only_by_facilitators_after_the_close(cast: Cast) -> None:
    hour = planned(cast)
    with pytest.raises(Refused, match="before the hour begins"):
        hour.record("note", "Too early")
    hour = begun(cast, week=1)
    hour.end()
    assert hour.record("thanks", "For listening", by="ana").id
    hour.close()
    with pytest.raises(Refused, match="The minutes are closed"):
        hour.record("thanks", "For more", by="ana")
    assert hour.record("note", "The room was cold").id


def test_an_item_gives_its_subject_to_what_is_said_about_it(hour: Hour) -> None:
    item = hour.item("Export of open tickets", subject="request:7")
    assert hour.record("decision", "We do it", decided_by="Gina", item=item.id).subject == "request:7"
    elsewhere = begun_elsewhere(hour)
    with pytest.raises(Refused, match="not on the agenda"):
        elsewhere.record("decision", "We do it", decided_by="Gina", item=item.id)


def begun_elsewhere(hour: Hour) -> Hour:
    hour.end()
    return begun(hour.cast, week=1)


def test_a_wrong_recording_is_put_right_by_another_and_both_stay(hour: Hour) -> None:
    wrong = hour.record("decision", "We freeze prices until May", decided_by="Gina")
    right = hour.correct(wrong, "We freeze prices until April")
    (one,) = said(hour)
    assert (one.now.text, one.now.decided_by, one.before[0].text) == (right.text, "Gina", wrong.text)
    with pytest.raises(Changed, match="put this right in the meantime"):
        hour.correct(wrong, "We freeze nothing")
    hour.correct(right, None)
    (one,) = said(hour)
    assert one.is_taken_back
    assert [old.text for old in one.before] == [wrong.text, right.text]


def test_only_those_concerned_put_it_right(hour: Hour) -> None:
    row = hour.record("want", "Two more trials", area="sales")
    with pytest.raises(Refused, match="Only the area that said it"):
        hour.correct(row, "None at all", by="bruno")
    assert hour.correct(row, "Three more trials", by="ana").on_behalf is False


def test_an_hour_has_one_improvement(hour: Hour) -> None:
    hour.record("improvement", "Start on time")
    hour.record("improvement", "Let everybody finish")
    with hour.cast.database.read() as session:
        found = meetings.improvement(session, hour.id)
    assert found is not None
    assert found.now.text == "Let everybody finish"


def test_everything_ever_said_about_a_request(cast: Cast) -> None:
    first = begun(cast)
    first.item("Export of open tickets", subject="request:7")
    wrong = first.record("note", "They need it in May", subject="request:7")
    first.correct(wrong, "They need it in April")
    first.record("note", "Something else", subject="request:8")
    first.end()
    second = begun(cast, week=1)
    second.record("decision", "Billing does it", decided_by="Gina", subject="request:7")
    with cast.database.read() as session:
        found = meetings.said_about(session, "request:7")
        assert meetings.said_about(session, "request:70") == []
    assert [one.meeting.id for one in found] == [second.id, first.id]
    assert [len(one.items) for one in found] == [0, 1]
    assert [one.said[0].now.text for one in found] == ["Billing does it", "They need it in April"]


def test_before_the_hour_a_head_excuses_themselves_or_says_who_stands_in(cast: Cast) -> None:
    hour = planned(cast)
    mark(hour, by="ana", area="sales", status="excused", text="At a customer's")
    mark(hour, by="bruno", area="product", status="stood_in", speaker=cast.davi.person_id)
    assert (seats(hour)[cast.area["sales"]].status, seats(hour)[cast.area["product"]].person_id) == (
        "excused",
        cast.davi.person_id,
    )
    with pytest.raises(Refused, match="Before the hour"):
        mark(hour, by="ana", area="sales", status="absent")
    with pytest.raises(Refused, match="Only the area itself"):
        mark(hour, by="ana", area="support", status="excused")
    with pytest.raises(Refused, match="Say who stands in"):
        mark(hour, by="carla", area="support", status="stood_in")


def test_all_here_marks_only_those_of_whom_nothing_is_known(hour: Hour) -> None:
    cast = hour.cast
    mark(hour, by="elsa", area="billing", status="remote")
    with pytest.raises(Refused, match="Only a facilitator"), cast.database.begin() as session:
        meetings.all_here(session, hour.id, by=cast.ana, at=hour.said_at)
    with cast.database.begin() as session:
        assert meetings.all_here(session, hour.id, by=cast.fabio, at=hour.said_at) == 3
    found = seats(hour)
    assert found[cast.area["billing"]].status == "remote"
    assert (found[cast.area["sales"]].status, found[cast.area["sales"]].person_id) == (
        "present",
        cast.ana.person_id,
    )


def test_a_guest_has_a_seat_and_after_the_hour_only_a_facilitator_marks(hour: Hour) -> None:
    cast = hour.cast
    mark(hour, by="gina", person=cast.gina.person_id, status="present")
    assert seats(hour)[None].person_id == cast.gina.person_id
    hour.end()
    with pytest.raises(Refused, match="The hour is over"):
        mark(hour, by="ana", area="sales", status="late")
    mark(hour, by="fabio", area="sales", status="late")
    assert seats(hour)[cast.area["sales"]].status == "late"
    hour.close()
    with pytest.raises(Refused, match="Add a note"):
        mark(hour, by="fabio", area="sales", status="present")


def test_being_there_in_a_browser_is_no_attendance(hour: Hour) -> None:
    assert {seat.status for seat in seats(hour).values()} == {None}


def test_a_search_finds_what_counts_now_whatever_the_accents(cast: Cast) -> None:
    first = begun(cast)
    wrong = first.record("decision", "Prêços até maio", decided_by="Gina")
    first.correct(wrong, "Preços até abril")
    first.item("A longer trial")
    request = cast.ask("Lista de clientes", at=first.said_at)
    first.end()
    second = begun(cast, week=1)
    second.record("thanks", "For the prices", by="ana")
    cast.move(request, "question", by="bruno", at=second.said_at, text="Which?")
    second.end()

    def found(text: str) -> list[tuple[int, list[str | None], int, int]]:
        with cast.database.read() as session:
            hits = meetings.found(session, text)
        return [(h.meeting.id, [s.now.text for s in h.said], len(h.items), len(h.requests)) for h in hits]

    assert found("precos ABRIL") == [(first.id, ["Preços até abril"], 0, 0)]
    assert found("maio") == []
    assert found("longer trial") == [(first.id, [], 1, 0)]
    assert found("clientes") == [(second.id, [], 0, 1), (first.id, [], 0, 1)]
    assert found("  ") == []
    assert found("100%") == []


def test_the_list_of_hours_says_what_came_of_each(cast: Cast) -> None:
    first = begun(cast)
    request = cast.ask(at=first.said_at)
    cast.ask("Before the hour", at=first.starts_at - DAY)
    first.move(request, "promise", by="bruno", day=FRIDAY)
    first.record("decision", "Yes", decided_by="Gina")
    first.correct(first.record("decision", "No", decided_by="Gina"), None)
    first.end(55 * MINUTE)
    planned(cast, week=1)
    with cast.database.read() as session:
        (one,) = meetings.held(session)
    assert (one.number, one.promises, one.asked, one.decisions) == (1, 1, 1, 1)
