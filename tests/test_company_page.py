"""The company page, as Hugo the administrator uses it: settings, areas, people, two browsers at once."""

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import company, goals, people
from coord.company import Area, Settings
from coord.people import Mandate, Person, Profile
from coord.refusal import Refused
from tests.browser import journey
from tests.cast import FRIDAY, MONDAY, Cast
from tests.pages import visit, words

Seen = AppTest


@pytest.fixture
def hugo(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Hugo's browser, on the company page."""
    return visit(monkeypatch, cast.database, cast.hugo, "company")


def part(seen: Seen, name: str) -> Seen:
    seen.session_state["company-part"] = name
    return run(seen)


def run(seen: Seen) -> Seen:
    seen.run()
    assert not seen.exception, seen.exception
    return seen


def widget(seen: Seen, prefix: str, nth: int = 0) -> Any:
    """The widget whose key begins so; forms' keys end with a number of their own."""
    kinds = ("button", "text_input", "selectbox", "multiselect", "number_input", "date_input", "button_group")
    found = [w for kind in kinds for w in seen.get(kind) if str(w.key).startswith(prefix)]
    assert found, f"no {prefix}"
    return found[nth]


def press(seen: Seen, prefix: str) -> Seen:
    widget(seen, prefix).click()
    return run(seen)


def the(cast: Cast) -> company.Company:
    with cast.database.read() as session:
        return company.the(session)


def area(cast: Cast, name: str) -> Area:
    with cast.database.read() as session:
        found = company.area_named(session, name)
    assert found is not None
    return found


def person(cast: Cast, name: str) -> Person:
    with cast.database.read() as session:
        return next(p for p in people.people(session, archived=True) if p.name == name)


def rights(cast: Cast, name: str) -> set[tuple[str, int | None]]:
    with cast.database.read() as session:
        return people.rights(session).get(person(cast, name).id, set())


def change_settings(cast: Cast, **facts: Any) -> None:
    """Somebody else saves other settings."""
    with cast.database.begin() as session:
        wish = Settings(**({"name": "Casa Clara"} | facts), closing_days=company.closing_days(session))
        company.change(session, wish, seen=company.the(session).version, by=cast.hugo)


# Who may come in


def test_whoever_does_not_administer_reads_whom_to_ask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "company")
    assert "Ask one of them: Hugo." in seen.info[0].value
    assert not seen.text_input


# Settings


def test_the_address_says_which_tab_is_open_and_a_link_opens_it(cast: Cast, hugo: Seen) -> None:
    assert dict(hugo.query_params) == {}
    assert part(hugo, "People").query_params["part"] == "people"
    hugo.query_params["part"] = "areas"  # a link, or the back button
    assert run(hugo).session_state["company-part"] == "Areas"
    assert "part" not in part(hugo, "Settings").query_params


def test_hugo_says_where_the_company_is_and_sees_its_holidays_before_he_saves(cast: Cast, hugo: Seen) -> None:
    widget(hugo, "country-").set_value("BR")
    run(hugo)
    widget(hugo, "subdivision-").set_value("SP")
    widget(hugo, "zone-").set_value("America/Sao_Paulo")
    run(hugo)
    assert "Good Friday" in words(hugo)
    widget(hugo, "name-").set_value("Casa Nova")
    press(hugo, "save-")
    row = the(cast)
    assert (row.name, row.country, row.subdivision, row.zone) == (
        "Casa Nova",
        "BR",
        "SP",
        "America/Sao_Paulo",
    )


def test_santa_catarina_is_not_taken_for_south_carolina(hugo: Seen) -> None:
    widget(hugo, "country-").set_value("BR")
    run(hugo)
    widget(hugo, "subdivision-").set_value("SC")
    run(hugo)
    widget(hugo, "country-").set_value("US")
    run(hugo)
    assert widget(hugo, "subdivision-").value is None


@journey
@pytest.mark.parametrize("country", ["BR", "CH", "AU", None])
def test_every_part_that_can_be_chosen_can_be_kept(cast: Cast, country: str | None) -> None:
    from coord.ui import places

    for part_ in [None, *places.parts(country)]:
        change_settings(cast, country=country, subdivision=part_)
        assert the(cast).subdivision == part_


