"""What the surroundings decide: where the data lies, and whether this is the demo."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """Read once from the environment; nothing here changes while the program runs."""

    database_url: str
    demo: bool
    address: str | None

    @property
    def data(self) -> Path:
        return ROOT / "data"


def read(environ: "os._Environ[str] | dict[str, str]" = os.environ) -> Settings:
    """Settings from COORD_DATABASE_URL, COORD_DEMO and COORD_ADDRESS (the address that links start with)."""
    return Settings(
        database_url=environ.get("COORD_DATABASE_URL", f"sqlite:///{ROOT / 'data' / 'coord.db'}"),
        demo=environ.get("COORD_DEMO", "") == "1",
        address=environ.get("COORD_ADDRESS", "").rstrip("/") or None,
    )
