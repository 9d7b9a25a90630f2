"""One run of a page by one person: who they are, what they may do, their words, and how they save."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal, NoReturn, get_args
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from sqlalchemy.orm import Session

from coord import accounts, clock, company, db, meetings, people, settings, text, worktime
from coord.company import Area, Company
from coord.people import Mandate, Person
from coord.refusal import Refused, Repeated
from coord.ui import failure
from coord.ui.plain import paragraphs, plain

PAGES = Path(__file__).resolve().parents[2] / "pages"
TRUSTED = 5  # seconds for which a part that only shows something believes that one is still signed in
HOUR = ("/meeting", "/preparation", "/minutes")  # pages on which a facilitator records for the areas too
Place = Literal["draft", "line", "said"]  # where in the address the key of an open form stands
# how the keys of fields begin in which people write sentences
TYPED = ("what-", "text-", "done_when-", "why-")


@dataclass(frozen=True)
class Visit:
    """What a page works with; everything in it was looked up in this run."""

    database: db.Database
    person: Person
    mandate: Mandate
    company: Company
    areas: dict[int, Area]
    calendar: worktime.Calendar
    t: text.Words
    now: int

    @property
    def today(self) -> date:
        """Today, where the company is."""
        return self.calendar.day_of(self.now)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with failure.answered(self.database) as session:
            yield session

    def area(self, area_id: int | None) -> str:
        """An area's name, as typed."""
        found = self.areas.get(area_id or 0)
        return found.name if found else ""

    @property
    def news_since(self) -> int:
        """From when on things are new to this person: their last visit, at most two weeks ago."""
        return max(people.seen_until(self.person, self.now) or 0, self.now - 14 * text.DAY)

    @property
    def address(self) -> str:
        """What links to this server begin with."""
        here = urlsplit(str(st.context.url or ""))
        return settings.read().address or f"{here.scheme}://{here.netloc}{settings.read().base}"

    @property
    def device_id(self) -> str:
        """Under which `accounts.devices` lists the browser that looks."""
        return accounts.device_id(_secret())

    @property
    def in_use(self) -> list[Area]:
        return [area for area in self.areas.values() if area.archived_at is None]

    def act(
        self, form: str, do: Callable[[Session], object], said: str = "", *, typed: object = None
    ) -> bool:
        """Save what a form did, once; for its callback. A refusal is shown at the form, and what was typed stays.

        `typed` is what was typed: the same drawing of a form sent again with other words is not the same click.
        """
        try:
            with self.database.begin(by=self.person.id) as session:
                db.once(session, self._key(form, typed), self.now)
                do(session)
        except Repeated as repeated:
            said = said or repeated.said(self.t)  # the same click again, or one whose answer never came
        except Refused as refused:
            st.session_state[f"refused:{form}"] = refused.said(self.t, plain)
            return False
        finished(form)
        if said:
            st.toast(said, icon=":material/check:")
        return True

    def was_saved(self, form: str, typed: object) -> bool:
        """Whether this very click is saved already: its answer may never have come."""
        with self.read() as session:
            return db.is_known(session, self._key(form, typed))

    def _key(self, form: str, typed: object) -> str:
        return hashlib.sha256(f"{self.person.id} {nonce(form)} {typed!r}".encode()).hexdigest()

    def note(self) -> None:
        """Remember, now and then, that this person is here: for what is new to them, and so that they stay signed in."""
        if self.person.visited_at is None or self.now - self.person.visited_at > 300:
            with suppress(Refused), self.database.begin() as session:
                people.visit(session, self.person.id, self.now)
                accounts.used(session, _secret(), at=self.now)

    def refusal(self, form: str) -> None:
        """Show what this form was refused for, once."""
        with st.container():  # always there: what stands below keeps its place, and what is half-typed in it
            if message := st.session_state.pop(f"refused:{form}", None):
                st.error(message, icon=":material/info:")


def say_where() -> None:
    """Let the browser's address say what is shown: Streamlit leaves it as it was after a link to the same page.

    Without it a reload, the back button and an address that is sent would lead to the list instead of the goal.
    """
    shown = st.query_params.to_dict()
    if st.session_state.get("said-where") != shown:
        st.session_state["said-where"] = shown
        st.query_params.from_dict(shown)


