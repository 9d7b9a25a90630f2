"""Opening a file safely: what it is, how large it may grow, and its rows."""

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from gzip import BadGzipFile, GzipFile
from pathlib import Path
from typing import BinaryIO

from coord.exchange import sheets, texts, xes
from coord.exchange.told import Progress
from coord.refusal import Refused

LARGEST = 1 << 30  # bytes of a file, unpacked
RATIO = 200  # how much smaller packing makes a log; a bomb's ratio is a thousand
UNSUSPICIOUS = 20 << 20  # up to here no ratio matters

Row = dict[str, str | date]


@dataclass
class File:
    """A file on disk or in memory, and how it was understood."""

    source: bytes | Path
    name: str
    sheet: str | None = None
    kind: str = ""  # xes, csv, xlsx
    understood: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self._open() as stream:
            head = stream.read(texts.SAMPLE)
        self.kind = _kind(head)
        if self.kind == "csv":
            self._dialect = texts.dialect(head)
            self.understood = self._dialect.said()

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[str, Row | Refused]]:
        """(where, row) for each row with something in it; a Refused in place of a row that can't be read."""
        with self._open(progress) as stream:
            if self.kind == "xes":
                for n, row in enumerate(xes.rows(stream), 1):
                    yield str(n), dict(row)
            elif self.kind == "csv":
                yield from texts.rows(stream, self._dialect)
            else:
                yield from sheets.rows(stream, self.sheet)

    @cached_property
    def columns(self) -> list[str]:
        """The names of the columns; of a long XES log, those of its first events."""
        with self._open() as stream:
            if self.kind == "csv":
                return texts.header(stream, self._dialect)
            if self.kind == "xlsx":
                self.understood, columns = sheets.header(stream, self.sheet)
                return columns
        seen: dict[str, None] = {}
        for n, (_, row) in enumerate(self.rows()):
            if isinstance(row, dict):
                seen |= dict.fromkeys(row)
            if n >= 2_000:
                break
        return list(seen)

    def _open(self, progress: Progress | None = None) -> BinaryIO:
        raw: BinaryIO = io.BytesIO(self.source) if isinstance(self.source, bytes) else self.source.open("rb")
        size = len(self.source) if isinstance(self.source, bytes) else self.source.stat().st_size
        if not size:
            raise Refused("This file is empty.")
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        return io.BufferedReader(_Watched(raw, size, packed, progress), 1 << 16)


class _Watched(io.RawIOBase):
    """A stream that unpacks, says how far it is, and stops where it grows beyond all measure."""

    def __init__(self, raw: BinaryIO, size: int, packed: bool, progress: Progress | None) -> None:
        self._raw, self._size, self._packed, self._progress = raw, size, packed, progress
        self._stream: BinaryIO = GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        self._given = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return not self._packed

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            found = self._stream.read(len(buffer))
        except (BadGzipFile, EOFError, zlib.error):
            raise Refused("This compressed file is damaged or breaks off. Pack or export it again.") from None
        buffer[: len(found)] = found
        self._given += len(found)
        if self._packed and self._given > max(UNSUSPICIOUS, RATIO * self._size):
            raise Refused(
                "Unpacked, this file is more than {ratio} times as large. That is no log; it was not read.",
                ratio=RATIO,
            )
        if self._given > LARGEST and self._packed:
            raise Refused("Unpacked, this file is larger than {size} MB. Split it.", size=LARGEST >> 20)
        if self._progress is not None:
            self._progress(min(self._raw.tell() / self._size, 1.0))
        return len(found)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def _kind(head: bytes) -> str:
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(
            "This is an old Excel file (.xls), or one with a password. Save it in Excel as .xlsx without a password."
        )
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return "xes"
    return "csv"
