"""Who may come in: devices, passwords, invitations, codes, and what two do at once."""

import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Thread

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from coord import accounts, cli, clock, people
from coord.accounts import passwords
from coord.accounts.passwords import Kept
from coord.accounts.weak import is_weak
from coord.people import CONSOLE, Mandate, Profile
from coord.refusal import Refused
from coord.text import Words
from tests.cast import DAY, FOUNDER, HOUR, MONDAY, Cast

# What is kept of some password: the rules below don't care of which.
HASHED = "$argon2id$v=19$m=65536,t=3,p=1$c29tZXNhbHQ$"


def sign_in(cast: Cast, who: Mandate, at: int = MONDAY, device: str = "") -> str:
    with cast.database.begin() as session:
        return accounts.sign_in(session, who.person_id or 0, at=at, device=device)


def is_known(cast: Cast, secret: str, at: int) -> bool:
    with cast.database.read() as session:
        found = accounts.signed_in(session, secret, at=at) is not None
        assert accounts.is_signed_in(session, secret, at=at) is found
    return found


def invite(cast: Cast, who: Mandate, at: int = MONDAY) -> str:
    with cast.database.begin() as session:
        return accounts.invite(session, who.person_id or 0, by=FOUNDER, at=at)


def is_invited(cast: Cast, secret: str, at: int) -> bool:
    with cast.database.read() as session:
        return accounts.invited(session, secret, at=at) is not None


def keep(cast: Cast, who: Mandate, at: int = MONDAY) -> None:
    with cast.database.begin() as session:
        accounts.keep_password(session, who.person_id or 0, HASHED, at=at)


# Devices


def test_a_device_that_nobody_uses_for_thirty_days_is_signed_out(cast: Cast) -> None:
    secret = sign_in(cast, cast.ana)
    assert is_known(cast, secret, MONDAY + 30 * DAY)
    assert not is_known(cast, secret, MONDAY + 30 * DAY + 1)


def test_a_device_in_daily_use_signs_in_again_after_ninety_days(cast: Cast) -> None:
    secret = sign_in(cast, cast.ana)
    with cast.database.begin() as session:
        for day in range(0, 91, 10):
            accounts.used(session, secret, at=MONDAY + day * DAY)
    assert is_known(cast, secret, MONDAY + 90 * DAY)
    assert not is_known(cast, secret, MONDAY + 90 * DAY + HOUR)


def test_a_secret_is_known_until_its_device_signs_out(cast: Cast) -> None:
    secret, other = sign_in(cast, cast.ana), sign_in(cast, cast.ana)
    with cast.database.begin() as session:
        accounts.sign_out(session, secret)
    assert not is_known(cast, secret, MONDAY)
    assert not is_known(cast, "guessed", MONDAY)
    assert is_known(cast, other, MONDAY)


