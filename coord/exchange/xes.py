"""XES event logs, read as a stream: an event becomes a row, its case's attributes stand in it as `case:…`."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from coord.refusal import Refused

Row = dict[str, str]
DEEPEST = 50
STEP = 1 << 16


def rows(stream: BinaryIO) -> Iterator[Row]:
    """One dict an event. A case without events gives one row with nothing but the case's attributes."""
    log = _Log()
    parser = DefusedXMLParser(target=log, forbid_dtd=True)
    try:
        while step := stream.read(STEP):
            parser.feed(step)
            yield from log.taken()
        parser.close()
    except DefusedXmlException:
        raise Refused(
            "This XES file declares a document type or entities, which a log never needs. It was not read."
        ) from None
    except (LookupError, ValueError):  # what the parser says to an encoding that it does not know
        raise Refused("This XES file names an encoding that can't be read. Save it as UTF-8.") from None
    except ParseError as error:
        raise Refused(
            "This XES file is damaged or breaks off at line {line}. Export it again.", line=error.position[0]
        ) from None
    yield from log.taken()


class _Log:
    """Collects the attributes of cases and events; nested attributes and everything else is passed over."""

    def __init__(self) -> None:
        self._depth = self._passed = 0
        self._case: Row | None = None
        self._events: list[Row] = []
        self._event: Row | None = None
        self._done: list[Row] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        name = tag.rpartition("}")[2]
        if self._depth == 1 and name != "log":
            raise Refused("This is an XML file, but no XES log: it begins with “{tag}”.", tag=name[:60])
        if self._depth > DEEPEST:
            raise Refused("This XES file is nested too deeply to be a log. It was not read.")
        if self._passed:
            self._passed += 1
        elif name == "trace" and self._depth == 2:
            self._case, self._events = {}, []
        elif name == "event" and self._depth == 3 and self._case is not None:
            self._event = {}
        elif self._depth > 1:
            self._passed = 1
            self._keep(attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        if self._passed:
            self._passed -= 1
        elif self._event is not None:
            self._events.append(self._event)
            self._event = None
        elif self._case is not None:
            own = {f"case:{key}": value for key, value in self._case.items()}
            self._done += [own | event for event in self._events or [{}]]
            self._case = None

    def close(self) -> None:
        """Nothing is left to do; the parser asks for it."""

    def taken(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def _keep(self, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key"), attributes.get("value")
        inside = self._event if self._event is not None else self._case
        if inside is not None and key is not None and value is not None:
            inside[key] = value
