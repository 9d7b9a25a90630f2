"""The company's settings, its areas and its people: who may change them, and what can't be."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from threading import Barrier, BrokenBarrierError

import pytest

from coord import company, people
from coord.company import Settings
from coord.db import Database
from coord.people import Mandate, Profile
from coord.refusal import Changed, Refused
from tests.cast import DAY, FOUNDER, MONDAY, Cast

CASA = Settings("Casa Clara")


def change(cast: Cast, wish: Settings, *, seen: int | None = None, by: Mandate | None = None) -> None:
    with cast.database.begin() as session:
        seen = company.the(session).version if seen is None else seen
        company.change(session, wish, seen=seen, by=by or cast.hugo)


def open_area(cast: Cast, name: str, *, sphere: str = "sales", by: Mandate | None = None) -> int:
    with cast.database.begin() as session:
        return company.open_area(session, name=name, sphere=sphere, by=by or cast.hugo).id


def welcome(cast: Cast, profile: Profile, *, by: Mandate | None = None) -> int:
    with cast.database.begin() as session:
        return people.welcome(session, profile, by=by or cast.hugo).id


def profile_of(cast: Cast, name: str) -> tuple[int, Profile, int]:
    """A person's id, what is known about them, and its version."""
    with cast.database.read() as session:
        row = people.person(session, getattr(cast, name).person_id)
        rights = frozenset(people.rights(session).get(row.id, set()))
        known = Profile(row.name, row.email, row.area_id, row.language, row.zone, row.about, rights)
        return row.id, known, row.version


def revise(cast: Cast, who: str, *, by: Mandate | None = None, **facts: object) -> None:
    person_id, known, version = profile_of(cast, who)
    with cast.database.begin() as session:
        people.change(session, person_id, replace(known, **facts), seen=version, by=by or cast.hugo)  # type: ignore[arg-type]


# The company


def test_a_company_is_founded_once(cast: Cast) -> None:
    with pytest.raises(Refused, match="already has a company"), cast.database.begin() as session:
        company.found(session, CASA, at=MONDAY)


def test_before_its_founding_there_is_no_company(database: Database) -> None:
    with database.read() as session:
        assert company.company(session) is None
        with pytest.raises(Refused, match="no company yet"):
            company.the(session)


def test_settings_are_kept_and_the_calendar_follows_them(cast: Cast) -> None:
    closed = (date(2026, 3, 9), date(2026, 3, 10))
    wish = Settings(" Casa  Clara ", "pt-BR", "America/Sao_Paulo", "BR", "SP", 3, 5, closed)
    change(cast, wish)
    with cast.database.read() as session:
        row = company.the(session)
        assert (row.name, row.language, row.meeting_weekday, row.silence_days) == (
            "Casa Clara",
            "pt-BR",
            3,
            5,
        )
        calendar = company.calendar(session)
        assert company.closing_days(session) == closed
    assert not calendar.is_open(date(2026, 3, 9))
    assert not calendar.is_open(date(2026, 7, 9)), "a holiday of São Paulo"
    assert calendar.day_of(MONDAY - 7 * 3_600) == date(2026, 3, 1), (
        "two in the morning in UTC is the day before"
    )


