"""Somebody types one line while the others speak: it becomes a request with its area and its day."""

from datetime import date

import pytest

from coord.meetings.capture import Captured, captured

MONDAY = date(2026, 3, 2)
AREAS = {1: "Support", 2: "Sales engineering", 3: "Product", 4: "Faturamento", 5: "Éxito del cliente"}


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        (
            "Support: export of open tickets by Friday",
            Captured("export of open tickets", None, 1, date(2026, 3, 6)),
        ),
        ("Support: export of open tickets", Captured("export of open tickets", None, 1)),
        ("suport: the list until 12/3", Captured("the list", None, 1, date(2026, 3, 12))),
        ("Product > Support: send the list tomorrow", Captured("send the list", 3, 1, date(2026, 3, 3))),
        ("faturamento: enviar a nota até sexta-feira", Captured("enviar a nota", None, 4, date(2026, 3, 6))),
        ("Faturamento: enviar a nota até 12 de março", Captured("enviar a nota", None, 4, date(2026, 3, 12))),
        ("Exito del cliente: la lista hasta el viernes", Captured("la lista", None, 5, date(2026, 3, 6))),
        ("Product: figures by the next meeting", Captured("figures", None, 3, date(2026, 3, 10))),
        ("sales: two offers by 5 Dec", Captured("two offers", None, 2, date(2026, 12, 5))),
        ("Support: answer on 2026", Captured("answer on 2026", None, 1)),
        ("Support: what we may", Captured("what we may", None, 1)),
        ("Support: the figures by 1/2", Captured("the figures", None, 1, date(2027, 2, 1))),
        ("Support: by 31/2", Captured("by 31/2", None, 1)),
    ],
)
def test_a_line_says_to_whom_what_and_until_when(line: str, meant: Captured) -> None:
    assert captured(line, areas=AREAS, today=MONDAY, meeting_on=date(2026, 3, 10)) == meant


@pytest.mark.parametrize(
    "line", ["Note: this is only a note", "Warehouse: ten boxes", ": nothing before", "Support:"]
)
def test_what_names_no_area_is_left_as_it_was_typed(line: str) -> None:
    assert captured(line, areas=AREAS, today=MONDAY) == Captured(line)


def test_an_abbreviation_that_could_be_a_word_is_a_day_only_after_a_preposition() -> None:
    assert captured("Product: see the sea in mar", areas=AREAS, today=MONDAY).day is None
    assert captured("Product: los datos para el mar", areas=AREAS, today=MONDAY).day == date(2026, 3, 3)
