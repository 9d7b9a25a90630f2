"""My notices, as Ana chooses them, and the company's, as Hugo sets them up."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import notices
from tests.cast import MONDAY, Cast
from tests.mailbox import AFTERNOON, PASSWORD, USER, Mailbox, a_minute, arrange, change, mail_server, set_up
from tests.pages import visit, words


def widget(seen: AppTest, prefix: str) -> Any:
    """The widget whose key begins so; forms' keys end with a number of their own."""
    kinds = ("button", "text_input", "selectbox", "number_input", "checkbox", "toggle", "radio", "text_area")
    return next(w for kind in kinds for w in seen.get(kind) if str(w.key).startswith(prefix))


def press(seen: AppTest, prefix: str) -> None:
    widget(seen, prefix).click()
    seen.run()
    assert not seen.exception, seen.exception


def test_hugo_sets_up_the_mail_server_tries_it_and_turns_notices_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(Mailbox()) as mailbox:
        seen = visit(monkeypatch, cast.database, cast.hugo, "company")
        seen.session_state["company-part"] = "Notices"
        seen.run()
        assert widget(seen, "link-").value == "http://coord.example"
        press(seen, "save-")
        assert "mail server's name" in words(seen)
        widget(seen, "host-").input("127.0.0.1")
        widget(seen, "port-").set_value(mailbox.port)
        widget(seen, "security-").select("none")
        widget(seen, "user-").input(USER)
        widget(seen, "password-").input("wrong")
        widget(seen, "address-").input("coord@casaclara.example")
        press(seen, "save-")
        press(seen, "test-")
        assert "refused the user name or the password" in words(seen).replace("\\", "")
        assert widget(seen, "password-").value == ""
        widget(seen, "password-").input(PASSWORD)
        widget(seen, "is_on-").set_value(True)
        press(seen, "save-")
        press(seen, "test-")
    assert [letter["Subject"] for letter in mailbox.of("hugo")] == ["Notices arrive"]
    with cast.database.read() as session:
        assert notices.is_on(session)


def test_ana_chooses_what_she_is_told_and_a_channel_that_is_shown_to_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = visit(monkeypatch, cast.database, cast.ana, "notices")
    assert "Notices are off in this company" in words(seen)
    set_up(cast, 25)
    seen.run()
    widget(seen, "due-").uncheck()
    widget(seen, "by_channel-").set_value(True)
    seen.run()
    widget(seen, "channel-").input("json://127.0.0.1/hook")
    press(seen, "save-")
    assert "can't write there" in words(seen)
    assert widget(seen, "channel-").value == "json://127.0.0.1/hook"
    widget(seen, "channel-").input("tgram://123456789:abcdefg_hijklmnop-qrstuvwxyz12345678/12315544")
    press(seen, "save-")
    assert (widget(seen, "channel-").value, widget(seen, "channel-").placeholder) == (
        "",
        "Kept: Telegram ····544",
    )
    with cast.database.read() as session:
        row = notices.choice(session, cast.ana.person_id or 0)
    assert row is not None
    assert (row.kinds, row.by_channel) == (["before", "after"], True)
    press(seen, "save-")
    with cast.database.read() as session:
        assert notices.choice(session, cast.ana.person_id or 0).channel == row.channel  # type: ignore[union-attr]


def test_whoever_has_no_address_or_is_not_reached_reads_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(cast, 1)  # nobody listens there
    arrange(cast)
    a_minute(cast, AFTERNOON)
    seen = visit(monkeypatch, cast.database, cast.ana, "notices", at=AFTERNOON)
    assert "has not reached you. The mail server 127.0.0.1:1 doesn't answer" in words(seen).replace("\\", "")
    hugo = visit(monkeypatch, cast.database, cast.hugo, "company", at=AFTERNOON)
    hugo.session_state["company-part"] = "Notices"
    hugo.run()
    assert "**Ana** · The mail server" in words(hugo)
    change(cast, cast.iris, email=None)
    iris = visit(monkeypatch, cast.database, cast.iris, "notices", at=MONDAY)
    assert "You have no e-mail address here" in words(iris)
