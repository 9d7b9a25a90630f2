"""Trends, as a director sees it."""

import json
import sys
from typing import Any

import altair as alt
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from coord import cli, company, trends
from coord.requests import Request
from coord.text import Words
from coord.trends import frames
from coord.ui import charts
from tests.cast import DAY, MONDAY, Cast
from tests.pages import visit, words
from tests.test_trends import live, seen

NOW = MONDAY + 60 * DAY


def look(cast: Cast, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    return visit(monkeypatch, cast.database, cast.gina, "trends", at=NOW, **query)


def many(cast: Cast, n: int, **facts: Any) -> list[Request]:
    """So many requests, resolved after one day, two days, …"""
    return [live(cast, days, **facts) for days in range(1, n + 1)]


def figures(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def drawn(page: AppTest) -> int:
    return len(page.get("vega_lite_chart"))


def test_gina_sees_that_nothing_was_asked_yet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    page = look(cast, monkeypatch)
    assert "None was asked yet" in words(page)
    assert not page.metric


def test_under_ten_resolved_gina_sees_the_requests_and_no_curve(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, 8)
    live(cast, 9, what="Translate the handbook")
    cast.ask("Still waiting for the *offer*")
    page = look(cast, monkeypatch)
    assert figures(page) == {"Requests": "10", "Still open": "1"}
    assert "Only 9 are resolved so far" in page.info[0].value
    assert drawn(page) == 0
    assert "Translate the handbook" in words(page)
    assert r"\*offer\*" in "".join(link.label for link in page.get("page_link"))


def test_from_ten_resolved_on_gina_sees_curves_with_their_sentences(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, 10)
    cast.ask("Old and open")
    page = look(cast, monkeypatch)
    said = words(page)
    assert (
        "After 30 days, 9% are still unresolved. Half are resolved within 6.0 days, 85 in 100 within 10."
        in said
    )
    assert "11 requests, 10 of them resolved, 1 still open." in said
    assert "Fewer than 30 are resolved: the band is rough" in said
    assert "1 open request is older than 85 in 100 ever get." in said
    assert "By day 30, 91% are confirmed" in said
    assert "Over all routes, a request waits" in said
    assert drawn(page) == 4
    assert len(page.table) == 4  # the numbers below each
    assert len(page.get("download_button")) == 4


def test_what_is_not_reached_takes_more_than_was_ever_seen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, 10)
    for _ in range(5):
        cast.ask()
    page = look(cast, monkeypatch)
    assert figures(page)["85 in 100 within"] == "more than 60 days"
    assert "Half are resolved within 8.0 days; 85 in 100 take more than 60." in words(page)


@pytest.mark.parametrize(("compare", "names", "charts_drawn"), [
    ("route", ["Sales → Product", "Support → Product"], 4),
    ("crossing", ["Sales → After sales", "After sales → After sales"], 5),
    ("period", ["Q1 2026"], 4),
])  # fmt: skip
def test_gina_compares_and_sends_the_address(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, compare: str, names: list[str], charts_drawn: int
) -> None:
    many(cast, 10)
    many(cast, 12, by="carla")
    cast.ask("Open")
    page = look(cast, monkeypatch, compare=compare)
    assert page.table[0].value["Group"].tolist() in (names, names[::-1])
    assert drawn(page) == charts_drawn
    page = look(cast, monkeypatch)
    page.selectbox(key="address-compare").set_value(compare).run()
    assert page.query_params["compare"] == compare
    assert page.table[0].value["Group"].tolist() in (names, names[::-1])


def test_filters_hold_for_everything_and_stand_in_the_address(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(cast, 10)
    many(cast, 3, by="carla", at=MONDAY + 50 * DAY)
    page = look(cast, monkeypatch, asked="4", time="working")
    assert figures(page)["Requests"] == "3"
    page = look(cast, monkeypatch, crossing="sales-after_sales")
    assert figures(page)["Requests"] == "10"
    page = look(cast, monkeypatch, areas=str(cast.area["support"]))
    assert figures(page)["Requests"] == "3"
    page = look(cast, monkeypatch, areas="999,nonsense", crossing="x", asked="-1", time="?")
    assert figures(page)["Requests"] == "13"


def test_what_happens_shows_at_the_next_look(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many(cast, 10)
    page = look(cast, monkeypatch)
    live(cast, 1)
    page.run()
    assert figures(page)["Requests"] == "11"


def test_history_without_answers_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    many(cast, 10)
    assert "no first answer is recorded" in words(look(cast, monkeypatch))
    live(cast, 3, verb="decline")
    page = look(cast, monkeypatch)
    assert "Fewer than half got an answer within 10 days." in words(page)
    assert drawn(page) == 4


def test_an_area_by_a_strange_name_is_shown_as_it_was_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.begin() as session:
        row = company.area(session, cast.area["product"])
        company.change_area(session, row.id, name="*R&D* [x](y) $a$", sphere="after_sales", about=None,
                            seen=row.version, by=cast.hugo)  # fmt: skip
    many(cast, 10)
    page = look(cast, monkeypatch, compare="route")
    assert page.table[0].value["Group"].tolist() == [r"Sales → \*R\&D\* \[x\]\(y\) \$a\$"]


@pytest.fixture
def told(cast: Cast) -> dict[str, alt.Chart | alt.LayerChart]:
    """Every chart, of a company with some of everything."""
    many(cast, 12)
    live(cast, 3, verb="decline")
    cast.ask("Open")
    rows, t = seen(cast, NOW), Words("pt-BR")
    whole, names = trends.unresolved(rows), {area: name for name, area in cast.area.items()}
    mix = trends.outcome_mix(rows)
    with cast.database.read() as session:
        ages = frames.ages(session, trends.ageing(rows, whole), names)
    curve = frames.curve([("a", whole), ("b", whole)], 60)
    return {
        "one": charts.unresolved_curve(frames.curve([("", whole)], 60), t),
        "two": charts.unresolved_curve(curve, t, until=60),
        "shares": charts.shares_by_day(frames.shares(mix, {way: way for way in mix.ways}, 60), t),
        "ages": charts.open_ages(ages, t),
        "routes": charts.route_matrix(
            frames.matrix(trends.routes(rows), names), t, areas=list(names.values())
        ),
    }


def test_every_chart_is_valid_small_and_written_in_the_readers_numbers(told: dict[str, Any]) -> None:
    for name, chart in told.items():
        spec = chart.to_dict()  # checks it against the schema
        marks = sum(len(rows) for rows in spec.get("datasets", {}).values())
        assert 0 < marks <= 2_000, name
        assert spec["config"]["locale"]["number"]["decimal"] == ",", name


def test_each_dot_leads_to_its_request(told: dict[str, Any]) -> None:
    spec = told["ages"].to_dict()
    (rows,) = spec["datasets"].values()
    assert spec["encoding"]["href"]["field"] == "url"
    assert rows[0]["url"] == f"request?id={rows[0]['id']}"


def test_the_command_prints_what_the_page_shows(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many(cast, 10)
    many(cast, 4, by="carla")
    monkeypatch.setenv("COORD_DATABASE_URL", cast.database.url.render_as_string(hide_password=False))

    def coord(*said: str) -> str:
        monkeypatch.setattr(sys, "argv", ["coord", "report", "unresolved", *said])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsys.readouterr().out

    found = json.loads(
        coord("--as-of", "2026-04-01T00:00:00Z", "--by", "route", "--time", "working", "--json")
    )
    assert (found["requests"], found["open"], found["as_of"], found["time"]) == (
        14,
        0,
        "2026-04-01T00:00:00Z",
        "working",
    )
    assert [group["requests"] for group in found["groups"]] == [10, 4]
    assert json.loads(coord("--as-of", "2026-03-04T12:00:00Z", "--json"))["open"] == 10
    table = coord("--by", "crossing")
    assert "All" in table
    assert "sales → after_sales" in table
    assert pd.Timestamp(json.loads(coord("--as-of", "2099-01-01", "--json"))["as_of"]) < pd.Timestamp(
        "2090", tz="UTC"
    )
