"""The question bank: what a question is, and how the bank is read. Its tests check what stands in it."""

from __future__ import annotations

import tomllib
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

    @property
    def reason(self) -> str:
        """Goes on from the option's letter: ``'is wrong. ...'``."""
        return f"is {'right' if self.correct else 'wrong'}. {self.feedback}"


@dataclass(frozen=True)
class Question:
    """A question of the bank, whose head describes the fields; ``code`` in its texts is marked by backquotes."""

    id: str
    lesson: str
    text: str
    options: tuple[Option, ...]
    explanation: str
    code: str = ""
    see: str = ""
    several: bool = False

    @property
    def lettered(self) -> list[tuple[str, Option]]:
        """The options with their letters, A to E."""
        return list(zip(LETTERS, self.options, strict=False))

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
        """Its name in the record of progress, ``'03.quiz.shear-in-degrees'``."""
        return f"{self.lesson}.quiz.{self.id}"


def load() -> list[Question]:
    """The questions of the bank, in the order of the file.

    >>> load()[0].item
    '01.quiz.label-from-folder'

    Raises
    ------
    ValueError
        If the file is not TOML, or a field is missing or unknown; the message says after how many questions.
    """
    questions = []
    try:
        for table in tomllib.loads(BANK.read_text(encoding="utf-8"))["questions"]:
            questions.append(_question(**table))
    except (tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise ValueError(f"{BANK.name}, after {len(questions)} good questions: {error}.") from error
    return questions


def _question(
    *,
    question: str,
    options: list[dict],
    source: str,
    computed=(),
    several: bool = False,
    code: str = "",
    **fields: str,
) -> Question:
    """One table of the file; its `source` and where its numbers come from, `computed`, are for the tests."""
    return Question(
        text=f"{question} {ALL_THAT_APPLY}" if several else question,
        options=tuple(Option(**option) for option in options),
        several=several,
        code=code.strip("\n"),
        **fields,
    )
