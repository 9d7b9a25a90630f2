"""The collection of bad inputs: each case by its id; none is forgotten, and none is added without a test."""

import inspect
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coord import accounts, company, goals, issues, meetings, moving_in, people, requests, trouble
from coord.company import Settings
from coord.exchange import Instants, calendars, cells, minutes_pdf
from coord.exchange.calendars import Hour
from coord.goals.records import Goal, week_of
from coord.meetings import pulse, screens
from coord.refusal import Refused
from coord.text import Words
from coord.text.typed import fold, line, link, prose
from tests.bad_inputs import CHECKED, ELSEWHERE, TEXTS, cases
from tests.bad_inputs_files import BROUGHT, FILES
from tests.browser import journey
from tests.cast import FRIDAY, MONDAY, TODAY, Cast
from tests.held_hours import begun

ROOT = Path(__file__).resolve().parents[1]
PAULO = Instants("America/Sao_Paulo")
PT = Words("pt-BR")


def test_every_case_of_the_collection_is_tried_somewhere() -> None:
    known = {*TEXTS, *FILES, *BROUGHT, *ELSEWHERE, *DATES, *NUMBERS, *CHECKED}
    every = {f"B{n:03}" for n in range(1, 250, 2)}
    assert every <= known
    assert cases().keys() <= every


def test_what_is_tried_elsewhere_is_there() -> None:
    for case, test in ELSEWHERE.items():
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), case
    for case, name in CHECKED.items():
        assert name in globals(), case


# Dates, in lists and logs: what is read, or None where the row is rejected.
DATES = {
    "B087": ("2026-02-30", None),
    "B089": ("29/02/2028", "2028-02-29"),
    "B091": ("03/04/2026", "2026-04-03"),
    "B093": ("2026-13-01", None),
    "B095": ("0001-01-01", None),
    "B097": ("45678", None),
    "B099": ("60", None),
    "B101": ("10000-01-01", None),
    "B103": ("1e308", None),
    "B109": ("2026-01-01T00:00:00+25:00", None),
    "29 February of no leap year": ("29/02/2027", None),
    "24 o'clock": ("05/03/2026 24:00", None),
    "a leap second": ("2016-12-31T23:59:60Z", None),
    "two digits": ("05/03/26", "2026-03-05"),
    "a weekday": ("monday", None),
    "seconds": ("1772442000", None),
    "negative": ("-5/3/2026", None),
    "a week": ("2026-W10-1", None),
    "nothing": ("NaT", None),
    "invisible": ("\u202e05/03/2026", None),
    "endless": ("5" * 100_000, None),
}


@pytest.mark.parametrize("case", DATES)
def test_a_date_is_read_or_its_row_rejected(case: str) -> None:
    text, day = DATES[case]
    if day is None:
        with pytest.raises(Refused) as refused:
            PAULO.read(text)
        assert len(str(refused.value)) < 300
    else:
        assert PAULO.read(text).day == date.fromisoformat(day)


NUMBERS = {
    "B119": "1,234.56",
    "B121": "1e5",
    "B127": "\u0661\u0662",
    "B131": "1_000",
    "a list": "1, 2",
    "infinity": "-Infinity",
    "hexadecimal": "0x10",
    "a fraction": "½",
    "a superscript": "²",
    "endless": "9" * 100_000,
    "minus": "-",
    "commas": ",,,",
    "currency": "R$ 5",
}


@pytest.mark.parametrize("case", NUMBERS)
def test_what_is_no_number_for_certain_is_refused(case: str) -> None:
    with pytest.raises(Refused) as refused:
        goals.number(NUMBERS[case], PT)
    assert len(str(refused.value)) < 300


def test_five_megabytes_are_refused_before_anything_is_done_with_them() -> None:
    began = process_time()
    for clean in (line, prose, link):
        with pytest.raises(Refused, match="characters fit here"):
            clean(TEXTS["B009"].text)
    assert process_time() - began < 0.1


def test_a_pulse_takes_the_numbers_that_it_offers(cast: Cast) -> None:
    for number in (-1, 0, 6, 10, 2**63):
        with cast.database.begin() as session, pytest.raises(Refused):
            pulse.answer(session, 1, heard=number, worth=3, by=cast.ana)


def test_a_number_beyond_any_column_is_a_sentence_on_both_databases(cast: Cast) -> None:
    with pytest.raises(Refused, match="too large to be kept"), cast.database.begin() as session:
        requests.move(session, 2**63, "note", text="x", by=cast.ana, at=MONDAY)
    with pytest.raises(Refused, match="too large to be kept"), cast.database.read() as session:
        goals.goal(session, 10**30)


