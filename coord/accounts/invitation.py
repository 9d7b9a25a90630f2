"""What an invitation says, ready to be pasted into a chat."""

from collections.abc import Collection

from coord.accounts.codes import INVITATION_DAYS, RESET_HOURS
from coord.text import Words


def invitation_text(t: Words, company: str, person: str, areas: Collection[str], link: str) -> str:
    """The invitation of a person, who speaks for these areas, in the language of `t`."""
    speaks = t("You speak there for {areas}.", areas=t.list(areas)) if areas else ""
    return "\n\n".join(
        part
        for part in (
            t("Hello {name},", name=person),
            t("{company} now keeps its weekly hour in Coord: what each area asks of the others, what is promised, and what came of it.", company=company),
            speaks,
            t("Open this link, on your phone too, and choose a password:"),
            link,
            t.plural("It is yours alone and works for {n} day, once.", "It is yours alone and works for {n} days, once.", INVITATION_DAYS),
        )
        if part
    )  # fmt: skip


def reset_text(t: Words, code: str, link: str) -> str:
    """What an administrator tells somebody who forgot their password."""
    return "\n\n".join(
        [
            t("With this code you choose a new password:"),
            code,
            t("Open this page and enter it there, with your e-mail address:"),
            link,
            t.plural("It works for {n} hour, once.", "It works for {n} hours, once.", RESET_HOURS),
        ]
    )
