"""Words: complete in three languages, written as each reader writes, and what people type made fit to keep."""

import ast
import string
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.plurals import get_plural
from hypothesis import given
from hypothesis import strategies as st

from coord import text
from coord.refusal import Refused, Term
from coord.requests import STATES
from coord.text import Words, typed
from coord.ui.plain import paragraphs, plain
from tests import catalogues
from tests.cast import DAY, HOUR, MONDAY

ROOT = Path(__file__).resolve().parents[1]
locales = pytest.mark.parametrize("locale", catalogues.LOCALES)

# What is written in Portuguese or in Spanish as it is in English.
SAME: dict[str, set[str]] = {
    "pt_BR": {"E-mail", "Link", "Marketing", "Software"},
    "es": {"no", "No", "Marketing", "Software"},
}


@cache
def source() -> Catalog:
    return catalogues.extracted()


@cache
def kept(locale: str) -> Catalog:
    return catalogues.read(locale)


def name(message: Message) -> str:
    said = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}: {said}" if message.context else said


def messages(catalogue: Catalog) -> dict[str, Message]:
    return {name(message): message for message in catalogue if message.id}


def blanks(sentence: str) -> set[str]:
    """The names in braces that facts fill."""
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}


# The catalogues


@locales
def test_no_sentence_is_missing_or_unused(locale: str) -> None:
    said, known = messages(source()).keys(), messages(kept(locale)).keys()
    assert (said - known, known - said) == (set(), set()), "run python -m tests.catalogues"
    assert not kept(locale).obsolete


@locales
def test_every_sentence_is_translated_and_none_is_a_guess(locale: str) -> None:
    untold = [n for n, m in messages(kept(locale)).items() if not all(catalogues.forms(m.string))]
    assert untold == []
    assert [n for n, m in messages(kept(locale)).items() if m.fuzzy] == []


@locales
def test_every_translation_has_the_same_blanks(locale: str) -> None:
    for shown, message in messages(kept(locale)).items():
        wanted = blanks(catalogues.forms(message.id)[-1])
        *ones, many = catalogues.forms(message.string)
        assert blanks(many) == wanted, shown
        assert all(blanks(one) <= wanted for one in ones), shown


@locales
def test_every_plural_has_the_forms_of_its_language(locale: str) -> None:
    plural = get_plural(locale)
    assert (kept(locale).num_plurals, kept(locale).plural_expr) == (plural.num_plurals, plural.plural_expr)
    for shown, message in messages(kept(locale)).items():
        assert len(catalogues.forms(message.string)) == (plural.num_plurals if message.pluralizable else 1), (
            shown
        )


@locales
def test_no_translation_is_the_english_sentence(locale: str) -> None:
    same = {n for n, m in messages(kept(locale)).items() if m.string == m.id and any(map(str.isalpha, n))}
    assert {n for n in same if set(n) - set("{}_→ ") and blanks(n) == set()} <= SAME[locale]


@locales
def test_every_translation_begins_and_ends_as_its_sentence_does(locale: str) -> None:
    for shown, message in messages(kept(locale)).items():
        for ours, theirs in zip(catalogues.forms(message.id), catalogues.forms(message.string), strict=True):
            assert theirs == theirs.strip(), shown
            assert (ours[-1] in ".:…?!") == (theirs[-1] in ".:…?!"), shown
            assert ours.count("**") == theirs.count("**"), shown
            assert ours.count("“") == theirs.count("“") == theirs.count("”"), shown


