"""Archiving an area: nothing that is open may be left with nobody."""

from typing import Any

import pytest

from coord import company, departures, requests
from coord.refusal import Changed, Refused
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast

LATER = MONDAY + HOUR


def archive(cast: Cast, area: str = "product", *, by: str = "hugo", at: int = LATER, **facts: Any) -> None:
    heirs = [cast.area[heir] for heir in facts.pop("heirs", ())]
    with cast.database.begin() as session:
        seen = facts.pop("seen", company.area(session, cast.area[area]).version)
        departures.archive_area(session, cast.area[area], seen=seen, by=getattr(cast, by), at=at, heirs=heirs,
                                **facts)  # fmt: skip


def in_use(cast: Cast, area: str = "product") -> bool:
    with cast.database.read() as session:
        return company.area(session, cast.area[area]).archived_at is None


def test_an_area_that_owes_nothing_is_archived_at_once(cast: Cast) -> None:
    row = cast.move(cast.ask(), "decline", by="bruno", at=MONDAY, text="Not ours")
    archive(cast)
    assert not in_use(cast)
    assert cast.look(row).answering_area_id == cast.area["product"]


def test_what_it_has_to_answer_must_be_handed_on(cast: Cast) -> None:
    cast.ask()
    with pytest.raises(Refused, match="Requests that Product has to answer: 1"):
        archive(cast, reason="It joins Support")
    assert in_use(cast)


def test_what_it_has_to_answer_goes_to_its_heir_and_the_past_stays(cast: Cast) -> None:
    asked = cast.ask("Send the list")
    promised = cast.move(cast.ask("Check the terms"), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    archive(cast, heirs=["support"], reason="It joins Support")
    for row in (asked, promised):
        row = cast.look(row)
        assert (row.state, row.answering_area_id) == ("asked", cast.area["support"])
    with cast.database.read() as session:
        told = requests.story(session, promised.id)
        assert [(e.verb, e.area_id, e.on_behalf, e.person_id) for e in told] == [
            ("ask", cast.area["sales"], False, cast.ana.person_id),
            ("promise", cast.area["product"], False, cast.bruno.person_id),
            ("reroute", cast.area["product"], True, cast.hugo.person_id),
        ]
        assert told[-1].text == "It joins Support"
        assert requests.replay(e.event() for e in told) == requests.request(session, promised.id).life()


def test_what_it_asked_is_withdrawn_with_the_reason(cast: Cast) -> None:
    row = cast.ask(by="bruno", to="sales")
    with pytest.raises(Refused, match="Say why Product ends"):
        archive(cast, reason="  ")
    archive(cast, reason="It joins Support")
    assert cast.look(row).state == "withdrawn"
    with cast.database.read() as session:
        last = requests.story(session, row.id)[-1]
    assert (last.verb, last.text, last.area_id, last.on_behalf) == (
        "withdraw",
        "It joins Support",
        cast.area["product"],
        True,
    )


def test_an_heir_does_not_answer_what_it_asked_itself(cast: Cast) -> None:
    own = cast.ask("Export the tickets", by="carla")
    others = cast.ask("Send the list", by="ana")
    with pytest.raises(Refused, match="asked for some of these itself"):
        archive(cast, heirs=["support"], reason="It joins Support")
    archive(cast, heirs=["support", "billing"], reason="It joins Support")
    assert cast.look(others).answering_area_id == cast.area["support"]
    assert cast.look(own).answering_area_id == cast.area["billing"]


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("question", {"text": "Which month?"}),
        ("counter", {"text": "Only the summary", "day": FRIDAY}),
        ("deliver", {"text": "In the folder"}),
    ],
)
def test_it_cannot_go_while_others_have_the_next_move_on_what_it_was_asked(
    cast: Cast, verb: str, facts: dict[str, Any]
) -> None:
    row = cast.move(cast.ask(), verb, by="bruno", at=MONDAY, **facts)
    with pytest.raises(Refused, match="Others have the next move on requests to Product: 1"):
        archive(cast, heirs=["support"], reason="It joins Support")
    cast.move(row, "confirm", by="ana", at=MONDAY)
    archive(cast)
    assert not in_use(cast)


def test_a_delivery_that_silence_has_confirmed_holds_nobody_up(cast: Cast) -> None:
    cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY)
    archive(cast, at=MONDAY + 20 * DAY)
    assert not in_use(cast)


def test_a_refusal_in_the_middle_leaves_everything_as_it_was(cast: Cast) -> None:
    first, second = cast.ask("Send the list", by="ana"), cast.ask("Export the tickets", by="carla")
    with pytest.raises(Refused):
        archive(cast, heirs=["support"], reason="It joins Support")  # Support asked the second one
    assert [cast.look(row).answering_area_id for row in (first, second)] == [cast.area["product"]] * 2
    assert in_use(cast)


def test_an_heir_must_be_in_use_and_another_area(cast: Cast) -> None:
    cast.ask()
    with pytest.raises(Refused, match="Choose a third area"):
        archive(cast, heirs=["product"], reason="It ends")
    archive(cast, "billing")
    with pytest.raises(Refused, match="Billing is no longer in use"):
        archive(cast, heirs=["billing"], reason="It ends")


def test_only_an_administrator_archives_and_only_what_they_saw(cast: Cast) -> None:
    with pytest.raises(Refused, match="Only an administrator"):
        archive(cast, by="bruno")
    with pytest.raises(Changed):
        archive(cast, seen=7)


def test_an_archived_area_comes_back_as_it_was(cast: Cast) -> None:
    archive(cast)
    with cast.database.begin() as session:
        row = company.area(session, cast.area["product"])
        with pytest.raises(Refused, match="“Product” is archived"):
            company.open_area(session, name="PRODÚCT", sphere="sales", by=cast.hugo)
        with pytest.raises(Refused, match="Only an administrator"):
            company.restore_area(session, row.id, seen=row.version, by=cast.bruno)
        company.restore_area(session, row.id, seen=row.version, by=cast.hugo)
    cast.ask()
    assert in_use(cast)
