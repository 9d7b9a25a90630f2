"""In which parts of the page this person has begun to write: these stay, whatever others do."""

from pathlib import Path

import streamlit as st

from coord import clock

_mount = st.components.v2.component(
    "coord_unsent",
    js=(Path(__file__).parent / "unsent.js").read_text("utf-8"),
    html="<span></span>\n",
)


def unsent(*parts: str) -> list[str]:
    """The keys of the containers beginning like these in which something stands that was not sent; once a page."""
    data = {"parts": list(parts), "drawn": clock.milliseconds()}
    found = _mount(key="unsent", data=data, default={"parts": ""}, on_parts_change=lambda: None)
    return str(found.parts or "").split()
