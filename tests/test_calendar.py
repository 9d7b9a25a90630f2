"""The weekly hour and people's promises in their calendars: read by a strict parser, right over summer time, and secret."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from coord import accounts, clock, company, meetings, people
from coord.exchange import calendars, dates
from coord.exchange.calendars import Hour, Promise
from coord.meetings import Arrangement
from coord.meetings.feed import BACK
from coord.people import Mandate
from coord.text import Words
from coord.web import ROUTES, Door
from tests.cast import DAY, FRIDAY, MONDAY, Cast
from tests.conftest import shared
from tests.pages import visit

ZONES = ["Europe/London", "America/Sao_Paulo", "Europe/Madrid", "America/New_York", "Asia/Kathmandu"]
HARD = ["a, b; c\\d\n\ne:f", "👩‍👩‍👧 " * 300, "x" * 10_000, "linha\r\noutra\rmais", "NUL\x00 bell\x07 \ud800end",
        "BEGIN:VEVENT\nEND:VCALENDAR", '"quoted"; TZID=x', "مرحبا بالعالم"]  # fmt: skip


def ten_o_clock(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, 10, tzinfo=ZoneInfo(zone)).timestamp())


def hour(day: date = date(2026, 10, 20), zone: str = "Europe/London", **more: Any) -> Hour:
    return replace(Hour(f"{day}@x", ten_o_clock(day, zone), 60, zone, "Weekly hour"), **more)


def read(written: bytes) -> Calendar:
    """The calendar, where nothing in it is against the rules."""
    assert written.endswith(b"END:VCALENDAR\r\n")
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode("utf-8")  # folded between characters, never within one
    [found] = Calendar.from_ical(written, multiple=True)
    assert [part.errors for part in found.walk() if part.errors] == []
    assert {"VERSION", "PRODID", "X-WR-CALNAME"} <= found.keys()
    assert found.subcomponents, "RFC 5545, 3.6: at least one component"
    for event in found.walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= event.keys()
    return found


def test_every_zone_tells_its_clocks_as_they_are_over_a_year() -> None:
    for zone in ZONES:
        found = read(calendars.feed("x", [hour(zone=zone)], at=MONDAY))
        [told] = [part.to_tz(lookup_tzid=False) for part in found.walk("VTIMEZONE")]
        at = datetime(2026, 1, 1, tzinfo=UTC)
        for _ in range(24 * 500):
            at += timedelta(hours=1)
            local = at.astimezone(ZoneInfo(zone))
            if not local.fold:
                assert local.replace(tzinfo=told).utcoffset() == local.utcoffset(), (zone, at)


@pytest.mark.parametrize("zone", ["Europe/London", "America/Sao_Paulo", "Europe/Madrid"])
def test_ten_o_clock_stays_ten_o_clock_over_the_change_of_clocks(zone: str) -> None:
    weeks = [date(2026, 10, 20), date(2026, 10, 27), date(2027, 3, 23), date(2027, 3, 30)]
    found = read(calendars.feed("x", [hour(day, zone) for day in weeks], at=MONDAY))
    [told] = [part.to_tz(lookup_tzid=False) for part in found.walk("VTIMEZONE")]
    for day, event in zip(weeks, found.walk("VEVENT"), strict=True):
        starts = event["DTSTART"].dt
        assert event["DTSTART"].params["TZID"] == zone
        assert (starts.date(), starts.hour, starts.minute) == (day, 10, 0)
        assert int(starts.replace(tzinfo=told).timestamp()) == ten_o_clock(day, zone)
        assert event["DTEND"].dt - starts == timedelta(hours=1)


def test_summer_time_begins_when_the_clock_shows_the_hour_before() -> None:
    written = calendars.feed("x", [hour(zone="Europe/Madrid")], at=MONDAY).decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20270328T020000\r\nTZNAME:CEST\r\nTZOFFSETFROM:+0100" in written
    assert "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZNAME:CET\r\nTZOFFSETFROM:+0200" in written


def test_an_hour_on_the_clock_of_greenwich_needs_no_zone() -> None:
    found = read(calendars.feed("x", [hour(zone="UTC"), hour(zone="Europe/London")], at=MONDAY))
    assert [part["TZID"] for part in found.walk("VTIMEZONE")] == ["Europe/London"]
    assert found.walk("VEVENT")[0]["DTSTART"].to_ical() == b"20261020T100000Z"


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_whatever_people_typed_comes_back_as_they_typed_it(text: str) -> None:
    link = "https://meet.example/a?b=c,d;e"
    row = hour(title=text, description=text, link=link)
    promise = Promise("p@x", FRIDAY, text, text, link)
    kept = re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff]", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    for written in (calendars.feed(text, [row], at=MONDAY), calendars.promises(text, [promise], at=MONDAY)):
        found = read(written)
        [event] = found.walk("VEVENT")
        assert str(event["DESCRIPTION"]) == kept
        assert str(event["SUMMARY"]) == str(found["X-WR-CALNAME"]) == " ".join(kept.split())
        assert str(event["URL"]) == link


def test_a_feed_says_what_it_is_and_when_to_look_again() -> None:
    found = read(calendars.feed("Casa Clara", [], at=MONDAY))
    assert str(found["METHOD"]) == "PUBLISH"
    assert found["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert found["REFRESH-INTERVAL"].dt == timedelta(hours=1)


def test_a_promise_is_a_whole_day_that_blocks_no_time() -> None:
    [event] = read(calendars.promises("x", [Promise("p@x", FRIDAY, "List")], at=MONDAY)).walk("VEVENT")
    assert event["DTSTART"].to_ical() == b"20260306"
    assert event["DTEND"].to_ical() == b"20260307"
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert str(event["TRANSP"]) == "TRANSPARENT"


def test_real_calendars_pass_the_same_reading_but_for_the_broken_one() -> None:
    folder = shared("calendars")
    good = Calendar.from_ical((folder / "x_location.ics").read_bytes())
    assert [part.errors for part in good.walk() if part.errors] == []
    broken = Calendar.from_ical((folder / "parsing_error.ics").read_bytes())
    assert [part.errors for part in broken.walk() if part.errors] != []


# --- the record -----------------------------------------------------------------------------------------------------


@pytest.fixture
def series(cast: Cast) -> Cast:
    """A series on Tuesdays at ten in Madrid, arranged by Fabio."""
    wish = Arrangement(
        starts_minute=600, zone="Europe/Madrid", link="https://meet.example/room", facilitators=()
    )
    with cast.database.begin() as session:
        meetings.arrange(session, wish, seen=0, by=cast.fabio, at=MONDAY)
    return cast


def shown(cast: Cast, language: str = "en", at: int = MONDAY) -> list[Hour]:
    with cast.database.read() as session:
        return dates.hours(session, Words(language), address="https://coord.example", at=at)


def test_a_meeting_keeps_its_uid_when_it_is_moved_and_then_dropped(series: Cast) -> None:
    first = shown(series)[0]
    assert (first.link, first.zone, first.is_dropped) == ("https://meet.example/room", "Europe/Madrid", False)
    assert first.description == "The agenda: https://coord.example/meeting"
    with series.database.begin() as session:
        row = meetings.upcoming(session, at=MONDAY)[0]
        meetings.move(session, row.id, starts_at=row.starts_at + 3 * 3_600, why="Fair", seen=row.version, by=series.fabio,
                      at=MONDAY)  # fmt: skip
    moved = shown(series)[0]
    with series.database.begin() as session:
        row = meetings.upcoming(session, at=MONDAY)[0]
        meetings.drop(session, row.id, why="Snow, much of it", seen=row.version, by=series.fabio, at=MONDAY)
    dropped = shown(series)[0]
    assert first.uid == moved.uid == dropped.uid
    assert first.sequence < moved.sequence < dropped.sequence
    assert moved.starts_at == first.starts_at + 3 * 3_600
    event = read(calendars.feed("x", shown(series), at=MONDAY)).walk("VEVENT")[0]
    assert str(event["STATUS"]) == "CANCELLED"
    assert "Snow, much of it" in str(event["DESCRIPTION"])
    assert len({h.uid for h in shown(series)}) == len(shown(series)) > 4


def test_meetings_of_long_ago_leave_the_feed(series: Cast) -> None:
    everything = shown(series)
    assert shown(series, at=everything[0].starts_at + BACK) == everything[1:]


# --- the address ----------------------------------------------------------------------------------------------------


@pytest.fixture
def home(series: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("COORD_DATABASE_URL", series.database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return series


def ask(path: str, method: str = "GET", kind: str = "http") -> tuple[int, dict[str, str], bytes]:
    """What the door and the routes answer somebody who is not signed in."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.connect" if kind == "websocket" else "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": kind, "path": path, "raw_path": path.encode(), "method": method, "query_string": b"", "scheme": "http",
             "headers": [(b"host", b"coord.example")], "server": ("coord.example", 80), "http_version": "1.1",
             "root_path": "", "client": ("127.0.0.1", 1), "subprotocols": []}  # fmt: skip
    asyncio.run(Door(Starlette(routes=ROUTES))(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0].get("headers", [])}
    return sent[0].get("status", 0), headers, b"".join(message.get("body", b"") for message in sent[1:])


