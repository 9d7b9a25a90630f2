"""A device stays signed in while it is used, and not for ever."""

from coord import accounts
from tests.cast import DAY, HOUR, MONDAY, Cast


def is_known(cast: Cast, secret: str, at: int) -> bool:
    with cast.database.read() as session:
        return accounts.signed_in(session, secret, at=at) is not None


def test_a_device_that_nobody_uses_for_thirty_days_is_signed_out(cast: Cast) -> None:
    assert cast.ana.person_id
    with cast.database.begin() as session:
        secret = accounts.sign_in(session, cast.ana.person_id, at=MONDAY)
    assert is_known(cast, secret, MONDAY + 30 * DAY)
    assert not is_known(cast, secret, MONDAY + 30 * DAY + 1)


def test_a_device_in_daily_use_signs_in_again_after_ninety_days(cast: Cast) -> None:
    assert cast.ana.person_id
    with cast.database.begin() as session:
        secret = accounts.sign_in(session, cast.ana.person_id, at=MONDAY)
        for day in range(0, 91, 10):
            accounts.used(session, secret, at=MONDAY + day * DAY)
    assert is_known(cast, secret, MONDAY + 90 * DAY)
    assert not is_known(cast, secret, MONDAY + 90 * DAY + HOUR)


def test_a_secret_is_known_until_its_device_signs_out(cast: Cast) -> None:
    assert cast.ana.person_id
    with cast.database.begin() as session:
        secret, other = (accounts.sign_in(session, cast.ana.person_id, at=MONDAY) for _ in range(2))
        accounts.sign_out(session, secret)
    assert not is_known(cast, secret, MONDAY)
    assert not is_known(cast, "guessed", MONDAY)
    assert is_known(cast, other, MONDAY)
