"""Backups: taken while everybody works, verified, kept by a plan, and put back in one stroke."""

from coord.backup.ends import missing, missing_entry
from coord.backup.folder import made, place, shares_disk
from coord.backup.giving import give, the, was_given
from coord.backup.plan import PlanWish, change_plan, last_due, let_go, plan, take_due
from coord.backup.records import WHY, BackupGiven, BackupPlan, Facts, Manifest, Restore
from coord.backup.restoring import Ready, Restored, put_in_place, ready
from coord.backup.starting import make_ready, must_be_there, plainly
from coord.backup.taking import before_import, check, take

__all__ = [
    "WHY",
    "BackupGiven",
    "BackupPlan",
    "Facts",
    "Manifest",
    "PlanWish",
    "Ready",
    "Restore",
    "Restored",
    "before_import",
    "change_plan",
    "check",
    "give",
    "last_due",
    "let_go",
    "made",
    "make_ready",
    "missing",
    "missing_entry",
    "must_be_there",
    "place",
    "plainly",
    "plan",
    "put_in_place",
    "ready",
    "shares_disk",
    "take",
    "take_due",
    "the",
    "was_given",
]
