"""Minutes as a PDF, typeset by typst. What people wrote goes in as data, so that none of it is ever read as markup."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from coord.exchange.minutes_told import document
from coord.meetings import Minutes
from coord.text import Words

SHEET = Path(__file__).with_name("minutes.typ")


def pdf(of: Minutes, t: Words) -> bytes:
    """The minutes in this reader's language, on A4."""
    language, _, region = t.language.partition("-")
    told = asdict(document(of, t)) | {"language": language, "region": region or None}
    set_: bytes = typst.compile(SHEET.read_bytes(), format="pdf", sys_inputs={"minutes": json.dumps(told)})
    return set_
