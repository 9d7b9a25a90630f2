"""The filters of Trends: one row that applies to every chart, kept in the address so that a view can be sent."""

from dataclasses import dataclass

from coord.company import SPHERES
from coord.text import N_
from coord.trends import DAY, Wanted
from coord.ui import address
from coord.ui.visit import Visit
from coord.worktime import Calendar

ANY = ""
WEEKS = (4, 13, 26, 52)
TIMES = {"elapsed": N_("All days"), "working": N_("Working days")}
COMPARED = {
    "all": N_("All together"),
    "route": N_("By busiest routes"),
    "crossing": N_("By spheres"),
    "period": N_("By quarter asked"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is looked at; `calendar` is there where working days count."""

    wanted: Wanted
    calendar: Calendar | None


def chosen(here: Visit) -> Chosen:
    """Draw the filters; what they say."""
    t = here.t
    periods = {str(n): t.plural("Last {n} week", "Last {n} weeks", n) for n in WEEKS}
    weeks = address.choice(t("Asked"), {ANY: t("At any time"), **periods}, "asked", width=194)
    time = address.choice(t("Count"), {name: t(label) for name, label in TIMES.items()}, "time", width=148)
    areas = {str(area.id): area.name for area in here.areas.values()}
    named = address.several(t("Areas"), areas, "areas", placeholder=t("All areas"), width=300)
    crossing = address.choice(t("Between spheres"), crossings(here), "crossing", width=230)
    asking, _, answering = crossing.partition("-")
    return Chosen(
        Wanted(
            asked_since=here.calendar.start_of(here.today) - int(weeks) * 7 * DAY if weeks else None,
            areas=frozenset(map(int, named)),
            crossing=(asking, answering) if crossing else None,
        ),
        here.calendar if time == "working" else None,
    )


def crossings(here: Visit) -> dict[str, str]:
    """Every way between two spheres, by the name it has in the address."""
    return {ANY: here.t("All"), **{f"{a}-{b}": crossing(here, (a, b)) for a in SPHERES for b in SPHERES}}


def crossing(here: Visit, ends: tuple[str, str]) -> str:
    t = here.t
    source, target = ends
    return t("{from_sphere} → {to_sphere}", from_sphere=t(SPHERES[source]), to_sphere=t(SPHERES[target]))
