"""Bring the catalogues up to date with the sentences of the program: `python -m tests.catalogues`."""

import ast
import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TEXT = ROOT / "coord" / "text"
LOCALES = ("pt_BR", "es")
KEYWORDS = {
    "t": None,
    "N_": None,
    "Refused": None,
    "Changed": None,
    "Busy": None,
    "Repeated": None,
    "plural": (1, 2),
    "NN_": (1, 2),
    "inside": ((1, "c"), 2),
    "NC_": ((1, "c"), 2),
}
METHODS = [
    ("app.py", "tests.catalogues:spoken"),
    ("pages/**.py", "tests.catalogues:spoken"),
    ("coord/**.py", "tests.catalogues:spoken"),
    ("coord/web/**.html", "jinja2.ext:babel_extract"),
]
# What changes with each run, or says nothing, would only make the differences between versions longer.
_NOISE = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version|Report-Msgid-Bugs-To|Last-Translator'
    rb"|Language-Team|Generated-By):.*\n",
    re.M,
)


def extracted() -> Catalog:
    """Every sentence that the program says, as it stands in the source."""
    template = Catalog()
    for file, line, message, comments, context in extract_from_dir(ROOT, METHODS, keywords=KEYWORDS):
        template.add(message, None, [(file, line)], auto_comments=comments, context=context)
    return template


def spoken(
    file: BinaryIO, keywords: Collection[str], _tags: Collection[str], options: dict[str, Any]
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """The calls by which Python code names a sentence; Babel's own reader sees none inside f-strings or calls."""
    for call, name in calls(ast.parse(file.read())):
        if name in keywords and call.args:
            yield call.lineno, name, tuple(_literal(argument) for argument in call.args), []


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the last name before its parenthesis: `here.t(…)` is a call of t."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node, node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node, node.func.attr


def path(locale: str) -> Path:
    return TEXT / f"{locale}.po"


def read(locale: str) -> Catalog:
    """A catalogue as it is kept; empty before the first time."""
    if not path(locale).exists():
        return Catalog(locale=locale)
    with path(locale).open("rb") as file:
        return read_po(file, locale=locale)


def write(catalogue: Catalog) -> None:
    """Keep a catalogue: sorted, without what nobody says any more."""
    catalogue.fuzzy = False
    catalogue.header_comment = f"# Coord in {catalogue.locale.english_name}: python -m tests.catalogues"
    written = io.BytesIO()
    write_po(written, catalogue, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    path(str(catalogue.locale)).write_bytes(_NOISE.sub(b"", written.getvalue()))


def update(locale: str) -> int:
    """Take new sentences in and let old ones go; how many wait for a translation."""
    catalogue = read(locale)
    catalogue.update(extracted(), no_fuzzy_matching=True)
    write(catalogue)
    return sum(not all(forms(message.string)) for message in catalogue if message.id)


def forms(string: str | Collection[str] | None) -> tuple[str, ...]:
    """A sentence's forms: one, or one for each number that the language tells apart."""
    return tuple(string) if string and not isinstance(string, str) else (string or "",)  # type: ignore[arg-type]


def _literal(argument: ast.expr) -> str | None:
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return argument.value if is_text else None  # type: ignore[attr-defined]


if __name__ == "__main__":
    for locale in LOCALES:
        print(f"{locale}: {update(locale)} sentences wait for a translation")
