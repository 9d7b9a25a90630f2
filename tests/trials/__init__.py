"""That nothing shakes Coord: `python -m tests.trials [--small] [NAME…]` tries it, and prints what came of it.

Each module here may have `TRIALS`, a list of functions. A trial takes whether it is to be small and a folder of its own,
says in its docstring what is done, raises AssertionError when Coord failed and Skipped when something to try it with is
missing, and returns its figures.
"""

import os
from collections.abc import Callable
from pathlib import Path

Trial = Callable[[bool, Path], str]

POSTGRESQL = os.environ.get("COORD_TEST_POSTGRESQL")  # an address of a server where databases may be made


class Skipped(Exception):
    """Something is missing that this trial needs."""
