"""How long requests stay unresolved: against printed tables, other packages and the definitions themselves."""

import csv
import json
import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coord import survival

HERE = Path(__file__).parent
ANSWERS = HERE / "data" / "survival"
PUBLISHED = HERE.parents[1] / "shared" / "data" / "survival"
DAY = 86_400
unhurried = settings(deadline=None)

needs_published = pytest.mark.skipif(
    not PUBLISHED.exists(),
    reason="the aml and Freireich data are not part of the project: ../shared/data is absent",
)


@st.composite
def requests(draw, largest=40, causes=1, entries=True):
    """Columns exit, cause (0: still open) and entry of some requests, with ties and small numbers at risk."""
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 30),
                st.integers(0, causes),
                st.just(0) | st.integers(0, 20) if entries else st.just(0),
            ),
            min_size=1,
            max_size=largest,
        )
    )
    exit, cause, entry = (np.array(column) for column in zip(*rows, strict=True))
    return exit, cause, entry


def by_definition(exit, cause, entry, causes=1):
    """Times, at risk, events and S, counted anew for every time; and F of every cause."""
    rows = [(x, c, e) for x, c, e in zip(exit, cause, entry, strict=True) if e == 0 or x > e]
    times = sorted({x for x, _, _ in rows} | {e for _, _, e in rows if e > 0})
    left, at_risk, events, share, parts = 1.0, [], [], [], []
    for t in times:
        waiting = [c for x, c, e in rows if (e < t or e == 0) and t <= x]
        now = [sum(x == t and c == j for x, c, e in rows) for j in range(1, causes + 1)]
        last = parts[-1] if parts else [0.0] * causes
        parts.append([f + left * d / max(len(waiting), 1) for f, d in zip(last, now, strict=True)])
        left *= 1 - sum(now) / max(len(waiting), 1)
        at_risk.append(len(waiting))
        events.append(sum(now))
        share.append(left)
    return times, at_risk, events, share, np.array(parts).reshape(len(times), causes).T


def same(one, other):
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))


def answers(name):
    return json.loads((ANSWERS / f"{name}.json").read_text())


