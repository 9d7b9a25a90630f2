"""A person asks for their data, and to be erased: who they are goes, what they did stays, also after a restore."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from coord import (
    accounts,
    company,
    departures,
    exchange,
    issues,
    meetings,
    migrations,
    notices,
    people,
    record,
    requests,
)
from coord.db import Base
from coord.departures import erasure
from coord.meetings import Recording
from coord.people import CONSOLE, Mandate, Person, Profile
from coord.refusal import Refused
from coord.text import Words
from tests.cast import DAY, FRIDAY, MONDAY, Cast
from tests.conftest import left_in_the_files
from tests.mailbox import set_up

EN = Words()


def erase(cast: Cast, who: Mandate, name: str, *, by: Mandate | None = None) -> None:
    by = by or cast.hugo
    with cast.database.begin(by=by.person_id, at=MONDAY) as session:
        departures.erase(session, who.person_id or 0, name=name, by=by, at=MONDAY)


def named(cast: Cast, name: str) -> dict[str, list[Any]]:
    """Every row of every table in which a name is spelled out."""
    found: dict[str, list[Any]] = {}
    with cast.database.read() as session:
        for table in Base.metadata.sorted_tables:
            rows = [
                row for row in session.execute(select(table)) if name.casefold() in str(tuple(row)).casefold()
            ]
            if rows:
                found[table.name] = rows
    return found


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Bruno has asked, promised, written, and is signed in; Ana's words name him."""
    row = cast.move(cast.ask("Send the list"), "promise", by="bruno", at=MONDAY, day=FRIDAY)
    cast.move(row, "note", by="ana", at=MONDAY, text="Bruno has the list")
    cast.ask("Ask Bruno for the keys", by="carla", to="billing")
    bruno = cast.bruno.person_id or 0
    with cast.database.begin() as session:
        accounts.sign_in(session, bruno, at=MONDAY)
        accounts.calendar_address(session, bruno, MONDAY)
        notices.choose(session, notices.Wish(kinds=frozenset({"due"})), seen=0, by=cast.bruno)
        issues.write(session, from_area=cast.area["product"], to_area=cast.area["billing"], happened="It was late",
                     by=cast.bruno, at=MONDAY)  # fmt: skip
    return cast


def test_hugo_erases_bruno_and_what_bruno_did_stays_with_a_former_member(told: Cast) -> None:
    erase(told, told.bruno, "bruno")
    with told.database.read() as session:
        row = people.person(session, told.bruno.person_id or 0)
        assert (row.name, row.email, row.email_folded, row.erased_at) == ("", None, None, MONDAY)
        assert people.name_of(row, EN) == "A former member"
        assert people.name_of(row, Words("es")) == people.names(session, Words("es"))[row.id]
        story = requests.story(session, 1)
        assert [event.person_id for event in story] == [told.ana.person_id, row.id, told.ana.person_id]
        assert people.rights(session).get(row.id) is None
        assert exchange.own.check(session) == (2, [])
        assert record.check(session).broken is None
    spelled = named(told, "bruno")
    assert spelled.keys() == {"events", "requests"}  # what people typed stays as they typed it


def test_nothing_of_bruno_is_left_in_the_files_of_the_database_either(told: Cast) -> None:
    assert left_in_the_files(told.database, "bruno@casaclara.example")
    erase(told, told.bruno, "Bruno")
    assert left_in_the_files(told.database, "bruno@casaclara.example") == 0


def test_before_it_is_done_hugo_sees_what_it_will_touch(told: Cast) -> None:
    with told.database.read() as session:
        found = departures.touched(session, told.bruno.person_id or 0)
    assert found.stays == {"requests": 1}  # nor how many issues Bruno wrote: their author is shown nowhere
    assert found.goes == 4  # a right, a device, a calendar's address, a choice of notices
    assert found.heads == [told.area["product"]]
    assert found.mentions == 1


def test_the_name_has_to_be_typed_and_the_last_administrator_stays(told: Cast) -> None:
    for name in ("Ana", "", None):
        with pytest.raises(Refused, match="Type the name"), told.database.begin() as session:
            departures.erase(session, told.bruno.person_id or 0, name=name, by=told.hugo, at=MONDAY)
    with pytest.raises(Refused, match="stay an administrator"):
        erase(told, told.hugo, "Hugo")
    with pytest.raises(Refused, match="Only an administrator"):
        erase(told, told.bruno, "Bruno", by=told.bruno)
    assert "people" in named(told, "bruno")


