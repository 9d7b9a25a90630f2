"""Role descriptions: who keeps them, how they change, who knows them, and what areas need of each other."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coord import company, people, roles
from coord.db import Database
from coord.exchange import demo, demo_roles, roster
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.people import CONSOLE, Mandate
from coord.proposal import AgendaItem
from coord.refusal import Changed, Refused
from coord.roles import CUSTOMERS, Description, Link, Role
from coord.text import Words
from tests.cast import DAY, FOUNDER, MONDAY, TODAY, Cast

DEMO = 1_795_338_000  # Sunday 22 November 2026, 09:00 UTC: the demo as it is written


@pytest.fixture
def role(cast: Cast) -> Role:
    """Bruno describes what the head of product is there for, and holds the role himself."""
    row = describe(cast, "bruno", head_of_product(cast))
    appoint(cast, row, cast.bruno)
    return row


def head_of_product(cast: Cast, **facts: Any) -> Description:
    said: dict[str, Any] = {
        "title": "Head of product",
        "purpose": "The software does what customers were promised.",
        "decides_alone": "The order of work",
        "delivers": (Link(cast.area["support"], "Release notes"), Link(CUSTOMERS, "A release a month")),
        "needs": (Link(cast.area["sales"], "What customers ask for"),),
    }
    return Description(**said | facts)


def describe(cast: Cast, who: str, wish: Description, *, at: int = MONDAY, **facts: Any) -> Role:
    by: Mandate = getattr(cast, who)
    with cast.database.begin() as session:
        return roles.describe(session, area_id=min(by.areas), wish=wish, by=by, at=at, **facts)


def revise(
    cast: Cast, row: Role, who: str, wish: Description, *, at: int = MONDAY + DAY, **facts: Any
) -> Role:
    with cast.database.begin() as session:
        seen = facts.pop("seen", roles.role(session, row.id).version)
        return roles.revise(session, row.id, wish=wish, seen=seen, by=getattr(cast, who), at=at, **facts)


def appoint(cast: Cast, row: Role, who: Mandate, *, at: int = MONDAY, by: str = "bruno", **facts: Any) -> int:
    assert who.person_id
    with cast.database.begin() as session:
        return roles.appoint(
            session, row.id, person_id=who.person_id, by=getattr(cast, by), at=at, **facts
        ).id


def end(cast: Cast, holder_id: int, *, by: str = "bruno", at: int = MONDAY, **facts: Any) -> None:
    with cast.database.begin() as session:
        roles.end_holding(session, holder_id, by=getattr(cast, by), at=at, **facts)


def acknowledge(cast: Cast, row: Role, who: str, *, revision: int = 1, at: int = MONDAY) -> None:
    with cast.database.begin() as session:
        roles.acknowledge(session, row.id, revision=revision, by=getattr(cast, who), at=at)


def unread(cast: Cast, who: Mandate, *, today: date = TODAY) -> list[int]:
    assert who.person_id
    with cast.database.read() as session:
        return [row.id for row in roles.unacknowledged(session, who.person_id, today=today)]


def look(cast: Cast, row: Role) -> Role:
    with cast.database.read() as session:
        return roles.role(session, row.id)


def proposed(cast: Cast, days: int) -> list[AgendaItem]:
    with cast.database.read() as session:
        return roles.proposals(session, at=MONDAY + days * DAY, today=TODAY + timedelta(days=days))


# Describing and changing


def test_what_bruno_described_can_be_read_and_is_reviewed_half_a_year_on(cast: Cast, role: Role) -> None:
    with cast.database.read() as session:
        said = roles.description(session, roles.newest(session, look(cast, role)))
        assert [row.id for row in roles.roles(session, area_id=cast.area["product"])] == [role.id]
    assert said == head_of_product(cast)
    assert role.review_on == date(2026, 8, 31)


@pytest.mark.parametrize("who", ["ana", "fabio", "gina", "hugo", "iris"])
def test_only_whoever_speaks_for_the_area_changes_its_roles(cast: Cast, role: Role, who: str) -> None:
    by, wish = getattr(cast, who), head_of_product(cast, title="Another")
    with cast.database.read() as session:
        (held,) = roles.holders(session, role.id)
    actions: list[Any] = [
        lambda s: roles.describe(s, area_id=cast.area["product"], wish=wish, by=by, at=MONDAY),
        lambda s: roles.revise(s, role.id, wish=wish, seen=role.version, by=by, at=MONDAY),
        lambda s: roles.review(s, role.id, seen=role.version, by=by, at=MONDAY),
        lambda s: roles.appoint(s, role.id, person_id=by.person_id, by=by, at=MONDAY),
        lambda s: roles.end_holding(s, held.id, by=by, at=MONDAY),
        lambda s: roles.archive(s, role.id, seen=role.version, by=by, at=MONDAY),
        lambda s: roles.restore(s, role.id, seen=role.version, by=by),
    ]
    for action in actions:
        with (
            pytest.raises(Refused, match="Only whoever speaks for Product"),
            cast.database.begin() as session,
        ):
            action(session)


def test_a_deputy_and_a_facilitator_on_the_areas_behalf_change_it_too(cast: Cast, role: Role) -> None:
    revise(cast, role, "davi", head_of_product(cast, measures="Releases on their day"))
    product = cast.area["product"]
    behalf = Mandate(cast.fabio.person_id, on_behalf=frozenset({product}))
    with cast.database.begin() as session:
        seen = roles.role(session, role.id).version
        roles.revise(session, role.id, wish=head_of_product(cast), seen=seen, by=behalf, at=MONDAY + 2 * DAY)
    with cast.database.read() as session:
        told = [(r.number, r.person_id, r.on_behalf) for r in roles.revisions(session, role.id)]
    assert told == [(3, cast.fabio.person_id, True), (2, cast.davi.person_id, False), (1, cast.bruno.person_id, False)]  # fmt: skip


def test_an_old_revision_stays_as_it_was(cast: Cast, role: Role) -> None:
    later = head_of_product(cast, title="Product lead", delivers=())
    row = revise(cast, role, "bruno", later)
    with cast.database.read() as session:
        new, old = [roles.description(session, one) for one in roles.revisions(session, role.id)]
    assert (new, old) == (later, head_of_product(cast))
    assert (row.title, row.revision, row.review_on) == ("Product lead", 2, date(2026, 9, 1))


def test_a_revision_that_changes_nothing_is_no_revision(cast: Cast, role: Role) -> None:
    with pytest.raises(Refused, match="Nothing is different"):
        revise(cast, role, "bruno", head_of_product(cast, title="  Head of product "))


def test_the_second_of_two_who_revise_is_told_and_overwrites_nothing(cast: Cast, role: Role) -> None:
    revise(cast, role, "davi", head_of_product(cast, measures="A"), seen=role.version)
    with pytest.raises(Changed):
        revise(cast, role, "bruno", head_of_product(cast, measures="B"), seen=role.version)
    assert look(cast, role).revision == 2


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"title": " \u200b "}, "Give the role a title"),
        ({"purpose": None}, "what the role is there for"),
        ({"title": "x" * 256}, "At most 255"),
        ({"delivers": (Link(CUSTOMERS, " "),)}, "what goes to the customers"),
        ({"needs": (Link(CUSTOMERS, "Money"),)}, "comes from an area"),
        ({"needs": (Link(99, "Money"),)}, "no such area"),
        ({"title": "HEAD OF PRODÚCT"}, "already has a role called"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_what_to_do(
    cast: Cast, role: Role, facts: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        describe(cast, "bruno", head_of_product(cast, **({"title": "Tester"} | facts)))


def test_an_area_without_what_it_gets_or_gives_is_named(cast: Cast) -> None:
    for facts, said in (
        ({"delivers": (Link(cast.area["support"], ""),)}, "what goes to Support"),
        ({"needs": (Link(cast.area["sales"], ""),)}, "what comes from Sales"),
    ):
        with pytest.raises(Refused, match=said):
            describe(cast, "bruno", head_of_product(cast, **facts))


# Reviewing, archiving


def test_a_role_that_is_still_right_is_reviewed_without_a_revision(cast: Cast, role: Role) -> None:
    acknowledge(cast, role, "bruno")
    with cast.database.begin() as session:
        roles.review(session, role.id, next_on=date(2026, 6, 1), seen=role.version, by=cast.davi, at=MONDAY)
    row = look(cast, role)
    assert (row.revision, row.review_on, row.reviewed_by_id) == (1, date(2026, 6, 1), cast.davi.person_id)
    assert unread(cast, cast.bruno) == []


@pytest.mark.parametrize(("day", "said"), [(TODAY, "after today"), (date(2222, 1, 1), "too far away")])
def test_the_next_review_lies_ahead_and_not_in_another_century(
    cast: Cast, role: Role, day: date, said: str
) -> None:
    with pytest.raises(Refused, match=said), cast.database.begin() as session:
        roles.review(session, role.id, next_on=day, seen=role.version, by=cast.bruno, at=MONDAY)


def test_an_archived_role_leaves_every_list_and_comes_back(cast: Cast, role: Role) -> None:
    with cast.database.begin() as session:
        roles.archive(session, role.id, seen=role.version, by=cast.bruno, at=MONDAY)
    assert unread(cast, cast.bruno) == []
    assert proposed(cast, 300) == []
    with cast.database.read() as session:
        assert roles.roles(session) == []
        assert roles.impact(session) == {}
        assert len(roles.revisions(session, role.id)) == 1
    with pytest.raises(Refused, match="archived"):
        acknowledge(cast, role, "bruno")
    with cast.database.begin() as session:
        roles.restore(session, role.id, seen=look(cast, role).version, by=cast.davi)
    assert unread(cast, cast.bruno) == [role.id]


# Holders and what they acknowledge


def test_a_holder_acknowledges_and_is_asked_again_after_a_revision(cast: Cast, role: Role) -> None:
    assert unread(cast, cast.bruno) == [role.id]
    acknowledge(cast, role, "bruno")
    assert unread(cast, cast.bruno) == []
    revise(cast, role, "davi", head_of_product(cast, measures="Releases on their day"))
    assert unread(cast, cast.bruno) == [role.id]
    with pytest.raises(Changed):
        acknowledge(cast, role, "bruno", revision=1)
    acknowledge(cast, role, "bruno", revision=2, at=MONDAY + DAY)
    appoint(cast, role, cast.davi)
    acknowledge(cast, role, "davi", revision=2, at=MONDAY + DAY)
    assert unread(cast, cast.davi) == []  # who came later doesn't have to know what it was before
    with cast.database.read() as session:
        bruno = cast.bruno.person_id
        assert roles.acknowledged(session, role.id) == {
            (1, bruno): MONDAY,
            (2, bruno): MONDAY + DAY,
            (2, cast.davi.person_id): MONDAY + DAY,
        }


def test_nobody_acknowledges_for_somebody_else_or_twice(cast: Cast, role: Role) -> None:
    with pytest.raises(Refused, match="Only whoever holds this role"):
        acknowledge(cast, role, "davi")
    acknowledge(cast, role, "bruno")
    with pytest.raises(Refused, match="already"):
        acknowledge(cast, role, "bruno")


def test_a_role_is_held_from_its_first_day_up_to_and_with_its_last(cast: Cast, role: Role) -> None:
    holder = appoint(cast, role, cast.iris, from_on=date(2026, 3, 4))
    end(cast, holder, until_on=date(2026, 3, 6))
    found = [bool(unread(cast, cast.iris, today=date(2026, 3, day))) for day in (3, 4, 6, 7)]
    assert found == [False, True, True, False]
    with cast.database.read() as session:
        iris = cast.iris.person_id
        assert iris
        assert [row.id for row in roles.of_person(session, iris, today=date(2026, 3, 6))] == [role.id]
        assert roles.holding(session, today=date(2026, 3, 5)) == {role.id: [cast.bruno.person_id, iris]}
    with pytest.raises(Refused, match="Only whoever holds"):
        acknowledge(cast, role, "iris", at=MONDAY + 5 * DAY)


def test_nobody_holds_a_role_twice_at_a_time_but_may_come_back(cast: Cast, role: Role) -> None:
    with pytest.raises(Refused, match="Bruno holds this role then already"):
        appoint(cast, role, cast.bruno, from_on=TODAY + timedelta(days=30))
    with cast.database.read() as session:
        (held,) = roles.holders(session, role.id)
    with pytest.raises(Refused, match="before the day on which it began"):
        end(cast, held.id, until_on=TODAY - timedelta(days=1))
    end(cast, held.id)
    with pytest.raises(Refused, match="an end already"):
        end(cast, held.id)
    appoint(cast, role, cast.bruno, from_on=TODAY + timedelta(days=1))


def test_who_left_the_company_holds_nothing_new_and_is_waited_for_no_longer(cast: Cast, role: Role) -> None:
    iris = cast.iris.person_id
    assert iris
    appoint(cast, role, cast.iris)
    with cast.database.begin() as session:
        people.archive(session, iris, seen=people.person(session, iris).version, by=FOUNDER, at=MONDAY)
    with pytest.raises(Refused, match="no longer active"):
        appoint(cast, describe(cast, "bruno", head_of_product(cast, title="Tester")), cast.iris)
    assert unread(cast, cast.iris) == []


# The impact map


def test_the_map_shows_what_is_delivered_and_what_is_needed(cast: Cast, role: Role) -> None:
    product, support, sales = (cast.area[name] for name in ("product", "support", "sales"))
    needs = (Link(product, "The release notes, a day before"), Link(support, "Quiet"))
    describe(cast, "carla", Description("Head of support", "Callers are helped.", needs=needs))
    with cast.database.read() as session:
        found = roles.impact(session)
    told = {way: ([w for _, w in flow.delivered], [w for _, w in flow.needed]) for way, flow in found.items()}
    assert told == {
        (product, support): (["Release notes"], ["The release notes, a day before"]),
        (product, CUSTOMERS): (["A release a month"], []),
        (sales, product): ([], ["What customers ask for"]),
    }
    assert roles.unmatched(found) == [(sales, product)]
    assert roles.unmatched(found, [support]) == []


def test_the_map_knows_only_the_newest_revision_and_areas_in_use(cast: Cast, role: Role) -> None:
    revise(cast, role, "bruno", head_of_product(cast, delivers=(Link(cast.area["billing"], "Meters"),)))
    with cast.database.begin() as session:
        sales = company.area(session, cast.area["sales"])
        company.archive_area(session, sales.id, seen=sales.version, by=FOUNDER, at=MONDAY)
    with cast.database.read() as session:
        assert list(roles.impact(session)) == [(cast.area["product"], cast.area["billing"])]


# What comes to the hour


def test_an_overdue_role_comes_to_the_hour_and_weighs_more_with_time(cast: Cast, role: Role) -> None:
    acknowledge(cast, role, "bruno")
    assert proposed(cast, 182) == []
    (item,) = proposed(cast, 185)
    assert (item.section, item.kind, item.subject, item.minutes) == (
        "issues",
        "role_overdue",
        f"role:{role.id}",
        1,
    )
    assert (item.title, item.areas) == ("Head of product", (cast.area["product"],))
    said = item.reason.said(Words("en"), lambda _: "Product")
    assert said == "Product was going to look at this role again by 31 Aug, 3 days ago."
    weights = [proposed(cast, days)[0].weight for days in (183, 200, 2_000)]
    assert weights == sorted(set(weights))
    assert 1 <= weights[0] <= weights[-1] == 9


def test_a_holder_who_has_long_not_acknowledged_comes_to_the_hour(cast: Cast, role: Role) -> None:
    appoint(cast, role, cast.davi, from_on=TODAY + timedelta(days=10))
    assert proposed(cast, 14) == []
    (item,) = proposed(cast, 15)
    said = item.reason.said(Words("en"), lambda _: "Product")
    assert (item.kind, said) == (
        "role_unacknowledged",
        "For 15 days this role of Product has waited to be acknowledged by Bruno.",
    )
    assert "Bruno, Davi" in proposed(cast, 25)[0].reason.said(Words("en"), lambda _: "Product")
    (late,) = proposed(cast, 300)  # overdue too: it stands once on the agenda
    assert late.kind == "role_overdue"


def test_nothing_of_an_archived_area_comes_to_the_hour(cast: Cast, role: Role) -> None:
    with cast.database.begin() as session:
        area = company.area(session, cast.area["product"])
        company.archive_area(session, area.id, seen=area.version, by=FOUNDER, at=MONDAY)
    assert proposed(cast, 300) == []


def test_a_head_is_told_what_is_missing(cast: Cast, role: Role) -> None:
    bruno = cast.bruno.person_id
    assert bruno
    with cast.database.read() as session:
        found = roles.missing(session, areas=cast.bruno.areas, person_id=bruno, today=TODAY)
        assert [list(found.overdue), [row.id for row in found.unacknowledged]] == [[], [role.id]]
        later = roles.missing(session, areas=cast.bruno.areas, person_id=bruno, today=date(2026, 9, 1))
        assert [row.id for row in later.overdue] == [role.id]
        others = roles.missing(session, areas=cast.ana.areas, person_id=0, today=date(2026, 9, 1))
        assert (others.overdue, others.unacknowledged) == ([], [])


# The demo company


@pytest.mark.parametrize("language", demo.COMPANIES)
def test_the_demo_tells_the_same_of_its_roles_in_each_language(database: Database, language: str) -> None:
    folder, today = demo.DATA / language, date(2026, 11, 22)
    with database.begin() as session:
        company.found(session, demo.COMPANIES[language], at=DEMO - 365 * DAY)
        for name in ("areas.csv", "people.csv"):
            roster.bring(session, File(folder / name, name), by=CONSOLE)
        demo_roles.bring(session, folder, Shift(0, ZoneInfo("UTC")), at=DEMO)
        found, impact = roles.roles(session), roles.impact(session)
        assert (len(found), sum(row.revision for row in found), len(impact)) == (14, 21, 31)
        assert {row.area_id for row in found} == {area.id for area in company.areas(session)}
        assert len(roles.waiting(session, today=today)) == 4
        assert len(roles.unmatched(impact)) == 3
        kinds = [item.kind for item in roles.proposals(session, at=DEMO, today=today)]
        assert sorted(kinds) == ["role_overdue"] * 2 + ["role_unacknowledged"] * 2


def test_nothing_in_the_demo_happens_after_now(database: Database) -> None:
    folder = demo.DATA / "en"
    with database.begin() as session:
        company.found(session, demo.COMPANIES["en"], at=DEMO - 365 * DAY)
        for name in ("areas.csv", "people.csv"):
            roster.bring(session, File(folder / name, name), by=CONSOLE)
        demo_roles.bring(session, folder, Shift(0, ZoneInfo("UTC")), at=DEMO - 100 * DAY)
        written = [one.at for row in roles.roles(session) for one in roles.revisions(session, row.id)]
    assert max(written) <= DEMO - 100 * DAY
    assert len(written) == 15
