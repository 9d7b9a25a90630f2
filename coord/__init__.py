"""Coord: the weekly hour of the heads of every area, and the requests between two hours."""

__version__ = "0.1.0"
