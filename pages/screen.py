"""The screen: one meeting for the projector, read-only; the only page that a screen's cookie opens."""

from coord.ui import screen_view

screen_view.show()
