"""A company moves in: Rosa founds it, arranges its hour, its areas and their heads, and invites them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from coord import accounts, company, departures, meetings, moving_in, people
from coord.db import Database
from coord.moving_in import Hour, Post, Wish
from coord.people import CONSOLE, Mandate
from coord.refusal import Changed, Refused
from tests.cast import DAY, HOUR, MONDAY, Cast

AURORA = company.Settings("Padaria Aurora", "pt-BR", "America/Sao_Paulo", "BR")
ROSA = moving_in.Founder("Rosa", "rosa@aurora.example", "a hash")
TUESDAY_TEN = MONDAY + DAY + 4 * HOUR  # ten o'clock in São Paulo


class Aurora:
    """The bakery, and what Rosa does in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as session:
            founder = moving_in.found_with_administrator(session, AURORA, ROSA, at=MONDAY)
            self.rosa = people.mandate(session, founder.id)

    def areas(self, *wishes: Wish) -> dict[str, int]:
        with self.database.begin() as session:
            moving_in.arrange_areas(session, wishes, by=self.rosa)
            return {area.name: area.id for area in company.areas(session)}

    def name(self, *posts: Post, by: Mandate | None = None) -> None:
        with self.database.begin() as session:
            seen = moving_in.drawn(self.posts(session))
            moving_in.name_people(session, posts, seen=seen, by=by or self.rosa, at=MONDAY)

    def posts(self, session: Session) -> list[Post]:
        return moving_in.posts(session, viewer=self.rosa.person_id)

    def look(self, at: Callable[[Session], Any]) -> Any:
        with self.database.read() as session:
            return at(session)

    def heads(self) -> dict[str, str]:
        """Area → who heads it."""
        found = self.look(self.posts)
        names = self.look(lambda s: {area.id: area.name for area in company.areas(s)})
        return {names[p.area_id]: p.name for p in found if p.right == "head" and p.area_id is not None}

    def done(self) -> list[str]:
        return [step.name for step in self.look(moving_in.steps) if step.is_done]


@pytest.fixture
def aurora(database: Database) -> Aurora:
    return Aurora(database)


BAKERY = (Wish("Vendas", "sales"), Wish("Produção", "after_sales"), Wish("Entrega", "after_sales"))


def heads(areas: dict[str, int], **named: str) -> list[Post]:
    return [
        Post("head", areas[area], name=name, email=f"{name.lower()}@aurora.example")
        for area, name in named.items()
    ]


def test_a_fresh_database_awaits_somebody_and_the_one_who_came_administers_it(database: Database) -> None:
    with database.read() as session:
        assert moving_in.is_awaited(session)
        assert moving_in.steps(session) == []
    aurora = Aurora(database)
    assert not aurora.look(moving_in.is_awaited)
    assert aurora.rosa.rights == {"admin", "facilitator"}
    assert aurora.look(lambda s: accounts.kept_password(s, "Rosa@Aurora.example")) is not None
    row = aurora.look(company.the)
    assert (row.name, row.country, row.founded_at, row.moved_in_at) == ("Padaria Aurora", "BR", MONDAY, None)


def test_whoever_comes_second_is_told_that_somebody_was_quicker(aurora: Aurora) -> None:
    bruno = replace(ROSA, name="Bruno", email="bruno@else.example")
    with pytest.raises(Refused, match="somebody was quicker"), aurora.database.begin() as session:
        moving_in.found_with_administrator(session, replace(AURORA, name="Other"), bruno, at=MONDAY)
    assert [p.name for p in aurora.look(people.people)] == ["Rosa"]
    assert aurora.look(company.the).name == "Padaria Aurora"


def test_whoever_imported_a_log_first_still_becomes_the_administrator_of_that_company(
    database: Database,
) -> None:
    with database.begin() as session:
        company.found(session, company.Settings("Imported history", zone="UTC"), at=MONDAY - DAY)
        company.open_area(session, name="Credit", sphere="sales", by=CONSOLE)
    aurora = Aurora(database)
    assert aurora.look(company.the).name == "Padaria Aurora"
    assert [area.name for area in aurora.look(company.areas)] == ["Credit"]