def test_closing_days_that_are_left_out_are_open_again(cast: Cast) -> None:
    change(cast, replace(CASA, closing_days=(date(2026, 3, 9), date(2026, 3, 10))))
    change(cast, replace(CASA, closing_days=(date(2026, 3, 10), date(2026, 3, 11))))
    with cast.database.read() as session:
        assert company.closing_days(session) == (date(2026, 3, 10), date(2026, 3, 11))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": " \u200b "}, "Give the company a name"),
        ({"name": "C" * 256}, "At most 255 characters"),
        ({"language": "fr"}, "one of the languages"),
        ({"zone": "Mars/Base"}, "no time zone “Mars/Base”"),
        ({"zone": "../etc/passwd"}, "no time zone"),
        ({"zone": ""}, "no time zone"),
        ({"country": "XX"}, "No public holidays are known"),
        ({"country": "BR", "subdivision": "ZZ"}, "No public holidays are known"),
        ({"subdivision": "SP"}, "No public holidays are known"),
        ({"meeting_weekday": 7}, "weekday"),
        ({"meeting_weekday": -1}, "weekday"),
        ({"silence_days": 0}, "between 1 and 60"),
        ({"silence_days": 61}, "between 1 and 60"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_changes(
    cast: Cast, wrong: dict[str, object], says: str
) -> None:
    with pytest.raises(Refused, match=says):
        change(cast, replace(CASA, **wrong))  # type: ignore[arg-type]
    with cast.database.read() as session:
        row = company.the(session)
    assert (row.name, row.zone, row.country, row.version) == ("Casa Clara", "UTC", None, 1)


def test_the_second_of_two_administrators_is_told_of_the_first(cast: Cast) -> None:
    with cast.database.read() as session:
        seen = company.the(session).version
    change(cast, replace(CASA, name="Casa Alta"), seen=seen)
    with pytest.raises(Changed):
        change(cast, replace(CASA, name="Casa Baixa"), seen=seen)
    with cast.database.read() as session:
        assert company.the(session).name == "Casa Alta"


def test_closing_days_alone_are_a_change_that_the_second_is_told_of(cast: Cast) -> None:
    with cast.database.read() as session:
        seen = company.the(session).version
    change(cast, replace(CASA, closing_days=(date(2026, 12, 24),)), seen=seen)
    with pytest.raises(Changed):
        change(cast, CASA, seen=seen)


# Areas


@pytest.mark.parametrize("name", ["sales", "SALES", " Sales ", "Sáles", "S\u200bales", "Ｓales"])
def test_no_two_areas_have_names_that_look_the_same(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="already an area called “Sales”"):
        open_area(cast, name)


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200b", "\x00", "\u3164"])
def test_an_area_needs_a_name_that_can_be_read(cast: Cast, name: str) -> None:
    with pytest.raises(Refused, match="Give the area a name"):
        open_area(cast, name)


@pytest.mark.parametrize("name", ["ﷺ" * 55, "漢" * 255, "ß" * 255, "Z\u0351\u036b\u0343" * 60, "👩‍👩‍👧" * 50])
def test_an_area_may_have_any_other_name(cast: Cast, name: str) -> None:
    open_area(cast, name)
    with pytest.raises(Refused, match="already an area called"):
        open_area(cast, name)


def test_a_name_that_unfolds_beyond_what_can_be_compared_is_too_long(cast: Cast) -> None:
    with pytest.raises(Refused, match="At most 255 characters"):
        open_area(cast, "ﷺ" * 255)


def test_an_area_lies_in_one_of_two_spheres(cast: Cast) -> None:
    with pytest.raises(Refused, match="sales or in after sales"):
        open_area(cast, "Finance", sphere="finance")


def test_areas_stand_by_sphere_and_name(cast: Cast) -> None:
    open_area(cast, "Água")
    open_area(cast, "zinc", sphere="after_sales")
    with cast.database.read() as session:
        names = [row.name for row in company.areas(session)]
    assert names == ["Água", "Sales", "Billing", "Product", "Support", "zinc"]


def test_an_area_can_be_renamed_to_itself_in_another_spelling(cast: Cast) -> None:
    with cast.database.begin() as session:
        row = company.change_area(
            session, cast.area["sales"], name="SALES", sphere="sales", about="We sell", seen=1, by=cast.hugo
        )
    assert (row.name, row.about, row.version) == ("SALES", "We sell", 2)
    with pytest.raises(Changed), cast.database.begin() as session:
        company.change_area(
            session, cast.area["sales"], name="Sell", sphere="sales", about=None, seen=1, by=cast.hugo
        )


def test_who_heads_an_archived_area_no_longer_speaks_for_it(cast: Cast) -> None:
    with cast.database.begin() as session:
        company.archive_area(session, cast.area["billing"], seen=1, by=cast.hugo, at=MONDAY)
    with cast.database.read() as session:
        assert people.mandate(session, cast.elsa.person_id or 0).areas == frozenset()
        assert cast.area["billing"] not in {row.id for row in company.areas(session)}
        assert cast.area["billing"] in {row.id for row in company.areas(session, archived=True)}
    with pytest.raises(Refused, match="archived"):
        open_area(cast, "Billing")


def test_only_an_administrator_changes_the_company(cast: Cast) -> None:
    for name in ("ana", "davi", "fabio", "gina", "iris"):
        by = getattr(cast, name)
        with pytest.raises(Refused, match="Only an administrator"):
            change(cast, CASA, by=by)
        with pytest.raises(Refused, match="Only an administrator"):
            open_area(cast, "Finance", by=by)
        with pytest.raises(Refused, match="Only an administrator"):
            welcome(cast, Profile("Joana"), by=by)
        with pytest.raises(Refused, match="Only an administrator"):
            revise(cast, "iris", by=by, name="Iris Maria")
        with pytest.raises(Refused, match="Only an administrator"), cast.database.begin() as session:
            company.archive_area(session, cast.area["sales"], seen=1, by=by, at=MONDAY)
        with pytest.raises(Refused, match="Only an administrator"), cast.database.begin() as session:
            people.archive(session, cast.iris.person_id or 0, seen=1, by=by, at=MONDAY)


# People


def test_two_people_may_have_one_name_but_not_one_address(cast: Cast) -> None:
    welcome(cast, Profile("Ana", "ana.maria@casaclara.example"))
    for address in ("ana@casaclara.example", "ANA@CasaClara.example", " ana@casaclara.example "):
        with pytest.raises(Refused, match="Ana already has this e-mail address"):
            welcome(cast, Profile("Ana Maria", address))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "\u2066\u2069"}, "Give the person a name"),
        ({"email": "ana at casaclara"}, "not an e-mail address"),
        ({"language": "pt"}, "one of the languages"),
        ({"zone": "Lisbon"}, "no time zone"),
        ({"area_id": 999}, "no such area"),
        ({"rights": frozenset({("head", None)})}, "needs an area"),
        ({"rights": frozenset({("admin", 1)})}, "needs an area"),
        ({"rights": frozenset({("king", None)})}, "needs an area"),
        ({"rights": frozenset({("head", 999)})}, "no such area"),
    ],
)
def test_a_person_who_cannot_be_is_refused(cast: Cast, wrong: dict[str, object], says: str) -> None:
    with pytest.raises(Refused, match=says):
        welcome(cast, replace(Profile("Joana"), **wrong))  # type: ignore[arg-type]
    with cast.database.read() as session:
        assert "Joana" not in {row.name for row in people.people(session)}