def published(data, group):
    with (PUBLISHED / "published-km.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if (row["data"], row["group"]) == (data, group)]
    return {
        name: [float(row[name]) if row[name] else None for row in rows]
        for name in ("time", "at_risk", "events", "survival", "std_err")
    }


def read(name, time_column, status_column, keep):
    with (PUBLISHED / name).open() as file:
        rows = [row for row in csv.DictReader(file) if keep(row)]
    return [float(row[time_column]) for row in rows], [float(row[status_column]) for row in rows]


def aml(group):
    return read("aml.csv", "time", "status", lambda row: row["x"] == group)


def standard_errors(curve):
    """The standard error of S, read back from the band, where the band is defined."""
    log = np.log(curve.survival)
    return curve.survival * np.log(np.log(curve.lower) / log) * -log / 1.959963984540054


# Printed tables


@needs_published
@pytest.mark.parametrize("group", ["Maintained", "Nonmaintained"])
def test_the_aml_curves_are_those_that_r_prints(group):
    curve = survival.kaplan_meier(*aml(group))
    table, steps = published("aml", group), curve.events > 0
    assert curve.times[steps].tolist() == table["time"]
    assert curve.at_risk[steps].tolist() == table["at_risk"]
    assert curve.events[steps].tolist() == table["events"]
    assert curve.survival[steps] == pytest.approx(table["survival"], abs=6e-4)


@needs_published
@pytest.mark.parametrize("group", ["Maintained", "Nonmaintained"])
def test_the_aml_standard_errors_are_those_that_r_prints(group):
    curve, table = survival.kaplan_meier(*aml(group)), published("aml", group)
    inside = (curve.events > 0) & (curve.survival > 0)
    got = standard_errors(curve)[inside] if inside.all() else standard_errors(pick(curve, inside))
    assert got == pytest.approx([error for error in table["std_err"] if error is not None], abs=6e-5)


def pick(curve, kept):
    columns = ("times", "survival", "lower", "upper", "at_risk", "events")
    return survival.Curve(
        *(getattr(curve, name)[kept] for name in columns), n=curve.n, resolved=curve.resolved
    )


@needs_published
def test_the_curve_of_freireichs_patients_is_the_one_that_nag_prints():
    treated = read("freireich_leukemia_lifelines.csv", "t", "status", lambda row: row["Rx"] == "0")
    curve, table = survival.kaplan_meier(*treated), published("freireich-6mp", "6-MP")
    curve = pick(curve, curve.events > 0)
    assert curve.times.tolist() == table["time"]
    assert curve.survival == pytest.approx(table["survival"], abs=6e-4)
    assert standard_errors(curve) == pytest.approx(table["std_err"], abs=6e-4)


@needs_published
def test_the_aml_medians_are_those_that_r_prints():
    assert survival.quantile(survival.kaplan_meier(*aml("Maintained")), 0.5) == 31
    assert survival.quantile(survival.kaplan_meier(*aml("Nonmaintained")), 0.5) == 23


# Other packages: see oracles.py


def rows_and_answers(name):
    told = answers(name)
    if name.startswith("aml-"):
        if not PUBLISHED.exists():
            pytest.skip("the aml data are not part of the project: ../shared/data is absent")
        return aml(name.removeprefix("aml-").capitalize()), told
    return (told["exit"], told["event"], told.get("entry")), told


CASES = ["open", "closed", "entered", "aml-maintained", "aml-nonmaintained"]


@pytest.mark.parametrize("name", CASES)
def test_curve_and_band_agree_with_lifelines(name):
    rows, told = rows_and_answers(name)
    curve = survival.kaplan_meier(*rows)
    at = [int(np.searchsorted(told["times"], t)) for t in curve.times]
    assert [told["times"][i] for i in at] == curve.times.tolist()
    assert curve.survival == pytest.approx(np.take(told["survival"], at), abs=1e-10)
    assert curve.lower == pytest.approx(np.take(told["lower"], at), abs=1e-10)
    defined = curve.survival > 0
    assert curve.upper[defined] == pytest.approx(np.take(told["upper"], at)[defined], abs=1e-10)


@pytest.mark.parametrize("name", ["open", "closed", "entered"])
def test_curve_and_band_agree_with_scikit_survival(name):
    rows, told = rows_and_answers(name)
    curve, told = survival.kaplan_meier(*rows), told["scikit_survival"]
    at = np.searchsorted(told["times"], curve.times)
    assert np.take(told["times"], at).tolist() == curve.times.tolist()
    assert curve.survival == pytest.approx(np.take(told["survival"], at), abs=1e-10)
    defined = (curve.survival > 0) & (curve.survival < 1)
    for edge in ("lower", "upper"):
        theirs = np.take(told[edge], at)[defined]
        assert getattr(curve, edge)[defined] == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_quantiles_and_their_intervals_agree_with_lifelines(name):
    rows, told = rows_and_answers(name)
    curve = survival.kaplan_meier(*rows)
    for share, (reached, lower, upper) in told["quantiles"].items():
        if curve.survival[-1] == 0 and upper == curve.times[-1]:
            upper = None  # lifelines lets the band end at 0; here no upper limit is claimed
        assert survival.quantile(curve, float(share)) == reached
        assert survival.quantile_interval(curve, float(share)) == (lower, upper)


@pytest.mark.parametrize("name", CASES)
def test_the_restricted_mean_agrees_with_lifelines(name):
    rows, told = rows_and_answers(name)
    mean, _ = survival.restricted_mean(survival.kaplan_meier(*rows), told["horizon"])
    assert mean == pytest.approx(told["mean"], rel=1e-9)


def test_the_outcome_mix_agrees_with_scikit_survival():
    told = answers("mixed")
    mix = survival.aalen_johansen(told["exit"], told["cause"], 3)
    assert mix.times.tolist() == told["times"]
    assert mix.parts == pytest.approx(np.array(told["parts"]), abs=1e-10)
    assert 1 - mix.survival == pytest.approx(told["resolved"], abs=1e-10)


# The definitions


@unhurried
@given(requests())
def test_every_step_is_the_one_that_counting_anew_gives(rows):
    curve = survival.kaplan_meier(*rows)
    times, at_risk, events, share, _ = by_definition(*rows)
    assert curve.times.tolist() == times
    assert curve.at_risk.tolist() == at_risk
    assert curve.events.tolist() == events
    assert curve.survival == pytest.approx(share, abs=1e-12)
    seen = (rows[2] == 0) | (rows[0] > rows[2])
    assert (curve.n, curve.resolved) == (seen.sum(), rows[1][seen].sum())


@unhurried
@given(requests(causes=3))
def test_the_outcome_mix_is_the_one_that_counting_anew_gives(rows):
    mix = survival.aalen_johansen(rows[0], rows[1], 3, rows[2])
    times, _, _, share, parts = by_definition(*rows, causes=3)
    assert mix.times.tolist() == times
    assert mix.survival == pytest.approx(share, abs=1e-12)
    assert mix.parts == pytest.approx(parts, abs=1e-12)


@unhurried
@given(requests(causes=3))
def test_outcomes_and_what_is_unresolved_sum_to_one_at_every_time(rows):
    mix = survival.aalen_johansen(rows[0], rows[1], 3, rows[2])
    assert mix.parts.sum(axis=0) + mix.survival == pytest.approx(np.ones(mix.times.size), abs=1e-12)


@unhurried
@given(requests(causes=2, entries=False))
def test_the_outcome_mix_leaves_the_same_share_unresolved_as_the_curve(rows):
    exit, cause, _ = rows
    mix, curve = survival.aalen_johansen(exit, cause, 2), survival.kaplan_meier(exit, cause > 0)
    assert mix.survival == pytest.approx(curve.survival, abs=1e-12)


@unhurried
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_with_nothing_open_the_curve_is_the_share_that_took_longer(exit):
    curve = survival.kaplan_meier(exit, np.ones(len(exit)))
    longer = [sum(x > t for x in exit) / len(exit) for t in curve.times]
    assert curve.survival == pytest.approx(longer, abs=1e-12)


@unhurried
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(1, 40))
def test_with_nothing_open_the_restricted_mean_is_the_plain_mean_of_capped_times(exit, horizon):
    mean, error = survival.restricted_mean(survival.kaplan_meier(exit, np.ones(len(exit))), horizon)
    capped = np.minimum(exit, horizon)
    assert mean == pytest.approx(capped.mean(), abs=1e-9)
    assert error == pytest.approx(capped.std() / math.sqrt(len(exit)), abs=1e-9)


