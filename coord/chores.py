"""What falls due without anyone asking."""

from coord import requests
from coord.db import Database


def do(database: Database, at: int) -> int:
    """Do everything that is due by `at`; how many things were done."""
    with database.begin() as session:
        return requests.settle_all(session, at)