def address_of(home: Cast, who: Mandate) -> str:
    assert who.person_id
    with home.database.begin() as session:
        return f"/calendar/{accounts.calendar_address(session, who.person_id, MONDAY)}.ics"


def test_ana_s_calendar_programme_reads_the_hours_without_a_sign_in(home: Cast) -> None:
    path = address_of(home, home.ana)
    assert path == address_of(home, home.ana)
    status, headers, body = ask(path)
    assert (status, headers["cache-control"]) == (200, "private")
    assert headers["content-type"].startswith("text/calendar")
    assert headers["x-content-type-options"] == "nosniff"
    found = read(body)
    assert str(found["X-WR-CALNAME"]) == "Weekly hour of Casa Clara"
    assert str(found.walk("VEVENT")[0]["DESCRIPTION"]) == "The agenda: http://coord.example/meeting"
    assert ask(path, "HEAD")[0] == 200
    assert ask(path, "POST")[0] == 405


@pytest.mark.parametrize(
    "secret", ["nothing", "x" * 43, "%00", "\x00" * 43, "é" * 43, "x" * 5_000, "' OR 1=1 --"]
)
def test_a_secret_that_nobody_has_finds_nothing(home: Cast, secret: str) -> None:
    address_of(home, home.ana)
    status, _, body = ask(f"/calendar/{secret}.ics")
    assert (status, body) == (404, b"There is no calendar at this address.")