@unhurried
@given(requests(largest=60), st.data())
def test_curves_of_routes_are_those_of_each_route_alone(rows, data):
    exit, event, entry = rows
    route = np.array(data.draw(st.lists(st.integers(0, 4), min_size=exit.size, max_size=exit.size)))
    together = survival.kaplan_meier_by(route, exit, event, entry, groups=6)
    assert len(together) == 6
    for i, curve in enumerate(together):
        alone = route == i
        assert same(curve, survival.kaplan_meier(exit[alone], event[alone], entry[alone]))


@unhurried
@given(requests())
def test_the_unit_of_time_changes_only_the_times(rows):
    exit, event, entry = rows
    seconds = survival.kaplan_meier(exit * DAY, event, entry * DAY)
    days = survival.kaplan_meier(exit / 4, event, entry / 4)
    assert seconds.times.tolist() == (days.times * 4 * DAY).tolist()
    assert seconds.survival.tolist() == days.survival.tolist()
    assert seconds.upper.tolist() == days.upper.tolist()


@unhurried
@given(requests())
def test_the_band_encloses_the_curve(rows):
    curve = survival.kaplan_meier(*rows)
    assert (curve.lower <= curve.survival + 1e-12).all()
    assert (curve.upper >= curve.survival - 1e-12).all()
    assert ((curve.lower >= 0) & (curve.upper <= 1)).all()


def test_the_band_covers_the_truth_in_about_95_of_100_runs():
    random = np.random.default_rng(7)
    wait, seen = random.exponential(12, (2_000, 80)), random.uniform(0, 60, (2_000, 80))
    run = np.repeat(np.arange(2_000), 80)
    curves = survival.kaplan_meier_by(run, np.minimum(wait, seen).ravel(), (wait <= seen).ravel())
    last = [int(np.searchsorted(curve.times, 12, side="right")) - 1 for curve in curves]
    hit = [curve.lower[i] <= math.exp(-1) <= curve.upper[i] for curve, i in zip(curves, last, strict=True)]
    assert 0.93 < np.mean(hit) < 0.97


def test_open_requests_keep_the_median_honest():
    """Ninety days of recording, true median 12 days: closed requests alone would flatter."""
    random = np.random.default_rng(11)
    wait, seen = random.lognormal(math.log(12), 1.6, 20_000), random.uniform(0, 90, 20_000)
    event = wait <= seen
    median = survival.quantile(survival.kaplan_meier(np.minimum(wait, seen), event), 0.5)
    assert median == pytest.approx(12, abs=0.6)
    assert np.median(wait[event]) < 9


def test_requests_older_than_the_recording_bend_the_curve_only_without_their_entry():
    random = np.random.default_rng(13)
    wait, asked = random.exponential(12, 200_000), random.uniform(-60, 60, 200_000)
    known = asked + wait > 0  # what was resolved before recording began was never heard of
    wait, entry = wait[known], np.maximum(-asked[known], 0)
    event = np.ones(wait.size)
    true_median = 12 * math.log(2)
    assert survival.quantile(survival.kaplan_meier(wait, event, entry), 0.5) == pytest.approx(
        true_median, abs=0.3
    )
    assert survival.quantile(survival.kaplan_meier(wait, event), 0.5) > true_median + 1


