"""How large a file may be: only administrators bring a company's history, everybody else's files are small.

Streamlit knows one limit for all, which is the larger one (server.maxUploadSize).
"""

from coord import accounts, db, people, settings

PATH = "/_stcore/upload_file/"
MEGABYTE = 1024 * 1024
MOST, MOST_OF_ADMINISTRATORS = 10 * MEGABYTE, 100 * MEGABYTE
FRAME = 64 * 1024  # what a browser writes around the file


def is_too_large(length: str | None, secret: str, *, at: int) -> bool:
    """Whether somebody's upload of this Content-Length is more than they may send; without a length, it is."""
    if length is None or not length.isdecimal() or len(length) > 12:
        return True
    return int(length) > MOST + FRAME and int(length) > _most(secret, at) + FRAME


def _most(secret: str, at: int) -> int:
    with db.opened(settings.read().database_url).read() as session:
        person = accounts.signed_in(session, secret, at=at)
        administers = person is not None and people.mandate(session, person.id).administers
    return MOST_OF_ADMINISTRATORS if administers else MOST
