"""Asking, looking for requests, and one request's story, as the people of the cast use them."""

from datetime import date

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from coord.requests import Request
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast
from tests.pages import visit, words


def keyed(elements: object, prefix: str) -> object:
    (found,) = [e for e in elements if str(e.key).startswith(prefix)]  # type: ignore[attr-defined]
    return found


def ask(seen: AppTest, area: int, what: str) -> AppTest:
    keyed(seen.pills, "to-").set_value(area)  # type: ignore[attr-defined]
    keyed(seen.text_input, "what-").set_value(what)  # type: ignore[attr-defined]
    keyed(seen.button, "send-").click().run()  # type: ignore[attr-defined]
    assert not seen.exception, seen.exception
    return seen


def count(cast: Cast) -> int:
    with cast.database.read() as session:
        return session.scalar(select(func.count(Request.id))) or 0


def test_ana_asks_with_an_area_and_a_line_and_the_form_is_empty_for_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = ask(visit(monkeypatch, cast.database, cast.ana, "ask"), cast.area["product"], "Send the list")
    assert "Asked Product" in words(seen)
    assert keyed(seen.text_input, "what-").value == ""  # type: ignore[attr-defined]
    assert count(cast) == 1


def test_a_request_without_an_area_or_words_keeps_what_was_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "ask")
    keyed(seen.text_input, "what-").set_value("Send the list")  # type: ignore[attr-defined]
    keyed(seen.button, "send-").click().run()  # type: ignore[attr-defined]
    assert seen.error[0].value == "Choose the area that you ask."
    assert keyed(seen.text_input, "what-").value == "Send the list"  # type: ignore[attr-defined]
    ask(seen, cast.area["product"], "  \u200b ")
    assert seen.error[0].value == "Say what you ask for."
    assert count(cast) == 0


def test_asking_the_same_again_warns_once_and_then_lets_ana_ask_anyway(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask("Send the list of trial customers")
    seen = visit(monkeypatch, cast.database, cast.ana, "ask")
    ask(seen, cast.area["product"], "Send a list of the trial customers")
    assert "already an open request like this" in seen.warning[0].value
    assert count(cast) == 1
    keyed(seen.button, "send-").click().run()  # type: ignore[attr-defined]
    assert count(cast) == 2


def test_what_waits_since_before_coord_is_entered_with_its_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "ask")
    keyed(seen.date_input, "since_on-").set_value(date(2026, 1, 12))  # type: ignore[attr-defined]
    ask(seen, cast.area["product"], "Send the list")
    with cast.database.read() as session:
        row = session.scalars(select(Request)).one()
    assert (row.since_on, row.observed_from_at) == (date(2026, 1, 12), MONDAY)


def test_who_speaks_for_no_area_is_told_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Heads and deputies ask" in visit(monkeypatch, cast.database, cast.gina, "ask").info[0].value


def test_requests_are_found_by_words_without_accents_and_by_state(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask("Confirmar a reunião de São Paulo", customer="Aurora")
    cast.move(cast.ask("Send the list"), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    seen = visit(monkeypatch, cast.database, cast.gina, "requests", text="SAO reuniao")
    assert ["Confirmar" in link.value for link in seen.main.page_link] == [True]
    seen = visit(monkeypatch, cast.database, cast.gina, "requests", state="promised")
    assert ["Send" in link.value for link in seen.main.page_link] == [True]
    seen = visit(
        monkeypatch, cast.database, cast.gina, "requests", state="<script>", area="x", age="-1", sort="'"
    )
    assert len(seen.main.page_link) == 2


def test_a_filter_stands_in_the_address_by_a_name_that_all_languages_share(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask()
    seen = visit(monkeypatch, cast.database, cast.gina, "requests")
    seen.selectbox(key="address-state").set_value("promised").run()
    assert seen.query_params["state"] == "promised"
    seen.selectbox(key="address-state").set_value("unresolved").run()
    assert "state" not in seen.query_params


def test_a_long_list_is_turned_page_by_page(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(27):
        cast.ask(f"Send part {n}", at=MONDAY - n * HOUR)
    seen = visit(monkeypatch, cast.database, cast.gina, "requests")
    assert len(seen.main.page_link) == 25
    assert "**27** requests" in words(seen)


def test_one_request_tells_its_story_and_whose_move_it_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask("Send the list", done_when="All names are in the sheet", link="https://sheet.example/a_b")
    cast.move(row, "promise", by="bruno", at=MONDAY + HOUR, day=date(2026, 3, 4), text="With names")
    cast.move(row, "renegotiate", by="davi", at=MONDAY + DAY, day=FRIDAY, text="The export took longer")
    seen = visit(monkeypatch, cast.database, cast.ana, "request", at=MONDAY + 3 * DAY, id=str(row.id))
    said = words(seen)
    for sentence in ("Ana (Sales) asked Product", "Bruno (Product) promised it for 4 Mar",
                     "Davi (Product) moved the promise from 4 Mar to 6 Mar", "The export took longer",
                     "Product has the next move, for 3 days"):  # fmt: skip
        assert sentence in said, sentence
    assert seen.code[0].value == (
        "*Send the list*\nSales → Product\nPromised: 6 Mar\n"
        "Davi (Product) moved the promise from 4 Mar to 6 Mar: The export took longer\n"
        f"http://coord.example/request?id={row.id}"
    )


@pytest.mark.parametrize("wish", ["999999", "", "x", "-1", "1e9", "9" * 30, "<script>"])
def test_an_address_of_no_request_is_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "request", id=wish)
    assert seen.warning[0].value == "There is no such request."


def test_a_resolved_request_can_be_followed_up(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cast.move(cast.ask("Send the list"), "confirm", by="ana", at=MONDAY)
    seen = visit(monkeypatch, cast.database, cast.ana, "ask", follows=row.reference)
    assert "Follows up: Send the list" in words(seen)
    ask(seen, cast.area["product"], "Send the new list as well")
    with cast.database.read() as session:
        assert session.scalars(select(Request.follows).order_by(Request.id)).all() == [None, row.reference]


def test_language_is_changed_in_one_click_and_stays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana)
    seen.get_by_key("language").set_value("pt-BR").run()  # type: ignore[attr-defined]
    assert seen.title[0].value == "Hoje"
    assert visit(monkeypatch, cast.database, cast.ana).title[0].value == "Hoje"


def test_somebody_archived_meanwhile_is_signed_out_at_the_next_click(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coord import people

    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.bruno)
    assert cast.bruno.person_id
    with cast.database.begin() as session:
        people.archive(session, cast.bruno.person_id, seen=1, by=cast.hugo, at=MONDAY)
    keyed(seen.button, f"open-{row.id}-promise").click().run()  # type: ignore[attr-defined]
    assert "You are signed out" in seen.info[0].value


def test_what_was_typed_when_the_sign_in_ended_can_be_taken_along(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "ask")
    keyed(seen.text_input, "what-").set_value("Send the list")  # type: ignore[attr-defined]
    seen.user = {"coord_session": "ended elsewhere"}
    keyed(seen.button, "send-").click().run()  # type: ignore[attr-defined]
    assert "You are signed out" in seen.info[0].value
    assert seen.markdown[-1].value == "Send the list"
    assert count(cast) == 0
