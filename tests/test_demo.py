"""The demo company: it ends this week, in every language, and has held its weekly hour since week eight."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from coord import company, exchange, meetings, people, requests
from coord.db import Database
from coord.exchange import demo, minutes_text
from coord.meetings import Attendance, Item, Meeting, Recording
from coord.refusal import Refused
from coord.requests import EventRow
from coord.text import Words
from tests.browser import LONG
from tests.cast import DAY
from tests.test_exchange_logs import at

SUNDAY = 1_795_338_000  # 22 November 2026, 09:00 UTC: the demo as it is written
AT = {"en": SUNDAY, "pt-BR": SUNDAY, "es": SUNDAY + 26 * 7 * DAY}  # one half a year later, under other clocks
HELD = 22


@pytest.fixture(
    scope="module", params=["en", *(pytest.param(other, marks=LONG) for other in ("pt-BR", "es"))]
)
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Database]]:
    """A language, and its demo."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    demo.load(url, request.param, at=AT[request.param])
    database = Database(url)
    yield request.param, database
    database.close()


def test_it_ends_today_in_each_language_and_its_stories_hold(told: tuple[str, Database]) -> None:
    language, database = told
    now = AT[language]
    with database.read() as session:
        examined, differing = exchange.own.check(session)
        assert (examined, differing) == (222, [])
        assert (company.the(session).language, len(company.areas(session))) == (language, 9)
        rows = requests.every(session, requests.Wanted(), at=now)
        assert now - 7 * DAY < max(row.last_at for row in rows) <= now
        rights = {right for held in people.rights(session).values() for right, _ in held}
        assert rights == set(people.RIGHTS)
        assert all(row.about for row in people.people(session))
        with pytest.raises(Refused, match="already"):
            company.found(session, demo.COMPANIES[language], at=now)


def test_the_demo_moves_by_whole_weeks_and_keeps_weekday_and_hour_across_the_change_of_clocks(
    tmp_path: Path,
) -> None:
    header = "request,at,verb,area,from,to,day,what,needed_on,silence_at\n"
    rows = (
        "R1,2026-11-16T10:00:00Z,ask,A,A,B,,x,2026-11-27,\n"
        "R1,2026-11-17T10:00:00Z,promise,B,B,A,2026-11-19,,,\n"
        "R1,2026-11-20T10:00:00Z,deliver,B,B,A,,,,2026-12-04T23:00:00Z\n"
    )
    place = tmp_path / "events.csv"
    place.write_text(header + rows)
    for now, weeks in (
        ("2027-07-02T15:00Z", 32),
        ("2027-07-02T08:00Z", 31),
        ("2027-06-30T15:00Z", 31),
        ("2026-06-06T15:00Z", -24),
    ):
        life = demo.read(place, "Europe/Madrid", at=at(now))[0].told[0].life
        zone = ZoneInfo("Europe/Madrid")
        delivered, silence = (
            datetime.fromtimestamp(i or 0, UTC).astimezone(zone) for i in (life.delivered_at, life.silence_at)
        )
        assert (delivered.weekday(), delivered.hour, silence.hour) == (4, 11, 0)
        assert (delivered.date() - date(2026, 11, 20)).days == 7 * weeks
        assert life.needed_on is not None
        assert (life.needed_on - date(2026, 11, 27)).days == 7 * weeks


def test_every_hour_since_week_eight_has_minutes_that_can_be_read(told: tuple[str, Database]) -> None:
    language, database = told
    with database.read() as session:
        held = meetings.held(session)
        assert [one.number for one in held] == list(range(HELD, 0, -1))
        assert {one.meeting.state for one in held} == {"closed"}
        for one in held:
            of = meetings.minutes(session, one.meeting.id)
            assert minutes_text.markdown(of, Words(language))
            assert len(of.seats) == 9
            assert of.kind("improvement")
            assert of.kind("decision")
            assert not of.amendments
            # what was talked about adds up to the hour, to the minute
            assert abs(sum(part.used for part in of.used) - of.seconds) < 60, one.number
            assert (
                len(of.promises) + len(of.confirmed) + len(of.declined) + len(of.delivered) + len(of.others)
                >= 2
            )


