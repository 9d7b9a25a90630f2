"""Minutes: drawn from what was recorded, closed, amended, and taken along on paper, as Markdown and for a chat."""

import time

import pytest

from coord import goals, issues, meetings
from coord.exchange import minutes_pdf, minutes_text
from coord.meetings import Minutes
from coord.refusal import Changed, Refused
from coord.text import LANGUAGES, Words
from tests import papers
from tests.cast import DAY, FRIDAY, Cast
from tests.held_hours import MINUTE, Hour, begun, day, planned

EN = Words("en")


@pytest.fixture
def hour(cast: Cast) -> Hour:
    return begun(cast)


def whats(moved: tuple[meetings.Moved, ...]) -> list[str]:
    return [one.request.what for one in moved]


def test_promises_stand_with_their_days_also_those_that_were_agreed_or_moved(cast: Cast, hour: Hour) -> None:
    own, offered, moved = (
        cast.ask(what, at=hour.starts_at - DAY) for what in ("A list", "A report", "A fix")
    )
    cast.move(moved, "promise", by="bruno", at=hour.starts_at - DAY, day=day(1))
    hour.move(own, "promise", by="bruno", day=FRIDAY, text="All of May")
    hour.move(offered, "counter", by="bruno", day=day(9), text="Only the summary")
    hour.move(offered, "agree", by="ana")
    hour.move(moved, "renegotiate", by="bruno", day=day(8), text="The tool is down")
    found = {one.request.what: one for one in hour.minutes().promises}
    assert {what: (one.day, one.before, one.words) for what, one in found.items()} == {
        "A list": (FRIDAY, None, "All of May"),
        "A report": (day(9), None, "Only the summary"),
        "A fix": (day(8), day(1), "The tool is down"),
    }
    assert {one.promiser for one in found.values()} == {cast.area["product"]}


def test_a_request_promised_twice_in_the_hour_stands_there_once(cast: Cast, hour: Hour) -> None:
    row = cast.ask(at=hour.starts_at - DAY)
    hour.move(row, "promise", by="bruno", day=FRIDAY)
    hour.move(row, "renegotiate", by="bruno", day=day(9))
    (one,) = hour.minutes().promises
    assert (one.day, one.before) == (day(9), FRIDAY)


def test_what_was_done_by_phone_during_the_hour_belongs_to_it_and_what_was_done_before_does_not(
    cast: Cast, hour: Hour
) -> None:
    cast.ask("Asked before", at=hour.starts_at - 1)
    cast.ask("Asked on a phone", at=hour.starts_at)
    hour.end()
    cast.ask("Asked after", at=hour.starts_at + 51 * MINUTE)
    assert whats(hour.minutes().asked) == ["Asked on a phone"]


def test_what_fabio_enters_before_the_close_belongs_to_the_hour_too(cast: Cast, hour: Hour) -> None:
    row = cast.ask("A list", at=hour.starts_at - DAY)
    hour.end()
    by = hour.mandate("fabio")
    cast.fabio = by
    cast.move(
        row, "promise", by="fabio", at=hour.starts_at + 55 * MINUTE, day=FRIDAY, area=cast.area["product"]
    )
    hour.close()
    assert whats(hour.minutes().promises) == ["A list"]
    assert hour.minutes().promises[0].event.on_behalf


def test_answers_deliveries_and_noes_stand_apart(cast: Cast, hour: Hour) -> None:
    names = ("no", "done", "received", "question", "silent")
    no, done, received, question, silent = (cast.ask(what, at=hour.starts_at - DAY) for what in names)
    for row in (received, silent):
        cast.move(row, "deliver", by="bruno", at=hour.starts_at - DAY + 60)
    hour.move(no, "decline", by="bruno", text="No longer kept")
    hour.move(done, "deliver", by="bruno")
    hour.move(received, "confirm", by="ana")
    hour.move(question, "question", by="bruno", text="Which month?")
    found = hour.minutes()
    assert [whats(part) for part in (found.declined, found.delivered, found.confirmed, found.others)] == [
        ["no"], ["done"], ["received"], ["question"]]  # fmt: skip


