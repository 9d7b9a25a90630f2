"""What the surroundings decide: where the data lies, and whether this is the demo."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment; nothing here changes while the program runs."""

    data: Path
    database_url: str
    demo: bool
    address: str | None
    backups: Path
    base: str  # what every path of this server begins with under a sub-path: "" or "/coord"


def read(environ: Mapping[str, str] = os.environ) -> Settings:
    """COORD_DATA (a directory), COORD_BACKUPS (another), COORD_DATABASE_URL, COORD_DEMO, COORD_ADDRESS (what links begin with), COORD_BASE."""
    data = Path(environ.get("COORD_DATA", ROOT / "data"))
    base = "/" + path if (path := environ.get("COORD_BASE", "").strip("/")) else ""
    address = environ.get("COORD_ADDRESS", "").rstrip("/")
    return Settings(
        data=data,
        database_url=environ.get("COORD_DATABASE_URL", f"sqlite:///{data / 'coord.db'}"),
        demo=environ.get("COORD_DEMO", "") == "1",
        address=address + (base if address and not address.endswith(base) else "") or None,
        backups=Path(environ.get("COORD_BACKUPS") or data / "backups"),
        base=base,
    )