def test_whoever_is_erased_is_never_changed_brought_back_or_invited_and_the_address_is_free(
    told: Cast,
) -> None:
    erase(told, told.bruno, "Bruno")
    bruno = told.bruno.person_id or 0
    with told.database.begin() as session:
        seen = people.person(session, bruno).version
        for do in (
            lambda: people.restore(session, bruno, seen=seen, by=told.hugo),
            lambda: people.change(session, bruno, Profile("Bruno"), seen=seen, by=told.hugo),
            lambda: accounts.invite(session, bruno, by=told.hugo, at=MONDAY),
            lambda: accounts.reset_code(session, bruno, by=told.hugo, at=MONDAY),
            lambda: departures.erase(session, bruno, name="", by=told.hugo, at=MONDAY),
        ):
            with pytest.raises(Refused):
                do()
        new = people.welcome(session, Profile("Bruno", "bruno@casaclara.example"), by=told.hugo)
        assert new.id != bruno


def test_a_name_that_the_program_itself_wrote_goes_too(cast: Cast) -> None:
    bruno = cast.bruno.person_id or 0
    with cast.database.begin() as session:
        meetings.arrange(session, meetings.Arrangement(facilitators=(cast.fabio.person_id or 0,)), seen=0,
                         by=cast.fabio, at=MONDAY)  # fmt: skip
        hour = meetings.current(session, at=MONDAY)
        assert hour is not None
        hour.started_at, hour.state = MONDAY, "live"
        session.add(
            Recording(
                meeting_id=hour.id, at=MONDAY, kind="handover", person_id=cast.fabio.person_id, text="Bruno"
            )
        )
        meetings.record(
            session, hour.id, "decision", text="Keys go back", decided_by="bruno", by=cast.fabio, at=MONDAY
        )
        item = meetings.Item(meeting_id=hour.id, section="issues", place=1, kind="role_unacknowledged", title="A role",
                             reason={"message": "", "many": "", "facts": {"names": ["words", "Ana, Bruno"]}})  # fmt: skip
        session.add(item)
    cast.fabio = replace(cast.fabio, meeting_id=hour.id)
    cast.move(
        cast.ask("Send the keys"), "decide", by="fabio", at=MONDAY, text="On Friday", decided_by="Bruno"
    )
    erase(cast, cast.bruno, "Bruno")
    assert named(cast, "bruno") == {}
    with cast.database.read() as session:
        assert session.get_one(meetings.Item, item.id).reason["facts"]["names"] == [
            "words",
            "Ana, A former member",
        ]
        minutes = meetings.minutes(session, hour.id)
        assert people.called(people.person(session, bruno)) == minutes.people[bruno] == "A former member"


@pytest.mark.parametrize(
    ("was", "left"),
    [
        ("Silva, Ana", "Ana Souza, A former member, Bruno"),
        ("Bruno", "Ana Souza, Silva, Ana, A former member"),
        ("Souza", "Ana Souza, Silva, Ana, Bruno"),
    ],
)
def test_a_name_goes_whole_from_a_list_of_names_also_one_with_a_comma(was: str, left: str) -> None:
    reason = {"message": "", "facts": {"names": ["words", "Ana Souza, Silva, Ana, Bruno"]}}
    assert erasure._without(reason, was, "A former member")["facts"] == {"names": ["words", left]}


def test_a_letter_to_another_administrator_about_bruno_names_him_no_more(cast: Cast) -> None:
    set_up(cast, 25)
    for who, rights in (
        (cast.gina, {("admin", None)}),
        (cast.bruno, {("head", cast.area["product"]), ("director", None)}),
    ):
        with cast.database.begin(by=cast.hugo.person_id, at=MONDAY) as session:
            row = people.person(session, who.person_id or 0)
            name = "Bruno D'Ávila" if who is cast.bruno else row.name
            wish = Profile(name, row.email, row.area_id, rights=frozenset(rights))
            people.change(session, row.id, wish, seen=row.version, by=cast.hugo)
    with cast.database.begin() as session:
        notices.write_due(session, MONDAY + 60)
    assert "letters" in named(cast, "bruno d")
    erase(cast, cast.bruno, "Bruno D'Ávila")
    assert named(cast, "bruno d") == {}
    with cast.database.read() as session:
        (letter,) = notices.letters_to(session, cast.gina.person_id or 0)
    assert "Hugo gave A former member the right Director" in letter.subject


