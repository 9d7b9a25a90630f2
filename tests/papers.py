"""The words of a PDF as its own tables of characters give them, for a look whether something stands on paper."""

import re
import zlib

_TEXT = re.compile(rb"/(\w+) [\d.]+ Tf|\((.*?)(?<!\\)\)", re.DOTALL)
_ESCAPED = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages(paper: bytes) -> list[str]:
    """What each page says, without spaces: where words end on paper is a matter of distance."""
    objects = {int(m[1]): m[2] for m in re.finditer(rb"(?<!\d)(\d+) 0 obj\b(.*?)endobj", paper, re.DOTALL)}
    found = []
    for body in objects.values():
        if re.search(rb"/Type\s*/Page\b", body):
            content = _stream(objects[_named(body, b"Contents")])
            resources = (
                objects[_named(body, b"Resources")]
                if b"/Resources<<" not in body.replace(b" ", b"")
                else body
            )
            found.append("".join(_said(content, _fonts(resources, objects)).split()))
    return found


def _said(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    font: dict[int, str] = {}
    said = []
    for name, text in _TEXT.findall(content):
        if name:
            font = fonts.get(name, {})
            continue
        raw = _ESCAPED.sub(
            lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else _PLAIN.get(m[1], m[1]), text
        )
        said += [font.get(int.from_bytes(raw[n : n + 2], "big"), "") for n in range(0, len(raw) - 1, 2)]
    return "".join(said)


def _fonts(resources: bytes, objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    listed = re.search(rb"/Font\s*<<(.*?)>>", resources, re.DOTALL)
    names = re.findall(rb"/(\w+) (\d+) 0 R", listed[1]) if listed else []
    return {name: _characters(objects, int(number)) for name, number in names}


def _characters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    if b"/ToUnicode" not in objects[font]:
        return {}
    table = _stream(objects[_named(objects[font], b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n", table)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def _named(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb"\s+(\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)\r?\nendstream", body, re.DOTALL)
    assert found
    return zlib.decompress(found[1])