def test_what_two_change_at_once_is_shown_and_nothing_typed_is_lost(cast: Cast, hugo: Seen) -> None:
    widget(hugo, "name-").set_value("Casa Nova")
    run(hugo)
    change_settings(cast, name="Casa Azul", silence_days=5)
    press(hugo, "save-")
    assert "Somebody else changed this" in hugo.error[0].value
    assert "Casa Azul" in hugo.info[0].value
    assert "5" in hugo.info[0].value
    assert widget(hugo, "name-").value == "Casa Nova"
    assert widget(hugo, "silence_days-").value == 5  # nothing was typed there: it follows
    press(hugo, "save-")
    assert (the(cast).name, the(cast).silence_days) == ("Casa Nova", 5)


def test_closing_days_are_added_and_taken_away_and_saving_settings_keeps_them(cast: Cast, hugo: Seen) -> None:
    widget(hugo, "days-").set_value((date(2026, 12, 24), date(2026, 12, 31)))
    press(hugo, "add-")
    widget(hugo, "days-").set_value((date(2026, 4, 2),))
    press(hugo, "add-")
    assert "Thu 24 Dec to Thu 31 Dec" in words(hugo).replace("\\", "")
    press(hugo, "save-")
    with cast.database.read() as session:
        assert len(company.closing_days(session)) == 9
    press(hugo, "remove-2026-12-24")
    with cast.database.read() as session:
        assert company.closing_days(session) == (date(2026, 4, 2),)
    press(hugo, "add-")
    assert hugo.error[0].value == "Choose a day."


def test_closing_days_are_the_administrators_and_not_for_ever(cast: Cast) -> None:
    with cast.database.begin() as session:
        with pytest.raises(Refused, match="Only an administrator"):
            company.add_closing_days(session, date(2026, 4, 2), date(2026, 4, 2), by=cast.ana)
        with pytest.raises(Refused, match="at most 92 days"):
            company.add_closing_days(session, date(2026, 4, 2), date(2027, 4, 2), by=cast.hugo)


# Areas


def add_area(seen: Seen, name: str, sphere: str = "sales") -> Seen:
    widget(seen, "name-").set_value(name)
    widget(seen, "sphere-").set_value(sphere)
    return press(seen, "add-")


def test_hugo_adds_areas_one_after_another(cast: Cast, hugo: Seen) -> None:
    part(hugo, "Areas")
    add_area(hugo, "Training", "after_sales")
    assert widget(hugo, "name-").value == ""
    add_area(hugo, "Marketing")
    assert (area(cast, "Training").sphere, area(cast, "Marketing").sphere) == ("after_sales", "sales")
    assert "2 areas have no head yet" in words(hugo)


def test_a_name_that_differs_by_an_accent_only_is_refused_and_stays(cast: Cast, hugo: Seen) -> None:
    add_area(part(hugo, "Areas"), "**Prodúct**")
    add_area(hugo, "PRÓDUCT")
    assert hugo.error[0].value == "There is already an area called “Product”."
    assert widget(hugo, "name-").value == "PRÓDUCT"
    add_area(hugo, "**product**")
    assert hugo.error[0].value == r"There is already an area called “\*\*Prodúct\*\*”."


def test_an_area_without_a_name_or_a_sphere_or_with_a_novel_for_a_name_is_refused(hugo: Seen) -> None:
    part(hugo, "Areas")
    assert press(hugo, "add-").error[0].value == "Give the area a name."
    assert add_area(hugo, "x" * 10_000).error[0].value.startswith("At most 255 characters")
    widget(hugo, "name-").set_value("Training")
    widget(hugo, "sphere-").set_value(None)
    assert "choose one" in press(hugo, "add-").error[0].value


def test_hugo_renames_an_area_while_somebody_else_archives_it(cast: Cast, hugo: Seen) -> None:
    billing = area(cast, "Billing")
    press(part(hugo, "Areas"), f"change-area-{billing.id}")
    with cast.database.begin() as session:
        company.archive_area(session, billing.id, seen=billing.version, by=cast.hugo, at=MONDAY)
    widget(hugo, "name-", 1).set_value("Invoices")
    press(hugo, "save-")
    assert "Somebody else changed this" in hugo.error[0].value
    assert widget(hugo, "name-", 1).value == "Invoices"
    assert ":gray-badge[Archived]" in words(hugo)
    press(hugo, "save-")
    assert area(cast, "Invoices").archived_at == MONDAY
    press(hugo, f"restore-area-{billing.id}")
    assert area(cast, "Invoices").archived_at is None


def test_archiving_an_area_shows_what_it_holds_and_hands_it_on(cast: Cast, hugo: Seen) -> None:
    own, others = cast.ask("Export the tickets", by="carla"), cast.ask("Send the list", by="ana")
    asked = cast.ask("Pay the invoice", by="bruno", to="billing")
    press(part(hugo, "Areas"), f"change-area-{cast.area['product']}")
    press(hugo, "archive-")
    press(hugo, "leave-")
    assert hugo.error[0].value.startswith("Say why Product ends")
    widget(hugo, "reason-").set_value("It joins Support")
    widget(hugo, "heir-").set_value(cast.area["support"])
    run(hugo)
    widget(hugo, "other-").set_value(cast.area["sales"])
    press(hugo, "leave-")
    assert area(cast, "Product").archived_at == MONDAY
    assert cast.look(own).answering_area_id == cast.area["sales"]
    assert cast.look(others).answering_area_id == cast.area["support"]
    assert cast.look(asked).state == "withdrawn"
    assert f"change-area-{cast.area['product']}" not in [b.key for b in hugo.button]


def test_an_area_that_leaves_a_goal_says_why_it_ends(cast: Cast, hugo: Seen) -> None:
    with cast.database.begin() as session:
        goals.set_goal(session, area=cast.area["product"], what="Faster", measure="days", baseline=1, target=2,
                       due_on=FRIDAY, by=cast.bruno, at=MONDAY)  # fmt: skip
    press(part(hugo, "Areas"), f"change-area-{cast.area['product']}")
    press(hugo, "archive-")
    assert "1 goal ends, as dropped." in [one.value for one in hugo.markdown]
    widget(hugo, "reason-").set_value("It joins Support")
    press(hugo, "leave-")
    assert area(cast, "Product").archived_at == MONDAY


# People


def open_person(seen: Seen, cast: Cast, name: str) -> Person:
    row = person(cast, name)
    press(part(seen, "People"), f"change-person-{row.id}")
    return row


def test_hugo_adds_the_head_of_two_areas(cast: Cast, hugo: Seen) -> None:
    part(hugo, "People")
    widget(hugo, "name-").set_value("João")
    widget(hugo, "email-").set_value("joao@casaclara.example")
    widget(hugo, "area_id-").set_value(cast.area["billing"])
    widget(hugo, "language-").set_value("pt-BR")
    widget(hugo, "head-").set_value([cast.area["billing"], cast.area["support"]])
    widget(hugo, "others-").set_value(["facilitator"])
    press(hugo, "add-")
    assert rights(cast, "João") == {
        ("head", cast.area["billing"]),
        ("head", cast.area["support"]),
        ("facilitator", None),
    }
    assert person(cast, "João").language == "pt-BR"
    assert ":green-badge[Head\\: Support]" in words(hugo)


def test_two_people_may_share_a_name_but_not_an_address(cast: Cast, hugo: Seen) -> None:
    part(hugo, "People")
    widget(hugo, "name-").set_value("Aná")
    widget(hugo, "email-").set_value("ANA@casaclara.example")
    press(hugo, "add-")
    assert hugo.error[0].value == "Ana already has this e-mail address."
    widget(hugo, "email-").set_value("")
    press(hugo, "add-")
    assert person(cast, "Aná").email is None


def test_a_change_of_rights_by_somebody_else_is_not_undone_unseen(cast: Cast, hugo: Seen) -> None:
    row = open_person(hugo, cast, "Iris")
    with cast.database.begin() as session:
        profile = Profile("Iris", row.email, row.area_id, "en", "UTC", rights=frozenset({("director", None)}))
        people.change(session, row.id, profile, seen=row.version, by=cast.hugo)
    widget(hugo, "about-", 1).set_value("Answers the phone")
    press(hugo, "save-")
    assert "Somebody else changed this" in hugo.error[0].value
    assert "Director" in hugo.info[0].value
    assert widget(hugo, "others-", 1).value == ["director"]
    press(hugo, "save-")
    assert rights(cast, "Iris") == {("director", None)}
    assert person(cast, "Iris").about == "Answers the phone"


