"""Letters on their way: none is lost and none goes twice, whoever is down; and no channel leads where nobody allowed it."""

import smtplib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from coord import chores, notices
from coord.notices import mail, post
from coord.refusal import Refused
from tests.cast import HOUR, MONDAY, Cast
from tests.mailbox import (
    AFTERNOON,
    HELD,
    MINUTE,
    Mailbox,
    a_minute,
    arrange,
    change,
    chat_server,
    choose,
    last,
    post_office,
    set_up,
    silent_server,
)


@pytest.fixture
def mailbox(cast: Cast) -> Iterator[Mailbox]:
    with post_office(cast) as mailbox:
        yield mailbox


class Killed(BaseException):
    """The server is killed at this instant."""


def one_letter(cast: Cast, at: int = AFTERNOON) -> None:
    """A letter to Bruno lies there to be sent, and no other."""
    only_bruno(cast)
    with cast.database.begin() as session:
        notices.write_due(session, at)


def only_bruno(cast: Cast) -> None:
    for who in (cast.ana, cast.carla, cast.davi, cast.elsa):
        choose(cast, who, kinds=frozenset())


def killed_while_sending(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool = False
) -> None:
    """The server dies just before it sends, or just after it."""
    really = smtplib.SMTP.send_message

    def killed(*given: Any, **more: Any) -> None:
        if after:
            really(*given, **more)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "send_message", killed)
        with pytest.raises(Killed):
            notices.deliver(cast.database, at)


