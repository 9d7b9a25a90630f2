"""The door: who comes in, the pages before sign-in, health, and what runs beside the pages."""

from starlette.routing import Route, WebSocketRoute

from coord.web import begin, calendar, downloads, live, pages, single_sign_on
from coord.web.addresses import here, lies_under
from coord.web.door import Door
from coord.web.lifespan import lifespan
from coord.web.outage import Outage

ROUTES: list[Route | WebSocketRoute] = [
    *live.ROUTES,
    *calendar.ROUTES,
    *downloads.ROUTES,
    *begin.ROUTES,
    *single_sign_on.ROUTES,
    *pages.ROUTES,
]


def routes() -> list[Route | WebSocketRoute]:
    """Every route under the path at which the server lies: Streamlit prefixes only its own."""
    return [
        Route(here(route.path), route.endpoint, methods=list(route.methods or ()))
        if isinstance(route, Route)
        else WebSocketRoute(here(route.path), route.endpoint)
        for route in ROUTES
    ]


__all__ = ["Door", "Outage", "lies_under", "lifespan", "routes"]
