"""Signing in with a password: the form, an invitation, a code for a new password, and changing one's own."""

from typing import NoReturn

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from coord import accounts, company, moving_in, people
from coord.people import Person
from coord.refusal import Refused
from coord.text import N_, Words, typed
from coord.web import cookies, single_sign_on
from coord.web.addresses import client_address, here, safe_next
from coord.web.forms import answer_signed_in, attempt, opened, page, received, start, words


async def ask(request: Request) -> Response:
    """The form to sign in; on a fresh database, the way to its first run."""
    return await run_in_threadpool(_ask, request)


async def enter(request: Request) -> Response:
    """Sign in with e-mail and password."""
    return await received(request, _enter)


async def welcome(request: Request) -> Response:
    """The page of an invitation. Looking at it uses nothing up: chats look at links before people do."""
    return _secret(await run_in_threadpool(_welcome, request))


async def accept(request: Request) -> Response:
    """Choose a password, and be in."""
    return _secret(await received(request, _accept))


async def ask_reset(request: Request) -> Response:
    """The form for whoever was given a code."""
    return await run_in_threadpool(_plain, request, "reset.html")


async def reset(request: Request) -> Response:
    """Choose a new password with a code, and be in."""
    return await received(request, _reset)


async def ask_change(request: Request) -> Response:
    """The form to change one's own password."""
    return await run_in_threadpool(_plain, request, "password.html")


async def change(request: Request) -> Response:
    """Change one's own password: every other device is signed out, this one gets a new secret."""
    return await received(request, _change)


ROUTES = [
    Route("/invitation/{secret}", welcome, methods=["GET"]),
    Route("/invitation/{secret}", accept, methods=["POST"]),
    Route("/reset", ask_reset, methods=["GET"]),
    Route("/reset", reset, methods=["POST"]),
    Route("/password", ask_change, methods=["GET"]),
    Route("/password", change, methods=["POST"]),
]


def _ask(request: Request) -> Response:
    database, _now = opened()
    with database.read() as session:
        if moving_in.is_awaited(session):
            return RedirectResponse(here("/begin"), 303)
    return _plain(request, "sign_in.html")


def _enter(request: Request, form: FormData) -> Response:
    database, now = opened()
    try:
        email, password = _email(form), str(form.get("password", ""))
        attempt(request, email)
        with database.read() as session:
            kept = accounts.kept_password(session, email)
        if not accounts.matches(kept, password) or kept is None:
            _wrong()
        better = accounts.renewed(kept, password)
        with database.begin(by=kept.person_id) as session:
            if not accounts.still_kept(session, kept):  # changed, or archived, while we looked
                _wrong()
            if better:
                accounts.keep_renewed(session, kept, better)
            accounts.forgive(session, email, client_address(request.scope))
            secret = start(request, session, kept.person_id, at=now, language=_language(form))
    except Refused as refused:
        return _plain(request, "sign_in.html", form, refused)
    return answer_signed_in(request, secret, str(form.get("next", "")))


def _welcome(request: Request, form: FormData | None = None, refused: Refused | None = None) -> Response:
    database, now = opened()
    with database.read() as session:
        row = company.company(session)
        person = accounts.invited(session, request.path_params["secret"], at=now)
        if person is None or row is None:
            mine = cookies.read(request) or ""
            if accounts.signed_in(session, mine, at=now):  # the link in their chat stays their way in
                return RedirectResponse(here("/"), 303)
            return page(request, "over.html", words(request, row), {"company": row}, 404)
        wished = _language(form) if form else request.query_params.get("language")
        t = words(request, row, wished, person.language)
        facts = {"company": row.name, "person": person, "place": _place(session, t, person, row)}
    return page(request, "invitation.html", t, facts | _said(t, form, refused), 403 if refused else 200)


def _accept(request: Request, form: FormData) -> Response:
    database, now = opened()
    try:
        with database.read() as session:
            person = accounts.invited(session, request.path_params["secret"], at=now)
            name = company.the(session).name
        if person is None:
            return _welcome(request)
        hashed = accounts.hashed(str(form.get("password", "")), person.name, person.email, name)
        with database.begin(by=person.id) as session:
            accounts.accept(session, request.path_params["secret"], hashed, at=now)
            secret = start(request, session, person.id, at=now, language=_language(form))
    except Refused as refused:
        return _welcome(request, form, refused)
    return answer_signed_in(request, secret)


