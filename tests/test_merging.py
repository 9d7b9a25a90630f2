"""One area becomes part of another: nothing that is open is lost, and what happened stays where it happened."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from coord import company, departures, exchange, goals, issues, meetings, people, requests, roles, trends
from coord.company import Area
from coord.meetings import Arrangement
from coord.people import Mandate
from coord.refusal import Changed, Refused
from coord.requests import Request
from coord.trends.observations import forget
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, TODAY, Cast
from tests.pages import visit, words

LATER = MONDAY + 3 * DAY
WHY = "Product and Support share one desk now"


def merge(
    cast: Cast, gone: str = "product", into: str = "support", at: int = LATER, seen: int = 1, **how: object
) -> None:
    with cast.database.begin() as session:
        departures.merge_areas(session, cast.area[gone], into=cast.area.get(into), by=cast.hugo, at=at, seen=seen,
                               **{"reason": WHY, **how})  # type: ignore[arg-type]  # fmt: skip


def now(cast: Cast, who: str) -> Mandate:
    """What somebody of the cast may do now."""
    mandate: Mandate = getattr(cast, who)
    with cast.database.read() as session:
        return people.mandate(session, mandate.person_id or 0)


def area(cast: Cast, name: str) -> Area:
    with cast.database.read() as session:
        return company.area(session, cast.area[name])


def story(cast: Cast, row: Request) -> list[str]:
    with cast.database.read() as session:
        return [event.verb for event in requests.story(session, row.id)]


def differing(cast: Cast) -> list[str]:
    with cast.database.read() as session:
        return exchange.own.check(session)[1]


# Requests


def test_a_promise_goes_on_in_the_other_area_with_its_day_and_whoever_handles_it(cast: Cast) -> None:
    row = cast.ask()
    cast.move(row, "promise", by="bruno", at=MONDAY + HOUR, day=FRIDAY)
    cast.move(row, "assign", by="bruno", at=MONDAY + HOUR, handler=cast.iris.person_id)
    merge(cast)
    row = cast.look(row)
    assert (row.state, row.answering_area_id, row.first_answering_area_id) == (
        "promised", cast.area["support"], cast.area["product"])  # fmt: skip
    assert (row.promised_on, row.handler_id, row.held_since_at) == (FRIDAY, cast.iris.person_id, LATER)
    cast.move(row, "deliver", by="carla", at=LATER + HOUR)
    assert story(cast, row) == ["ask", "promise", "assign", "join", "deliver"]
    assert differing(cast) == []


def test_what_it_asked_goes_on_too_and_its_heir_confirms_it(cast: Cast) -> None:
    row = cast.ask(by="bruno", to="billing")
    cast.move(row, "deliver", by="elsa", at=MONDAY + HOUR)
    silence = cast.look(row).silence_at
    merge(cast)
    row = cast.look(row)
    assert (row.asking_area_id, row.first_asking_area_id) == (cast.area["support"], cast.area["product"])
    assert (row.state, row.silence_at) == ("delivered", silence)
    with pytest.raises(Refused, match="Only the area that asked"):
        cast.move(row, "confirm", by="elsa", at=LATER)
    cast.move(row, "confirm", by="carla", at=LATER + HOUR)
    assert differing(cast) == []


def test_what_silence_had_confirmed_by_then_is_left_as_it_is(cast: Cast) -> None:
    row = cast.ask()
    cast.move(row, "deliver", by="bruno", at=MONDAY)
    merge(cast, at=MONDAY + 60 * DAY)
    assert cast.look(row).answering_area_id == cast.area["product"]
    with cast.database.begin() as session:
        requests.settle_all(session, MONDAY + 60 * DAY)
    assert story(cast, row) == ["ask", "deliver", "confirm_by_silence"]


@pytest.mark.parametrize(("asks", "answers"), [("bruno", "support"), ("carla", "product")])
def test_what_the_two_asked_each_other_is_withdrawn_with_a_reason(
    cast: Cast, asks: str, answers: str
) -> None:
    row = cast.ask(by=asks, to=answers)
    merge(cast)
    assert cast.look(row).state == "withdrawn"
    with cast.database.read() as session:
        last = requests.story(session, row.id)[-1]
    assert last.text == f"The two areas are one now. {WHY}"
    assert (last.on_behalf, last.person_id) == (True, cast.hugo.person_id)


def test_holding_times_stay_with_the_old_area_up_to_the_instant_and_joining_is_no_reaction(
    cast: Cast,
) -> None:
    row = cast.ask()
    merge(cast)
    assert cast.look(row).first_reaction_at is None
    with cast.database.read() as session:
        held = requests.holdings([one.event() for one in requests.story(session, row.id)], LATER + DAY)
    assert [(who, seconds) for who, _, _, seconds in held] == [
        (cast.area["product"], 3 * DAY), (cast.area["support"], DAY)]  # fmt: skip


def test_the_trends_count_it_on_the_route_on_which_it_was_asked(cast: Cast) -> None:
    cast.ask()
    cast.ask(by="bruno", to="billing")

    def routes() -> set[tuple[str, str]]:
        with cast.database.read() as session:
            return {(one["from"], one["to"]) for one in trends.report(session, as_of=LATER + DAY)["routes"]}

    before = routes()
    merge(cast)
    assert routes() == before == {("Sales", "Product"), ("Product", "Billing")}
    forget()
    assert routes() == before


def test_it_is_exported_and_read_again_as_it_was(cast: Cast) -> None:
    answered, asked = cast.ask(), cast.ask(by="bruno", to="billing")
    merge(cast)
    with cast.database.read() as session:
        lines = "".join(exchange.own.export(session))
    rows = [(str(n), dict(row)) for n, row in enumerate(csv.DictReader(io.StringIO(lines)))]
    parsed = exchange.own.read(rows)
    assert not parsed.rejected
    for row, told in zip((answered, asked), parsed.told, strict=True):
        there, names = cast.look(row), parsed.areas.names
        assert names[told.life.answering_area_id] == area_of(cast, there.answering_area_id)
        assert names[told.life.first_asking_area_id] == area_of(cast, there.first_asking_area_id)
        assert [(e.verb, e.text) for e in told.events][-1] == ("join", WHY)


def area_of(cast: Cast, area_id: int) -> str:
    with cast.database.read() as session:
        return company.area(session, area_id).name


def test_nobody_makes_this_move_on_a_request(cast: Cast) -> None:
    row = cast.ask()
    for who in ("ana", "bruno", "fabio", "hugo"):
        with pytest.raises(Refused, match="There is no such move"):
            cast.move(row, "join", by=who, at=LATER, to_area=cast.area["support"], text=WHY)


# What else it has


def test_its_goals_go_on_and_others_depend_on_its_heir(cast: Cast) -> None:
    with cast.database.begin() as session:
        wish = {
            "what": "Faster",
            "measure": "days",
            "baseline": 9,
            "target": 3,
            "direction": "down",
            "due_on": FRIDAY,
        }
        mine = goals.set_goal(session, area=cast.area["product"], by=cast.bruno, at=MONDAY, **wish,
                              depends_on=[cast.area["support"], cast.area["sales"]]).id  # fmt: skip
        theirs = goals.set_goal(session, area=cast.area["sales"], by=cast.ana, at=MONDAY, **wish,
                                depends_on=[cast.area["product"]]).id  # fmt: skip
    merge(cast)
    with cast.database.read() as session:
        row, other = goals.goal(session, mine), goals.goal(session, theirs)
        (told,) = goals.changes(session, mine)
    assert (row.area_id, row.depends_on) == (cast.area["support"], (cast.area["sales"],))
    assert other.depends_on == (cast.area["support"],)
    assert (told.facts["area"], told.line) == ([cast.area["product"], cast.area["support"]], WHY)


def test_an_open_issue_keeps_its_handoff_and_its_heir_ends_it(cast: Cast) -> None:
    with cast.database.begin() as session:
        issue = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"],
                             happened="The list came late", by=cast.bruno, at=MONDAY).id  # fmt: skip
    merge(cast)
    with cast.database.read() as session:
        found = [
            one for one in issues.proposals(session, at=LATER, today=TODAY) if one.subject == f"issue:{issue}"
        ]
        row = issues.issue(session, issue)
    assert row.handoff == (cast.area["sales"], cast.area["product"])
    assert found[0].areas == (cast.area["sales"], cast.area["support"])
    assert not issues.may_end(row, now(cast, "elsa"))
    with cast.database.begin() as session:
        issues.wont_change(session, issue, because="One desk", by=now(cast, "carla"), at=LATER)


def test_procedure_changes_to_check_and_roles_are_its_heirs(cast: Cast) -> None:
    with cast.database.begin() as session:
        issue = issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="Late",
                             by=cast.bruno, at=MONDAY).id  # fmt: skip
        change = issues.change_procedure(
            session, issue, what="A list", procedure="Handover", owner_area=cast.area["product"], sign="No call",
            first_on=TODAY - timedelta(weeks=8), check_on=TODAY, by=cast.bruno, at=MONDAY).id  # fmt: skip
        role = roles.describe(session, area_id=cast.area["product"], wish=roles.Description("Planner", "For order"),
                              by=cast.bruno, at=MONDAY).id  # fmt: skip
        needs = roles.Description("Seller", "Sells", needs=(roles.Link(cast.area["product"], "The plan"),))
        roles.describe(session, area_id=cast.area["sales"], wish=needs, by=cast.ana, at=MONDAY)
    merge(cast)
    with cast.database.begin() as session:
        assert (cast.area["support"], cast.area["sales"]) in roles.impact(session)
        assert roles.role(session, role).area_id == cast.area["support"]
        row = issues.change(session, change)
        assert (row.owner_area_id, row.areas) == (
            cast.area["support"],
            [cast.area["sales"], cast.area["support"]],
        )
        assert issues.check(session, change, result="held", by=cast.carla, at=LATER).result == "held"


def test_what_it_brought_to_the_next_hour_and_what_it_wants_go_along(cast: Cast) -> None:
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=MONDAY)
        first, second = (row.id for row in meetings.upcoming(session, at=MONDAY)[:2])
        meetings.add_topic(
            session, first, title="The fair", area=cast.area["product"], by=cast.bruno, at=MONDAY
        )
        for hour, area_name, by, want in ((first, "product", cast.bruno, "A fair"), (first, "support", cast.carla, "Calm"),
                                          (second, "product", cast.bruno, "A list")):  # fmt: skip
            meetings.prepare(session, hour, cast.area[area_name], want=want, seen=0, by=by, at=MONDAY)
    merge(cast, at=MONDAY + HOUR)
    with cast.database.read() as session:
        topics = {one.title: one.areas for one in meetings.items(session, first) if one.added_by_id}
        wanted = meetings.prepared(session, second)
    assert topics == {"The fair": [cast.area["support"]], "A fair": [cast.area["support"]]}
    assert wanted.keys() == {cast.area["sales"], cast.area["support"], cast.area["billing"]}


@pytest.mark.parametrize("as_deputies", [True, False])
def test_whoever_spoke_for_it_is_a_deputy_there_if_that_is_wished(cast: Cast, as_deputies: bool) -> None:
    merge(cast, as_deputies=as_deputies)
    with cast.database.read() as session:
        held = people.rights(session)
        home = people.person(session, cast.bruno.person_id or 0).area_id
    wanted = {("deputy", cast.area["support"])} if as_deputies else set()
    assert held.get(cast.bruno.person_id or 0, set()) == held.get(cast.davi.person_id or 0, set()) == wanted
    assert held[cast.carla.person_id or 0] == {("head", cast.area["support"])}
    assert home == cast.area["support"]
    assert now(cast, "carla").heir_of == {cast.area["product"]}


def test_an_area_without_a_head_is_headed_by_who_comes(cast: Cast) -> None:
    with cast.database.begin() as session:
        person = people.person(session, cast.carla.person_id or 0)
        people.archive(session, person.id, seen=person.version, by=cast.hugo, at=MONDAY)
    merge(cast, as_deputies=False)
    assert now(cast, "bruno").areas == {cast.area["support"]}


# What is shown before, what is refused, and coming back


def test_before_it_is_done_it_is_counted(cast: Cast) -> None:
    cast.ask()
    cast.ask(by="bruno", to="billing")
    cast.ask(by="carla", to="product")
    with cast.database.read() as session:
        seen = departures.joining(session, cast.area["product"], into=cast.area["support"], at=LATER)
    assert (len(seen.answers), len(seen.asks), len(seen.between)) == (1, 1, 1)
    assert [one.name for one in (*seen.heads, *seen.deputies)] == ["Bruno", "Davi"]
    assert not seen.headless


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"reason": " \n "}, "Say why Product becomes part"),
        ({"into": "nowhere"}, "Choose the area that Product becomes part of"),
        ({"into": "product"}, "can't become part of itself"),
    ],
)
def test_what_is_missing_is_said(cast: Cast, how: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        merge(cast, **how)  # type: ignore[arg-type]
    assert area(cast, "product").archived_at is None


def test_it_waits_for_the_end_of_an_hour_and_for_who_changed_the_area_meanwhile(cast: Cast) -> None:
    with pytest.raises(Changed):
        merge(cast, seen=7)
    with cast.database.begin() as session:
        meetings.arrange(session, Arrangement(), seen=0, by=cast.hugo, at=MONDAY)
        row = meetings.following(session, at=MONDAY)
        assert row is not None
        meetings.start(session, row.id, by=cast.fabio, at=MONDAY)
    with pytest.raises(Refused, match="An hour is running"):
        merge(cast, at=MONDAY + 60)


def test_twice_merged_the_last_is_heir_of_both_and_the_first_comes_back_empty(cast: Cast) -> None:
    row = cast.ask()
    merge(cast)
    merge(cast, "support", "billing", at=LATER + DAY)
    assert now(cast, "elsa").heir_of == {cast.area["product"], cast.area["support"]}
    assert cast.look(row).answering_area_id == cast.area["billing"]
    with cast.database.begin() as session:
        company.restore_area(session, cast.area["product"], seen=area(cast, "product").version, by=cast.hugo)
    assert area(cast, "product").joined_to_id is None
    assert now(cast, "elsa").heir_of == {cast.area["support"]}
    assert differing(cast) == []


# Another head


def hand_over(cast: Cast, to: str = "iris", *, heads: tuple[str, ...] = ("bruno",), instead_of: tuple[str, ...] = ("bruno",),
              where: str = "product", **how: bool) -> None:  # fmt: skip
    def ids(names: tuple[str, ...]) -> list[int]:
        return [getattr(cast, name).person_id for name in names]

    with cast.database.begin() as session:
        people.hand_over_headship(session, cast.area[where], to=ids((to,))[0], heads=ids(heads), by=cast.hugo,
                                  instead_of=ids(instead_of), **how)  # fmt: skip


def test_another_head_takes_over_and_promises_stay_with_the_area(cast: Cast) -> None:
    row = cast.ask()
    cast.move(row, "promise", by="bruno", at=MONDAY, day=FRIDAY)
    cast.move(row, "assign", by="bruno", at=MONDAY, handler=cast.bruno.person_id)
    hand_over(cast)
    cast = replace(cast, iris=now(cast, "iris"), bruno=now(cast, "bruno"))
    assert not cast.bruno.areas
    cast.move(row, "renegotiate", by="iris", at=LATER, day=FRIDAY + timedelta(days=1))
    cast.move(row, "deliver", by="bruno", at=LATER)  # who handles it still does


def test_who_was_head_stays_as_deputy_and_a_deputy_who_becomes_head_is_no_deputy_any_more(cast: Cast) -> None:
    hand_over(cast, "davi", as_deputies=True)
    with cast.database.read() as session:
        held = people.rights(session)
    assert held[cast.davi.person_id or 0] == {("head", cast.area["product"])}
    assert held[cast.bruno.person_id or 0] == {("deputy", cast.area["product"])}


def test_a_second_head_stands_beside_the_first_and_one_of_three_areas_speaks_for_all(cast: Cast) -> None:
    hand_over(cast, "carla", instead_of=())
    hand_over(cast, "carla", heads=("ana",), instead_of=("ana",), where="sales")
    assert now(cast, "carla").areas == {cast.area[name] for name in ("product", "sales", "support")}
    assert now(cast, "bruno").areas == {cast.area["product"]}


def test_whoever_heads_both_areas_of_a_request_finds_it_once_among_what_is_to_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = cast.ask()
    hand_over(cast, "carla")
    hand_over(cast, "carla", heads=("ana",), instead_of=("ana",), where="sales")
    carla = now(cast, "carla")
    with cast.database.read() as session:
        inbox = requests.inbox(session, areas=carla.areas, person_id=carla.person_id)
    assert ([one.id for one in inbox.answer], list(inbox.waiting)) == ([row.id], [])
    assert "Send the list of trial customers" in words(visit(monkeypatch, cast.database, carla))


def test_a_head_is_not_changed_behind_somebodys_back_nor_for_nothing(cast: Cast) -> None:
    with pytest.raises(Changed):
        hand_over(cast, heads=("ana",))
    with pytest.raises(Refused, match="Bruno heads Product already"):
        hand_over(cast, "bruno")
    with cast.database.begin() as session:
        people.archive(session, cast.iris.person_id or 0, seen=1, by=cast.hugo, at=MONDAY)
    with pytest.raises(Refused, match="no longer active"):
        hand_over(cast, "iris")


# On the page


@pytest.fixture
def hugo(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", at=LATER)
    seen.session_state["company-part"] = "Areas"
    return seen.run()


def press(seen: AppTest, beginning: str) -> AppTest:
    next(one for one in seen.button if (one.key or "").startswith(beginning)).click()
    return seen.run()


def test_hugo_sees_what_goes_along_before_he_merges_two_areas(cast: Cast, hugo: AppTest) -> None:
    cast.ask()
    product = cast.area["product"]
    press(press(hugo, f"change-area-{product}"), "merge-")
    next(one for one in hugo.selectbox if one.key.startswith("into-")).set_value(cast.area["support"]).run()
    assert "1 request that others asked it, as it stands" in [one.label for one in hugo.expander]
    assert "Also: 2 people." in words(hugo)
    assert "Bruno and Davi can speak for Support too" in hugo.checkbox[0].label
    press(hugo, "join-")
    assert "Say why Product becomes part of another area" in hugo.error[0].value
    next(one for one in hugo.text_input if one.key.startswith("reason-")).set_value(WHY)
    press(hugo, "join-")
    assert area(cast, "product").joined_to_id == cast.area["support"]
    assert "Product, now part of Support" in words(hugo)


def test_hugo_chooses_another_head_in_the_line_of_the_area(cast: Cast, hugo: AppTest) -> None:
    press(hugo, f"head-area-{cast.area['product']}")
    assert "in place of Bruno" in next(one for one in hugo.selectbox if one.key.startswith("to-")).label
    press(hugo, "save-")
    assert "Choose who heads Product from now on" in hugo.error[0].value
    next(one for one in hugo.selectbox if one.key.startswith("to-")).set_value(cast.iris.person_id)
    next(one for one in hugo.checkbox if one.key.startswith("deputies-")).set_value(True)
    press(hugo, "save-")
    assert now(cast, "iris").areas == {cast.area["product"]}
    assert "Head: Iris" in words(hugo)
    press(hugo, f"head-area-{cast.area['product']}")
    hand_over(cast, "elsa", heads=("iris",), instead_of=())
    next(one for one in hugo.selectbox if one.key.startswith("to-")).set_value(cast.carla.person_id)
    press(hugo, "save-")
    assert "Somebody else changed this" in hugo.error[0].value
    assert "Elsa and Iris head Product together." in words(hugo)
    press(hugo, "save-")
    assert now(cast, "carla").areas == {cast.area["product"], cast.area["support"]}
    assert not now(cast, "iris").areas
    assert now(cast, "bruno").rights == {"deputy"}
