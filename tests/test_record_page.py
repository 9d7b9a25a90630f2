"""Administrators read the record, and hear when others change rights."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from coord import accounts, backup, company, departures, notices, people, record, requests
from coord.notices import rights
from coord.people import Mandate, Profile
from coord.record import Wanted
from coord.refusal import Refused
from coord.text import Words
from coord.ui import record_words
from coord.ui.record_words import Known
from tests.cast import DAY, FRIDAY, HOUR, MONDAY, Cast
from tests.mailbox import choose, set_up
from tests.pages import visit, words


def give(cast: Cast, who: Mandate, *rights: tuple[str, int | None], by: Mandate, at: int = MONDAY) -> None:
    with cast.database.begin(by=by.person_id, at=at) as session:
        row = people.person(session, who.person_id or 0)
        wish = Profile(row.name, row.email, row.area_id, "en", "UTC", rights=frozenset(rights))
        people.change(session, row.id, wish, seen=row.version, by=by)


def told(cast: Cast, t: Words = Words()) -> list[list[str]]:
    """Every entry in sentences, the oldest first."""
    with cast.database.read() as session:
        known = Known(t, people.names(session, t), {1: "Sales", 2: "Product", 3: "Support", 4: "Billing"})
        return [
            record_words.sentences(known, e)
            for e in reversed(record.entries(session, Wanted(), by=cast.hugo))
        ]


def test_the_record_is_told_in_sentences(cast: Cast) -> None:
    product = cast.area["product"]
    give(cast, cast.bruno, ("head", product), ("admin", None), by=cast.hugo)
    with cast.database.begin(by=cast.bruno.person_id) as session:
        people.dismiss(session, cast.davi.person_id or 0, product, by=cast.bruno)
    row = cast.ask()
    with cast.database.begin(by=cast.bruno.person_id) as session:
        requests.move(session, row.id, "promise", by=cast.bruno, at=MONDAY, day=FRIDAY)
    with cast.database.begin(by=cast.hugo.person_id) as session:
        accounts.invite(session, cast.ana.person_id or 0, by=cast.hugo, at=MONDAY)
    with cast.database.begin(by=cast.hugo.person_id) as session:
        departures.erase(session, cast.elsa.person_id or 0, name="Elsa", by=cast.hugo, at=MONDAY)
    with cast.database.begin(by=cast.ana.person_id) as session:
        accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY)
    _, given, taken, asked, promised, invited, erased, signed_in = told(cast)
    assert given == ["Hugo gave Bruno the right Administrator"]
    assert taken == ["Bruno took from Davi the right Deputy for Product"]
    assert asked == ["The server: Ask"]
    assert promised == ["Bruno: Promise"]
    assert invited == ["Hugo invited Ana"]
    assert "Hugo erased a person" in erased
    assert "Hugo took from A former member the right Head for Billing" in erased
    assert signed_in == ["Ana signed in"]


def test_an_invitation_that_ends_the_one_before_is_told_as_one_thing(cast: Cast) -> None:
    for _ in range(2):
        with cast.database.begin(by=cast.hugo.person_id) as session:
            accounts.invite(session, cast.ana.person_id or 0, by=cast.hugo, at=MONDAY)
    assert told(cast)[-2:] == [["Hugo invited Ana"], ["Hugo invited Ana"]]


def test_hugo_reads_the_record_and_ana_is_refused_in_the_query_too(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    cast.ask("Send the list")
    give(cast, cast.bruno, ("head", cast.area["product"]), ("director", None), by=cast.hugo, at=MONDAY + HOUR)
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", at=MONDAY + 2 * HOUR, part="record")
    assert "Hugo gave Bruno the right Director" in words(seen)
    assert "**Send the list**" in [link.proto.label for link in seen.get("page_link")]
    assert "All is as it was written" in words(seen)
    assert "does not stand here" not in words(seen)
    backup.take(cast.database, at=MONDAY + 2 * HOUR)
    noted = "which does not stand here: entries were taken away or changed"
    with cast.database.writer.begin() as connection:  # past Coord
        connection.execute(delete(record.Entry).where(record.Entry.id > 2))
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", at=MONDAY + 3 * HOUR, part="record")
    assert "All is as it was written" in words(seen)
    assert noted in words(seen)
    with cast.database.read() as session, pytest.raises(Refused, match="Only an administrator"):
        record.entries(session, Wanted(), by=cast.ana)
    with cast.database.read() as session, pytest.raises(Refused, match="Only an administrator"):
        record.how_many(session, Wanted(), by=cast.ana)


def test_a_file_is_put_together_with_the_rights_that_one_has_by_then(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(cast, cast.gina, ("admin", None), by=cast.hugo)
    offered: list[Any] = []
    monkeypatch.setattr(st, "download_button", lambda *_, data, **__: offered.append(data))
    visit(monkeypatch, cast.database, cast.gina, "company", part="record")
    assert b"Gina" in offered[-1]()
    give(cast, cast.gina, by=cast.hugo)
    with pytest.raises(Refused, match="Only an administrator"):
        offered[-1]()


def test_entries_are_found_by_kind_by_person_and_by_day(cast: Cast) -> None:
    cast.ask()
    give(cast, cast.bruno, ("director", None), by=cast.hugo, at=MONDAY)
    give(cast, cast.bruno, ("facilitator", None), by=cast.hugo, at=MONDAY + DAY)

    def found(**wish: Any) -> list[int]:
        with cast.database.read() as session:
            there = record.entries(session, Wanted(**wish), by=cast.hugo)
            assert record.how_many(session, Wanted(**wish), by=cast.hugo) == len(there)
            return [entry.id for entry in there]

    assert found(kinds=("requests",)) == [2]
    assert found(person_id=cast.hugo.person_id) == [4, 3]
    assert found(since=MONDAY, until=MONDAY + DAY) == [3]


def test_a_second_administrator_sees_on_today_whose_rights_were_changed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(cast, cast.gina, ("admin", None), by=cast.hugo, at=MONDAY)
    give(cast, cast.bruno, ("head", cast.area["product"]), ("admin", None), by=cast.hugo, at=MONDAY + HOUR)
    seen = visit(monkeypatch, cast.database, cast.gina, at=MONDAY + 2 * HOUR)
    assert "Hugo gave Bruno the right Administrator" in words(seen)
    for other in (cast.hugo, cast.ana):
        assert "the right Administrator" not in words(
            visit(monkeypatch, cast.database, other, at=MONDAY + 2 * HOUR)
        )


def test_the_command_line_s_doing_is_everybody_s_news_and_the_server_s_nobody_s(cast: Cast) -> None:
    with cast.database.begin(source="command", at=MONDAY) as session:
        accounts.reset_code(session, cast.ana.person_id or 0, by=people.CONSOLE, at=MONDAY)
    with cast.database.begin(at=MONDAY) as session:
        accounts.reset_code(session, cast.bruno.person_id or 0, by=people.CONSOLE, at=MONDAY)
    with cast.database.read() as session:
        found = notices.changes_of_rights(session, Words(), since=MONDAY, but=cast.hugo.person_id)
    assert [one.sentence for one in found] == ["The server's command line made Ana a code for a new password"]


def news(cast: Cast, but: Mandate) -> list[str]:
    """What an administrator hears of, the oldest first."""
    with cast.database.read() as session:
        found = notices.changes_of_rights(session, Words(), since=MONDAY, but=but.person_id)
    return [one.sentence for one in reversed(found)]


def test_who_is_signed_out_is_told_by_name_and_nobody_else_is(cast: Cast) -> None:
    ana = cast.ana.person_id or 0
    with cast.database.begin() as session:
        for _ in range(6):
            accounts.sign_in(session, ana, at=MONDAY)
    with cast.database.begin(by=cast.hugo.person_id) as session:
        accounts.sign_out_everywhere(session, ana, by=cast.hugo)
    with cast.database.begin() as session:
        accounts.sign_in(session, ana, at=MONDAY)
    with cast.database.begin(at=MONDAY + 200 * DAY) as session:
        accounts.tidy(session, at=MONDAY + 200 * DAY)
    assert told(cast)[-3:] == [["Ana was signed out"], ["Ana signed in"], ["The server removed: Sign-in"]]


def test_an_administrator_who_is_archived_or_brought_back_is_news(cast: Cast) -> None:
    gina = cast.gina.person_id or 0
    give(cast, cast.gina, ("admin", None), by=cast.hugo)
    with cast.database.begin(by=cast.hugo.person_id, at=MONDAY) as session:
        people.archive(session, gina, seen=people.person(session, gina).version, by=cast.hugo, at=MONDAY)
    with cast.database.begin(by=cast.hugo.person_id, at=MONDAY) as session:
        people.restore(session, gina, seen=people.person(session, gina).version, by=cast.hugo)
    assert news(cast, but=cast.bruno)[-2:] == [
        "Hugo archived Gina",
        "Hugo brought Gina back, with the rights they had",
    ]


def test_what_was_done_before_many_others_arrived_is_still_news(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rights, "PAGE", 3)
    give(cast, cast.gina, ("admin", None), by=cast.hugo)
    for who in (cast.ana, cast.bruno, cast.carla, cast.davi, cast.elsa, cast.fabio, cast.iris):
        person_id = who.person_id or 0
        with cast.database.begin(by=person_id, at=MONDAY) as session:
            row = people.person(session, person_id)
            people.present_oneself(session, person_id, name=row.name, about="Here I am", language="en", zone="UTC",
                                   seen=row.version, by=who)  # fmt: skip
    assert sorted(news(cast, but=cast.bruno)) == [
        "Hugo gave Gina the right Administrator",
        "Hugo took from Gina the right Director",
    ]


def test_people_who_were_added_at_once_had_no_rights_that_could_change(cast: Cast) -> None:
    with cast.database.begin(by=cast.hugo.person_id, at=MONDAY) as session:
        for n in range(record.ROWS + 1):
            people.welcome(session, Profile(f"Person {n}", None, None, "en", "UTC"), by=cast.hugo)
    assert told(cast)[-1] == ["Hugo added: 21 people"]
    assert news(cast, but=cast.gina) == []


def test_of_many_things_it_is_said_how_many_in_the_reader_s_language(cast: Cast) -> None:
    with cast.database.begin(by=cast.hugo.person_id) as session:
        for n in range(9):
            company.open_area(session, name=f"Area {n}", sphere="sales", by=cast.hugo)
    for language, said in (
        ("en", "added: 9 areas"),
        ("pt-BR", "acrescentou: 9 áreas"),
        ("es", "añadió: 9 áreas"),
    ):
        assert told(cast, Words(language))[-1] == [f"Hugo {said}"]


def test_the_other_administrators_get_one_letter_about_it_whatever_they_chose(cast: Cast) -> None:
    give(cast, cast.gina, ("admin", None), by=cast.hugo, at=MONDAY - DAY)
    set_up(cast, 25)  # notices are on since Monday morning
    choose(cast, cast.gina, kinds=frozenset())
    give(cast, cast.bruno, ("head", cast.area["product"]), ("director", None), by=cast.hugo, at=MONDAY + HOUR)

    def written(at: int) -> list[tuple[int, str]]:
        with cast.database.begin() as session:
            notices.write_due(session, at)
            rows = session.scalars(select(notices.Letter).order_by(notices.Letter.id))
            return [(row.person_id, row.subject) for row in rows]

    assert written(MONDAY + HOUR - 1) == []
    once = [(cast.gina.person_id, "Hugo gave Bruno the right Director")]
    for at in (MONDAY + HOUR, MONDAY + 2 * HOUR, MONDAY + 9 * DAY):
        assert written(at) == once


def test_of_many_changes_ten_are_in_a_letter_and_the_rest_in_the_next(cast: Cast) -> None:
    give(cast, cast.gina, ("admin", None), by=cast.hugo, at=MONDAY - DAY)
    set_up(cast, 25)
    choose(cast, cast.gina, kinds=frozenset())
    held = [("director", None), ("facilitator", None)] * 7
    for one in held:
        give(cast, cast.bruno, one, by=cast.hugo, at=MONDAY + HOUR)  # all of them at one instant
    told = []
    for minute in range(3):
        with cast.database.begin() as session:
            notices.write_due(session, MONDAY + HOUR + 60 * minute)
            letters = notices.letters_to(session, cast.gina.person_id or 0)
            told.append(["".join(one.text for one in letters).count("Hugo gave Bruno"), len(letters)])
    assert told == [[10, 1], [14, 2], [14, 2]]


def test_ana_takes_her_data_along_and_hugo_erases_bruno_after_typing_his_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path / "backups"))
    seen = visit(monkeypatch, cast.database, cast.ana, "account")
    assert "ask Hugo" in words(seen)
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", part="people")
    row = cast.bruno.person_id or 0
    seen.button(key=f"change-person-{row}").click().run()
    button(seen, "erase-person").click().run()
    assert "They head Product" in words(seen)
    button(seen, "erase-now").click().run()
    assert "Type the name" in words(seen)
    next(one for one in seen.text_input if (one.key or "").startswith("confirm")).input("Bruno").run()
    button(seen, "erase-now").click().run()
    assert not seen.exception
    assert "Bruno" not in words(seen)
    with cast.database.read() as session:
        assert [one for one, _ in departures.erased(session)] == [row]
        (entry,) = record.entries(session, Wanted(("rights",)), by=cast.hugo, most=1)
        assert (entry.person_id, entry.source, entry.at) == (cast.hugo.person_id, "page", MONDAY)
        founded_at = company.the(session).founded_at
    assert departures.remembered(tmp_path / "backups", founded_at) == [(row, MONDAY)]


def test_an_erasure_is_done_where_the_list_of_who_was_erased_can_t_be_read_and_the_next_backup_tells_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COORD_BACKUPS", str(tmp_path))
    ledger, row = tmp_path / "erased.json", cast.bruno.person_id or 0
    ledger.write_text('{"17')
    seen = visit(monkeypatch, cast.database, cast.hugo, "company", part="people")
    seen.button(key=f"change-person-{row}").click().run()
    button(seen, "erase-person").click().run()
    next(one for one in seen.text_input if (one.key or "").startswith("confirm")).input("Bruno").run()
    button(seen, "erase-now").click().run()
    assert not seen.exception
    assert not [one for one in seen.button if (one.key or "").startswith("erase-now")]
    ledger.unlink()
    backup.take(cast.database, at=MONDAY)
    with cast.database.read() as session:
        assert departures.remembered(tmp_path, company.the(session).founded_at) == [(row, MONDAY)]


def button(seen: AppTest, begins: str) -> Any:
    """The button whose key begins like this."""
    return next(one for one in seen.button if (one.key or "").startswith(begins))
