"""Moving in, the company: what was guessed at the first page, to be looked at once."""

from dataclasses import replace
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from coord import company, moving_in
from coord.ui import company_form, drafts, setup_moves, visit
from coord.ui.setup_moves import Neighbours
from coord.ui.visit import Visit

FORM = "setup-company"
FIELDS = ("name", "language", "zone", "country", "subdivision")


def draw(here: Visit, around: Neighbours) -> None:
    """The guesses; the next public holidays show whether they are right."""
    t = here.t
    st.markdown(
        t(
            "Look at what was guessed: the public holidays follow from it. Everything can be changed later, under Company."
        )
    )
    setup_moves.draw_from(FORM, here.company.version)
    said = {name: field for name, field in company_form.fields(here).items() if name in FIELDS}
    key = drafts.fill(here, FORM, here.company.version, said)
    st.text_input(said["name"].label, key=f"name-{key}", persist_state="session")
    company_form.language(here, key, said)
    company_form.place(here, key, said)
    setup_moves.buttons(here, around, _save, key)


def _save(key: str) -> bool:
    if not drafts.is_drawn(FORM, key):
        return True  # the same click again
    here, typed = visit.begin(), drafts.typed(FORM, *FIELDS)
    return here.act(FORM, lambda session: _change(session, here, typed), here.t("Saved."), typed=typed)


def _change(session: Session, here: Visit, typed: dict[str, Any]) -> None:
    wish = replace(company.settings(session), **typed)
    moving_in.look_over(session, wish, seen=drafts.seen(FORM), by=here.mandate, at=here.now)