@pytest.mark.parametrize("is_archived", [False, True])
def test_whoever_founds_the_company_and_stands_in_its_log_already_is_that_person(
    database: Database, is_archived: bool
) -> None:
    with database.begin() as session:
        company.found(session, company.Settings("Imported history", zone="UTC"), at=MONDAY - DAY)
        sales = company.open_area(session, name="Sales", sphere="sales", by=CONSOLE).id
        head = frozenset({("head", sales)})
        known = people.Profile(
            "rosa@aurora.example", "Rosa@Aurora.example", sales, about="Bread", rights=head
        )
        imported = people.welcome(session, known, by=CONSOLE)
        imported.archived_at = MONDAY if is_archived else None
    aurora = Aurora(database)
    (rosa,) = aurora.look(people.people)
    assert (rosa.id, rosa.name, rosa.area_id, rosa.about) == (imported.id, "Rosa", sales, "Bread")
    assert (aurora.rosa.rights, aurora.rosa.areas) == ({"admin", "facilitator", "head"}, {sales})
    assert aurora.look(lambda s: accounts.kept_password(s, "rosa@aurora.example")).person_id == rosa.id


@pytest.mark.parametrize("others", [["Ana"], []])
def test_a_company_whose_only_administrator_a_restore_has_erased_again_is_nobodys_to_take(
    aurora: Aurora, others: list[str]
) -> None:
    ana = "ana@aurora.example"
    with aurora.database.begin() as session:
        for name in others:
            people.welcome(session, people.Profile(name, ana), by=aurora.rosa)
        departures.erase_again(session, [aurora.rosa.person_id or 0], MONDAY + DAY)
    assert not aurora.look(moving_in.is_awaited)
    eve = replace(ROSA, name="Eve", email="eve@else.example")
    with pytest.raises(Refused, match="exists already"), aurora.database.begin() as session:
        moving_in.found_with_administrator(session, replace(AURORA, name="Mine now"), eve, at=MONDAY + DAY)
    assert aurora.look(company.the).name == "Padaria Aurora"
    with aurora.database.begin() as session:
        row, code = accounts.rescue(session, ana, make=True, by=CONSOLE, at=MONDAY + DAY)
        assert accounts.may_reset(session, ana, code, at=MONDAY + DAY)
        assert people.administrators(session) == [row]


def test_nobody_founds_a_company_without_a_name_or_an_address_to_sign_in_with(database: Database) -> None:
    for wish, founder in ((replace(AURORA, name=" "), ROSA), (AURORA, replace(ROSA, email="\u200b")),
                          (AURORA, replace(ROSA, name=""))):  # fmt: skip
        with pytest.raises(Refused), database.begin() as session:
            moving_in.found_with_administrator(session, wish, founder, at=MONDAY)
        with database.read() as session:
            assert moving_in.is_awaited(session)
            assert company.company(session) is None


def test_the_hour_is_arranged_with_its_weekday_and_the_first_three_are_told_before(aurora: Aurora) -> None:
    wish = Hour(1, 600, "https://meet.example/hour")
    ahead = aurora.look(lambda s: moving_in.first_hours(s, wish, at=MONDAY))
    assert ahead == [TUESDAY_TEN + week * 7 * DAY for week in range(3)]
    seen = aurora.look(moving_in.hour_version)
    with aurora.database.begin() as session:
        moving_in.arrange_hour(session, wish, seen=seen, by=aurora.rosa, at=MONDAY)
    planned = aurora.look(lambda s: meetings.upcoming(s, at=MONDAY))
    assert [row.starts_at for row in planned[:3]] == ahead
    assert {row.facilitator_id for row in planned} == {aurora.rosa.person_id}
    with pytest.raises(Changed), aurora.database.begin() as session:
        moving_in.arrange_hour(session, wish, seen=seen, by=aurora.rosa, at=MONDAY)


