"""One role as a page that one reads: what it is for, who holds it, and what this person can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from coord import people, roles
from coord.roles import FIELDS, Description, Holder, Revision, Role
from coord.ui import drafts, panels, roles_changes, roles_form, visit
from coord.ui.plain import paragraphs, plain
from coord.ui.visit import PAGES, Visit

LEFT = ("responsibilities", "decides_alone", "decides_with", "measures")
RIGHT = ("delivers", "needs", "technical_skills", "behavioural_skills")


@dataclass(frozen=True)
class Page:
    """A role with everything that its page shows."""

    here: Visit
    role: Role
    revisions: Sequence[Revision]  # the newest first
    said: dict[int, Description]  # by the number of the revision
    holders: Sequence[Holder]
    known: dict[tuple[int, int], int]  # (number, person) → when they acknowledged it
    names: dict[int, str]

    @property
    def is_kept(self) -> bool:
        """Whether this person may change the role."""
        return self.role.archived_at is None and self.here.mandate.speaks_for(self.role.area_id)


def load(here: Visit, session: Session, role_id: int) -> Page:
    """Everything about a role. Raises Refused where there is none."""
    row = roles.role(session, role_id)
    found = roles.revisions(session, row.id)
    said = roles.descriptions(session, found)
    return Page(
        here,
        row,
        found,
        {one.number: said[one.id] for one in found},
        roles.holders(session, row.id),
        roles.acknowledged(session, row.id),
        people.names(session, here.t),
    )


def draw(page: Page) -> bool:
    """The newest revision, or the older one that the address names; False while it is being changed."""
    here, t, row = page.here, page.here.t, page.role
    wanted = visit.number(st.query_params.get("revision"))
    number = wanted if wanted in page.said else row.revision
    st.page_link(PAGES / "roles.py", label=t("All roles"), icon=":material/arrow_back:")
    st.title(plain(page.said[number].title), anchor=False)
    _about(page, number)
    if row.archived_at is not None:
        roles_form.archived(here, row)
    if number != row.revision:
        _old(page, number)
    elif page.is_kept and panels.opened(roles_form.KIND, row.id) == "change":
        roles_form.change(here, row, page.said[row.revision])
        return False
    elif page.is_kept and panels.opened(roles_form.KIND, row.id) == "archive":
        roles_form.archiving(here, row)
        return False
    else:
        _asked(page)
        _kept(page)
    description(here, page.said[number])
    return True


def description(here: Visit, said: Description) -> None:
    """What a revision says, on one page; what it leaves open is left out."""
    st.markdown(paragraphs(said.purpose))
    left, right = st.columns(2, gap="large")
    for column, names in ((left, LEFT), (right, RIGHT)):
        with column:
            for name in names:
                _field(here, name, [plain(line) for line in roles_changes.lines(here, said, name)])


def _field(here: Visit, name: str, written: list[str]) -> None:
    if not written:
        return
    label = f"**{plain(here.t(FIELDS[name]))}**"
    single = len(written) == 1
    st.markdown(
        f"{label}  \n{written[0]}" if single else "\n".join([label, *(f"- {one}" for one in written)])
    )


def _about(page: Page, number: int) -> None:
    here, t, row = page.here, page.here.t, page.role
    revision = next(one for one in page.revisions if one.number == number)
    written = here.calendar.day_of(revision.at)
    parts = [
        plain(here.area(row.area_id)),
        plain(t("Revision {n}, {day}", n=t.number(number), day=t.day(written, today=here.today))),
    ]
    day = t.day(row.review_on, today=here.today)
    if row.archived_at is None:
        late = row.review_on < here.today
        parts.append(
            f":red-badge[{plain(t('To review since {day}', day=day))}]"
            if late
            else plain(t("Next review on {day}", day=day))
        )
    st.markdown(":small[" + " · ".join(parts) + "]")


def _old(page: Page, number: int) -> None:
    t, row = page.here.t, page.role
    st.info(t("This is how it was written then; there is a newer revision."), icon=":material/history:")
    st.page_link(PAGES / "roles.py", label=t("Read the newest"), query_params={"role": str(row.id)})


def _asked(page: Page) -> None:
    """The one big button of a holder who has not said yet that they know this role."""
    here, t, row = page.here, page.here.t, page.role
    mine = [one for one in page.holders if one.person_id == here.person.id and not one.is_past(here.today)]
    form = f"acknowledge-{row.id}-{row.revision}"
    here.refusal(form)
    if row.archived_at is not None or not mine or (row.revision, here.person.id) in page.known:
        return
    before = max((number for number, person in page.known if person == here.person.id), default=None)
    with st.container(border=True, key=f"asked-{row.id}"):
        if before is None:
            st.markdown(
                t(
                    "This is your role. Read it; if something is not right, say so to whoever speaks for your area."
                )
            )
        else:
            st.markdown(t("This is your role, and it has changed since you last read it:"))
            roles_changes.draw(here, page.said[before], page.said[row.revision])
        st.button(t("I know this is my role"), type="primary", width="stretch", icon=":material/check:",
                  key=f"{form}-button", on_click=_acknowledge, args=(row.id, row.revision, visit.nonce(form)))  # fmt: skip


def _kept(page: Page) -> None:
    """What whoever speaks for the area does with it: change it, or find it still right."""
    here, t, row = page.here, page.here.t, page.role
    if not page.is_kept:
        return
    form = f"review-{row.id}"
    key = visit.nonce(form)
    late = row.review_on < here.today
    here.refusal(form)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        with st.popover(t("Still right…"), type="primary" if late else "secondary"):
            st.date_input(t("Next review on"), value=here.today + roles.REVIEW_AFTER, min_value=here.today,
                          key=f"next_on-{key}", format="DD/MM/YYYY")  # fmt: skip
            st.button(t("Still right"), type="primary", key=f"right-{key}", on_click=_review,
                      args=(row.id, row.version, key))  # fmt: skip
        st.button(t("Change"), key=f"change-role-{row.id}", on_click=panels.open_up,
                  args=(roles_form.KIND, row.id, "change"))  # fmt: skip


def _acknowledge(role_id: int, revision: int, key: str) -> None:
    form = f"acknowledge-{role_id}-{revision}"
    if not drafts.is_drawn(form, key):
        return
    here = visit.begin()

    def acknowledge(session: Session) -> None:
        roles.acknowledge(session, role_id, revision=revision, by=here.mandate, at=here.now)

    here.act(form, acknowledge, here.t("Thank you. It is noted that you know this role."))


def _review(role_id: int, seen: int, key: str) -> None:
    form = f"review-{role_id}"
    if not drafts.is_drawn(form, key):
        return
    here, day = visit.begin(), st.session_state.get(f"next_on-{key}")

    def review(session: Session) -> None:
        roles.review(session, role_id, next_on=day, seen=seen, by=here.mandate, at=here.now)

    here.act(form, review, here.t("Saved."), typed=day)
