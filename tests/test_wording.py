"""The wording nudge asks about blame, in three languages, and leaves plain accounts of what happened alone."""

import csv
import random
import re
import time
from collections import Counter
from pathlib import Path

import pytest

from coord import wording
from coord.wording import Question, questions
from coord.wording.folded import fold
from coord.wording.rules import asked, expanded, rules, words
from tests.conftest import shared

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo"
OWN = Path(__file__).parent / "data" / "wording.tsv"
TEAM = {
    "areas": [
        *("Sales engineering", "Onboarding", "Billing", "Product"),
        *("Pré-vendas", "Implantação", "Cobrança", "Produto"),
        *("Preventa", "Implantación", "Facturación", "Producto"),
    ],
    "people": ["Priya Nair", "Owen Gallagher", "Thiago Nogueira", "Camila Duarte", "Lucía Ferrer", "Álvaro Montes"],
}  # fmt: skip
CATEGORIES = {
    "person_named": "O Thiago conferiu o anexo.",
    "actor_failure": "Finance did not send the invoice on time.",
    "area_subject": "Billing treated the customer badly.",
    "counterfactual": "Soporte debió habernos avisado antes.",
    "human_error": "Foi falha humana no preenchimento.",
    "blame_noun": "It was Onboarding's fault.",
    "character_label": "Hubo negligencia en el traspaso.",
    "absolute": "Vendas nunca preenche o formulário.",
    "mind_reading": "Sales only cares about the commission.",
    "sarcasm_emotion": "Para variar, el contrato llegó sin fecha.",
    "fix_the_person": "People need to pay more attention.",
}


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a file with tabs; quotation marks in it are quotation marks."""
    head, *lines = path.read_text("utf-8").splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def counted(rows: list[tuple[str, str, bool]]) -> dict[str, tuple[float, float, float]]:
    """By language: recall, precision, and the share of neutral texts that were asked about."""
    n = Counter(rows)
    figures = {}
    for language in sorted({language for language, _, _ in rows}):
        hit, missed = n[language, "blame", True], n[language, "blame", False]
        wrong, right = n[language, "neutral", True], n[language, "neutral", False]
        figures[language] = (hit / (hit + missed), hit / (hit + wrong), wrong / (wrong + right))
        print(f"{language}: recall {figures[language][0]:.3f}, precision {figures[language][1]:.3f}, "
              f"asked about neutral {figures[language][2]:.3f}")  # fmt: skip
    return figures


def test_it_finds_nine_of_ten_sentences_that_blame_and_asks_about_hardly_any_other() -> None:
    rows = [
        (r["language"], r["label"], bool(questions(r["text"], r["language"], **TEAM))) for r in table(OWN)
    ]
    for recall, precision, wrong in counted(rows).values():
        assert recall >= 0.85
        assert precision >= 0.97
        assert wrong <= 0.03


@pytest.mark.parametrize("reader", ["en", "pt-BR", "es"])
def test_it_finds_the_collected_sentences_whatever_language_their_reader_speaks(reader: str) -> None:
    rows = [
        (r["lang"], r["label"], bool(questions(r["sentence"], reader)))
        for r in table(shared("issue-texts", "blame-corpus.tsv"))
    ]
    for recall, precision, wrong in counted(rows).values():
        assert recall >= 0.95
        assert precision >= 0.97
        assert wrong <= 0.03


def test_it_asks_nothing_about_real_reports_that_blame_nobody() -> None:
    reports = sorted(shared("issue-texts", "moj").glob("*.md"))
    assert reports
    found = [q for report in reports for block in re.split(r"\n\n", report.read_text("utf-8"))
             for q in questions(block, "en")]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(("folder", "language"), [("en", "en"), ("pt-BR", "pt-BR"), ("es", "es")])
def test_the_demo_s_own_words_blame_nobody(folder: str, language: str) -> None:
    written = [
        value
        for name in ("issues", "changes", "roles")
        for row in csv.DictReader((DEMO / folder / f"{name}.csv").open(encoding="utf-8", newline=""))
        for value in row.values()
        if value and " " in value
    ]
    assert len(written) > 200
    assert [text for text in written if questions(text, language, **TEAM)] == []


@pytest.mark.parametrize(("category", "text"), CATEGORIES.items())
def test_each_category_asks_its_own_question_in_the_readers_language(category: str, text: str) -> None:
    for language in ("en", "pt-BR", "es"):
        found = questions(text, language, **TEAM)
        assert category in [question.category for question in found]
        assert asked(category, language) in [question.question for question in found]
    assert len({asked(category, language) for language in ("en", "pt-BR", "es")}) == 3
    assert asked(category, "fr") == asked(category, "en")


def test_a_question_points_at_the_words_it_is_about() -> None:
    text = "  El lunes, según Lucía,\nfue culpa de implantacio\u0301n: “nadie avisó” 👩‍👩‍👧."
    assert {text[q.start : q.end] for q in questions(text, "es", **TEAM)} == {"Lucía", "culpa"}
    accented = "A negligência\u0301 foi grande."
    [found] = questions(accented, "pt-BR")
    assert accented[found.start : found.end] == "negligência\u0301"


def test_at_most_two_questions_the_strongest_first() -> None:
    text = "Sales never reads the notes!! They should have asked. It was human error, and Priya's fault."
    found = questions(text, "en", **TEAM)
    assert len(found) == 2
    assert {question.category for question in found} <= {"human_error", "blame_noun", "person_named"}
    assert len(questions(text, "en", **TEAM, most=9)) >= 5


@pytest.mark.parametrize(
    "text",
    [
        "Our blameless review is not about human error or whose fault it was.",
        "Este registro não busca culpados.",
        "No fue un descuido aislado.",
        'O "erro humano" costuma ser apenas o sintoma.',
        "The customer in São Paulo called twice.",
        "Se envió desde San Francisco.",
        "The product did not send the reminder.",
        "O produto não enviou o aviso.",
        "",
        "   \n ",
    ],
)
def test_words_that_are_mentioned_and_things_that_fail_are_left_alone(text: str) -> None:
    assert questions(text, "en", **TEAM) == []


@pytest.mark.parametrize(
    "text",
    ["They did not write, it was their fault.", "Não chegou: culpa deles.", "No llegó, por culpa de ellos."],
)
def test_a_denial_further_up_does_not_hide_blame(text: str) -> None:
    assert "blame_noun" in [question.category for question in questions(text, "en")]


def test_an_area_of_the_company_is_known_by_its_own_name() -> None:
    text = "Zebra desk did not send the list."
    assert questions(text, "en") == []
    assert [q.category for q in questions(text, "en", areas=["Zebra desk"])] == ["actor_failure"]
    assert [
        q.category for q in questions("Release captain forgot the list.", "en", roles=["Release captain"])
    ] == ["actor_failure"]
    assert [q.category for q in questions("Xóchitl sent it.", "en", people=["Xóchitl Ruiz"])] == [
        "person_named"
    ]


def test_a_word_that_is_also_a_name_counts_where_it_is_written_as_one() -> None:
    assert questions("we mark the row and the grace period ends", "en", people=["Mark Grace"]) == []
    assert [q.category for q in questions("Ask Mark about it", "en", people=["Mark Grace"])] == [
        "person_named"
    ]


def test_the_longest_text_is_read_in_a_moment_whatever_stands_in_it() -> None:
    chance = random.Random(4)
    hard = ["a", "a.", "x@", "a b ", "the team ", "team and but ", "equipo de la ", "o time de ", "had the ", "se o time ",
            "! ", '"', "\n", "not a ", "promised x ", "\ufdfa", "e\u0301", "👩‍👩‍👧", "\ud800", "مرحبا ", "漢字"]  # fmt: skip
    texts = [(piece * 10_000)[:10_000] for piece in hard]
    texts += ["".join(chr(chance.randrange(1, 0x2FFFF)) for _ in range(10_000)), "Sales forgot. " * 100_000]
    people = [f"Person{n} Surname{n}" for n in range(500)]
    questions("warm", "en", people=people)
    for text in texts:
        begun = time.perf_counter()
        found = questions(text, "en", people=people, most=99)
        assert time.perf_counter() - begun < 2, text[:20]
        assert all(0 <= q.start < q.end <= len(text) for q in found)


def test_folding_keeps_track_of_every_character() -> None:
    folded = fold("ÁÉ  ﬁm\tİß…")
    assert folded.folded == "ae fim iss..."
    assert len(folded.places) == len(folded.folded)
    assert folded.places == sorted(folded.places)


def test_the_rule_files_are_whole() -> None:
    assert {rule.category for rule in rules()} == set(CATEGORIES)
    for language in ("en", "pt", "es"):
        assert {rule.category for rule in rules() if rule.language == language} == set(CATEGORIES)
        assert all(
            "{" not in re.sub(r"\{\d*,?\d*\}", "", expanded(language, said))
            for said in words(language).values()
        )
    assert isinstance(questions("It is your fault.", "en")[0], Question)
    assert wording.MOST == 2