def test_one_person_heads_two_areas_and_directs_as_well(cast: Cast) -> None:
    both = {("head", cast.area["sales"]), ("head", cast.area["support"]), ("director", None)}
    person_id = welcome(cast, Profile("Joana", rights=frozenset(both)))
    with cast.database.read() as session:
        mandate = people.mandate(session, person_id)
    assert mandate.areas == {cast.area["sales"], cast.area["support"]}
    assert mandate.rights == {"head", "director"}
    assert not mandate.administers


def test_the_heads_of_an_area_stand_by_name_without_its_deputies_and_without_who_has_left(cast: Cast) -> None:
    sales, product = cast.area["sales"], cast.area["product"]
    for name in ("zoe", "Álvaro"):
        welcome(cast, Profile(name, rights=frozenset({("head", sales), ("director", None)})))
    person_id, _, version = profile_of(cast, "bruno")
    with cast.database.begin() as session:
        people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)
    with cast.database.read() as session:
        heads = people.heads(session)
    assert [row.name for row in heads[sales]] == ["Álvaro", "Ana", "zoe"]
    assert product not in heads, "Davi is its deputy"
    assert set(heads) == {sales, cast.area["support"], cast.area["billing"]}


def test_rights_that_are_taken_away_are_gone_at_once(cast: Cast) -> None:
    revise(cast, "davi", rights=frozenset({("deputy", cast.area["support"])}))
    with cast.database.read() as session:
        assert people.mandate(session, cast.davi.person_id or 0).areas == {cast.area["support"]}


