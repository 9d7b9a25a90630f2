"""The chores of each minute: what falls due without anyone asking is done once, also late, also by two servers."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from coord import accounts, chores, meetings
from coord.db import Database, Submission, once
from coord.meetings import Arrangement, Item, Meeting
from coord.refusal import Refused
from coord.requests import EventRow
from tests.cast import DAY, HOUR, MONDAY, TODAY, Cast

HELD = MONDAY + 25 * HOUR  # Tuesday, 10:00
MINUTE = 60


@pytest.fixture
def office(cast: Cast) -> Cast:
    """The company with its series, on Monday, and the first three hours long behind it."""
    with cast.database.begin() as session:
        for week in (1, 2, 3):
            at = HELD - 7 * week * DAY
            session.add(Meeting(planned_on=TODAY + timedelta(days=1 - 7 * week), starts_at=at, state="closed",
                                opened_at=at, started_at=at, ended_at=at, closed_at=at))  # fmt: skip
        meetings.arrange(session, Arrangement(), seen=0, by=cast.fabio, at=MONDAY - 20 * DAY)
    return cast


def on(cast: Cast, week: int = 0) -> Meeting:
    """Tuesday's meeting, or that of another week."""
    with cast.database.read() as session:
        found = session.scalar(select(Meeting).where(Meeting.starts_at == HELD + 7 * week * DAY))
    assert found is not None
    return found


def topics(cast: Cast, meeting: Meeting, state: str = "open") -> list[Item]:
    """What people or rooms brought to an agenda."""
    with cast.database.read() as session:
        rows = meetings.items(session, meeting.id)
    return [row for row in rows if row.state == state and row.subject and row.subject.startswith("request:")]


def start(cast: Cast, at: int = HELD) -> None:
    with cast.database.begin() as session:
        meetings.start(session, on(cast).id, by=cast.fabio, at=at)


def test_an_agenda_opens_by_itself_two_days_before_and_follows_what_happens(office: Cast) -> None:
    row = office.ask(at=MONDAY - 20 * DAY)
    chores.do(office.database, HELD - 2 * DAY - MINUTE)
    assert on(office).opened_at is None
    chores.do(office.database, HELD - 2 * DAY)
    assert on(office).opened_at == HELD - 2 * DAY
    assert [item.subject for item in topics(office, on(office))] == [f"request:{row.id}"]
    assert on(office, week=1).opened_at is None
    office.move(row, "decline", by="bruno", at=HELD - DAY, text="We have nobody for it")
    chores.do(office.database, HELD - DAY)
    assert not topics(office, on(office))
    assert on(office).opened_at == HELD - 2 * DAY


def test_an_hour_that_nobody_ends_ends_itself_after_six_hours_and_its_items_go_on(office: Cast) -> None:
    row = office.ask(at=MONDAY - 20 * DAY)
    chores.do(office.database, HELD - DAY)
    start(office)
    chores.do(office.database, HELD + 6 * HOUR - MINUTE)
    assert on(office).state == "live"
    chores.do(office.database, HELD + 6 * HOUR)
    ended = on(office)
    assert (ended.state, ended.ended_by_itself, ended.ended_at) == ("ended", True, HELD + 6 * HOUR)
    assert [item.subject for item in topics(office, on(office, week=1))] == [f"request:{row.id}"]


def test_after_downtime_an_hour_has_ended_at_the_same_instant(office: Cast) -> None:
    chores.do(office.database, HELD - DAY)
    start(office)
    chores.do(office.database, HELD + 5 * DAY)
    assert on(office).ended_at == HELD + 6 * HOUR


def test_an_hour_that_began_late_has_its_six_hours_too(office: Cast) -> None:
    start(office, HELD + 4 * HOUR)
    chores.do(office.database, HELD + 7 * HOUR)
    assert on(office).state == "live"
    chores.do(office.database, HELD + 10 * HOUR)
    assert on(office).ended_at == HELD + 10 * HOUR


def test_an_hour_that_nobody_began_was_not_held_and_its_items_go_on(office: Cast) -> None:
    row = office.ask(at=MONDAY - 20 * DAY)
    chores.do(office.database, HELD - DAY)
    chores.do(office.database, HELD + 6 * HOUR - MINUTE)
    assert on(office).state == "planned"
    chores.do(office.database, HELD + 6 * HOUR)
    assert on(office).state == "dropped"
    (item,) = topics(office, on(office, week=1))
    assert (item.subject, item.times_carried) == (f"request:{row.id}", 1)


def test_items_are_carried_once_however_often_the_chores_are_done(office: Cast) -> None:
    office.ask(at=MONDAY - 20 * DAY)
    chores.do(office.database, HELD - DAY)
    start(office)
    for at in (
        HELD + 6 * HOUR,
        HELD + 6 * HOUR,
        HELD + 7 * HOUR,
        HELD + 6 * HOUR - 30 * MINUTE,
        HELD + 3 * DAY,
    ):
        chores.do(office.database, at)
    (item,) = topics(office, on(office, week=1))
    assert item.times_carried == 1
    assert len(topics(office, on(office), "carried")) == 1