@locales
def test_the_catalogue_stands_as_the_program_writes_it(
    locale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = catalogues.path(locale).read_text("utf-8")
    monkeypatch.setattr(catalogues, "TEXT", tmp_path)
    catalogues.write(kept(locale))
    assert (tmp_path / f"{locale}.po").read_text("utf-8") == before


def test_the_words_of_the_domain_are_those_of_the_table() -> None:
    told = {
        "asked": ("Unanswered", "Sem resposta", "Sin respuesta"),
        "questioned": ("Needs info", "Falta informação", "Falta información"),
        "countered": ("Other offer", "Outra proposta", "Otra propuesta"),
        "delivered": ("To confirm", "A confirmar", "Por confirmar"),
        "satisfied": ("Done", "Concluída", "Cumplida"),
        "declined": ("Answered: no", "Respondida: não", "Respondida: no"),
        "withdrawn": ("Withdrawn", "Retirada", "Retirada"),
    }
    for state, words in told.items():
        assert tuple(Words(code)(STATES[state].label) for code in text.LANGUAGES) == words
    assert [Words(c)("Promised: {day}", day="12/3") for c in ("pt-BR", "es")] == ["Prometida: 12/3"] * 2


MOVES = """
Ask · Pedir · Pedir
Need to know… · Falta saber… · Me falta saber…
Reply · Responder · Responder
Answer by… · Respondo até… · Respondo antes del…
Promise · Me comprometo · Me comprometo
Suggest instead · Propor outra coisa · Proponer otra cosa
Agree · Aceito · De acuerdo
Keep as asked · Preciso como pedi · Lo necesito así
Say no · Não faremos · No lo haremos
Another area's · É de outra área · Es de otra área
Change date · Mudar prazo · Cambiar fecha
Delivered · Entreguei · Entregado
Confirm · Recebi, ok · Recibido
Not yet… · Ainda falta… · Aún falta…
No longer needed · Não preciso mais · Ya no hace falta
Needs a decision · Precisa de decisão · Necesita una decisión
Comment · Comentar · Comentar
"""


@pytest.mark.parametrize("row", MOVES.strip().splitlines())
def test_the_moves_are_called_as_the_domain_calls_them(row: str) -> None:
    english, portuguese, spanish = row.split(" · ")
    assert Words("en").inside("move", english) == english
    assert Words("pt-BR").inside("move", english) == portuguese
    assert Words("es").inside("move", english) == spanish


# How the program names its sentences


def spoken() -> Iterator[tuple[Path, ast.Call, str]]:
    for top in ("coord", "pages"):
        for path in sorted((ROOT / top).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            yield from (
                (path, call, said) for call, said in catalogues.calls(tree) if said in catalogues.KEYWORDS
            )


def test_no_sentence_is_put_together_from_pieces() -> None:
    """A sentence is written whole, or comes from where it was marked whole."""
    for path, call, _ in spoken():
        for argument in call.args[:2]:
            assert not isinstance(argument, ast.JoinedStr | ast.BinOp | ast.IfExp | ast.BoolOp), (
                f"{path}:{call.lineno}"
            )


def test_every_blank_gets_its_fact_and_every_fact_has_a_blank() -> None:
    for path, call, said in spoken():
        literal = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        facts = {keyword.arg for keyword in call.keywords}
        if (
            said in ("N_", "NC_", "NN_")
            or not literal
            or None in facts
            or (said == "inside" and len(literal) < 2)
        ):
            continue
        given = facts | ({"n"} if said == "plural" else set())
        assert blanks(literal[-1]) == given, f"{path}:{call.lineno}: {literal[-1]}"


# Days, numbers, spans


@pytest.mark.parametrize(
    ("language", "day", "with_year", "long", "weekday", "instant"),
    [
        ("en", "12 Mar", "12 Mar 2025", "12 March 2026", "Thu", "2 Mar 2026, 09:00"),
        ("pt-BR", "12/3", "12/3/2025", "12 de março de 2026", "qui.", "2 de mar. de 2026, 09:00"),
        ("es", "12/3", "12/3/2025", "12 de marzo de 2026", "jue", "2 mar 2026, 09:00"),
    ],
)
def test_days_are_written_as_each_reader_writes_them(
    language: str, day: str, with_year: str, long: str, weekday: str, instant: str
) -> None:
    t, the_12th = Words(language), date(2026, 3, 12)
    assert t.day(the_12th) == t.day(the_12th, today=date(2026, 1, 1)) == day
    assert t.day(date(2025, 3, 12), today=the_12th) == with_year
    assert (t.long_day(the_12th), t.weekday(the_12th), t.instant(MONDAY)) == (long, weekday, instant)


def test_an_instant_is_shown_where_the_reader_is() -> None:
    assert Words("en", "America/Sao_Paulo").instant(MONDAY) == "2 Mar 2026, 06:00"
    assert Words("en", "Pacific/Kiritimati").instant(MONDAY) == "2 Mar 2026, 23:00"
    assert Words("en", "Pacific/Pago_Pago").instant(MONDAY) == "1 Mar 2026, 22:00"


@pytest.mark.parametrize(
    ("language", "number", "percent", "items"),
    [
        ("en", "1,234.5", "85%", "Ana, Bruno and Carla"),
        ("pt-BR", "1.234,5", "85%", "Ana, Bruno e Carla"),
        ("es", "1.234,5", "85\u00a0%", "Ana, Bruno y Carla"),
    ],
)
def test_numbers_and_lists_are_written_as_each_reader_writes_them(
    language: str, number: str, percent: str, items: str
) -> None:
    t = Words(language)
    assert (t.number(1234.5, 1), t.percent(0.85), t.list(["Ana", "Bruno", "Carla"])) == (
        number,
        percent,
        items,
    )
    assert t.number(12) == t.number(12.0, 2) == "12"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["0 minutes", "1 minute", "59 minutes", "1 hour", "47 hours", "2 days", "1,000 days"]),
        ("pt-BR", ["0 minuto", "1 minuto", "59 minutos", "1 hora", "47 horas", "2 dias", "1.000 dias"]),
        ("es", ["0 minutos", "1 minuto", "59 minutos", "1 hora", "47 horas", "2 días", "1.000 días"]),
    ],
)
def test_a_span_counts_in_the_largest_unit_that_says_enough(language: str, said: list[str]) -> None:
    spans = [0, 60, HOUR - 1, HOUR, 2 * DAY - 1, 2 * DAY, 1_000 * DAY]
    assert [Words(language).span(seconds) for seconds in spans] == said
    assert Words(language).span(-5) == said[0]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("es-419,es;q=0.9", "es"),
        ("de-DE,de;q=0.9,es;q=0.8,en;q=0.7", "es"),
        ("fr", "en"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_language_is_the_first_of_ours_that_the_browser_asks_for(
    header: str | None, language: str
) -> None:
    assert text.match(header) == language


def test_an_unknown_language_is_read_in_english() -> None:
    assert Words("xx").language == "en"


def test_a_refusal_is_said_in_the_reader_s_language_with_its_terms() -> None:
    refused = Refused(
        "“{move}” is not possible now: the request is “{state}”.",
        move=Term("Promise", "move"),
        state=Term("Done"),
    )
    assert str(refused) == "“Promise” is not possible now: the request is “Done”."
    assert "“Me comprometo”" in refused.said(Words("pt-BR"))
    assert "“Cumplida”" in refused.said(Words("es"))


# What people type


@pytest.mark.parametrize(
    "nothing",
    ["", None, " \t\n ", "\u00a0", "\u200b\u200b", "\u200d", "\x0b\x0c", "\x00", "\u2066\u2069", "\u3164", "\u2800",
     "\U000e0041\U000e0042", "\ufeff", "\u00ad", "\ud800", "\ufe0f", "\u0301", "\uffff"],
)  # fmt: skip
def test_what_only_looks_like_text_is_nothing(nothing: str | None) -> None:
    assert typed.line(nothing) is None
    assert typed.prose(nothing) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("\x1b[31mred", "[31mred"),
        ("\ufeffFinance", "Finance"),
        ("line1\r\nline2\u2028line3\tend", "line1 line2 line3 end"),
        ("  Casa   Clara ", "Casa Clara"),
        ("e\u0301", "é"),
        ("safe\u202etxt.exe", "safetxt.exe"),
        ("\u2066abc\u2069", "\u2066abc\u2069"),
        ("\u2067abc", "abc"),
        ("abc\u2069\u2066", "abc"),
        ("a\x00b", "ab"),
        ("Fi\u00adnance", "Finance"),
        ("a\ud800b", "ab"),
    ],
)
def test_what_hides_in_a_line_goes(given: str, kept: str) -> None:
    assert typed.line(given) == kept


