"""The scene of the rights: a company in mid-hour, in which every action of every room can be done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from coord import company, goals, issues, meetings, people, requests, roles
from coord.meetings import Item, Meeting
from coord.people import SERVER, Mandate
from tests.cast import DAY, FOUNDER, FRIDAY, HOUR, MONDAY, TODAY, Cast

# Who stands before each action; Bruno and Davi speak for Product, Elsa for Billing, the scribe is Fabio in his hour.
WHO = {
    "admin": {"admin"},
    "head of own": {"head"},
    "facilitator": {"facilitator", "scribe", "second facilitator"},
    "driver": {"facilitator", "scribe"},  # who runs the hour
    "scribe": {"scribe"},
    "director": {"director"},
    "a right": {"admin", "head", "foreign head", "deputy", "facilitator", "scribe", "second facilitator", "director"},
    "an area": {"head", "foreign head", "deputy"},
    "member": {"member"},
    "a person": {"admin", "head", "foreign head", "deputy", "facilitator", "scribe", "second facilitator", "director",
                 "member", "nobody"},
}  # fmt: skip
SPEAKS = {"product": {"head", "deputy", "scribe"}, "billing": {"foreign head", "scribe"}}
HEADS = {"product": {"head"}, "billing": {"foreign head"}}


NEVER = 999_999


@dataclass
class Stage:
    """A company in mid-hour, in which everything can be done; what belongs to an area stands under its name."""

    cast: Cast
    who: dict[str, Mandate] = field(default_factory=dict)
    ids: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def area(self, name: str) -> int:
        return self.cast.area[name]

    def __call__(self, what: str, area: str | None = None) -> int:
        return self.ids[what, area]

    def keep(self, what: str, row: Any, area: str | None = None) -> None:
        self.ids[what, area] = row.id


class Nowhere(Stage):
    """The same company, asked for what it does not have: no id that it gives is one."""

    def area(self, name: str) -> int:
        return NEVER

    def __call__(self, what: str, area: str | None = None) -> int:
        return NEVER


Do = Callable[[Session, Stage, Mandate, str], object]


@dataclass(frozen=True)
class Rule:
    """Who may do an action, and how it is done; `first` is what has to have happened before."""

    may: tuple[str, ...]
    do: Do
    areas: tuple[str, ...] = ("product", "billing")
    first: Callable[[Session, Stage], object] | None = None

    def allows(self, who: str, area: str) -> bool:
        groups = WHO | {"speaks": SPEAKS[area], "head of it": HEADS[area]}
        return any(who in groups[word] for word in self.may)


def common(*may: str, do: Do, first: Callable[[Session, Stage], object] | None = None) -> Rule:
    """The rule of something that is no area's own."""
    return Rule(may, do, ("product",), first)


def after_the_hour(session: Session, on: Stage) -> None:
    """For what can't be done while an hour runs."""
    session.execute(update(Meeting).where(Meeting.id == on("live")).values(state="ended"))


def stage(cast: Cast) -> Stage:
    """Set the scene: at nine on the fixed Monday Fabio's hour has just begun."""
    found = Stage(cast)
    with cast.database.begin() as session:
        _hire(session, found)
        _hours(session, found)
        for area, head in (("product", cast.bruno), ("billing", cast.elsa)):
            _belongings(session, found, area, head)
            _asked(session, found, area, head)
        requests.ask(session, from_area=found.area("sales"), to_area=found.area("legal"), what="A contract", by=cast.ana,
                     at=MONDAY)  # fmt: skip
        hour = meetings.meeting(session, found("live"))
        found.who = {"admin": cast.hugo, "head": cast.bruno, "foreign head": cast.elsa, "deputy": cast.davi,
                     "facilitator": cast.fabio, "scribe": meetings.mandate(session, cast.fabio, hour),
                     "second facilitator": people.mandate(session, found("nora")), "director": cast.gina,
                     "member": cast.iris, "nobody": people.mandate(session, found("jonas")), "server": SERVER}  # fmt: skip
    return found


def _hire(session: Session, found: Stage) -> None:
    for name, held in (("nora", {("facilitator", None)}), ("jonas", set()), ("gone", set())):
        profile = people.Profile(name.capitalize(), rights=frozenset(held))
        found.keep(name, people.welcome(session, profile, by=FOUNDER))
    people.archive(session, found("gone"), seen=1, by=FOUNDER, at=MONDAY)
    for name in ("legal", "closed", "empty"):
        row = company.open_area(session, name=name, sphere="sales", by=FOUNDER)
        found.cast.area[name] = row.id
    company.archive_area(session, found.area("closed"), seen=1, by=FOUNDER, at=MONDAY)
    people.appoint(session, found("jonas"), found.area("product"), by=found.cast.bruno)
    people.dismiss(session, found("jonas"), found.area("product"), by=found.cast.bruno)


