"""Goals of an area for a period, and their weekly check-ins."""
