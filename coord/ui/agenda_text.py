"""The agenda to send and to print: as text for a chat, as a file, and as a page for paper."""

from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

from coord import meetings
from coord.meetings import Item, Meeting
from coord.proposal import SECTIONS
from coord.ui import agenda_words
from coord.ui.visit import Visit

# Stands alone on paper: nothing in it is fetched from anywhere.
_PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.45 Georgia, serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }} h1 {{ font-size: 1.5rem; }}
h2 {{ font-size: 1.05rem; border-bottom: 1px solid #999; margin: 1.2rem 0 0.3rem; }} li {{ margin: 0.25rem 0; break-inside: avoid; }}
small {{ color: #555; }} @page {{ margin: 18mm; }}</style><h1>{title}</h1>{body}</html>
"""


def draw(here: Visit, row: Meeting, items: Sequence[Item]) -> None:
    """Ways to give the agenda to others."""
    t, text = here.t, as_text(here, row, items)
    day = here.calendar.day_of(row.starts_at).isoformat()
    with st.container(horizontal=True, gap="small"):
        with st.popover(t("Copy as text"), icon=":material/content_copy:"):
            st.code(text, language=None, wrap_lines=True)
        st.download_button(t("Page to print"), as_page(here, row, items), f"agenda-{day}.html", "text/html", key="print-agenda",
                           icon=":material/print:", on_click="ignore")  # fmt: skip
        st.download_button(t("Text file"), text, f"agenda-{day}.md", "text/markdown", key="save-agenda",
                           icon=":material/download:", on_click="ignore")  # fmt: skip


def as_text(here: Visit, row: Meeting, items: Sequence[Item]) -> str:
    """The agenda in the reader's language, fit for a chat."""
    lines = [f"*{_title(here, row)}*"]
    for section, rows in _sections(here, items):
        lines += ["", f"*{section}*", *(f"- {_line(here, one)}" for one in rows)]
    return "\n".join([*lines, "", f"{here.address}/meeting"])


def as_page(here: Visit, row: Meeting, items: Sequence[Item]) -> str:
    """The agenda as a page of its own."""
    body = "".join(
        f"<h2>{escape(section)}</h2><ul>{''.join(_point(here, one) for one in rows)}</ul>"
        for section, rows in _sections(here, items)
    )
    return _PAGE.format(lang=here.t.language, title=escape(_title(here, row)), body=body)


def _title(here: Visit, row: Meeting) -> str:
    return here.t("Agenda, {when}", when=agenda_words.day(here, row, inside=True))


def _sections(here: Visit, items: Sequence[Item]) -> Iterator[tuple[str, list[Item]]]:
    t, minutes = here.t, meetings.section_minutes(items)
    for section, name in SECTIONS.items():
        if rows := [one for one in items if one.section == section]:
            yield t("{section}, {n} min", section=t(name), n=t.number(minutes[section])), rows


def _line(here: Visit, item: Item) -> str:
    said = " ".join(meetings.title(item, here.t).split())
    why = agenda_words.why(here, item, shown=str)
    return f"{said} ({why})" if why else said


def _point(here: Visit, item: Item) -> str:
    t = here.t
    why = escape(agenda_words.why(here, item, shown=str))
    return (f"<li>{escape(meetings.title(item, t))} <small>{t('{n} min', n=t.number(item.minutes))}"
            f"<br>{why}</small></li>")  # fmt: skip
