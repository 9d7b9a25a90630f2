"""A day, chosen by chips first: today, Friday, the next meeting."""

from datetime import date, timedelta

from coord import meetings
from coord.ui.visit import Visit

FRIDAY = 4


def chips(here: Visit) -> dict[date, str]:
    """The days that are one click away, soonest first, with what stands on them."""
    t, today = here.t, here.today
    friday = _next(today, FRIDAY)
    with here.read() as session:
        planned = meetings.next_on(session, at=here.now)
    meeting = planned or _next(today + timedelta(days=1), here.company.meeting_weekday)
    found = {
        today: t("Today"),
        friday: t("Friday, {day}", day=t.day(friday)),
        meeting: t("Next meeting, {day}", day=t.day(meeting)),
    }
    if friday == today:
        found[today] = t("Today")
    return dict(sorted(found.items()))


def _next(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)
