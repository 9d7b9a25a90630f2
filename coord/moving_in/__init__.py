"""A company moves in: founded with its first administrator, then step by step until everybody is invited."""

from coord.moving_in.areas import Wish, arrange_areas
from coord.moving_in.founding import Founder, found_with_administrator, is_awaited, too_late
from coord.moving_in.hour import Hour, arrange_hour, first_hours, hour, hour_version
from coord.moving_in.posts import Post, drawn, name_people, posts
from coord.moving_in.ready import READY, Ready
from coord.moving_in.steps import Guest, Step, finish, guests, invite_all, look_over, steps

__all__ = [
    "READY",
    "Founder",
    "Guest",
    "Hour",
    "Post",
    "Ready",
    "Step",
    "Wish",
    "arrange_areas",
    "arrange_hour",
    "drawn",
    "finish",
    "first_hours",
    "found_with_administrator",
    "guests",
    "hour",
    "hour_version",
    "invite_all",
    "is_awaited",
    "look_over",
    "name_people",
    "posts",
    "steps",
    "too_late",
]
