"""Widgets whose values stand in the address, so that what one sees can be sent.

Streamlit's own binding writes labels as they are shown, so that a link sent by a Portuguese reader would mean
nothing to a Spanish one; here the address holds the same names for everybody.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer


def choice(label: str, options: dict[str, str], name: str, *, width: int = 200,
           on_change: Callable[[], None] | None = None) -> str:  # fmt: skip
    """One of some options (name → label); the first is the default, and not written. Wrong addresses mean it too."""
    default = next(iter(options))
    key = _adopt(name, default, lambda value: value in options)
    chosen: str = st.selectbox(label, list(options), format_func=lambda option: options.get(option, ""), key=key,
                               width=width, on_change=on_change)  # fmt: skip
    _write(name, chosen, default)
    return chosen if chosen in options else default


def several(
    label: str, options: dict[str, str], name: str, *, placeholder: str = "", width: int = 260
) -> list[str]:
    """Any number of some options (name → label); none is the default."""
    key, there = f"address-{name}", st.query_params.get(name, "")
    if key not in st.session_state or there != (st.session_state.get(f"written-{name}") or ""):
        st.session_state[key] = [value for value in there.split(",") if value in options]
    chosen: list[str] = st.multiselect(label, list(options), format_func=lambda option: options.get(option, ""), key=key,
                                       placeholder=placeholder, width=width)  # fmt: skip
    _write(name, ",".join(chosen), "")
    return chosen


def words(label: str, name: str, *, placeholder: str = "", width: int = 260, most: int = 200,
          on_change: Callable[[], None] | None = None) -> str:  # fmt: skip
    """A line of text."""
    key = _adopt(name, "", lambda value: len(value) <= most)
    typed = st.text_input(
        label, key=key, placeholder=placeholder, width=width, max_chars=most, on_change=on_change
    )
    _write(name, typed or "", "")
    return typed or ""


def tabs(titles: dict[str, str], name: str, key: str) -> list[tuple[str, TabContainer]]:
    """Tabs (name → title); the first is the default, and not written."""
    first, there = next(iter(titles)), st.query_params.get(name)
    if st.session_state.get(key) not in titles.values() or there != st.session_state.get(f"written-{name}"):
        st.session_state[key] = titles.get(there or "", titles[first])
    found = list(zip(titles, st.tabs(list(titles.values()), key=key, on_change="rerun"), strict=True))
    _write(name, next((one for one, tab in found if tab.open), first), first)
    return found


def has(*names: str) -> bool:
    """Whether the address says something about one of these."""
    return any(name in st.query_params for name in names)


def _adopt(name: str, default: str, valid: Callable[[str], bool]) -> str:
    """The widget's key, holding what the address says when it is new there (a link, the back button)."""
    key, there = f"address-{name}", st.query_params.get(name)
    if key not in st.session_state or there != st.session_state.get(f"written-{name}"):
        st.session_state[key] = there if there is not None and valid(there) else default
    return key


def _write(name: str, value: str, default: str) -> None:
    if value == default:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
    st.session_state[f"written-{name}"] = None if value == default else value
