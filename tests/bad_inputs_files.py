"""Files that are hostile, broken or odd, made where the collection does not bring them."""

import gzip
import io
import zipfile
from datetime import date, time
from typing import Any

import openpyxl

ROWS = "de;para;pedido;prazo\r\n"
GOOD = "A;B;x;05/03/2026\r\n"
WORKBOOK = [["de", "para", "pedido", "prazo"], ["A", "B", "x", "05/03/2026"]]
OWN = "request,at,verb,person,area,from,to,text,day,what\n"
ASK = "R1,2026-03-01T09:00:00Z,ask,ana@x.example,Sales,Sales,Product,,,Ask\n"


def workbook(rows: list[list[Any]], *hidden: str) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for title in hidden:
        book.create_sheet(title).sheet_state = "hidden"
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _far_away() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(workbook(WORKBOOK)))
    book.worksheets[0]["XFD1048576"] = "x"
    return _saved(book)


def archive(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in members.items():
            book.writestr(name, data)
    return packed.getvalue()


def log(*events: str, case: str = "1", before: str = "") -> bytes:
    told = "".join(events)
    return f'{before}<log><trace><string key="concept:name" value="{case}"/>{told}</trace></log>'.encode()


def happened(area: str, at: str) -> str:
    return f'<event><string key="org:group" value="{area}"/><date key="time:timestamp" value="{at}"/></event>'


TWO = happened("A", "2026-03-02T10:00:00Z"), happened("B", "2026-03-03T10:00:00Z")
ENTITY = '<!DOCTYPE l [<!ENTITY x SYSTEM "{of}">]>'


def entity(of: str) -> bytes:
    """A log that names an entity which stands elsewhere, and uses it."""
    return f"{ENTITY.format(of=of)}<log><trace>&x;</trace></log>".encode()


# id, or what is wrong: (name, content, what is said, or how many requests it tells)
FILES: dict[str, tuple[str, bytes, str | int]] = {
    "B139": ("missing_header.csv", b"A;x;05/03/2026;1\r\nB;y;06/03/2026;2\r\n", "header was not found"),
    "B147": ("huge_field.csv", (ROWS + f"A;B;{'x' * 200_000};05/03/2026\r\n").encode(), "too long"),
    "B149": ("blank_lines.csv", ("\r\n" + ROWS + "\r\n;;;\r\n" + GOOD + "\r\n").encode(), 1),
    "B151": ("binary.csv", b"%PDF-1.7 \x01\x02" + bytes(range(256)) * 4, "not a text file"),
    "B155": ("xxe_http.xes", log(*TWO, before=ENTITY.format(of="http://127.0.0.1:9/x")), "document type or entities"),
    "B159": ("deep.xes", b"<log>" + b"<a>" * 100_000, "nested too deeply"),
    "B161": ("truncated.xes", b"<log>\n<trace>\n<event>\n", "breaks off at line 4"),
    "B165": ("xinclude.xes", log('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>', *TWO), 1),
    "B169": ("xxe.xlsx", archive({"xl/workbook.xml": (ENTITY.format(of="file:///etc/passwd") + "<l>&x;</l>").encode()}),
             "document type or entities"),
    "B171": ("not_a_zip.xlsx", b"PK\x03\x04 not a zip", "damaged"),
    "B175": ("many_members.xlsx", archive({f"{n}.xml": b"<a/>" for n in range(1_200)}), "1200 parts"),
    "B177": ("two_sheets_hidden.xlsx", workbook(WORKBOOK, "Secret"), 1),
    # and beyond the collection
    "a title row": ("title.xlsx", workbook([["Relatório"], *WORKBOOK]), "There is no column"),
    "a cell far away": ("far.xlsx", _far_away(), 1),
    "no sheet": ("none.xlsx", workbook([]), "has anything in it"),
    "formulas and times": ("types.xlsx", workbook([*WORKBOOK, ["=1+1", "B", "=HYPERLINK(1)", 45678.5], ["A", "B", True, time(10)],
                                                   ["A", "B", "q", date(9999, 12, 31)]]), "There is no column"),
    "a way out": ("traversal.xlsx", archive({"../../etc/passwd": b"x", "xl/workbook.xml": b"<a/>"}), "damaged"),
    "packed twice": ("twice.csv.gz", gzip.compress(gzip.compress((ROWS + GOOD).encode())), "not a text file"),
    "two bytes": ("two.gz", b"\x1f\x8b", "damaged"),
    "a mark alone": ("mark.csv", b"\xef\xbb\xbf", "no rows"),
    "zeros": ("zeros.csv", b"\x00" * 5_000, "not a text file"),
    "half characters": ("half.csv", (ROWS + GOOD).encode() + b"\xff\xffA;B;\xed\xa0\x80;05/03/2026\r\n", 2),
    "an unknown encoding": ("nope.xes", log(*TWO, before='<?xml version="1.0" encoding="nope"?>'), "encoding"),
    "another encoding": ("utf7.xes", log(*TWO, before='<?xml version="1.0" encoding="utf-7"?>'), "encoding"),
    "a lie": ("lie.xes", log(*TWO, before='<?xml version="1.0" encoding="utf-16"?>'), "damaged"),
    "a long case": ("long.xes", log(*TWO, case="x" * 500), 0),
    "a long area": ("area.xes", log(happened("A" * 400, "2026-03-02T10:00:00Z"), TWO[1]), 0),
    "a zone that is none": ("zone.xes", log(*TWO, happened("A", "2026-03-04T10:00:00+25:00")), 0),
    "next year": ("own.csv", (OWN + ASK.replace("2026", "2027")).encode(), 0),
    "the same twice": ("own.csv", (OWN + ASK + ASK).encode(), 0),
    "an ask taken away": ("own.csv", (OWN + ASK + ASK.replace(",ask,", ",amend,").replace(",Ask", ",'")).encode(), 0),
    "an invisible request": ("own.csv", (OWN + ASK.replace("R1", "\u200b")).encode(), 0),
    "a day that is none": ("own.csv", (OWN + ASK + "R1,2026-03-01T10:00:00Z,promise,b,Product,Product,Sales,,99999,\n").encode(), 0),
    "areas without names": ("areas.xlsx", workbook([["name", "sphere"], [None, "sales"]]), "Give the area a name"),
    "areas of no sphere": ("areas.csv", b"name,sphere,about\nX,sales\nB\n", "lies in sales or in after sales"),
    "a right that is none": ("people.csv", b"name,email,rights\nEva,e@x.example,\nAna,a@x.example,god\n", "needs an area"),
    "an address that is none": ("people.csv", b"name,email,rights\nEva,e@x.example,\nAna,anaATx,\n", "not an e-mail address"),
    "people without names": ("people.xlsx", workbook([["name", "email", "rights"], [None, "a@x.example", None]]), "a name"),
}  # fmt: skip

# Those that the collection brings: id → (file, what is said, or how many requests it tells).
BROUGHT: dict[str, tuple[str, str | int]] = {
    "B133": ("cp1252_semicolon.csv", 1),
    "B135": ("utf16le.csv", 1),
    "B137": ("sep_line.csv", 1),
    "B141": ("quoted_newline.csv", 1),
    "B143": ("nul_bytes.csv", 1),
    "B145": ("only_header.csv", 0),
    "B153": ("same_file_twice.csv", 1),
    "B157": ("billion_laughs.xes", "document type or entities"),
    "B163": ("bad_dates.xes", 0),
    "B167": ("zip_bomb_300MB.xlsx", "would take 299 MB"),
    "B173": ("old_xls.xlsx", "old Excel file"),
    "an empty file": ("empty.csv", "empty"),
    "two columns of one name": ("dup_headers.csv", "There is no column"),
    "ragged": ("ragged.csv", 0),
    "mixed encodings": ("mixed_encoding.csv", 0),
    "a bomb": ("gz_bomb.xes.gz", "200 times as large"),
    "an entity": ("xxe_file.xes", "document type or entities"),
    "broken off": ("truncated.xlsx", "damaged"),
    "merged headers": ("merged_header.xlsx", "There is no column"),
    "formulas": ("formula_roundtrip.csv", 1),
}
