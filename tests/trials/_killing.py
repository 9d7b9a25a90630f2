"""Something that a process of its own does, killed in the middle of it."""

import multiprocessing
import os
import random
import signal
import sys
import time
import types
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["tests.trials.backups", "tests.trials.upgrading"])


def done(do: Callable[..., None], *facts: Any) -> float:
    """Do it undisturbed; how long it took. `do` is a function of a module."""
    process, began = _begun(do, *facts), time.monotonic()
    process.join(120)
    assert process.exitcode == 0, f"undisturbed it ended with {process.exitcode}"
    return time.monotonic() - began


def killed(do: Callable[..., None], *facts: Any, after: float) -> bool:
    """Do it, and kill it so many seconds after it began; False where it had ended by itself before."""
    process = _begun(do, *facts)
    time.sleep(after)
    process.kill()
    process.join()
    while _goes_on(process.pid):  # a programme that it has started
        time.sleep(0.01)
    assert process.exitcode in (0, -signal.SIGKILL), f"it ended by itself with {process.exitcode}"
    return process.exitcode != 0


def tally(
    kills: int, took: float, attempt: Callable[[float], tuple[bool, Any]], *, first: float = 0.0
) -> tuple[Counter[Any], int]:
    """Attempt something until it was killed so often: what came of it each time, and how many had ended before.

    `attempt` is told after how many seconds to kill, spread over the time that it `took` undisturbed, or over its part
    after the `first`; it answers whether that was in time, and what came.
    """
    came, late = Counter[Any](), 0
    while came.total() < kills:
        n = (came.total() + late) % kills
        was_killed, found = attempt((first + (1 - first) * (n + random.random()) / kills) * took)
        came[found] += was_killed
        late += not was_killed
        assert late < 5 * kills, "it ends before it can be killed"
    return came, late


def _begun(do: Callable[..., None], *facts: Any) -> Any:
    ours, theirs = _LOADED.Pipe()
    process = _LOADED.Process(target=_do, args=(theirs, do, *facts), daemon=True)
    # which it would run again
    main, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    assert ours.poll(60), "it never began"
    return process


def _goes_on(group: int) -> bool:
    """Whether anything runs that was started in a group of processes."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, _, its, *_ = stat.read_text().rpartition(")")[2].split()
            if int(its) == group and state != "Z":
                return True
    return False


def _do(told: Any, do: Callable[..., None], *facts: Any) -> None:
    os.setsid()
    told.send("now")
    do(*facts)