def test_an_administrators_device_rests_for_half_a_day_at_most_but_not_in_the_demo(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = sign_in(cast, cast.hugo)
    assert is_known(cast, secret, MONDAY + 12 * HOUR)
    assert not is_known(cast, secret, MONDAY + 12 * HOUR + 1)
    monkeypatch.setenv("COORD_DEMO", "1")
    assert is_known(cast, secret, MONDAY + 30 * DAY)


def test_whoever_becomes_an_administrator_has_the_shorter_rest_at_once(cast: Cast) -> None:
    secret = sign_in(cast, cast.ana)
    with cast.database.begin() as session:
        row = people.person(session, cast.ana.person_id or 0)
        held = frozenset({("head", cast.area["sales"]), ("admin", None)})
        people.change(session, row.id, Profile("Ana", row.email, rights=held), seen=row.version, by=FOUNDER)
    assert not is_known(cast, secret, MONDAY + 13 * HOUR)


def test_ana_sees_her_devices_and_ends_one_of_them(cast: Cast) -> None:
    laptop, phone = (
        sign_in(cast, cast.ana, device="Chrome · Windows"),
        sign_in(cast, cast.ana, MONDAY + 1, "Safari · iPhone"),
    )
    sign_in(cast, cast.ana, MONDAY - 31 * DAY, "Forgotten")
    sign_in(cast, cast.bruno, device="Bruno's")
    with cast.database.begin() as session:
        found = accounts.devices(session, cast.ana.person_id or 0, at=MONDAY + HOUR)
        assert [device.name for device in found] == ["Safari · iPhone", "Chrome · Windows"]
        assert found[0].id == accounts.device_id(phone)
        accounts.sign_out_device(session, found[0].id, by=cast.ana)
    assert not is_known(cast, phone, MONDAY + HOUR)
    assert is_known(cast, laptop, MONDAY + HOUR)


def test_a_device_of_somebody_elses_seems_not_to_be_there(cast: Cast) -> None:
    secret = sign_in(cast, cast.bruno)
    with cast.database.begin() as session, pytest.raises(Refused, match="already signed out"):
        accounts.sign_out_device(session, accounts.device_id(secret), by=cast.hugo)
    assert is_known(cast, secret, MONDAY)


def test_signing_out_everywhere_ends_every_device_of_this_person_only(cast: Cast) -> None:
    mine, others = [sign_in(cast, cast.ana) for _ in range(2)], sign_in(cast, cast.bruno)
    with cast.database.begin() as session:
        accounts.sign_out_everywhere(session, cast.ana.person_id or 0, by=cast.ana)
    assert [is_known(cast, secret, MONDAY) for secret in (*mine, others)] == [False, False, True]


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile", "Chrome · Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Firefox/140.0", "Firefox · Mac"),
        ("curl/8.5.0", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_people_call_it(agent: str, name: str) -> None:
    assert accounts.device_name(agent) == name


# Passwords


@pytest.mark.parametrize(
    "password",
    ["password1234", "P@ssw0rd1234", "123456789012", "qwertyuiop12", "1q2w3e4r5t6y", "aaaaaaaaaaaa", "abcabcabcabc",
     "Summer2026!!!!", "senha123456789", "contraseña2026", "Casa Clara 2026!!", "brunolima2026", "bruno@casaclara",
     "tiger orange guitar"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert is_weak(password, "Casa Clara", "Bruno Lima", "bruno@casaclara.example")


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "my dog loves the password", "tiger orange guitar wolf", "今日は天気がいいですねえ",
     "x7!Kd9_pQz2w", "bom dia, gente boa"],
)  # fmt: skip
def test_sentences_and_words_that_have_nothing_to_do_with_each_other_are_taken(password: str) -> None:
    assert not is_weak(password, "Casa Clara", "Bruno Lima", "bruno@casaclara.example")


def test_a_password_is_the_same_however_a_keyboard_composes_it_and_can_not_be_read() -> None:
    hashed = accounts.hashed("coração à beira-mar")
    assert "$m=65536,t=3" in hashed
    assert accounts.matches(Kept(1, hashed), "corac\u0327a\u0303o a\u0300 beira-mar")
    assert not accounts.matches(Kept(1, hashed), "Coração à beira-mar")
    assert accounts.renewed(Kept(1, hashed), "coração à beira-mar") is None


def test_a_password_kept_in_an_older_way_is_kept_anew_at_the_next_sign_in() -> None:
    kept = Kept(
        1, PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("a quiet sea in winter")
    )
    assert accounts.matches(kept, "a quiet sea in winter")
    better = accounts.renewed(kept, "a quiet sea in winter")
    assert better
    assert "$m=65536,t=3" in better


def test_who_is_not_here_is_looked_for_as_long_as_who_is() -> None:
    kept = Kept(1, accounts.hashed("a quiet sea in winter"))
    accounts.matches(None, "another one of some length")  # the first time takes longer
    known, unknown = (
        _cost(lambda kept=who: accounts.matches(kept, "another one of some length")) for who in (kept, None)
    )  # type: ignore[misc]
    assert unknown > 0.5 * known


def _cost(do: Callable[[], object]) -> float:
    before = time.process_time()
    do()
    return time.process_time() - before


def test_only_two_passwords_are_looked_at_at_once() -> None:
    """Each takes 64 MiB of memory."""
    with passwords._TURN, passwords._TURN:
        waiting = Thread(target=accounts.matches, args=(None, "x"))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(20)
    assert not waiting.is_alive()


@pytest.mark.parametrize("password", ["x" * 11, "á" * 513, "x" * 1_025, "x" * 10_000_000])
def test_too_short_and_too_long_passwords_are_refused_in_a_sentence(password: str) -> None:
    with pytest.raises(Refused, match=r"at least 12 characters|at most 1024 bytes"):
        accounts.hashed(password)
    assert not accounts.matches(Kept(1, HASHED), password)


# Invitations and codes


def test_an_invitation_lasts_fourteen_days_and_a_new_one_ends_it(cast: Cast) -> None:
    former, secret = invite(cast, cast.ana), invite(cast, cast.ana)
    assert not is_invited(cast, former, MONDAY)
    assert is_invited(cast, secret, MONDAY + 14 * DAY)
    assert not is_invited(cast, secret, MONDAY + 14 * DAY + 1)
    with cast.database.begin() as session, pytest.raises(Refused, match="too old"):
        accounts.accept(session, secret, HASHED, at=MONDAY + 15 * DAY)


def test_an_invitation_lets_in_once(cast: Cast) -> None:
    secret = invite(cast, cast.ana)
    with cast.database.begin() as session:
        assert accounts.accept(session, secret, HASHED, at=MONDAY).id == cast.ana.person_id
    with cast.database.begin() as session, pytest.raises(Refused, match="used already"):
        accounts.accept(session, secret, HASHED, at=MONDAY)
    with cast.database.begin() as session, pytest.raises(Refused, match="has a password already"):
        accounts.invite(session, cast.ana.person_id or 0, by=FOUNDER, at=MONDAY)


def test_a_code_is_taken_however_it_is_typed_for_a_day_and_with_its_own_address_only(cast: Cast) -> None:
    with cast.database.begin() as session:
        code = accounts.reset_code(session, cast.ana.person_id or 0, by=FOUNDER, at=MONDAY)
        typed = f" {code.lower().replace('-', ' ')} "

        def who(email: str, at: int = MONDAY) -> int | None:
            found = accounts.may_reset(session, email, typed, at=at)
            return found.id if found else None

        assert (
            who("Ana@CasaClara.example") == who("ana@casaclara.example", MONDAY + DAY) == cast.ana.person_id
        )
        assert who("bruno@casaclara.example") is None
        assert who("ana@casaclara.example", MONDAY + DAY + 1) is None
        with pytest.raises(Refused, match="too old"):  # a code for a password is no invitation
            accounts.accept(session, code.replace("-", ""), HASHED, at=MONDAY)


def test_who_has_no_address_or_is_archived_is_not_let_in(cast: Cast) -> None:
    with cast.database.begin() as session:
        row = people.welcome(session, Profile("Noemi"), by=FOUNDER)
        with pytest.raises(Refused, match="Noemi needs an e-mail address"):
            accounts.invite(session, row.id, by=FOUNDER, at=MONDAY)
        secret = accounts.invite(session, cast.ana.person_id or 0, by=FOUNDER, at=MONDAY)
        people.archive(session, cast.ana.person_id or 0, seen=1, by=FOUNDER, at=MONDAY)
        for refused in (
            lambda: accounts.reset_code(session, cast.ana.person_id or 0, by=FOUNDER, at=MONDAY),
            lambda: accounts.accept(session, secret, HASHED, at=MONDAY),
            lambda: accounts.keep_password(session, cast.ana.person_id or 0, HASHED, at=MONDAY),
        ):
            with pytest.raises(Refused):
                refused()


def test_a_new_password_ends_codes_and_devices(cast: Cast) -> None:
    device, secret = sign_in(cast, cast.ana), invite(cast, cast.ana)
    keep(cast, cast.ana)
    assert not is_known(cast, device, MONDAY)
    assert not is_invited(cast, secret, MONDAY)


def test_administrators_see_how_far_everybody_has_come(cast: Cast) -> None:
    secret = invite(cast, cast.ana)
    keep(cast, cast.bruno)
    sign_in(cast, cast.bruno, MONDAY + HOUR)
    with cast.database.read() as session:
        found = accounts.standings(session)
    ana, bruno, carla = (found[who.person_id or 0] for who in (cast.ana, cast.bruno, cast.carla))
    assert (ana.has_password, ana.invited_at, ana.invited_until_at, ana.last_used_at) == (
        False,
        MONDAY,
        MONDAY + 14 * DAY,
        None,
    )
    assert (bruno.has_password, bruno.invited_at, bruno.last_used_at) == (True, None, MONDAY + HOUR)
    assert carla == accounts.Standing()
    assert secret not in str(found)


def test_the_invitation_says_who_for_what_and_where() -> None:
    said = accounts.invitation_text(
        Words(), "Casa Clara", "Bruno", ["Product", "Support"], "https://coord.example/invitation/x"
    )
    assert said.startswith("Hello Bruno,")
    assert "You speak there for Product and Support." in said
    assert "https://coord.example/invitation/x" in said
    assert "14 days" in said


def test_a_name_in_other_letters_is_taken_and_shown_to_look_like_the_one_that_is_here(cast: Cast) -> None:
    with cast.database.begin() as session:
        other = people.welcome(session, Profile("Аnа", "аna@casaclara.example"), by=FOUNDER)  # Cyrillic
        people.welcome(session, Profile("Anna", "anna@casaclara.example"), by=FOUNDER)
        people.welcome(session, Profile("Ана", "ana@lugar.example"), by=FOUNDER)
        found = accounts.lookalikes(people.people(session))
    assert {person.id for alike in found for person in alike} == {cast.ana.person_id, other.id}


# Two at once


def overlap(cast: Cast, first: Callable[[Session], str], second: Callable[[Session], str]) -> tuple[str, str]:
    """What comes of two things, of which the second begins before the first is kept."""

    def do() -> str:
        with cast.database.begin() as session:
            return second(session)

    with ThreadPoolExecutor(1) as another:
        with cast.database.begin() as session:
            done = first(session)
            meanwhile = another.submit(do)
            wait([meanwhile], 0.2)
        return done, meanwhile.result()


def test_whoever_accepts_is_not_invited_anew_at_that_instant(cast: Cast) -> None:
    carla, secret = cast.carla.person_id or 0, invite(cast, cast.carla)
    with pytest.raises(Refused, match="Carla has a password already"):
        overlap(
            cast,
            lambda s: accounts.accept(s, secret, HASHED, at=MONDAY).name,
            lambda s: accounts.invite(s, carla, by=FOUNDER, at=MONDAY),
        )
    with cast.database.read() as session:
        assert accounts.standings(session)[carla].invited_at is None


def test_of_two_who_use_one_invitation_at_once_the_second_is_told_so(cast: Cast) -> None:
    secret = invite(cast, cast.carla)
    with pytest.raises(Refused, match="used already"):
        overlap(cast, *[lambda s: accounts.accept(s, secret, HASHED, at=MONDAY).name] * 2)


def test_two_who_ask_for_the_first_time_at_once_are_given_the_same_address_of_a_calendar(cast: Cast) -> None:
    first, second = overlap(
        cast, *[lambda s: accounts.calendar_address(s, cast.ana.person_id or 0, MONDAY)] * 2
    )
    assert first == second


# The server's command line


def test_the_server_helps_the_only_administrator_and_asks_which_of_several(cast: Cast) -> None:
    with cast.database.begin() as session:
        row, code = accounts.rescue(session, None, make=False, by=CONSOLE, at=MONDAY)
        assert row.id == cast.hugo.person_id
        assert accounts.may_reset(session, "hugo@casaclara.example", code, at=MONDAY)
        for email, make in (("ana@casaclara.example", False), ("ana@casaclara.example", True)):
            with pytest.raises(
                Refused, match=r"Name one of the administrators: Hugo <hugo@casaclara.example>"
            ):
                accounts.rescue(session, email, make=make, by=CONSOLE, at=MONDAY)
        ana = Profile("Ana", "ana@casaclara.example", rights=frozenset({("admin", None)}))
        people.change(session, cast.ana.person_id or 0, ana, seen=1, by=FOUNDER)
        with pytest.raises(Refused, match=r"Name one of the administrators: Ana .*, Hugo "):
            accounts.rescue(session, None, make=False, by=CONSOLE, at=MONDAY)
        row, _ = accounts.rescue(session, "ANA@casaclara.example", make=False, by=CONSOLE, at=MONDAY)
        assert row.id == cast.ana.person_id


def test_where_no_administrator_can_sign_in_the_server_makes_one(cast: Cast) -> None:
    with cast.database.begin() as session:
        hugo = Profile(
            "Hugo", None, rights=frozenset({("admin", None)})
        )  # nobody signs in without an address
        people.change(session, cast.hugo.person_id or 0, hugo, seen=1, by=FOUNDER)
        with pytest.raises(Refused, match="--make"):
            accounts.rescue(session, None, make=False, by=CONSOLE, at=MONDAY)
        with pytest.raises(Refused, match="Nobody here has the e-mail address"):
            accounts.rescue(session, "nobody@casaclara.example", make=True, by=CONSOLE, at=MONDAY)
        row, _ = accounts.rescue(session, "ana@casaclara.example", make=True, by=CONSOLE, at=MONDAY)
        assert people.rights(session)[row.id] == {("head", cast.area["sales"]), ("admin", None)}


def test_the_command_prints_a_code_that_works(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COORD_DATABASE_URL", cast.database.url.render_as_string(hide_password=False))
    monkeypatch.setattr(sys, "argv", ["coord", "reset-admin"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "Hugo <hugo@casaclara.example> chooses a new password at http://localhost:8501/reset" in said
    found = re.search(r"\w{4}-\w{4}-\w{4}-\w{4}", said)
    assert found
    with cast.database.read() as session:
        assert accounts.may_reset(session, "hugo@casaclara.example", found[0], at=clock.now())
