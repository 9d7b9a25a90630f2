"""Notices: off until somebody sets them up, then one letter for all that falls due, in each reader's own words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from coord import company, meetings, notices, people
from coord.meetings import Meeting
from coord.notices import Wish, due
from coord.notices.records import Notice
from coord.people import Profile
from coord.refusal import Changed, Refused
from coord.text import Words
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, TODAY, Cast
from tests.mailbox import (
    AFTERNOON,
    HELD,
    MINUTE,
    PASSWORD,
    Mailbox,
    a_minute,
    arrange,
    change,
    choose,
    html,
    mail_server,
    post_office,
    set_up,
    text,
    wish,
)

TUESDAY = TODAY + timedelta(days=1)


@pytest.fixture
def mailbox(cast: Cast) -> Iterator[Mailbox]:
    with post_office(cast) as mailbox:
        yield mailbox


def hold(cast: Cast, *, close_at: int | None = None) -> int:
    """Tuesday's hour: Bruno promises Ana something for Friday, Carla leaves him a message."""
    row = cast.ask("Send the list of trial customers", by="ana", to="product")
    with cast.database.begin() as session:
        meeting = meetings.following(session, at=MONDAY)
        assert meeting is not None
        meetings.start(session, meeting.id, by=cast.fabio, at=HELD)
        meetings.record(session, meeting.id, "message", text="The key is at the desk", area=cast.area["support"],
                        to_area=cast.area["product"], by=cast.carla, at=HELD + MINUTE)  # fmt: skip
    cast.move(row, "promise", by="bruno", at=HELD + 2 * MINUTE, day=FRIDAY)
    with cast.database.begin() as session:
        ended = meetings.end(session, meeting.id, by=cast.fabio, at=HELD + 50 * MINUTE)
        if close_at is not None:
            meetings.close(session, meeting.id, seen=ended.version, by=cast.fabio, at=close_at)
    return meeting.id


# Who is told


def test_nobody_is_told_anything_until_an_administrator_sets_it_up(cast: Cast) -> None:
    with mail_server(Mailbox()) as mailbox:
        arrange(cast)
        assert a_minute(cast, AFTERNOON) == 0
        set_up(cast, mailbox.port, is_on=False)
        assert a_minute(cast, AFTERNOON) == 0
        set_up(cast, mailbox.port)
        assert a_minute(cast, AFTERNOON) > 0
    assert mailbox.letters


def test_only_administrators_set_it_up_and_what_is_wrong_is_said(cast: Cast) -> None:
    with cast.database.begin() as session:
        for who in (cast.ana, cast.fabio, cast.gina):
            with pytest.raises(Refused, match="administrator"):
                notices.set_up(session, wish(25), seen=0, by=who, at=MONDAY)
        for wrong, said in (
            ({"host": "smtp.example.com:25"}, "mail server's name"),
            ({"host": "  "}, "mail server's name"),
            ({"port": 0}, "between 1 and 65535"),
            ({"port": 70_000}, "between 1 and 65535"),
            ({"security": "hope"}, "secured"),
            ({"address": "coord"}, "address that notices come from"),
            ({"address": "coord@a.example, b@c.example"}, "address that notices come from"),
            ({"link": "javascript:alert(1)"}, "link starts with"),
            ({"link": "mailto:a@b.example"}, "people open Coord"),
            ({"servers": "https://chat.example.com/x"}, "only the names"),
        ):
            with pytest.raises(Refused, match=said):
                notices.set_up(session, replace(wish(25), **wrong), seen=0, by=cast.hugo, at=MONDAY)
        row = notices.set_up(session, wish(25), seen=0, by=cast.hugo, at=MONDAY)
        with pytest.raises(Changed):
            notices.set_up(session, wish(26), seen=0, by=cast.hugo, at=MONDAY)
        kept = notices.set_up(
            session, replace(wish(26), password=None), seen=row.version, by=cast.hugo, at=MONDAY
        )
        assert kept.password == PASSWORD
        gone = notices.set_up(
            session, replace(wish(26), user=" "), seen=kept.version, by=cast.hugo, at=MONDAY
        )
        assert gone.password is None


def test_what_fell_due_before_it_was_turned_on_is_not_sent(cast: Cast, mailbox: Mailbox) -> None:
    set_up(cast, mailbox.port, is_on=False)
    set_up(cast, mailbox.port, at=AFTERNOON + HOUR)
    assert a_minute(cast, AFTERNOON + 2 * HOUR) == 0


