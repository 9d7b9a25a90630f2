"""Something that a process of its own does, killed after a while."""

import multiprocessing
import sys
import time
import types
from collections.abc import Callable
from typing import Any

_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload(["tests.trials.backups", "tests.trials.upgrading"])


def done(do: Callable[..., None], *facts: Any, until: float | None = None) -> float:
    """Do it, killed so many seconds after it began; how long it took. `do` is a function of a module."""
    ours, theirs = _LOADED.Pipe()
    process = _LOADED.Process(target=_do, args=(theirs, do, *facts), daemon=True)
    main, sys.modules["__main__"] = (
        sys.modules["__main__"],
        types.ModuleType("__main__"),
    )  # which it would run again
    try:
        process.start()
    finally:
        sys.modules["__main__"] = main
    assert ours.poll(60), "it never began"
    began = time.monotonic()
    if until is None:
        process.join(120)
        assert process.exitcode == 0
    else:
        time.sleep(until)
        process.kill()
        process.join()
    return time.monotonic() - began


def _do(told: Any, do: Callable[..., None], *facts: Any) -> None:
    told.send("now")
    do(*facts)