def test_among_the_hours_are_a_dropped_a_moved_a_long_and_a_forgotten_one(told: tuple[str, Database]) -> None:
    language, database = told
    with database.read() as session:
        rows = [row for row in meetings.every(session) if row.starts_at < AT[language]]
        (dropped,) = [row for row in rows if row.state == "dropped"]
        (forgotten,) = [row for row in rows if row.ended_by_itself]
        (moved,) = [row for row in rows if row.state == "closed" and row.why]
        assert dropped.why
        assert forgotten.ended_at == (forgotten.started_at or 0) + 6 * 3600
        assert company.calendar(session).day_of(moved.starts_at) == moved.planned_on + timedelta(days=1)
        lasted = [meetings.minutes(session, row.id).seconds // 60 for row in rows if row.started_at]
        assert max(lasted) == 61
        assert 52 <= sum(lasted[:5]) / 5 <= 56  # the newest five
        assert {row.facilitator_id for row in rows} == set(meetings.facilitators(session))
        assert len(meetings.facilitators(session)) == 2


def test_an_improvement_comes_back_and_an_item_is_carried_up_to_three_times(
    told: tuple[str, Database],
) -> None:
    _, database = told
    with database.read() as session:
        newest, before = (one.meeting for one in meetings.held(session)[:2])
        said = meetings.improvement(session, before.id)
        (again,) = [one for one in meetings.items(session, newest.id) if one.kind == "improvement"]
        assert said is not None
        assert again.reason["facts"]["line"] == ["words", said.now.text]
        carried = set(session.scalars(select(Item.times_carried)))
        assert carried == {0, 1, 2, 3}


def test_the_pulse_is_shown_where_five_have_answered_and_being_heard_rises(
    told: tuple[str, Database],
) -> None:
    _, database = told
    with database.read() as session:
        shown = [meetings.pulse.shown(session, one.meeting.id) for one in reversed(meetings.held(session))]
    assert sum(one is None for one in shown) == 2
    heard = [one.mean("heard") for one in shown if one is not None]
    assert heard[0] == pytest.approx(2.9, abs=0.15)
    assert heard[-1] == pytest.approx(4.2, abs=0.15)
    assert any(later < before for before, later in pairwise(heard))


def test_the_next_hour_has_its_agenda_close_to_its_minutes(told: tuple[str, Database]) -> None:
    language, database = told
    with database.read() as session:
        row = meetings.current(session, at=AT[language])
        assert row is not None
        assert row.state == "planned"
        assert row.planned_on == company.calendar(session).day_of(AT[language]) + timedelta(days=2)
        rows = meetings.items(session, row.id)
        assert 50 <= meetings.load(rows).minutes <= 62
        assert sum(one.kind == "topic" for one in rows) == 2
        assert {"settled", "dropped", "open"} == {one.state for one in rows}
        assert any(one.settle_before for one in rows)
        assert 3 <= sum(one is not None for one in meetings.prepared(session, row.id).values()) < 9


def test_nothing_lies_ahead_and_the_hours_change_no_request(told: tuple[str, Database]) -> None:
    language, database = told
    with (demo.DATA / language / "events.csv").open(encoding="utf-8", newline="") as file:
        told_events = len(list(csv.DictReader(file)))
    with database.read() as session:
        assert session.scalar(select(func.count(EventRow.id))) == told_events
        for instant in (Meeting.closed_at, Meeting.opened_at, Recording.at, Attendance.at):
            assert (session.scalar(select(func.max(instant))) or 0) <= AT[language]


def test_the_three_languages_tell_the_same_hours() -> None:
    for name, blank in (
        ("meetings", ()),
        ("agenda", ("why", "title")),
        ("recordings", ()),
        ("attendance", ()),
    ):
        files = [_rows(demo.DATA / language / f"{name}.csv") for language in demo.COMPANIES]
        shapes = [[{key: bool(cell) for key, cell in row.items()} for row in rows] for rows in files]
        assert shapes[0] == shapes[1] == shapes[2], name
        for key in {"meeting", "kind", "state", "used", "minutes", "heard", "worth", "status"} - set(blank):
            assert len({tuple(row.get(key, "") for row in rows) for rows in files}) == 1, (name, key)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
