"""Today, as heads of areas use it: what waits for them, and answering it in place."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from coord import clock, people
from coord.requests import Request
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast
from tests.pages import visit, words


def press(seen: AppTest, prefix: str) -> AppTest:
    """Press the one button whose key begins so."""
    (button,) = [b for b in seen.button if str(b.key).startswith(prefix)]
    button.click().run()
    assert not seen.exception, seen.exception
    return seen


def write(seen: AppTest, prefix: str, text: str) -> None:
    (area,) = [a for a in seen.text_area if str(a.key).startswith(prefix)]
    area.set_value(text)


def headings(seen: AppTest) -> list[str]:
    return [heading.value.split(" :")[0] for heading in seen.subheader]


def test_an_empty_today_says_what_is_fine(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.bruno)
    assert "Nobody has asked your area for anything yet" in words(seen)
    row = cast.ask(at=MONDAY - DAY)
    cast.move(row, "decline", by="bruno", at=MONDAY, text="No time")
    seen = visit(monkeypatch, cast.database, cast.bruno)
    assert "Nothing waits for you" in seen.success[0].value
    seen = visit(monkeypatch, cast.database, cast.gina)
    assert "You don't speak for an area" in seen.info[0].value


def test_each_head_sees_what_waits_for_them_and_what_they_wait_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ask("Send the list")
    cast.move(cast.ask("Confirm the dates"), "promise", by="bruno", at=MONDAY - 0, day=FRIDAY)
    cast.move(
        cast.ask("Share the notes"), "counter", by="bruno", at=MONDAY, text="Only the summary", day=FRIDAY
    )
    cast.move(cast.ask("Export the tickets"), "question", by="bruno", at=MONDAY, text="Which month?")
    cast.move(cast.ask("Fix the invoice"), "deliver", by="bruno", at=MONDAY, text="In the folder")
    seen = visit(monkeypatch, cast.database, cast.bruno, at=MONDAY + HOUR)
    assert headings(seen)[:2] == ["Answer these", "Promised for the next seven days"]
    seen = visit(monkeypatch, cast.database, cast.ana, at=MONDAY + HOUR)
    assert headings(seen)[:4] == ["They offered something else", "Tell them what they need to know",
                                  "Confirm these deliveries", "What your area waits for"]  # fmt: skip
    assert "Only the summary" in words(seen)


def test_bruno_promises_in_two_clicks(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.bruno)
    press(seen, f"open-{row.id}-promise")
    press(seen, "chip2-")
    row = cast.look(row)
    assert (row.state, row.promised_on) == ("promised", FRIDAY)


def test_what_was_typed_stays_when_a_rule_says_no(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.bruno)
    press(seen, f"open-{row.id}-promise")
    write(seen, "text-", "A sheet")
    press(seen, "send-")  # no day was chosen
    assert seen.error[0].value == "Choose a day."
    assert [a.value for a in seen.text_area if str(a.key).startswith("text-")] == ["A sheet"]
    press(seen, "chip0-")
    assert cast.look(row).state == "promised"


def test_the_second_of_two_sees_what_the_first_did_and_keeps_her_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.davi)
    press(seen, f"open-{row.id}-decline")
    write(seen, "text-", "We have no time this week")
    cast.move(row, "promise", by="bruno", at=MONDAY, day=FRIDAY, text="I can do it")
    press(seen, "send-")
    assert "Somebody else has moved this request" in seen.error[0].value
    assert any(
        "Bruno (Product) promised it for 6 Mar" in info.value and "I can do it" in info.value
        for info in seen.info
    )
    assert [a.value for a in seen.text_area if str(a.key).startswith("text-")] == [
        "We have no time this week"
    ]
    assert cast.look(row).state == "promised"


def test_words_for_a_move_that_is_no_longer_possible_can_go_as_a_comment(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.davi)
    press(seen, f"open-{row.id}-question")
    write(seen, "text-", "Which month?")
    cast.move(row, "withdraw", by="ana", at=MONDAY)
    press(seen, "send-")
    assert "You were writing here" in headings(seen)
    press(seen, "send-")
    assert cast.look(row).version == 3


def test_peoples_words_are_shown_as_typed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.ask("**Bold** <script>alert(1)</script> $x$ :red[a] [b](http://c.example)")
    seen = visit(monkeypatch, cast.database, cast.bruno)
    label = next(link.value for link in seen.page_link if "Bold" in link.value)
    assert r"\*\*Bold\*\* \<script\>" in label
    assert r"\$x\$" in label
    assert r"\:red\[a\]" in label


def test_long_lists_keep_the_rest_behind_one_line(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(11):
        cast.ask(f"Send part {n}", at=MONDAY - n * DAY)
    seen = visit(monkeypatch, cast.database, cast.bruno)
    assert seen.expander[0].label == "3 more"


def test_what_is_new_is_only_what_others_did_since_the_last_visit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Request] = [cast.ask("Send the list", at=MONDAY - 3 * DAY)]
    visit(monkeypatch, cast.database, cast.bruno, at=MONDAY - 2 * DAY)
    rows.append(cast.ask("Confirm the dates", at=MONDAY - DAY))
    seen = visit(monkeypatch, cast.database, cast.bruno)
    news = [link.value for link in seen.page_link if "asked Product" in link.value]
    assert len(news) == 1
    assert "Confirm the dates" in news[0]


def test_who_comes_back_within_a_month_stays_signed_in(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.bruno)
    for days in (20, 40, 60):
        monkeypatch.setattr(clock, "now", lambda days=days: MONDAY + days * DAY)
        assert seen.run().title[0].value == "Today"
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 91 * DAY)
    assert "You are signed out" in seen.run().info[0].value


def test_a_move_that_needs_no_words_says_so_where_somebody_else_was_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.move(cast.ask(), "counter", by="bruno", at=MONDAY, text="Only the summary", day=FRIDAY)
    seen = visit(monkeypatch, cast.database, cast.ana)
    cast.move(row, "escalate", by="bruno", at=MONDAY, text="Who decides?")
    press(seen, f"open-{row.id}-agree")
    assert "Somebody else has moved this request" in seen.error[0].value
    press(seen, f"open-{row.id}-agree")
    assert cast.look(row).state == "promised"


def test_who_only_reads_comments_without_opening_a_list_of_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask()
    seen = visit(monkeypatch, cast.database, cast.gina, "request", id=str(row.id))
    press(seen, f"open-{row.id}-note")
    write(seen, "text-", "Seen")
    press(seen, "send-")
    assert cast.look(row).version == 2


def test_who_handles_it_begins_with_whoever_handles_it_now(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.move(cast.ask(), "assign", by="bruno", at=MONDAY, handler=cast.iris.person_id)
    seen = visit(monkeypatch, cast.database, cast.bruno, move=f"{row.id}-assign-{row.version}")
    (handler,) = [s for s in seen.selectbox if str(s.key).startswith("handler-")]
    assert handler.value == cast.iris.person_id
    press(seen, "send-")
    assert "does not handle it already" in seen.error[0].value


def test_carla_names_iris_her_deputy_where_her_day_begins(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.carla)
    seen.session_state[f"deputies-{cast.area['support']}"] = True
    seen.run()
    (choice,) = [box for box in seen.selectbox if str(box.key).startswith("deputy-")]
    choice.set_value(cast.iris.person_id)
    press(seen, "name-")
    row = cast.ask(to="support")
    assert cast.iris.person_id is not None
    with cast.database.read() as session:
        iris = people.mandate(session, cast.iris.person_id)
    assert iris.speaks_for(row.answering_area_id)
    press(seen, f"end-{cast.area['support']}-{cast.iris.person_id}")
    with cast.database.read() as session:
        assert not people.mandate(session, cast.iris.person_id).areas


def test_what_waits_since_before_coord_is_new_when_it_is_entered(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(monkeypatch, cast.database, cast.bruno, at=MONDAY - 2 * DAY)
    cast.ask("Send the old list", since_on=date(2026, 1, 12))
    seen = visit(monkeypatch, cast.database, cast.bruno)
    assert any("asked Product" in link.value and "Send the old list" in link.value for link in seen.page_link)
