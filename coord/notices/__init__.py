"""What is sent to whom, when: one letter for all that falls due, and never the same twice."""

from coord.notices.records import KINDS, Choice, Letter, Notice, Sender

__all__ = ["KINDS", "Choice", "Letter", "Notice", "Sender"]
