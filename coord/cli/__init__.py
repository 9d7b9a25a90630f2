"""The command line: `coord serve`, `coord demo`, and what keeps, reports, brings in and takes out."""

import sys

from coord.cli import exchanging, keeping, reporting, serving
from coord.cli.root import app
from coord.refusal import Refused

__all__ = ["app", "exchanging", "keeping", "main", "reporting", "serving"]


def main() -> None:
    """Run a command; a refusal is a sentence on the error stream and exit status 2."""
    try:
        app()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)
