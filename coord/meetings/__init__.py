"""The weekly hour: its series, agenda, live course, minutes and pulse."""

from coord.meetings.records import (
    Attendance,
    Facilitating,
    Item,
    LeftOut,
    Meeting,
    Preparation,
    Pulse,
    Recording,
    Screen,
    Series,
)

__all__ = [
    "Attendance",
    "Facilitating",
    "Item",
    "LeftOut",
    "Meeting",
    "Preparation",
    "Pulse",
    "Recording",
    "Screen",
    "Series",
]