@pytest.mark.parametrize(
    "given",
    ["a", "José D’Ávila-O'Brien y Ñandú", "Penelope Scunthorpe", "None", "nan", "NaT", "NULL", "0", "-", "ѕсоре", "شركة", "株式会社",
     "👩‍👩‍👧", "می‌خواهم", "O'; DROP TABLE requests; --", "%s %d {0} {user.password}", "&lt;b&gt; &amp; &#60;", "Z\u0351\u036b\u030a" * 50],
)  # fmt: skip
def test_what_people_are_called_is_kept_as_it_is(given: str) -> None:
    assert typed.line(given) == given


def test_lines_of_prose_stay_lines() -> None:
    assert typed.prose("one\r\ntwo\rthree\u2029four\n\nfive \n") == "one\ntwo\nthree\nfour\n\nfive"


def test_text_has_a_length_and_a_longer_one_is_refused_at_once() -> None:
    assert typed.line("a" * 255) == "a" * 255
    for length in (256, 5_000_000):
        with pytest.raises(Refused, match=f"At most 255 characters fit here; this has {length}"):
            typed.line("a" * length)
    assert typed.prose("a" * 10_000)
    with pytest.raises(Refused, match="At most 10000"):
        typed.prose("a" * 10_001)


@pytest.mark.parametrize(
    "link",
    ["https://example.com/a?b=c#d", "HTTP://example.com", "mailto:ana@example.com", " https://example.com "],
)
def test_a_link_that_is_safe_to_click_is_kept(link: str) -> None:
    assert typed.link(link) == link.strip()


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "//example.com",
     "example.com", "ftp://example.com", "file:///etc/passwd", "https://a b", "vbscript:x", "https://[", "\x01javascript:alert(1)"],
)  # fmt: skip
def test_any_other_link_is_refused(link: str) -> None:
    with pytest.raises(Refused, match="A link starts with"):
        typed.link(link)


