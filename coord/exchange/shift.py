"""The demo moves by whole weeks: the same weekdays and the same hours on the clock, some weeks later."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Shift:
    """So many weeks later, or earlier, where the company is."""

    weeks: int
    zone: ZoneInfo

    def day(self, written: str) -> date:
        """A day as it is written in a file of the demo, moved."""
        return date.fromisoformat(written) + timedelta(weeks=self.weeks)

    def instant(self, written: str) -> datetime:
        """An instant as it is written in a file of the demo, moved."""
        local = datetime.fromisoformat(written).astimezone(self.zone).replace(tzinfo=None)
        return (local + timedelta(weeks=self.weeks)).replace(tzinfo=self.zone).astimezone(UTC)
