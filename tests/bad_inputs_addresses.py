"""What stands in the addresses of the pages: the names that their source reads, and the views that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, get_args

from coord.ui.visit import Place

ROOT = Path(__file__).resolve().parents[1]
DRAWN = {"choice", "several", "words", "tabs", "_choice", "drafted"}  # what reads the name that it is given


class View(NamedTuple):
    """One view of a page: who looks, at which good address, and the names that change something in it."""

    who: str
    page: str
    good: dict[str, str]
    names: tuple[str, ...]
    finds: str = ""  # what is said where there is no such thing


GONE = "There is no such "
# What looks like a good one and is none.
NEAR = {"move": "1-nonsense-1", "outcome": "nonsense-1", "handoff": "1-99", "areas": "98,99", "record": "nonsense",
        "revision": "99", "draft": "0" * 16}  # fmt: skip
VIEWS = {
    "a request": View("ana", "request", {"id": "1", "move": "1-amend-1"}, ("id", "move", "draft"), GONE + "request"),
    "requests": View("ana", "requests", {}, ("text", "state", "area", "sort", "side", "holder", "crossing", "age", "customer")),
    "issues": View("ana", "issues", {}, ("text", "state", "area", "factor", "handoff", "draft")),
    "an issue": View("ana", "issues", {"issue": "1", "outcome": "watching-1"}, ("issue", "outcome", "draft"), GONE + "issue"),
    "goals": View("ana", "goals", {}, ("area", "order")),
    "a goal": View("ana", "goals", {"goal": "1"}, ("goal",), GONE + "goal"),
    "a role": View("ana", "roles", {"role": "1", "revision": "1"}, ("role", "revision"), GONE + "role"),
    "minutes": View("ana", "minutes", {}, ("text",)),
    "one hour's minutes": View("ana", "minutes", {"meeting": "1"}, ("meeting",)),
    "trends": View("ana", "trends", {}, ("asked", "time", "areas", "crossing", "compare")),
    "company": View("hugo", "company", {}, ("part",)),
    "the record": View("hugo", "company", {"part": "record"}, ("kind", "who")),
    "setting up": View("hugo", "setup", {}, ("step",)),
    "asking": View("ana", "ask", {}, ("follows", "draft")),
    "the hour": View("fabio", "meeting", {}, ("record", "line", "said", "move")),
}  # fmt: skip


def names_read() -> set[str]:
    """Every name of an address that the source of the pages reads, writes or puts into a link."""
    paths = [*(ROOT / "coord" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    sources = [path.read_text("utf-8") for path in paths if path.name != "address.py"]
    return set(get_args(Place)) | {
        name
        for source in sources
        if any(word in source for word in ("query_params", "address.", "drafted("))
        for node in ast.walk(ast.parse(source))
        for name in _names(node)
    }


def _names(node: ast.AST) -> Iterator[str]:
    named: list[ast.expr | None] = []
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called.rpartition(".")[2] in DRAWN or "query_params" in called:
            named += node.args
        for given in node.keywords:
            if given.arg == "query_params" and isinstance(given.value, ast.Dict):
                named += given.value.keys
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "st.query_params":
        named = [node.slice]
    elif isinstance(node, ast.Compare) and "st.query_params" in map(ast.unparse, node.comparators):
        named = [node.left]
    yield from (
        one.value
        for one in named
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.isidentifier()
    )