def _hours(session: Session, found: Stage) -> None:
    fabio = found.cast.fabio
    for week, name in enumerate(("dropped", "closed", "ended", "live", "next", "unopened"), -3):
        row = Meeting(planned_on=TODAY + timedelta(weeks=week), starts_at=MONDAY + week * 7 * DAY)
        row.state = "dropped" if name == "dropped" else "planned"
        session.add(row)
        session.flush()
        found.keep(name, row)
        for place in range(3):
            item = Item(meeting_id=row.id, section="requests", kind="topic", place=place, title=f"{name} {place}",
                        areas=[found.area("product")], added_by_id=fabio.person_id)  # fmt: skip
            session.add(item)
            session.flush()
            found.keep(f"{name} {place}", item)
        if name in ("closed", "ended", "live"):
            meetings.start(session, row.id, by=fabio, at=row.starts_at)
        if name in ("closed", "ended"):
            meetings.end(session, row.id, by=fabio, at=row.starts_at + HOUR)
        if name == "closed":
            meetings.close(session, row.id, seen=row.version, by=fabio, at=row.starts_at + HOUR)
        if name == "dropped":
            row.starts_at = MONDAY + 8 * 7 * DAY  # so that it can still be brought back
    meetings.open_agenda(session, found("next"), by=fabio, at=MONDAY)
    item = session.get_one(Item, found("next 2"))
    meetings.drop_item(session, item.id, why="Not now", seen=item.version, by=fabio)


def _belongings(session: Session, found: Stage, area: str, head: Mandate) -> None:
    """A goal, a role, issues and what was said, of one area."""
    here, support, at = found.area(area), found.area("support"), MONDAY - 30 * DAY
    for name in ("goal", "ended goal"):
        row = goals.set_goal(session, area=here, what=name, measure="days", baseline=1, target=2, due_on=FRIDAY, by=head,
                             at=at)  # fmt: skip
        found.keep(name, row, area)
    goals.end(session, row.id, outcome="reached", by=head, at=at)
    for name in ("role", "archived role"):
        role = roles.describe(
            session, area_id=here, wish=roles.Description(name, "For order"), by=head, at=at
        )
        found.keep(name, role, area)
    holder = roles.appoint(
        session, found("role", area), person_id=found.cast.iris.person_id or 0, by=head, at=at
    )
    found.keep("holder", holder, area)
    roles.archive(session, role.id, seen=role.version, by=head, at=at)
    for name in ("first issue", "issue", "again issue", "changed issue"):
        issue = issues.write(
            session, from_area=support, to_area=here, happened=name, by=found.cast.gina, at=at
        )
        found.keep(name, issue, area)
    issues.link(session, issue.id - 1, found("first issue", area), by=head, at=at)
    changed = issues.change_procedure(session, issue.id, what="A list", procedure="Handover", owner_area=here,
                                      first_on=TODAY - timedelta(days=20), sign="No call", by=head, at=at)  # fmt: skip
    found.keep("change", changed, area)
    issues.vote(session, found("issue", area), by=found.cast.iris, at=at)
    issues.unvote(session, found("issue", area), by=found.cast.iris)
    issues.vote(session, found("first issue", area), by=found.cast.iris, at=at)
    said = meetings.record(session, found("live"), "want", text="A list", area=here, by=head, at=MONDAY)
    found.keep("said", said, area)


# How a request gets into each state: by whom, and how.
WAYS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "asked": (),
    "questioned": (("question", {"text": "Which?"}),),
    "countered": (("counter", {"text": "Half", "day": FRIDAY}),),
    "promised": (("promise", {"day": FRIDAY}),),
    "delivered": (("deliver", {}),),
}
FACTS: dict[str, Any] = {"text": "Words", "day": FRIDAY, "decided_by": "Gina", "what": "Another list"}


def _asked(session: Session, found: Stage, area: str, head: Mandate) -> None:
    """Requests to and from one area, in every state."""
    everybody = Mandate(head.person_id, on_behalf=frozenset(found.cast.area.values()))
    sides = (("asked", "sales", area), ("asking", area, "support"))
    for side, asking, answering in sides:
        for state, way in WAYS.items():
            row = requests.ask(session, from_area=found.area(asking), to_area=found.area(answering), what=state,
                               by=everybody, at=MONDAY)  # fmt: skip
            for verb, facts in way:
                requests.move(session, row.id, verb, by=everybody, at=MONDAY, **facts)
            found.keep(f"{side} {state}", row, area)


def version_of(session: Session, table: type, row_id: int) -> int:
    row = session.get(table, row_id)
    version: int = row.version if row is not None else 0
    return version