def test_a_decision_about_a_request_is_told_once(cast: Cast, hour: Hour) -> None:
    row = cast.ask("Who pays?", at=hour.starts_at - DAY)
    hour.move(row, "escalate", by="ana", text="Sales or Billing?")
    hour.record("decision", "Billing pays", decided_by="Gina", subject=f"request:{row.id}")
    found = hour.minutes()
    assert [one.event.verb for one in found.others] == ["escalate"]
    assert minutes_text.markdown(found, EN).count("Billing pays") == 1


def test_goals_issues_and_their_outcomes_of_the_hour(cast: Cast, hour: Hour) -> None:
    with cast.database.begin() as session:
        goal = goals.set_goal(session, area=cast.area["sales"], what="More trials", measure="Trials a week", baseline=1,
                              target=9, due_on=day(60), by=cast.ana, at=hour.starts_at - DAY)  # fmt: skip
        goals.check_in(
            session,
            goal.id,
            value=3,
            status="caution",
            line="Few visits",
            by=cast.ana,
            at=hour.starts_at - 60,
        )
        goals.check_in(session, goal.id, value=4, status="on_track", by=cast.ana, at=hour.said_at)
        issue = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["support"],
                             happened="The contract came without its annex", by=cast.ana, at=hour.said_at)  # fmt: skip
        issues.wont_change(
            session, issue.id, because="It was the only time", by=cast.carla, at=hour.said_at + 60
        )
    found = hour.minutes()
    assert [(check_in.value, of.what) for check_in, of in found.check_ins] == [(4, "More trials")]
    assert [row.happened for row in found.issues] == ["The contract came without its annex"]
    assert [(ended.outcome.outcome, ended.outcome.text) for ended in found.outcomes] == [
        ("wont_change", "It was the only time")]  # fmt: skip
    paper = minutes_text.markdown(found, EN)
    assert "It was the only time" in paper
    assert "Ana" not in paper.split("## Issues written")[1].split("##")[0], "the author is nowhere displayed"


def test_time_is_told_by_section_and_item(hour: Hour) -> None:
    hour.item("Export", state="done", minutes=4, used=5 * MINUTE)
    hour.item("Calendar", state="open", minutes=2)
    hour.item("Old topic", state="dropped", why="Nobody needs it", minutes=9)
    hour.item("Roles", section="issues", state="carried", minutes=10, used=60, times_carried=2)
    found = hour.end(50 * MINUTE).minutes()
    assert [(part.section, part.planned, part.used) for part in found.used] == [
        ("requests", 6 * MINUTE, 5 * MINUTE), ("issues", 10 * MINUTE, MINUTE)]  # fmt: skip
    assert found.seconds == 50 * MINUTE
    assert ([i.title for i in found.carried], [i.why for i in found.dropped]) == (
        ["Roles"],
        ["Nobody needs it"],
    )


def test_only_a_facilitator_closes_and_only_what_has_ended(cast: Cast) -> None:
    hour = planned(cast)
    with pytest.raises(Refused, match="not begun"):
        hour.minutes()
    hour = begun(cast, week=1)
    with pytest.raises(Refused, match="End the hour first"):
        hour.close()
    hour.end()
    with pytest.raises(Refused, match="Only a facilitator"), cast.database.begin() as session:
        meetings.close(session, hour.id, seen=hour.row().version, by=cast.ana, at=hour.said_at)
    with pytest.raises(Changed), cast.database.begin() as session:
        meetings.close(session, hour.id, seen=hour.row().version - 1, by=cast.fabio, at=hour.said_at)
    hour.close()
    assert (hour.row().state, hour.row().closed_at) == ("closed", hour.starts_at + 60 * MINUTE)
    with pytest.raises(Changed, match="closed already"):
        hour.close()


def test_what_changes_after_the_close_is_an_amendment_with_who_when_and_what_was_before(hour: Hour) -> None:
    early = hour.record("decision", "We freeze prices", decided_by="Gina")
    hour.correct(early, "We freeze prices until May")
    hour.end()
    hour.close()
    assert hour.minutes().amendments == ()
    (now,) = hour.minutes().kind("decision")
    later = hour.starts_at + 2 * 60 * MINUTE
    hour.correct(now.now, "We freeze prices until April", at=later)
    hour.record("note", "The room was cold", at=later)
    hour.record("improvement", "Start on time", at=later)
    found = hour.minutes()
    assert [(one.now.text, len(one.before)) for one in found.amendments] == [
        ("We freeze prices until April", 2), ("The room was cold", 0)]  # fmt: skip
    paper = minutes_text.markdown(found, EN)
    assert "Decision: put right by Fabio, 2 Mar 2026, 11:00" in paper
    assert "Before: We freeze prices until May" in paper
    hour.correct(found.kind("note")[0].now, None, at=later + 1)
    assert hour.minutes().kind("note") == ()
    assert "taken back by Fabio" in minutes_text.markdown(hour.minutes(), EN)


