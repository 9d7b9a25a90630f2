"""Whoever or whatever leaves: an area that is archived, and what the rooms must let go of."""

from coord.departures.areas import Holding, archive_area, holding

__all__ = ["Holding", "archive_area", "holding"]