def test_every_column_that_names_a_person_is_known_to_go_or_to_be_told() -> None:
    tables = {table.name for table in erasure.naming()}
    placed = {table for kind in record.KINDS.values() for table in kind} | set(erasure.GOING)
    assert tables <= placed | record.UNTOLD
    assert tables <= departures.own_data.TITLES.keys()
    assert set(erasure.GOING) <= {*migrations.METADATA.tables}


def files(packed: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        return {
            name[3:-4]: list(csv.reader(io.StringIO(found.read(name).decode("utf-8-sig"))))
            for name in found.namelist()
            if name.endswith(".csv")
        }


def test_bruno_is_given_everything_that_is_kept_about_him(told: Cast) -> None:
    with told.database.read() as session:
        packed = departures.told_of(session, told.bruno.person_id or 0, EN, by=told.bruno, at=MONDAY + DAY)
    sheets = files(packed)
    assert {"Profile", "Rights", "Devices that are signed in", "Calendar address", "Notices", "Moves on requests",
            "Issues that I wrote"} <= sheets.keys()  # fmt: skip
    assert "bruno@casaclara.example" in sheets["Profile"][1]
    (move,) = sheets["Moves on requests"][1:]
    assert {"promise", "Send the list", "Product", "2026-03-06", "2026-03-02 09:00"} <= set(move)
    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        raw = json.loads(found.read("data.json"))
        assert raw["issues"][0]["happened"] == "It was late"
        assert "Bruno" in found.read("Read me.txt").decode()
    with told.database.read() as session:
        secret = session.scalars(select(accounts.SignIn.token_hash)).one()
    assert secret.encode() not in b"".join(map(str.encode, map(str, sheets.values())))


def test_an_administrator_is_not_told_what_bruno_wrote_without_his_name_and_others_are_told_nothing(
    told: Cast,
) -> None:
    bruno = told.bruno.person_id or 0
    with told.database.read() as session:
        sheets = files(departures.told_of(session, bruno, EN, by=told.hugo, at=MONDAY))
        assert "Moves on requests" in sheets
        assert "Issues that I wrote" not in sheets
        with pytest.raises(Refused, match="Only the person themselves"):
            departures.told_of(session, bruno, EN, by=told.ana, at=MONDAY)


def test_a_cell_that_a_spreadsheet_would_run_is_guarded(cast: Cast) -> None:
    cast.ask("=HYPERLINK(1)", by="bruno", to="billing")
    with cast.database.read() as session:
        sheets = files(departures.told_of(session, cast.bruno.person_id or 0, EN, by=cast.bruno, at=MONDAY))
    assert "'=HYPERLINK(1)" in sheets["Moves on requests"][1]


def test_an_erasure_survives_a_restore_by_the_ledger_beside_the_backups(told: Cast, tmp_path: Path) -> None:
    bruno, folder = told.bruno.person_id or 0, tmp_path / "backups"
    with told.database.begin() as session:
        zoe = people.welcome(session, Profile("Zoe"), by=told.hugo).id
        kept = {c.name: getattr(people.person(session, bruno), c.name) for c in Person.__table__.columns}
    erase(told, told.bruno, "Bruno")
    with told.database.begin() as session:
        departures.erase(session, zoe, name="Zoe", by=told.hugo, at=MONDAY)
        departures.remember(session, folder)
        founded_at = company.the(session).founded_at
    assert (folder / "erased.json").stat().st_mode & 0o777 == 0o600
    assert "runo" not in (folder / "erased.json").read_text()
    assert departures.remembered(folder, founded_at) == [(bruno, MONDAY), (zoe, MONDAY)]
    assert departures.remembered(folder, founded_at + 1) == []
    with told.database.begin() as session:  # an older backup, from before Zoe came and Bruno went
        session.delete(people.person(session, zoe))
        row = people.person(session, bruno)
        for name in ("name", "email", "email_folded", "erased_at", "archived_at"):
            setattr(row, name, kept[name])
    with told.database.begin(source="command") as session:
        assert (
            departures.erase_again(session, dict(departures.remembered(folder, founded_at)), MONDAY + DAY)
            == 1
        )
        assert departures.erased(session) == [(bruno, MONDAY + DAY), (zoe, MONDAY + DAY)]
        new = people.welcome(session, Profile("Yara"), by=CONSOLE)
        assert new.id > zoe  # nobody is given an erased one's number
