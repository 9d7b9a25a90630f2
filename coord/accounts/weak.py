"""Passwords that are guessed first: common words, names that anybody knows, rows of the keyboard, repetitions."""

import re
from collections.abc import Iterable, Iterator

from coord.text import typed

ENOUGH = 6  # characters that must remain when all that is easy to guess is taken away
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qazwsxedcrfvtgbyhnujmikolp",
         "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1q2w3e4r5t6y7u8i9o0p", "azertyuiop", "qsdfghjklm")  # fmt: skip
# What stands for a letter in passwords that only look difficult.
_LOOKS = str.maketrans("@4301!$57", "aaeoiisst")

# Words of which the passwords are made that everybody tries first, in the three languages of the program.
_WORDS = frozenset(
    """
    abril access account acesso acme administrador administrator admin adrian agosto alejandro alexander alicia amanda
    america amigo amiga amigos amor amorcito andrea angel angela angels animal anthony antonio apple april arsenal ashley
    asdf august autumn baby babygirl bailey barcelona baseball basketball batman beach beatriz beautiful bemvindo
    benfica bienvenida bienvenido blink blue boss brandon brasil brazil broncos brooklyn bruna buenosdias butterfly
    camila camille captain carlos carolina casa chelsea change changeme charlie chave cheese chelsea chicago chocolate
    christian christopher clave cliente coffee company computador computer contrasena cookie coord corazon
    corinthians cowboys crystal dallas daniel daniela database david december default demo deus dezembro diamond
    diciembre dinheiro dios domingo donald dragon dreams eagles elephant eleven emilia empresa enero enter entrar
    equipe equipo escuela espana everton familia family february felipe fernanda fernando ferrari fevereiro febrero
    first flamengo florida flower flowers fluminense football forever france francisco freedom friday friend friends
    futbol futebol gabriel gabriela galaxy gemini george getmein ginger giovanni girl golden google gremio guest guitar
    guitarra gustavo hannah happy harley heaven heart hello hockey hola holiday hotdog house hunter iloveyou
    internet internacional invierno isabel isabella jackson january janeiro jasmine javier jennifer jessica jesus
    jesuscristo jordan joshua juan julho julio july junio junho june junior justin juventus killer king knight larissa
    lakers leonardo letmein liberty linkedin lisbon liverpool login london lorenzo love lovely lover loveyou lucky
    macbook madrid madonna maggie manchester marco march maria mariana mario marlboro marseille martin martinez master
    matrix matthew mayo maio melissa mercedes merlin mestre mexico michael michelle microsoft miguel mission monday
    money monika monkey monster morgan mother motorola mozilla music musica mustang natalia natasha nicolas nicole nike
    nintendo novembro november noviembre number octubre october office oliver olivia orange oscar outono outubro
    pakistan palmeiras pamela panther paola paris parola pass passw passwd password passwort patricia patrick peanut
    pepper perro phoenix please pokemon porsche portugal power primavera prince princesa princess private purple querty
    querida querido qwerty rafael rainbow ranger real rebecca reddog renata ricardo robert roberto rodrigo ronaldo
    root sabado samsung samantha samuel sandra santiago santos saopaulo saturday scooter sebastian secret secreta
    secreto segredo segunda segura seguro senha senor sexta september septiembre setembro server service sesame shadow
    silver simple snoopy soccer sophie spiderman spring starwars stella steven summer sunday sunshine superman
    support sweet system tamara taylor teamo teste test testing tequiero terca thomas thunder thursday tiger tigger
    trabajo trabalho training travel trustno tuesday turtle twitter usuario user valentina vanessa vasco verano verao
    veronica victor victoria vida viernes vitoria viva volleyball wednesday welcome whatever william windows winner
    winter wizard wolf xavier yankees yellow youtube zaragoza
    """.split()  # noqa: SIM905
)


def is_weak(password: str, *facts: str | None) -> bool:
    """Whether hardly anything remains of a password without what is tried first; `facts` are tried first too."""
    plain, known = typed.fold(password).replace(" ", ""), set(_named(facts))
    return any(_remains(tried, known) < ENOUGH for tried in (plain, plain.translate(_LOOKS)))


def _named(facts: Iterable[str | None]) -> Iterator[str]:
    """The words in names and addresses, from three letters on."""
    for fact in facts:
        yield from (word for word in re.split(r"[\W_]+", typed.fold(fact or "")) if len(word) > 2)


def _remains(plain: str, known: set[str]) -> int:
    """How many characters are not of a known word, a row of the keyboard, or a repetition."""
    found = set()
    for word in sorted(_WORDS | known, key=lambda word: (-len(word), word)):
        if word in plain:
            plain = plain.replace(word, " ")
            found.add(word)
    plain = re.sub(r"(.{1,6}?)\1{2,}", r"\1", plain)
    kept = [c for place, c in enumerate(plain) if c.isalnum() and not _follows(plain, place)]
    # Two common words are tried first; of four there are too many combinations, as people are told.
    return min(len(kept), 2 * len(set(kept))) + ENOUGH // 2 * max(len(found - known) - 2, 0)


def _follows(plain: str, place: int) -> bool:
    """Whether a character stands in a row with its neighbours, forwards or backwards."""
    for start in range(max(place - 2, 0), place + 1):
        three = plain[start : start + 3]
        if len(three) == 3 and any(three in row or three[::-1] in row for row in _ROWS):
            return True
    return False
