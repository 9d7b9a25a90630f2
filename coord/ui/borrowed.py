"""Words that Streamlit itself puts on the page, in the reader's language: it knows them in English only."""

import json

import streamlit as st

from coord.text import N_, Words

# What Streamlit says, as a pattern, and what we say; $1 and $2 are what the page puts into it.
SAID = {
    r"^Upload$": N_("Choose a file"),
    r"^file upload$": N_("Choose a file"),
    r"^(\d+)MB per file$": N_("Up to $1 MB"),
    r"^File must be (\d+)MB or smaller\.$": N_("This file is larger than $1 MB."),
    r"^(.*) files are not allowed\.$": N_("Files of the kind $1 can't be read here."),
    r"^No results$": N_("Nothing is called that"),
    r"^Add: (.*)$": N_("Take “$1”"),
    r"^Choose an option$": N_("Choose one"),
    r"^Choose options$": N_("Choose some"),
    r"^Clear (value|all)$": N_("Empty this field"),
    r"^Open$": N_("Open the list"),
    r"^Choose date(.*)$": N_("Choose a day$1"),
    r"^Previous month$": N_("Month before"),
    r"^Next month$": N_("Month after"),
    r"^Previous page$": N_("Page before"),
    r"^Next page$": N_("Page after"),
    r"^Page (\d+)$": N_("Page $1"),
    r"^Copy to clipboard$": N_("Copy"),
    r"^\(required\)$": N_("(needed)"),
}


def translate(t: Words) -> None:
    """Put the page's borrowed words into the reader's language, now and whenever more of them come."""
    words = json.dumps([[said, t(ours)] for said, ours in SAID.items()])
    st.html(f"<script>{_SCRIPT.replace('WORDS', words)}</script>", unsafe_allow_javascript=True)


# Only these places are looked at, so that people's own words stay as they typed them. A text keeps its node, which
# the page goes on changing; what it said in English is remembered, for whoever changes the language.
_SCRIPT = """
window.coordWords = WORDS;
window.coordSay ??= (() => {
  const TEXT = "[data-testid=stFileUploader] :is(button p, span, small), [data-testid=stWidgetLabel] span," +
    "[role=listbox][data-empty] span, [role=option] *";
  const LABELS = ["aria-label", "placeholder"], seen = new WeakMap();
  const inOurs = (said) => {
    const [pattern, ours] = window.coordWords.find(([pattern]) => new RegExp(pattern).test(said)) ?? [];
    return pattern ? said.replace(new RegExp(pattern), ours) : said;
  };
  const say = (node, name, now, put) => {
    const known = seen.get(node) ?? {}, said = known[name]?.[1] === now ? known[name][0] : now, ours = inOurs(said);
    seen.set(node, {...known, [name]: [said, ours]});
    if (ours !== now) put(ours);
  };
  // an option is somebody's own word, but for the offer to take what was typed
  const isAnOption = (element, node) => element.closest("[role=listbox]:not([data-empty]) [role=option]")
    && !node.nodeValue.startsWith("Add: ");
  const look = () => {
    for (const element of document.querySelectorAll(TEXT))
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE && !isAnOption(element, node)) say(node, "text", node.nodeValue, (ours) => { node.nodeValue = ours; });
    for (const label of LABELS)
      for (const element of document.querySelectorAll(`:is(input, button)[${label}]`))
        say(element, label, element.getAttribute(label), (ours) => element.setAttribute(label, ours));
  };
  let waiting = 0;
  new MutationObserver(() => { waiting ||= requestAnimationFrame(() => { waiting = 0; look(); }); })
    .observe(document.body, {childList: true, subtree: true, characterData: true});
  return look;
})();
window.coordSay();
"""