def test_somebody_always_stays_an_administrator(cast: Cast) -> None:
    person_id, _, version = profile_of(cast, "hugo")
    with pytest.raises(Refused, match="stay an administrator"):
        revise(cast, "hugo", rights=frozenset())
    with pytest.raises(Refused, match="stay an administrator"), cast.database.begin() as session:
        people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)
    revise(cast, "gina", rights=frozenset({("admin", None)}))
    revise(cast, "hugo", rights=frozenset())
    with cast.database.read() as session:
        assert not people.mandate(session, person_id).administers


def test_of_two_administrators_who_archive_each_other_at_once_one_stays(cast: Cast) -> None:
    revise(cast, "gina", rights=frozenset({("admin", None)}))
    both, done = Barrier(2), list[str]()

    def archive(whom: str) -> None:
        person_id, _, version = profile_of(cast, whom)
        with cast.database.begin() as session:
            meet(both)
            people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)
            done.append(whom)
            meet(both)

    def meet(both: Barrier) -> None:
        with suppress(BrokenBarrierError):  # where one has to wait for the other, they don't meet
            both.wait(1)

    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(archive, whom) for whom in ("hugo", "gina")]
    assert [str(one.exception() or "")[:12] for one in tried if one.exception()] == ["Somebody has"]
    assert len(done) == 1


def test_an_archived_administrator_is_none(cast: Cast) -> None:
    revise(cast, "gina", rights=frozenset({("admin", None)}))
    person_id, _, version = profile_of(cast, "gina")
    with cast.database.begin() as session:
        people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)
    with pytest.raises(Refused, match="stay an administrator"):
        revise(cast, "hugo", rights=frozenset())


def test_an_archived_person_may_do_nothing_and_is_not_listed(cast: Cast) -> None:
    person_id, _, version = profile_of(cast, "carla")
    with cast.database.begin() as session:
        people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)
    with cast.database.read() as session:
        with pytest.raises(Refused, match="no longer active"):
            people.mandate(session, person_id)
        assert person_id not in {row.id for row in people.people(session)}
        assert person_id in {row.id for row in people.people(session, archived=True)}


def test_whoever_presents_themselves_over_an_administrators_change_is_told_of_it(cast: Cast) -> None:
    person_id, known, version = profile_of(cast, "iris")
    revise(cast, "iris", name="Iris Lima")
    with pytest.raises(Changed), cast.database.begin() as session:
        people.present_oneself(session, person_id, name="Iris", about=None, language=None, zone=None, seen=version,
                               by=cast.iris)  # fmt: skip
    assert profile_of(cast, "iris")[1] == replace(known, name="Iris Lima")


def test_the_second_of_two_who_change_a_person_is_told_of_the_first(cast: Cast) -> None:
    person_id, known, version = profile_of(cast, "iris")
    rights = frozenset({("facilitator", None)})
    with cast.database.begin() as session:
        people.change(session, person_id, replace(known, rights=rights), seen=version, by=cast.hugo)
    with pytest.raises(Changed), cast.database.begin() as session:
        people.change(session, person_id, replace(known, name="Iris Maria"), seen=version, by=cast.hugo)
    with pytest.raises(Changed), cast.database.begin() as session:
        people.archive(session, person_id, seen=version, by=cast.hugo, at=MONDAY)


