"""The question bank: what a question is, and how the bank is read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BANK = Path(__file__).resolve().parents[2] / "notebooks" / "quizzes" / "bank.toml"
LETTERS = "ABCDE"
ALL_THAT_APPLY = "Choose all that apply."

_PATTERNS = {
    "id": (r"[a-z0-9]+(-[a-z0-9]+)*", "words in small letters joined by hyphens, such as 'shear-in-degrees'"),
    "lesson": (r"\d\d", "two digits, such as '03'"),
    "source": (r"ours|S\d:\d+(, S\d:\d+)*", "'ours', or a document and a line, such as 'S3:304'"),
}


@dataclass(frozen=True)
class Option:
    """One of the answers offered: its text, whether it is right, and why."""

    text: str
    correct: bool
    feedback: str


@dataclass(frozen=True)
class Computed:
    """A number that a question shows, and the Python expression that it must come out of."""

    shown: str
    expression: str


@dataclass(frozen=True)
class Question:
    """A question of the bank; ``code`` in its texts is marked by backquotes.

    Attributes
    ----------
    id : str
        Names the question for good, such as ``'shear-in-degrees'``.
    lesson : str
        Two digits.
    text : str
        The question, with "Choose all that apply." where that is meant.
    options : tuple of Option
        Two to five.
    explanation : str
        Shown with the answer.
    code : str
        Shown below the text; may be empty.
    source : str
        ``'ours'``, or document and line.
    see : str
        Heading of the lesson's section to read again; may be empty.
    several : bool
        True: any number of options may be right.
    computed : tuple of Computed
    """

    id: str
    lesson: str
    text: str
    options: tuple[Option, ...]
    explanation: str
    code: str = ""
    source: str = "ours"
    see: str = ""
    several: bool = False
    computed: tuple[Computed, ...] = ()

    @property
    def answer(self) -> frozenset[int]:
        """Places of the right options, counted from 0."""
        return frozenset(i for i, option in enumerate(self.options) if option.correct)

    @property
    def answer_letters(self) -> str:
        """The right options as they are lettered: ``'B'``, or ``'A, C and D'``."""
        *others, last = (LETTERS[i] for i in sorted(self.answer))
        return f"{', '.join(others)} and {last}" if others else last

    @property
    def item(self) -> str:
        """The name under which progress is kept, such as ``'03.quiz.shear-in-degrees'``."""
        return f"{self.lesson}.quiz.{self.id}"


def load(path: Path = BANK) -> list[Question]:
    """Read and check a question bank.

    Parameters
    ----------
    path : pathlib.Path
        A TOML file with ``[[questions]]``; the bank's own head describes the fields.

    Returns
    -------
    list of Question
        In the order of the file.

    Raises
    ------
    ValueError
        If the file is not TOML, or a field is missing, unknown or not as expected; the message
        names the file, the question and the field.
    """
    try:
        with Path(path).open("rb") as stream:
            bank = tomllib.load(stream)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{Path(path).name} is not valid TOML: {error}.") from error
    tables = _list(bank, "questions", Path(path).name) if "questions" in bank else []
    questions: dict[str, Question] = {}
    for number, table in enumerate(tables, 1):
        where = f"{Path(path).name}, question {table.get('id', f'number {number}')!r}"
        question = _question(table, where)
        if question.id in questions:
            raise ValueError(f"{where}, field 'id': another question has the same; expected one of its own.")
        questions[question.id] = question
    if not questions:
        raise ValueError(f"{Path(path).name} holds no [[questions]]; expected at least one.")
    return list(questions.values())


def _question(table: Mapping[str, Any], where: str) -> Question:
    _only(
        table,
        {"id", "lesson", "source", "see", "question", "code", "explanation", "several", "computed", "options"},
        where,
    )
    for name, (pattern, expected) in _PATTERNS.items():
        if not re.fullmatch(pattern, _text(table, name, where)):
            raise ValueError(f"{where}, field {name!r}: is {table[name]!r}; expected {expected}.")
    options = tuple(
        _option(option, f"{where}, option {i}") for i, option in enumerate(_list(table, "options", where), 1)
    )
    if not 2 <= len(options) <= len(LETTERS):
        raise ValueError(f"{where}, field 'options': there are {len(options)}; expected 2 to {len(LETTERS)}.")
    if len({option.text for option in options}) < len(options):
        raise ValueError(f"{where}, field 'options': two have the same text; expected different ones.")
    right = sum(option.correct for option in options)
    several = table.get("several", False)
    if not isinstance(several, bool):
        raise ValueError(f"{where}, field 'several': is {several!r}; expected true or false.")
    if right == 0 or (right > 1 and not several):
        raise ValueError(
            f"{where}, field 'options': {right} are correct; expected one, or more than one with several = true."
        )
    return Question(
        id=table["id"],
        lesson=table["lesson"],
        text=f"{_text(table, 'question', where)} {ALL_THAT_APPLY}" if several else _text(table, "question", where),
        options=options,
        explanation=_text(table, "explanation", where),
        code=_text(table, "code", where).strip("\n") if "code" in table else "",
        source=table["source"],
        see=_text(table, "see", where) if "see" in table else "",
        several=several,
        computed=tuple(_computed(entry, f"{where}, computed") for entry in _list(table, "computed", where))
        if "computed" in table
        else (),
    )


def _option(table: Mapping[str, Any], where: str) -> Option:
    _only(table, {"text", "correct", "feedback"}, where)
    if not isinstance(table.get("correct"), bool):
        raise ValueError(f"{where}, field 'correct': is {table.get('correct')!r}; expected true or false.")
    return Option(_text(table, "text", where), table["correct"], _text(table, "feedback", where))


def _computed(table: Mapping[str, Any], where: str) -> Computed:
    _only(table, {"shown", "from"}, where)
    return Computed(_text(table, "shown", where), _text(table, "from", where))


def _text(table: Mapping[str, Any], name: str, where: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}, field {name!r}: is {value!r}; expected some text.")
    return value


def _list(table: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
        raise ValueError(f"{where}, field {name!r}: is {value!r}; expected a list of tables.")
    return value


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise ValueError(f"{where}, field {unknown[0]!r}: is not known; expected one of {', '.join(sorted(known))}.")
