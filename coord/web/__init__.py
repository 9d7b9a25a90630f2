"""The door: who comes in, the pages before sign-in, health, and what runs beside the pages."""

from coord.web.door import Door
from coord.web.lifespan import lifespan
from coord.web.pages import ROUTES

__all__ = ["ROUTES", "Door", "lifespan"]