def test_a_share_is_shown_rounded() -> None:
    assert Words("en").percent(0.1 + 0.2) == "30%"
    assert Words("en").number(0.1 + 0.2, 2) == "0.3"


# The calendar


def feed(**facts: Any) -> bytes:
    hour = Hour("1@x", MONDAY, 60, "America/Sao_Paulo", "Weekly hour")
    return calendars.feed("x", [Hour(**{**vars_of(hour), **facts})], at=MONDAY).replace(b"\r\n ", b"")


def vars_of(hour: Hour) -> dict[str, Any]:
    return {name: getattr(hour, name) for name in inspect.signature(Hour).parameters}


def test_nothing_typed_adds_a_part_to_a_calendar() -> None:
    told = feed(title="a\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M", description="b\nEND:VEVENT\nBEGIN:VEVENT")
    assert (told.count(b"\r\nBEGIN:VEVENT"), told.count(b"\r\nBEGIN:VALARM")) == (1, 0)
    assert b"UID:1@x\r\n" in told
    long = calendars.feed("x", [Hour("1@x", MONDAY, 60, "UTC", "ç" * 300)], at=MONDAY)
    assert max(map(len, long.split(b"\r\n"))) <= 75


def test_a_calendar_carries_no_link_that_runs() -> None:
    assert b"URL" not in feed(link="javascript:alert(1)")
    assert b"URL:https://meet.example/x" in feed(link="https://meet.example/x")


def test_an_hour_over_midnight_is_one_hour() -> None:
    at = int(datetime(2026, 3, 3, 23, 30, tzinfo=UTC).timestamp())
    told = calendars.feed("x", [Hour("1@x", at, 60, "UTC", "Late")], at=MONDAY)
    assert (b"DTSTART:20260303T233000Z" in told, b"DTEND:20260304T003000Z" in told) == (True, True)


def test_week_53_is_followed_by_week_1() -> None:
    assert [week_of(day) for day in (date(2026, 12, 31), date(2027, 1, 3), date(2027, 1, 4))] == [
        date(2026, 12, 28),
        date(2026, 12, 28),
        date(2027, 1, 4),
    ]


def test_two_who_live_a_day_apart_read_the_same_instant() -> None:
    first, last = Words("en", "Pacific/Kiritimati"), Words("en", "Pacific/Pago_Pago")
    assert (first.iso(MONDAY), last.iso(MONDAY)) == ("2026-03-02 23:00", "2026-03-01 22:00")


def test_a_zone_that_is_none_changes_nothing(cast: Cast) -> None:
    wish = Settings("Casa Clara", zone="Mars/Base")
    with cast.database.read() as session:
        seen = company.the(session).version
    with pytest.raises(Refused, match="Mars/Base"), cast.database.begin() as session:
        company.change(session, wish, seen=seen, by=cast.hugo)
    with cast.database.read() as session:
        assert company.the(session).zone == "UTC"


# What is written


def test_no_formula_leaves_as_one_and_all_come_back() -> None:
    for case in ("B053", "B055", "B057", "B059", "B061", "B063", "B065"):
        typed = TEXTS[case].text
        assert cells.guarded(typed)[0] not in "=+-@\t\r", case
        assert cells.bare(cells.guarded(typed)) == typed, case


def test_no_workbook_is_ever_written() -> None:
    """What could be wrong in an Excel file that we write can't be: lists are CSV."""
    written = [path for path in (ROOT / "coord").rglob("*.py") if "Workbook(" in path.read_text("utf-8")]
    assert not written


# Searches, and whatever else takes words and only looks