def test_no_link_is_no_link() -> None:
    assert typed.link("  ") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ADMIN", "admin"),
        ("e\u0301", "É"),
        ("São Paulo", "sao  paulo"),
        ("Straße", "STRASSE"),
        ("ﬁn", "FIN"),
        ("İ", "i"),
    ],
)
def test_accents_and_case_make_no_second_name(one: str, other: str) -> None:
    assert typed.fold(one) == typed.fold(other)


@given(st.text(max_size=300))
def test_what_was_kept_once_is_kept_again_unchanged(given: str) -> None:
    for clean in (typed.line, typed.prose):
        try:
            kept = clean(given)
        except Refused:
            continue
        assert clean(kept) == kept
        assert kept is None or (kept == kept.strip() and "\x00" not in kept)


# What people typed, on the page


@pytest.mark.parametrize(
    "given",
    ["<img src=x onerror=alert(1)>", "[click](data:text/html;base64,PHNjcmlwdD4=)", "# big", "| a | b |", "$\\frac{1}{2}$ costs $5 and $6",
     "&lt;b&gt; &amp; &#60;", "![x](https://evil.example/x.png)", ":red[x]", "**bold** _it_ `code` ~~s~~", "1. one", "- one", "+ one", "> q",
     "<https://evil.example>"],
)  # fmt: skip
def test_every_sign_that_could_act_on_a_page_is_disarmed(given: str) -> None:
    shown = plain(given)
    bare = shown.replace("\\\\", "")
    for place, sign in enumerate(bare):
        assert sign not in "`*_{}[]()<>#+-.!|~$:&=@/" or bare[place - 1] == "\\", shown
    assert "".join(c for place, c in enumerate(shown) if c != "\\" or shown[place - 1 : place] == "\\").replace("\\", "") == given.replace("\\", "")  # fmt: skip


def test_a_line_on_a_page_is_one_line_and_can_be_cut() -> None:
    assert plain("a\nb\n\n---\nc") == "a b \\-\\-\\- c"
    assert plain("word " * 50, 20) == "word word word word…"
    assert plain(None) == ""


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("one\ntwo") == "one  \ntwo"


def test_very_nested_brackets_are_each_escaped() -> None:
    assert plain("[" * 20_000 + "]" * 20_000) == r"\[" * 20_000 + r"\]" * 20_000


def test_braces_in_what_people_type_are_not_blanks() -> None:
    said = Refused("There is already an area called “{name}”.", name="{0} {user.password} %s")
    assert str(said) == "There is already an area called “{0} {user.password} %s”."
    assert "{0} {user.password} %s" in said.said(Words("pt-BR"))


def test_a_day_far_away_can_still_be_written() -> None:
    for language in text.LANGUAGES:
        for day in (date.min, date.max, date(2026, 3, 12) + timedelta(days=1)):
            assert Words(language).day(day, today=date(2026, 1, 1))
