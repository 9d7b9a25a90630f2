"""The door: who comes in, the pages before sign-in, health, and what runs beside the pages."""

from coord.web import calendar, live, pages
from coord.web.door import Door
from coord.web.lifespan import lifespan

ROUTES = [*live.ROUTES, *calendar.ROUTES, *pages.ROUTES]

__all__ = ["ROUTES", "Door", "lifespan"]