WORDS = [typed.text for typed in TEXTS.values() if len(typed.text) < 1_000]
LOOKS: dict[str, Callable[[Session, Cast, str], object]] = {
    "requests.found": lambda s, c, x: requests.found(s, requests.Wanted(text=x, customer=x), at=MONDAY),
    "requests.count": lambda s, c, x: requests.count(s, requests.Wanted(text=x), at=MONDAY),
    "requests.by_reference": lambda s, c, x: requests.by_reference(s, x),
    "requests.following": lambda s, c, x: requests.following(s, x),
    "requests.alike": lambda s, c, x: requests.alike(
        s, from_area=c.area["sales"], to_area=c.area["product"], what=x
    ),
    "issues.issues": lambda s, c, x: issues.issues(s, issues.Wanted(text=x, factor=x)),
    "issues.similar": lambda s, c, x: issues.similar(
        s, from_area=c.area["sales"], to_area=c.area["product"], happened=x, factors=[x]
    ),
    "meetings.found": lambda s, c, x: meetings.found(s, x),
    "meetings.said_about": lambda s, c, x: meetings.said_about(s, x),
    "meetings.captured": lambda s, c, x: meetings.captured(x, areas={1: "Sales", 2: x}, today=TODAY),
    "company.area_named": lambda s, c, x: company.area_named(s, x),
    "people.by_email": lambda s, c, x: people.by_email(s, x),
}
# What people outside can reach, who have not signed in.
OUTSIDE: dict[str, Callable[[Session, Cast, str], object]] = {
    "accounts.attempt": lambda s, c, x: accounts.attempt(s, x, x, at=MONDAY),
    "accounts.kept_password": lambda s, c, x: accounts.kept_password(s, x),
    "accounts.invited": lambda s, c, x: accounts.invited(s, x, at=MONDAY),
    "accounts.accept": lambda s, c, x: accounts.accept(s, x, "hash", at=MONDAY),
    "accounts.may_reset": lambda s, c, x: accounts.may_reset(s, x, x, at=MONDAY),
    "accounts.signed_in": lambda s, c, x: accounts.signed_in(s, x, at=MONDAY),
    "accounts.sign_out": lambda s, c, x: accounts.sign_out(s, x),
    "accounts.calendar_reader": lambda s, c, x: accounts.calendar_reader(s, x),
    "accounts.device": lambda s, c, x: accounts.sign_in(s, c.ana.person_id or 0, at=MONDAY, device=x),
    "screens.admit": lambda s, c, x: screens.admit(s, x, at=MONDAY),
    "screens.seen": lambda s, c, x: screens.seen(s, x, at=MONDAY),
    "moving_in.found_with_administrator": lambda s, c, x: moving_in.found_with_administrator(
        s, Settings(x), moving_in.Founder(x, x, "hash"), at=MONDAY
    ),
}


@pytest.fixture
def asked(cast: Cast) -> Cast:
    """Product has been asked for everything that is in the collection."""
    with cast.database.begin() as session:
        for typed in WORDS:
            with suppress(Refused):
                requests.ask(session, from_area=cast.area["sales"], to_area=cast.area["product"], what=typed, by=cast.ana,
                             at=MONDAY)  # fmt: skip
    return cast


@journey
def test_whoever_looks_for_anything_finds_what_has_it_and_breaks_nothing(asked: Cast) -> None:
    with asked.database.read() as session:
        every = {row.id: fold(row.what) for row in requests.every(session, requests.Wanted(), at=MONDAY)}
    for typed in WORDS:
        for name, look in LOOKS.items():
            try:
                with suppress(Refused), asked.database.read() as session:
                    look(session, asked, typed)
            except Exception as error:
                raise AssertionError(f"{name}: {typed!r:.60}") from error
        with asked.database.read() as session:
            found = {row.id for row in requests.every(session, requests.Wanted(text=typed), at=MONDAY)}
        assert found == {
            row for row, what in every.items() if all(word in what for word in fold(typed).split())
        }


@pytest.mark.parametrize("name", OUTSIDE)
def test_whoever_is_outside_breaks_nothing_either(cast: Cast, name: str) -> None:
    with Session(cast.database.writer) as session:
        for typed in WORDS:
            with session.begin_nested() as inside:
                try:
                    OUTSIDE[name](session, cast, typed)
                    session.flush()
                except Exception as error:
                    if not isinstance(error, Refused) and trouble.told(error) is None:
                        raise AssertionError(f"{name}: {typed!r:.60}") from error
                if inside.is_active:
                    inside.rollback()
            session.expire_all()


# Rules of the rooms


def test_a_goal_that_starts_at_nothing_and_stays_there_divides_by_nothing() -> None:
    assert goals.progress(Goal(direction="up", baseline=0, target=0), 5) is None


def test_what_davi_said_stays_with_the_area_that_he_said_it_for(cast: Cast) -> None:
    row = cast.move(cast.ask(), "promise", by="davi", at=MONDAY, day=FRIDAY)
    with cast.database.begin() as session:
        davi = people.person(session, cast.davi.person_id or 0)
        profile = people.Profile("Davi", "davi@casaclara.example", cast.area["billing"], "en", "UTC")
        people.change(session, davi.id, profile, seen=davi.version, by=cast.hugo)
    with cast.database.read() as session:
        told = requests.story(session, row.id)[-1]
    assert (told.person_id, told.area_id) == (cast.davi.person_id, cast.area["product"])


def test_an_hour_with_nobody_in_it_has_minutes(cast: Cast) -> None:
    hour = begun(cast)
    hour.end()
    assert minutes_pdf.pdf(hour.minutes(), PT).startswith(b"%PDF")
