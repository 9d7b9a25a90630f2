"""Who may do what with the weekly hour: its series, its agenda, its course, and what is said in it."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from coord import meetings
from coord.meetings import Item, Meeting, pulse, screens
from coord.people import Mandate
from coord.proposal import AgendaItem, Reason
from tests.cast import DAY, HOUR, MONDAY
from tests.stage import Rule, Stage, after_the_hour, common, version_of


def series() -> Iterator[tuple[str, Rule]]:
    run = ("admin", "facilitator")
    yield (
        "meetings.arrange",
        common(
            *run,
            do=lambda s, on, by, _: meetings.arrange(s, meetings.Arrangement(), seen=0, by=by, at=MONDAY),
        ),
    )
    yield (
        "meetings.move",
        common(
            *run,
            do=lambda s, on, by, _: meetings.move(
                s,
                on("next"),
                starts_at=MONDAY + 8 * DAY,
                seen=version_of(s, Meeting, on("next")),
                by=by,
                at=MONDAY,
            ),
        ),
    )
    yield (
        "meetings.drop",
        common(
            *run,
            do=lambda s, on, by, _: meetings.drop(
                s, on("next"), why="Fair", seen=version_of(s, Meeting, on("next")), by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "meetings.restore",
        common(
            *run,
            do=lambda s, on, by, _: meetings.restore(
                s, on("dropped"), seen=version_of(s, Meeting, on("dropped")), by=by, at=MONDAY
            ),
        ),
    )
    told = meetings.ToldItem(AgendaItem("issues", "issue", "issue:1", "A list", Reason("")))
    yield (
        "meetings.hold",
        common(
            *run,
            do=lambda s, on, by, _: meetings.hold(
                s,
                on("unopened"),
                meetings.Told(on.cast.fabio.person_id or 0, MONDAY, MONDAY + HOUR, [told], {}),
                by=by,
            ),
        ),
    )


def agenda() -> Iterator[tuple[str, Rule]]:
    def shaped(do: Callable[..., object]) -> Rule:
        return common("facilitator", do=lambda s, on, by, _: do(s, on, by, version_of(s, Item, on("next 0"))))

    yield (
        "meetings.open_agenda",
        common(
            "facilitator", do=lambda s, on, by, _: meetings.open_agenda(s, on("unopened"), by=by, at=MONDAY)
        ),
    )
    yield (
        "meetings.add_topic",
        Rule(
            ("speaks", "facilitator"),
            lambda s, on, by, area: meetings.add_topic(
                s, on("next"), title="The fair", area=on.area(area), by=by, at=MONDAY
            ),
        ),
    )
    yield (
        "meetings.add_topic: of no area",
        common(
            "a right",
            do=lambda s, on, by, _: meetings.add_topic(s, on("next"), title="The fair", by=by, at=MONDAY),
        ),
    )
    yield (
        "meetings.place",
        shaped(lambda s, on, by, v: meetings.place(s, on("next 0"), position=1, seen=v, by=by)),
    )
    yield (
        "meetings.set_minutes",
        shaped(lambda s, on, by, v: meetings.set_minutes(s, on("next 0"), 9, seen=v, by=by)),
    )
    yield (
        "meetings.drop_item",
        shaped(lambda s, on, by, v: meetings.drop_item(s, on("next 0"), why="No", seen=v, by=by)),
    )
    yield (
        "meetings.split",
        shaped(lambda s, on, by, v: meetings.split(s, on("next 0"), ["A", "B"], seen=v, by=by)),
    )
    yield (
        "meetings.put_off",
        shaped(lambda s, on, by, v: meetings.put_off(s, on("next"), [on("next 0")], by=by, at=MONDAY)),
    )
    yield (
        "meetings.hand_on",
        common(
            "admin",
            do=lambda s, on, by, _: meetings.hand_on(s, on.area("product"), to_area=on.area("sales"), by=by),
        ),
    )
    yield (
        "meetings.restore_item",
        common(
            "facilitator",
            do=lambda s, on, by, _: meetings.restore_item(
                s, on("next 2"), seen=version_of(s, Item, on("next 2")), by=by
            ),
        ),
    )
    yield (
        "meetings.mark_settle_before",
        Rule(
            ("speaks", "facilitator"),
            lambda s, on, by, _: meetings.mark_settle_before(s, on("next 0"), True, by=by),
            ("product",),
        ),
    )
    yield (
        "meetings.prepare",
        Rule(
            ("speaks",),
            lambda s, on, by, area: meetings.prepare(
                s, on("next"), on.area(area), want="A list", seen=0, by=by, at=MONDAY
            ),
        ),
    )


def hour() -> Iterator[tuple[str, Rule]]:
    at = MONDAY + 60

    def driven(do: Callable[[Session, Stage, Mandate], object], first: Any = None) -> Rule:
        return common("driver", do=lambda s, on, by, _: do(s, on, by), first=first)

    yield (
        "meetings.start",
        common(
            "facilitator",
            do=lambda s, on, by, _: meetings.start(s, on("next"), by=by, at=at),
            first=after_the_hour,
        ),
    )
    yield (
        "meetings.step",
        driven(lambda s, on, by: meetings.step(s, on("live"), 1, item=on("live 0"), turn=0, by=by, at=at)),
    )
    yield "meetings.go", driven(lambda s, on, by: meetings.go(s, on("live"), on("live 1"), by=by, at=at))
    yield (
        "meetings.park",
        driven(lambda s, on, by: meetings.park(s, on("live"), item=on("live 0"), text="", by=by, at=at)),
    )
    yield (
        "meetings.add_minute",
        driven(lambda s, on, by: meetings.add_minute(s, on("live"), item=on("live 0"), by=by, at=at)),
    )
    yield "meetings.pause", driven(lambda s, on, by: meetings.pause(s, on("live"), by=by, at=at))
    yield (
        "meetings.resume",
        driven(
            lambda s, on, by: meetings.resume(s, on("live"), by=by, at=at),
            lambda s, on: meetings.pause(s, on("live"), by=on.cast.fabio, at=at),
        ),
    )
    yield (
        "meetings.hand_over",
        driven(lambda s, on, by: meetings.hand_over(s, on("live"), on("nora"), by=by, at=at)),
    )
    yield "meetings.end", driven(lambda s, on, by: meetings.end(s, on("live"), by=by, at=at))
    yield (
        "meetings.take_over",
        common(
            "facilitator",
            do=lambda s, on, by, _: meetings.take_over(s, on("live"), by=by, at=at),
            first=lambda s, on: s.execute(
                update(Meeting).where(Meeting.id == on("live")).values(facilitator_id=None)
            ),
        ),
    )
    yield (
        "screens.open_screen",
        common("facilitator", do=lambda s, on, by, _: screens.open_screen(s, on("live"), by=by, at=at)),
    )
    yield (
        "meetings.all_here",
        common("facilitator", do=lambda s, on, by, _: meetings.all_here(s, on("live"), by=by, at=at)),
    )
    yield (
        "meetings.mark",
        Rule(
            ("speaks", "facilitator"),
            lambda s, on, by, area: meetings.mark(
                s, on("live"), area=on.area(area), status="remote", by=by, at=at
            ),
        ),
    )
    yield (
        "meetings.mark: a guest",
        common(
            "member",
            "facilitator",
            do=lambda s, on, by, _: meetings.mark(
                s, on("live"), person=on.cast.iris.person_id, status="present", by=by, at=at
            ),
        ),
    )
    yield (
        "meetings.mark: after the end",
        Rule(
            ("facilitator",),
            lambda s, on, by, area: meetings.mark(
                s, on("ended"), area=on.area(area), status="late", by=by, at=at
            ),
        ),
    )


def said() -> Iterator[tuple[str, Rule]]:
    at = MONDAY + 60
    yield (
        "meetings.record",
        Rule(
            ("speaks",),
            lambda s, on, by, area: meetings.record(
                s, on("live"), "thanks", text="For the list", area=on.area(area), by=by, at=at
            ),
        ),
    )
    yield (
        "meetings.record: for no area",
        common(
            "facilitator",
            "director",
            "an area",
            do=lambda s, on, by, _: meetings.record(s, on("live"), "note", text="The list", by=by, at=at),
        ),
    )
    yield (
        "meetings.record: a decision",
        common(
            "facilitator",
            "director",
            do=lambda s, on, by, _: meetings.record(
                s, on("live"), "decision", text="We do it", decided_by="Gina", by=by, at=at
            ),
        ),
    )
    yield (
        "meetings.record: that the hour was handed over",
        common(do=lambda s, on, by, _: meetings.record(s, on("live"), "handover", text="Ana", by=by, at=at)),
    )
    yield (
        "meetings.record: after the close",
        common(
            "facilitator",
            do=lambda s, on, by, _: meetings.record(s, on("closed"), "note", text="The list", by=by, at=at),
        ),
    )
    yield (
        "meetings.correct",
        Rule(
            ("speaks", "facilitator"),
            lambda s, on, by, area: meetings.correct(s, on("said", area), text="Two lists", by=by, at=at),
        ),
    )
    yield (
        "meetings.close",
        common(
            "facilitator",
            do=lambda s, on, by, _: meetings.close(
                s, on("ended"), seen=version_of(s, Meeting, on("ended")), by=by, at=at
            ),
        ),
    )
    yield (
        "pulse.answer",
        common("a right", do=lambda s, on, by, _: pulse.answer(s, on("ended"), heard=3, worth=4, by=by)),
    )
