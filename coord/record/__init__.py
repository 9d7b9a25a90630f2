"""The record: who did what when, one chained entry a transaction, written by the transaction itself."""

from coord.record.chain import (
    BEGINNING,
    Checked,
    Entry,
    Head,
    Wanted,
    check,
    entries,
    head,
    how_many,
    leads_through,
)
from coord.record.kinds import KINDS, UNTOLD
from coord.record.noting import ROWS, counted

__all__ = [
    "BEGINNING",
    "KINDS",
    "ROWS",
    "UNTOLD",
    "Checked",
    "Entry",
    "Head",
    "Wanted",
    "check",
    "counted",
    "entries",
    "head",
    "how_many",
    "leads_through",
]