def test_a_clock_set_back_does_nothing_again(office: Cast) -> None:
    office.ask(at=MONDAY - 20 * DAY)
    for at in (MONDAY, HELD + 6 * HOUR, HELD + 3 * DAY):
        chores.do(office.database, at)
    before = everything(office)
    for at in (HELD + 6 * HOUR, MONDAY, MONDAY - 3 * DAY):
        chores.do(office.database, at)
    assert everything(office) == before


def everything(cast: Cast) -> Any:
    """Every meeting's state and every item of every agenda."""
    with cast.database.read() as session:
        held = session.execute(
            select(Meeting.id, Meeting.state, Meeting.opened_at, Meeting.ended_at).order_by(Meeting.id)
        )
        found = session.execute(
            select(Item.meeting_id, Item.subject, Item.state, Item.times_carried).order_by(Item.id)
        )
        return held.all(), found.all()


def test_silence_confirms_a_delivery(office: Cast) -> None:
    row = office.ask(at=MONDAY)
    office.move(row, "deliver", by="bruno", at=MONDAY + HOUR)
    chores.do(office.database, MONDAY + 20 * DAY)
    assert office.look(row).outcome == "silence"


def test_a_chore_that_fails_stops_no_other_and_is_logged(
    office: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(session: Any, at: int) -> int:
        session.add(Meeting(planned_on=TODAY, starts_at=at))
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(chores, "CHORES", {"break": breaks} | chores.CHORES)
    with caplog.at_level(logging.ERROR, "coord"):
        assert chores.do(office.database, HELD - DAY) > 0
    assert on(office).opened_at == HELD - DAY
    assert "not done: break" in caplog.text
    with office.database.read() as session:
        assert session.scalar(select(Meeting).where(Meeting.planned_on == TODAY)) is None


def test_two_servers_do_nothing_twice(office: Cast) -> None:
    row = office.ask(at=MONDAY - 30 * DAY)
    office.ask("Tell us the price", at=MONDAY - 20 * DAY)
    office.move(row, "deliver", by="bruno", at=MONDAY - 25 * DAY)
    servers = [Database(office.database.url.render_as_string(hide_password=False)) for _ in range(2)]
    for at in (HELD - DAY, HELD + 6 * HOUR):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda server, at=at: chores.do(server, at), servers * 2))
    for server in servers:
        server.close()
    with office.database.read() as session:
        silence = select(func.count()).where(EventRow.verb == "confirm_by_silence")
        assert session.scalar(silence) == 1
    (item,) = topics(office, on(office, week=1))
    assert item.times_carried == 1


# What is known about them


def chore(cast: Cast, name: str) -> chores.Chore:
    with cast.database.read() as session:
        return next(one for one in chores.all_of(session) if one.name == name)


def test_it_is_known_when_each_was_last_done_and_what_stands_in_the_way(
    office: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_session: Any, _at: int) -> int:
        raise Refused("The disk of {name} is full.", name="Hugo")

    monkeypatch.setattr(chores, "CHORES", {"break": breaks} | chores.CHORES)
    assert chore(office, "break").last_done_at is None
    for at in (MONDAY, MONDAY + MINUTE):
        chores.do(office.database, at)
    row = chore(office, "break")
    assert (row.last_done_at, row.failing_since_at) == (None, MONDAY)
    assert row.trouble == {"message": "The disk of {name} is full.", "facts": {"name": "Hugo"}}
    assert chore(office, "write letters").last_done_at == MONDAY + MINUTE
    monkeypatch.setitem(chores.CHORES, "break", lambda _session, _at: 7)
    chores.do(office.database, MONDAY + 2 * MINUTE)
    row = chore(office, "break")
    assert (row.last_count, row.trouble, row.failing_since_at) == (7, None, None)


def test_once_a_night_what_has_served_its_time_is_deleted_and_nothing_else(office: Cast) -> None:
    bruno = office.bruno.person_id or 0
    with office.database.begin() as session:
        once(session, "long ago", MONDAY - 31 * DAY)
        once(session, "lately", MONDAY - 29 * DAY)
        accounts.sign_in(session, bruno, at=MONDAY - 200 * DAY)
        kept = accounts.sign_in(session, bruno, at=MONDAY - 20 * DAY)
        accounts.reset_code(session, bruno, by=office.hugo, at=MONDAY - 40 * DAY)
        accounts.invite(session, bruno, by=office.hugo, at=MONDAY - 30 * DAY)
        accounts.attempt(session, "bruno", "192.0.2.1", at=MONDAY - 40 * DAY)
    chores.do(office.database, MONDAY)

    def rows(table: type) -> int:
        with office.database.read() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    assert chore(office, "tidy up").last_count == rows(accounts.Failure) + 3 + 3
    assert (rows(Submission), rows(accounts.Code), rows(accounts.SignIn), rows(accounts.Failure)) == (
        1,
        1,
        1,
        0,
    )
    with office.database.begin() as session:
        assert accounts.signed_in(session, kept, at=MONDAY)
        once(session, "older", MONDAY - 40 * DAY)
    chores.do(office.database, MONDAY + HOUR)
    assert rows(Submission) == 2
    chores.do(office.database, MONDAY + 20 * HOUR)  # Tuesday at five
    assert rows(Submission) == 1


def test_before_there_is_a_company_nothing_is_due(database: Database) -> None:
    assert chores.do(database, MONDAY) == 0
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(chores.Chore)) == 0
