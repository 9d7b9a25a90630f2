"""Is everything well? What an administrator should know about the server and its data, and what to do about it."""

from coord.well.lines import Line, look
from coord.well.process import begins

__all__ = ["Line", "begins", "look"]
