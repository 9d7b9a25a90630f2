"""The demo's weekly hours: four files, lived through week by week in the meetings' own room."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from coord import company, goals, issues, meetings, people, requests, roles
from coord.exchange.files import File
from coord.exchange.shift import Shift
from coord.meetings import Arrangement, HandedOver, Meeting, Told, ToldItem
from coord.people import Mandate
from coord.proposal import AgendaItem, Reason
from coord.refusal import Refused

Row = dict[str, str]


def bring(session: Session, folder: Path, shift: Shift, *, at: int) -> None:
    """Hold the demo's hours with what was said in them, and open the agenda of the next one; nothing after `at`."""
    told = _rows(folder / "meetings.csv")
    if not told or shift.instant(told[0]["opened_at"]).timestamp() > at:
        return
    scene = _Scene(session, folder, shift)
    scene.arrange(told)
    for row in told:
        if scene.at(row["closed_at"] or row["opened_at"]) > at:
            break
        scene.play(row)
    meetings.plan(session, at=at)
    if row["state"] == "planned" and (following := meetings.following(session, at=at)) is not None:
        scene.prepare(row, following, at)


@dataclass
class _Scene:
    """The company as it stands, by the names that the files give, and the last hour that was held."""

    session: Session
    folder: Path
    shift: Shift
    last: Meeting | None = None
    files: dict[str, defaultdict[str, list[Row]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._areas = {area.name: area.id for area in company.areas(self.session)}
        self._people = {row.email: row.id for row in people.people(self.session) if row.email}
        self._heads = {
            area: who
            for who, held in people.rights(self.session).items()
            for right, area in held
            if right == "head"
        }
        self._subjects = dict(_subjects(self.session))
        for name in ("agenda", "recordings", "attendance"):
            self.files[name] = defaultdict(list)
            for row in _rows(self.folder / f"{name}.csv"):
                self.files[name][row["meeting"]].append(row)

    def at(self, written: str) -> int:
        return int(self.shift.instant(written).timestamp())

    def arrange(self, told: list[Row]) -> None:
        """Arrange the series before its first hour, with everybody in turn who runs one."""
        in_turn = dict.fromkeys(self._people[row["facilitator"]] for row in told if row["facilitator"])
        wish = Arrangement(holiday_rule="next_working_day", facilitators=tuple(in_turn))
        by, begun_at = self._mandate(told[0]["facilitator"]), self.at(told[0]["opened_at"])
        meetings.arrange(self.session, wish, seen=0, by=by, at=begun_at)

    def play(self, row: Row) -> None:
        """What became of one week's meeting."""
        if row["state"] == "planned":
            return
        meetings.plan(self.session, at=self.at(row["opened_at"]))
        meeting = self._planned(row)
        if row["state"] == "dropped":
            self._drop(row, meeting)
        else:
            self._hold(row, meeting)

    def prepare(self, row: Row, meeting: Meeting, at: int) -> None:
        """The next hour as far as it is prepared: what the last one left, what the rooms propose, what people add."""
        opened_at = self.at(row["opened_at"])
        meetings.open_agenda(self.session, meeting.id, by=self._mandate(row["facilitator"]), at=opened_at)
        if self.last is not None:
            meetings.carry(self.session, self.last.id, at=at)
        meetings.collect(self.session, meeting.id, at=at)
        for told in self.files["agenda"][row["meeting"]]:
            self._shape(told, meeting)
        meetings.collect(self.session, meeting.id, at=at)  # once more, so that all stands in its order
        for told in self.files["recordings"][row["meeting"]]:
            meetings.prepare(self.session, meeting.id, self._areas[told["area"]], want=told["text"], seen=0,
                             by=self._mandate(told["person"]), at=self.at(told["at"]))  # fmt: skip

    def _planned(self, row: Row) -> Meeting:
        day = self.shift.day(row["planned_on"])
        return next(one for one in meetings.every(self.session) if one.planned_on == day)

    def _drop(self, row: Row, meeting: Meeting) -> None:
        meetings.drop(self.session, meeting.id, why=row["why"], seen=meeting.version,
                      by=self._mandate(row["facilitator"]), at=self.at(row["opened_at"]))  # fmt: skip

    def _hold(self, row: Row, meeting: Meeting) -> None:
        by = self._mandate(row["facilitator"])
        opened_at, starts_at = self.at(row["opened_at"]), self.at(row["starts_at"])
        if row["why"]:
            meetings.move(self.session, meeting.id, starts_at=starts_at, why=row["why"], seen=meeting.version,
                          by=by, at=opened_at)  # fmt: skip
        meetings.open_agenda(self.session, meeting.id, by=by, at=opened_at)
        meetings.hold(self.session, meeting.id, self._told(row), by=by)
        runs = meetings.mandate(self.session, by, meeting)
        here = self._attend(row, meeting, runs)
        for said in self.files["recordings"][row["meeting"]]:
            if said["kind"] != "handover":
                self._record(said, meeting, runs)
        self._pulse(row, meeting, here)
        meetings.close(self.session, meeting.id, seen=meeting.version, by=by, at=self.at(row["closed_at"]))
        self.last = meeting

    def _told(self, row: Row) -> Told:
        rows = self.files["agenda"][row["meeting"]]
        return Told(
            self._people[row["facilitator"]],
            self.at(row["started_at"]),
            self.at(row["ended_at"]),
            [self._item(one) for one in rows if not one["about"].startswith("fixed:")],
            {one["kind"]: int(one["used"]) for one in rows if one["about"].startswith("fixed:")},
            int(row["paused"] or 0),
            bool(row["by_itself"]),
            [
                HandedOver(self.at(one["at"]), self._people[one["person"]], self._people[one["to"]])
                for one in self.files["recordings"][row["meeting"]]
                if one["kind"] == "handover"
            ],
        )

    def _item(self, row: Row) -> ToldItem:
        subject, title = self._about(row["about"])
        proposed = AgendaItem(
            row["section"],
            row["kind"],
            subject,
            row["title"] or title,
            self._reason(row["reason"]),
            tuple(self._areas[name] for name in row["areas"].split(";") if name),
            minutes=int(row["minutes"]),
        )
        return ToldItem(
            proposed, int(row["used"] or 0), row["state"], row["why"] or None, self._people.get(row["by"])
        )

    def _about(self, written: str) -> tuple[str, str]:
        """What an item or a recording is about: "request:R012" or "goal:Phones that sync"; and its title."""
        kind, _, name = written.partition(":")
        if not kind:
            return "", ""
        of, title = self._subjects[kind][name]
        return f"{kind}:{of}", title

    def _reason(self, written: str) -> Reason:
        kept: dict[str, Any] = json.loads(written) if written else {}
        facts = {name: (kind, self._fact(kind, fact)) for name, (kind, fact) in kept.get("facts", {}).items()}
        return Reason(kept.get("message", ""), facts, kept.get("many", ""))

    def _fact(self, kind: str, fact: Any) -> Any:
        if kind == "area":
            return self._areas[fact]
        return self.shift.day(fact).isoformat() if kind == "day" else fact

    def _attend(self, row: Row, meeting: Meeting, by: Mandate) -> list[int]:
        """Who spoke for the areas: their heads, where the file says nothing else."""
        others = {one["area"]: one for one in self.files["attendance"][row["meeting"]]}
        here = []
        for name, area in self._areas.items():
            one = others.get(name, {"status": "present", "person": "", "text": ""})
            speaker = None
            if one["status"] != "excused":
                speaker = self._people.get(one["person"], self._heads[area])
                here.append(speaker)
            meetings.mark(self.session, meeting.id, area=area, status=one["status"], speaker=speaker, text=one["text"],
                          by=by, at=self.at(row["started_at"]))  # fmt: skip
        return here

    def _record(self, row: Row, meeting: Meeting, by: Mandate) -> None:
        if row["person"]:
            by = meetings.mandate(self.session, self._mandate(row["person"]), meeting)
        meetings.record(
            self.session,
            meeting.id,
            row["kind"],
            text=row["text"],
            area=self._areas.get(row["area"]),
            to_area=self._areas.get(row["to"]),
            subject=self._about(row["about"])[0] or None,
            decided_by=row["decided_by"],
            by=by,
            at=self.at(row["at"]),
        )

    def _pulse(self, row: Row, meeting: Meeting, here: Sequence[int]) -> None:
        """Count the answers; whose is which the file does not know, so anybody who was there gives any of them."""
        lines = [line.strip() for line in row["lines"].split("|") if line.strip()]
        answers = zip(here, _each(row["heard"]), _each(row["worth"]), strict=False)
        for (who, heard, worth), line in zip_longest(answers, lines):
            meetings.pulse.answer(self.session, meeting.id, heard=heard, worth=worth, improvement=line,
                                  by=people.mandate(self.session, who))  # fmt: skip

    def _shape(self, row: Row, meeting: Meeting) -> None:
        """What somebody does with the agenda: bring a topic, drop an item, give it minutes, settle it before."""
        by = self._mandate(row["by"])
        if row["kind"] == "topic":
            meetings.add_topic(self.session, meeting.id, title=row["title"], area=self._areas[row["areas"]],
                               section=row["section"], minutes=int(row["minutes"]), by=by, at=meeting.opened_at or 0)  # fmt: skip
            return
        for item in meetings.standing(meetings.items(self.session, meeting.id)):
            if item.subject != self._about(row["about"])[0]:
                continue
            if row["state"] == "dropped":
                meetings.drop_item(self.session, item.id, why=row["why"], seen=item.version, by=by)
            elif row["state"] == "settle_before":
                meetings.mark_settle_before(self.session, item.id, True, by=by)
            else:
                meetings.set_minutes(self.session, item.id, int(row["minutes"]), by=by)

    def _mandate(self, email: str) -> Mandate:
        if email not in self._people:
            raise Refused("There is no such person.")
        return people.mandate(self.session, self._people[email])


def _subjects(session: Session) -> Iterator[tuple[str, dict[str, tuple[int, str]]]]:
    """What an agenda can be about: kind → name → id and title."""
    asked = requests.every(session, requests.Wanted(), at=0)
    yield "request", {row.reference: (row.id, row.what) for row in asked}
    yield "goal", {row.what: (row.id, row.what) for row in goals.goals(session, ended=True)}
    log = issues.issues(session, size=1_000)
    yield "issue", {row.happened: (row.id, row.happened) for row in log}
    yield "change", {row.what: (row.id, row.what) for row in issues.changes(session)}
    yield "role", {row.title: (row.id, row.title) for row in roles.roles(session)}


def _each(counts: str) -> list[int]:
    """What "0;1;2;3;1" counts: from one to five, how many chose it."""
    return (
        [option for option, n in enumerate(map(int, counts.split(";")), 1) for _ in range(n)]
        if counts
        else []
    )


def _rows(path: Path) -> list[Row]:
    """The rows of a file; without the file, none."""
    if not path.exists():
        return []
    rows = File(path, path.name).rows()
    return [{name: str(cell) for name, cell in row.items()} for _, row in rows if isinstance(row, dict)]
