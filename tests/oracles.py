"""Ask two independent packages, lifelines and scikit-survival, what the estimators should give.

    python -m tests.oracles

makes them an environment of their own under .cache/ (they are no dependencies of Coord), lets them work on
generated requests and on the aml data, and writes requests and answers to tests/data/survival/, where
test_survival.py reads them. Needed again only when a case is added. The aml data lie beside the project and
are left out of what is written; without them their old answers are kept.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]
ENVIRONMENT = HOME / ".cache" / "oracles"
ANSWERS = HOME / "tests" / "data" / "survival"
AML = HOME.parent / "shared" / "data" / "survival" / "aml.csv"
NEEDED = ["lifelines", "pandas<3", "scikit-survival"]
QUANTILES = [0.25, 0.5, 0.7, 0.85]


def main() -> None:
    subprocess.run([environment(), "-W", "ignore", __file__, "answer"], check=True)


def environment() -> Path:
    """The Python of the oracles' environment, which is made where it isn't there."""
    python = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--quiet", *NEEDED], check=True)
    return python


def answer() -> None:
    """Runs inside the oracles' environment."""
    ANSWERS.mkdir(parents=True, exist_ok=True)
    for name, rows in {"open": open_rows(), "closed": closed_rows(), "entered": entered_rows()}.items():
        write(name, {**rows, **lifelines_says(**rows), **scikit_survival_says(**rows)})
    rows = mixed_rows()
    write("mixed", {**rows, **scikit_survival_says_of_causes(**rows)})
    if AML.exists():
        for name in ("Maintained", "Nonmaintained"):
            write(f"aml-{name.lower()}", lifelines_says(**aml_rows(name)))


def write(name: str, content: dict) -> None:
    (ANSWERS / f"{name}.json").write_text(json.dumps(content, separators=(",", ":")) + "\n")


def open_rows() -> dict:
    """Whole days with many ties, some resolved on the day they were asked, a third still open."""
    import numpy as np

    random = np.random.default_rng(20260105)
    wait, seen = random.exponential(14, 180).astype(int), random.integers(0, 45, 180)
    return {"exit": np.minimum(wait, seen).tolist(), "event": (wait <= seen).astype(int).tolist()}


def closed_rows() -> dict:
    """Seconds without ties, everything resolved: the curve ends at 0.

    Sixty-one of them, so that no quantile asked for is met exactly: lifelines misses some of those.
    """
    import numpy as np

    random = np.random.default_rng(20260112)
    return {"exit": random.choice(10**7, 61, replace=False).tolist(), "event": [1] * 61}


def entered_rows() -> dict:
    """A quarter had waited when recording began.

    Entries are odd and exits even: lifelines counts who enters at t as at risk at t already, which differs
    from entry < t <= exit wherever both happen at the same time.
    """
    import numpy as np

    random = np.random.default_rng(20260119)
    wait, seen = 2 + 2 * random.exponential(20, 160).astype(int), 2 * random.integers(2, 60, 160)
    leave = np.minimum(wait, seen)
    entry = np.where(random.random(160) < 0.25, 1 + 2 * (random.random(160) * (leave // 2)).astype(int), 0)
    return {"exit": leave.tolist(), "event": (wait <= seen).astype(int).tolist(), "entry": entry.tolist()}


def mixed_rows() -> dict:
    """Whole days with ties, resolved in three ways (1 to 3) or still open (0)."""
    import numpy as np

    random = np.random.default_rng(20260126)
    return {
        "exit": random.integers(1, 40, 150).tolist(),
        "cause": random.choice(4, 150, p=[0.3, 0.4, 0.2, 0.1]).tolist(),
    }


def aml_rows(group: str) -> dict:
    import pandas as pd

    rows = pd.read_csv(AML).query("x == @group")
    return {"exit": rows["time"].tolist(), "event": rows["status"].tolist()}


def lifelines_says(exit: list, event: list, entry: list | None = None) -> dict:
    """Curve, band, quantiles (each with its interval; None where not reached), mean of the first `horizon`."""
    import math

    import lifelines
    from lifelines.utils import qth_survival_times, restricted_mean_survival_time

    fit = lifelines.KaplanMeierFitter().fit(exit, event, entry=entry)
    edges = fit.confidence_interval_survival_function_
    quantiles = {}
    for q in QUANTILES:
        interval = qth_survival_times(1 - q, edges).to_numpy().ravel().tolist()
        reached = [fit.percentile(1 - q), *interval]
        quantiles[q] = [None if math.isinf(time) else float(time) for time in reached]
    return {
        "lifelines": lifelines.__version__,
        "times": fit.timeline.tolist(),
        "survival": fit.survival_function_.iloc[:, 0].round(12).tolist(),
        "lower": edges.iloc[:, 0].round(12).tolist(),
        "upper": edges.iloc[:, 1].round(12).tolist(),
        "quantiles": quantiles,
        "horizon": max(exit) // 2,
        "mean": restricted_mean_survival_time(fit, t=max(exit) // 2),
    }


def scikit_survival_says(exit: list, event: list, entry: list | None = None) -> dict:
    import numpy as np
    import sksurv
    from sksurv.nonparametric import kaplan_meier_estimator

    seen = np.asarray(event, bool)
    times, survival, (lower, upper) = kaplan_meier_estimator(seen, exit, entry, conf_type="log-log")
    columns = {"times": times, "survival": survival, "lower": lower, "upper": upper}
    answers = {name: np.round(column, 12).tolist() for name, column in columns.items()}
    return {"scikit_survival": {"version": sksurv.__version__, **answers}}


def scikit_survival_says_of_causes(exit: list, cause: list) -> dict:
    import numpy as np
    import sksurv
    from sksurv.nonparametric import cumulative_incidence_competing_risks

    times, shares = cumulative_incidence_competing_risks(np.asarray(cause), exit)
    return {
        "version": sksurv.__version__,
        "times": times.tolist(),
        "resolved": np.round(shares[0], 12).tolist(),
        "parts": np.round(shares[1:], 12).tolist(),
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["answer"]:
        answer()
    else:
        main()
