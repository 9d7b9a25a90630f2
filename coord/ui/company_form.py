"""The company's settings, its closing days, and the public holidays that follow from them."""

from datetime import date

import streamlit as st
from sqlalchemy.orm import Session

from coord import company
from coord.company import Settings
from coord.text import LANGUAGES
from coord.ui import drafts, places, visit
from coord.ui.drafts import Field
from coord.ui.plain import plain
from coord.ui.visit import Visit

SETTINGS = "company"
CLOSING = "closing"
FIELDS = ("name", "language", "zone", "country", "subdivision", "meeting_weekday", "silence_days")


def draw(here: Visit) -> None:
    """The settings, and beside them the days on which nothing is expected of anybody."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _settings(here)
    with right, st.container(border=True):
        _closing_days(here)


def fields(here: Visit) -> dict[str, Field]:
    """What the settings are called, and what is saved of them."""
    t, row = here.t, here.company
    weekdays = places.weekdays(t)
    return {
        "name": Field(t("Name"), row.name),
        "language": Field(t("Language"), row.language, LANGUAGES.get(row.language, "")),
        "zone": Field(t("Time zone"), row.zone, places.zone_name(row.zone)),
        "country": Field(t("Country"), row.country, _countries(here).get(row.country or "", "")),
        "subdivision": Field(t("State or region"), row.subdivision),
        "meeting_weekday": Field(t("Day of the weekly meeting"), row.meeting_weekday, weekdays[row.meeting_weekday]),
        "silence_days": Field(t("Working days until silence confirms"), row.silence_days),
    }  # fmt: skip


def _settings(here: Visit) -> None:
    t, said = here.t, fields(here)
    weekdays = places.weekdays(t)
    key = drafts.fill(here, SETTINGS, here.company.version, said)
    st.text_input(said["name"].label, key=f"name-{key}", persist_state="session")
    left, right = st.columns(2)
    with left:
        language(here, key, said)
    right.selectbox(said["meeting_weekday"].label, range(7), format_func=lambda day: weekdays[day],
                    key=f"meeting_weekday-{key}", persist_state="session")  # fmt: skip
    place(here, key, said)
    st.number_input(said["silence_days"].label, 1, 60, key=f"silence_days-{key}", persist_state="session", width=260,
                    help=t("A delivery that nobody confirms counts as confirmed when these days have passed."))  # fmt: skip
    st.button(t("Save"), type="primary", key=f"save-{key}", on_click=_save, args=(key,))


def language(here: Visit, key: str, said: dict[str, Field]) -> None:
    """The company's language."""
    st.selectbox(said["language"].label, list(LANGUAGES), format_func=lambda code: LANGUAGES[code],
                 key=f"language-{key}", persist_state="session",
                 help=here.t("For whoever has not chosen a language, and whose browser asks for none of these."))  # fmt: skip


def _countries(here: Visit) -> dict[str, str]:
    """The countries to choose from, and the one that is set already."""
    row, known = here.company, places.countries(here.t)
    return {**({row.country: row.country} if row.country else {}), **known}


def place(here: Visit, key: str, said: dict[str, Field]) -> None:
    """Zone, country and its part, and the next public holidays, so that one sees that they are right."""
    t, row, known = here.t, here.company, _countries(here)
    st.selectbox(said["zone"].label, places.zones(row.zone), format_func=places.zone_name, key=f"zone-{key}",
                 persist_state="session")  # fmt: skip
    left, right = st.columns(2)
    country = left.selectbox(said["country"].label, list(known), index=None, format_func=lambda code: known[code],
                             key=f"country-{key}", placeholder=t("None: no public holidays"), persist_state="session",
                             on_change=_no_part, args=(key,))  # fmt: skip
    parts, part = places.parts(country), None
    if parts:
        part = right.selectbox(said["subdivision"].label, list(parts), index=None, format_func=lambda code: parts[code],
                               key=f"subdivision-{key}", placeholder=t("The whole country"), persist_state="session")  # fmt: skip
    if ahead := places.holidays_ahead(country, part, here.today, t):
        st.caption(t("Next public holidays: {days}", days=plain(" · ".join(ahead))))


def _closing_days(here: Visit) -> None:
    t = here.t
    st.header(t("Closing days"), anchor=False)
    st.caption(
        t("The company's own, beside weekends and public holidays. Working time stands still on them.")
    )
    with here.read() as session:
        spans = places.spans(company.closing_days(session))
    ahead = [span for span in spans if span[1] >= here.today]
    for span in ahead:
        _closed(here, *span)
    if past := spans[: len(spans) - len(ahead)]:
        with st.expander(t.plural("{n} in the past", "{n} in the past", len(past)), key="past-closing-days"):
            for span in reversed(past):
                _closed(here, *span)
    here.refusal(CLOSING)
    key = visit.nonce(CLOSING)
    with (
        st.form(f"form-{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.date_input(t("One day, or the first and the last"), value=[], min_value=company.EARLIEST, format="DD/MM/YYYY",
                      key=f"days-{key}", width=240)  # fmt: skip
        st.form_submit_button(t("Add"), key=f"add-{key}", on_click=_add, args=(key,))


def _closed(here: Visit, first: date, last: date) -> None:
    t = here.t
    from_day, to_day = (f"{t.weekday(day)} {t.day(day, today=here.today)}" for day in (first, last))
    said = from_day if first == last else t("{first} to {last}", first=from_day, last=to_day)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"closed-{first}"):
        st.markdown(plain(said), width="stretch")
        st.button(
            t("Remove"), key=f"remove-{first}-{last}", type="tertiary", on_click=_remove, args=(first, last)
        )


def _no_part(key: str) -> None:
    st.session_state[f"subdivision-{key}"] = None


def _save(key: str) -> None:
    if not drafts.is_drawn(SETTINGS, key):
        return
    here, typed = visit.begin(), drafts.typed(SETTINGS, *FIELDS)

    def change(session: Session) -> None:
        wish = Settings(**typed, closing_days=company.closing_days(session))
        company.change(session, wish, seen=drafts.seen(SETTINGS), by=here.mandate)

    here.act(SETTINGS, change, here.t("Saved."))


def _add(key: str) -> None:
    if not drafts.is_drawn(CLOSING, key):
        return
    here, days = visit.begin(), drafts.typed(CLOSING, "days")["days"]
    if not days:
        st.session_state[f"refused:{CLOSING}"] = here.t("Choose a day.")
        return

    def close(session: Session) -> None:
        company.add_closing_days(session, days[0], days[-1], by=here.mandate)

    here.act(CLOSING, close, here.t("Saved."))


def _remove(first: date, last: date) -> None:
    here = visit.begin()
    here.act(CLOSING, lambda session: company.remove_closing_days(session, first, last, by=here.mandate))
