"""Issues on their page: written in a line, completed, voted for, ended; and nobody's name anywhere."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import issues, people
from coord.issues import Issue
from tests.cast import DAY, FOUNDER, FRIDAY, MONDAY, TODAY, Cast
from tests.pages import press, visit, words


def field(seen: AppTest, prefix: str) -> Any:
    """The one field whose key begins so."""
    fields = [*seen.text_input, *seen.text_area, *seen.selectbox, *seen.multiselect, *seen.date_input]
    (found,) = [one for one in fields if str(one.key).startswith(prefix)]
    return found


def write(cast: Cast, happened: str = "The start was planned for a module that was not sold", *, by: str = "ana",
          at: int = MONDAY - DAY, **facts: Any) -> Issue:  # fmt: skip
    with cast.database.begin() as session:
        return issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened=happened,
                            by=getattr(cast, by), at=at, **facts)  # fmt: skip


def all_of(cast: Cast) -> list[Issue]:
    with cast.database.read() as session:
        return issues.issues(session)


def test_ana_writes_one_line_and_says_that_it_is_the_same_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write(cast)
    with cast.database.begin() as session:
        issues.wont_change(
            session, old.id, because="It was the last of its kind", by=cast.ana, at=MONDAY - DAY
        )
    seen = visit(monkeypatch, cast.database, cast.ana, "issues")
    field(seen, "text-happened-").set_value("Again a start planned for a module that was not sold")
    press(seen, "send-")
    assert seen.error[0].value == "Choose from which area to which it was handed over."
    field(seen, "from-").set_value(cast.area["sales"])
    field(seen, "to-").set_value(cast.area["product"])
    press(seen, "send-")
    assert "Have we seen this before?" in words(seen)
    (new,) = [row for row in all_of(cast) if row.id != old.id]
    press(seen, f"again-{new.id}-{old.id}")
    assert {(row.id, row.state, row.again_of_id) for row in all_of(cast)} == {
        (old.id, "open", None), (new.id, "open", old.id)}  # fmt: skip


def test_an_issue_reads_from_above_and_names_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = write(cast, by="iris", expected="One list", factors=["two_versions"], from_had="The offer",
                to_had="The *form*", size="large", lucky="A call", customer="Larkfield")  # fmt: skip
    seen = visit(monkeypatch, cast.database, cast.elsa, "issues", issue=str(row.id))
    said = words(seen)
    for part in (
        "One list",
        "What Sales had in front of it",
        "The \\*form\\*",
        "Information in two places",
        "A call",
    ):
        assert part in said
    assert "How it usually goes right" in seen.caption[0].value
    assert "Iris" not in said
    assert not [b for b in seen.button if str(b.key).startswith(("complete-", "choose-"))]


def test_either_area_completes_it_in_place(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = write(cast)
    seen = visit(monkeypatch, cast.database, cast.bruno, "issues", issue=str(row.id))
    press(seen, "complete-")
    field(seen, "text-expected-").set_value("One list of modules")
    field(seen, "factors-").set_value(["two_versions", "owner_unclear"])
    press(seen, "save-")
    (now,) = all_of(cast)
    assert (now.expected, now.factors) == ("One list of modules", ["owner_unclear", "two_versions"])


def test_a_vote_is_given_once_and_taken_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = write(cast)
    seen = visit(monkeypatch, cast.database, cast.carla, "issues")
    (button,) = [b for b in seen.button if b.key == f"vote-{row.id}"]
    assert button.label == "0 votes"
    press(seen, "vote-")
    with cast.database.begin() as session:
        assert issues.votes(session, [row.id]) == {row.id: 1}
    press(seen, "vote-")
    with cast.database.begin() as session:
        assert issues.votes(session, [row.id]) == {}


def test_bruno_ends_it_with_a_procedure_change_and_says_later_that_it_held(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = write(cast)
    seen = visit(monkeypatch, cast.database, cast.bruno, "issues", issue=str(row.id))
    press(seen, "choose-changed-")
    field(seen, "text-what-").set_value("The order form lists each module")
    press(seen, "send-")
    assert seen.error[0].value == "Name the procedure that changes."
    assert field(seen, "text-what-").value == "The order form lists each module"
    field(seen, "text-procedure-").set_value("Handover")
    field(seen, "text-sign-").set_value("No start is planned twice")
    field(seen, "owner_area-").set_value(cast.area["product"])
    press(seen, "send-")
    with cast.database.read() as session:
        (change,) = issues.changes(session)
    assert (change.first_on, change.areas) == (TODAY, sorted([cast.area["sales"], cast.area["product"]]))
    press(seen, "amend-change-")
    field(seen, "text-edition-").set_value("4")
    press(seen, "save-")
    seen = visit(monkeypatch, cast.database, cast.davi, "issues", at=MONDAY + 42 * DAY, issue=str(row.id))
    assert "Handover (4)" in words(seen).replace("\\", "")
    assert "Check it now" in words(seen)
    field(seen, "text-saw-").set_value("Six starts")
    press(seen, "held-")
    with cast.database.read() as session:
        assert (issues.change(session, change.id).result, issues.change(session, change.id).saw) == (
            "held",
            "Six starts",
        )


def test_watching_says_when_its_day_has_come(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = write(cast)
    seen = visit(
        monkeypatch, cast.database, cast.ana, "issues", issue=str(row.id), outcome=f"watching-{row.id}"
    )
    field(seen, "until-").set_value(FRIDAY)
    press(seen, "send-")
    assert "Watching until 6 Mar" in words(seen)
    seen = visit(monkeypatch, cast.database, cast.ana, "issues", at=MONDAY + 4 * DAY)
    assert "Watched until 6 Mar" in words(seen)


def test_a_link_brings_its_filters_along(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    write(cast, "First", factors=["tool"])
    write(cast, "Second")
    seen = visit(monkeypatch, cast.database, cast.gina, "issues", factor="tool",
                 handoff=f"{cast.area['sales']}-{cast.area['product']}")  # fmt: skip
    assert "First" in words(seen)
    assert "Second" not in words(seen)
    seen = visit(
        monkeypatch,
        cast.database,
        cast.gina,
        "issues",
        handoff="9-x",
        factor="a_person",
        area="'",
        state="gone",
    )
    assert "Second" in words(seen)
    seen = visit(monkeypatch, cast.database, cast.gina, "issues", issue="999")
    assert "There is no such issue." in words(seen)


def test_who_has_no_area_and_no_right_reads(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    write(cast)
    with cast.database.begin() as session:
        reader = people.mandate(session, people.welcome(session, people.Profile("Rui"), by=FOUNDER).id)
    seen = visit(monkeypatch, cast.database, reader, "issues")
    assert "0 votes" in words(seen)
    assert not [b for b in seen.button if str(b.key).startswith(("send-", "vote-"))]


def test_before_the_first_issue_nobody_is_told_to_take_a_filter_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No issue is written yet." in words(visit(monkeypatch, cast.database, cast.ana, "issues"))
    seen = visit(monkeypatch, cast.database, cast.ana, "issues", text="wagon")
    assert "Take a filter away" in words(seen)