def test_whoever_speaks_for_no_area_has_left_or_has_no_address_is_not_written_to(
    cast: Cast, mailbox: Mailbox
) -> None:
    change(cast, cast.carla, email=None)
    change(cast, cast.elsa, archived_at=MONDAY)
    a_minute(cast, AFTERNOON)
    assert {letter["To"].addresses[0].username for letter in mailbox.letters} == {"ana", "bruno", "davi"}


def test_everybody_chooses_what_they_are_told_for_themselves(cast: Cast, mailbox: Mailbox) -> None:
    choose(cast, cast.ana, kinds=frozenset({"due"}))
    a_minute(cast, AFTERNOON)
    assert not mailbox.of("ana")
    assert len(mailbox.of("bruno")) == 1
    with pytest.raises(Changed), cast.database.begin() as session:
        notices.choose(session, Wish(), seen=0, by=cast.ana)
    for wrong, said in (
        ({"kinds": frozenset({"gossip"})}, "that there are"),
        ({"by_channel": True}, "channel's address"),
    ):
        with pytest.raises(Refused, match=said):
            choose(cast, cast.bruno, **wrong)
    with pytest.raises(Refused, match="Only a person"):
        choose(cast, FOUNDER)


# The day before


def test_the_day_before_each_head_reads_what_will_be_asked_and_why(cast: Cast, mailbox: Mailbox) -> None:
    with_a_past(cast)
    row = cast.ask("Send the list of trial customers", at=MONDAY - 20 * DAY)
    assert a_minute(cast, AFTERNOON - MINUTE) == 0
    a_minute(cast, AFTERNOON)
    (letter,) = mailbox.of("bruno")
    assert letter["Subject"] == "Meeting on 3 Mar 2026, 10:00: what will be asked of you"
    assert f"- {row.what}\n  Sales has waited" in text(letter)
    assert "1 answer is still missing from you." in text(letter)
    assert "https://coord.example/preparation" in text(letter)
    assert 'href="https://coord.example/preparation"' in html(letter)
    assert row.what in html(letter)


def test_a_letter_has_the_headers_of_one_that_a_program_sends(cast: Cast, mailbox: Mailbox) -> None:
    change(cast, cast.bruno, name="José Ñandú")
    a_minute(cast, AFTERNOON)
    (letter,) = mailbox.of("bruno")
    assert letter["From"].addresses[0].addr_spec == "coord@casaclara.example"
    assert letter["From"].addresses[0].display_name == "Casa Clara"
    assert letter["To"].addresses[0].display_name == "José Ñandú"
    assert letter["Date"].datetime.timestamp() == AFTERNOON
    assert letter["Message-ID"].endswith("@casaclara.example>")
    assert letter["List-Unsubscribe"] == "<https://coord.example/notices>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"


def test_a_head_of_three_areas_gets_one_letter(cast: Cast, mailbox: Mailbox) -> None:
    with_a_past(cast)
    for name in ("product", "support"):
        cast.ask(f"Ask {name}", to=name, at=MONDAY - 20 * DAY)
    held = {("head", cast.area[name]) for name in ("product", "support", "billing")}
    with cast.database.begin() as session:
        row = people.person(session, cast.bruno.person_id or 0)
        profile = Profile("Bruno", "bruno@casaclara.example", rights=frozenset(held))
        people.change(session, row.id, profile, seen=row.version, by=FOUNDER)
    a_minute(cast, AFTERNOON)
    (letter,) = mailbox.of("bruno")
    assert "- Ask product" in text(letter)
    assert "- Ask support" in text(letter)


def test_everybody_reads_it_in_their_language_at_their_afternoon(cast: Cast, mailbox: Mailbox) -> None:
    change(cast, cast.ana, language="pt-BR", zone="America/Sao_Paulo")
    change(cast, cast.bruno, language="es", zone="Europe/Madrid")
    for hour, at in (("Madrid", AFTERNOON - HOUR), ("UTC", AFTERNOON), ("São Paulo", AFTERNOON + 3 * HOUR)):
        a_minute(cast, at - MINUTE)
        before = len(mailbox.letters)
        a_minute(cast, at)
        assert len(mailbox.letters) > before, hour
    for name, language, zone in (
        ("ana", "pt-BR", "America/Sao_Paulo"),
        ("bruno", "es", "Europe/Madrid"),
        ("carla", "en", "UTC"),
    ):
        (letter,) = mailbox.of(name)
        t = Words(language, zone)
        when = t.instant(HELD)
        assert letter["Subject"] == t("Meeting on {when}: what will be asked of you", when=when)
        assert t("My preparation") in text(letter)
        assert f'<html lang="{language}">' in html(letter)
    assert len({letter["Subject"] for letter in mailbox.letters}) == 3


