"""When the database can't do its work: a sentence says so, nothing is half saved, and it goes on when it can again."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from coord import db, requests, trouble
from coord.db import Database
from coord.refusal import Repeated, Trouble
from coord.web.outage import Outage
from tests.cast import MONDAY, Cast
from tests.pages import visit

FILL = "word " * 700


@pytest.fixture
def kept(cast: Cast) -> Cast:
    """The cast on SQLite, with a request."""
    if not cast.database.is_sqlite:
        pytest.skip("about the file of SQLite")
    cast.ask()
    return cast


def comment(cast: Cast, words: str, key: str | None = None) -> None:
    with cast.database.begin(by=cast.ana.person_id) as session:
        if key is not None:
            db.once(session, key, MONDAY)
        requests.move(session, 1, "note", by=cast.ana, at=MONDAY, text=words)


def comments(database: Database) -> list[str | None]:
    with database.read() as session:
        return [event.text for event in requests.story(session, 1)[1:]]


def pragma(cast: Cast, wish: str) -> None:
    with cast.database.writer.connect() as connection:
        assert connection.connection.dbapi_connection is not None
        connection.connection.dbapi_connection.execute(f"PRAGMA {wish}")


@contextmanager
def refused(sentence: str) -> Iterator[None]:
    with pytest.raises(Trouble) as raised:
        yield
    assert raised.value.message == sentence


def test_a_new_database_is_read_by_nobody_else_on_the_computer(tmp_path: Path) -> None:
    file = tmp_path / "company" / "coord.db"
    database = Database(f"sqlite:///{file}")
    with database.begin() as session:
        session.execute(text("CREATE TABLE words (word TEXT)"))
    there = [file.parent, *file.parent.iterdir()]
    assert len(there) > 2
    assert not [path.name for path in there if path.stat().st_mode & 0o077]
    database.close()


def test_what_does_not_fit_on_the_disk_is_refused_whole_and_saved_when_there_is_room_again(
    kept: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    pragma(kept, "max_page_count=1")  # SQLite takes the size that it has
    written = []
    with refused(trouble.FULL):
        for turn in range(40):
            comment(kept, f"{turn} {FILL}", key=f"form {turn}")
            written.append(f"{turn} {FILL}".strip())
    assert comments(kept.database) == written
    assert "database or disk is full" in caplog.text
    assert "word word" not in caplog.text  # what people typed is not for whoever reads the log
    pragma(kept, "max_page_count=100000")
    comment(kept, f"{len(written)} {FILL}", key=f"form {len(written)}")
    assert len(comments(kept.database)) == len(written) + 1


def test_a_row_that_postgresql_refuses_is_not_in_the_log(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    if cast.database.is_sqlite:
        pytest.skip("SQLite quotes no rows")
    typed = {"key": "words that somebody typed"}
    with cast.database.begin() as session:
        db.once(session, typed["key"], MONDAY)
    for row in ("(:key, 1)", "(:key, NULL)"):
        with pytest.raises(DBAPIError) as raised, cast.database.writer.begin() as connection:
            connection.execute(text(f"INSERT INTO submissions VALUES {row}"), typed)
        logging.getLogger("coord").error("not done", exc_info=raised.value)
    assert "violates unique constraint" in caplog.text
    assert "violates not-null constraint" in caplog.text
    assert "words that somebody typed" not in caplog.text


def test_a_database_that_may_only_be_read_is_read(kept: Cast) -> None:
    pragma(kept, "query_only=ON")
    with refused(trouble.READ_ONLY):
        comment(kept, "Not now")
    assert comments(kept.database) == []
    pragma(kept, "query_only=OFF")
    comment(kept, "Now")
    assert comments(kept.database) == ["Now"]


def test_a_file_that_is_taken_away_stops_the_work_until_it_is_back(kept: Cast, tmp_path: Path) -> None:
    path = Path(str(kept.database.url.database))
    path.rename(tmp_path / "elsewhere.db")
    with refused(trouble.REPLACED):
        comment(kept, "Into a file that nobody finds again")
    with refused(trouble.REPLACED):
        comments(kept.database)
    assert not path.exists(), "no empty database takes its place"
    (tmp_path / "elsewhere.db").rename(path)
    comment(kept, "Into the right file")
    assert comments(kept.database) == ["Into the right file"]


def test_what_was_typed_meanwhile_is_on_the_page_again_when_the_file_is_back(
    kept: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, aside = Path(str(kept.database.url.database)), tmp_path / "elsewhere.db"
    seen = visit(monkeypatch, kept.database, kept.ana, "ask")
    next(field for field in seen.text_input if str(field.key).startswith("what-")).set_value(
        "Send the prices"
    )
    path.rename(aside)
    next(button for button in seen.button if str(button.key).startswith("send-")).click().run()
    assert [alert.value for alert in seen.error] == [trouble.REPLACED]
    assert not seen.exception
    aside.rename(path)
    seen.run()
    back = next(field for field in seen.text_input if field.value == "Send the prices")
    assert back.proto.set_value, "the browser has forgotten it, and is told"


def test_a_file_that_grows_while_two_threads_look_is_still_the_same(
    kept: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, path = kept.database._file, Path(str(kept.database.url.database))

    def overtaken(there: Path) -> os.stat_result:
        monkeypatch.undo()
        found = os.stat(there)
        with path.open("ab") as file:
            file.write(bytes(4096))
        looks.must_be_the_same()  # another thread, between this one's look and what it makes of it
        return found

    looks.must_be_the_same()
    monkeypatch.setattr(trouble.os, "stat", overtaken)
    looks.must_be_the_same()


def test_another_file_in_its_place_is_not_written_to(kept: Cast, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"something else")
    other.replace(str(kept.database.url.database))
    with refused(trouble.REPLACED):
        comment(kept, "Into what?")


def test_a_file_without_its_end_is_not_written_to(kept: Cast) -> None:
    path = Path(str(kept.database.url.database))
    os.truncate(path, path.stat().st_size // 2)
    with refused(trouble.REPLACED):
        comment(kept, "On top of a stump")


def test_a_damaged_file_is_not_written_to_any_more(kept: Cast) -> None:
    path = Path(str(kept.database.url.database))
    kept.database.close()  # everything lies in the one file now
    path.write_bytes(path.read_bytes()[:4096] + b"\x99" * (path.stat().st_size - 4096))
    damaged = Database(kept.database.url.render_as_string())
    with refused(trouble.DAMAGED):
        comments(damaged)
    with refused(trouble.DAMAGED), damaged.begin():
        raise AssertionError("the transaction has begun")
    damaged.close()


def test_a_click_that_was_cut_off_in_its_commit_is_repeated_without_harm(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    if cast.database.is_sqlite:
        pytest.skip("about the connection to PostgreSQL")
    cast.ask()

    event.listen(cast.database.writer, "commit", end_this, once=True)
    with refused(trouble.CUT):
        comment(cast, "Am I saved?", key="form")
    with suppress(Repeated):
        comment(cast, "Am I saved?", key="form")
    assert comments(cast.database) == ["Am I saved?"]
    assert "OperationalError" in caplog.text


def test_after_a_lost_connection_the_next_click_is_saved(cast: Cast) -> None:
    if cast.database.is_sqlite:
        pytest.skip("about the connection to PostgreSQL")
    cast.ask()
    with refused(trouble.LOST), cast.database.begin() as session:
        end_this(session.connection())
        requests.move(session, 1, "note", by=cast.ana, at=MONDAY, text="Into a line that is cut")
    with refused(trouble.AWAY), cast.database.read() as session:
        end_this(session.connection())
        requests.story(session, 1)
    comment(cast, "Into the next one")
    assert comments(cast.database) == ["Into the next one"]


def end_this(connection: Connection) -> None:
    """Have PostgreSQL close this very connection, as it does when it stops."""
    mine = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    with connection.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})


def test_before_the_pages_the_sentence_is_a_page_of_its_own_in_the_readers_language() -> None:
    def out(_request: object) -> PlainTextResponse:
        raise Trouble(trouble.LOST)

    site = Starlette(routes=[Route("/", out)], middleware=[Middleware(Outage)])

    async def ask(**headers: str) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url="http://coord.example"
        ) as browser:
            return await browser.get(
                "/", headers={name.replace("_", "-"): said for name, said in headers.items()}
            )

    html = asyncio.run(ask(accept="text/html", accept_language="pt-BR"))
    assert (html.status_code, html.headers["retry-after"]) == (503, "5")
    assert 'lang="pt-BR"' in html.text
    assert "Traceback" not in html.text
    assert "Content-Security-Policy" in html.headers
    assert asyncio.run(ask()).text == trouble.LOST


def test_a_failure_of_the_program_itself_is_no_trouble_of_the_database(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(DBAPIError), cast.database.begin() as session:
        session.execute(text("SELECT nothing FROM nowhere"))
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
