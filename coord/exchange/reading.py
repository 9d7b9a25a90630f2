"""From a file and its mapping to lives that can be written: nothing here touches the database."""

from pathlib import Path

from coord.exchange import lists, logs, own
from coord.exchange.files import File
from coord.exchange.mapping import Log, Mapping
from coord.exchange.told import Parsed, Progress
from coord.refusal import Refused


def read(
    source: bytes | Path,
    name: str,
    mapping: Mapping | None,
    *,
    zone: str = "UTC",
    as_of: int | None = None,
    now: int | None = None,
    progress: Progress | None = None,
) -> Parsed:
    """What a file tells. `zone` is that of instants without one, where the mapping names none.

    Without a mapping the file has to be one of Coord's own. Raises Refused when the file can't be read at all; what
    is wrong with single cases stands in `rejected`; so does what lies ahead of `now`, where that is given.
    """
    parsed = _read(source, name, mapping, zone, as_of, progress)
    return parsed if now is None else parsed.known_by(now)


def _read(
    source: bytes | Path,
    name: str,
    mapping: Mapping | None,
    zone: str,
    as_of: int | None,
    progress: Progress | None,
) -> Parsed:
    file = File(source, name, mapping.sheet if mapping else None)
    if mapping is None:
        if not own.is_own(file.columns):
            raise Refused(
                "This is not a file that Coord has written: say in a mapping what its columns mean."
            )
        return own.read(file.rows(progress), as_of)
    if file.kind != "xes":  # there, attributes are known only when all has been read
        logs.must_have(file.columns, mapping)
    zone = mapping.time_zone or zone
    if isinstance(mapping, Log):
        return logs.read(file.rows(progress), mapping, zone, as_of)
    return lists.read(file.rows(progress), mapping, zone, as_of)