def test_before_a_meeting_on_monday_it_comes_on_friday(cast: Cast, mailbox: Mailbox) -> None:
    with cast.database.begin() as session:
        row = company.the(session)
        company.change(
            session, company.Settings("Casa Clara", meeting_weekday=0), seen=row.version, by=cast.hugo
        )
        meetings.plan(session, at=MONDAY)
    friday = AFTERNOON + 4 * DAY
    assert a_minute(cast, friday - MINUTE) == 0
    assert a_minute(cast, friday) > 0


def test_a_server_that_was_down_tells_it_when_it_is_back_but_not_after_the_meeting_began(
    cast: Cast, mailbox: Mailbox
) -> None:
    with cast.database.begin() as session:
        meetings.open_agendas(session, at=MONDAY)
    choose(cast, cast.ana, kinds=frozenset())
    assert a_minute(cast, HELD - MINUTE) > 0
    choose(cast, cast.ana)
    assert a_minute(cast, HELD) == 0
    assert not mailbox.of("ana")


def test_nothing_is_told_twice_also_when_the_clock_is_set_back(cast: Cast, mailbox: Mailbox) -> None:
    a_minute(cast, AFTERNOON)
    count = len(mailbox.letters)
    for at in (AFTERNOON, AFTERNOON + MINUTE, AFTERNOON + HOUR, AFTERNOON - 30 * MINUTE, AFTERNOON):
        assert a_minute(cast, at) == 0
    assert len(mailbox.letters) == count


# Promises


def with_a_past(cast: Cast) -> None:
    """The company has held its first three hours, which have an agenda of their own."""
    with cast.database.begin() as session:
        for week in (1, 2, 3):
            held_at = HELD - 7 * week * DAY
            session.add(Meeting(planned_on=TUESDAY - timedelta(weeks=week), starts_at=held_at, state="closed",
                                opened_at=held_at, started_at=held_at, ended_at=held_at, closed_at=held_at))  # fmt: skip


def promise(cast: Cast, what: str, day: date, at: int = MONDAY - HOUR) -> Any:
    row = cast.ask(what, at=at - HOUR)
    return cast.move(row, "promise", by="bruno", at=at, day=day)


def test_the_promises_of_tomorrow_come_together_in_the_morning(cast: Cast, mailbox: Mailbox) -> None:
    set_up(cast, mailbox.port, is_on=False)
    set_up(cast, mailbox.port, at=MONDAY - 2 * HOUR)
    for what in ("Send the list", "Call the customer"):
        promise(cast, what, TUESDAY, at=MONDAY - 2 * HOUR)
    promise(cast, "Write the guide", FRIDAY, at=MONDAY - 2 * HOUR)
    done = promise(cast, "Done long ago", TUESDAY, at=MONDAY - 2 * HOUR)
    cast.move(done, "deliver", by="bruno", at=MONDAY - 90 * MINUTE)
    assert a_minute(cast, MONDAY - HOUR - MINUTE) == 0
    a_minute(cast, MONDAY - HOUR)
    (letter,) = mailbox.of("bruno")
    assert letter["Subject"] == "Promises due by Tue 3 Mar"
    assert "- Send the list\n  For Sales, by Tue 3 Mar\n- Call the customer" in text(letter)
    assert "guide" not in text(letter)
    assert "Done long ago" not in text(letter)
    assert not mailbox.of("ana")


def test_on_friday_one_reads_what_is_due_until_monday(cast: Cast, mailbox: Mailbox) -> None:
    promise(cast, "Send the list", TODAY + timedelta(days=7))
    for day in range(4):
        at = MONDAY - HOUR + day * DAY
        a_minute(cast, at)
    assert not [letter for letter in mailbox.of("bruno") if "Promises" in letter["Subject"]]
    a_minute(cast, MONDAY - HOUR + 4 * DAY)
    assert mailbox.of("bruno")[-1]["Subject"] == "Promises due by Mon 9 Mar"


def test_a_promise_of_tomorrow_is_of_no_use_the_day_after(cast: Cast, mailbox: Mailbox) -> None:
    promise(cast, "Send the list", TODAY + timedelta(days=3))  # Thursday: to be told on Wednesday
    choose(cast, cast.davi, kinds=frozenset())
    choose(cast, cast.bruno, kinds=frozenset({"due"}))
    a_minute(cast, MONDAY + 3 * DAY)
    assert not mailbox.of("bruno")


