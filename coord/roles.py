"""Role descriptions: what a position is for, its revisions, who holds it and who knows it."""
