"""A company that has just moved in: what it was waiting for already, its first hours, and what comes next."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coord import accounts, backup, company, meetings, people, requests, trends
from coord.refusal import Refused
from coord.requests import Request
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, Cast
from tests.pages import press, visit, words

THREE_MONTHS_AGO = date(2025, 12, 1)


def new(cast: Cast) -> Cast:
    """The same company, founded an hour ago, with its hour on Tuesdays at ten; no area has told anything yet."""
    with cast.database.begin() as session:
        casa = company.the(session)
        casa.founded_at = casa.moved_in_at = MONDAY - HOUR
        for area in company.areas(session):
            area.waits_told_at = None
        meetings.arrange(
            session, meetings.Arrangement(link="https://meet.example/hour"), seen=0, by=cast.hugo, at=MONDAY
        )
    return cast


def told(cast: Cast, area: str) -> bool:
    with cast.database.read() as session:
        return company.area(session, cast.area[area]).waits_told_at is not None


def waited(cast: Cast, area: str) -> list[Request]:
    with cast.database.read() as session:
        return requests.waited_for(session, cast.area[area])


def key_of(seen: AppTest, kind: str, prefix: str) -> str:
    (found,) = [str(one.key) for one in seen.get(kind) if str(one.key).startswith(prefix)]
    return found


def enter(seen: AppTest, what: str, area: int, chip: str = "ago91-") -> AppTest:
    """One row: from which area, what, since about when."""
    (pills,) = [p for p in seen.get("button_group") if str(p.key).startswith("to-")]
    pills.set_value([area] if isinstance(pills.value, list) else area)
    (line,) = [one for one in seen.text_input if str(one.key).startswith("what-")]
    line.set_value(what)
    return press(seen, chip)


def test_what_ana_has_waited_for_since_december_counts_from_now_on(cast: Cast) -> None:
    row = cast.ask("Send the price list", since_on=THREE_MONTHS_AGO)
    assert row.asked_at == MONDAY - 91 * DAY + 3 * HOUR  # noon of that day
    assert (row.observed_from_at, row.held_since_at) == (MONDAY, row.asked_at)
    cast.move(row, "promise", by="bruno", at=MONDAY + 2 * DAY, day=FRIDAY)
    row = cast.look(row)
    assert row.first_answer_at == MONDAY + 2 * DAY
    with cast.database.read() as session:
        found = trends.waits(trends.observations(session), as_of=MONDAY + 3 * DAY)
    assert found.entry is not None
    assert found.entry.tolist() == [91 * DAY - 3 * HOUR]  # what lies before is not counted as seen
    assert found.exit.tolist() == [94 * DAY - 3 * HOUR]
    answers = trends.first_answer(found)
    assert answers.followed == pytest.approx(93 - 3 / 24)


def test_an_area_is_asked_until_it_says_that_this_is_all(cast: Cast) -> None:
    new(cast)
    version = cast_version(cast, "sales")
    with cast.database.begin() as session:
        requests.tell_waits(session, cast.area["sales"], by=cast.ana, at=MONDAY)
    assert told(cast, "sales")
    assert not told(cast, "product")
    assert cast_version(cast, "sales") == version  # whoever is just editing the area can still save
    with cast.database.begin() as session:
        requests.tell_more_waits(session, cast.area["sales"], by=cast.ana)
    assert not told(cast, "sales")


def cast_version(cast: Cast, area: str) -> int:
    with cast.database.read() as session:
        return company.area(session, cast.area[area]).version


def test_nobody_says_for_another_area_what_it_waits_for(cast: Cast) -> None:
    with pytest.raises(Refused, match="You don't speak for this area"), cast.database.begin() as session:
        requests.tell_waits(session, cast.area["product"], by=cast.ana, at=MONDAY)


def test_an_area_that_is_opened_years_later_is_asked_too(cast: Cast) -> None:
    with cast.database.begin() as session:
        company.open_area(session, name="Legal", sphere="sales", by=FOUNDER)
        found = {area.name for area in company.areas(session) if area.waits_told_at is None}
    assert found == {"Legal"}


def test_the_first_hour_is_told_with_what_happens_in_it(cast: Cast) -> None:
    new(cast)
    with cast.database.read() as session:
        found = meetings.first_hour(session, at=MONDAY)
    assert found is not None
    assert found.number == 1
    assert [(part.section, part.minutes) for part in found.parts] == [
        ("open", 2),
        ("requests", 16),
        ("close", 5),
    ]
    assert found.parts[1].titles == ("Each area says one thing it needs, and one it can offer",)


def test_the_fourth_hour_is_an_hour_like_any_other(cast: Cast) -> None:
    new(cast)
    with cast.database.read() as session:
        row = meetings.following(session, at=MONDAY)
        assert row is not None
        numbers = []
        for week in range(4):
            found = meetings.first_hour(session, at=row.starts_at + (7 * week - 1) * DAY)
            numbers.append(found and (found.number, sum(part.minutes for part in found.parts)))
    assert numbers[0] == (1, 23)
    assert numbers[1] == (2, 49)
    assert numbers[2] == (3, 55)
    assert numbers[3] is None


def test_a_curve_is_not_drawn_while_old_and_new_waits_do_not_meet(cast: Cast) -> None:
    """Ten new requests resolved within two days beside five that have waited for months: not all is done by day two."""
    for n in range(10):
        row = cast.ask(f"Send part {n}", at=MONDAY)
        cast.move(row, "confirm", by="ana", at=MONDAY + DAY + n * HOUR)
    for n in range(5):
        cast.ask(f"Send old part {n}", at=MONDAY, since_on=THREE_MONTHS_AGO)
    with cast.database.read() as session:
        rows = trends.waits(trends.observations(session), as_of=MONDAY + 3 * DAY)
        printed = trends.report(session, as_of=MONDAY + 3 * DAY)
    whole = trends.unresolved(rows)
    assert (whole.resolved, whole.open) == (10, 5)
    assert not whole.is_drawn
    assert not trends.outcome_mix(rows).is_drawn
    for told in (printed, *printed["routes"]):
        assert (told["resolved"], told["open"]) == (10, 5)
        assert (told["median_days"], told["median_ci_days"], told["p85_days"]) == (None, [None, None], None)
    assert printed["curve"] == []


def test_ana_enters_what_sales_waits_for_row_by_row_and_says_that_this_is_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, new(cast).database, cast.ana)
    said = words(seen)
    assert "What is Sales already waiting for?" in said
    assert "Your first hour: Tue 3 Mar 2026, 10:00" in said
    assert "1 of 4 areas are here" in said
    enter(seen, "Send the price list", cast.area["product"])
    (row,) = waited(cast, "sales")
    assert (row.what, row.since_on, row.observed_from_at) == ("Send the price list", THREE_MONTHS_AGO, MONDAY)
    assert "Send the price list" in words(seen)
    enter(seen, "Confirm the invoice", cast.area["billing"], "ago7-")
    press(seen, f"back-waited-{row.id}")
    assert [one.what for one in waited(cast, "sales")] == ["Confirm the invoice"]
    press(seen, "all-")
    assert told(cast, "sales")
    assert "was waiting for 1 thing already" in words(seen)
    press(seen, "more-waits-again-")
    assert not told(cast, "sales")


def test_what_is_typed_and_not_recorded_is_not_lost_with_thats_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, new(cast).database, cast.ana)
    (line,) = [one for one in seen.text_input if str(one.key).startswith("what-")]
    line.set_value("Send the price list")
    press(seen, "all-")
    assert "is not recorded yet" in seen.error[0].value
    assert not told(cast, "sales")
    press(seen, "ago7-")
    assert "Choose the area" in seen.error[0].value
    assert [one.value for one in seen.text_input if str(one.key).startswith("what-")] == [
        "Send the price list"
    ]


def test_whoever_heads_two_areas_is_asked_one_after_the_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new(cast)
    with cast.database.begin() as session:
        row = people.person(session, cast.ana.person_id or 0)
        both = frozenset(("head", cast.area[name]) for name in ("sales", "billing"))
        people.change(
            session, row.id, people.Profile("Ana", row.email, rights=both), seen=row.version, by=FOUNDER
        )
    seen = visit(monkeypatch, cast.database, cast.ana)
    assert "What is Sales already waiting for?" in words(seen)
    assert "After this: Billing." in words(seen)
    press(seen, "all-")
    assert "What is Billing already waiting for?" in words(seen)
    assert "Sales was not waiting for anything yet." in words(seen)


def test_the_administrator_sees_at_most_three_next_steps_and_they_vanish(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))  # on the disk of the database
    new(cast)
    with cast.database.begin() as session:
        company.open_area(session, name="Legal", sphere="sales", by=FOUNDER)
    said = words(visit(monkeypatch, cast.database, cast.hugo))
    assert "No head yet: Legal" in said
    assert "Not here yet: " in said
    assert "Coord can't send e-mail yet" in said
    with cast.database.begin() as session:
        legal = company.area_named(session, "Legal")
        assert legal is not None
        company.strike_area(session, legal.id, by=FOUNDER)
        for person in people.people(session):
            accounts.sign_in(session, person.id, at=MONDAY)
    said = words(visit(monkeypatch, cast.database, cast.hugo))
    assert "No head yet" not in said
    assert "Not here yet" not in said
    # where PostgreSQL keeps its files, nobody here knows
    assert ("Backups lie on this computer alone" in said) == cast.database.is_sqlite
    with cast.database.begin() as session:
        backup.give(session, "coord.db", by=cast.hugo, at=MONDAY)
    assert "Backups lie" not in words(visit(monkeypatch, cast.database, cast.hugo))
    said = words(visit(monkeypatch, cast.database, cast.hugo, at=MONDAY + 92 * DAY))
    assert "can't send e-mail" not in said


def test_an_area_whose_head_has_left_is_among_the_next_steps(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new(cast)
    with cast.database.begin() as session:
        elsa = people.person(session, cast.elsa.person_id or 0)
        people.archive(session, elsa.id, seen=elsa.version, by=cast.hugo, at=MONDAY)
    assert "No head yet: Billing." in words(visit(monkeypatch, cast.database, cast.hugo))


def test_nobody_is_to_be_reminded_who_can_not_be_invited(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    new(cast)
    with cast.database.begin() as session:
        for person in people.people(session):
            if person.name not in ("Bruno", "Iris"):  # Iris has no right
                accounts.sign_in(session, person.id, at=MONDAY)
        deputy = frozenset({("deputy", cast.area["billing"])})
        people.welcome(session, people.Profile("Joana", rights=deputy), by=FOUNDER)
    assert "Not here yet: Bruno." in words(visit(monkeypatch, cast.database, cast.hugo))


def test_gina_is_told_once_that_the_first_month_looks_worse(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    new(cast)
    worse = "In the first month the figures look worse, because old waits come to light."
    assert worse in words(visit(monkeypatch, cast.database, cast.gina))
    assert worse not in words(visit(monkeypatch, cast.database, cast.gina, at=MONDAY + DAY))
    assert worse in words(visit(monkeypatch, cast.database, cast.gina, "trends", at=MONDAY + DAY))
    assert worse not in words(visit(monkeypatch, cast.database, cast.gina, "trends", at=MONDAY + 40 * DAY))


@pytest.mark.parametrize("n", [1, 5, 20])
def test_trends_of_the_first_days_show_no_curve_that_lies(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    new(cast)
    for i in range(n):
        row = cast.ask(
            f"Send part {i}", at=MONDAY + i * HOUR, since_on=THREE_MONTHS_AGO if i % 2 == 0 else None
        )
        if i % 4 == 1:
            cast.move(row, "confirm", by="ana", at=MONDAY + DAY)
    page = visit(monkeypatch, cast.database, cast.gina, "trends", at=MONDAY + 2 * DAY)
    assert {metric.label: metric.value for metric in page.metric}["Requests"] == str(n)
    assert not page.get("vega_lite_chart")
    assert "From 10 on, a curve stands here" in words(page)


# What a page says while there is nothing to show yet, and to whom: those who speak for an area, and those who only read.
BEGINNINGS = {
    "ask": ("What do you ask for?", "Heads and deputies ask for their area"),
    "requests": ("Ask another area", "See the agenda"),
    "meeting": ("Tue 3 Mar 2026, 10:00", "Tue 3 Mar 2026, 10:00"),
    "preparation": ("one thing it needs, and one it can offer", "there is nothing to prepare"),
    "minutes": ("The first minutes come with the first hour", "See the agenda"),
    "goals": ("heads and deputies set it", "heads and deputies set it"),
    "issues": ("No issue is written yet", "No issue is written yet"),
    "roles": ("Begin with your own", "none is described yet"),
    "trends": ("Ask another area", "from ten resolved ones on as a curve"),
    "company": ("Ask one of them: Hugo", "Ask one of them: Hugo"),
}


@pytest.mark.parametrize("reader", [False, True])
def test_every_page_of_an_empty_company_says_what_it_is_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, reader: bool
) -> None:
    seen = visit(monkeypatch, new(cast).database, cast.iris if reader else cast.ana)
    for page, expected in BEGINNINGS.items():
        seen.switch_page(f"../../pages/{page}.py").run()
        assert not seen.exception, (page, seen.exception)
        said = words(seen) + "".join(one.label for one in seen.text_input)
        assert "None" not in said.replace("None was asked yet", ""), page
        assert not seen.get("vega_lite_chart")
        assert expected[reader] in said, (page, said)
