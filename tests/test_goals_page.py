"""The goals page, as heads use it: this week's check-ins in two taps, one goal in full, setting and ending one."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import goals
from coord.goals import CheckIn, Goal
from coord.people import Mandate
from tests.cast import DAY, HOUR, MONDAY, Cast
from tests.pages import visit, words
from tests.test_goals import aim, end, look, say

Seen = AppTest


def run(seen: Seen) -> Seen:
    seen.run()
    assert not seen.exception, seen.exception
    return seen


def widget(seen: Seen, prefix: str, nth: int = 0) -> Any:
    kinds = ("button", "text_input", "text_area", "date_input", "multiselect", "button_group", "expander")
    found = [w for kind in kinds for w in seen.get(kind) if str(w.key).startswith(prefix)]
    assert found, f"no {prefix}"
    return found[nth]


def write(seen: Seen, **texts: Any) -> None:
    for name, text in texts.items():
        widget(seen, f"{name}-").set_value(text)


def press(seen: Seen, prefix: str) -> Seen:
    widget(seen, prefix).click()
    return run(seen)


def last(cast: Cast, row: Goal) -> CheckIn:
    found: CheckIn = look(cast, goals.latest, [row.id])[row.id]
    return found


def opened(cast: Cast, patch: pytest.MonkeyPatch, who: Mandate, row: Goal, *, at: int = MONDAY) -> Seen:
    return visit(patch, cast.database, who, "goals", at=at, goal=str(row.id))


def test_carla_checks_in_with_a_value_and_one_tap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = aim(cast)
    seen = visit(monkeypatch, cast.database, cast.carla, "goals")
    assert seen.subheader[0].value.startswith("My check-ins of this week")
    write(seen, value="8.5", text="The films help")
    press(seen, "on_track-")
    found = last(cast, row)
    assert (found.value, found.status, found.line) == (8.5, "on_track", "The films help")
    assert "Every goal of yours has its check-in" in seen.success[0].value


def test_what_carla_typed_stays_when_a_rule_says_no(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = aim(cast)
    seen = visit(monkeypatch, cast.database, cast.carla, "goals")
    write(seen, value="8,5")
    press(seen, "off_track-")
    assert "Write the number like 1,234.5" in seen.error[0].value.replace("\\", "")
    assert widget(seen, "value-").value == "8,5"
    write(seen, value="8.5")
    press(seen, "off_track-")
    assert seen.error[0].value == "Say in one line what stands in the way."
    write(seen, text="Two of us are ill")
    press(seen, "off_track-")
    assert last(cast, row).value == 8.5


def test_carla_sees_what_was_said_since_she_began_and_keeps_her_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = aim(cast)
    seen = visit(monkeypatch, cast.database, cast.carla, "goals")
    write(seen, value="9", text="Slow")
    say(cast, row, 7, "caution", "Said from the other phone")
    press(seen, "caution-")
    assert "Somebody else has checked in" in seen.error[0].value
    assert "Said from the other phone" in words(seen)
    assert widget(seen, "text-").value == "Slow"
    press(seen, "caution-")
    assert [c.value for c in look(cast, goals.check_ins, row.id)] == [9, 7]


def test_exceptions_come_first_and_an_order_by_area_can_be_chosen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(cast, aim(cast, what="Calm"), 5)
    say(cast, aim(cast, what="Careful"), 9, "caution", "Slow")
    say(cast, aim(cast, what="Off *it*"), 12, "off_track", "**Nobody** is here")
    end(cast, aim(cast, what="Over"), "dropped", "No use")
    seen = visit(monkeypatch, cast.database, cast.iris, "goals")
    assert [heading.value.split(" :")[0] for heading in seen.subheader] == [
        "Off track",
        "Caution",
        "On track",
    ]
    said = words(seen)
    assert r"Off \*it\*" in said
    assert r"\*\*Nobody\*\* is here" in said
    assert not seen.text_input, "Iris speaks for no area: she reads"
    seen = visit(monkeypatch, cast.database, cast.iris, "goals", order="area")
    assert [heading.value.split(" :")[0] for heading in seen.subheader] == ["Support"]


def test_one_goal_tells_its_whole_story(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = aim(cast, why="Callers wait", depends_on=[cast.area["product"]])
    say(cast, row, 9)
    say(cast, row, 7, "caution", "Counted again", at=MONDAY + HOUR)
    with cast.database.begin() as session:
        goals.change(session, row.id, seen=1, target=6, line="Two have left", by=cast.carla, at=MONDAY + HOUR)
    seen = opened(cast, monkeypatch, cast.iris, row, at=MONDAY + DAY)
    said = words(seen)
    for told in ("Callers wait", "depends on Product", "moved since it was set", "Counted again", "~~9\u00a0h~~ corrected", "Target: ~~4~~ → **6**",
                 "Two have left"):  # fmt: skip
        assert told in said, told
    (bar,) = seen.get("progress")
    assert bar.proto.text == "75% of the way from 10\u00a0h to 6\u00a0h"
    assert "7\u00a0h" in seen.table[0].value.to_string()
    assert not [b for b in seen.button if str(b.key).startswith(("on_track-", "save-"))]


def test_an_address_without_a_goal_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.carla, "goals", goal="999")
    assert seen.warning[0].value == "There is no such goal."


def test_bruno_sets_a_goal_in_his_own_way_of_writing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.bruno, "goals")
    seen.session_state["set-goal"] = True
    run(seen)
    write(seen, what="Keep our days", measure="Promises kept", unit="%", baseline="35,5", target="75")
    widget(seen, "due_on-").set_value(date(2026, 6, 30))
    press(seen, "set-")
    assert "can't be read for certain" in seen.error[0].value.replace("\\", "")
    assert widget(seen, "what-").value == "Keep our days"
    write(seen, baseline="35.5")
    press(seen, "set-")
    (row,) = look(cast, goals.goals)
    assert (row.area_id, row.baseline, row.target, row.due_on) == (
        cast.area["product"],
        35.5,
        75,
        date(2026, 6, 30),
    )


def test_two_who_change_a_goal_keep_both_their_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = aim(cast)
    seen = opened(cast, monkeypatch, cast.carla, row)
    seen.session_state[f"change-goal-{row.id}"] = True
    run(seen)
    write(seen, target="5")
    with cast.database.begin() as session:
        goals.change(session, row.id, seen=1, unit="hours", by=cast.carla, at=MONDAY)
    press(seen, "save-")
    assert "Somebody else changed this" in seen.error[0].value
    assert "Unit: **hours**" in seen.info[0].value
    press(seen, "save-")
    found = look(cast, goals.goal, row.id)
    assert (found.target, found.unit) == (5, "hours")


def test_a_goal_past_its_day_is_ended_in_one_tap_and_taken_up_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = aim(cast, due_on=date(2026, 3, 4))
    seen = opened(cast, monkeypatch, cast.carla, row, at=MONDAY + 3 * DAY)
    assert "Past its day" in words(seen)
    press(seen, "not_reached-")
    assert "Say in one line why it ends like this" in seen.error[0].value
    press(seen, "reached-")
    assert look(cast, goals.goal, row.id).outcome == "reached"
    press(seen, "reopen-goal-")
    assert look(cast, goals.goal, row.id).outcome is None


def test_a_missing_number_is_asked_for_by_its_fields_name_until_the_next_press(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.bruno, "goals")
    seen.session_state["set-goal"] = True
    press(run(seen), "set-")
    assert "Type a number under “Where it starts”." in words(seen)
    widget(seen, "what-").set_value("Fewer calls")
    assert "Type a number under “Where it starts”." in words(run(seen))  # else the button would jump away


def test_a_percentage_is_written_in_the_readers_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = aim(cast, unit="%", direction="up", baseline=40, target=62.5)
    (bar,) = opened(cast, monkeypatch, cast.gina, row).get("progress")
    assert bar.proto.text == r"0% of the way from 40% to 62\.5%"