def test_a_crash_before_the_letter_went_does_not_lose_it(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_letter(cast)
    killed_while_sending(cast, monkeypatch, AFTERNOON)
    assert a_minute(cast, AFTERNOON + MINUTE) == 0  # another server may be sending it
    assert a_minute(cast, AFTERNOON + 10 * MINUTE) == 1
    assert a_minute(cast, AFTERNOON + 30 * MINUTE) == 0
    assert len(mailbox.letters) == 1


def test_a_crash_after_the_letter_went_sends_it_under_the_same_message_id(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_letter(cast)
    killed_while_sending(cast, monkeypatch, AFTERNOON, after=True)
    a_minute(cast, AFTERNOON + 10 * MINUTE)
    first, again = mailbox.letters
    assert first["Message-ID"] == again["Message-ID"] == last(cast, cast.bruno).message_id


def test_after_a_second_crash_a_letter_is_given_up_and_that_is_said(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_letter(cast)
    for n in range(2):
        killed_while_sending(cast, monkeypatch, AFTERNOON + n * 10 * MINUTE)
    assert a_minute(cast, AFTERNOON + 20 * MINUTE) == 0
    row = last(cast, cast.bruno)
    assert row.state == "given_up"
    assert "stopped twice" in str(notices.said(row))
    assert not mailbox.letters


def test_a_mail_server_that_is_down_is_asked_again_with_growing_waits(cast: Cast, mailbox: Mailbox) -> None:
    set_up(cast, 1)  # nobody listens there
    one_letter(cast)
    minutes = [0, 1, 4, 5, 19, 20, 79, 80]
    assert [n for n in minutes if tries_at(cast, AFTERNOON + n * MINUTE)] == [0, 5, 20, 80]
    said = "The mail server 127.0.0.1:1 doesn't answer. Check its name and port."
    assert str(notices.said(last(cast, cast.bruno))) == said
    with cast.database.read() as session:
        ((person, row),) = notices.troubles(session, since=MONDAY)
    assert (person.name, str(notices.said(row))) == ("Bruno", said)
    set_up(cast, mailbox.port)
    a_minute(cast, AFTERNOON + 6 * HOUR)
    assert len(mailbox.of("bruno")) == 1
    with cast.database.read() as session:
        assert notices.troubles(session, since=MONDAY) == []


def tries_at(cast: Cast, at: int) -> bool:
    before = last(cast, cast.bruno).tries
    notices.deliver(cast.database, at)
    return last(cast, cast.bruno).tries > before


def test_after_five_tries_or_when_it_is_of_no_use_any_more_a_letter_is_given_up(
    cast: Cast, mailbox: Mailbox
) -> None:
    set_up(cast, 1)
    one_letter(cast)
    for _ in range(5):
        row = last(cast, cast.bruno)
        assert row.state == "waiting"
        notices.deliver(cast.database, row.next_at)
    assert (last(cast, cast.bruno).state, last(cast, cast.bruno).tries) == ("given_up", 5)
    choose(cast, cast.ana)
    with cast.database.begin() as session:
        notices.write_due(session, AFTERNOON)
    set_up(cast, mailbox.port)
    notices.deliver(cast.database, HELD)
    assert last(cast, cast.ana).state == "given_up"
    assert not mailbox.letters


def test_a_wrong_password_is_said_in_a_sentence(cast: Cast, mailbox: Mailbox) -> None:
    set_up(cast, mailbox.port, password="wrong")
    with pytest.raises(Refused, match="refused the user name or the password"):
        notices.try_out(cast.database, cast.hugo.person_id or 0, at=MONDAY)
    set_up(cast, mailbox.port, security="starttls")
    with pytest.raises(Refused, match="can't do what is asked of it"):
        notices.try_out(cast.database, cast.hugo.person_id or 0, at=MONDAY)
    set_up(cast, mailbox.port, security="tls")
    with pytest.raises(Refused, match="could not be secured"):
        notices.try_out(cast.database, cast.hugo.person_id or 0, at=MONDAY)
    set_up(cast, mailbox.port)
    notices.try_out(cast.database, cast.hugo.person_id or 0, at=MONDAY)
    assert [letter["Subject"] for letter in mailbox.of("hugo")] == ["Notices arrive"]


def test_an_address_that_the_server_refuses_holds_up_nobody_else(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.refused = {"ana@": "550 No such user", "bruno@": "451 Try again later"}
    a_minute(cast, AFTERNOON)
    assert {last(cast, who).state for who in (cast.carla, cast.davi, cast.elsa)} == {"sent"}
    assert last(cast, cast.ana).state == "given_up"
    assert last(cast, cast.bruno).state == "waiting"
    assert "refused the address ana@casaclara.example" in str(notices.said(last(cast, cast.ana)))
    mailbox.refused = {}
    assert a_minute(cast, AFTERNOON + 5 * MINUTE) == 1


def test_a_letter_taken_without_an_answer_goes_again_under_its_message_id(
    cast: Cast, mailbox: Mailbox
) -> None:
    one_letter(cast)
    mailbox.falls_silent = True
    assert notices.deliver(cast.database, AFTERNOON) == 0
    mailbox.falls_silent = False
    assert notices.deliver(cast.database, AFTERNOON + 5 * MINUTE) == 1
    assert len({letter["Message-ID"] for letter in mailbox.letters}) == 1


def test_a_silent_mail_server_holds_up_neither_the_chores_nor_who_saves(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = Mailbox()
    monkeypatch.setattr(mail, "WITHIN", 2.0)
    set_up(cast, mailbox.port)
    arrange(cast)
    only_bruno(cast)
    with silent_server(mailbox.port):
        begun = time.monotonic()
        chores.do(cast.database, AFTERNOON)
        assert last(cast, cast.bruno).state in ("waiting", "sending")
        cast.ask("Saved while a letter waits for the mail server")
        assert notices.go(cast.database, AFTERNOON) is None  # one round at a time
        assert time.monotonic() - begun < 1.9
        while not post._one_at_a_time.acquire(timeout=0.05):
            pass
        post._one_at_a_time.release()
    assert "doesn't answer" in str(notices.said(last(cast, cast.bruno)))


def test_names_and_addresses_add_no_header_and_no_reader(cast: Cast, mailbox: Mailbox) -> None:
    change(cast, cast.ana, name="Ana\r\nBcc: eve@example.com")
    change(cast, cast.bruno, email="bruno@casaclara.example\nBcc: eve@example.com")
    change(cast, cast.carla, email="carla@casaclara.example, eve@example.com")
    a_minute(cast, AFTERNOON)
    (ana,) = mailbox.of("ana")
    assert ana["Bcc"] is None
    assert ana["To"].addresses[0].display_name == "Ana Bcc: eve@example.com"
    for who in (cast.bruno, cast.carla):
        assert last(cast, who).state == "given_up"
        assert "not an e-mail address" in str(notices.said(last(cast, who)))
    assert [letter["To"].addresses[0].username for letter in mailbox.letters] == ["ana", "davi", "elsa"]
    assert not mailbox.readers & {"eve@example.com"}


def test_a_letter_leaves_no_text_behind_and_whoever_leaves_no_trace(cast: Cast, mailbox: Mailbox) -> None:
    choose(cast, cast.bruno)
    a_minute(cast, AFTERNOON)
    row = last(cast, cast.bruno)
    assert (row.state, row.text, row.html) == ("sent", None, None)
    with cast.database.begin() as session:
        notices.forget(session, cast.bruno.person_id or 0)
        assert notices.letters_to(session, cast.bruno.person_id or 0) == []
        assert notices.choice(session, cast.bruno.person_id or 0) is None


# A channel of one's own


def test_a_letter_goes_to_a_channel_on_a_server_that_is_listed(cast: Cast, mailbox: Mailbox) -> None:
    with chat_server() as (port, posted):
        address = f"ntfy://127.0.0.1:{port}/bruno"
        with pytest.raises(Refused, match=f"not listed the server 127.0.0.1:{port}"):
            choose(cast, cast.bruno, by_channel=True, channel=address)
        set_up(cast, mailbox.port, servers=f"127.0.0.1:{port}\nchat.casaclara.example")
        choose(cast, cast.bruno, by_channel=True, channel=address)
        a_minute(cast, AFTERNOON)
        notices.try_out(cast.database, cast.bruno.person_id or 0, at=AFTERNOON)
    assert not mailbox.of("bruno")
    assert mailbox.of("ana")
    assert [path for path, _ in posted] == ["/", "/"]
    assert "what will be asked of you" in posted[0][1]
    assert last(cast, cast.bruno).state == "sent"


def test_a_channel_that_refuses_or_leads_elsewhere_is_told_and_a_server_taken_off_the_list_is_not_called(
    cast: Cast, mailbox: Mailbox
) -> None:
    for status in (500, 302):
        with chat_server(status) as (port, posted):
            set_up(cast, mailbox.port, servers=f"127.0.0.1:{port}")
            choose(cast, cast.bruno, by_channel=True, channel=f"ntfy://127.0.0.1:{port}/bruno")
            with pytest.raises(Refused, match="ntfy did not take the message"):
                notices.try_out(cast.database, cast.bruno.person_id or 0, at=AFTERNOON)
            assert len(posted) == 1
            set_up(cast, mailbox.port, servers="")
            with pytest.raises(Refused, match="not listed"):
                notices.try_out(cast.database, cast.bruno.person_id or 0, at=AFTERNOON)
            assert len(posted) == 1


@pytest.mark.parametrize("address", [
    "json://127.0.0.1/x", "xml://127.0.0.1/x", "form://127.0.0.1/x", "syslog://", "rsyslog://127.0.0.1", "dbus://",
    "mailto://a:b@example.com", "https://example.com/hook", "http://127.0.0.1/", "file:///etc/passwd", "exec://ls",
    "apprise://127.0.0.1/x", "mqtt://127.0.0.1/x", "gotify://127.0.0.1/x", "nonsense", "ntfy://", "ntfy://127.0.0.1/x",
    "ntfy://ntfy.sh@127.0.0.1/x", "ntfy://[::1]/x", "ntfy://169.254.169.254/x", "matrix://user:pass@10.0.0.1/#room", "mmost://localhost/token",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template=/etc/passwd", "ntfy://topic?attach=http://10.0.0.1/",
    "https://127.0.0.1/workflows/643e69f83c8944/triggers/manual/paths/invoke?api-version=2016-06-01&sig=KODuebWbDGYFr0z0eu",
])  # fmt: skip
def test_no_channel_reaches_this_machine_or_its_network(address: str) -> None:
    with pytest.raises(Refused):
        notices.channels.opened(address, frozenset({"chat.casaclara.example"}))


@pytest.mark.parametrize(("address", "name"), [
    ("ntfy://topic", "ntfy"), ("https://ntfy.sh/topic", "ntfy"), ("ntfys://chat.casaclara.example/topic", "ntfy"),
    ("tgram://123456789:abcdefg_hijklmnop-qrstuvwxyz12345678/12315544/", "Telegram"),
    ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "Slack"),
    ("matrixs://user:pass@matrix.org/#room", "Matrix"),
    ("https://prod-12.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke?"
     "api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu", "Microsoft Teams"),
])  # fmt: skip
def test_the_usual_channels_are_known_and_shown_masked(address: str, name: str) -> None:
    notices.channels.opened(address, frozenset({"chat.casaclara.example"}))
    assert notices.channels.masked(address) == f"{name} ····{address[-3:]}"
