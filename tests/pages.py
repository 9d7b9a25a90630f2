"""A page as one person of the cast sees it, run without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from coord import accounts, clock
from coord.db import Database
from coord.people import Mandate
from tests.cast import MONDAY

ROOT = Path(__file__).resolve().parents[1]


def visit(monkeypatch: pytest.MonkeyPatch, database: Database, who: Mandate, page: str = "today", *,
          at: int = MONDAY, **query: str) -> AppTest:  # fmt: skip
    """The page, opened by somebody who is signed in, on the fixed Monday."""
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("COORD_DATABASE_URL", url)
    monkeypatch.setattr(clock, "now", lambda: at)
    assert who.person_id is not None
    with database.begin() as session:
        secret = accounts.sign_in(session, who.person_id, at=at)
    seen = AppTest.from_file(ROOT / "coord" / "ui" / "shell.py", default_timeout=30)
    seen.user = {"coord_session": secret}
    seen.context = {"locale": "en-GB", "url": f"http://coord.example/{page if page != 'today' else ''}"}
    seen.run()
    for name, value in query.items():
        seen.query_params[name] = value
    if page != "today":
        seen.switch_page(f"../../pages/{page}.py")
    seen.run()
    assert not seen.exception, seen.exception
    return seen


def press(seen: AppTest, prefix: str) -> AppTest:
    """Click the one button whose key begins so."""
    (button,) = [b for b in seen.button if str(b.key).startswith(prefix)]
    button.click().run()
    assert not seen.exception, seen.exception
    return seen


def words(seen: AppTest) -> str:
    """Everything that a page says, for a look whether something is there."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "success", "warning", "error", "page_link")
    return "\n".join(str(element.value) for kind in kinds for element in seen.get(kind))