def test_somebody_stays_an_administrator(cast: Cast, hugo: Seen) -> None:
    open_person(hugo, cast, "Hugo")
    assert not [b for b in hugo.button if str(b.key).startswith("archive-")]
    widget(hugo, "others-", 1).set_value([])
    press(hugo, "save-")
    assert "Somebody has to stay an administrator" in hugo.error[0].value
    assert rights(cast, "Hugo") == {("admin", None)}


def test_elsa_is_archived_and_comes_back_with_her_rights(cast: Cast, hugo: Seen) -> None:
    elsa = open_person(hugo, cast, "Elsa")
    press(hugo, "archive-")
    assert "They head Billing" in hugo.warning[0].value
    press(hugo, "leave-")
    assert person(cast, "Elsa").archived_at == MONDAY
    assert "No head yet" in words(part(hugo, "Areas"))
    press(part(hugo, "People"), f"restore-person-{elsa.id}")
    assert person(cast, "Elsa").archived_at is None
    assert rights(cast, "Elsa") == {("head", cast.area["billing"])}


def test_another_head_is_asked_for_only_where_there_would_be_none(cast: Cast, hugo: Seen) -> None:
    with cast.database.begin() as session:
        session.add(people.Right(person_id=cast.ana.person_id, right="head", area_id=cast.area["billing"]))
        former = company.open_area(session, name="Former", sphere="sales", by=cast.hugo)
        session.add(people.Right(person_id=cast.elsa.person_id, right="head", area_id=former.id))
        session.flush()
        company.archive_area(session, former.id, seen=former.version, by=cast.hugo, at=MONDAY)
    open_person(hugo, cast, "Elsa")
    press(hugo, "archive-")
    assert "is signed out at once" in words(hugo)
    assert not hugo.warning


def test_an_archived_persons_address_says_whom_to_bring_back(cast: Cast) -> None:
    iris = person(cast, "Iris")
    with cast.database.begin() as session:
        people.archive(session, iris.id, seen=iris.version, by=cast.hugo, at=MONDAY)
        with pytest.raises(Refused, match="Iris, who is archived"):
            people.welcome(session, Profile("Iris", iris.email), by=cast.hugo)
        with pytest.raises(Refused, match="Only an administrator"):
            people.restore(session, iris.id, seen=people.person(session, iris.id).version, by=cast.ana)


def test_people_are_found_by_name_without_accents_by_address_and_by_area(cast: Cast, hugo: Seen) -> None:
    part(hugo, "People")
    for search, found in {
        "áNA": ["ana"],
        "bruno@": ["bruno"],
        "product": ["bruno", "davi"],
        "zz": [],
    }.items():
        widget(hugo, "search-people").set_value(search)
        run(hugo)
        ids = {f"change-person-{getattr(cast, name).person_id}" for name in found}
        assert {b.key for b in hugo.button if str(b.key).startswith("change-person-")} == ids


def test_a_right_that_was_taken_away_counts_at_the_next_click(cast: Cast, hugo: Seen) -> None:
    part(hugo, "Areas")
    with cast.database.begin() as session:
        people.welcome(session, Profile("Second", rights=frozenset({("admin", None)})), by=cast.hugo)
        row = people.person(session, cast.hugo.person_id or 0)
        people.change(session, row.id, Profile("Hugo"), seen=row.version, by=cast.hugo)
    add_area(hugo, "Training")
    assert "Ask one of them: Second." in hugo.info[0].value
    with cast.database.read() as session:
        assert company.area_named(session, "Training") is None


@pytest.mark.parametrize("who", ["ana", "fabio", "gina", "iris"])
def test_the_rooms_refuse_whoever_does_not_administer(cast: Cast, who: str) -> None:
    by: Mandate = getattr(cast, who)
    with cast.database.begin() as session:
        for do in (
            lambda: company.change(session, Settings("Mine"), seen=1, by=by),
            lambda: company.open_area(session, name="Mine", sphere="sales", by=by),
            lambda: company.archive_area(session, cast.area["sales"], seen=1, by=by, at=MONDAY),
            lambda: people.welcome(session, Profile("Me"), by=by),
            lambda: people.archive(session, cast.hugo.person_id or 0, seen=1, by=by, at=MONDAY),
        ):
            with pytest.raises(Refused, match="Only an administrator"):
                do()
