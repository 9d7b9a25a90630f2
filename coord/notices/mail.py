"""Letters by e-mail: one connection to the company's mail server, and a sentence for whatever goes wrong."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from coord.refusal import Refused

WITHIN = 15.0  # seconds for each step of the conversation with the mail server


@dataclass(frozen=True, slots=True)
class Server:
    """The company's mail server, and whom letters come from."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A letter ready to go to one person."""

    to_name: str
    to_address: str
    subject: str
    text: str
    html: str
    message_id: str
    settings: str  # where one turns notices off


class Hopeless(Refused):
    """A refusal that would be the same at every other try."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.message, **why.facts)


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A conversation with the mail server. Raises Refused, with a sentence, where there is none."""
    with _said(server):
        smtp = _greeted(server)
    try:
        yield smtp
    finally:
        smtp.close()


def send(smtp: smtplib.SMTP, server: Server, envelope: Envelope, *, at: int) -> None:
    """Hand a letter over. Raises Refused where the mail server didn't take it."""
    message = written(server, envelope, at=at)
    with _said(server, envelope.to_address):
        smtp.send_message(message)


def written(server: Server, envelope: Envelope, *, at: int) -> EmailMessage:
    """The letter with its headers. Raises Refused for an address that is none."""
    message = EmailMessage()
    message["Subject"] = _line(envelope.subject)
    message["From"] = _address(server.name, server.address)
    message["To"] = _address(envelope.to_name, envelope.to_address)
    message["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's out-of-office answers
    message["List-Unsubscribe"] = f"<{envelope.settings}>"
    message.set_content(envelope.text, cte="quoted-printable")
    message.add_alternative(envelope.html, subtype="html", cte="quoted-printable")
    return message


def _greeted(server: Server) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=WITHIN, context=trusted)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=WITHIN)
    try:
        if server.security == "starttls":
            smtp.starttls(context=trusted)
        if server.user:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


@contextmanager
def _said(server: Server, address: str = "") -> Iterator[None]:
    """What went wrong on the way, as a sentence that says what to do."""
    facts = {"server": f"{server.host}:{server.port}"}
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        raise Refused("The mail server {server} refused the user name or the password.", **facts) from None
    except smtplib.SMTPRecipientsRefused as error:
        refused = Refused("The mail server refused the address {address}. Is it right?", address=address)
        for_good = all(code >= 500 for code, _ in error.recipients.values())
        raise (Hopeless(refused) if for_good else refused) from None
    except smtplib.SMTPSenderRefused:
        raise Refused("The mail server doesn't let {address} send. Check the address that notices come from.",
                      address=server.address) from None  # fmt: skip
    except smtplib.SMTPNotSupportedError:
        raise Refused(
            "The mail server {server} can't do what is asked of it: check how the connection is secured, and the user name.",
            **facts,
        ) from None
    except smtplib.SMTPResponseException as error:
        raise Refused("The mail server {server} said no: {answer}", **facts, answer=_answer(error)) from None
    except ssl.SSLError:
        raise Refused("The connection to {server} could not be secured. Check its name, its port and how it is secured.",
                      **facts) from None  # fmt: skip
    except (smtplib.SMTPException, OSError):
        raise Refused("The mail server {server} doesn't answer. Check its name and port.", **facts) from None


def _answer(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return _line(f"{error.smtp_code} {text}")[:200]


def _address(name: str, address: str) -> Address:
    try:
        return Address(_line(name), addr_spec=address)
    except Exception:  # its parser fails in ways of its own on what is no address
        raise Hopeless(Refused("“{email}” is not an e-mail address.", email=address)) from None


def _line(value: str) -> str:
    """One line: what stands in a header can't begin another one."""
    return " ".join(value.split())
