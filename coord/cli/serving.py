"""The commands that open Coord: `coord serve` for one's company, `coord demo` to look at it."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from coord import clock, exchange, settings
from coord.cli.root import app
from coord.refusal import Refused
from coord.text import LANGUAGES


@app.command()
def demo(
    language: Annotated[str, typer.Option(help="en, pt-BR or es.")] = "en",
    port: Annotated[int, typer.Option(help="The port on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    fresh: Annotated[bool, typer.Option(help="Begin anew: forget what was changed in the demo.")] = False,
) -> None:
    """Open Coord with the demo company: no password, choose who you are among its people."""
    if language not in LANGUAGES:
        raise Refused("Choose one of the languages.")
    now = clock.now()
    path = settings.read().data / f"demo-{language}-{exchange.demo.week(now)}.db"
    if fresh or not path.exists():
        for old in path.parent.glob(f"demo-{language}-*"):
            old.unlink()
        making = path.with_suffix(".making")  # so that one who is stopped halfway leaves no half demo
        exchange.demo.load(f"sqlite:///{making}", language, at=now)
        making.rename(path)
    os.environ["COORD_DEMO"] = "1"
    _serve(f"sqlite:///{path}", port, browser)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="The port on this computer.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    base_path: Annotated[str, typer.Option(help="What every path begins with behind a proxy: /coord")] = "",
) -> None:
    """Open Coord for your company; on an empty database its first page sets the company up."""
    os.environ.pop("COORD_DEMO", None)
    if base_path:
        os.environ["COORD_BASE"] = base_path
    _serve(settings.read().database_url, port, browser)


def _serve(url: str, port: int, browser: bool) -> None:
    """Become the server, on this computer only; a path that was relative stays where it was."""
    kind, file, path = url.partition("sqlite:///")
    os.environ |= {
        "COORD_DATABASE_URL": f"{file}{Path(path).resolve()}" if file else kind,
        "COORD_DATA": str(settings.read().data.resolve()),
        "COORD_BACKUPS": str(settings.read().backups.resolve()),
    }
    os.chdir(settings.ROOT)
    wishes = [f"--server.port={port}", f"--server.headless={str(not browser).lower()}",
              f"--server.baseUrlPath={settings.read().base}"]  # fmt: skip
    os.execv(
        sys.executable, [sys.executable, "-m", "streamlit", "run", str(settings.ROOT / "app.py"), *wishes]
    )