def test_a_mandate_speaks_for_its_areas_and_says_when_it_does_so_for_others() -> None:
    mandate = Mandate(1, areas=frozenset({1, 2}), on_behalf=frozenset({2, 3}))
    assert [mandate.speaks_for(area) for area in (1, 2, 3, 4)] == [True, True, True, False]
    assert [mandate.is_on_behalf(area) for area in (1, 2, 3, 4)] == [False, False, True, False]
    assert FOUNDER.administers
    assert not FOUNDER.speaks_for(1)


def test_everybody_chooses_their_own_language(cast: Cast) -> None:
    with cast.database.begin() as session:
        people.speak(session, cast.iris.person_id or 0, "es")
        with pytest.raises(Refused):
            people.speak(session, cast.iris.person_id or 0, "fr")
    with cast.database.read() as session:
        assert people.person(session, cast.iris.person_id or 0).language == "es"


def test_what_happened_since_the_last_visit_stays_new_while_the_visit_lasts(cast: Cast) -> None:
    person_id = cast.ana.person_id or 0

    def visit(at: int) -> int | None:
        with cast.database.begin() as session:
            people.visit(session, person_id, at)
            return people.person(session, person_id).seen_until_at

    assert visit(MONDAY) is None
    assert visit(MONDAY + 600) is None
    assert visit(MONDAY + DAY) == MONDAY + 600
    assert visit(MONDAY + DAY + 600) == MONDAY + 600


def test_a_head_names_a_deputy_of_her_own_area_and_nobody_else_does(cast: Cast) -> None:
    assert cast.iris.person_id is not None
    for who in (cast.davi, cast.bruno, cast.hugo):
        with cast.database.begin() as session, pytest.raises(Refused, match="Only the head of an area"):
            people.appoint(session, cast.iris.person_id, cast.area["support"], by=who)
    with cast.database.begin() as session:
        people.appoint(session, cast.iris.person_id, cast.area["support"], by=cast.carla)
        assert people.mandate(session, cast.iris.person_id).areas == {cast.area["support"]}
        people.dismiss(session, cast.iris.person_id, cast.area["support"], by=cast.carla)
        assert people.mandate(session, cast.iris.person_id).areas == frozenset()


def test_a_form_that_was_open_when_the_head_named_or_dismissed_a_deputy_undoes_neither(cast: Cast) -> None:
    iris, support = cast.iris.person_id or 0, cast.area["support"]
    deputy = frozenset({("deputy", support)})
    for act, held in ((people.appoint, deputy), (people.dismiss, frozenset())):
        _, known, seen = profile_of(cast, "iris")
        with cast.database.begin() as session:
            act(session, iris, support, by=cast.carla)
        with pytest.raises(Changed), cast.database.begin() as session:
            people.change(session, iris, replace(known, about="Invoices"), seen=seen, by=cast.hugo)
        assert profile_of(cast, "iris")[1] == replace(known, rights=held)


def test_a_deputy_named_again_is_no_change_that_anybody_has_to_hear_of(cast: Cast) -> None:
    seen = profile_of(cast, "davi")
    with cast.database.begin() as session:
        people.appoint(session, seen[0], cast.area["product"], by=cast.bruno)
    assert profile_of(cast, "davi") == seen


def test_an_archived_area_gets_no_deputy_and_loses_those_it_has(cast: Cast) -> None:
    product, davi = cast.area["product"], cast.davi.person_id or 0
    with cast.database.begin() as session:
        company.archive_area(session, product, seen=1, by=cast.hugo, at=MONDAY)
    with pytest.raises(Refused, match="Product is no longer in use"), cast.database.begin() as session:
        people.appoint(session, cast.iris.person_id or 0, product, by=cast.bruno)
    with cast.database.begin() as session:
        people.dismiss(session, davi, product, by=cast.bruno)
        assert people.rights(session).get(davi) is None
