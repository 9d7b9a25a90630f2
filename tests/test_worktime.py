"""Working time: what elapses outside closed local days, in zones whose clocks do everything that clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord.worktime import Calendar, calendar

HOUR, DAY = 3_600, 86_400
unhurried = settings(deadline=None)  # the first look at a year takes its time
ZONES = [
    "America/Sao_Paulo",  # until 2019 the clock jumped over midnight
    "Europe/Lisbon",
    "Pacific/Apia",  # had no 30 December 2011
    "America/Havana",  # midnight occurs twice
    "America/St_Johns",  # until 2011 the clock went back across midnight
    "Australia/Lord_Howe",  # changes its clock by half an hour
    "Asia/Kathmandu",
]
calendars = st.builds(
    calendar,
    st.sampled_from(ZONES),
    closing_days=st.sets(st.dates(date(2009, 1, 1), date(2020, 1, 1)), max_size=5),
    weekend=st.sampled_from([(5, 6), (4,), ()]),
)
instants = st.integers(
    int(datetime(2009, 2, 1, tzinfo=UTC).timestamp()), int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
)
days = st.dates(date(2009, 2, 1), date(2020, 1, 1))


def at(zone, *local, fold=0):
    return int(datetime(*local, tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def every_day(zone):
    return calendar(zone, weekend=())


# Working seconds


@unhurried
@given(calendars, instants, instants, instants)
def test_parts_add_up_to_the_second(company, a, b, c):
    assert company.working_seconds(a, c) == company.working_seconds(a, b) + company.working_seconds(b, c)


@unhurried
@given(calendars, instants, st.integers(0, 40), st.data())
def test_parts_add_up_where_the_clock_is_changed(company, near, hours, data):
    changes = [
        at("UTC", 2018, 11, 4, 3),
        at("UTC", 2018, 2, 18, 2),
        at("UTC", 2011, 12, 30, 10),
        at("UTC", 2010, 3, 28, 1),
    ]
    a = data.draw(st.sampled_from(changes)) - hours * HOUR + near % 7_919
    b, c = a + data.draw(st.integers(0, 2 * DAY)), a + 3 * DAY
    assert company.working_seconds(a, b) + company.working_seconds(b, c) == company.working_seconds(a, c)
    assert 0 <= company.working_seconds(a, b) <= company.working_seconds(a, c)


@unhurried
@given(calendars, days)
def test_a_day_is_86400_working_seconds_or_none(company, day):
    worked = company.working_seconds(company.start_of(day), company.start_of(day + timedelta(days=1)))
    assert worked == (DAY if company.is_open(day) else 0)


@unhurried
@given(st.integers(0, 400 * DAY), st.integers(0, 60 * DAY))
def test_without_clock_changes_working_seconds_are_those_of_open_days(start, length):
    company = calendar("UTC")
    expected = sum(
        max(0, min(start + length, (day + 1) * DAY) - max(start, day * DAY))
        for day in range(start // DAY, (start + length) // DAY + 1)
        if (date(1970, 1, 1) + timedelta(days=day)).weekday() < 5
    )
    assert company.working_seconds(start, start + length) == expected


@unhurried
@given(calendars, st.lists(st.tuples(instants, instants), min_size=1, max_size=20))
def test_many_are_the_same_as_one_by_one(company, pairs):
    starts, ends = np.array(pairs).T
    one_by_one = [company.working_seconds(*pair) for pair in pairs]
    assert company.working_seconds_many(starts, ends).tolist() == one_by_one


def test_a_weekend_does_not_count():
    company = calendar("Europe/Lisbon")
    friday, monday = at("Europe/Lisbon", 2026, 1, 9, 18), at("Europe/Lisbon", 2026, 1, 12, 9)
    assert company.working_seconds(friday, monday) == 6 * HOUR + 9 * HOUR
    assert company.working_seconds(monday, friday) == -15 * HOUR
    assert company.working_seconds(friday + 12 * HOUR, friday + 20 * HOUR) == 0


def test_a_day_of_23_hours_counts_its_hours_a_little_more_and_one_of_25_a_little_less():
    zone = "Europe/Lisbon"
    spring, autumn = at(zone, 2026, 3, 29), at(zone, 2026, 10, 25)
    assert every_day(zone).working_seconds(spring, spring + 23 * HOUR) == DAY
    assert every_day(zone).working_seconds(spring, spring + HOUR) == HOUR * 24 // 23
    assert every_day(zone).working_seconds(autumn, autumn + 25 * HOUR) == DAY
    assert every_day(zone).working_seconds(autumn, autumn + HOUR) == HOUR * 24 // 25


def test_a_day_that_the_zone_skipped_is_closed_and_takes_no_time():
    samoa = every_day("Pacific/Apia")
    assert not samoa.is_open(date(2011, 12, 30))
    assert samoa.next_open_day(date(2011, 12, 29)) == date(2011, 12, 31)
    before, after = at("Pacific/Apia", 2011, 12, 29, 12), at("Pacific/Apia", 2011, 12, 31, 12)
    assert after - before == samoa.working_seconds(before, after) == DAY


def test_a_day_skipped_by_a_clock_that_had_moved_by_minutes_before_takes_no_time():
    line_islands = every_day("Pacific/Kiritimati")  # at -10:40 until 1979, without 31 December 1994
    start, end = date(1975, 1, 1), date(1995, 1, 1)
    worked = line_islands.working_seconds(line_islands.start_of(start), line_islands.start_of(end) + 600)
    assert worked == ((end - start).days - 1) * DAY + 600


def test_a_closed_day_begins_on_its_second_where_the_clock_has_moved_by_half_an_hour():
    zone = "Australia/Lord_Howe"
    noon, after_midnight = at(zone, 2026, 6, 6, 12), at(zone, 2026, 6, 7, 0, 10)  # Saturday, Sunday
    assert calendar(zone, weekend=[6]).working_seconds(noon, after_midnight) == 12 * HOUR
    assert calendar(zone, weekend=[5]).working_seconds(noon, after_midnight) == 600


def test_nothing_in_is_nothing_out():
    assert calendar("UTC").working_seconds_many(np.array([], np.int64), np.array([], np.int64)).size == 0


def test_many_working_times_are_each_the_one_alone():
    company, random = calendar("America/Sao_Paulo", "BR", "SP"), np.random.default_rng(3)
    starts = at("UTC", 2020, 1, 1) + random.integers(0, 6 * 365 * DAY, 300)
    ends = starts + random.integers(0, 60 * DAY, 300)
    alone = [company.working_seconds(*pair) for pair in zip(starts.tolist(), ends.tolist(), strict=True)]
    assert company.working_seconds_many(starts, ends).tolist() == alone


# Days and instants


@unhurried
@given(calendars, instants)
def test_an_instant_lies_within_its_day(company, instant):
    day = company.day_of(instant)
    assert company.start_of(day) <= instant < company.start_of(day + timedelta(days=1))


@unhurried
@given(calendars, instants, st.integers(1, DAY))
def test_days_never_go_back(company, instant, later):
    assert company.day_of(instant) <= company.day_of(instant + later)


@unhurried
@given(calendars, days)
def test_a_day_starts_when_its_clock_first_shows_it(company, day):
    zone, start = ZoneInfo(company.zone), company.start_of(day)
    assert datetime.fromtimestamp(start - 1, zone).date() < day
    shown = datetime.fromtimestamp(start, zone).date()
    assert shown == day or (company.zone, day) == ("Pacific/Apia", date(2011, 12, 30))


@unhurried
@given(calendars, days)
def test_noon_is_twelve_on_that_day(company, day):
    noon = datetime.fromtimestamp(company.noon_of(day), ZoneInfo(company.zone))
    skipped = (company.zone, day) == ("Pacific/Apia", date(2011, 12, 30))
    assert skipped or (noon.date(), noon.hour, noon.minute) == (day, 12, 0)


def test_a_day_whose_midnight_is_jumped_over_starts_at_the_jump():
    company = calendar("America/Sao_Paulo")
    assert company.start_of(date(2018, 11, 4)) == at("UTC", 2018, 11, 4, 3)
    assert company.day_of(at("UTC", 2018, 11, 4, 3)) == date(2018, 11, 4)
    assert company.day_of(at("UTC", 2018, 11, 4, 3) - 1) == date(2018, 11, 3)


def test_a_day_starts_at_the_jump_even_where_the_clock_jumps_from_before_midnight_to_after():
    toronto = calendar("America/Toronto")  # 30 March 1919, 23:30 to 0:30
    jump = at("UTC", 1919, 3, 31, 4, 30)
    assert toronto.start_of(date(1919, 3, 31)) == jump
    assert (toronto.day_of(jump - 1), toronto.day_of(jump)) == (date(1919, 3, 30), date(1919, 3, 31))


def test_where_midnight_occurs_twice_the_day_starts_at_the_first():
    assert calendar("America/Havana").start_of(date(2015, 11, 1)) == at("UTC", 2015, 11, 1, 4)


def test_an_hour_repeated_across_midnight_belongs_to_the_later_day():
    zone = "America/St_Johns"  # 7 November 2010, 0:01 back to 23:01
    repeated = at(zone, 2010, 11, 6, 23, 30, fold=1)
    assert calendar(zone).day_of(repeated) == date(2010, 11, 7)
    assert calendar(zone).day_of(at(zone, 2010, 11, 6, 23, 30)) == date(2010, 11, 6)


def test_the_noon_of_a_skipped_day_is_where_it_would_have_begun():
    samoa = calendar("Pacific/Apia")
    assert (
        samoa.noon_of(date(2011, 12, 30)) == samoa.start_of(date(2011, 12, 31)) == at("UTC", 2011, 12, 30, 10)
    )


# Closed days


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 21),  # Tiradentes
        date(2026, 9, 7),  # independence
        date(2027, 11, 20),  # Zumbi, a Saturday
        date(2026, 7, 9),  # of the state
    ],
)
def test_a_public_holiday_of_sao_paulo_is_closed(day):
    assert not calendar("America/Sao_Paulo", "BR", "SP", weekend=()).is_open(day)


def test_a_holiday_of_one_state_is_a_working_day_in_another():
    assert calendar("America/Sao_Paulo", "BR", "MG").is_open(date(2026, 7, 9))
    assert calendar("America/Sao_Paulo", "BR").is_open(date(2026, 7, 9))


def test_carnival_is_a_custom_and_closed_only_where_the_company_says_so():
    carnival = [date(2026, 2, 16), date(2026, 2, 17)]
    assert all(calendar("America/Sao_Paulo", "BR", "SP").is_open(day) for day in carnival)
    closing = calendar("America/Sao_Paulo", "BR", "SP", closing_days=carnival)
    assert closing.next_open_day(date(2026, 2, 13)) == date(2026, 2, 18)


def test_a_weekend_can_lie_elsewhere():
    riyadh = calendar("Asia/Riyadh", weekend=(4, 5))
    assert [riyadh.is_open(date(2026, 1, day)) for day in (8, 9, 10, 11)] == [True, False, False, True]


def test_equal_settings_make_equal_calendars():
    one = calendar("Europe/Lisbon", "PT", closing_days=[date(2026, 1, 2), date(2026, 1, 5)], weekend=[6, 5])
    other = calendar("Europe/Lisbon", "PT", closing_days=(date(2026, 1, 5), date(2026, 1, 2)))
    assert (one, hash(one)) == (other, hash(other))
    assert isinstance(one, Calendar)


# Silence


def test_a_delivery_is_confirmed_by_silence_at_the_end_of_the_tenth_working_day():
    zone = "America/Sao_Paulo"
    company = calendar(zone, "BR", "SP")
    monday = at(zone, 2026, 3, 2, 9, 30)
    assert company.add_working_days(monday, 10) == at(zone, 2026, 3, 17)  # Tuesday 3 … Monday 16
    before_easter = at(zone, 2026, 4, 1, 14)
    assert company.add_working_days(before_easter, 10) == at(zone, 2026, 4, 17)  # without Good Friday


def test_the_hour_of_the_delivery_changes_nothing_but_its_local_day_does():
    zone = "America/Sao_Paulo"
    company = calendar(zone)
    late, midnight = at(zone, 2026, 3, 2, 23, 59, 59), at(zone, 2026, 3, 3)
    assert company.add_working_days(late, 10) == company.add_working_days(at(zone, 2026, 3, 2), 10)
    assert company.add_working_days(midnight, 10) == company.add_working_days(late, 10) + DAY


def test_what_is_delivered_on_a_weekend_waits_from_monday_on():
    zone = "Europe/Lisbon"
    assert calendar(zone).add_working_days(at(zone, 2026, 1, 10, 12), 1) == at(zone, 2026, 1, 13)


@unhurried
@given(calendars, instants, st.integers(1, 15))
def test_silence_comes_after_exactly_that_many_working_days(company, instant, number):
    next_day = company.start_of(company.day_of(instant) + timedelta(days=1))
    assert company.working_seconds(next_day, company.add_working_days(instant, number)) == number * DAY


def test_working_days_are_added_from_one_on():
    with pytest.raises(ValueError, match="from 1 on"):
        calendar("UTC").add_working_days(0, 0)


# Settings that can't be


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"zone": "America/Sao Paulo"}, "no time zone called 'America/Sao Paulo'"),
        ({"zone": ""}, "no time zone called ''"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"zone": "UTC", "country": "XX"}, "a country called 'XX'"),
        ({"zone": "UTC", "country": "BR", "subdivision": "ZZ"}, "BR has no subdivision called 'ZZ'"),
        ({"zone": "UTC", "subdivision": "SP"}, "'SP' needs a country"),
        ({"zone": "UTC", "weekend": range(7)}, "never all of them"),
        ({"zone": "UTC", "weekend": [7]}, "0 .Monday. to 6"),
    ],
)
def test_an_unknown_place_or_a_week_without_work_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        calendar(**settings)
