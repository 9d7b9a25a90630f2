"""Strange, hostile and endless text typed into requests, areas and people: kept, cleaned or refused with a sentence."""

from typing import Any

import pytest

from coord import company, people, requests
from coord.company import Settings
from coord.people import Profile
from coord.refusal import Refused
from tests.cast import MONDAY, Cast

KEPT = ["a", "a" * 255, "None", "nan", "NaT", "José D’Ávila-O'Brien y Ñandú", "Penelope Scunthorpe", "ѕсоре",
        "\u2066abc\u2069", "'; DROP TABLE requests; --", "\\x27 or 1=1", "%s %d {0} {user.password}", "=1+1",
        "$\\frac{1}{2}$ costs $5", "&lt;b&gt; &amp; &#60;", "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "\u0661\u0662", "1e5", "👩‍👩‍👧"]  # fmt: skip

CLEANED = [("line1\r\nline2", "line1 line2"), ("\x1b[31mred", "[31mred"), ("\ufeffFinance", "Finance"),
           ("Fin\x00ance", "Finance"), ("\U000e0041\U000e0042x", "x"), ("Jose\u0301", "José"), ("  two   words ", "two words"),
           ("half\ud800", "half"), ("\u2066open", "open")]  # fmt: skip

NOTHING = ["", "   ", "\u200b\u200b", "\x0b\x0c", "\x00", "\u3164", "\u2066\u2069", "\ud800"]


@pytest.mark.parametrize("typed", KEPT)
def test_what_can_be_read_is_kept_as_it_was_typed(cast: Cast, typed: str) -> None:
    row = cast.ask(typed, customer=typed, why=typed, done_when=typed, goal=typed, role=typed)
    row = cast.look(cast.move(row, "question", by="bruno", at=MONDAY, text=typed))
    assert [row.what, row.customer, row.why, row.done_when, row.goal, row.role] == [typed] * 6
    with cast.database.begin() as session:
        assert requests.story(session, row.id)[-1].text == typed
        area = company.open_area(session, name=typed, sphere="sales", about=typed, by=cast.hugo)
        person = people.welcome(session, Profile(typed, about=typed), by=cast.hugo)
        assert (area.name, area.about, person.name, person.about) == (typed, typed, typed, typed)


@pytest.mark.parametrize(("typed", "kept"), CLEANED)
def test_what_nobody_sees_is_left_out(cast: Cast, typed: str, kept: str) -> None:
    assert cast.look(cast.ask(typed)).what == kept


@pytest.mark.parametrize("typed", NOTHING)
def test_what_cannot_be_read_counts_as_nothing(cast: Cast, typed: str) -> None:
    with pytest.raises(Refused, match="Say what you ask for"):
        cast.ask(typed)
    row = cast.ask(customer=typed, why=typed, link=typed)
    assert (row.customer, row.why, row.link) == (None, None, None)
    for verb in ("question", "decline", "escalate", "note"):
        with pytest.raises(Refused, match="Write a sentence"):
            cast.move(row, verb, by="bruno", at=MONDAY, text=typed)
    assert cast.look(row).version == 1


@pytest.mark.parametrize("facts", [{"what": "a" * 256}, {"what": "a" * 5_000_000}, {"customer": "a" * 256},
                                   {"why": "a" * 10_001}, {"link": "https://x.example/" + "a" * 2_000}])  # fmt: skip
def test_what_is_too_long_is_refused_at_once_with_its_length(cast: Cast, facts: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="characters fit here"):
        cast.ask(**{"what": "Send the list", **facts})


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//x.example", "www.x.example",
                                  "file:///etc/passwd", "https://[x", "java\nscript:alert(1)"])  # fmt: skip
def test_a_link_that_runs_something_is_refused(cast: Cast, link: str) -> None:
    with pytest.raises(Refused, match="A link starts with https"):
        cast.ask(link=link)
    with pytest.raises(Refused, match="A link starts with https"):
        cast.move(cast.ask(), "deliver", by="bruno", at=MONDAY, link=link)


@pytest.mark.parametrize("days", [-1, 0, 61, 2**31, 2**63])
def test_a_number_no_database_holds_is_refused_like_any_other(cast: Cast, days: int) -> None:
    with pytest.raises(Refused, match="between 1 and 60"), cast.database.begin() as session:
        company.change(session, Settings("Casa Clara", silence_days=days), seen=1, by=cast.hugo)
