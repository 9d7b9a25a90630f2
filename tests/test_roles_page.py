"""The page of roles, as those who keep them, hold them, and only read them use it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from coord import roles
from coord.roles import CUSTOMERS, Description, Link, Role
from coord.ui.roles_changes import marked
from tests.cast import DAY, MONDAY, Cast
from tests.pages import visit, words
from tests.test_company_page import press, run, widget


@pytest.fixture
def role(cast: Cast) -> Role:
    """Bruno's role: he has acknowledged it, and Davi has changed it since."""
    assert cast.bruno.person_id
    wish = Description("Head of product", "Promises are kept.", needs=(Link(cast.area["sales"], "What was promised"),))  # fmt: skip
    with cast.database.begin() as session:
        row = roles.describe(session, area_id=cast.area["product"], wish=wish, by=cast.bruno, at=MONDAY - DAY)
        roles.appoint(session, row.id, person_id=cast.bruno.person_id, by=cast.bruno, at=MONDAY - DAY)
        roles.acknowledge(session, row.id, revision=1, by=cast.bruno, at=MONDAY - DAY)
    return revise(cast, row, purpose="Promises are kept, or *moved* in time.")


def revise(cast: Cast, row: Role, **facts: Any) -> Role:
    """Davi changes the role."""
    with cast.database.begin() as session:
        known = roles.role(session, row.id)
        said = roles.description(session, roles.newest(session, known))
        wish = Description(**{name: getattr(said, name) for name in roles.FIELDS} | facts)
        return roles.revise(session, row.id, wish=wish, seen=known.version, by=cast.davi, at=MONDAY)


def see(cast: Cast, monkeypatch: pytest.MonkeyPatch, who: str, row: Role | None = None) -> AppTest:
    query = {"role": str(row.id)} if row else {}
    return visit(monkeypatch, cast.database, getattr(cast, who), "roles", **query)


def write(seen: AppTest, prefix: str, text: str) -> None:
    (field,) = [
        w for kind in ("text_area", "text_input") for w in seen.get(kind) if str(w.key).startswith(prefix)
    ]
    field.set_value(text)


def said(cast: Cast, role_id: int) -> Description:
    with cast.database.read() as session:
        return roles.description(session, roles.newest(session, roles.role(session, role_id)))


def test_bruno_describes_a_role_and_reads_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = see(cast, monkeypatch, "bruno")
    press(seen, f"describe-{cast.area['product']}")
    write(seen, "text-title-", "Release owner")
    widget(seen, "delivers-").set_value([cast.area["support"], CUSTOMERS])
    run(seen)
    write(seen, f"text-delivers{cast.area['support']}-", "Release notes\n\nThe day of each fix")
    press(seen, "save-")
    assert "what the role is there for" in seen.error[0].value
    write(seen, "text-purpose-", "A release surprises nobody.")
    press(seen, "save-")
    assert "what goes to the customers" in seen.error[0].value
    widget(seen, "delivers-").set_value([cast.area["support"]])
    press(seen, "save-")
    assert "A release surprises nobody" in words(seen)
    support = cast.area["support"]
    made = said(cast, int(seen.query_params["role"][0]))
    assert made.delivers == (Link(support, "Release notes"), Link(support, "The day of each fix"))


def test_what_two_wrote_at_once_is_shown_and_what_was_typed_stays(
    cast: Cast, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = see(cast, monkeypatch, "bruno", role)
    press(seen, "change-role-")
    write(seen, "text-measures-", "Promises kept")
    revise(cast, role, decides_alone="The order of work")
    press(seen, "save-")
    assert "Somebody else changed this" in seen.error[0].value
    assert "The order of work" in seen.info[0].value
    press(seen, "save-")
    both = said(cast, role.id)
    assert (both.measures, both.decides_alone) == ("Promises kept", "The order of work")


def test_a_holder_sees_what_is_new_and_acknowledges_it_with_one_button(
    cast: Cast, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "say that you know it" in words(see(cast, monkeypatch, "bruno"))
    seen = see(cast, monkeypatch, "bruno", role)
    assert r"**kept, or \*moved\* in time\.**" in words(seen)
    press(seen, "acknowledge-")
    assert not [b for b in seen.button if str(b.key).startswith("acknowledge-")]
    with cast.database.read() as session:
        assert (2, cast.bruno.person_id) in roles.acknowledged(session, role.id)


def test_iris_only_reads(cast: Cast, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Head of product" in words(see(cast, monkeypatch, "iris"))
    seen = see(cast, monkeypatch, "iris", role)
    assert {str(b.key) for b in seen.button if b.key} == set()
    seen.query_params["revision"] = "1"
    run(seen)
    assert "how it was written then" in "".join(info.value for info in seen.info)
    assert "Promises are kept\\." in [m.value for m in seen.markdown]
    seen.query_params["role"] = "99"
    run(seen)
    assert seen.warning[0].value == "There is no such role."


def test_bruno_names_a_holder_reviews_and_archives(
    cast: Cast, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = see(cast, monkeypatch, "bruno", role)
    widget(seen, "holder-").set_value(cast.davi.person_id)
    press(seen, "appoint-")
    press(seen, "right-")
    with cast.database.read() as session:
        assert cast.davi.person_id in {one.person_id for one in roles.holders(session, role.id)}
        assert roles.role(session, role.id).reviewed_by_id == cast.bruno.person_id
    press(seen, "change-role-")
    press(seen, "archive-")
    press(seen, "leave-")
    assert "This role is archived." in [info.value for info in seen.info]
    press(seen, "restore-role-")
    with cast.database.read() as session:
        assert roles.role(session, role.id).archived_at is None


def test_the_map_shows_what_is_needed_and_nobody_delivers(
    cast: Cast, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = see(cast, monkeypatch, "ana")
    seen.session_state["roles-part"] = "Impact map"
    run(seen)
    assert "Needed, and no role delivers it" in seen.subheader[0].value
    assert "**Sales → Product**" in words(seen)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("One two", "One two", "One two"),
        ("One two", "One three", "One :red-background[~~two~~] :green-background[**three**]"),
        ("", "*New*", r":green-background[**\*New\***]"),
        ("A\nB", "A", "A  \n:red-background[~~B~~]"),
        ("A", "A\nB\nC", "A  \n:green-background[**B**]  \n:green-background[**C**]"),
    ],
)
def test_what_changed_is_marked_word_by_word(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown
