"""The record: who did what when, complete by itself, and nothing can be taken out of it unseen."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from coord import accounts, company, issues, meetings, migrations, people, record, requests
from coord.db import removed
from coord.meetings import pulse
from coord.people import Mandate
from coord.record import Entry, Head, chain
from coord.refusal import Refused
from tests.cast import DAY, FOUNDER, FRIDAY, MONDAY, Cast


def told(cast: Cast, since: int = 0) -> list[Entry]:
    with cast.database.read() as session:
        return list(session.scalars(select(Entry).where(Entry.id > since).order_by(Entry.id)))


def last(cast: Cast) -> Entry:
    return told(cast)[-1]


def head(cast: Cast) -> Head:
    with cast.database.read() as session:
        return record.head(session)


def checked(cast: Cast, known: Head | None = None) -> tuple[int, int | None]:
    with cast.database.read() as session:
        return record.check(session, known=known)


def give(cast: Cast, right: str) -> None:
    held = frozenset({("head", cast.area["product"]), (right, None)})
    with cast.database.begin(by=cast.hugo.person_id, at=MONDAY) as session:
        row = people.person(session, cast.bruno.person_id or 0)
        profile = people.Profile(row.name, row.email, row.area_id, "en", "UTC", rights=held)
        people.change(session, row.id, profile, seen=row.version, by=cast.hugo)


def test_hugo_gives_bruno_a_right_and_the_record_says_who_did_what_when(cast: Cast) -> None:
    give(cast, "director")
    entry = last(cast)
    assert (entry.at, entry.person_id, entry.source, entry.kind) == (
        MONDAY,
        cast.hugo.person_id,
        "page",
        "rights",
    )
    (change,) = entry.changes
    assert (change["table"], change["did"]) == ("rights", "added")
    assert change["set"] == {"person_id": cast.bruno.person_id, "right": "director"}


def test_a_right_that_is_taken_is_told_with_what_it_was(cast: Cast) -> None:
    give(cast, "director")
    give(cast, "facilitator")
    did = {(one["did"], one["set"]["right"]) for one in last(cast).changes}
    assert did == {("added", "facilitator"), ("removed", "director")}


def test_no_name_and_nothing_that_people_typed_stands_in_the_record(cast: Cast) -> None:
    row = cast.ask("Send the Zebra list", why="Because of Zebra", customer="Zebra")
    cast.move(row, "counter", by="bruno", at=MONDAY, text="Zebra in two parts", day=FRIDAY)
    with cast.database.begin(by=cast.hugo.person_id) as session:
        person = people.Profile("Zebra", "zebra@casaclara.example", None, "es", "Europe/Lisbon", "Zebra")
        people.welcome(session, person, by=cast.hugo)
        company.open_area(session, name="Zebra", sphere="sales", about="Zebra", by=cast.hugo)
    said = "".join(entry.what for entry in told(cast)).casefold()
    assert not [word for word in ("zebra", "lisbon", "hugo", "casaclara") if word in said]


def test_settings_are_told_by_the_names_of_what_changed(cast: Cast) -> None:
    with cast.database.begin(by=cast.hugo.person_id) as session:
        wish = company.Settings("Casa Clara", zone="Europe/Lisbon", silence_days=5)
        company.change(session, wish, seen=company.the(session).version, by=cast.hugo)
    (change,) = last(cast).changes
    assert change["columns"] == ["silence_days", "zone"]
    assert change["set"] == {"silence_days": 5}


def test_a_transaction_that_fails_leaves_no_entry_and_a_part_that_is_taken_back_none_of_its_own(
    cast: Cast,
) -> None:
    before = head(cast)

    def one_goes_wrong() -> None:
        with cast.database.begin() as session:
            for name in ("Legal", ""):
                company.open_area(session, name=name, sphere="sales", by=FOUNDER)

    with pytest.raises(Refused):
        one_goes_wrong()
    assert head(cast) == before
    with cast.database.begin() as session:
        company.open_area(session, name="Legal", sphere="sales", by=FOUNDER)
        assert not removed(session, people.person(session, cast.ana.person_id or 0))  # her rights name her
    assert [(one["table"], one["did"]) for one in last(cast).changes] == [("areas", "added")]


def test_what_statements_write_past_the_rows_is_told_too(cast: Cast) -> None:
    cast.ask()
    with cast.database.begin() as session:
        session.execute(update(requests.Request).values(state="satisfied"))
        session.execute(text("UPDATE people SET name = 'X', visited_at = 1"))
        session.execute(delete(people.Right).where(people.Right.right == "director"))
        session.execute(update(people.Person).where(people.Person.id == 99_999).values(name="Nobody"))
    assert [(one["table"], one["did"], one["rows"], one.get("columns")) for one in last(cast).changes] == [
        ("requests", "changed", 1, ["state"]),
        ("people", "changed", 9, ["name"]),
        ("rights", "removed", 1, None),
    ]


def test_of_many_rows_only_their_number_is_told(cast: Cast) -> None:
    with cast.database.begin(by=cast.hugo.person_id) as session:
        for n in range(30):
            company.open_area(session, name=f"Area {n}", sphere="sales", by=cast.hugo)
    assert last(cast).changes == [{"table": "areas", "did": "added", "rows": 30}]


def test_being_here_and_what_nobody_does_leaves_no_entry(cast: Cast) -> None:
    with cast.database.begin() as session:
        secret = accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY)
    assert last(cast).kind == "sign-ins"
    assert secret not in last(cast).what
    before = head(cast)
    with cast.database.begin(by=cast.ana.person_id) as session:
        people.visit(session, cast.ana.person_id or 0, MONDAY + DAY)
        accounts.used(session, secret, at=MONDAY + DAY)
    assert head(cast) == before


def test_an_answer_about_the_hour_leaves_no_trace_in_the_record(cast: Cast) -> None:
    with cast.database.begin() as session:
        meetings.arrange(session, meetings.Arrangement(facilitators=(cast.fabio.person_id or 0,)), seen=0,
                         by=cast.fabio, at=MONDAY)  # fmt: skip
        row = meetings.current(session, at=MONDAY)
        assert row is not None
        row.state = "ended"
    before = told(cast)
    with cast.database.begin(by=cast.ana.person_id) as session:
        pulse.answer(session, row.id, heard=5, worth=1, improvement="Shorter", by=cast.ana)
    assert [entry.hash for entry in told(cast)] == [entry.hash for entry in before]


def test_who_wrote_an_issue_is_not_told(cast: Cast) -> None:
    with cast.database.begin(by=cast.ana.person_id) as session:
        issues.write(session, from_area=cast.area["sales"], to_area=cast.area["product"], happened="It was late",
                     factors=sorted(issues.FACTORS)[:1], by=cast.ana, at=MONDAY)  # fmt: skip
    entry = last(cast)
    assert (entry.kind, entry.person_id, entry.source) == ("issues", None, "page")
    assert "author_id" not in entry.what


def test_who_says_that_an_issue_came_again_is_not_told_but_who_ends_it_and_who_looks_after_it_is(
    cast: Cast,
) -> None:
    def did(by: Mandate, do: Any, **facts: Any) -> Any:
        with cast.database.begin(by=by.person_id) as session:
            return do(session, by=by, at=facts.pop("at", MONDAY), **facts)

    first, again = (
        did(cast.gina, issues.write, from_area=cast.area["sales"], to_area=cast.area["product"], happened="It was late")
        for _ in range(2)
    )  # fmt: skip
    change = did(cast.ana, issues.change_procedure, issue_id=first.id, what="Ask sooner", procedure="Asking",
                 owner_area=cast.area["sales"], first_on=FRIDAY, sign="No more of it")  # fmt: skip
    assert last(cast).person_id == cast.ana.person_id
    for do, facts in ((issues.link, {"earlier_id": first.id}), (issues.unlink, {})):
        did(cast.gina, do, issue_id=again.id, **facts)
        assert (last(cast).kind, last(cast).person_id, last(cast).source) == ("issues", None, "page")
    did(cast.ana, issues.check, change_id=change.id, result="recurred", at=MONDAY + 30 * DAY)
    assert last(cast).person_id == cast.ana.person_id


def test_every_table_is_told_under_some_kind_or_known_not_to_be_told() -> None:
    placed = [table for tables in record.KINDS.values() for table in tables]
    assert len(placed) == len(set(placed))
    assert not set(placed) & record.UNTOLD
    assert migrations.METADATA.tables.keys() <= set(placed) | record.UNTOLD


@pytest.fixture
def grown(cast: Cast) -> Cast:
    row = cast.ask()
    for verb in ("promise", "deliver"):
        cast.move(row, verb, by="bruno", at=MONDAY, **({"day": FRIDAY} if verb == "promise" else {}))
    give(cast, "director")
    assert checked(cast) == (5, None)
    return cast


def tamper(cast: Cast, *statements: Any) -> None:
    with cast.database.writer.begin() as connection:  # past Coord, as somebody who has the file would
        for statement in statements:
            connection.execute(statement)


def test_an_entry_that_was_changed_is_noticed(grown: Cast) -> None:
    for facts in ({"person_id": 999}, {"at": 1}, {"source": "server"}, {"kind": "goals"}, {"what": "[]"}):
        (was,) = [entry for entry in told(grown) if entry.id == 5]
        tamper(grown, update(Entry).where(Entry.id == 5).values(facts))
        assert checked(grown) == (5, 5)
        tamper(grown, update(Entry).where(Entry.id == 5).values({name: getattr(was, name) for name in facts}))
        assert checked(grown) == (5, None)


def test_an_entry_that_was_written_anew_with_a_hash_of_its_own_breaks_the_next(grown: Cast) -> None:
    entry = told(grown)[2]
    entry.what = "[]"
    tamper(grown, update(Entry).where(Entry.id == 3).values(what="[]", hash=chain._hash(vars(entry))))
    assert checked(grown) == (5, 4)


def test_an_entry_that_was_taken_out_is_noticed(grown: Cast) -> None:
    tamper(grown, delete(Entry).where(Entry.id == 3))
    assert checked(grown) == (4, 3)


def test_entries_that_changed_places_are_noticed(grown: Cast) -> None:
    tamper(grown, *(update(Entry).where(Entry.id == a).values(id=b) for a, b in ((2, 99), (3, 2), (99, 3))))
    assert checked(grown) == (5, 2)


def test_what_is_cut_off_at_the_end_is_noticed_by_whoever_knows_the_head(grown: Cast) -> None:
    known = head(grown)
    tamper(grown, delete(Entry).where(Entry.id > 3))
    assert checked(grown) == (3, None)
    assert checked(grown, known) == (3, 4)
    for _ in range(3):
        grown.ask()
    assert checked(grown) == (6, None)
    assert checked(grown, known) == (6, 5)  # another chain has grown from there
    with grown.database.read() as session:
        assert not record.leads_through(session, known)
        assert record.leads_through(session, record.head(session))


def test_many_at_once_write_one_chain(cast: Cast) -> None:
    def ask(n: int) -> None:
        cast.ask(f"Request {n}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(24)))
    assert checked(cast) == (25, None)


def test_the_record_says_what_the_command_line_did(cast: Cast) -> None:
    with cast.database.begin(source="command") as session:
        company.open_area(session, name="Legal", sphere="sales", by=FOUNDER)
    assert (last(cast).person_id, last(cast).source) == (None, "command")
    assert json.loads(last(cast).what)[0]["set"] == {"sphere": "sales"}
