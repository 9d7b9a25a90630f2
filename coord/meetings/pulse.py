"""How the hour was, asked at its end and shown as a whole after the close, so that no answer can be tied to a person."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coord.meetings.records import Meeting, Pulse
from coord.people import Mandate
from coord.refusal import Changed, Refused
from coord.text import N_, typed

QUESTIONS = {"heard": N_("I was heard"), "worth": N_("It was worth the hour")}
OPTIONS = (1, 2, 3, 4, 5)
ENOUGH = 5  # with fewer answers than these, nothing is shown


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one hour: question → option → how many, and what was written, shuffled."""

    answered: int
    counts: Mapping[str, Mapping[int, int]]
    improvements: Sequence[str]

    def mean(self, question: str) -> float:
        return sum(option * n for option, n in self.counts[question].items()) / self.answered


def answer(
    session: Session, meeting_id: int, *, heard: int, worth: int, improvement: str | None = None, by: Mandate
) -> None:
    """Answer once, from the end of the hour until its minutes are closed.

    It is told no instant and keeps none: one row a meeting is written anew, with everything in it sorted.
    """
    # the meeting is held, so that two who answer at once are counted one after the other
    meeting = session.get(Meeting, meeting_id, populate_existing=True, with_for_update=True)
    if meeting is None:
        raise Refused("There is no such meeting.")
    if meeting.state != "ended":
        raise Refused("This is asked from the end of the hour until its minutes are closed.")
    if by.person_id is None or not by.rights:
        raise Refused("Only those who take part in the hour are asked how it was.")
    if heard not in OPTIONS or worth not in OPTIONS:
        raise Refused("Choose a number from 1 to 5 in both rows.")
    line = typed.line(improvement)
    row = session.get(Pulse, meeting_id, populate_existing=True)
    if row is None:
        row = Pulse(meeting_id=meeting_id, counts={}, improvements=[], answered=[])
        session.add(row)
    if by.person_id in row.answered:
        raise Changed("You have answered already. Thank you.")
    row.counts = _counted(row.counts, {"heard": heard, "worth": worth})
    row.improvements = sorted([*row.improvements, *([line] if line else [])])
    row.answered = sorted([*row.answered, by.person_id])
    session.flush()


def shown(session: Session, meeting_id: int) -> Answers | None:
    """All answers, once the minutes are closed and enough have answered; else nothing."""
    meeting, row = session.get(Meeting, meeting_id), session.get(Pulse, meeting_id)
    if meeting is None or meeting.state != "closed" or row is None or len(row.answered) < ENOUGH:
        return None
    written = sorted(row.improvements)
    random.Random(f"pulse {meeting_id}").shuffle(written)  # of what is sorted: the order tells nothing
    counts = {q: {option: int(row.counts[q][str(option)]) for option in OPTIONS} for q in QUESTIONS}
    return Answers(len(row.answered), counts, tuple(written))


def has_answered(session: Session, meeting_id: int, person_id: int | None) -> bool:
    row = session.get(Pulse, meeting_id)
    return row is not None and person_id in row.answered


def how_many(session: Session, meeting_id: int) -> int:
    """How many people have answered so far; not what."""
    row = session.get(Pulse, meeting_id)
    return len(row.answered) if row is not None else 0


def _counted(counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """The counts with one more answer; every option stands there, in its order, also those that nobody chose."""
    return {
        question: {
            str(option): counts.get(question, {}).get(str(option), 0) + (option == chosen[question])
            for option in OPTIONS
        }
        for question in QUESTIONS
    }
