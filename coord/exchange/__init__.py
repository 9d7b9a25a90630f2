"""In and out: event logs, request lists and Coord's own files, through the rooms' own rules."""

from coord.exchange import demo, mapping, own, proposal, roster
from coord.exchange.files import File
from coord.exchange.instants import Instants
from coord.exchange.reading import read
from coord.exchange.roster import export
from coord.exchange.told import Left, Parsed, Progress, Told, left_out
from coord.exchange.written import Written, counts, digest, make_home, undo, write, zone_of
from coord.requests.bulk import imports

__all__ = [
    "File",
    "Instants",
    "Left",
    "Parsed",
    "Progress",
    "Told",
    "Written",
    "counts",
    "demo",
    "digest",
    "export",
    "imports",
    "left_out",
    "make_home",
    "mapping",
    "own",
    "proposal",
    "read",
    "roster",
    "undo",
    "write",
    "zone_of",
]
