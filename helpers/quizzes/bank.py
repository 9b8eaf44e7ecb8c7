"""The question bank: what a question is, and how the bank is read. (The tests check it field by field.)"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BANK = Path(__file__).resolve().parents[2] / "notebooks" / "quizzes" / "bank.toml"
LETTERS = "ABCDE"
ALL_THAT_APPLY = "Choose all that apply."


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
    """Read a question bank: a TOML file with ``[[questions]]``, whose own head describes the fields.

    >>> questions = load()
    >>> questions[0].item
    '01.quiz.label-from-folder'

    Raises
    ------
    ValueError
        If the file is not TOML, or a field is missing or unknown; the message names the question.
    """
    questions = []
    try:
        with path.open("rb") as stream:
            tables = tomllib.load(stream)["questions"]
        for table in tables:
            questions.append(_question(**table))
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise ValueError(f"{path.name}, after {len(questions)} good questions: {error}.") from error
    return questions


def _question(
    *,
    question: str,
    options: list[dict],
    several: bool = False,
    computed: Sequence[dict] = (),
    code: str = "",
    **fields: str,
) -> Question:
    return Question(
        text=f"{question} {ALL_THAT_APPLY}" if several else question,
        options=tuple(Option(**option) for option in options),
        several=several,
        computed=tuple(Computed(entry["shown"], entry["from"]) for entry in computed),
        code=code.strip("\n"),
        **fields,
    )
