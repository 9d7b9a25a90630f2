"""My account and the sign-ins of the company, as Ana and Hugo use them."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import accounts, people
from coord.people import Mandate
from coord.text import Words
from tests.cast import DAY, FOUNDER, MONDAY, Cast
from tests.pages import visit, words


def press(seen: AppTest, label: str, nth: int = 0) -> AppTest:
    [button for button in seen.button if button.label == label][nth].click()
    seen.run()
    assert not seen.exception, seen.exception
    return seen


def field(seen: AppTest, name: str) -> Any:
    kinds = ("text_input", "selectbox")
    return next(w for kind in kinds for w in seen.get(kind) if str(w.key).startswith(f"{name}-"))


def person(cast: Cast, who: Mandate) -> people.Person:
    with cast.database.read() as session:
        return people.person(session, who.person_id or 0)


def devices(cast: Cast, who: Mandate) -> list[str]:
    with cast.database.read() as session:
        return [device.name for device in accounts.devices(session, who.person_id or 0, at=MONDAY)]


def test_ana_says_how_she_is_called_and_spoken_to_and_keeps_her_rights(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "account")
    field(seen, "name").set_value("Ana Souza")
    field(seen, "about").set_value("Sells, and listens")
    field(seen, "zone").set_value("America/Sao_Paulo")
    press(seen, "Save")
    row = person(cast, cast.ana)
    assert (row.name, row.about, row.zone) == ("Ana Souza", "Sells, and listens", "America/Sao_Paulo")
    assert row.email == "ana@casaclara.example"
    with cast.database.read() as session:
        assert people.mandate(session, row.id).areas == {cast.area["sales"]}
    field(seen, "name").set_value(" ")
    assert press(seen, "Save").error[0].value == "Give the person a name."


def test_ana_signs_a_lost_phone_out_and_then_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.database.begin() as session:
        accounts.sign_in(session, cast.ana.person_id or 0, at=MONDAY - DAY, device="Safari · iPhone")
    seen = visit(monkeypatch, cast.database, cast.ana, "account")
    assert "This device" in words(seen)
    press(seen, "Sign out")
    assert devices(cast, cast.ana) == [""]
    press(seen, "Sign out everywhere")
    assert devices(cast, cast.ana) == []
    assert "You are signed out." in seen.info[0].value


def test_hugo_invites_and_the_text_is_shown_once_in_the_language_of_whom_it_is_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.begin() as session:
        people.speak(session, cast.ana.person_id or 0, "es")
    seen = visit(monkeypatch, cast.database, cast.hugo, "company")
    seen.session_state["company-part"] = "Sign-ins"
    seen.run()
    assert words(seen).count("Not invited") == 8
    press(seen, "Invite")
    (told,) = [code.value for code in seen.code if "/invitation/" in code.value]
    secret = told.split("http://coord.example/invitation/")[1].split()[0]
    with cast.database.read() as session:
        invited = accounts.invited(session, secret, at=MONDAY)
    assert invited
    assert (invited.id, invited.name) == (cast.ana.person_id, "Ana")
    assert told.startswith(Words("es")("Hello {name},", name="Ana"))
    assert "Invited until 16 Mar" in words(seen).replace("\\", "")
    press(seen, "Close")
    assert not [code for code in seen.code if "/invitation/" in code.value]


def test_who_forgot_their_password_is_given_a_code_and_who_has_no_address_is_told_to_get_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cast.database.begin() as session:
        people.welcome(session, people.Profile("Noemi"), by=FOUNDER)
        accounts.keep_password(session, cast.bruno.person_id or 0, "hash", at=MONDAY)
        accounts.sign_in(session, cast.bruno.person_id or 0, at=MONDAY)
    seen = visit(monkeypatch, cast.database, cast.hugo, "company")
    seen.session_state["company-part"] = "Sign-ins"
    seen.session_state["only-missing"] = False
    seen.run()
    assert "Needs an e-mail address first" in words(seen)
    press(seen, "Code for a new password")
    (told,) = [code.value for code in seen.code if "/reset" in code.value]
    code = told.split("\n\n")[1]
    with cast.database.read() as session:
        assert accounts.may_reset(session, "bruno@casaclara.example", code, at=MONDAY)
    press(seen, "Sign out everywhere")
    assert devices(cast, cast.bruno) == []
    seen.toggle(key="only-missing").set_value(True)
    seen.run()
    assert "bruno" not in words(seen)
