"""Cells of an export that no spreadsheet runs as a formula, and that come back as they were."""

_RISKY = tuple("=+-@'\t\r")

TAKEN_AWAY = "'"  # a cell of an export: not "says nothing", but "what stood here was taken away"
NOTHING = "\x00"  # the same once it is read; no text that we keep can be this


def guarded(value: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula."""
    return f"'{value}" if value.startswith(_RISKY) else value


def bare(value: str) -> str:
    """The text as it was before `guarded`."""
    if value == TAKEN_AWAY:
        return NOTHING
    return value[1:] if value.startswith("'") and value[1:].startswith(_RISKY) else value
