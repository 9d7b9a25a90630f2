"""What is known about the running server alone: since when it runs, and how often it had to log an error."""

import logging
from dataclasses import dataclass, field
from typing import NamedTuple

from coord import clock


class Last(NamedTuple):
    """The last error: when it came, and its words without whom or what it was about."""

    at: int
    words: str


@dataclass
class Errors(logging.Handler):
    """Counts what is logged as an error, from anywhere in the server."""

    n: int = 0
    last: Last | None = None
    since_at: int | None = field(default=None)

    def __post_init__(self) -> None:
        super().__init__(logging.ERROR)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.n += 1
        self.last = Last(clock.now(), str(record.msg).replace("%s", "…").replace("%d", "…")[:200])


ERRORS = Errors()


def begins(at: int) -> None:
    """The server begins: from here on its errors are counted."""
    ERRORS.n, ERRORS.last, ERRORS.since_at = 0, None, at
    # with one that only counts, Python takes the log for taken care of, and writes it nowhere
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("", "coord"):
        logger = logging.getLogger(name)
        if not name or not logger.propagate:
            logger.addHandler(ERRORS)
