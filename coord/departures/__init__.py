"""Whoever or whatever leaves: an area that ends or becomes part of another, and what the rooms must let go of."""

from coord.departures.areas import Holding, archive_area, holding
from coord.departures.merging import Joining, joining, merge_areas

__all__ = ["Holding", "Joining", "archive_area", "holding", "joining", "merge_areas"]
