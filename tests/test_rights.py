"""Every person before every action of every room: who may does it, whoever else is refused, and nothing is changed."""

import ast
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

import coord
from coord import people
from coord.company import Area
from coord.db import Database
from coord.people import Mandate
from coord.refusal import Refused
from tests.cast import MONDAY, engage
from tests.conftest import fresh
from tests.rights import ASKED, NOBODYS, QUESTIONS, ROOMS, RULES
from tests.stage import NEVER, Nowhere, Rule, Stage, stage

# Actions that name nothing that could be missing.
NO_ID = frozenset({"company.change", "company.add_closing_days", "company.remove_closing_days", "company.open_area",
                   "accounts.keep_provider", "backup.change_plan", "backup.give", "notices.set_up", "notices.choose", "checks.want", "timekeeping.trust", "meetings.arrange",
                   "moving_in.look_over", "moving_in.arrange_hour", "moving_in.finish", "exchange.write", "roster.bring: areas", "roster.bring: people",
                   "roster.open_areas", "roster.welcome"})  # fmt: skip
WRITING = ("INSERT", "UPDATE", "DELETE")
SIGNS = (
    "session.flush(",
    "session.add(",
    "session.add_all(",
    "session.delete(",
    "session.merge(",
    "execute(delete(",
    "execute(update(",
)


@pytest.fixture(scope="module")
def scene(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One company for the whole matrix; whatever is done in it is taken back."""
    with fresh(template, tmp_path_factory.mktemp("rights")) as url:
        database = Database(url)
        yield stage(engage(database))
        database.close()


@pytest.fixture(scope="module")
def written(scene: Stage) -> list[str]:
    """Every statement that writes, as it is sent to the database."""
    found: list[str] = []

    @event.listens_for(scene.cast.database.writer, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(WRITING):
            found.append(statement)

    return found


def exported() -> dict[str, Any]:
    """The functions that the rooms offer: "goals.end" → function."""
    return {
        f"{room}.{name}": what
        for room, module in ROOMS.items()
        for name, what in vars(module).items()
        if inspect.isfunction(what)
        and not name.startswith("_")
        and what.__module__.startswith(module.__name__)
    }


def test_every_action_of_every_room_has_its_rule() -> None:
    actions = {name for name, what in exported().items() if "by" in inspect.signature(what).parameters}
    assert actions - QUESTIONS == {name.partition(":")[0] for name in RULES}


def test_no_action_hides_in_a_module_that_the_rooms_do_not_offer() -> None:
    """Everything that asks who does it, wherever it stands below the pages, is in the matrix or a named question."""
    offered = {f"{what.__module__}.{what.__name__}" for what in exported().values()}
    found = {name for path in Path(coord.__path__[0]).rglob("*.py") for name in _asking_who(path)}
    assert found - offered == ASKED
    assert len(found) > 100


def _asking_who(path: Path) -> Iterator[str]:
    """The functions of a module that take a mandate; a `by` that is a word says how something is grouped or told."""
    place = path.relative_to(Path(coord.__path__[0]).parent).with_suffix("").parts
    source = path.read_text("utf-8")
    if place[1] in ("ui", "web", "cli") or "by:" not in source:
        return
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            taken = [one for one in (*node.args.args, *node.args.kwonlyargs) if one.arg == "by"]
            if taken and ast.unparse(taken[0].annotation or ast.Constant("")) not in ("str", "str | None"):
                yield ".".join((*place, node.name)).replace(".__init__", "")


def test_what_changes_something_without_asking_who_does_it_is_known() -> None:
    found = {
        name
        for name, what in exported().items()
        if {"session"} <= inspect.signature(what).parameters.keys() - {"by"}
        and "by" not in inspect.signature(what).parameters
        and any(sign in inspect.getsource(what) for sign in SIGNS)
    }
    assert found <= NOBODYS, "this either takes a mandate, or belongs to the server alone"
    assert exported().keys() >= NOBODYS


@pytest.mark.parametrize("action", RULES)
def test_who_may_does_it_and_nobody_else(scene: Stage, written: list[str], action: str) -> None:
    rule = RULES[action]
    wrong = []
    with Session(scene.cast.database.writer) as session:  # never committed
        if rule.first is not None:
            rule.first(session, scene)
            session.flush()
        for area in rule.areas:
            for who, by in scene.who.items():
                with taken_back(session):
                    came = _came(session, scene, rule, by, area, written)
                if came != ("done" if rule.allows(who, area) else "refused"):
                    wrong.append(f"{who}, {area}: {came}")
    assert not wrong


@pytest.fixture(scope="module")
def everybody(scene: Stage) -> Mandate:
    """Somebody who may do everything, in the hour that runs: only what is not there stands in their way."""
    areas = frozenset({*scene.cast.area.values(), NEVER})
    return replace(scene.who["scribe"], areas=areas, rights=frozenset(people.RIGHTS))


@pytest.mark.parametrize("action", RULES)
def test_what_is_not_there_is_refused_in_a_sentence(
    scene: Stage, everybody: Mandate, written: list[str], action: str
) -> None:
    rule, nowhere = RULES[action], Nowhere(scene.cast, scene.who)
    with Session(scene.cast.database.writer) as session:
        if rule.first is not None:
            rule.first(session, scene)
        came = _came(session, nowhere, rule, everybody, "product", written)
    assert came == ("done" if action in NO_ID else "refused")


@pytest.mark.parametrize("action", RULES)
def test_an_area_that_was_archived_meanwhile_is_refused_in_a_sentence_or_no_hindrance(
    scene: Stage, everybody: Mandate, written: list[str], action: str
) -> None:
    rule = RULES[action]
    with Session(scene.cast.database.writer) as session:
        if rule.first is not None:
            rule.first(session, scene)
        session.execute(update(Area).where(Area.id.in_(scene.cast.area.values())).values(archived_at=MONDAY))
        came = _came(session, scene, rule, everybody, "product", written)
    assert came.split(",")[0].split(":")[0] in ("done", "refused", "nothing happened", "Changed")


def _came(session: Session, scene: Stage, rule: Rule, by: Mandate, area: str, written: list[str]) -> str:
    """What came of it: done, refused, or what must not be."""
    written.clear()
    try:
        rule.do(session, scene, by, area)
    except Refused as refused:
        if type(refused) is not Refused:
            return f"{type(refused).__name__}: {refused}"
        touched = bool(session.new or session.dirty or session.deleted or written)
        return f"refused, but something was changed: {refused}" if touched else "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    session.flush()
    return "done" if written else "nothing happened"


@contextmanager
def taken_back(session: Session) -> Iterator[None]:
    """Whatever is done inside has not happened afterwards."""
    inside = session.begin_nested()
    try:
        yield
    finally:
        inside.rollback()
        session.expire_all()