def test_each_leaves_with_their_own_list(cast: Cast, hour: Hour) -> None:
    first, second = (cast.ask(what, at=hour.starts_at - DAY) for what in ("A list", "A report"))
    hour.move(first, "promise", by="bruno", day=FRIDAY)
    hour.move(second, "promise", by="bruno", day=day(2))
    cast.ask("The invoices", by="ana", to="billing", at=hour.said_at)
    hour.record("message", "The freeze holds", to_area="product")
    found = hour.minutes()
    bruno, ana = meetings.mine(found, cast.bruno.areas), meetings.mine(found, cast.ana.areas)
    assert (whats(bruno.promised), whats(bruno.waiting)) == (["A report", "A list"], [])
    assert [said.now.text for said in bruno.messages] == ["The freeze holds"]
    assert (whats(ana.promised), whats(ana.waiting)) == ([], ["A report", "A list", "The invoices"])
    hour.move(first, "assign", by="bruno", handler=cast.iris.person_id)
    iris = meetings.mine(hour.minutes(), cast.iris.areas, cast.iris.person_id)
    assert whats(iris.promised) == ["A list"]


@pytest.fixture
def full(cast: Cast, hour: Hour) -> Minutes:
    """An hour with a bit of everything, also of what breaks paper."""
    rows = [cast.ask(f"Send the list *{n}* to ñandú & café", at=hour.starts_at - DAY) for n in range(20)]
    for n, row in enumerate(rows):
        hour.move(
            row, "promise", by="bruno", day=day(n % 5), text="#let x = 1 $ \\ ] 🎉 日本" if n % 3 else None
        )
    hour.record("decision", "| a | *b* |\n# no heading\n- no list", decided_by="Gina <g>")
    hour.record("note", "lang " * 1_999)
    with cast.database.begin() as session:
        meetings.all_here(session, hour.id, by=cast.fabio, at=hour.said_at)
    return hour.end().close().minutes()


def test_people_s_words_are_no_markup(full: Minutes) -> None:
    paper = minutes_text.markdown(full, EN)
    assert "\\| a \\| \\*b\\* \\|  \n  \\# no heading  \n  \\- no list" in paper
    assert "Decided by Gina \\<g\\>" in paper
    assert "\n# no heading" not in paper


def test_a_chat_gets_promises_by_area_in_bold(full: Minutes) -> None:
    said = minutes_text.chat(full, EN, address="http://coord.example")
    assert said.startswith(
        "*Weekly hour 1 · 2 Mar*\n\n*Product* promised:\n• 2 Mar: Send the list *0* to ñandú & café\n"
    )
    assert said.endswith(f"http://coord.example/minutes?meeting={full.meeting.id}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_paper_says_who_promised_what_for_when(full: Minutes, language: str) -> None:
    t = Words(language)
    pages = papers.pages(minutes_pdf.pdf(full, t))
    whole = "".join(pages)
    assert len(pages) > 2
    for name in ("Casa Clara", "Bruno (Product)", "Ana (Sales)", "Send the list *19* to ñandú & café", "Gina <g>",
                 "#let x = 1 $ \\ ]", "# no heading", t.day(day(4)), t.long_day(day(0))):  # fmt: skip
        assert name.replace(" ", "") in whole, name


def test_a_word_without_end_stays_on_the_paper(hour: Hour) -> None:
    hour.record("note", "x" * 10_000)
    hour.end()
    pages = papers.pages(minutes_pdf.pdf(hour.minutes(), EN))
    assert "".join(pages).count("x" * 32) >= 10_000 // 33
    assert len(pages) >= 2


def test_ready_when_people_stand_up(cast: Cast, full: Minutes) -> None:
    """The figures of the day stand in the README; here only that nothing grows out of hand."""
    began = time.perf_counter()
    with cast.database.read() as session:
        meetings.minutes(session, full.meeting.id)
    drawn = time.perf_counter()
    minutes_pdf.pdf(full, EN)
    assert drawn - began < 1
    assert time.perf_counter() - drawn < 5
