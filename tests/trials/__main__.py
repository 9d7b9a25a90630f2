"""`python -m tests.trials [--small] [NAME…]`: a table of what was tried and what came of it; exit status 1 for a failure."""

import argparse
import importlib
import pkgutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests import trials
from tests.trials import Skipped, Trial


def main() -> None:
    known = {trial.__name__: trial for trial in _found()}
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}")
    wishes.add_argument("--small", action="store_true", help="the same on a small scale, in about a minute")
    asked = wishes.parse_args()
    if unknown := set(asked.names) - set(known):
        wishes.error(f"there is no trial {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    print("| trial | what is done | result | figures |\n|---|---|---|---|", flush=True)
    results = [_tried(known[name], asked.small) for name in asked.names or known]
    sys.exit(1 if "failed" in results else 0)


def _found() -> list[Trial]:
    modules = (importlib.import_module(f"tests.trials.{found.name}") for found in pkgutil.iter_modules(trials.__path__)
               if not found.name.startswith("_"))  # fmt: skip
    return [trial for module in modules for trial in getattr(module, "TRIALS", ())]


def _tried(trial: Trial, small: bool) -> str:
    began, result = time.monotonic(), "held"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            figures = trial(small, Path(folder))
        except Skipped as skipped:
            result, figures = "skipped", str(skipped)
        except Exception as error:
            traceback.print_exc()
            result, figures = "failed", " ".join(str(error).split())[:300] or type(error).__name__
    done = (trial.__doc__ or "").split("\n\n")[0].strip().replace("\n    ", " ")
    print(
        f"| {trial.__name__} | {done} | {result} | {figures}; {time.monotonic() - began:.0f} s |", flush=True
    )
    return result


if __name__ == "__main__":
    main()
