"""The words of the issue log: what contributes, how large an effect is, how an issue ends and a change turns out."""

from coord.text import N_

# What contributes to an issue lies in how work is arranged: there is no factor for a person.
FACTORS = {
    "information_late": N_("Information missing or late at the handoff"),
    "two_versions": N_("Information in two places or versions"),
    "promise_without_capacity": N_("Promise made without visible capacity"),
    "owner_unclear": N_("Ownership of a step unclear"),
    "procedure_differs": N_("No procedure, or procedure and real work differ"),
    "training_or_access": N_("Training or access not given in time"),
    "tool": N_("Tool allows, hides or lacks it"),
    "goals_conflict": N_("Goals or incentives in conflict"),
    "peak_or_absence": N_("Peak load, absence or deadline pressure"),
    "change_not_passed_on": N_("Customer or supplier change not passed on"),
    "no_signal": N_("No signal, nobody could notice"),
    "exception_without_route": N_("Exception with no route to decide"),
}
MOST_FACTORS = 4

SIZES = {"large": N_("Large effect"), "medium": N_("Medium effect"), "small": N_("Small effect")}

OPEN = "open"
OUTCOMES = {
    "changed": N_("Procedure changed"),
    "wont_change": N_("Won't change"),
    "watching": N_("Watching"),
}
STATES = {OPEN: N_("Open"), **OUTCOMES}

RESULTS = {"held": N_("It held"), "recurred": N_("It came again")}

# What an issue says besides its handoff, in the order in which it is read: one line, or several.
LINES = ("step", "customer")
PROSE = ("expected", "happened", "effect", "from_had", "to_had", "lucky", "usually", "next_step")
FACTS = (*LINES, *PROSE, "size", "factors", "from_area", "to_area")
