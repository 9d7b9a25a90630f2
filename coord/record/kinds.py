"""What the record tells of, and what it leaves out."""

# What an entry is about, by the tables it tells of; the first that is touched names the whole entry.
KINDS: dict[str, tuple[str, ...]] = {
    "rights": ("rights", "codes", "people"),
    "settings": ("company", "closing_days", "areas", "notice_sender", "notice_choices", "calendar_addresses",
                 "server_clock"),
    "imports": ("imports",),
    "meetings": ("recordings", "meetings", "agenda_items", "attendances", "preparations", "screens", "series",
                 "series_facilitators", "series_areas_left_out"),
    "requests": ("events", "requests"),
    "goals": ("goals", "goal_areas", "goal_changes", "check_ins"),
    "issues": ("issues", "issue_factors", "issue_revisions", "issue_votes", "procedure_changes", "procedure_change_areas",
               "issue_outcomes"),
    "roles": ("roles", "role_revisions", "role_links", "role_holders", "role_acknowledgements"),
    "sign-ins": ("passwords", "sign_ins", "identity_provider"),
    "backups": ("restores", "backup_plan", "backups_given"),
}  # fmt: skip
# What is nobody's doing, or must not be tied to anybody: how an hour was is told by nothing, not even by an instant.
UNTOLD = frozenset({"record", "alembic_version", "chores", "checks", "submissions", "letters", "notices", "pulses",
                    "failures"})  # fmt: skip
# Whoever writes an issue or votes for one is displayed nowhere.
WITHOUT_WHO = frozenset({("issues", "added"), ("issue_revisions", "added"), ("issue_votes", "added"), ("issue_votes", "removed")})  # fmt: skip
# Nor who says that one came again: whoever wrote it may, right after writing it.
COLUMNS_WITHOUT_WHO = frozenset({("issues", "again_of_id")})
# Columns that say nothing of their own, everywhere or in one table.
QUIET = frozenset({"version", "seq", "search", "folded", "email_folded", "founded_at"})
QUIET_IN = {
    "people": {"visited_at", "seen_until_at"},
    "sign_ins": {"used_at"},
    "meetings": {"item_id", "turn", "item_since_at", "item_paused", "paused_at", "paused_seconds"},
    "agenda_items": {"used", "weight", "reason", "place", "times_carried"},
    "imports": {"mapping"},
    "backup_plan": {"tried_at", "done_at", "trouble"},
    "issues": {"author_id"},
    "issue_votes": {"person_id"},
    "server_clock": {"round_at", "expected_at", "said_at", "server"},  # each minute
}
DERIVED = frozenset({"requests"})  # a row that is what its events say: these are told
CODES = frozenset({"right", "sphere", "verb", "outcome", "kind", "section", "state", "direction", "result", "holiday_rule"})  # fmt: skip
