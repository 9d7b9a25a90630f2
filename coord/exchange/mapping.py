"""What the columns of a file mean: MAPPING.toml read, checked and written."""

import json
import tomllib
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from coord import company
from coord.refusal import Refused
from coord.text import typed

Table = dict[str, tuple[str, ...]]  # column → values


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """An event log: one row an event, the rows of a case are one request."""

    case: str
    time: str
    area: str
    time_format: str | None = None
    time_zone: str | None = None
    sheet: str | None = None
    ignore_areas: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    title: str | None = None
    asked_at: str | None = None
    resolved_at: str | None = None
    resolved_when: Table = field(default_factory=dict)
    declined_when: Table = field(default_factory=dict)
    withdrawn_when: Table = field(default_factory=dict)
    promised_on: str | None = None
    recording_began: str | None = None
    observed_until: str | None = None
    spheres: dict[str, str] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """The columns that have to be in the file."""
        named = (
            self.case,
            self.time,
            self.area,
            self.title,
            self.asked_at,
            self.resolved_at,
            self.promised_on,
        )
        tables = (*self.resolved_when, *self.declined_when, *self.withdrawn_when)
        return _unique([*(name for name in named if name), *tables])


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A request list: one row a request. `constants` says what no column says: {"to": "IT"}."""

    asked: str
    case: str | None = None
    title: str | None = None
    from_: str | None = None
    to: str | None = None
    first_answered: str | None = None
    promised: str | None = None
    delivered: str | None = None
    resolved: str | None = None
    outcome: str | None = None
    customer: str | None = None
    constants: dict[str, str] = field(default_factory=dict)
    declined_when: Table = field(default_factory=dict)
    withdrawn_when: Table = field(default_factory=dict)
    time_format: str | None = None
    time_zone: str | None = None
    sheet: str | None = None
    missing: tuple[str, ...] = ()
    ignore_areas: tuple[str, ...] = ()
    recording_began: str | None = None
    observed_until: str | None = None
    spheres: dict[str, str] = field(default_factory=dict)

    def columns(self) -> list[str]:
        """The columns that have to be in the file."""
        named = (self.asked, self.case, self.title, self.from_, self.to, self.first_answered, self.promised,
                 self.delivered, self.resolved, self.outcome, self.customer)  # fmt: skip
        return _unique([*(name for name in named if name), *self.declined_when, *self.withdrawn_when])


Mapping = Log | List
CONSTANTS = ("from", "to", "title", "customer")
DEFAULT_SPHERE = "after_sales"

# The names of a log are understood in a list too.
_ALIASES = {
    "asked_at": "asked",
    "first_answered_at": "first_answered",
    "promised_on": "promised",
    "delivered_at": "delivered",
    "resolved_at": "resolved",
    "id": "case",
}


def read(text: str) -> Mapping:
    """The mapping that a TOML text holds. Raises Refused with what is wrong in it."""
    try:
        tables = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise Refused("The mapping is not valid TOML: {error}.", error=str(error)) from None
    kinds = [kind for kind in ("log", "list") if kind in tables]
    if len(kinds) != 1 or not isinstance(tables[kinds[0]], dict):
        raise Refused("A mapping has one section [log], for events, or one section [list], for requests.")
    _no_unknown(tables, {kinds[0], "spheres", "constants"}, "mapping")
    found = dict(tables[kinds[0]])
    for name in ("spheres", "constants"):
        if name in tables:
            found[name] = tables[name]
    return _log(found) if kinds[0] == "log" else _list(found)


def write(mapping: Mapping) -> str:
    """The mapping as TOML text, which `read` understands."""
    kind = "log" if isinstance(mapping, Log) else "list"
    lines, tables = [f"[{kind}]"], []
    for f in fields(mapping):
        value, name = getattr(mapping, f.name), f.name.rstrip("_")
        if isinstance(value, dict):
            place = name if name == "spheres" else f"{kind}.{name}"
            if value:
                tables += ["", f"[{place}]", *(f"{_said(k)} = {_said(v)}" for k, v in value.items())]
        elif value not in (None, ()):
            lines.append(f"{name} = {_said(value)}")
    return "\n".join(lines + tables) + "\n"


def sphere_of(mapping: Mapping | None, area: str) -> str:
    """The sphere of an area that the import opens."""
    spheres = mapping.spheres if mapping is not None else {}
    named = {typed.fold(name): sphere for name, sphere in spheres.items()}
    return named.get(typed.fold(area)) or spheres.get("all", DEFAULT_SPHERE)


def _log(found: dict[str, Any]) -> Log:
    names = {f.name for f in fields(Log)}
    _no_unknown(found, names, "log")
    _needed(found, "case", "time", "area")
    return Log(**{name: _value(name, value) for name, value in found.items()})


def _list(found: dict[str, Any]) -> List:
    found = {_ALIASES.get(name, name): value for name, value in found.items()}
    names = {f.name.rstrip("_") for f in fields(List)}
    _no_unknown(found, names, "list")
    _needed(found, "asked")
    constants = found.get("constants", {})
    if isinstance(constants, dict):
        _no_unknown(constants, set(CONSTANTS), "list.constants")
    for side in ("from", "to"):
        if side not in found and side not in constants:
            raise Refused(
                "The mapping does not say which area stands in “{side}”: name its column in [list], or the one "
                "area in [list.constants].",
                side=side,
            )
    return List(**{"from_" if name == "from" else name: _value(name, v) for name, v in found.items()})


def _value(name: str, value: Any) -> Any:
    if name in ("ignore_areas", "missing"):
        return _texts(name, value)
    if name in ("resolved_when", "declined_when", "withdrawn_when"):
        return {column: _texts(name, values) for column, values in _table(name, value).items()}
    if name in ("spheres", "constants"):
        return {key: _text(name, one) for key, one in _checked(name, _table(name, value)).items()}
    if name in ("recording_began", "observed_until") and isinstance(value, date):
        return value.isoformat()
    return _text(name, value)


def _checked(name: str, table: dict[str, Any]) -> dict[str, Any]:
    for area, sphere in table.items() if name == "spheres" else ():
        if sphere not in company.SPHERES:
            raise Refused(
                "“{sphere}” is no sphere: {area} lies in “sales” or in “after_sales”.",
                sphere=sphere,
                area=area,
            )
    return table


def _table(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("“{name}” in the mapping has to be a table.", name=name)
    return value


def _texts(name: str, value: Any) -> tuple[str, ...]:
    return tuple(_text(name, one) for one in (value if isinstance(value, list) else [value]))


def _text(name: str, value: Any) -> str:
    if isinstance(value, (dict, list)) or value == "":
        raise Refused("“{name}” in the mapping has to be a text.", name=name)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _needed(found: dict[str, Any], *names: str) -> None:
    for name in names:
        if name not in found:
            raise Refused("The mapping does not say which column is “{name}”.", name=name)


def _no_unknown(found: dict[str, Any], names: set[str], where: str) -> None:
    for name in found:
        if name not in names:
            raise Refused(
                "The mapping has “{name}” in [{where}], which is not known there. Known are: {names}.",
                name=name,
                where=where,
                names=", ".join(sorted(names)),
            )


def _unique(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _said(value: Any) -> str:
    """A string or a list of strings as TOML writes it: like JSON, but for the one control character."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False).replace(
        "\x7f", "\\u007f"
    )