def number(typed: str | None) -> int:
    """A number from an address, or 0, which nothing has."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def nonce(form: str) -> str:
    """The key of this drawing of a form: part of its widgets' keys, and of what is unique in the database."""
    key: str = st.session_state.setdefault(f"nonce:{form}", secrets.token_hex(8))
    return key


def drafted(form: str, place: Place = "draft") -> str:
    """The same, kept in the address too: then what was typed survives a restart of the server.

    Forms that stand on a page at once each have a place of their own in the address.
    """
    there = st.query_params.get(place, "")
    is_sent = there == st.session_state.get("sent")  # a second click brings the address of the first
    if f"nonce:{form}" not in st.session_state and re.fullmatch("[0-9a-f]{16}", there) and not is_sent:
        st.session_state[f"nonce:{form}"] = there
    if st.query_params.get(place) != nonce(form):
        st.query_params[place] = nonce(form)
    return nonce(form)


def finished(form: str) -> None:
    """Forget a form's drawing: the next one is empty, and a second click on the old one finds nothing."""
    key = st.session_state.pop(f"nonce:{form}", None)
    if key is None:
        return  # it is forgotten already
    st.session_state["sent"] = key
    for place in get_args(Place):
        if st.query_params.get(place) == key:
            del st.query_params[place]


def begin() -> Visit:
    """Who is here, looked up anew, so that signing out, archiving and expiry take effect at once."""
    database = db.opened(settings.read().database_url)
    now = clock.now()
    with failure.answered(database) as session:
        person = accounts.signed_in(session, _secret(), at=now)
        if person is None:
            _gone()
        failure.give_back()
        return Visit(
            database=database,
            person=person,
            mandate=_mandate(session, person, now),
            company=company.the(session),
            areas={area.id: area for area in company.areas(session, archived=True)},
            calendar=company.calendar(session),
            t=_words(person, company.the(session)),
            now=now,
        )


def again(here: Visit) -> Visit:
    """For a part that is drawn again by itself: still signed in, as looked up a few seconds ago at the earliest, and the
    instant; the rest is as the page found it.

    Much cheaper than `begin`, which every callback calls that does something.
    """
    now = clock.now()
    if not 0 <= now - st.session_state.get("looked_up", 0) <= TRUSTED:
        with here.read() as session:
            if not accounts.is_signed_in(session, _secret(), at=now):
                _gone()
        st.session_state["looked_up"] = now
    return replace(here, now=now)


def _mandate(session: Session, person: Person, now: int) -> Mandate:
    """What this person may do, on the pages of the hour also on behalf of others."""
    own = people.mandate(session, person.id)
    if not urlsplit(str(st.context.url or "")).path.endswith(HOUR):
        return own
    return meetings.mandate(session, own, meetings.current(session, at=now))


def _secret() -> str:
    """What the door found in the cookie."""
    return str(st.user.get("coord_session") or "")


def _words(person: Person, row: Company) -> text.Words:
    language = person.language or text.match(st.context.locale or row.language)
    return text.Words(language, person.zone or row.zone)


def _gone() -> NoReturn:
    """Say that one is signed out, lead back to this page, and hand out what was being typed: it can't be saved."""
    t, here = text.Words(text.match(st.context.locale)), urlsplit(str(st.context.url or ""))
    st.info(t("You are signed out. Sign in again to go on."), icon=":material/lock:")
    back = quote(f"{here.path or '/'}?{urlencode(st.query_params.to_dict())}".rstrip("?"))
    there = f"{settings.read().base}/sign-in?next={back}"
    st.html(f'<a href="{there}" target="_self" style="color: inherit">{t("Sign in")}</a>')
    typed = [value for name, value in st.session_state.items() if str(name).startswith(TYPED) and value]
    if typed:  # as plain text: whatever the browser has not loaded yet, the door no longer gives
        st.markdown(t("What you were typing is not saved. Copy it from here:"))
        st.markdown(paragraphs("\n\n".join(map(str, typed))))
    st.stop()
