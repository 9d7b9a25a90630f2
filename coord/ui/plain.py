"""People's words on the page exactly as they typed them: Streamlit's labels would read them as Markdown."""

import re

# Every character that Markdown, Streamlit's directives (:red[…]), emoji codes (:smile:) or LaTeX could act on.
_ACTIVE = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&=@/])")


def plain(text: str | None, most: int | None = None) -> str:
    """Text of a person, on one line, escaped for a label or a Markdown element; cut at `most` characters."""
    line = " ".join((text or "").split())
    if most is not None and len(line) > most:
        line = line[: most - 1].rstrip() + "…"
    return _ACTIVE.sub(r"\\\1", line)


def paragraphs(text: str | None) -> str:
    """Text of a person with its line breaks kept, escaped for a Markdown element."""
    return "  \n".join(plain(line) for line in (text or "").split("\n"))