def test_a_first_hour_that_would_fall_on_a_holiday_is_not_promised(aurora: Aurora) -> None:
    wish = Hour(4)  # Good Friday is 3 April 2026
    ahead = aurora.look(lambda s: moving_in.first_hours(s, wish, at=MONDAY + 25 * DAY))
    assert [(one - TUESDAY_TEN - 3 * DAY) // (7 * DAY) for one in ahead] == [3, 5, 6]


def test_areas_saved_twice_are_there_once_and_what_is_renamed_stays_the_same(aurora: Aurora) -> None:
    first = aurora.areas(*BAKERY, Wish("", "sales"), Wish("Marketing", "sales", wanted=False))
    again = aurora.areas(*BAKERY)
    assert first == again
    assert set(first) == {"Vendas", "Produção", "Entrega"}
    renamed = aurora.areas(Wish("Rua", "after_sales", first["Entrega"], 1), Wish("vendas", "sales"))
    assert renamed["Rua"] == first["Entrega"]
    assert len(renamed) == 3


def test_an_area_that_nobody_uses_can_be_unticked_and_one_with_a_head_stays(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    assert "Vendas" not in aurora.areas(Wish("Vendas", "sales", areas["Vendas"], 1, wanted=False))
    aurora.name(*heads(areas, Entrega="Caio"))
    with pytest.raises(Refused, match="in use already"):
        aurora.areas(Wish("Entrega", "after_sales", areas["Entrega"], 1, wanted=False))


def test_two_areas_of_one_name_are_refused_and_nothing_is_saved(aurora: Aurora) -> None:
    with pytest.raises(Refused, match="already an area"):
        aurora.areas(Wish("Frota", "sales"), Wish("FROTA", "after_sales"))
    assert aurora.look(company.areas) == []


def test_an_area_is_typed_anew_where_the_same_list_has_just_let_go_of_its_name(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    moved = aurora.areas(
        Wish("Entrega", "after_sales", areas["Entrega"], 1, wanted=False), Wish("Entrega", "sales")
    )
    assert set(moved) == {"Vendas", "Produção", "Entrega"}
    assert aurora.look(lambda s: company.area(s, moved["Entrega"]).sphere) == "sales"
    renamed = aurora.areas(Wish("Rua", "sales", moved["Vendas"], 1), Wish("Vendas", "sales"))
    assert set(renamed) == {"Vendas", "Rua", "Produção", "Entrega"}
    assert renamed["Rua"] == moved["Vendas"]


def test_an_area_takes_the_name_of_one_that_is_unticked_in_the_same_list(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    after = aurora.areas(Wish("Entrega", "sales", areas["Vendas"], 1),
                         Wish("Entrega", "after_sales", areas["Entrega"], 1, wanted=False))  # fmt: skip
    assert after == {"Entrega": areas["Vendas"], "Produção": areas["Produção"]}


def test_an_area_that_is_typed_under_the_other_sphere_too_is_not_passed_over(aurora: Aurora) -> None:
    aurora.areas(*BAKERY)
    with pytest.raises(Refused, match="already an area called “Entrega”"):
        aurora.areas(*BAKERY, Wish("entrega", "sales"))


def test_one_person_heads_several_areas_and_the_administrator_one_of_them(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    ana = heads(areas, Vendas="Ana", Entrega="Ana")
    aurora.name(*ana, Post("head", areas["Produção"], is_mine=True), Post("facilitator", is_mine=True))
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Ana", "Produção": "Rosa"}
    assert len(aurora.look(people.people)) == 2
    aurora.name(*aurora.look(aurora.posts))  # saved as it is: nothing changes
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Ana", "Produção": "Rosa"}


def test_a_bad_address_names_its_line_and_nobody_is_added(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    for bad, match in ((("Caio", "caio-aurora"), "Entrega: “caio-aurora” is not"), (("Caio", ""), "Entrega: what is"),
                       (("", "caio@aurora.example"), "Entrega: whose")):  # fmt: skip
        wrong = Post("head", areas["Entrega"], name=bad[0], email=bad[1])
        with pytest.raises(Refused, match=match):
            aurora.name(*heads(areas, Vendas="Ana"), wrong)
    assert len(aurora.look(people.people)) == 1


def test_a_mistyped_address_is_corrected_and_another_person_takes_a_post_over(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    aurora.name(*heads(areas, Vendas="Ana", Entrega="Caio"))
    ana = next(p for p in aurora.look(aurora.posts) if p.name == "Ana")
    aurora.name(replace(ana, email="ana.lima@aurora.example"))
    corrected = next(p for p in aurora.look(aurora.posts) if p.name == "Ana")
    assert (corrected.person_id, corrected.email) == (ana.person_id, "ana.lima@aurora.example")
    aurora.name(replace(corrected, name="Bia", email="bia@aurora.example"))
    assert aurora.heads() == {"Vendas": "Bia", "Entrega": "Caio", "Produção": ""}
    assert "Ana" not in [p.name for p in aurora.look(people.people)]  # she was never here


def test_a_correction_in_one_line_is_not_undone_by_the_next_line_of_the_same_person(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    aurora.name(
        *(
            Post("head", areas[area], name="Anna", email="anna@aurora.example")
            for area in ("Vendas", "Entrega")
        )
    )
    for correction in ({"email": "ana@aurora.example"}, {"name": "Ana"}):
        first, other = (post for post in aurora.look(aurora.posts) if post.name == "Anna")
        aurora.name(replace(first, **correction), other)
    assert [(p.name, p.email) for p in aurora.look(people.people)] == [
        ("Ana", "ana@aurora.example"),
        ("Rosa", "rosa@aurora.example"),
    ]
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Ana", "Produção": ""}


def test_whoever_is_named_in_place_of_somebody_without_an_address_is_another_person(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    with aurora.database.begin() as session:
        for name, area in (("Ana", "Vendas"), ("Caio", "Entrega")):
            head = frozenset({("head", areas[area])})
            people.welcome(session, people.Profile(name, rights=head), by=aurora.rosa)
    ana, caio = (next(p for p in aurora.look(aurora.posts) if p.name == name) for name in ("Ana", "Caio"))
    with aurora.database.begin() as session:
        accounts.sign_in(session, ana.person_id or 0, at=MONDAY)
    bruno = replace(ana, name="Bruno", email="bruno@aurora.example")
    aurora.name(bruno, replace(caio, email="caio@aurora.example"))
    assert aurora.heads() == {"Vendas": "Bruno", "Entrega": "Caio", "Produção": ""}
    known = {p.name: (p.id, p.email) for p in aurora.look(people.people)}
    assert known["Ana"] == (ana.person_id, None)
    assert known["Bruno"][0] != ana.person_id
    assert known["Caio"] == (caio.person_id, "caio@aurora.example")


def test_a_head_without_an_address_stays_head_where_their_line_is_left_as_it_is(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    with aurora.database.begin() as session:
        head = frozenset({("head", areas["Vendas"])})
        people.welcome(session, people.Profile("Ana", rights=head), by=aurora.rosa)
    aurora.name(*aurora.look(aurora.posts), *heads(areas, Entrega="Caio"))
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Caio", "Produção": ""}


def test_rosa_who_directs_too_still_does_when_she_saves_the_list(aurora: Aurora) -> None:
    rosa = aurora.look(lambda s: people.person(s, aurora.rosa.person_id or 0))
    rights = frozenset({("admin", None), ("facilitator", None), ("director", None)})
    with aurora.database.begin() as session:
        profile = people.Profile(rosa.name, rosa.email, rights=rights)
        people.change(session, rosa.id, profile, seen=rosa.version, by=aurora.rosa)
    (line,) = (post for post in aurora.look(aurora.posts) if post.right == "director")
    assert (line.name, line.email, line.is_mine) == ("Rosa", "rosa@aurora.example", False)
    aurora.name(*aurora.look(aurora.posts))
    assert aurora.look(people.rights)[rosa.id] == rights


@pytest.mark.parametrize("way", ["password", "provider"])
def test_whoever_has_come_already_stays_when_another_takes_their_post_over(aurora: Aurora, way: str) -> None:
    areas = aurora.areas(*BAKERY)
    aurora.name(*heads(areas, Vendas="Ana"))
    ana = next(p for p in aurora.look(aurora.posts) if p.name == "Ana")
    with aurora.database.begin() as session:
        if way == "password":
            accounts.keep_password(session, ana.person_id or 0, "hash", at=MONDAY)
        else:
            accounts.sign_in(session, ana.person_id or 0, at=MONDAY)
    aurora.name(replace(ana, name="Bia", email="bia@aurora.example"))
    assert aurora.heads()["Vendas"] == "Bia"
    assert "Ana" in [p.name for p in aurora.look(people.people)]


def test_a_list_that_was_drawn_before_somebody_elses_change_is_not_saved_over_it(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    seen = moving_in.drawn(aurora.look(aurora.posts))
    aurora.name(*heads(areas, Vendas="Ana"))
    with pytest.raises(Changed), aurora.database.begin() as session:
        moving_in.name_people(session, heads(areas, Vendas="Bia"), seen=seen, by=aurora.rosa, at=MONDAY)
    assert aurora.heads()["Vendas"] == "Ana"


def test_whoever_is_named_to_run_the_hour_runs_those_that_are_planned(aurora: Aurora) -> None:
    with aurora.database.begin() as session:
        moving_in.arrange_hour(
            session, Hour(), seen=moving_in.hour_version(session), by=aurora.rosa, at=MONDAY
        )
    fabio = Post("facilitator", name="Fabio", email="fabio@aurora.example")
    aurora.name(fabio)
    runs = {row.facilitator_id for row in aurora.look(lambda s: meetings.upcoming(s, at=MONDAY))}
    assert runs == {p.person_id for p in aurora.look(aurora.posts) if p.name == "Fabio"}
    aurora.name(Post("facilitator"))  # emptied: then it is the administrator again
    assert meetings_run_by(aurora) == {aurora.rosa.person_id}


def meetings_run_by(aurora: Aurora) -> set[int | None]:
    return {row.facilitator_id for row in aurora.look(lambda s: meetings.upcoming(s, at=MONDAY))}


def test_the_steps_are_done_one_after_the_other_and_then_the_company_has_moved_in(aurora: Aurora) -> None:
    assert aurora.done() == []
    with aurora.database.begin() as session:
        moving_in.look_over(session, company.settings(session), seen=1, by=aurora.rosa, at=MONDAY)
        moving_in.arrange_hour(
            session, Hour(), seen=moving_in.hour_version(session), by=aurora.rosa, at=MONDAY
        )
    with pytest.raises(Refused, match="Add the areas"), aurora.database.begin() as session:
        moving_in.finish(session, by=aurora.rosa, at=MONDAY)
    areas = aurora.areas(*BAKERY)
    aurora.name(*heads(areas, Vendas="Ana", Entrega="Caio"))
    assert aurora.done() == ["company", "hour", "areas"]
    aurora.name(*heads(areas, Produção="Ana"))
    assert aurora.done() == ["company", "hour", "areas", "heads"]
    with aurora.database.begin() as session:
        waiting = [guest.person.id for guest in moving_in.guests(session)]
        secrets = moving_in.invite_all(session, waiting, by=aurora.rosa, at=MONDAY)
        moving_in.finish(session, by=aurora.rosa, at=MONDAY)
    assert aurora.done() == [step.name for step in aurora.look(moving_in.steps)]
    assert aurora.look(company.the).moved_in_at == MONDAY
    assert {aurora.look(lambda s, x=secret: accounts.invited(s, x, at=MONDAY).name) for secret in secrets.values()} == {"Ana", "Caio"}  # fmt: skip


def test_the_company_is_not_looked_at_yet_when_only_its_hour_lies_on_another_weekday(aurora: Aurora) -> None:
    with aurora.database.begin() as session:
        seen = moving_in.hour_version(session)
        moving_in.arrange_hour(session, Hour(3), seen=seen, by=aurora.rosa, at=MONDAY)
    assert aurora.done() == ["hour"]


def test_inviting_again_ends_the_invitation_before_and_whoever_came_is_told_as_here(aurora: Aurora) -> None:
    aurora.name(*heads(aurora.areas(*BAKERY), Vendas="Ana"))
    (ana,) = (guest.person.id for guest in aurora.look(lambda s: moving_in.guests(s)))
    with aurora.database.begin() as session:
        old, new = (moving_in.invite_all(session, [ana], by=aurora.rosa, at=MONDAY)[ana] for _ in range(2))
    assert aurora.look(lambda s: accounts.invited(s, old, at=MONDAY)) is None
    with aurora.database.begin() as session:
        accounts.accept(session, new, "a hash", at=MONDAY)
    (guest,) = aurora.look(lambda s: moving_in.guests(s))
    assert guest.has_arrived


def test_whoever_was_named_and_invited_by_mistake_leaves_nothing_in_the_area(aurora: Aurora) -> None:
    areas = aurora.areas(*BAKERY)
    aurora.name(*heads(areas, Entrega="Caio"))
    (caio,) = (guest.person.id for guest in aurora.look(lambda s: moving_in.guests(s)))
    with aurora.database.begin() as session:
        secret = moving_in.invite_all(session, [caio], by=aurora.rosa, at=MONDAY)[caio]
    aurora.name(Post("head", areas["Entrega"], caio))
    assert aurora.look(lambda s: accounts.invited(s, secret, at=MONDAY)) is None
    assert [p.name for p in aurora.look(people.people)] == ["Rosa"]
    assert "Entrega" not in aurora.areas(Wish("Entrega", "after_sales", areas["Entrega"], 1, wanted=False))


def test_an_area_whose_head_has_left_has_no_head(aurora: Aurora) -> None:
    areas = aurora.areas(Wish("Vendas", "sales"))
    aurora.name(*heads(areas, Vendas="Ana"))
    assert "heads" in aurora.done()
    (ana,) = (p for p in aurora.look(people.people) if p.name == "Ana")
    with aurora.database.begin() as session:
        people.archive(session, ana.id, seen=ana.version, by=aurora.rosa, at=MONDAY)
    assert "heads" not in aurora.done()


def test_another_administrator_is_invited_too_and_the_founder_is_not(aurora: Aurora) -> None:
    with aurora.database.begin() as session:
        eva = people.Profile("Eva", "eva@aurora.example", rights=frozenset({("admin", None)}))
        people.welcome(session, eva, by=aurora.rosa)
    assert [g.person.name for g in aurora.look(lambda s: moving_in.guests(s))] == ["Eva"]


def test_the_cast_has_long_moved_in(cast: Cast) -> None:
    with pytest.raises(Refused, match="already"), cast.database.begin() as session:
        moving_in.finish(session, by=cast.hugo, at=MONDAY)
