"""Who may do what: one line for every action of every room.

A line says who may, in words of WHO; whoever it does not name is refused. `speaks` is whoever speaks for the area that
the action is about: its head, its deputy, and a facilitator who records for it in an open hour.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from coord import (
    accounts,
    backup,
    checks,
    company,
    departures,
    exchange,
    goals,
    issues,
    meetings,
    moving_in,
    notices,
    people,
    requests,
    roles,
    timekeeping,
)
from coord.meetings import pulse, screens
from coord.people import Mandate
from coord.requests import MOVES, Side
from tests import rights_of_accounts as coming_in
from tests import rights_of_backups as keeping_copies
from tests import rights_of_exchange as bringing
from tests import rights_of_hours as hours
from tests import rights_of_keeping as keeping
from tests import rights_of_moving_in as arriving
from tests import rights_of_persons as persons
from tests.cast import DAY, FOUNDER, FRIDAY, MONDAY, TODAY
from tests.stage import FACTS, WAYS, Rule, Stage, after_the_hour, common, version_of

ROOMS = {"accounts": accounts, "backup": backup, "checks": checks, "timekeeping": timekeeping, "company": company, "departures": departures, "exchange": exchange, "goals": goals, "issues": issues,
         "meetings": meetings, "moving_in": moving_in, "notices": notices, "people": people, "pulse": pulse, "requests": requests,
         "roles": roles, "roster": exchange.roster, "screens": screens}  # fmt: skip
# Questions about rights, which change nothing.
QUESTIONS = frozenset({"meetings.mandate", "meetings.must_run", "issues.may_write", "issues.may_amend", "issues.may_end",
                       "issues.may_check", "departures.told_of"})  # fmt: skip
# And those of rooms that offer nothing else with a mandate: test_record_page.py refuses whoever may not ask them.
ASKED = frozenset({"coord.record.chain.entries", "coord.record.chain.how_many"})
# What changes something and asks for no mandate: the server's own chores, and what a page does for whoever is signed in.
NOBODYS = frozenset({
    "accounts.accept", "accounts.attempt", "accounts.calendar_address", "accounts.forgive", "accounts.keep_password",
    "accounts.keep_renewed", "accounts.renew_calendar_address", "accounts.reset",
    "accounts.sign_in", "accounts.sign_out",
    "accounts.tidy", "accounts.used", "checks.begin_again", "company.found", "departures.erase_again", "meetings.carry", "meetings.carry_left", "meetings.collect",
    "meetings.collect_open", "meetings.end_forgotten", "meetings.let_go", "meetings.open_agendas", "meetings.plan",
    "moving_in.found_with_administrator",
    "notices.forget", "notices.write_due", "people.speak", "people.unname",
    "people.visit", "requests.settle", "requests.settle_all",
    "timekeeping.look",
    "screens.admit",
})  # fmt: skip


def _move(verb: str) -> Rule:
    """The rule of one move, read from MOVES."""
    move = MOVES[verb]
    side = "asking" if move.by is Side.ASKING else "asked"
    state = next(state for state in WAYS if state in move.sources)
    may = {Side.ANYONE: ("a person",), Side.HOUR: ("scribe",)}.get(move.by, ("speaks",))

    def do(session: Session, on: Stage, by: Mandate, area: str) -> object:
        wanted = FACTS | {"to_area": on.area("legal"), "handler": on.cast.iris.person_id}
        names = ["what"] if verb == "amend" else [n for n in move.facts if n in wanted]
        request_id = on(f"{side} {state}", area)
        return requests.move(
            session, request_id, verb, by=by, at=MONDAY, **{name: wanted[name] for name in names}
        )

    return Rule(may, do)


def _profile(on: Stage, name: str) -> people.Profile:
    return people.Profile(name, area_id=on.area("support"))


def _company() -> Iterator[tuple[str, Rule]]:
    wish = company.Settings("Casa Clara", zone="UTC", silence_days=9)
    yield (
        "company.change",
        common("admin", do=lambda s, on, by, _: company.change(s, wish, seen=company.the(s).version, by=by)),
    )
    yield (
        "company.add_closing_days",
        common("admin", do=lambda s, on, by, _: company.add_closing_days(s, FRIDAY, FRIDAY, by=by)),
    )
    yield (
        "company.remove_closing_days",
        common(
            "admin",
            do=lambda s, on, by, _: company.remove_closing_days(s, FRIDAY, FRIDAY, by=by),
            first=lambda s, on: company.add_closing_days(s, FRIDAY, FRIDAY, by=FOUNDER),
        ),
    )
    yield (
        "company.open_area",
        common("admin", do=lambda s, on, by, _: company.open_area(s, name="Export", sphere="sales", by=by)),
    )
    yield (
        "company.change_area",
        Rule(
            ("admin",),
            lambda s, on, by, area: company.change_area(
                s, on.area(area), name=f"{area} 2", sphere="sales", about=None, seen=1, by=by
            ),
        ),
    )
    yield (
        "company.archive_area",
        Rule(
            ("admin",),
            lambda s, on, by, area: company.archive_area(s, on.area(area), seen=1, by=by, at=MONDAY),
        ),
    )
    yield (
        "company.restore_area",
        common("admin", do=lambda s, on, by, _: company.restore_area(s, on.area("closed"), seen=2, by=by)),
    )
    yield (
        "company.strike_area",
        common("admin", do=lambda s, on, by, _: company.strike_area(s, on.area("empty"), by=by)),
    )
    yield (
        "departures.archive_area",
        common(
            "admin",
            do=lambda s, on, by, _: departures.archive_area(
                s,
                on.area("legal"),
                seen=1,
                heirs=[on.area("support")],
                reason="It has no work left",
                by=by,
                at=MONDAY,
            ),
            first=after_the_hour,
        ),
    )
    yield (
        "people.welcome",
        common("admin", do=lambda s, on, by, _: people.welcome(s, _profile(on, "Karl"), by=by)),
    )
    yield (
        "people.change",
        common(
            "admin",
            do=lambda s, on, by, _: people.change(
                s, on("jonas"), _profile(on, "Jonas B"), seen=version_of(s, people.Person, on("jonas")), by=by
            ),
        ),
    )
    yield (
        "people.archive",
        common(
            "admin",
            do=lambda s, on, by, _: people.archive(
                s, on("jonas"), seen=version_of(s, people.Person, on("jonas")), by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "people.restore",
        common("admin", do=lambda s, on, by, _: people.restore(s, on("gone"), seen=2, by=by)),
    )
    yield "people.strike", common("admin", do=lambda s, on, by, _: people.strike(s, on("gone"), by=by))
    yield (
        "people.appoint",
        Rule(("head of it",), lambda s, on, by, area: people.appoint(s, on("jonas"), on.area(area), by=by)),
    )
    yield (
        "people.dismiss",
        Rule(
            ("head of own",),
            lambda s, on, by, _: people.dismiss(s, on.cast.davi.person_id or 0, on.area("product"), by=by),
            ("product",),
        ),
    )
    sender = notices.SetUp(
        True, "smtp.example.com", 587, "starttls", None, None, "coord@example.com", "https://c.example.com"
    )
    yield (
        "notices.set_up",
        common("admin", do=lambda s, on, by, _: notices.set_up(s, sender, seen=0, by=by, at=MONDAY)),
    )
    yield (
        "notices.choose",
        common("a person", do=lambda s, on, by, _: notices.choose(s, notices.Wish(), seen=0, by=by)),
    )


def _roles() -> Iterator[tuple[str, Rule]]:
    wish = roles.Description("Another", "For order")
    yield (
        "roles.describe",
        Rule(
            ("speaks",),
            lambda s, on, by, area: roles.describe(s, area_id=on.area(area), wish=wish, by=by, at=MONDAY),
        ),
    )
    yield (
        "roles.revise",
        Rule(
            ("speaks",),
            lambda s, on, by, area: roles.revise(s, on("role", area), wish=wish, seen=1, by=by, at=MONDAY),
        ),
    )
    yield (
        "roles.review",
        Rule(
            ("speaks",), lambda s, on, by, area: roles.review(s, on("role", area), seen=1, by=by, at=MONDAY)
        ),
    )
    yield (
        "roles.archive",
        Rule(
            ("speaks",), lambda s, on, by, area: roles.archive(s, on("role", area), seen=1, by=by, at=MONDAY)
        ),
    )
    yield (
        "roles.restore",
        Rule(("speaks",), lambda s, on, by, area: roles.restore(s, on("archived role", area), seen=2, by=by)),
    )
    yield (
        "roles.appoint",
        Rule(
            ("speaks",),
            lambda s, on, by, area: roles.appoint(
                s, on("role", area), person_id=on("jonas"), by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "roles.end_holding",
        Rule(("speaks",), lambda s, on, by, area: roles.end_holding(s, on("holder", area), by=by, at=MONDAY)),
    )
    yield (
        "roles.acknowledge",
        Rule(
            ("member",),
            lambda s, on, by, area: roles.acknowledge(s, on("role", area), revision=1, by=by, at=MONDAY),
        ),
    )


def _goals() -> Iterator[tuple[str, Rule]]:
    yield (
        "goals.set_goal",
        Rule(
            ("speaks",),
            lambda s, on, by, area: goals.set_goal(
                s,
                area=on.area(area),
                what="Faster",
                measure="days",
                baseline=1,
                target=2,
                due_on=FRIDAY,
                by=by,
                at=MONDAY,
            ),
        ),
    )
    yield (
        "goals.change",
        Rule(
            ("speaks",),
            lambda s, on, by, area: goals.change(
                s, on("goal", area), what="Even faster", seen=1, by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "goals.check_in",
        Rule(
            ("speaks",),
            lambda s, on, by, area: goals.check_in(
                s, on("goal", area), value=1, status="on_track", by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "goals.end",
        Rule(
            ("speaks",),
            lambda s, on, by, area: goals.end(s, on("goal", area), outcome="reached", by=by, at=MONDAY),
        ),
    )
    yield (
        "goals.reopen",
        Rule(("speaks",), lambda s, on, by, area: goals.reopen(s, on("ended goal", area), by=by, at=MONDAY)),
    )


def _issues() -> Iterator[tuple[str, Rule]]:
    change: dict[str, Any] = {
        "what": "A list",
        "procedure": "Handover",
        "first_on": TODAY,
        "sign": "No call",
        "at": MONDAY,
    }
    yield (
        "issues.write",
        Rule(
            ("a right", "member"),
            lambda s, on, by, area: issues.write(
                s,
                from_area=on.area("sales"),
                to_area=on.area(area),
                happened="It came late",
                by=by,
                at=MONDAY,
            ),
        ),
    )
    yield (
        "issues.amend",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.amend(
                s,
                on("issue", area),
                lucky="Nobody noticed",
                seen=version_of(s, issues.Issue, on("issue", area)),
                by=by,
                at=MONDAY,
            ),
        ),
    )
    yield (
        "issues.amend: while it is new",
        Rule(
            ("speaks", "director"),
            lambda s, on, by, area: issues.amend(
                s,
                on("issue", area),
                lucky="Luck",
                seen=version_of(s, issues.Issue, on("issue", area)),
                by=by,
                at=MONDAY - 29 * DAY,
            ),
        ),
    )
    yield (
        "issues.link",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.link(
                s, on("issue", area), on("first issue", area), by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "issues.unlink",
        Rule(
            ("speaks",), lambda s, on, by, area: issues.unlink(s, on("again issue", area), by=by, at=MONDAY)
        ),
    )
    yield (
        "issues.vote",
        Rule(
            ("a right", "member"), lambda s, on, by, area: issues.vote(s, on("issue", area), by=by, at=MONDAY)
        ),
    )
    yield (
        "issues.unvote",
        Rule(("member",), lambda s, on, by, area: issues.unvote(s, on("first issue", area), by=by)),
    )
    yield (
        "issues.watch",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.watch(s, on("issue", area), until=FRIDAY, by=by, at=MONDAY),
        ),
    )
    yield (
        "issues.wont_change",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.wont_change(
                s, on("issue", area), because="It is rare", by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "issues.change_procedure",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.change_procedure(
                s, on("issue", area), owner_area=on.area("support"), by=by, **change
            ),
        ),
    )
    yield (
        "issues.change_procedure: its owner",
        Rule(
            ("an area", "scribe"),
            lambda s, on, by, area: issues.change_procedure(
                s, on("issue", area), owner_area=min(by.areas or {on.area("support")}), by=by, **change
            ),
        ),
    )
    yield (
        "issues.amend_change",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.amend_change(
                s, on("change", area), what="Another list", seen=1, by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "issues.check",
        Rule(
            ("speaks",),
            lambda s, on, by, area: issues.check(s, on("change", area), result="held", by=by, at=MONDAY),
        ),
    )


def _tell_waits(session: Session, on: Stage, by: Mandate, area: str) -> None:
    requests.tell_waits(session, on.area(area), by=by, at=MONDAY)


def _requests() -> Iterator[tuple[str, Rule]]:
    yield (
        "requests.ask",
        Rule(
            ("speaks",),
            lambda s, on, by, area: requests.ask(
                s, from_area=on.area(area), to_area=on.area("support"), what="A list", by=by, at=MONDAY
            ),
        ),
    )
    yield "requests.tell_waits", Rule(("speaks",), _tell_waits)
    yield (
        "requests.tell_more_waits",
        Rule(("speaks",), lambda s, on, by, area: requests.tell_more_waits(s, on.area(area), by=by)),
    )
    for verb, move in MOVES.items():
        if verb != "ask" and move.by not in (Side.SERVER, Side.ADMINISTRATION):
            yield f"requests.move: {verb}", _move(verb)


RULES: dict[str, Rule] = dict(
    line
    for part in (
        _company,
        _roles,
        _goals,
        _issues,
        hours.series,
        hours.agenda,
        hours.hour,
        hours.said,
        _requests,
        keeping.areas,
        keeping_copies.backups,
        keeping.well,
        persons.erasure,
        coming_in.accounts_of_people,
        arriving.steps,
        bringing.files,
    )
    for line in part()
)
