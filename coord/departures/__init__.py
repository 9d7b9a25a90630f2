"""Whoever or whatever leaves: an area that ends or becomes part of another, a person who is erased, and their data."""

from coord.departures.areas import Holding, archive_area, holding
from coord.departures.erasure import Touched, erase, erase_again, erased, remember, remembered, touched
from coord.departures.merging import Joining, joining, merge_areas
from coord.departures.own_data import told_of

__all__ = [
    "Holding",
    "Joining",
    "Touched",
    "archive_area",
    "erase",
    "erase_again",
    "erased",
    "holding",
    "joining",
    "merge_areas",
    "remember",
    "remembered",
    "told_of",
    "touched",
]