# At the edges


def test_a_request_resolved_in_the_second_of_its_ask_counts():
    curve = survival.kaplan_meier([0, 0, 5, 9], [1, 0, 1, 0])
    assert (curve.times.tolist(), curve.at_risk.tolist()) == ([0, 5, 9], [4, 2, 1])
    assert curve.survival.tolist() == [0.75, 0.375, 0.375]
    assert (curve.n, curve.resolved) == (4, 2)


def test_an_entry_of_zero_is_no_truncation():
    exit, event = [0, 0, 5, 9], [1, 0, 1, 0]
    assert same(survival.kaplan_meier(exit, event, [0, 0, 0, 0]), survival.kaplan_meier(exit, event))


def test_a_request_never_seen_waiting_counts_nowhere():
    curve = survival.kaplan_meier([3, 5, 9], [1, 1, 1], [4, 5, 0])
    assert (curve.times.tolist(), curve.n, curve.resolved) == ([9], 1, 1)


def test_without_requests_there_is_an_empty_curve_that_claims_nothing():
    curve = survival.kaplan_meier([], [])
    assert (curve.times.size, curve.n, curve.resolved) == (0, 0, 0)
    assert survival.quantile(curve, 0.5) is None
    assert survival.quantile_interval(curve, 0.5) == (None, None)
    assert survival.restricted_mean(curve, 90) is None
    assert survival.resolved_within(curve, 0, 7) is None
    assert survival.thin(curve).times.size == 0
    assert survival.kaplan_meier_by([], [], []) == []
    assert survival.aalen_johansen([], [], 2).parts.shape == (2, 0)


def test_the_band_is_certain_before_the_first_resolution_and_keeps_its_upper_edge_at_zero():
    curve = survival.kaplan_meier([1, 2, 3], [0, 1, 1])
    assert (curve.lower[0], curve.upper[0]) == (1, 1)
    assert curve.survival[-1] == curve.lower[-1] == 0
    assert curve.upper[-1] == curve.upper[-2] > 0.5
    assert survival.kaplan_meier([1], [1]).upper.tolist() == [1]


def test_a_median_that_is_not_reached_is_none_and_so_is_its_upper_limit():
    curve = survival.kaplan_meier([1, 2, 3, 4, 5], [1, 1, 0, 0, 0])
    assert survival.quantile(curve, 0.5) is None
    assert survival.quantile_interval(curve, 0.5) == (1, None)
    assert survival.quantile_interval(curve, 0.95) == (None, None)


def test_a_quantile_is_found_where_a_product_of_floats_misses_equality():
    exit = list(range(1, 11))
    for tenths in range(1, 10):
        assert survival.quantile(survival.kaplan_meier(exit, [1] * 10), tenths / 10) == tenths


def test_where_the_curve_lies_at_one_half_for_a_while_the_median_is_the_left_end():
    assert survival.quantile(survival.kaplan_meier([2, 4, 6, 8], [1, 1, 1, 1]), 0.5) == 4


def test_the_curve_is_read_as_steps():
    curve = survival.kaplan_meier([2, 4, 6, 8], [1, 1, 1, 0])
    read = [survival.survival_at(curve, t) for t in (0, 1.9, 2, 3, 6, 100)]
    assert read == pytest.approx([1, 1, 0.75, 0.75, 0.25, 0.25])


def test_how_much_longer_is_a_share_of_those_that_are_this_old():
    curve = survival.kaplan_meier(np.arange(1, 101), np.ones(100))
    assert survival.resolved_within(curve, 40, 15) == pytest.approx(15 / 60)
    assert survival.resolved_within(curve, 0, 100) == pytest.approx(1)


def test_how_much_longer_is_hidden_where_fewer_than_twenty_were_at_risk():
    curve = survival.kaplan_meier(np.arange(1, 101), np.ones(100))
    assert survival.resolved_within(curve, 81, 5) is not None  # 81 … 100: twenty
    assert survival.resolved_within(curve, 81.5, 5) is None
    assert survival.resolved_within(curve, 500, 5) is None


def test_those_at_risk_at_an_age_count_only_what_had_come_in_by_then():
    curve = survival.kaplan_meier([50] * 30, [1] * 30, [0] * 19 + [10] * 11)
    assert survival.resolved_within(curve, 10, 40) is None
    assert survival.resolved_within(curve, 11, 40) == 1