@pytest.mark.parametrize("path", ["/calendar/", "/calendar/x", "/calendar/x/y.ics", "/calendar/x.ics/", "/calendar/x.ics\n",
                                  "/Calendar/x.ics", "/x/calendar/x.ics"])  # fmt: skip
def test_the_door_lets_nothing_else_through(home: Cast, path: str) -> None:
    assert ask(path)[0] == 401
    assert ask("/calendar/x.ics", kind="websocket")[0] == 0


def test_a_renewed_address_ends_the_old_one(home: Cast) -> None:
    old, others = address_of(home, home.ana), address_of(home, home.bruno)
    with home.database.begin() as session:
        assert home.ana.person_id
        accounts.renew_calendar_address(session, home.ana.person_id, MONDAY + DAY)
    new = address_of(home, home.ana)
    assert [ask(path)[0] for path in (old, new, others)] == [404, 200, 200]


def test_an_archived_person_s_address_stops_working(home: Cast) -> None:
    path = address_of(home, home.iris)
    assert ask(path)[0] == 200
    with home.database.begin() as session:
        assert home.iris.person_id
        row = people.person(session, home.iris.person_id)
        people.archive(session, row.id, seen=row.version, by=home.hugo, at=MONDAY)
    assert ask(path)[0] == 404


def test_the_feed_speaks_its_person_s_language_or_else_the_company_s(home: Cast) -> None:
    path = address_of(home, home.ana)
    for language, of_company in (("pt-BR", "en"), ("en", "es"), (None, "es")):
        with home.database.begin() as session:
            assert home.ana.person_id
            people.person(session, home.ana.person_id).language = language
            company.the(session).language = of_company
        t = Words(language or of_company)
        with home.database.read() as session:
            hours = dates.hours(session, t, address="http://coord.example", at=MONDAY)
        name = t("Weekly hour of {company}", company="Casa Clara")
        assert ask(path)[2] == calendars.feed(name, hours, at=MONDAY)


def test_ana_makes_her_address_on_the_page_and_renews_it(home: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, home.database, home.ana, "meeting")
    seen.session_state["ahead"] = "Coming meetings"
    seen.run()
    addresses = []
    for button in ("make-", "renew-"):
        next(b for b in seen.button if str(b.key).startswith(button)).click().run()
        assert not seen.exception
        addresses += [code.value for code in seen.code if "/calendar/" in code.value]
    assert addresses[0].startswith("http://coord.example/calendar/")
    assert [ask(urlsplit(address).path)[0] for address in addresses] == [404, 200]
