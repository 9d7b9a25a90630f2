"""XLSX files: measured before they are unpacked, and read from one visible sheet."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from typing import Any, BinaryIO

import openpyxl
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from coord.exchange import texts
from coord.refusal import Refused

LARGEST = 100 << 20  # bytes of all members, unpacked
MEMBERS = 1_000
RATIO = 200
UNSUSPICIOUS = 10 << 20
WIDEST = 300  # columns
GAP = 1_000  # rows without anything after which nothing more is looked for

Row = dict[str, str | date]


def header(stream: BinaryIO, sheet: str | None) -> tuple[dict[str, str], list[str]]:
    """What is said about the sheet that is read, and the names of its columns."""
    with _opened(stream, sheet) as (book, chosen):
        hidden = [one.title for one in book.worksheets if one.sheet_state != "visible"]
        others = [s.title for s in book.worksheets if s.sheet_state == "visible" and s.title != chosen.title]
        said = {"sheet": chosen.title, "other_sheets": ", ".join(others), "hidden_sheets": ", ".join(hidden)}
        first = next(_filled(chosen), None)
        if first is None:
            raise Refused("The sheet “{sheet}” is empty.", sheet=chosen.title)
        return {key: value for key, value in said.items() if value}, _names(first[1])


def rows(stream: BinaryIO, sheet: str | None) -> Iterator[tuple[str, Row | Refused]]:
    """(row number, row) below the header of the one sheet; dates as dates."""
    with _opened(stream, sheet) as (_, chosen):
        filled = _filled(chosen)
        first = next(filled, None)
        names = _names(first[1]) if first else []
        for number, values in filled:
            found = dict(zip(names, map(_value, values), strict=False))
            yield str(number), {name: value for name, value in found.items() if value != ""}


@contextmanager
def _opened(stream: BinaryIO, sheet: str | None) -> Iterator[tuple[Any, Any]]:
    packed = io.BytesIO(stream.read())
    try:
        with zipfile.ZipFile(packed) as archive:
            _measure(archive)
            _no_doctype(archive)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(packed, read_only=True, data_only=True, keep_links=False)
            yield book, _chosen(book, sheet)
    except Refused:
        raise
    except DefusedXmlException:
        raise _entities() from None
    except Exception:  # openpyxl lets through whatever its many parsers stumble over
        raise Refused("This Excel file is damaged, or is none. Save it again as .xlsx.") from None


def _measure(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise Refused("This Excel file has {members} parts inside; it was not opened.", members=len(members))
    unpacked, packed = sum(m.file_size for m in members), sum(m.compress_size for m in members)
    if unpacked > LARGEST or unpacked > max(UNSUSPICIOUS, RATIO * packed):
        raise Refused(
            "Unpacked, this Excel file would take {size} MB; it was not opened. Save the sheet as CSV.",
            size=unpacked >> 20,
        )


def _no_doctype(archive: zipfile.ZipFile) -> None:
    """Look at the beginning of each XML part with a parser that refuses document types."""
    for member in archive.infolist():
        if member.filename.endswith((".xml", ".rels")):
            beginning = _Beginning()
            parser = DefusedXMLParser(target=beginning, forbid_dtd=True)
            with archive.open(member) as part:
                parser.feed(part.read(1 << 16))
            if not beginning.began:
                raise _entities()


class _Beginning:
    """Notes that the first element began: what comes after it can declare nothing."""

    began = False

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        self.began = True


def _entities() -> Refused:
    return Refused(
        "This Excel file declares a document type or entities, which Excel never writes. It was not read."
    )


def _chosen(book: Any, wanted: str | None) -> Any:
    visible = [one for one in book.worksheets if one.sheet_state == "visible"]
    if wanted is not None:
        for one in book.worksheets:
            if one.title == wanted:
                return one
        raise Refused("This file has no sheet “{sheet}”.", sheet=wanted)
    for one in visible:
        if next(_filled(one), None) is not None:
            return one
    raise Refused("No visible sheet of this file has anything in it.")


def _filled(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """The rows with something in them."""
    empty = 0
    for number, values in enumerate(sheet.iter_rows(max_col=WIDEST, values_only=True), 1):
        if any(value not in (None, "") for value in values):
            empty = 0
            yield number, values
        elif (empty := empty + 1) > GAP:
            return


def _names(values: tuple[Any, ...]) -> list[str]:
    return texts.named([str(_value(value)).strip() for value in chain(values)])


def _value(value: Any) -> str | date:
    if value is None:
        return ""
    if isinstance(value, (date, datetime)):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
