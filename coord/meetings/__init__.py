"""The weekly hour: its series, agenda, live course, minutes and pulse."""
