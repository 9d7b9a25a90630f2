"""What is sent to whom, when: one letter for all that falls due at a moment, and never the same twice."""

from coord.notices import channels
from coord.notices.due import write_due
from coord.notices.post import deliver, go, said, try_out
from coord.notices.records import KINDS, Choice, Letter, Notice, Sender
from coord.notices.rights import Told, changes_of_rights
from coord.notices.wishes import (
    SECURITY,
    SetUp,
    Wish,
    choice,
    choose,
    forget,
    is_on,
    is_reached,
    letters_to,
    sender,
    set_up,
    troubles,
    wanted,
)

__all__ = [
    "KINDS",
    "SECURITY",
    "Choice",
    "Letter",
    "Notice",
    "Sender",
    "SetUp",
    "Told",
    "Wish",
    "changes_of_rights",
    "channels",
    "choice",
    "choose",
    "deliver",
    "forget",
    "go",
    "is_on",
    "is_reached",
    "letters_to",
    "said",
    "sender",
    "set_up",
    "troubles",
    "try_out",
    "wanted",
    "write_due",
]
