"""The demo company: read by the importer that users use, and moved by whole weeks so that it ends today."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from coord import company, migrations, requests, settings
from coord.db import Database
from coord.exchange import demo_goals, demo_issues, demo_meetings, demo_roles, own, roster, written
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.exchange.told import Parsed
from coord.exchange.written import Written
from coord.people import CONSOLE, Mandate
from coord.refusal import Refused

LAST_FRIDAY = date(2026, 11, 20)  # the last day of the demo as it is written
DATA = settings.ROOT / "data" / "demo"

COMPANIES = {
    "en": company.Settings("Harbourlight Software", "en", "Europe/London", "GB"),
    "pt-BR": company.Settings("Maré Alta Sistemas", "pt-BR", "America/Sao_Paulo", "BR", "SP"),
    "es": company.Settings("Faro Sistemas", "es", "Europe/Madrid", "ES"),
}

_DAYS = ("day", "needed_on", "since_on")
_INSTANTS = ("at", "observed_from", "observed_until", "silence_at")


def week(at: int) -> date:
    """The Friday that a demo made at this instant ends with; as long as it is the same, so is the demo."""
    return LAST_FRIDAY + timedelta(weeks=_weeks(datetime.fromtimestamp(at, UTC).date()))


def load(url: str, language: str, *, at: int) -> Written:
    """Make a new database with the demo company of a language."""
    database = Database(url)
    try:
        migrations.upgrade(database)
        with database.begin() as session:
            return settle(session, language, at=at)
    finally:
        database.close()


def settle(session: Session, language: str, *, at: int, data: Path = DATA) -> Written:
    """Found the demo company of a language with its areas, people and requests, none of them after `at`."""
    wish = COMPANIES.get(language)
    if wish is None:
        raise Refused("Choose one of the languages.")
    folder = data / language
    parsed, shift = read(folder / "events.csv", wish.zone, at=at)
    began = min((one.life.observed_from_at for one in parsed.told), default=at)
    company.found(session, wish, at=began).moved_in_at = began
    for name in ("areas.csv", "people.csv"):
        roster.bring(session, File(folder / name, name), by=CONSOLE)
    demo_roles.bring(session, folder, shift, at=at)
    demo_goals.bring(session, folder, shift, at=at)
    demo_issues.bring(session, folder, shift, at=at)
    source = folder / "events.csv"
    digest = written.digest(source, None)
    done = written.write(session, parsed, by=CONSOLE, at=at, file_name=source.name, digest=digest)
    demo_meetings.bring(session, folder, shift, at=at)
    for area in company.areas(session):  # what they wait for is all in their requests
        requests.tell_waits(session, area.id, by=Mandate(None, frozenset({area.id})), at=began)
    return done


def read(events: Path, zone: str, *, at: int) -> tuple[Parsed, Shift]:
    """The demo's requests, moved so that their last Friday is the last one whose events all lie before `at`; how far."""
    today = datetime.fromtimestamp(at, ZoneInfo(zone)).date()
    weeks = _weeks(today)
    rows = list(File(events, events.name).rows())
    while True:
        shift = Shift(weeks, ZoneInfo(zone))
        moved = ((place, _moved(row, shift)) for place, row in rows)
        parsed = own.read(moved)
        if parsed.rejected:
            left = parsed.rejected[0]
            raise Refused(
                "The demo's data can't be read: {case}: {reason}", case=left.case, reason=str(left.why)
            )
        if all(one.life.last_at <= at for one in parsed.told):
            return parsed, shift
        weeks -= 1


def _weeks(today: date) -> int:
    return (today - LAST_FRIDAY).days // 7


def _moved(row: dict[str, str | date] | Refused, shift: Shift) -> dict[str, str | date] | Refused:
    """A row some weeks later or earlier."""
    if isinstance(row, Refused):
        return row
    moved = dict(row)
    for name in _DAYS:
        if cell := row.get(name):
            moved[name] = shift.day(str(cell)).isoformat()
    for name in _INSTANTS:
        if cell := row.get(name):
            moved[name] = shift.instant(str(cell)).isoformat()
    return moved
