"""The steps of moving in, as Rosa sees them on the page."""

import pytest
from streamlit.testing.v1 import AppTest

from coord import company, moving_in, people
from coord.db import Database
from coord.moving_in import Wish
from coord.people import Mandate
from coord.text import Words
from tests.cast import MONDAY, Cast
from tests.pages import press, visit, words
from tests.test_moving_in import Aurora

t = Words("pt-BR")  # which Rosa reads


@pytest.fixture
def aurora(database: Database) -> Aurora:
    return Aurora(database)


def field(seen: AppTest, kind: str, begins: str) -> str:
    """The key of the field whose name begins like this; the end is new at each drawing."""
    return next(one.key for one in seen.get(kind) if one.key.startswith(begins))


def test_rosa_goes_from_the_company_to_the_hour_and_the_areas(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup")
    assert t("Step {n} of {all}", n=1, all=5) in words(seen)
    press(seen, "setup-save")
    assert t("Step {n} of {all}", n=2, all=5) in words(seen)
    assert "3 de março de 2026" in words(seen)
    press(seen, "setup-save")
    seen.segmented_control(key=field(seen, "button_group", "kind-")).set_value("goods").run()
    seen.checkbox(key=field(seen, "checkbox", "wanted-goods-sales-0")).uncheck()
    seen.text_input(key=field(seen, "text_input", "area-goods-after_sales-3")).input("Rua <b>")
    seen.text_input(key=field(seen, "text_input", "area-after_sales-0")).input("Frota").run()
    press(seen, "setup-save")
    assert t("Step {n} of {all}", n=4, all=5) in words(seen)
    names = [area.name for area in aurora.look(company.areas)]
    assert len(names) == 9
    assert {"Frota", "Rua <b>"} < set(names)
    press(press(seen, "setup-back"), "setup-save")  # back, and saved again: nothing comes twice
    assert len(aurora.look(company.areas)) == 9


def test_a_bad_address_keeps_every_line_and_says_which(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    areas = aurora.areas(Wish("Vendas", "sales"), Wish("Entrega", "after_sales"))
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="heads")
    vendas, entrega = (f"head-{areas[name]}-0" for name in ("Vendas", "Entrega"))
    for line, name, email in ((vendas, "Ana", "ana@aurora.example"), (entrega, "Caio", "caio")):
        seen.text_input(key=field(seen, "text_input", f"who-{line}")).input(name)
        seen.text_input(key=field(seen, "text_input", f"mail-{line}")).input(email)
    press(seen, "setup-save")
    assert "Entrega" in seen.error[0].value
    assert seen.text_input(key=field(seen, "text_input", f"who-{vendas}")).value == "Ana"
    seen.text_input(key=field(seen, "text_input", f"mail-{entrega}")).input("caio@aurora.example")
    press(seen, "setup-save")
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Caio"}
    press(seen, "setup-invite-all")
    assert [code.value.count("/invitation/") for code in seen.code] == [1, 1]
    press(seen, "setup-finish")
    assert aurora.look(company.the).moved_in_at == MONDAY


def test_the_second_click_of_two_presses_nothing_on_the_step_that_comes(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    aurora.areas(Wish("Vendas", "sales"))
    seen, pressed = visit(monkeypatch, aurora.database, aurora.rosa, "setup"), set[str]()
    for _ in range(4):
        there = {str(button.key) for button in seen.button}
        assert pressed.isdisjoint(there)
        pressed |= there
        press(seen, "setup-save")


def test_an_area_that_was_taken_away_again_can_be_typed_a_second_time(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    vendas = aurora.areas(Wish("Vendas", "sales"))["Vendas"]
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="areas")
    for _ in range(2):
        seen.text_input(key=field(seen, "text_input", "area-sales-0")).input("Frota").run()
        press(seen, "setup-save")
        (frota,) = (area.id for area in aurora.look(company.areas) if area.id != vendas)
        press(seen, "setup-back")
        seen.checkbox(key=field(seen, "checkbox", f"wanted-{frota}-")).uncheck()
        press(press(seen, "setup-save"), "setup-back")
        assert [area.name for area in aurora.look(company.areas)] == ["Vendas"]


def test_a_head_whose_line_was_emptied_can_be_named_a_second_time(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    line = f"head-{aurora.areas(Wish('Vendas', 'sales'))['Vendas']}-0"
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="heads")
    for name in ("Ana", "", "Ana"):
        seen.text_input(key=field(seen, "text_input", f"who-{line}")).input(name)
        seen.text_input(key=field(seen, "text_input", f"mail-{line}")).input(name and "ana@aurora.example")
        press(press(seen, "setup-save"), "setup-back")
        assert aurora.heads() == {"Vendas": name}


def test_rosa_who_directs_too_goes_on_from_the_heads_and_still_directs(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    aurora.areas(Wish("Vendas", "sales"))
    aurora.name(moving_in.Post("director", name="Rosa", email="rosa@aurora.example"))
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="heads")
    assert seen.text_input(key=field(seen, "text_input", "who-director-0-0")).value == "Rosa"
    press(seen, "setup-save")
    assert ("director", None) in aurora.look(people.rights)[aurora.rosa.person_id]


def test_a_list_that_is_pasted_fills_the_lines_and_what_fits_none_is_left(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    aurora.areas(Wish("Vendas", "sales"), Wish("Entrega", "after_sales"), Wish("Frota", "after_sales"))
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="heads")
    pasted = "vendas; Ana; ana@aurora.example\nENTREGA\tCaio\tcaio@aurora.example\nFrotta, X, x@y\nFrota"
    seen.text_area(key=field(seen, "text_area", "list-")).input(pasted)
    press(seen, "setup-fill")
    assert seen.text_area(key=field(seen, "text_area", "list-")).value == "Frotta, X, x@y\nFrota"
    assert t("What is left here names no area of the list, or lacks a name or an address.") in words(seen)
    press(seen, "setup-save")
    assert aurora.heads() == {"Vendas": "Ana", "Entrega": "Caio", "Frota": ""}


def test_one_without_an_address_keeps_nobody_from_being_invited(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    areas = aurora.areas(Wish("Vendas", "sales"), Wish("Entrega", "after_sales"))
    with aurora.database.begin() as session:
        for name, area, email in (("Ana", "Vendas", "ana@aurora.example"), ("Caio", "Entrega", None)):
            head = frozenset({("head", areas[area])})
            people.welcome(session, people.Profile(name, email, rights=head), by=aurora.rosa)
    seen = visit(monkeypatch, aurora.database, aurora.rosa, "setup", step="invitations")
    assert t("{name} needs an e-mail address first: people sign in with it.", name="Caio") in words(seen)
    press(seen, "setup-invite-all")
    assert not seen.error
    assert [("Ana" in code.value, code.value.count("/invitation/")) for code in seen.code] == [(True, 1)]


def test_today_leads_an_administrator_to_what_is_left_until_the_company_has_moved_in(
    monkeypatch: pytest.MonkeyPatch, aurora: Aurora
) -> None:
    seen = visit(monkeypatch, aurora.database, aurora.rosa)
    assert t("Moving in: {done} of {all} steps are done.", done=0, all=5) in words(seen)
    aurora.name(moving_in.Post("director", name="Gina", email="gina@aurora.example"))
    (gina,) = (p.person_id for p in aurora.look(aurora.posts) if p.right == "director")
    by: Mandate = aurora.look(lambda s: people.mandate(s, gina))
    assert "steps are done" not in words(visit(monkeypatch, aurora.database, by))
    assert "An administrator sets the company up" in words(visit(monkeypatch, aurora.database, by, "setup"))


def test_a_company_that_has_moved_in_is_not_asked(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> None:
    assert "steps are done" not in words(visit(monkeypatch, cast.database, cast.hugo))