def test_how_much_longer_is_not_guessed_beyond_what_was_followed():
    curve = survival.kaplan_meier([10] * 20 + [30] * 20, [1] * 20 + [0] * 20)
    assert survival.resolved_within(curve, 5, 25) == pytest.approx(0.5)
    assert survival.resolved_within(curve, 5, 26) is None


def test_the_restricted_mean_is_the_area_under_the_steps():
    curve = survival.kaplan_meier([2, 4, 6, 8], [1, 0, 1, 0])
    mean, _ = survival.restricted_mean(curve, 7)
    assert mean == pytest.approx(2 * 1 + 4 * 0.75 + 1 * 0.375)
    assert survival.restricted_mean(curve, 1) == (1, 0)


def test_the_restricted_means_error_is_the_spread_that_repetition_shows():
    random = np.random.default_rng(17)
    wait, seen = random.exponential(30, (3_000, 60)), random.uniform(20, 120, (3_000, 60))
    run = np.repeat(np.arange(3_000), 60)
    curves = survival.kaplan_meier_by(run, np.minimum(wait, seen).ravel(), (wait <= seen).ravel())
    means, errors = np.array([survival.restricted_mean(curve, 60) for curve in curves]).T
    assert means.mean() == pytest.approx(30 * (1 - math.exp(-2)), rel=0.01)
    assert errors.mean() == pytest.approx(means.std(), rel=0.05)


@pytest.mark.parametrize(
    ("exit", "event", "entry"),
    [
        ([1, 2], [1], None),
        ([1, 2], [1, 1], [0]),
        ([1, -2], [1, 1], None),
        ([1, math.nan], [1, 1], None),
        ([1, 2], [1, 1], [0, -1]),
    ],
)
def test_rows_that_cannot_be_are_refused(exit, event, entry):
    with pytest.raises(ValueError, match="Each"):
        survival.kaplan_meier(exit, event, entry)


def test_groups_and_causes_outside_their_range_are_refused():
    with pytest.raises(ValueError, match="group"):
        survival.kaplan_meier_by([0, 3], [1, 2], [1, 1], groups=3)
    with pytest.raises(ValueError, match="cause"):
        survival.aalen_johansen([1, 2], [1, 3], 2)


def test_times_too_large_to_be_packed_are_counted_all_the_same():
    exit = np.array([2**61, 5, 2**62, 5])
    curve = survival.kaplan_meier(exit, [1, 1, 0, 1])
    assert curve.times.tolist() == [5, 2**61, 2**62]
    assert curve.survival.tolist() == [0.5, 0.25, 0.25]
    routes = survival.kaplan_meier_by([0, 3, 0, 3], exit, [1, 1, 0, 1])
    assert [route.times.tolist() for route in routes] == [[2**61, 2**62], [], [], [5]]
    routes = survival.kaplan_meier_by([0, 3], [2**61, 5], [1, 1])
    assert [route.times.tolist() for route in routes] == [[2**61], [], [], [5]]


# Drawing and speed


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 60), st.floats(0.1, 4))
def test_a_thinned_curve_keeps_its_ends_and_its_shape(seed, points, skew):
    random = np.random.default_rng(seed)
    whole = survival.kaplan_meier(random.weibull(skew, 500) * 1e6, random.random(500) < 0.7)
    thinned = survival.thin(whole, points)
    assert thinned.times.size <= points
    assert (thinned.times[0], thinned.times[-1]) == (whole.times[0], whole.times[-1])
    assert np.isin(thinned.times, whole.times).all()
    drawn = np.array([survival.survival_at(thinned, t) for t in whole.times])
    assert np.abs(drawn - whole.survival).max() <= 2 / (points - 1)
    assert (thinned.n, thinned.resolved) == (whole.n, whole.resolved)


def test_a_short_curve_and_a_flat_one_can_be_thinned():
    short = survival.kaplan_meier([1, 2, 3], [1, 1, 0])
    assert survival.thin(short) is short
    flat = survival.thin(survival.kaplan_meier(np.arange(1_000), np.zeros(1_000)))
    assert (flat.times.size, flat.times[0], flat.times[-1]) == (200, 0, 999)


def test_twenty_routes_share_a_million_requests():
    random = np.random.default_rng(19)
    route, wait = random.integers(0, 20, 10**6), random.exponential(12 * DAY, 10**6).astype(np.int64)
    event = random.random(10**6) < 0.85
    curves = survival.kaplan_meier_by(route, wait, event, groups=20)
    assert sum(curve.n for curve in curves) == 10**6
