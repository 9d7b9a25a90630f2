"""What one run of Trends looks at, and the cache of what it draws: the same view is drawn once an hour for everybody."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from coord import trends
from coord.trends import Observations, Unresolved, Waits
from coord.ui.trend_filters import Chosen
from coord.ui.visit import Visit

P = ParamSpec("P")
R = TypeVar("R")

HOUR = 3_600
KEPT = 400


@dataclass(frozen=True)
class View:
    """The requests that the filters leave; what is computed is computed when it is first needed."""

    here: Visit
    chosen: Chosen
    found: Observations

    @property
    def key(self) -> Hashable:
        """Equal where the same would be drawn: ages may be an hour old, everything else is as new as the data."""
        here = self.here
        areas = tuple((area.id, area.version) for area in here.areas.values())
        return (
            self.found.revision,
            self.chosen,
            here.now // HOUR,
            here.t.language,
            here.company.version,
            areas,
        )

    @property
    def spheres(self) -> dict[int, str]:
        return {area.id: area.sphere for area in self.here.areas.values()}

    @property
    def names(self) -> dict[int, str]:
        """The areas' names, as typed, in the order of the company."""
        return {area.id: area.name for area in self.here.areas.values()}

    @cached_property
    def rows(self) -> Waits:
        chosen = self.chosen
        return trends.waits(
            self.found,
            as_of=self.here.now,
            calendar=chosen.calendar,
            wanted=chosen.wanted,
            spheres=self.spheres,
        )

    @cached_property
    def whole(self) -> Unresolved:
        return trends.unresolved(self.rows)


def kept(draw: Callable[P, R]) -> Callable[P, R]:
    """A function of a View whose drawing (nothing that can be clicked) is replayed while the view's key is the same."""
    keep: Any = st.cache_data(
        show_spinner=False, max_entries=KEPT, hash_funcs={View: lambda view: repr(view.key)}
    )
    cached: Callable[P, R] = keep(draw)
    return cached
