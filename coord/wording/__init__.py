"""The wording nudge: questions about wording that blames, never a verdict."""