def test_whoever_handles_it_is_told_too(cast: Cast, mailbox: Mailbox) -> None:
    row = promise(cast, "Send the list", TODAY + timedelta(days=3))
    cast.move(row, "assign", by="bruno", at=MONDAY, handler=cast.iris.person_id)
    a_minute(cast, MONDAY + 2 * DAY)
    assert "Send the list" in text(mailbox.of("iris")[0])


# After the meeting


def test_after_the_close_one_reads_what_one_promised_waits_for_and_is_told(
    cast: Cast, mailbox: Mailbox
) -> None:
    meeting_id = hold(cast, close_at=HELD + HOUR)
    a_minute(cast, HELD + HOUR)
    (bruno,), (ana,), (elsa,) = mailbox.of("bruno"), mailbox.of("ana"), mailbox.of("elsa")
    assert bruno["Subject"] == "After the meeting on Tue 3 Mar"
    assert "You promised\n- Send the list of trial customers\n  For Sales, by Fri 6 Mar" in text(bruno)
    assert "Messages to you\n- The key is at the desk\n  From Support" in text(bruno)
    assert f"https://coord.example/minutes?meeting={meeting_id}" in text(bruno)
    assert "You wait for\n- Send the list of trial customers\n  Product promised it for Fri 6 Mar." in text(
        ana
    )
    assert "The key" not in text(ana)
    assert "You promised nothing new" in text(elsa)


def test_minutes_that_nobody_closes_are_not_waited_for_longer_than_two_hours(
    cast: Cast, mailbox: Mailbox
) -> None:
    hold(cast)
    ended = HELD + 50 * MINUTE
    assert a_minute(cast, ended + 2 * HOUR - MINUTE) == 0
    assert a_minute(cast, ended + 2 * HOUR) > 0
    count = len(mailbox.letters)
    with cast.database.begin() as session:
        row = meetings.every(session)
        meeting = next(m for m in row if m.state == "ended")
        meetings.close(session, meeting.id, seen=meeting.version, by=cast.fabio, at=ended + 3 * HOUR)
    a_minute(cast, ended + 3 * HOUR)
    assert len(mailbox.letters) == count


def test_nobody_is_written_to_at_night_about_a_meeting_that_is_over(cast: Cast, mailbox: Mailbox) -> None:
    change(cast, cast.bruno, zone="Asia/Tokyo")  # 11:00 UTC is 20:00 there, 13:00 is 22:00
    hold(cast, close_at=HELD + 3 * HOUR)
    a_minute(cast, HELD + 3 * HOUR)
    assert mailbox.of("ana")
    assert not mailbox.of("bruno")
    a_minute(cast, MONDAY + DAY + 13 * HOUR)  # 07:00 in Tokyo
    assert len(mailbox.of("bruno")) == 1


def test_two_occasions_that_come_at_once_are_one_letter(cast: Cast, mailbox: Mailbox) -> None:
    hold(cast, close_at=HELD + HOUR)
    promise(cast, "Call the customer", TODAY + timedelta(days=3), at=HELD + HOUR)
    a_minute(cast, MONDAY + 2 * DAY)  # the server was down since the meeting
    (letter,) = mailbox.of("bruno")
    assert letter["Subject"] == "After the meeting on Tue 3 Mar · Promises due by Thu 5 Mar"
    with cast.database.read() as session:
        told = session.scalars(select(Notice).where(Notice.person_id == cast.bruno.person_id)).all()
    assert {notice.kind for notice in told} == {"after", "due"}
    assert len({notice.letter_id for notice in told}) == 1


def test_long_requests_are_cut_and_long_lists_too(cast: Cast, mailbox: Mailbox) -> None:
    for n in range(15):
        promise(cast, f"{n} " + "x" * 250, TODAY + timedelta(days=3))
    a_minute(cast, MONDAY + 2 * DAY)
    (letter,) = [letter for letter in mailbox.of("bruno") if "Promises" in letter["Subject"]]
    lines = text(letter).splitlines()
    assert max(map(len, lines)) <= 202
    assert len([line for line in lines if "xxx" in line]) == 12
    assert "3 more" in lines


def test_of_very_many_readers_each_is_told_once_some_a_minute(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "MOST", 2)
    assert [a_minute(cast, AFTERNOON + n * MINUTE) for n in range(4)] == [2, 2, 1, 0]
    assert len({letter["To"] for letter in mailbox.letters}) == 5