def _reset(request: Request, form: FormData) -> Response:
    database, now = opened()
    try:
        email, code = _email(form), str(form.get("code", ""))
        attempt(request, email)
        with database.read() as session:
            person = accounts.may_reset(session, email, code, at=now)
            name = company.the(session).name
        if person is None:
            raise Refused("This code and this e-mail address don't go together, or the code is over. "
                          "Check both, or ask an administrator for a new code.")  # fmt: skip
        with database.begin() as session:  # the code was right: what is wrong with a password is no guessing
            accounts.forgive(session, email, client_address(request.scope))
        hashed = accounts.hashed(str(form.get("password", "")), person.name, person.email, name)
        with database.begin(by=person.id) as session:
            accounts.reset(session, email, code, hashed, at=now)
            secret = start(request, session, person.id, at=now, language=_language(form))
    except Refused as refused:
        return _plain(request, "reset.html", form, refused)
    return answer_signed_in(request, secret)


def _change(request: Request, form: FormData) -> Response:
    database, now = opened()
    try:
        with database.read() as session:
            person = _me(request, session, now)
            kept, name = accounts.own_password(session, person.id), company.the(session).name
        attempt(request, person.email or str(person.id))
        if not accounts.matches(kept, str(form.get("old", ""))) or kept is None:
            raise Refused("This is not your current password. Check it.")
        with database.begin() as session:
            accounts.forgive(session, person.email or str(person.id), client_address(request.scope))
        hashed = accounts.hashed(str(form.get("password", "")), person.name, person.email, name)
        with database.begin(by=person.id) as session:
            if not accounts.still_kept(session, kept):
                raise Refused("Your password was changed meanwhile.")
            accounts.keep_password(session, person.id, hashed, at=now)
            secret = start(request, session, person.id, at=now)
    except Refused as refused:
        return _plain(request, "password.html", form, refused)
    return answer_signed_in(request, secret, here("/account"))


def _plain(
    request: Request, template: str, form: FormData | None = None, refused: Refused | None = None
) -> Response:
    """One of the forms, with what was typed and why it was refused; passwords are never sent back."""
    database, now = opened()
    with database.read() as session:
        row = company.company(session)
        person = accounts.signed_in(session, cookies.read(request) or "", at=now)
        mine = person.language if person and template == "password.html" else None
        wished = _language(form) if form else request.query_params.get("language", "")
        leads = str(form.get("next", "")) if form else request.query_params.get("next", "")
        t = words(request, row, wished, mine)
        facts = {
            "company": row.name if row else "",
            "person": person,
            "has_password": person is not None and accounts.has_password(session, person.id),
            "others": single_sign_on.ways(session, t, leads, wished),
        }
    shown = facts | _said(t, form, refused)
    return page(request, template, t, shown, 403 if refused else 200, refused=refused)


def _said(t: Words, form: FormData | None, refused: Refused | None) -> dict[str, str]:
    """What the form says again."""
    said = {"said": refused.said(t) if refused else "", "email": "", "code": ""}
    if form is None:
        return said
    again = {name: str(form.get(name, ""))[:255] for name in ("email", "code")}
    return said | again | {"wished": _language(form), "next": safe_next(str(form.get("next", "")))}


def _me(request: Request, session: Session, now: int) -> Person:
    person = accounts.signed_in(session, cookies.read(request) or "", at=now)
    if person is None:
        raise Refused("You are signed out. Sign in again to go on.")
    return person


def _place(session: Session, t: Words, person: Person, row: company.Company) -> str:
    """What somebody who is invited will be here."""
    held = people.rights(session).get(person.id, set())
    for right, said in (
        ("head", N_("You head {areas} at {company}.")),
        ("deputy", N_("You are the deputy for {areas} at {company}.")),
    ):
        if found := [area.name for area in company.areas(session) if (right, area.id) in held]:
            return t(said, areas=t.list(found), company=row.name)
    for right in ("facilitator", "director", "admin"):
        if (right, None) in held:
            return t(
                "At {company} you are here as: {right}.", company=row.name, right=t(people.RIGHTS[right])
            )
    return t("You belong to {company}.", company=row.name)


def _secret(answer: Response) -> Response:
    """Other pages don't learn the address of this one. Not by no-referrer: a browser would no longer say from where it
    sends the form."""
    answer.headers["Referrer-Policy"] = "strict-origin"
    return answer


def _language(form: FormData) -> str:
    """The language that was chosen on the way, if one was."""
    return str(form.get("language", ""))


def _email(form: FormData) -> str:
    return typed.line(str(form.get("email", ""))) or ""


def _wrong() -> NoReturn:
    raise Refused("This e-mail address and this password don't go together. Check both.")
