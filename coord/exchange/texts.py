"""CSV files as people and spreadsheets write them: encoding, delimiter and header found out, rows read as a stream."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import BinaryIO

from coord.exchange import cells
from coord.refusal import Refused

SAMPLE = 1 << 18
DELIMITERS = {";": ";", ",": ",", "\t": "Tab", "|": "|"}
Row = dict[str, str | date]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str
    delimiter: str
    sep_line: bool
    mixed: bool = False

    def said(self) -> dict[str, str]:
        return {
            "encoding": "windows-1252" if self.mixed else self.encoding.removesuffix("-sig"),
            "delimiter": DELIMITERS.get(self.delimiter, self.delimiter),
        }


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 are read as Windows writes them, also in a file that mixes both."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("coord.windows", _as_windows)


def dialect(sample: bytes) -> Dialect:
    """What the beginning of a file says about all of it. Raises Refused when it is no text."""
    encoding = _encoding(sample)
    text = sample.decode(encoding, "coord.windows" if encoding.startswith("utf-8") else "replace")
    mixed = encoding.startswith("utf-8") and not _is_utf8(sample)
    if found := re.match(r"sep=(.)\r?\n", text):
        return Dialect(encoding, found[1], True, mixed)
    lines = text.replace("\x00", "").splitlines(keepends=True)
    whole = lines if len(sample) < SAMPLE else lines[:-1]
    best = max(DELIMITERS, key=lambda mark: _fits(whole[:200], mark))
    return Dialect(encoding, best, False, mixed)


def header(stream: BinaryIO, how: Dialect) -> list[str]:
    """The names of the columns; a name that occurs twice is numbered."""
    first = next(_records(stream, how), None)
    if first is None:
        raise Refused("This file has no rows: the first one must hold the names of the columns.")
    return named([cell.strip() for cell in first[1]])


def named(names: list[str]) -> list[str]:
    """The header's names made unlike each other. Raises Refused when this is no header."""
    while names and not names[-1]:
        names.pop()
    for name in names:
        if re.fullmatch(r"[\d.,:/\s-]*\d[\d.,:/\s-]*", name):
            raise Refused(
                "The header was not found: the first row must hold the names of the columns, and it holds “{value}”.",
                value=name[:60],
            )
    if not names:
        raise Refused("The header was not found: the first row must hold the names of the columns.")
    seen: dict[str, int] = {}
    found = []
    for place, name in enumerate(names, 1):
        label = name or f"column {place}"
        seen[label] = seen.get(label, 0) + 1
        found.append(f"{label} ({seen[label]})" if names.count(name) > 1 and name else label)
    return found


def rows(stream: BinaryIO, how: Dialect) -> Iterator[tuple[str, Row | Refused]]:
    """(line, row) below the header; in place of a row with too many cells, a Refused."""
    records = _records(stream, how)
    first = next(records, None)
    names = named([cell.strip() for cell in first[1]]) if first else []
    for line, record in records:
        if len(record) > len(names) and any(cell.strip() for cell in record[len(names) :]):
            yield str(line), Refused(
                "Line {line} has {cells} cells, and the header {names}.",
                line=line, cells=len(record), names=len(names),
            )  # fmt: skip
        else:
            yield str(line), dict(zip(names, map(cells.bare, record), strict=False))


def _records(stream: BinaryIO, how: Dialect) -> Iterator[tuple[int, list[str]]]:
    errors = "coord.windows" if how.encoding.startswith("utf-8") else "replace"
    text = io.TextIOWrapper(stream, how.encoding, errors, newline="")
    lines: Iterable[str] = (line.replace("\x00", "") for line in islice(text, int(how.sep_line), None))
    reader = csv.reader(lines, delimiter=how.delimiter)
    while True:
        try:
            record = next(reader, None)
        except csv.Error:
            raise Refused(
                "Line {line} has a cell that is too long (over {limit} characters) or is not closed. Check its quotation marks.",
                line=reader.line_num,
                limit=csv.field_size_limit(),
            ) from None
        if record is None:
            return
        if any(cell and not cell.isspace() for cell in record):
            yield reader.line_num + how.sep_line, record


def _encoding(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = (sample[0::2].count(0), sample[1::2].count(0))
    if len(sample) > 8 and max(zeros) > 0.4 * len(sample) / 2 and min(zeros) < 0.1 * len(sample) / 2:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    controls = sum(sample.count(byte) for byte in range(1, 32) if byte not in b"\t\n\r\f")
    if controls > 0.02 * len(sample) or sample.count(0) > 0.2 * len(sample) or sample.startswith(b"%PDF"):
        raise Refused("This is not a text file. Save it as CSV, Excel (.xlsx) or XES, and choose that file.")
    return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8"


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _fits(lines: list[str], mark: str) -> tuple[float, int]:
    """How well a delimiter divides these lines: the share of rows as wide as the first, then the width."""
    try:
        records = [record for record in csv.reader(lines, delimiter=mark) if record]
    except csv.Error:
        return 0.0, 0
    width = len(records[0]) if records else 0
    if width < 2:
        return 0.0, 0
    return sum(len(record) == width for record in records) / len(records), width
